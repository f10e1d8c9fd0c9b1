"""AuditTrail: who did what in the account, kept where nobody can change it."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key, through
from compliant_infra.components.aws.log_groups import RETENTION_STEPS, group_arn, logs_statement
from compliant_infra.components.aws.object_bucket import BucketStandby, ObjectBucket
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.given_arguments import with_defaults

#: Records tell who may do what.
DATA_CLASS = "important"

#: Where collected logs stand in the bucket.
COLLECTED = "collected/"

CLOUDTRAIL = "cloudtrail.amazonaws.com"
CONFIG = "config.amazonaws.com"
FIREHOSE = "firehose.amazonaws.com"


class AuditTrailArgs(CommonArgs):
    """Arguments of AuditTrail."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    trail_name: NotRequired[str]
    """Name of the trail; ``<name>-trail`` without it."""
    bucket: NotRequired[str]
    """Name of the bucket that is made; ``audit-<account>-<region>`` without it."""
    log_bucket: NotRequired[str]
    """Name of a bucket that is there already, locked, private, open to CloudTrail; an own one is made without it."""
    log_group: NotRequired[str]
    """Name of a log group that is there already; an own one is made without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts trail, bucket and log group, open to these services; an own one without it."""
    retention_days: NotRequired[int]
    """Days for which log group and lock of the bucket keep records; the least that is asked without it."""
    organization: NotRequired[bool]
    """One trail for all accounts of the organisation; for its management account only."""
    central_destination_arn: NotRequired[str]
    """Destination of CloudWatch Logs (``arn:aws-cn:logs:...:destination:...``) that takes the logs of all log groups;
    an own Firehose without it."""
    standby: NotRequired[BucketStandby]
    """The other region in China with a copy of the bucket."""


