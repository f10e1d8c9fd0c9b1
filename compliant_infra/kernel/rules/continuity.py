"""Continuity: backups, copies and standbys elsewhere, several zones, versions, protection against deletion."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.rules import backups, redundancy, second_region
from compliant_infra.kernel.rules.record import Rule

RULES: Final[tuple[Rule, ...]] = (*backups.RULES, *second_region.RULES, *redundancy.RULES)
