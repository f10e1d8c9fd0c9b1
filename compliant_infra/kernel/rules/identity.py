"""Identities: how they prove who they are, what they may do, and who may become them."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.rules import accounts, duties, permissions, sessions, sign_in
from compliant_infra.kernel.rules.record import Rule

RULES: Final[tuple[Rule, ...]] = (
    *sign_in.RULES,
    *sessions.RULES,
    *accounts.RULES,
    *duties.RULES,
    *permissions.RULES,
)
