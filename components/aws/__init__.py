"""Components for AWS China. A component's module is imported when its class is asked for."""

import sys
from importlib import import_module
from typing import Any

#: Class -> module of this package.
COMPONENTS = {
    "TieredNetwork": "tiered_network",
    "WebEntry": "web_entry",
    "ServerGroup": "server_group",
    "KubernetesCluster": "kubernetes_cluster",
    "RelationalDatabase": "relational_database",
    "Cache": "cache",
    "ObjectBucket": "object_bucket",
    "KeyRing": "key_ring",
    "SecretStore": "secret_store",
    "Identity": "identity",
    "AuditTrail": "audit_trail",
    "ThreatProtection": "threat_protection",
    "BackupVault": "backup_vault",
    "Monitoring": "monitoring",
    "RuntimeRules": "runtime_rules",
    "RegionGuard": "region_guard",
    "MlpsBaseline": "mlps_baseline",
}

__all__ = [*COMPONENTS]


def __getattr__(name: str) -> Any:
    module = COMPONENTS.get(name)
    if name == "FinancialBaseline":
        from compliant_infra.components.aws.refusals import why_not_financial

        reason = f"there is no FinancialBaseline for AWS China: {why_not_financial()}"
        # ``from ... import FinancialBaseline`` would put its own words in place of an AttributeError.
        importing = sys._getframe(1).f_code.co_name == "_handle_fromlist"
        raise (ImportError if importing else AttributeError)(reason)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
