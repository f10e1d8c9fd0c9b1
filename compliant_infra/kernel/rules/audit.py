"""Audit: the trail of operations, the records of logs, data stores and clusters, and how long they are kept."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.rules import audit_records, audit_stores, audit_trails, monitoring
from compliant_infra.kernel.rules.record import Rule

RULES: Final[tuple[Rule, ...]] = (*audit_trails.RULES, *audit_records.RULES, *audit_stores.RULES, *monitoring.RULES)
