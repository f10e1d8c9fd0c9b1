"""ObjectBucket: an S3 bucket with everything that belongs to it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key, through
from compliant_infra.components.component import CommonArgs, ComponentError

#: Names of buckets. Dots are left out: TLS certificates do not fit them.
BUCKET_NAME = re.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")

#: Days after which parts of uploads that were never finished go.
ABANDONED_UPLOAD_DAYS = 7

#: Days for which a version is kept after it was overwritten or deleted, unless backups are kept longer.
NONCURRENT_DAYS = 30

#: S3's own principal for the delivery of access logs, the same in the regions in China.
LOG_DELIVERY = "logging.s3.amazonaws.com"

#: Services that write logs of other kinds: vended logs such as flow logs, the trail, the configuration's history.
LOG_SERVICES = ("delivery.logs.amazonaws.com", "cloudtrail.amazonaws.com", "config.amazonaws.com")


class BucketStandby(TypedDict):
    """Where the bucket is replicated to."""

    region: str
    """The other region in China, ``cn-northwest-1`` for a bucket in ``cn-north-1``."""
    bucket: NotRequired[str]
    """Name of the second bucket; ``<bucket>-standby`` without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the second region; an own one without it."""
    log_bucket: NotRequired[str]
    """Name of a bucket of the second region that takes the access logs there; an own one without it."""
    allowed_vpc_ids: NotRequired[list[str]]
    """VPCs from which alone the objects there can be read and written."""
    provider: NotRequired[aws.Provider]
    """Provider configuration of the second region; an own one without it."""


class ObjectBucketArgs(CommonArgs):
    """Arguments of ObjectBucket."""

    bucket: str
    """Name of the bucket, unique in the partition. A plain text: policies mention it."""
    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the objects; an own one without it."""
    log_bucket: NotRequired[str]
    """Name of a bucket that takes the access logs; an own one, ``<bucket>-logs``, without it."""
    is_log_bucket: NotRequired[bool]
    """The bucket itself keeps logs of services: it gets a lock and a retention, and outlives the stack."""
    allowed_vpc_ids: NotRequired[list[str]]
    """VPCs from which alone objects can be read and written; from everywhere, with credentials, without it."""
    policy_statements: NotRequired[list[dict[str, Any]]]
    """Further statements of the bucket policy, for example for a service that delivers logs."""
    log_statements: NotRequired[list[dict[str, Any]]]
    """Further statements for the policies of the own buckets of access logs (``<bucket>-logs``), for services that take
    no bucket with a customer's key, such as load balancers: each goes to the bucket whose objects it names."""
    worm_days: NotRequired[int]
    """Days for which objects cannot be changed or deleted; for log buckets the retention of logs without it."""
    retention_days: NotRequired[int]
    """Days after which objects are deleted; never without it (log buckets: twice the retention of logs)."""
    noncurrent_days: NotRequired[int]
    """Days for which overwritten and deleted versions are kept; 30 without it."""
    standby: NotRequired[BucketStandby]
    """Second region with a replica."""


