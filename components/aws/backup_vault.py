"""BackupVault: AWS Backup with a locked vault, a daily plan, and a copy in the other region in China."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError

#: The hour in China at which backups start, where nothing else is asked.
START_HOUR = 2

#: Days in which a lock can be taken away again; then nobody can. AWS takes no less than three.
LOCK_GRACE_DAYS = 7

#: Minutes within which a backup has to start.
START_WINDOW = 60

#: What AWS Backup needs besides for buckets.
BUCKET_POLICIES = {
    "bucket-backup": "arn:aws-cn:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
    "bucket-restore": "arn:aws-cn:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
}

#: What AWS Backup needs to back up and to restore.
SERVICE_POLICIES = {
    "backup": "arn:aws-cn:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "restore": "arn:aws-cn:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
}


class VaultStandby(TypedDict):
    """Where the backups are copied to."""

    region: str
    """The other region in China: AWS Backup copies between Beijing and Ningxia only."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the second region; an own one without it, where the level asks for one."""
    provider: NotRequired[aws.Provider]
    """Provider configuration of the second region; an own one without it."""


class BackupVaultArgs(CommonArgs):
    """Arguments of BackupVault."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    vault_name: NotRequired[str]
    """Name of the vault; the component's name without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the backups; an own one without it, where the level asks for one."""
    retention_days: NotRequired[int]
    """Days for which backups are kept; the least that the baseline allows without it."""
    start_hour: NotRequired[int]
    """Hour of the day in China, 0 to 23, at which the daily backups start; 2 without it."""
    immutable: NotRequired[bool]
    """Nobody can delete backups before their time, and this cannot be taken back; true from level 3 on without it."""
    resource_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of what is backed up: volumes, instances, databases, file systems, tables, buckets (as plain texts, so that
    the own role gets the permissions for them)."""
    select_tags: NotRequired[dict[str, str]]
    """Whatever carries one of these tags is backed up too."""
    role_arn: NotRequired[pulumi.Input[str]]
    """Role of AWS Backup; an own one with AWS's two service policies without it."""
    standby: NotRequired[VaultStandby]
    """Second region with a copy of every backup."""


