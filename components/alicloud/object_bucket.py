"""ObjectBucket: an OSS bucket with everything that belongs to it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs

#: Days after which parts of uploads that were never finished go.
ABANDONED_UPLOAD_DAYS = 7

#: Days for which a version is kept after it was overwritten or deleted, unless backups are kept longer.
NONCURRENT_DAYS = 30

#: What is done with objects, apart from what changes the bucket itself.
OBJECT_ACTIONS = (
    "oss:GetObject",
    "oss:GetObjectVersion",
    "oss:PutObject",
    "oss:AbortMultipartUpload",
    "oss:DeleteObject",
    "oss:DeleteObjectVersion",
)

#: Use of keys by the role that replicates; the system policy that the documentation of replication names.
KEY_USE = "AliyunKMSCryptoUserAccess"


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
    allowed_vpc_ids: NotRequired[list[str]]
    """VPCs from which alone the objects there can be read and written."""
    provider: NotRequired[alicloud.Provider]
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
    """VPCs from which alone objects can be read and written; from everywhere, with credentials, without it."""
    policy_statements: NotRequired[list[dict[str, Any]]]
    """Further statements of the bucket policy."""
    worm_days: NotRequired[int]
    """Days for which objects cannot be changed or deleted; for log buckets the retention of logs without it.

    A lock lasts, and takes the place of versions: OSS does not have both for one bucket.
    """
    retention_days: NotRequired[int]
    """Days after which objects are deleted; never without it (log buckets: twice the retention of logs)."""
    noncurrent_days: NotRequired[int]
    """Days for which overwritten and deleted versions are kept; 30 without it."""
    standby: NotRequired[BucketStandby]
    """Second region with a replica."""
    replication_role: NotRequired[str]
    """Name of the RAM role by which OSS replicates objects that are encrypted with keys; an own one without it."""


class ObjectBucket(AlicloudComponent):
    """A private OSS bucket: policy, versions, encryption, access logs, life cycle, lock, replica.

    Serves 8.1.2.2 (transmission), 8.1.4.2 (access control), 8.1.4.3, 8.1.3.5 and 8.1.5.4 (access logs, kept for six
    months), 8.1.4.7 and 8.1.4.8 (integrity and confidentiality of data), 8.1.4.9 (backup and second region), 8.1.4.11
    (no public access) and 8.2.4.5 (data stay in China) of GB/T 22239-2019.
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
        if standby is None:
            self.want_standby()
        self.bucket = self._site("", self.name, self.kms_key_id, self.provider, given)
        self.standby_bucket: alicloud.oss.Bucket | None = None
        self.replication_role: alicloud.ram.Role | None = None
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

    # -- one region ----------------------------------------------------------------------------------------------

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
        worm_days = int(self.args.get("worm_days") or 0)
        log_bucket = place.get("log_bucket")
        if self.is_log_bucket:
            worm_days = worm_days or self.hardening.number("log-retention-days")
            log_bucket = log_bucket or bucket
        statements = self._from_vpc(bucket, place.get("allowed_vpc_ids") or ())
        statements += self._further(bucket)
        made = self._bucket(prefix, bucket, key, provider, worm_days, lasts=self.is_log_bucket, further=statements)
        if log_bucket is None:
            log_bucket = f"{bucket}-logs"
            # Its own accesses are not logged: a log of the logs would never end.
            self._bucket(
                f"{prefix}logs-", log_bucket, key, provider, self.hardening.number("log-retention-days"), lasts=True
            )
        self._log_access(prefix, bucket, log_bucket, provider)
        return made

    def _bucket(
        self,
        prefix: str,
        bucket: str,
        key: pulumi.Input[str],
        provider: pulumi.ProviderResource,
        worm_days: int,
        *,
        lasts: bool,
        further: Sequence[Mapping[str, Any]] = (),
    ) -> Any:
        """A bucket with what every bucket gets: a lock of ``worm_days``, or versions where that is 0.

        ``lasts``: it holds logs, and outlives the stack. ``further``: statements of its policy.
        """
        made = self.make(
            alicloud.oss.Bucket,
            f"{prefix}bucket",
            {
                "bucket": bucket,
                "storage_class": "Standard",
                "redundancy_type": "ZRS",
                "force_destroy": False,
                "lifecycle_rules": [self._lifecycle(lasts, versioned=not worm_days)],
            },
            holds_data=True,
            retain=lasts,
            provider=provider,
        )
        companions: list[tuple[Any, str, dict[str, Any]]] = [
            (alicloud.oss.BucketAcl, "acl", {"acl": "private"}),
            (alicloud.oss.BucketPublicAccessBlock, "public-access-block", {"block_public_access": True}),
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
            (alicloud.oss.BucketPolicy, "policy", {"policy": self._policy(bucket, further)}),
        ]
        if worm_days:
            companions.append(
                (alicloud.oss.BucketWorm, "worm", {"retention_period_in_days": worm_days, "status": "Locked"})
            )
        else:
            companions.append((alicloud.oss.BucketVersioning, "versioning", {"status": "Enabled"}))
        for resource, suffix, inputs in companions:
            self.make(
                resource,
                f"{prefix}{suffix}",
                {"bucket": made.bucket, **inputs},
                retain=lasts or suffix == "worm",  # what belongs to a bucket that stays; a lock cannot be deleted
                provider=provider,
                depends_on=[made],
            )
        return made

    def _lifecycle(self, lasts: bool, *, versioned: bool) -> dict[str, Any]:
        """One rule for all objects: what goes, and when."""
        own = lasts == self.is_log_bucket  # what the arguments speak of, not the log bucket beside it
        days = self.args.get("retention_days") if own else None
        if days is None and lasts:
            days = self._log_days()
        rule: dict[str, Any] = {
            "id": "all-objects",
            "enabled": True,
            "prefix": "",
            "abort_multipart_uploads": [{"days": ABANDONED_UPLOAD_DAYS}],
        }
        if days:
            rule["expirations"] = [{"days": days}]
        if versioned:
            kept = max(NONCURRENT_DAYS, self.hardening.number("backup-retention-days"))
            rule["noncurrent_version_expirations"] = [{"days": self.args.get("noncurrent_days") or kept}]
        return rule

    def _log_days(self) -> int:
        """A log older than twice the retention serves nobody, unless it is a record that the law wants longer."""
        days = 2 * self.hardening.number("log-retention-days")
        if self._common_args.tags.get("data-class") in self.hardening.parameters["processing-record-classes"]:
            days = max(days, self.hardening.number("processing-record-retention-days"))
        return days

    def _policy(self, bucket: str, further: Sequence[Mapping[str, Any]]) -> str:
        """Nobody without TLS, and what else is asked."""
        everything = [f"acs:oss:*:*:{bucket}", f"acs:oss:*:*:{bucket}/*"]
        tls = {
            "Effect": "Deny",
            "Action": ["oss:*"],
            "Principal": ["*"],
            "Resource": everything,
            "Condition": {"Bool": {"acs:SecureTransport": ["false"]}},
        }
        return json.dumps({"Version": "1", "Statement": [tls, *map(dict, further)]})

    def _further(self, bucket: str) -> list[dict[str, Any]]:
        """The statements that were given; those of the replica name the replica."""
        given = json.dumps(list(self.args.get("policy_statements") or ()))
        found: list[dict[str, Any]] = json.loads(
            given.replace(f':{self.name}"', f':{bucket}"').replace(f":{self.name}/", f":{bucket}/")
        )
        return found

    def _from_vpc(self, bucket: str, vpc_ids: Sequence[str]) -> list[dict[str, Any]]:
        """No object to or from elsewhere. The bucket itself can be changed from outside: Pulumi is there."""
        if not vpc_ids:
            return []
        return [
            {
                "Effect": "Deny",
                "Action": list(OBJECT_ACTIONS),
                "Principal": ["*"],
                "Resource": [f"acs:oss:*:*:{bucket}/*"],
                "Condition": {"StringNotEquals": {"acs:SourceVpc": list(vpc_ids)}},
            }
        ]

    def _log_access(self, prefix: str, bucket: str, target: str, provider: pulumi.ProviderResource) -> None:
        self.make(
            alicloud.oss.BucketLogging,
            f"{prefix}logging",
            {"bucket": bucket, "target_bucket": target, "target_prefix": f"access/{bucket}/"},
            provider=provider,
            # The log bucket is named by a text, so that the engine does not see that it has to be there.
            depends_on=[
                child
                for suffix in (f"{prefix}bucket", f"{prefix}logs-bucket")
                if (child := self.children.get(suffix)) is not None
            ],
        )

    # -- the second region ---------------------------------------------------------------------------------------

    def _replicate(self, standby: Mapping[str, Any]) -> None:
        """The same in the second region, and copies of the bucket and of its logs to there."""
        region = self.second_region(standby)
        provider = self.provider_for(region, standby.get("provider"), "standby-provider")
        key = standby.get("kms_key_id")
        if key is None:
            key = own_key(self, "standby-key", "Data key", standby.get("kms_instance_id"), provider)
        name = standby.get("bucket") or f"{self.name}-standby"
        self.standby_bucket = self._site("standby-", name, key, provider, standby)
        pairs = {"": (self.name, name)}
        if "logs-bucket" in self.children and "standby-logs-bucket" in self.children:
            pairs["logs-"] = (f"{self.name}-logs", f"{name}-logs")  # one that was given is somebody else's to copy
        role = self.args.get("replication_role") or self._role(list(pairs.values()))
        for prefix, (source, target) in pairs.items():
            state = "versioning" if f"{prefix}versioning" in self.children else "worm"
            self.make(
                alicloud.oss.BucketReplication,
                f"{prefix}replication",
                {
                    "bucket": source,
                    # What is deleted for good in the first region stays in the second.
                    "action": "PUT",
                    "historical_object_replication": "enabled",
                    "destination": {"bucket": target, "location": f"oss-{region}", "transfer_type": "internal"},
                    "sync_role": role,
                    "encryption_configuration": {"replica_kms_key_id": key},
                    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                },
                # Both have to be versioned, or neither, before OSS takes the rule.
                depends_on=[
                    self.children[f"{where}{prefix}{suffix}"]
                    for where in ("", "standby-")
                    for suffix in ("bucket", state)
                ]
                + [self.children[name] for name in ("replication-grant", "replication-keys") if name in self.children],
            )

    def _role(self, pairs: Sequence[tuple[str, str]]) -> pulumi.Input[str]:
        """The role by which OSS copies, and no more than that."""
        name = f"{self.name[:52]}-replication"  # RAM takes 64 characters
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["oss.aliyuncs.com"]}}
        self.replication_role = self.make(
            alicloud.ram.Role,
            "replication-role",
            {
                "role_name": name,
                "description": f"Lets OSS copy {self.name} to its second region",
                "assume_role_policy_document": json.dumps({"Version": "1", "Statement": [trust]}),
                "max_session_duration": self.hardening.number("role-session-seconds"),
            },
        )
        read, write = ["oss:ReplicateList", "oss:ReplicateGet"], ["oss:ReplicatePut", "oss:ReplicateDelete"]
        statements = [
            {"Effect": "Allow", "Action": actions, "Resource": _both(names)}
            for actions, names in (
                (read, [source for source, _ in pairs]),
                ([*read, *write], [target for _, target in pairs]),
            )
        ]
        policy = self.make(
            alicloud.ram.Policy,
            "replication-policy",
            {
                "policy_name": name,
                "description": f"Copies of {self.name} in its second region",
                "policy_document": json.dumps({"Version": "1", "Statement": statements}),
            },
        )
        role_name = self.replication_role.role_name
        for suffix, policy_name, kind in (
            ("replication-grant", policy.policy_name, "Custom"),
            ("replication-keys", KEY_USE, "System"),
        ):
            self.make(
                alicloud.ram.RolePolicyAttachment,
                suffix,
                {"role_name": role_name, "policy_name": policy_name, "policy_type": kind},
            )
        found: pulumi.Input[str] = role_name
        return found


def _both(buckets: Sequence[str]) -> list[str]:
    """The buckets and their objects, as policies name them."""
    return [f"acs:oss:*:*:{bucket}{rest}" for bucket in buckets for rest in ("", "/*")]
