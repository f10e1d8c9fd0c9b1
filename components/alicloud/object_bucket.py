"""ObjectBucket: an OSS bucket with everything that belongs to it."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError

#: Days after which parts of uploads that were never finished go.
ABANDONED_UPLOAD_DAYS = 7


class BucketStandby(TypedDict):
    """Where the bucket is replicated to."""

    region: str
    """Region in mainland China, another one than the bucket's."""
    bucket: NotRequired[str]
    """Name of the second bucket; ``<bucket>-standby`` without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key of the second region; an own one without it."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance of the second region in which an own key is made."""
    log_bucket: NotRequired[str]
    """Name of a bucket of the second region that takes the access logs there; an own one without it."""
    provider: NotRequired[pulumi.ProviderResource]
    """Provider configuration of the second region; an own one without it."""


class ObjectBucketArgs(CommonArgs):
    """Arguments of ObjectBucket."""

    bucket: str
    """Name of the bucket, unique in OSS. A plain text: policies mention it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the objects; an own one without it."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made; needed for SM4 and hardware protection."""
    log_bucket: NotRequired[str]
    """Name of a bucket that takes the access logs; an own one, ``<bucket>-logs``, without it."""
    is_log_bucket: NotRequired[bool]
    """The bucket itself keeps logs: it gets a lock and a retention, and logs its accesses into itself."""
    allowed_vpc_ids: NotRequired[list[str]]
    """VPCs from which alone the bucket can be reached; from everywhere, with credentials, without it."""
    worm_days: NotRequired[int]
    """Days for which objects cannot be changed or deleted; for log buckets the retention of logs without it."""
    standby: NotRequired[BucketStandby]
    """Second region with a replica."""
    replication_role: NotRequired[str]
    """Name of the RAM role by which OSS replicates objects that are encrypted with keys."""


