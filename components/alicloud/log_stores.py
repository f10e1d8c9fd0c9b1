"""Log stores of components used alone: a project, and encrypted stores that keep logs as long as demanded."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import merged

#: System policies that let Simple Log Service use a key of the customer.
_KEY_POLICIES = {"read-only": "AliyunKMSReadOnlyAccess", "crypto-user": "AliyunKMSCryptoUserAccess"}
_LONGEST_PROJECT_NAME = 63

#: The region whose endpoint takes collection policies, for all regions of the mainland.
COLLECTION_REGION = "cn-shanghai"


def project_name(component: AlicloudComponent, purpose: str) -> str:
    """A name for a log project of the component's own. Names of log projects are unique in all of Alibaba Cloud."""
    name = "-".join((pulumi.get_project(), pulumi.get_stack(), component.component_name, purpose)).lower()
    text = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return text[-_LONGEST_PROJECT_NAME:].strip("-")


def own_project(component: AlicloudComponent, name: str) -> Any:
    """The log project of a component, ``log-project`` among its children."""
    return component.make(
        alicloud.log.Project,
        "log-project",
        {"project_name": name, "description": f"Logs of {component.component_name}"},
        holds_data=True,
        retain=True,
    )


def collection_provider(
    component: AlicloudComponent, rule: str, given: pulumi.ProviderResource | None
) -> pulumi.ProviderResource:
    """The provider configuration of the region that takes collection policies, an own one where none is given.

    Where the baseline does not allow that region, the component's own stands in, and that is reported for ``rule``.
    """
    if not component.may_use(COLLECTION_REGION):
        component.cannot(
            rule,
            "collection policies",
            f"the endpoint that takes them is documented for {COLLECTION_REGION} only, which the baseline does not "
            f"allow; they are sent to {component.region}, where it is not confirmed that they are taken",
        )
        return component.provider
    return component.provider_for(COLLECTION_REGION, given, "collection-provider")


@dataclass(frozen=True, slots=True)
class LogEncryption:
    """What log stores are encrypted with. Without a key it is the key of the log service."""

    key: pulumi.Input[str] | None = None
    role_arn: pulumi.Input[str] | None = None


def log_encryption(
    component: AlicloudComponent,
    kms_key_id: pulumi.Input[str] | None,
    kms_instance_id: pulumi.Input[str] | None,
    role_arn: pulumi.Input[str] | None,
) -> LogEncryption:
    """The encryption of a component's log stores: by a customer key where one is given or the baseline asks for one.

    Makes the key (``log-key``) and the role by which the log service uses it (``log-role``) where they are not given.
    """
    if kms_key_id is None and not component.hardening.demands("rest-customer-key"):
        return LogEncryption()
    key = own_key(component, "log-key", "Log key", kms_instance_id) if kms_key_id is None else kms_key_id
    return LogEncryption(key, _own_role(component) if role_arn is None else role_arn)


def _own_role(component: AlicloudComponent) -> pulumi.Output[str]:
    """The role by which Simple Log Service encrypts and decrypts with a customer key."""
    trust = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["log.aliyuncs.com"]}}
    name = f"{component.component_name}-{component.region}-log-key"[-64:].strip("-")
    role = component.make(
        alicloud.ram.Role,
        "log-role",
        {
            "role_name": name,
            "description": "Lets Simple Log Service use the key of the logs",
            "assume_role_policy_document": json.dumps({"Version": "1", "Statement": [trust]}),
            "max_session_duration": component.hardening.number("role-session-seconds"),
        },
        retain=True,  # without it the logs that outlive the stack cannot be read
    )
    for suffix, policy in _KEY_POLICIES.items():
        component.make(
            alicloud.ram.RolePolicyAttachment,
            f"log-role-{suffix}",
            {"role_name": role.role_name, "policy_name": policy, "policy_type": "System"},
            retain=True,
        )
    found: pulumi.Output[str] = role.arn
    return found


def own_store(
    component: AlicloudComponent,
    suffix: str,
    project: pulumi.Input[str],
    name: str,
    encryption: LogEncryption,
) -> Any:
    """A log store, encrypted, that keeps logs for as long as the baseline asks."""
    key = encryption.key
    return component.make(
        alicloud.log.Store,
        suffix,
        {
            "project_name": project,
            "logstore_name": name,
            "retention_period": component.hardening.number("log-retention-days"),
            "shard_count": 2,
            "auto_split": True,
            "max_split_shard_count": 16,
            "encrypt_conf": merged(
                {
                    "enable": True,
                    "encrypt_type": "m4" if component.hardening.national_cryptography else "default",
                    "user_cmk_info": None
                    if key is None
                    else {"cmk_key_id": key, "arn": encryption.role_arn, "region_id": component.region},
                },
                {},
            ),
        },
        holds_data=True,
        retain=True,
        depends_on=[child for name, child in component.children.items() if name.startswith("log-role-")],
    )
