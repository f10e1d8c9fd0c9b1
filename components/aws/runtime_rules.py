"""RuntimeRules: the running account is recorded and judged by rules of AWS Config, beside the checks of its code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import through
from compliant_infra.components.aws.object_bucket import BucketStandby, ObjectBucket
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.given_arguments import with_defaults

CONFIG = "config.amazonaws.com"

#: What Config reads of all services, as a policy of AWS.
READS_ALL = "arn:aws-cn:iam::aws:policy/service-role/AWS_ConfigRole"


@dataclass(frozen=True, slots=True)
class ManagedRule:
    """A managed rule of AWS Config on the ground of rules of the catalogue.

    ``numbers``: parameter of the managed rule -> parameter of the baseline; ``fixed``: parameters with their values.
    """

    identifier: str
    rules: tuple[str, ...]
    numbers: Mapping[str, str] | None = None
    fixed: Mapping[str, str] | None = None

    @property
    def suffix(self) -> str:
        """The short name of the child."""
        return self.identifier.lower().replace("_", "-")


MANAGED: tuple[ManagedRule, ...] = (
    ManagedRule("MULTI_REGION_CLOUD_TRAIL_ENABLED", ("audit-trail-on",)),
    ManagedRule("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", ("audit-immutable",)),
    ManagedRule("CLOUD_TRAIL_ENCRYPTION_ENABLED", ("log-encrypted",)),
    ManagedRule("CLOUDWATCH_LOG_GROUP_ENCRYPTED", ("log-encrypted",)),
    ManagedRule("CW_LOGGROUP_RETENTION_PERIOD_CHECK", ("audit-retention",), {"MinRetentionTime": "log-retention-days"}),
    ManagedRule("VPC_FLOW_LOGS_ENABLED", ("net-flow-logs",)),
    ManagedRule("S3_BUCKET_PUBLIC_READ_PROHIBITED", ("oss-not-public",)),
    ManagedRule("S3_BUCKET_PUBLIC_WRITE_PROHIBITED", ("oss-not-public",)),
    ManagedRule("S3_BUCKET_SSL_REQUESTS_ONLY", ("oss-https-only",)),
    ManagedRule("S3_BUCKET_VERSIONING_ENABLED", ("oss-versioning",)),
    ManagedRule("S3_BUCKET_LOGGING_ENABLED", ("access-log-on",)),
    ManagedRule("ENCRYPTED_VOLUMES", ("disk-encrypted",)),
    ManagedRule("EC2_IMDSV2_CHECK", ("host-imds-v2",)),
    ManagedRule("EC2_INSTANCE_NO_PUBLIC_IP", ("net-no-public-ip-on-instance",)),
    ManagedRule("INCOMING_SSH_DISABLED", ("net-sg-no-risky-port-from-any",)),
    ManagedRule(
        "RESTRICTED_INCOMING_TRAFFIC",
        ("net-sg-no-risky-port-from-any",),
        # It takes five ports.
        fixed={
            "blockedPort1": "23",
            "blockedPort2": "3306",
            "blockedPort3": "3389",
            "blockedPort4": "5432",
            "blockedPort5": "6379",
        },
    ),
    ManagedRule("VPC_DEFAULT_SECURITY_GROUP_CLOSED", ("net-sg-no-any-any",)),
    ManagedRule("RDS_STORAGE_ENCRYPTED", ("db-encrypted",)),
    ManagedRule("RDS_MULTI_AZ_SUPPORT", ("db-multi-az",)),
    ManagedRule("RDS_INSTANCE_PUBLIC_ACCESS_CHECK", ("net-db-no-public-endpoint",)),
    ManagedRule("DB_INSTANCE_BACKUP_ENABLED", ("db-backup",), {"backupRetentionMinimum": "backup-retention-days"}),
    ManagedRule("RDS_INSTANCE_DELETION_PROTECTION_ENABLED", ("deletion-protection",)),
    ManagedRule("EFS_ENCRYPTED_CHECK", ("nas-encrypted",)),
    ManagedRule("CMK_BACKING_KEY_ROTATION_ENABLED", ("kms-rotation",)),
    ManagedRule("EKS_ENDPOINT_NO_PUBLIC_ACCESS", ("net-k8s-api-private",)),
    ManagedRule("EKS_SECRETS_ENCRYPTED", ("k8s-secrets-encrypted",)),
    ManagedRule("ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK", ("tls-listener-encrypted",)),
    ManagedRule(
        "IAM_PASSWORD_POLICY",
        ("iam-password-policy",),
        {
            "MinimumPasswordLength": "password-min-length",
            "MaxPasswordAge": "password-max-age-days",
            "PasswordReusePrevention": "password-reuse-prevention",
        },
        {
            "RequireUppercaseCharacters": "true",
            "RequireLowercaseCharacters": "true",
            "RequireSymbols": "true",
            "RequireNumbers": "true",
        },
    ),
    ManagedRule("IAM_USER_MFA_ENABLED", ("iam-mfa",)),
    ManagedRule("IAM_USER_NO_POLICIES_CHECK", ("iam-no-direct-grant",)),
    ManagedRule("IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", ("iam-no-admin-star",)),
    ManagedRule("ACCESS_KEYS_ROTATED", ("iam-no-static-key",), {"maxAccessKeyAge": "idle-identity-days"}),
    ManagedRule(
        "IAM_USER_UNUSED_CREDENTIALS_CHECK", ("iam-idle-cleanup",), {"maxCredentialUsageAge": "idle-identity-days"}
    ),
    ManagedRule("SECRETSMANAGER_ROTATION_ENABLED_CHECK", ("secret-rotation",)),
)


class RuntimeRulesArgs(CommonArgs):
    """Arguments of RuntimeRules."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    log_bucket: NotRequired[str]
    """Name of a bucket that is there already and open to Config, without a lock (Config delivers to no locked one, such
    as that of AuditTrail); in Beijing one of the region. An own one without it."""
    bucket: NotRequired[str]
    """Name of the bucket that is made; ``config-<account>-<region>`` without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts what is delivered, open to Config; the bucket's own encryption without it."""
    topic_arn: NotRequired[pulumi.Input[str]]
    """SNS topic that is told of changes, without a customer's key: Config publishes to no encrypted topic; none without
    it (Monitoring tells of violations)."""
    recorder_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which Config reads and writes; an own one without it."""
    without: NotRequired[list[str]]
    """Identifiers of managed rules that are left out: not offered in the region, or the service is not in use."""
    standby: NotRequired[BucketStandby]
    """The other region in China with a copy of the own bucket."""


class RuntimeRules(AwsComponent):
    """AWS Config: recorder of all resources, delivery of changes, and managed rules for the level.

    Serves 8.1.10.2 and 8.1.10.8 (inventory of assets, management of configurations) and 8.1.5.4 e (central management)
    of GB/T 22239-2019. The managed rules are those that stand on the ground of the rules in force.

    Left to do: looking at violations and mending them. An account has one recorder in a region.
    """

    recorder_name: pulumi.Output[str]
    """Name of the recorder."""
    log_bucket: str
    """Name of the bucket that takes the history and the snapshots."""

    def __init__(self, name: str, args: RuntimeRulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, with_defaults(args, data_class="important"), opts, RuntimeRulesArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        self.log_bucket = given.get("log_bucket") or given.get("bucket") or f"config-{self.account_id}-{self.region}"
        self.bucket = self._own_bucket() if "log_bucket" not in given else None
        role = given.get("recorder_role_arn")
        if role is None:
            role = self._role().arn
        self.recorder = self.make(
            aws.cfg.Recorder,
            "recorder",
            {
                "name": "default",
                "role_arn": role,
                "recording_group": {"all_supported": True, "include_global_resource_types": True},
            },
            # Config tries the bucket with the role when it is told of the channel.
            depends_on=[
                self.children[child] for child in ("recorder-reads", "recorder-writes") if child in self.children
            ],
        )
        self.channel = self.make(
            aws.cfg.DeliveryChannel,
            "channel",
            {
                "name": "default",
                "s3_bucket_name": self.log_bucket,
                "s3_kms_key_arn": given.get("kms_key_arn"),
                "sns_topic_arn": given.get("topic_arn"),
                "snapshot_delivery_properties": {"delivery_frequency": "TwentyFour_Hours"},
            },
            depends_on=[self.recorder, *([self.bucket.children["policy"]] if self.bucket is not None else [])],
        )
        self.status = self.make(
            aws.cfg.RecorderStatus,
            "recorder-status",
            {"name": self.recorder.name, "is_enabled": True},
            depends_on=[self.channel],
        )
        self._rules(given.get("without") or [])
        self.recorder_name = self.recorder.name
        self.finish({"recorder_name": self.recorder_name, "log_bucket": self.log_bucket})

    def _own_bucket(self) -> ObjectBucket:
        if "standby" not in self.args:
            raise ComponentError(
                f"RuntimeRules {self.component_name!r}: give log_bucket, without a lock, or standby for the copy of "
                f"an own one ({', '.join(self.hardening.clauses('backup-second-region'))})"
            )
        bucket = f"arn:aws-cn:s3:::{self.log_bucket}"
        mine = {"aws:SourceAccount": self.account_id}
        allow = {"Effect": "Allow", "Principal": {"Service": CONFIG}}
        return self.component(
            ObjectBucket,
            "bucket",
            {
                "bucket": self.log_bucket,
                "account_id": self.account_id,
                "kms_key_arn": self.args.get("kms_key_arn"),
                # No lock: Config delivers to no bucket that has one. The history stays as long as logs do.
                "retention_days": 2 * self.hardening.number("log-retention-days"),
                "policy_statements": [
                    {
                        **allow,
                        "Sid": "ConfigLooks",
                        "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                        "Resource": bucket,
                        "Condition": {"StringEquals": mine},
                    },
                    {
                        **allow,
                        "Sid": "ConfigWrites",
                        "Action": "s3:PutObject",
                        "Resource": f"{bucket}/AWSLogs/{self.account_id}/*",
                        "Condition": {"StringEquals": {**mine, "s3:x-amz-acl": "bucket-owner-full-control"}},
                    },
                ],
                "standby": self.args["standby"],
            },
        )

    def _role(self) -> Any:
        """The role by which Config reads all services and writes into the bucket."""
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": CONFIG},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": self.account_id}},
        }
        role = self.make(
            aws.iam.Role,
            "recorder-role",
            {
                "name": f"{self.component_name}-config-{self.region}"[-64:],
                "assume_role_policy": json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
                "max_session_duration": 3600,
            },
        )
        self.make(aws.iam.RolePolicyAttachment, "recorder-reads", {"role": role.name, "policy_arn": READS_ALL})
        bucket = f"arn:aws-cn:s3:::{self.log_bucket}"
        self.make(
            aws.iam.RolePolicy,
            "recorder-writes",
            {
                "role": role.name,
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                                "Resource": [bucket],
                            },
                            {
                                "Effect": "Allow",
                                "Action": ["s3:PutObject"],
                                "Resource": [f"{bucket}/AWSLogs/{self.account_id}/*"],
                            },
                            {
                                "Effect": "Allow",
                                "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                                "Resource": [f"arn:aws-cn:kms:{self.region}:{self.account_id}:key/*"],
                                "Condition": {"StringEquals": {"kms:ViaService": through("s3", self.region)}},
                            },
                        ],
                    }
                ),
            },
        )
        return role

    def _rules(self, without: list[str]) -> None:
        """The managed rules on whose ground a rule is in force, with the baseline's numbers."""
        strange = sorted(set(without) - {managed.identifier for managed in MANAGED})
        if strange:
            raise ComponentError(f"RuntimeRules {self.component_name!r} makes no managed rule {', '.join(strange)}")
        for managed in MANAGED:
            if managed.identifier in without or self.hardening.rules.isdisjoint(managed.rules):
                continue
            numbers = managed.numbers or {}
            parameters = {
                **{name: str(self.hardening.number(parameter)) for name, parameter in numbers.items()},
                **(managed.fixed or {}),
            }
            self.make(
                aws.cfg.Rule,
                managed.suffix,
                {
                    "name": f"{self.component_name}-{managed.suffix}",
                    "description": f"Run-time side of {', '.join(managed.rules)}",
                    "source": {"owner": "AWS", "source_identifier": managed.identifier},
                    "input_parameters": json.dumps(parameters) if parameters else None,
                },
                depends_on=[self.recorder],
            )
