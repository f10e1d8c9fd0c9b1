"""BackupVault: Cloud Backup with a vault, policies, a copy in a second region, and snapshots of disks."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError

#: Midnight of 1 January 2025 in China, in seconds: schedules of Cloud Backup start somewhere in the past.
SCHEDULE_EPOCH = 1735660800

#: The hour in China at which backups start, where nothing else is asked.
START_HOUR = 2


class VaultStandby(TypedDict):
    """Where the backups are copied to."""

    region: str
    """Region in mainland China, another one than the vault's."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key of the second region; an own one without it, where the level asks for one."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance of the second region in which an own key is made."""
    provider: NotRequired[alicloud.Provider]
    """Provider configuration of the second region; an own one without it."""


class BackupVaultArgs(CommonArgs):
    """Arguments of BackupVault."""

    vault_name: NotRequired[str]
    """Name of the vault; the component's name without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the backups; an own one without it, where the level asks for one."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made; needed for SM4 and hardware protection."""
    retention_days: NotRequired[int]
    """Days for which backups are kept; the least that the baseline allows without it."""
    start_hour: NotRequired[int]
    """Hour of the day in China, 0 to 23, at which the daily backups start; 2 without it."""
    immutable: NotRequired[bool]
    """Nobody can delete backups before their time, and this cannot be taken back; true from level 3 on without it."""
    servers: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Ids of ECS instances that are backed up whole, each under a name of yours."""
    oss_buckets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Names of OSS buckets that are backed up, each under a name of yours."""
    file_systems: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Ids of NAS file systems that are backed up, each under a name of yours."""
    disks: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Ids of disks that get snapshots, each under a name of yours."""
    select_tags: NotRequired[dict[str, str]]
    """Whatever carries all of these tags is backed up too: instances, buckets and file systems."""
    standby: NotRequired[VaultStandby]
    """Second region with a copy of every backup and snapshot."""


#: A vault needs no argument. (The schema of the package takes no ``BackupVaultArgs | None``.)
_NOTHING: BackupVaultArgs = {}


