"""Keys of Alibaba Cloud's KMS: the settings of every key, and customer keys for components that are used alone."""

import json
from collections.abc import Iterable
from typing import Any

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.component import ComponentError

#: What the provider's documentation of key policies allows an administrator of a key: nothing that uses the key.
ADMINISTRATION = (
    "kms:List*",
    "kms:Describe*",
    "kms:Create*",
    "kms:Enable*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Set*",
    "kms:Update*",
    "kms:Delete*",
    "kms:Cancel*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:ImportKeyMaterial",
    "kms:ScheduleKeyDeletion",
)
USE = (
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:AsymmetricEncrypt",
    "kms:AsymmetricDecrypt",
    "kms:AsymmetricSign",
    "kms:AsymmetricVerify",
    "kms:GetPublicKey",
)
AUDIT = (
    "kms:DescribeKey",
    "kms:DescribeKeyVersion",
    "kms:GetKeyPolicy",
    "kms:ListKeyVersions",
    "kms:ListAliasesByKeyId",
    "kms:ListResourceTags",
)


def key_policy(
    account_id: str, administrators: Iterable[str] = (), users: Iterable[str] = (), auditors: Iterable[str] = ()
) -> str:
    """The policy of a key: the account, whose RAM policies count, and the three roles apart from each other."""
    statements: list[dict[str, Any]] = [_statement("Account", [f"acs:ram::{account_id}:*"], ("kms:*",))]
    for name, principals, actions in (
        ("Administrators", administrators, ADMINISTRATION),
        ("Users", users, USE),
        ("Auditors", auditors, AUDIT),
    ):
        if principals:
            statements.append(_statement(name, list(principals), actions))
    return json.dumps({"Version": "1", "Statement": statements})


def _statement(name: str, principals: list[str], actions: Iterable[str]) -> dict[str, Any]:
    return {
        "Sid": name,
        "Effect": "Allow",
        "Principal": {"RAM": principals},
        "Action": list(actions),
        "Resource": ["*"],
    }


def key_settings(
    component: AlicloudComponent,
    purpose: str,
    instance_id: pulumi.Input[str],
    *,
    hardware: bool,
    signs: bool = False,
    policy: str | None = None,
) -> dict[str, Any]:
    """The inputs of a key in a KMS instance. ``hardware``: the instance is one of the hardware edition.

    ``signs``: an asymmetric key for signatures, else one that encrypts.
    """
    hardening = component.hardening
    national = hardening.national_cryptography
    symmetric = "Aliyun_SM4" if national else "Aliyun_AES_256"
    rotates = not hardware and not signs  # neither keys in hardware nor pairs of keys rotate by themselves
    return {
        "description": f"{purpose} of {component.component_name}",
        "key_spec": ("EC_SM2" if national else "EC_P256") if signs else symmetric,
        "key_usage": "SIGN/VERIFY" if signs else "ENCRYPT/DECRYPT",
        "origin": "Aliyun_KMS",
        # A key in a hardware instance that does not say so would be replaced at every deployment.
        "protection_level": "HSM" if hardware else "SOFTWARE",
        "dkms_instance_id": instance_id,
        "automatic_rotation": "Enabled" if rotates else None,
        "rotation_interval": f"{hardening.number('key-rotation-days')}d" if rotates else None,
        "pending_window_in_days": hardening.number("key-deletion-window-days"),
        "deletion_protection": "Enabled",
        "deletion_protection_description": "Data that this key encrypts is lost with it",
        "policy": policy,
    }


def rotation_by_hand(component: AlicloudComponent, what: str) -> None:
    """Report that keys in hardware do not rotate by themselves, with what is to be done instead."""
    days = component.hardening.number("key-rotation-days")
    component.cannot(
        "kms-rotation",
        what,
        f"keys in a hardware KMS instance do not rotate by themselves: at the latest every {days} days make a new key, "
        "point the alias to it, let the services and programs encrypt with it, keep the old key enabled for as long as "
        "data encrypted with it is kept, and record the change",
    )


def own_key(
    component: AlicloudComponent,
    suffix: str,
    purpose: str,
    instance_id: pulumi.Input[str] | None = None,
    provider: pulumi.ProviderResource | None = None,
) -> pulumi.Output[str]:
    """The id of a customer key that a component makes where it was given none.

    ``instance_id`` is the KMS instance that holds the key: one of the hardware edition where the baseline asks for keys
    in hardware, one with the module for national cryptography under the profile ``sm``. Raises ComponentError without
    it: outside of an instance an account has a single key per region, which takes no policy, is AES-256 only and
    rotates for an extra fee, so that the second component to make one would fail when it is deployed.
    """
    hardening = component.hardening
    if instance_id is None:
        raise ComponentError(
            f"{component.component_name!r}: customer keys live in a KMS instance (outside of one an account has a "
            "single key per region): give the id of a key (KeyRing makes keys) or of a KMS instance"
        )
    hardware = hardening.demands("kms-hardware")
    key = component.make(
        alicloud.kms.Key,
        suffix,
        key_settings(component, purpose, instance_id, hardware=hardware),
        holds_data=True,
        retain=True,  # what outlives the stack cannot be read without it
        provider=provider,
    )
    if hardware:
        rotation_by_hand(component, suffix)
    found: pulumi.Output[str] = key.id
    return found
