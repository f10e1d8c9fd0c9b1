"""AuditTrail: who did what in the account, kept where nobody can change it."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.alicloud.log_stores import collection_provider, log_encryption
from compliant_infra.components.alicloud.object_bucket import BucketStandby, ObjectBucket
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.given_arguments import with_defaults

#: Logs of products that Log Service collects by itself: product code -> codes of its logs.
COLLECTED = {"oss": ["access_log"], "alb": ["access_log"], "waf": ["access_log"]}

#: Records tell who may do what.
DATA_CLASS = "important"

#: Characters at which Log Service splits words; none that occur in the names of events and users.
SEPARATORS = ", '\";=()[]{}?@&<>/:\n\t\r"

#: Fields of an event by which it is found and counted.
EVENT_FIELDS = (
    "acsRegion",
    "errorCode",
    "errorMessage",
    "eventName",
    "eventRW",
    "eventSource",
    "eventType",
    "serviceName",
    "sourceIpAddress",
    "userIdentity.accessKeyId",
    "userIdentity.type",
    "userIdentity.userName",
)


class AuditTrailArgs(CommonArgs):
    """Arguments of AuditTrail."""

    account_id: str
    """Number of the account, 16 digits: the trail names the log project and the roles by it."""
    trail_name: NotRequired[str]
    """Name of the trail, 6 to 36 characters; ``<name>-trail`` without it."""
    project: NotRequired[str]
    """Name of the log project that is made; ``audit-<account>-<region>`` without it."""
    bucket: NotRequired[str]
    """Name of the bucket that is made; ``audit-<account>-<region>`` without it."""
    log_project: NotRequired[str]
    """Name of a log project that is there already, in the same region; an own one is made without it."""
    log_bucket: NotRequired[str]
    """Name of a bucket that is there already, locked and private; an own one is made without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts bucket and log stores; an own one without it."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made; needed for SM4 and hardware protection."""
    retention_days: NotRequired[int]
    """Days for which log stores and the lock of the bucket keep records; the least that is asked without it."""
    log_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which Log Service uses the key; an own one without it."""
    organization: NotRequired[bool]
    """One trail for all members of the resource directory; for its management account or the delegated administrator of
    ActionTrail only."""
    collect: NotRequired[dict[str, list[str]]]
    """Product code -> codes of the logs of this product that come to the project, from level 3 on."""
    collect_members: NotRequired[list[str]]
    """Numbers of the members of the resource directory of which they come, ``["*"]`` for all and those that join later.
    For its management account or the delegated administrator of Log Service only; the account's own without it."""
    collection_provider: NotRequired[alicloud.Provider]
    """Provider configuration of cn-shanghai, which takes the collection policies; an own one without it."""
    standby: NotRequired[BucketStandby]
    """Second region with a copy of the bucket."""
    replication_role: NotRequired[str]
    """Name of the RAM role by which OSS copies encrypted objects to the second region."""