class BackupVault(AlicloudComponent):
    """A vault of Cloud Backup with daily policies, its copy in a second region, and a policy for snapshots of disks.

    Serves 8.1.4.9 (backup, and its copy in a second region), 8.1.4.8 (confidentiality of what is stored), 8.1.4.7
    (integrity: backups that nobody can delete), 8.2.4.4 (encrypted snapshots) and 8.2.4.5 (data stay in China) of
    GB/T 22239-2019. Restoring has to be tried by people; the component cannot show it.
    """

    vault_id: pulumi.Output[str]
    """Id of the vault."""
    replication_vault_id: pulumi.Output[str | None]
    """Id of the vault in the second region."""
    policy_id: pulumi.Output[str]
    """Policy for buckets and file systems, for further bindings."""
    server_policy_id: pulumi.Output[str]
    """Policy for whole ECS instances, for further bindings."""
    snapshot_policy_id: pulumi.Output[str]
    """Policy for snapshots of disks, for instances and disks made elsewhere."""
    kms_key_id: pulumi.Output[str | None]
    """Key that encrypts the backups."""

    def __init__(self, name: str, args: BackupVaultArgs = _NOTHING, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, BackupVaultArgs)
        given: Mapping[str, Any] = self.args
        hardening = self.hardening
        self.days = int(given.get("retention_days") or hardening.number("backup-retention-days"))
        self.hour = self._hour(given.get("start_hour", START_HOUR))
        self.immutable = bool(given.get("immutable", hardening.demands("backup-immutable")))
        self.standby: Mapping[str, Any] | None = given.get("standby")
        standby_provider = self._second_region()
        vault_name = given.get("vault_name") or name
        key = self._key("key", given, self.provider)
        self.vault = self.make(
            alicloud.hbr.Vault,
            "vault",
            {
                "vault_name": vault_name,
                "vault_type": "STANDARD",
                "vault_storage_class": "STANDARD",
                "description": f"Backups of {name}",
                **_encryption(key),
                "worm_enabled": True if self.immutable else None,
            },
            holds_data=True,
            retain=self.immutable,  # a locked one cannot be deleted while there are backups in it
        )
        standby_key: pulumi.Input[str] | None = None
        self.replication_vault: alicloud.hbr.ReplicationVault | None = None
        if self.standby is not None:
            standby_key = self._key("standby-key", self.standby, standby_provider)
            self.replication_vault = self.make(
                alicloud.hbr.ReplicationVault,
                "standby-vault",
                {
                    "vault_name": f"{vault_name}-standby",
                    "vault_storage_class": "STANDARD",
                    "description": f"Copies of the backups of {name}",
                    "replication_source_region_id": self.region,
                    "replication_source_vault_id": self.vault.id,
                    **_encryption(standby_key),
                },
                holds_data=True,
                retain=self.immutable,
                provider=standby_provider,
            )
        self.policy = self._policy("policy", "STANDARD", ("OSS", "NAS"))
        self.server_policy = self._policy("server-policy", "UDM_ECS_ONLY", ("UDM_ECS",))
        self._bind("servers", "server", self.server_policy, "UDM_ECS")
        self._bind("oss_buckets", "bucket", self.policy, "OSS")
        self._bind("file_systems", "file-system", self.policy, "NAS")
        self.snapshot_policy = self._snapshots(standby_key)
        self.cannot(
            "rest-sm4",
            "backups",
            "Cloud Backup names no algorithm for a vault and does not say that it takes SM4 keys: the key may be "
            "an SM4 key of a KMS instance, and the evidence that it encrypts has to come from the operator",
        )
        self.vault_id = self.vault.id
        self.replication_vault_id = pulumi.Output.from_input(
            None if self.replication_vault is None else self.replication_vault.id
        )
        self.policy_id = self.policy.id
        self.server_policy_id = self.server_policy.id
        self.snapshot_policy_id = self.snapshot_policy.id
        self.kms_key_id = pulumi.Output.from_input(key)
        self.finish(
            {
                "vault_id": self.vault_id,
                "replication_vault_id": self.replication_vault_id,
                "policy_id": self.policy_id,
                "server_policy_id": self.server_policy_id,
                "snapshot_policy_id": self.snapshot_policy_id,
                "kms_key_id": self.kms_key_id,
            }
        )

    # -- what the arguments mean ---------------------------------------------------------------------------------

    def _hour(self, hour: int) -> int:
        if not 0 <= int(hour) <= 23:
            raise ComponentError(f"BackupVault {self.component_name!r}: start_hour is {hour}; it takes 0 to 23")
        return int(hour)

    def _second_region(self) -> pulumi.ProviderResource | None:
        """The provider configuration of the second region, None where there is none."""
        if self.standby is None:
            self.want_standby()
            return None
        region = self.second_region(self.standby)
        return self.provider_for(region, self.standby.get("provider"), "standby-provider")

    def _key(
        self, suffix: str, given: Mapping[str, Any], provider: pulumi.ProviderResource | None
    ) -> pulumi.Input[str] | None:
        """The key of one region: the given one, an own one where the level asks for one, else None."""
        key: pulumi.Input[str] | None = given.get("kms_key_id")
        if key is None and self.hardening.demands("backup-encrypted"):
            key = own_key(self, suffix, "Backup key", given.get("kms_instance_id"), provider)
        return key

    # -- policies ------------------------------------------------------------------------------------------------

    def _policy(self, suffix: str, kind: str, sources: tuple[str, ...]) -> Any:
        """A daily policy. Policies of whole servers keep their backups in snapshots, all others in the vault."""
        servers = kind == "UDM_ECS_ONLY"
        rules: list[dict[str, Any]] = [
            {"rule_type": "TRANSITION", "retention": self.days},
            {
                "rule_type": "BACKUP",
                "backup_type": "COMPLETE",
                "schedule": f"I|{SCHEDULE_EPOCH + self.hour * 3600}|P1D",
                **({"immutable": self.immutable} if servers else {"vault_id": self.vault.id}),
            },
        ]
        if self.standby is not None:
            rules.append(
                {
                    "rule_type": "REPLICATION",
                    "replication_region_id": self.standby["region"],
                    "retention": self.days,
                }
            )
        tags: Mapping[str, str] = self.args.get("select_tags") or {}
        if tags:
            rules.append(
                {
                    "rule_type": "TAG",
                    "tag_filters": [
                        {"key": key, "operator": "EQUAL", "value": value} for key, value in sorted(tags.items())
                    ],
                    "data_source_filters": [{"source_type": source} for source in sources],
                }
            )
        after = [self.replication_vault] if self.replication_vault is not None else []
        return self.make(
            alicloud.hbr.Policy,
            suffix,
            {
                "policy_name": f"{self.component_name}-{suffix}",
                "policy_description": f"Daily backups, kept for {self.days} days",
                "policy_type": kind,
                "rules": rules,
            },
            depends_on=after,
        )

    def _bind(self, argument: str, what: str, policy: Any, source_type: str) -> None:
        for name, identity in sorted((self.args.get(argument) or {}).items()):
            self.make(
                alicloud.hbr.PolicyBinding,
                f"{what}-{name}",
                {
                    "source_type": source_type,
                    "data_source_id": identity,
                    "policy_id": policy.id,
                    "disabled": False,
                    "policy_binding_description": f"{what} {name}",
                },
            )

    def _snapshots(self, standby_key: pulumi.Input[str] | None) -> Any:
        """Daily snapshots of disks, encrypted like their disk, with encrypted copies in the second region."""
        copies: dict[str, Any] = {}
        if self.standby is not None:
            copies = {
                "enable_cross_region_copy": True,
                "target_copy_regions": [self.standby["region"]],
                "copied_snapshots_retention_days": self.days,
                "copy_encryption_configuration": {
                    "encrypted": True,
                    **({} if standby_key is None else {"kms_key_id": standby_key}),
                },
            }
        policy = self.make(
            alicloud.ecs.AutoSnapshotPolicy,
            "snapshot-policy",
            {
                "auto_snapshot_policy_name": f"{self.component_name}-snapshots",
                "repeat_weekdays": [str(day) for day in range(1, 8)],
                "time_points": [str(self.hour)],
                "retention_days": self.days,
                **copies,
            },
        )
        for name, disk in sorted((self.args.get("disks") or {}).items()):
            self.make(
                alicloud.ecs.EcsAutoSnapshotPolicyAttachment,
                f"disk-{name}",
                {"auto_snapshot_policy_id": policy.id, "disk_id": disk},
            )
        return policy


def _encryption(key: pulumi.Input[str] | None) -> dict[str, Any]:
    """How a vault is encrypted: with a key, or by the service's own method."""
    return {"encrypt_type": "HBR_PRIVATE"} if key is None else {"encrypt_type": "KMS", "kms_key_id": key}