class ObjectBucket(AlicloudComponent):
    """A private OSS bucket: policy, versions, encryption, access logs, life cycle, lock, replica.

    Serves 8.1.4.2 (access control), 8.1.4.7 and 8.1.4.8 (integrity and confidentiality of data), 8.1.4.9 (backup and
    second region), 8.1.3.5 and 8.1.5.4 (logs kept for six months) of GB/T 22239-2019.
    """

    bucket_name: pulumi.Output[str]
    """Name of the bucket."""
    kms_key_id: pulumi.Output[str]
    """Key that encrypts the objects."""
    standby_bucket_name: pulumi.Output[str | None]
    """Name of the replica."""

    def __init__(self, name: str, args: ObjectBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, ObjectBucketArgs)
        given: Mapping[str, Any] = self.args
        self.name: str = given["bucket"]
        key = given.get("kms_key_id")
        self.kms_key_id = pulumi.Output.from_input(
            own_key(self, "key", "Data key", given.get("kms_instance_id")) if key is None else key
        )
        self.is_log_bucket = bool(given.get("is_log_bucket"))
        standby = given.get("standby")
        if standby is None and self.hardening.demands("backup-second-region"):
            raise ComponentError(
                f"ObjectBucket {name!r}: {self.hardening.baseline} asks for a copy in a second region "
                f"({', '.join(self.hardening.clauses('backup-second-region'))}): give standby"
            )
        self.bucket = self._site("", self.name, self.kms_key_id, self.provider, given.get("log_bucket"))
        self.standby_bucket: alicloud.oss.Bucket | None = None
        if standby is not None:
            self._replicate(standby)
        self.bucket_name = self.bucket.bucket
        self.standby_bucket_name = pulumi.Output.from_input(
            None if self.standby_bucket is None else self.standby_bucket.bucket
        )
        self.finish(
            {
                "bucket_name": self.bucket_name,
                "kms_key_id": self.kms_key_id,
                "standby_bucket_name": self.standby_bucket_name,
            }
        )

    def _site(
        self,
        prefix: str,
        bucket: str,
        key: pulumi.Input[str],
        provider: pulumi.ProviderResource,
        log_bucket: str | None,
    ) -> Any:
        """The bucket in one region, with the bucket that takes its access logs where none is given."""
        days = self.args.get("worm_days", 0)
        made = self._bucket(prefix, bucket, key, provider, lasts=self.is_log_bucket)
        if self.is_log_bucket:
            days = days or self.hardening.number("log-retention-days")
            log_bucket = log_bucket or bucket
        if log_bucket is None:
            log_bucket = f"{bucket}-logs"
            self._bucket(f"{prefix}logs-", log_bucket, key, provider, lasts=True)
            self._log_access(f"{prefix}logs-", log_bucket, log_bucket, provider)
            self._worm(f"{prefix}logs-", log_bucket, self.hardening.number("log-retention-days"), provider)
        self._log_access(prefix, bucket, log_bucket, provider)
        if days:
            self._worm(prefix, bucket, days, provider)
        return made

    def _bucket(
        self, prefix: str, bucket: str, key: pulumi.Input[str], provider: pulumi.ProviderResource, *, lasts: bool
    ) -> Any:
        """A bucket with what every bucket gets. ``lasts``: it holds logs, and outlives the stack."""
        retention = self.hardening.number("log-retention-days")
        made = self.make(
            alicloud.oss.Bucket,
            f"{prefix}bucket",
            {
                "bucket": bucket,
                "storage_class": "Standard",
                "redundancy_type": "ZRS",
                "force_destroy": False,
                "lifecycle_rules": [
                    {
                        "id": "abandoned-uploads",
                        "enabled": True,
                        "prefix": "",
                        "abort_multipart_uploads": [{"days": ABANDONED_UPLOAD_DAYS}],
                        # A log that is older than twice the retention serves nobody.
                        "expirations": [{"days": 2 * retention}] if lasts else None,
                    }
                ],
            },
            holds_data=True,
            retain=lasts,
            provider=provider,
        )
        companions: list[tuple[Any, str, dict[str, Any]]] = [
            (alicloud.oss.BucketAcl, "acl", {"acl": "private"}),
            (alicloud.oss.BucketPublicAccessBlock, "public-access-block", {"block_public_access": True}),
            (alicloud.oss.BucketVersioning, "versioning", {"status": "Enabled"}),
            (
                alicloud.oss.BucketServerSideEncryption,
                "encryption",
                {
                    "sse_algorithm": "KMS",
                    "kms_master_key_id": key,
                    "kms_data_encryption": "SM4" if self.hardening.national_cryptography else None,
                },
            ),
            (
                alicloud.oss.BucketHttpsConfig,
                "https",
                {
                    "enable": True,
                    "tls_versions": ["TLSv1.2", "TLSv1.3"],
                    "cipher_suit": {"enable": True, "strong_cipher_suite": True},
                },
            ),
            (alicloud.oss.BucketPolicy, "policy", {"policy": self._policy(bucket)}),
        ]
        for resource, suffix, inputs in companions:
            self.make(
                resource, f"{prefix}{suffix}", {"bucket": made.bucket, **inputs}, provider=provider, depends_on=[made]
            )
        return made

    def _policy(self, bucket: str) -> str:
        """Nobody without TLS; where VPCs are given, nobody from elsewhere."""
        resources = [f"acs:oss:*:*:{bucket}", f"acs:oss:*:*:{bucket}/*"]
        everybody = {"Effect": "Deny", "Action": ["oss:*"], "Principal": ["*"], "Resource": resources}
        statements = [{**everybody, "Condition": {"Bool": {"acs:SecureTransport": ["false"]}}}]
        allowed = self.args.get("allowed_vpc_ids")
        if allowed:
            statements.append({**everybody, "Condition": {"StringNotEquals": {"acs:SourceVpc": list(allowed)}}})
        return json.dumps({"Version": "1", "Statement": statements})

    def _log_access(self, prefix: str, bucket: str, target: str, provider: pulumi.ProviderResource) -> None:
        self.make(
            alicloud.oss.BucketLogging,
            f"{prefix}logging",
            {"bucket": bucket, "target_bucket": target, "target_prefix": f"access/{bucket}/"},
            provider=provider,
            depends_on=[self.children[f"{prefix}bucket"]],
        )

    def _worm(self, prefix: str, bucket: str, days: int, provider: pulumi.ProviderResource) -> None:
        self.make(
            alicloud.oss.BucketWorm,
            f"{prefix}worm",
            {"bucket": bucket, "retention_period_in_days": days, "status": "Locked"},
            retain=True,  # a locked one cannot be deleted
            provider=provider,
            depends_on=[self.children[f"{prefix}bucket"]],
        )

    def _replicate(self, standby: Mapping[str, Any]) -> None:
        """The same in the second region, and copies of the bucket and of its logs to there."""
        region = standby["region"]
        self._domestic(region, self.hardening)
        if region == self.region:
            raise ComponentError(f"ObjectBucket {self.component_name!r}: standby.region must be another region")
        provider = self.provider_for(region, standby.get("provider"), "standby-provider")
        key = standby.get("kms_key_id")
        if key is None:
            key = own_key(self, "standby-key", "Data key", standby.get("kms_instance_id"), provider)
        name = standby.get("bucket") or f"{self.name}-standby"
        self.standby_bucket = self._site("standby-", name, key, provider, standby.get("log_bucket"))
        for prefix in ("", "logs-"):
            source, target = self.children.get(f"{prefix}bucket"), self.children.get(f"standby-{prefix}bucket")
            if source is None or target is None:
                continue  # a log bucket that was given is somebody else's to copy
            self.make(
                alicloud.oss.BucketReplication,
                f"{prefix}replication",
                {
                    "bucket": self.name + ("-logs" if prefix else ""),
                    "action": "ALL",
                    "historical_object_replication": "enabled",
                    "destination": {
                        "bucket": name + ("-logs" if prefix else ""),
                        "location": f"oss-{region}",
                        "transfer_type": "internal",
                    },
                    "sync_role": self.args.get("replication_role"),
                    "encryption_configuration": {"replica_kms_key_id": key},
                    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                },
                depends_on=[source, target],
            )