class BackupVault(AwsComponent):
    """A vault of AWS Backup with a lock, a daily plan, and a locked vault with the copies in the other region.

    Serves 8.1.4.9 (backup, and its copy in a second region), 8.1.4.8 (confidentiality of what is stored), 8.1.4.7
    (integrity: backups that nobody can delete) and 8.2.4.5 (data stay in China) of GB/T 22239-2019. Restoring has to be
    tried by people; the component cannot show it.
    """

    vault_name: pulumi.Output[str]
    """Name of the vault."""
    vault_arn: pulumi.Output[str]
    """ARN of the vault."""
    replication_vault_arn: pulumi.Output[str | None]
    """ARN of the vault in the second region."""
    plan_id: pulumi.Output[str]
    """Id of the plan, for further selections."""
    role_arn: pulumi.Output[str]
    """Role by which AWS Backup works."""
    kms_key_arn: pulumi.Output[str | None]
    """Key that encrypts the backups."""

    def __init__(self, name: str, args: BackupVaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, BackupVaultArgs)
        given: Mapping[str, Any] = self.args
        hardening = self.hardening
        self.account_id: str = given["account_id"]
        self.days = int(given.get("retention_days") or hardening.number("backup-retention-days"))
        self.immutable = bool(given.get("immutable", hardening.demands("backup-immutable")))
        standby: Mapping[str, Any] | None = given.get("standby")
        standby_provider = self._second_region(standby)
        vault_name: str = given.get("vault_name") or name
        key = self._key("key", given, self.provider)
        self.vault = self._vault("", vault_name, key, self.provider)
        self.standby_vault: aws.backup.Vault | None = None
        copies_to = ""
        if standby is not None:
            standby_name = f"{vault_name}-standby"
            copies_to = f"arn:aws-cn:backup:{standby['region']}:{self.account_id}:backup-vault:{standby_name}"
            self.standby_vault = self._vault(
                "standby-",
                standby_name,
                self._key("standby-key", standby, standby_provider),
                standby_provider,
            )
        self.plan = self._plan(self._hour(given.get("start_hour", START_HOUR)), copies_to)
        self.role_arn = self._role(given.get("role_arn"))
        self._select()
        self.vault_name = self.vault.name
        self.vault_arn = self.vault.arn
        self.replication_vault_arn = pulumi.Output.from_input(
            None if self.standby_vault is None else self.standby_vault.arn
        )
        self.plan_id = self.plan.id
        self.kms_key_arn = pulumi.Output.from_input(key)
        self.finish(
            {
                "vault_name": self.vault_name,
                "vault_arn": self.vault_arn,
                "replication_vault_arn": self.replication_vault_arn,
                "plan_id": self.plan_id,
                "role_arn": self.role_arn,
                "kms_key_arn": self.kms_key_arn,
            }
        )

    # -- what the arguments mean ---------------------------------------------------------------------------------

    def _hour(self, hour: int) -> int:
        if not 0 <= int(hour) <= 23:
            raise ComponentError(f"BackupVault {self.component_name!r}: start_hour is {hour}; it takes 0 to 23")
        return int(hour)

    def _second_region(self, standby: Mapping[str, Any] | None) -> pulumi.ProviderResource | None:
        """The provider configuration of the second region, None where there is none."""
        if standby is None:
            self.want_standby()
            return None
        region = self.second_region(standby)
        return self.provider_for(region, standby.get("provider"), "standby-provider")

    def _key(
        self, suffix: str, given: Mapping[str, Any], provider: pulumi.ProviderResource | None
    ) -> pulumi.Input[str] | None:
        """The key of one region: the given one, an own one where the level asks for one, else None."""
        key: pulumi.Input[str] | None = given.get("kms_key_arn")
        if key is None and self.hardening.demands("backup-encrypted"):
            key = own_key(self, suffix, "Backup key", self.account_id, provider=provider)
        return key

    # -- vaults --------------------------------------------------------------------------------------------------

    def _vault(
        self, prefix: str, vault_name: str, key: pulumi.Input[str] | None, provider: pulumi.ProviderResource | None
    ) -> Any:
        """A vault of one region, with its policy and, where asked, its lock."""
        vault = self.make(
            aws.backup.Vault,
            f"{prefix}vault",
            {"name": vault_name, "kms_key_arn": key, "force_destroy": False},
            holds_data=True,
            retain=self.immutable,  # a locked one cannot be deleted while there are backups in it
            provider=provider,
        )
        self.make(
            aws.backup.VaultPolicy,
            f"{prefix}vault-policy",
            {"backup_vault_name": vault.name, "policy": self._vault_policy()},
            provider=provider,
        )
        if self.immutable:
            self.make(
                aws.backup.VaultLockConfiguration,
                f"{prefix}lock",
                {
                    "backup_vault_name": vault.name,
                    "min_retention_days": self.hardening.number("backup-retention-days"),
                    # With days of grace the lock is one that not even the account can take away afterwards.
                    "changeable_for_days": LOCK_GRACE_DAYS,
                },
                retain=True,
                provider=provider,
            )
        return vault

    def _vault_policy(self) -> str:
        """Nobody deletes a backup by hand or shortens its life, and no other account has business here."""
        return json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "KeepBackups",
                        "Effect": "Deny",
                        "Principal": {"AWS": "*"},
                        "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
                        "Resource": "*",
                    },
                    {
                        "Sid": "OwnAccountOnly",
                        "Effect": "Deny",
                        "Principal": {"AWS": "*"},
                        "Action": ["backup:CopyIntoBackupVault", "backup:StartRestoreJob"],
                        "Resource": "*",
                        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": self.account_id}},
                    },
                ],
            }
        )

    # -- the plan ------------------------------------------------------------------------------------------------

    def _plan(self, hour: int, copies_to: str) -> Any:
        """The daily plan. ``copies_to`` is the ARN of the second vault: a text, so that its region is known at once."""
        rule: dict[str, Any] = {
            "rule_name": "daily",
            "target_vault_name": self.vault.name,
            "schedule": f"cron(0 {hour} * * ? *)",
            "schedule_expression_timezone": "Asia/Shanghai",
            "start_window": START_WINDOW,
            "lifecycle": {"delete_after": self.days},
        }
        after: list[pulumi.Resource] = []
        if copies_to:
            rule["copy_actions"] = [{"destination_vault_arn": copies_to, "lifecycle": {"delete_after": self.days}}]
            after = [self.children["standby-vault"]]
        return self.make(
            aws.backup.Plan, "plan", {"name": f"{self.component_name}-daily", "rules": [rule]}, depends_on=after
        )

    def _role(self, given: pulumi.Input[str] | None) -> pulumi.Output[str]:
        if given is not None:
            return pulumi.Output.from_input(given)
        role = self.make(
            aws.iam.Role,
            "role",
            {
                "description": f"AWS Backup for {self.component_name}",
                "max_session_duration": self.hardening.number("role-session-seconds"),
                "assume_role_policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "backup.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                            }
                        ],
                    }
                ),
            },
        )
        policies = dict(SERVICE_POLICIES)
        if any(isinstance(arn, str) and ":s3:::" in arn for arn in self.args.get("resource_arns") or ()):
            policies |= BUCKET_POLICIES
        for purpose, arn in policies.items():
            self.make(aws.iam.RolePolicyAttachment, f"role-{purpose}", {"role": role.name, "policy_arn": arn})
        found: pulumi.Output[str] = role.arn
        return found

    def _select(self) -> None:
        """What is backed up: by ARN, by tag, or both."""
        arns = self.args.get("resource_arns")
        tags: Mapping[str, str] = self.args.get("select_tags") or {}
        if arns:
            self._selection("selection", {"resources": list(arns)})
        if tags:
            self._selection(
                "tag-selection",
                {
                    "selection_tags": [
                        {"type": "STRINGEQUALS", "key": key, "value": value} for key, value in sorted(tags.items())
                    ]
                },
            )

    def _selection(self, suffix: str, what: Mapping[str, Any]) -> None:
        self.make(
            aws.backup.Selection,
            suffix,
            {
                "name": f"{self.component_name}-{suffix}",
                "plan_id": self.plan.id,
                "iam_role_arn": self.role_arn,
                **what,
            },
            # Before its role may do its work AWS Backup refuses the selection.
            depends_on=[child for name, child in self.children.items() if name.startswith("role-")],
        )