class AuditTrail(AwsComponent):
    """A trail of all events in all regions, in a log group to search and in a locked bucket to keep.

    Serves 8.1.3.5 and 8.1.4.3 (security audit: coverage, content, protection and keeping of records), 8.1.4.7 b,
    8.1.5.2 (audit administration) and 8.1.5.4 d (central collection) of GB/T 22239-2019. From level 3 on, the logs of
    all log groups of the region are collected in the same bucket.

    Left to do: reading the records (Monitoring makes alarms on them), and the logs of hosts and applications. Events of
    CloudFront are recorded in Ningxia only.
    """

    trail_name: str
    """Name of the trail."""
    log_bucket: str
    """Name of the bucket."""
    log_group: str
    """Name of the log group with the events of the account."""
    trail_arn: pulumi.Output[str]
    """ARN of the trail."""
    log_bucket_name: pulumi.Output[str]
    """Name of the bucket, known when it is there."""
    log_group_name: pulumi.Output[str]
    """Name of the log group, known when it is there."""
    kms_key_arn: pulumi.Output[str]
    """Key that encrypts trail, bucket and log group."""
    standby_bucket_name: pulumi.Output[str | None]
    """Name of the bucket in the other region."""

    def __init__(self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, with_defaults(args, data_class=DATA_CLASS), opts, AuditTrailArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        self.trail_name = given.get("trail_name") or f"{name}-trail"
        self.retention_days: int = given.get("retention_days") or self.hardening.number("log-retention-days")
        if self.retention_days > RETENTION_STEPS[-1]:
            raise ComponentError(f"AuditTrail {name!r}: CloudWatch keeps logs for at most {RETENTION_STEPS[-1]} days")
        self.log_bucket = given.get("log_bucket") or given.get("bucket") or f"audit-{self.account_id}-{self.region}"
        self.log_group = given.get("log_group") or f"/aws/cloudtrail/{self.trail_name}"
        key = given.get("kms_key_arn")
        if key is None:
            key = own_key(self, "key", "Key of the audit records", self.account_id, self._key_statements())
        self._key: pulumi.Input[str] = key
        self.bucket = self._own_bucket() if "log_bucket" not in given else None
        self.group = self._group("log-group", self.log_group) if "log_group" not in given else None
        self.trail = self._trail()
        if self.hardening.demands("audit-central"):
            self._collect(given.get("central_destination_arn"))
        self.trail_arn = self.trail.arn
        self.kms_key_arn = pulumi.Output.from_input(key)
        self.log_bucket_name = pulumi.Output.from_input(
            self.log_bucket if self.bucket is None else self.bucket.bucket_name
        )
        self.log_group_name = pulumi.Output.from_input(self.log_group if self.group is None else self.group.name)
        self.standby_bucket_name = pulumi.Output.from_input(
            None if self.bucket is None else self.bucket.standby_bucket_name
        )
        self.finish(
            {
                "trail_name": self.trail_name,
                "trail_arn": self.trail_arn,
                "log_bucket": self.log_bucket,
                "log_group": self.log_group,
                "log_bucket_name": self.log_bucket_name,
                "log_group_name": self.log_group_name,
                "kms_key_arn": self.kms_key_arn,
                "standby_bucket_name": self.standby_bucket_name,
            }
        )

    # -- names that policies mention -----------------------------------------------------------------------------

    @property
    def _trail_arn(self) -> str:
        return f"arn:aws-cn:cloudtrail:{self.region}:{self.account_id}:trail/{self.trail_name}"

    def _group_arn(self, group: str) -> str:
        return group_arn(self, self.account_id, group)

    def _role_name(self, purpose: str) -> str:
        return f"{self.component_name}-{purpose}-{self.region}"[-64:]

    def _role_arn(self, purpose: str) -> str:
        return f"arn:aws-cn:iam::{self.account_id}:role/{self._role_name(purpose)}"

    def _key_statements(self) -> list[dict[str, Any]]:
        """What CloudTrail and CloudWatch Logs do with the key: each for its own records of this account."""
        return [
            {
                "Sid": "CloudTrail",
                "Effect": "Allow",
                "Principal": {"Service": CLOUDTRAIL},
                "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceArn": self._trail_arn}},
            },
            logs_statement(self, self.account_id, "*"),
            {
                "Sid": "Config",
                "Effect": "Allow",
                "Principal": {"Service": CONFIG},
                "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": self.account_id}},
            },
        ]

    # -- where the records go ------------------------------------------------------------------------------------

    def _own_bucket(self) -> ObjectBucket:
        if "standby" not in self.args:
            self.want_standby(remedy="give standby, or a log_bucket that has one")
        return self.component(
            ObjectBucket,
            "bucket",
            {
                "bucket": self.log_bucket,
                "account_id": self.account_id,
                "kms_key_arn": self._key,
                "is_log_bucket": True,
                "worm_days": self.retention_days,
                "retention_days": 2 * self.retention_days,
                "policy_statements": self._bucket_statements(),
                "standby": self.args.get("standby"),
            },
        )

    def _bucket_statements(self) -> list[dict[str, Any]]:
        """What services do with the bucket: CloudTrail for this trail, Config for this account."""
        bucket = f"arn:aws-cn:s3:::{self.log_bucket}"
        found = []
        for sid, service, source in (
            ("CloudTrail", CLOUDTRAIL, {"aws:SourceArn": self._trail_arn}),
            ("Config", CONFIG, {"aws:SourceAccount": self.account_id}),
        ):
            allow = {"Effect": "Allow", "Principal": {"Service": service}}
            found += [
                {
                    **allow,
                    "Sid": f"{sid}Looks",
                    "Action": ["s3:GetBucketAcl", "s3:ListBucket"] if service == CONFIG else "s3:GetBucketAcl",
                    "Resource": bucket,
                    "Condition": {"StringEquals": source},
                },
                {
                    **allow,
                    "Sid": f"{sid}Writes",
                    "Action": "s3:PutObject",
                    # A trail of an organisation writes below the organisation's id, for every account.
                    "Resource": f"{bucket}/AWSLogs/*"
                    if service == CLOUDTRAIL and self.args.get("organization")
                    else f"{bucket}/AWSLogs/{self.account_id}/*",
                    "Condition": {"StringEquals": {**source, "s3:x-amz-acl": "bucket-owner-full-control"}},
                },
            ]
        return found

    def _group(self, suffix: str, name: str) -> Any:
        return self.make(
            aws.cloudwatch.LogGroup,
            suffix,
            {
                "name": name,
                "kms_key_id": self._key,
                "retention_in_days": next(step for step in RETENTION_STEPS if step >= self.retention_days),
                "log_group_class": "STANDARD",
            },
            holds_data=True,
            retain=True,
        )

    # -- the trail -----------------------------------------------------------------------------------------------

    def _role(
        self,
        purpose: str,
        service: str,
        statements: list[dict[str, Any]],
        condition: Mapping[str, Any] | None = None,
    ) -> Any:
        """A role that one service alone takes on."""
        trust: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        if condition is not None:
            trust["Condition"] = condition
        role = self.make(
            aws.iam.Role,
            f"{purpose}-role",
            {
                "name": self._role_name(purpose),
                "assume_role_policy": json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
                "max_session_duration": 3600,
            },
        )
        self.make(
            aws.iam.RolePolicy,
            f"{purpose}-policy",
            {
                "role": role.name,
                "policy": json.dumps({"Version": "2012-10-17", "Statement": statements}),
            },
        )
        return role

    def _trail(self) -> Any:
        streams = f"{self._group_arn(self.log_group)}:log-stream:*"
        write = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": [streams]}
        role = self._role("trail", CLOUDTRAIL, [write])
        after = [self.children["trail-policy"], *([self.group] if self.group is not None else [])]
        if self.bucket is not None:
            after.append(self.bucket.children["policy"])
        return self.make(
            aws.cloudtrail.Trail,
            "trail",
            {
                "name": self.trail_name,
                "s3_bucket_name": self.log_bucket,
                "kms_key_id": self._key,
                "enable_logging": True,
                "is_multi_region_trail": True,
                "include_global_service_events": True,
                "enable_log_file_validation": True,
                "is_organization_trail": True if self.args.get("organization") else None,
                "cloud_watch_logs_group_arn": f"{self._group_arn(self.log_group)}:*",
                "cloud_watch_logs_role_arn": role.arn,
            },
            holds_data=True,
            depends_on=after,
        )

    # -- the logs of everything else -----------------------------------------------------------------------------

    def _collect(self, destination: str | None) -> None:
        """All log groups of the region are subscribed: to the destination that is given, or into the bucket."""
        after: list[pulumi.Resource] = []
        policy = {"FilterPattern": "", "Distribution": "Random"}
        left_out = [self.log_group]  # the trail writes its events into the bucket by itself
        if destination is not None and ":destination:" not in destination:
            raise ComponentError(
                f"AuditTrail {self.component_name!r}: central_destination_arn is {destination}; it takes a destination "
                "of CloudWatch Logs: streams and Firehoses need a role of this account"
            )
        if destination is None:
            errors = f"/aws/firehose/{self.component_name}"
            left_out.append(errors)  # what goes wrong in the delivery must not be delivered again
            after = self._firehose(errors)
            destination = f"arn:aws-cn:firehose:{self.region}:{self.account_id}:deliverystream/{self.component_name}"
            policy["RoleArn"] = self._role_arn("subscription")
        self.make(
            aws.cloudwatch.LogAccountPolicy,
            "collection",
            {
                "policy_name": f"{self.component_name}-collection",
                "policy_type": "SUBSCRIPTION_FILTER_POLICY",
                "policy_document": json.dumps({"DestinationArn": destination, **policy}),
                "selection_criteria": f"LogGroupName NOT IN {json.dumps(left_out)}",
                "scope": "ALL",
            },
            depends_on=after,
        )

    def _firehose(self, errors: str) -> list[pulumi.Resource]:
        bucket = f"arn:aws-cn:s3:::{self.log_bucket}"
        group = self._group("collection-errors", errors)
        # Firehose makes no stream by itself.
        delivery = self.make(
            aws.cloudwatch.LogStream, "collection-errors-stream", {"name": "delivery", "log_group_name": group.name}
        )
        self._role(
            "firehose",
            FIREHOSE,
            [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                    "Resource": [bucket],
                },
                {
                    "Effect": "Allow",
                    "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
                    "Resource": [f"{bucket}/{COLLECTED}*"],
                },
                {
                    "Effect": "Allow",
                    "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                    "Resource": [f"arn:aws-cn:kms:{self.region}:{self.account_id}:key/*"],
                    "Condition": {"StringEquals": {"kms:ViaService": through("s3", self.region)}},
                },
                {
                    "Effect": "Allow",
                    "Action": ["logs:PutLogEvents"],
                    "Resource": [f"{self._group_arn(errors)}:log-stream:*"],
                },
            ],
        )
        stream = self.make(
            aws.kinesis.FirehoseDeliveryStream,
            "firehose",
            {
                "name": self.component_name,
                "destination": "extended_s3",
                "server_side_encryption": {
                    "enabled": True,
                    "key_type": "CUSTOMER_MANAGED_CMK",
                    "key_arn": self._key,
                },
                "extended_s3_configuration": {
                    "bucket_arn": bucket,
                    "role_arn": self._role_arn("firehose"),
                    "prefix": COLLECTED,
                    "error_output_prefix": f"{COLLECTED}errors/",
                    "kms_key_arn": self._key,
                    # Events come from CloudWatch Logs compressed.
                    "compression_format": "UNCOMPRESSED",
                    "cloudwatch_logging_options": {
                        "enabled": True,
                        "log_group_name": errors,
                        "log_stream_name": delivery.name,
                    },
                },
            },
            depends_on=[
                delivery,
                self.children["firehose-policy"],
                *([self.bucket] if self.bucket is not None else []),
            ],
        )
        arn = f"arn:aws-cn:firehose:{self.region}:{self.account_id}:deliverystream/{self.component_name}"
        self._role(
            "subscription",
            f"logs.{self.region}.amazonaws.com.cn",
            [{"Effect": "Allow", "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"], "Resource": [arn]}],
            {"StringLike": {"aws:SourceArn": f"arn:aws-cn:logs:{self.region}:{self.account_id}:*"}},
        )
        return [stream, self.children["subscription-policy"]]