class AuditTrail(AlicloudComponent):
    """A trail of all events in all regions, in a log project to search and in a locked bucket to keep.

    Serves 8.1.3.5 and 8.1.4.3 (security audit: coverage, content, protection and keeping of records), 8.1.4.7 b,
    8.1.5.2 (audit administration) and 8.1.5.4 d (central collection) of GB/T 22239-2019. From level 3 on, logs of
    products are collected in the same project and everything is encrypted with a customer key.

    Left to do: reading the records (Monitoring makes alarms on them), and the logs of hosts and applications.
    """

    trail_name: str
    """Name of the trail."""
    log_project: str
    """Name of the log project."""
    log_store: str
    """Name of the log store with the events of the account."""
    log_bucket: str
    """Name of the bucket."""
    log_bucket_name: pulumi.Output[str]
    """Name of the bucket, known when it is there."""
    log_project_name: pulumi.Output[str]
    """Name of the log project, known when it is there."""
    log_store_name: pulumi.Output[str]
    """Name of the log store with the events of the account, known when it is there."""
    kms_key_id: pulumi.Output[str | None]
    """Key that encrypts bucket and log stores."""
    standby_bucket_name: pulumi.Output[str | None]
    """Name of the bucket in the second region."""

    def __init__(self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, with_defaults(args, data_class=DATA_CLASS), opts, AuditTrailArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        self.trail_name = given.get("trail_name") or f"{name}-trail"
        if not 6 <= len(self.trail_name) <= 36:
            raise ComponentError(f"AuditTrail {name!r}: trail_name {self.trail_name!r} must have 6 to 36 characters")
        self.retention_days: int = given.get("retention_days") or self.hardening.number("log-retention-days")
        unique = f"audit-{self.account_id}-{self.region}"
        self.log_project = given.get("log_project") or given.get("project") or unique
        self.log_bucket = given.get("log_bucket") or given.get("bucket") or unique
        self.log_store = f"actiontrail_{self.trail_name}"
        key = given.get("kms_key_id")
        if key is None and ("log_bucket" not in given or self.hardening.demands("rest-customer-key")):
            key = own_key(self, "key", "Key of the audit records", given.get("kms_instance_id"))
        self._key = key
        self.bucket = self._own_bucket() if "log_bucket" not in given else None
        self.project = self._own_project() if "log_project" not in given else None
        self.encryption = log_encryption(self, key, None, given.get("log_role_arn"))
        self.store = self._store("store", self.log_store, event_fields=True)
        self.delivery_role = self._delivery_role()
        self.trail = self._trail()
        if self.hardening.demands("audit-central"):
            self._collect(given.get("collect") or COLLECTED)
        self.kms_key_id = pulumi.Output.from_input(key)
        self.log_bucket_name = pulumi.Output.from_input(self.bucket.bucket_name if self.bucket else self.log_bucket)
        self.log_project_name = pulumi.Output.from_input(
            self.project.project_name if self.project else self.log_project
        )
        self.log_store_name = self.store.logstore_name
        self.standby_bucket_name = pulumi.Output.from_input(self.bucket.standby_bucket_name if self.bucket else None)
        self.finish(
            {
                "trail_name": self.trail_name,
                "log_project": self.log_project,
                "log_store": self.log_store,
                "log_bucket": self.log_bucket,
                "log_bucket_name": self.log_bucket_name,
                "log_project_name": self.log_project_name,
                "log_store_name": self.log_store_name,
                "kms_key_id": self.kms_key_id,
                "standby_bucket_name": self.standby_bucket_name,
            }
        )

    # -- where the records go ------------------------------------------------------------------------------------

    def _own_bucket(self) -> ObjectBucket:
        if "standby" not in self.args:
            self.want_standby(remedy="give standby, or a log_bucket that has one")
        return self.component(
            ObjectBucket,
            "bucket",
            {
                "bucket": self.log_bucket,
                "kms_key_id": self._key,
                "is_log_bucket": True,
                "worm_days": self.retention_days,
                "retention_days": 2 * self.retention_days,
                "standby": self.args.get("standby"),
                "replication_role": self.args.get("replication_role"),
            },
        )

    def _own_project(self) -> Any:
        return self.make(
            alicloud.log.Project,
            "project",
            {"project_name": self.log_project, "description": "Audit records of the account"},
            holds_data=True,
            retain=True,
        )

    def _store(self, suffix: str, store: str, *, event_fields: bool = False) -> Any:
        """A log store with its index, encrypted, kept for long enough."""
        made = self.make(
            alicloud.log.Store,
            suffix,
            {
                "project_name": self.log_project,
                "logstore_name": store,
                "retention_period": self.retention_days,
                "auto_split": True,
                "max_split_shard_count": 64,
                "shard_count": 2,
                "append_meta": True,
                "enable_web_tracking": False,
                "encrypt_conf": self._encryption(),
            },
            holds_data=True,
            retain=True,
            depends_on=[
                child for name, child in self.children.items() if name == "project" or name.startswith("log-role")
            ],
        )
        keys = [{"name": field, "type": "text", "doc_value": True} for field in EVENT_FIELDS]
        event = {"name": "event", "type": "json", "token": SEPARATORS, "enable_analytics": True, "json_keys": keys}
        self.make(
            alicloud.log.StoreIndex,
            f"{suffix}-index",
            {
                "project": self.log_project,
                "logstore": store,
                "full_text": {"case_sensitive": False, "include_chinese": True, "token": SEPARATORS},
                "field_searches": [event] if event_fields else None,
            },
            depends_on=[made],
        )
        return made

    def _encryption(self) -> dict[str, Any]:
        key = self.encryption.key
        return {
            "enable": True,
            "encrypt_type": "m4" if self.hardening.national_cryptography else "default",
            "user_cmk_info": None
            if key is None
            else {"cmk_key_id": key, "arn": self.encryption.role_arn, "region_id": self.region},
        }

    # -- who writes them -----------------------------------------------------------------------------------------

    def _role_name(self, purpose: str) -> str:
        return f"{self.component_name}-{purpose}-{self.region}"[-64:].strip("-")

    def _role_arn(self, role: str) -> str:
        return f"acs:ram::{self.account_id}:role/{role.lower()}"

    def _role(self, purpose: str, service: str, description: str) -> Any:
        """A role that one service alone takes on."""
        trust = {
            "Version": "1",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": [service]}}],
        }
        return self.make(
            alicloud.ram.Role,
            f"{purpose}-role",
            {
                "role_name": self._role_name(purpose),
                "description": description,
                "assume_role_policy_document": json.dumps(trust),
                "max_session_duration": 3600,
            },
        )

    def _grant(self, role: Any, purpose: str, statements: list[dict[str, Any]]) -> None:
        policy = self.make(
            alicloud.ram.Policy,
            f"{purpose}-policy",
            {
                "policy_name": self._role_name(purpose),
                "description": f"What the role {self._role_name(purpose)} does",
                "policy_document": json.dumps({"Version": "1", "Statement": statements}),
            },
        )
        self.make(
            alicloud.ram.RolePolicyAttachment,
            f"{purpose}-grant",
            {"role_name": role.role_name, "policy_name": policy.policy_name, "policy_type": "Custom"},
        )

    def _use_of_keys(self, *actions: str) -> dict[str, Any]:
        """Use of the key: by its id where that is known, of an own one by the tag ``system`` that it carries.

        Of other keys, such as those that are made beside it, the id is not known when the policy is written.
        """
        key, system = self.args.get("kms_key_id"), self.common_tags.get("system")
        named = key if isinstance(key, str) and key.startswith("key-") else "*"
        resource = [f"acs:kms:{self.region}:{self.account_id}:key/{named}"]
        found: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
        if key is None and self._key is not None and system:
            found["Condition"] = {"StringEqualsIgnoreCase": {"kms:tag/system": [system]}}
        return found

    def _delivery_role(self) -> Any:
        """The role by which ActionTrail writes: into this bucket and this log store only."""
        role = self._role("delivery", "actiontrail.aliyuncs.com", "ActionTrail delivers events")
        bucket = f"acs:oss:*:{self.account_id}:{self.log_bucket}"
        project = f"acs:log:{self.region}:{self.account_id}:project/{self.log_project}"
        write_objects = ["oss:GetBucketInfo", "oss:GetBucketLifecycle", "oss:GetBucketLocation"]
        write_logs = ["log:PostLogStoreLogs", "log:CreateLogstore", "log:GetLogstore", "log:GetLogStoreLogs"]
        write_logs += ["log:CreateIndex", "log:UpdateIndex", "log:GetIndex"]
        boards = ["log:CreateDashboard", "log:UpdateDashboard", "log:CreateSavedSearch", "log:UpdateSavedSearch"]
        allow = {"Effect": "Allow"}
        self._grant(
            role,
            "delivery",
            [
                {**allow, "Action": [*write_objects, "oss:ListObjects"], "Resource": [bucket]},
                {**allow, "Action": ["oss:PutObject"], "Resource": [f"{bucket}/*"]},
                self._use_of_keys("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"),
                {**allow, "Action": ["log:GetProject", "log:ListJobs"], "Resource": [project]},
                {**allow, "Action": write_logs, "Resource": [f"{project}/logstore/{self.log_store}"]},
                {**allow, "Action": boards, "Resource": [f"{project}/dashboard/*", f"{project}/savedsearch/*"]},
            ],
        )
        return role

    def _trail(self) -> Any:
        role = self._role_arn(self._role_name("delivery"))
        locked = (
            [item for suffix, item in self.bucket.children.items() if "standby" not in suffix] if self.bucket else []
        )
        return self.make(
            alicloud.actiontrail.Trail,
            "trail",
            {
                "trail_name": self.trail_name,
                "trail_region": "All",
                "event_rw": "All",
                "status": "Enable",
                "is_organization_trail": True if self.args.get("organization") else None,
                "oss_bucket_name": self.log_bucket,
                "oss_write_role_arn": role,
                "sls_project_arn": f"acs:log:{self.region}:{self.account_id}:project/{self.log_project}",
                "sls_write_role_arn": role,
            },
            holds_data=True,
            depends_on=[self.children["delivery-grant"], self.store, *locked],
        )

    # -- logs of products ----------------------------------------------------------------------------------------

    def _directory(self) -> dict[str, Any] | None:
        """Of which members of the resource directory logs are collected."""
        members: list[str] | None = self.args.get("collect_members")
        if members is None:
            return None
        if not members or ("*" in members and len(members) > 1):
            raise ComponentError(
                f'AuditTrail {self.component_name!r}: collect_members names members, or ["*"] for all of them'
            )
        if members == ["*"]:
            return {"account_group_type": "all"}
        return {"account_group_type": "custom", "members": list(members)}

    def _collect(self, wanted: Mapping[str, list[str]]) -> None:
        """Log Service brings the logs of products, of all instances, to the project."""
        directory = self._directory()
        provider = collection_provider(self, "audit-central", self.args.get("collection_provider"))
        for product, logs in wanted.items():
            for log in logs:
                suffix = f"{product}-{log}".replace("_", "-")
                store = f"{product}-{log}".replace("_", "-")
                made = self._store(f"{suffix}-store", store)
                self.make(
                    alicloud.sls.CollectionPolicy,
                    f"{suffix}-collection",
                    {
                        "policy_name": f"{self.component_name}-{suffix}".lower(),
                        "product_code": product,
                        "data_code": log,
                        "enabled": True,
                        "policy_config": {"resource_mode": "all"},
                        "resource_directory": directory,
                        "centralize_enabled": True,
                        "centralize_config": {
                            "dest_region": self.region,
                            "dest_project": self.log_project,
                            "dest_logstore": store,
                            "dest_ttl": self.retention_days,
                        },
                    },
                    provider=provider,
                    depends_on=[made],
                )