class ObjectBucket(AwsComponent):
    """A private S3 bucket: policy, versions, encryption, access logs, life cycle, lock, replica.

    Serves 8.1.2.2 (transmission), 8.1.4.2 (access control), 8.1.4.3 (access logs), 8.1.4.7 and 8.1.4.8 (integrity and
    confidentiality of data), 8.1.4.9 (backup and second region), 8.1.4.11 (no public access) and 8.2.4.5 (data stay in
    China) of GB/T 22239-2019.
    """

    bucket_name: pulumi.Output[str]
    """Name of the bucket."""
    bucket_arn: pulumi.Output[str]
    """ARN of the bucket."""
    kms_key_arn: pulumi.Output[str]
    """Key that encrypts the objects."""
    standby_bucket_name: pulumi.Output[str | None]
    """Name of the replica."""

    def __init__(self, name: str, args: ObjectBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, ObjectBucketArgs)
        given: Mapping[str, Any] = self.args
        self.name: str = given["bucket"]
        self.account_id: str = given["account_id"]
        self.is_log_bucket = bool(given.get("is_log_bucket"))
        standby = given.get("standby")
        if standby is None:
            self.want_standby()
        self.kms_key_arn = self._key("", given.get("kms_key_arn"), self.provider)
        self.bucket = self._site("", self.name, self.kms_key_arn, self.provider, given)
        self.standby_bucket: aws.s3.Bucket | None = None
        self.replication_role: aws.iam.Role | None = None
        if standby is not None:
            self._replicate(standby)
        self.bucket_name = self.bucket.bucket
        self.bucket_arn = self.bucket.arn
        self.standby_bucket_name = pulumi.Output.from_input(
            None if self.standby_bucket is None else self.standby_bucket.bucket
        )
        self.finish(
            {
                "bucket_name": self.bucket_name,
                "bucket_arn": self.bucket_arn,
                "kms_key_arn": self.kms_key_arn,
                "standby_bucket_name": self.standby_bucket_name,
            }
        )

    # -- one region ----------------------------------------------------------------------------------------------

    def _key(
        self, prefix: str, given: pulumi.Input[str] | None, provider: pulumi.ProviderResource
    ) -> pulumi.Output[str]:
        if given is None:
            purpose = "Log key" if self.is_log_bucket else "Data key"
            given = own_key(self, f"{prefix}key", purpose, self.account_id, self._key_statements(), provider)
        return pulumi.Output.from_input(given)

    def _key_statements(self) -> list[dict[str, Any]]:
        """What services that write logs need of the key of a log bucket."""
        if not self.is_log_bucket:
            return []
        return [
            {
                "Sid": "LogServices",
                "Effect": "Allow",
                "Principal": {"Service": list(LOG_SERVICES)},
                "Action": ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": self.account_id}},
            }
        ]

    def _site(
        self,
        prefix: str,
        bucket: str,
        key: pulumi.Input[str],
        provider: pulumi.ProviderResource,
        place: Mapping[str, Any],
    ) -> Any:
        """The bucket in one region, with the bucket that takes its access logs where none is given.

        ``place`` holds what is said of the region: ``log_bucket``, ``allowed_vpc_ids``.
        """
        days = self.args.get("worm_days") or (
            self.hardening.number("log-retention-days") if self.is_log_bucket else None
        )
        log_bucket = place.get("log_bucket")
        if log_bucket is None:
            log_bucket = f"{bucket}-logs"
            self._bucket(f"{prefix}logs-", log_bucket, None, provider, logs_of=bucket)
        statements = self._from_vpc(bucket, place.get("allowed_vpc_ids") or ())
        statements += self._further(bucket)
        made = self._bucket(prefix, bucket, key, provider, worm_days=days, further=statements)
        self.make(
            aws.s3.BucketLogging,
            f"{prefix}logging",
            {"bucket": made.bucket, "target_bucket": log_bucket, "target_prefix": f"access/{bucket}/"},
            # S3 tries the delivery when logging is turned on: the policy of an own log bucket must stand.
            depends_on=[self.children[f"{prefix}logs-policy"]] if f"{prefix}logs-policy" in self.children else [],
            provider=provider,
        )
        return made

    def _bucket(
        self,
        prefix: str,
        bucket: str,
        key: pulumi.Input[str] | None,
        provider: pulumi.ProviderResource,
        *,
        worm_days: int | None = None,
        logs_of: str = "",
        further: Sequence[Mapping[str, Any]] = (),
    ) -> Any:
        """A bucket with what every bucket gets.

        ``logs_of``: the bucket takes the access logs of that one. Such a bucket has S3's own key and no lock, because
        S3 delivers access logs to no other; its own accesses are not logged, which would never end. ``further``:
        statements of the policy.
        """
        if not BUCKET_NAME.fullmatch(bucket):
            raise ComponentError(
                f"ObjectBucket {self.component_name!r}: {bucket!r} is no name of a bucket: 3 to 63 lower-case letters, "
                "digits and hyphens"
            )
        lasts = bool(logs_of) or self.is_log_bucket
        made = self.make(
            aws.s3.Bucket,
            f"{prefix}bucket",
            {
                "bucket": bucket,
                "force_destroy": False,
                # Only when the bucket is created can locks be allowed.
                "object_lock_enabled": True if worm_days else None,
            },
            holds_data=True,
            retain=lasts,
            provider=provider,
        )
        algorithm = {"sse_algorithm": "AES256" if key is None else "aws:kms", "kms_master_key_id": key}
        companions: list[tuple[Any, str, dict[str, Any]]] = [
            (aws.s3.BucketOwnershipControls, "ownership", {"rule": {"object_ownership": "BucketOwnerEnforced"}}),
            (
                aws.s3.BucketPublicAccessBlock,
                "public-access-block",
                {
                    "block_public_acls": True,
                    "block_public_policy": True,
                    "ignore_public_acls": True,
                    "restrict_public_buckets": True,
                },
            ),
            (aws.s3.BucketVersioning, "versioning", {"versioning_configuration": {"status": "Enabled"}}),
            (
                aws.s3.BucketServerSideEncryptionConfiguration,
                "encryption",
                {
                    "rules": [
                        {
                            "apply_server_side_encryption_by_default": {
                                name: value for name, value in algorithm.items() if value is not None
                            },
                            # One data key for many objects: far fewer requests to KMS.
                            "bucket_key_enabled": True if key is not None else None,
                        }
                    ]
                },
            ),
            (aws.s3.BucketLifecycleConfiguration, "lifecycle", {"rules": [self._lifecycle(logs_of)]}),
            (
                aws.s3.BucketPolicy,
                "policy",
                {"policy": self._policy(bucket, self._log_delivery(bucket, logs_of) if logs_of else further)},
            ),
        ]
        if worm_days:
            companions.append(
                (
                    aws.s3.BucketObjectLockConfiguration,
                    "worm",
                    {"rule": {"default_retention": {"mode": "COMPLIANCE", "days": worm_days}}},
                )
            )
        for resource, suffix, inputs in companions:
            after = [self.children[f"{prefix}versioning"]] if suffix in ("lifecycle", "worm") else []
            if suffix == "policy":  # S3 refuses two changes of a bucket's access at a time
                after = [self.children[f"{prefix}public-access-block"]]
            self.make(
                resource,
                f"{prefix}{suffix}",
                {"bucket": made.bucket, **inputs},
                retain=lasts,
                depends_on=after,
                provider=provider,
            )
        return made

    def _lifecycle(self, logs_of: str) -> dict[str, Any]:
        """One rule for all objects: what goes, and when."""
        days = self.args.get("retention_days") if not logs_of else None
        if days is None and (logs_of or self.is_log_bucket):
            days = self._log_days()
        noncurrent = self.args.get("noncurrent_days") or max(
            NONCURRENT_DAYS, self.hardening.number("backup-retention-days")
        )
        rule: dict[str, Any] = {
            "id": "all-objects",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": ABANDONED_UPLOAD_DAYS},
            "noncurrent_version_expiration": {"noncurrent_days": noncurrent},
        }
        if days:
            rule["expiration"] = {"days": days}
        return rule

    def _log_days(self) -> int:
        """A log older than twice the retention serves nobody, unless it is a record that the law wants longer."""
        days = 2 * self.hardening.number("log-retention-days")
        if self._common_args.tags.get("data-class") in self.hardening.parameters["processing-record-classes"]:
            days = max(days, self.hardening.number("processing-record-retention-days"))
        return days

    def _policy(self, bucket: str, further: Sequence[Mapping[str, Any]]) -> str:
        """Nobody without TLS, and what else is asked."""
        arn = f"arn:aws-cn:s3:::{bucket}"
        tls = {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [tls, *map(dict, further)]})

    def _log_delivery(self, bucket: str, logs_of: str) -> list[dict[str, Any]]:
        """S3 may write the access logs of one bucket of the account, and others may what ``log_statements`` say."""
        return [
            {
                "Sid": "AccessLogs",
                "Effect": "Allow",
                "Principal": {"Service": LOG_DELIVERY},
                "Action": "s3:PutObject",
                "Resource": f"arn:aws-cn:s3:::{bucket}/access/{logs_of}/*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": self.account_id},
                    "ArnLike": {"aws:SourceArn": f"arn:aws-cn:s3:::{logs_of}"},
                },
            },
            *(
                statement
                for statement in self.args.get("log_statements") or ()
                if str(statement["Resource"]).startswith(f"arn:aws-cn:s3:::{bucket}/")
            ),
        ]

    def _from_vpc(self, bucket: str, vpc_ids: Sequence[str]) -> list[dict[str, Any]]:
        """No object to or from elsewhere. The bucket itself can be changed from outside: Pulumi is there.

        Services that act for the account, and the role that replicates, come from no VPC.
        """
        if not vpc_ids:
            return []
        return [
            {
                "Sid": "FromVpcOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"],
                "Resource": f"arn:aws-cn:s3:::{bucket}/*",
                "Condition": {
                    "StringNotEquals": {"aws:SourceVpc": list(vpc_ids)},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
                    "ArnNotEqualsIfExists": {"aws:PrincipalArn": self._replication_role_arn()},
                },
            }
        ]

    def _further(self, bucket: str) -> list[dict[str, Any]]:
        """The statements that were given; those of the replica name the replica."""
        given = json.dumps(list(self.args.get("policy_statements") or ()))
        own = f"arn:aws-cn:s3:::{self.name}"
        found: list[dict[str, Any]] = json.loads(
            given.replace(f'"{own}"', f'"arn:aws-cn:s3:::{bucket}"').replace(f'"{own}/', f'"arn:aws-cn:s3:::{bucket}/')
        )
        return found

    # -- the second region ---------------------------------------------------------------------------------------

    def _replication_role_name(self) -> str:
        return f"{self.name[:52]}-replication"  # IAM takes 64 characters

    def _replication_role_arn(self) -> str:
        return f"arn:aws-cn:iam::{self.account_id}:role/{self._replication_role_name()}"

    def _replicate(self, standby: Mapping[str, Any]) -> None:
        region = self.second_region(standby)
        provider = self.provider_for(region, standby.get("provider"), "standby-provider")
        key = self._key("standby-", standby.get("kms_key_arn"), provider)
        name = standby.get("bucket") or f"{self.name}-standby"
        self.standby_bucket = self._site("standby-", name, key, provider, standby)
        pairs = [(self.name, name)]
        logs = "logs-bucket" in self.children and "standby-logs-bucket" in self.children
        if logs:
            pairs.append((f"{self.name}-logs", f"{name}-logs"))
        self._role(pairs, region)
        self._copies("", self.bucket, self.standby_bucket, key)
        if logs:
            self._copies("logs-", self.children["logs-bucket"], self.children["standby-logs-bucket"], None)

    def _role(self, pairs: list[tuple[str, str]], region: str) -> None:
        """The role by which S3 copies, and no more than that."""
        self.replication_role = self.make(
            aws.iam.Role,
            "replication-role",
            {
                "name": self._replication_role_name(),
                "max_session_duration": self.hardening.number("role-session-seconds"),
                "description": f"Replication of {self.name} to {region}",
                "assume_role_policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "s3.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                                "Condition": {
                                    "StringEquals": {"aws:SourceAccount": self.account_id},
                                    "ArnLike": {"aws:SourceArn": [f"arn:aws-cn:s3:::{source}" for source, _ in pairs]},
                                },
                            }
                        ],
                    }
                ),
            },
        )
        sources = [f"arn:aws-cn:s3:::{source}" for source, _ in pairs]
        targets = [f"arn:aws-cn:s3:::{target}" for _, target in pairs]
        self.make(
            aws.iam.RolePolicy,
            "replication-policy",
            {
                "role": self.replication_role.name,
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                                "Resource": sources,
                            },
                            {
                                "Effect": "Allow",
                                "Action": [
                                    "s3:GetObjectVersionForReplication",
                                    "s3:GetObjectVersionAcl",
                                    "s3:GetObjectVersionTagging",
                                    "s3:GetObjectRetention",
                                    "s3:GetObjectLegalHold",
                                ],
                                "Resource": [f"{arn}/*" for arn in sources],
                            },
                            {
                                "Effect": "Allow",
                                "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                                "Resource": [f"{arn}/*" for arn in targets],
                            },
                            self._key_use("kms:Decrypt", self.region, sources[0]),
                            self._key_use(["kms:Encrypt", "kms:GenerateDataKey"], region, targets[0]),
                        ],
                    }
                ),
            },
        )

    def _key_use(self, action: str | list[str], region: str, bucket_arn: str) -> dict[str, Any]:
        """Use of a key by S3 for one bucket only; so the text is known before the key is."""
        return {
            "Effect": "Allow",
            "Action": action,
            "Resource": f"arn:aws-cn:kms:{region}:{self.account_id}:key/*",
            "Condition": {
                "StringEquals": {"kms:ViaService": through("s3", region)},
                # With a bucket key the context is the bucket, without one each object.
                "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"]},
            },
        }

    def _copies(self, prefix: str, source: Any, target: Any, key: pulumi.Input[str] | None) -> None:
        """Replication of one bucket to another; ``key`` encrypts the replicas."""
        assert self.replication_role is not None
        destination: dict[str, Any] = {"bucket": target.arn, "storage_class": "STANDARD"}
        rule: dict[str, Any] = {
            "id": "all-objects",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": ""},
            # Deletions stay in the first region: the replica is also what is left after a mistake.
            "delete_marker_replication": {"status": "Disabled"},
            "destination": destination,
        }
        if key is not None:
            destination["encryption_configuration"] = {"replica_kms_key_id": key}
            rule["source_selection_criteria"] = {"sse_kms_encrypted_objects": {"status": "Enabled"}}
        self.make(
            aws.s3.BucketReplicationConfig,
            f"{prefix}replication",
            {"bucket": source.bucket, "role": self.replication_role.arn, "rules": [rule]},
            depends_on=[
                self.children["replication-policy"],
                self.children[f"{prefix}versioning"],
                self.children[f"standby-{prefix}versioning"],
            ],
        )
