"""Components for AWS China. A component's module is imported when its class is asked for."""

import sys
from typing import TYPE_CHECKING, Any

from compliant_infra.components.classes import class_of

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

if TYPE_CHECKING:  # type checkers and editors see what is imported later
    from compliant_infra.components.aws.audit_trail import AuditTrail as AuditTrail
    from compliant_infra.components.aws.audit_trail import AuditTrailArgs as AuditTrailArgs
    from compliant_infra.components.aws.backup_vault import BackupVault as BackupVault
    from compliant_infra.components.aws.backup_vault import BackupVaultArgs as BackupVaultArgs
    from compliant_infra.components.aws.cache import Cache as Cache
    from compliant_infra.components.aws.cache import CacheArgs as CacheArgs
    from compliant_infra.components.aws.identity import Identity as Identity
    from compliant_infra.components.aws.identity import IdentityArgs as IdentityArgs
    from compliant_infra.components.aws.key_ring import KeyRing as KeyRing
    from compliant_infra.components.aws.key_ring import KeyRingArgs as KeyRingArgs
    from compliant_infra.components.aws.kubernetes_cluster import KubernetesCluster as KubernetesCluster
    from compliant_infra.components.aws.kubernetes_cluster import KubernetesClusterArgs as KubernetesClusterArgs
    from compliant_infra.components.aws.mlps_baseline import MlpsBaseline as MlpsBaseline
    from compliant_infra.components.aws.mlps_baseline import MlpsBaselineArgs as MlpsBaselineArgs
    from compliant_infra.components.aws.monitoring import Monitoring as Monitoring
    from compliant_infra.components.aws.monitoring import MonitoringArgs as MonitoringArgs
    from compliant_infra.components.aws.object_bucket import ObjectBucket as ObjectBucket
    from compliant_infra.components.aws.object_bucket import ObjectBucketArgs as ObjectBucketArgs
    from compliant_infra.components.aws.region_guard import RegionGuard as RegionGuard
    from compliant_infra.components.aws.region_guard import RegionGuardArgs as RegionGuardArgs
    from compliant_infra.components.aws.relational_database import RelationalDatabase as RelationalDatabase
    from compliant_infra.components.aws.relational_database import RelationalDatabaseArgs as RelationalDatabaseArgs
    from compliant_infra.components.aws.runtime_rules import RuntimeRules as RuntimeRules
    from compliant_infra.components.aws.runtime_rules import RuntimeRulesArgs as RuntimeRulesArgs
    from compliant_infra.components.aws.secret_store import SecretStore as SecretStore
    from compliant_infra.components.aws.secret_store import SecretStoreArgs as SecretStoreArgs
    from compliant_infra.components.aws.server_group import ServerGroup as ServerGroup
    from compliant_infra.components.aws.server_group import ServerGroupArgs as ServerGroupArgs
    from compliant_infra.components.aws.threat_protection import ThreatProtection as ThreatProtection
    from compliant_infra.components.aws.threat_protection import ThreatProtectionArgs as ThreatProtectionArgs
    from compliant_infra.components.aws.tiered_network import TieredNetwork as TieredNetwork
    from compliant_infra.components.aws.tiered_network import TieredNetworkArgs as TieredNetworkArgs
    from compliant_infra.components.aws.web_entry import WebEntry as WebEntry
    from compliant_infra.components.aws.web_entry import WebEntryArgs as WebEntryArgs
else:

    def __getattr__(name: str) -> Any:
        if name == "FinancialBaseline":
            from compliant_infra.components.aws.refusals import why_not_financial

            reason = f"there is no FinancialBaseline for AWS China: {why_not_financial()}"
            # ``from ... import FinancialBaseline`` would put its own words in place of an AttributeError.
            importing = sys._getframe(1).f_code.co_name == "_handle_fromlist"
            raise (ImportError if importing else AttributeError)(reason)
        return class_of(__name__, COMPONENTS, name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *COMPONENTS})
