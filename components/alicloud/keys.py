"""Customer keys for components that are used alone."""

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.component import ComponentError


def own_key(
    component: AlicloudComponent,
    suffix: str,
    purpose: str,
    instance_id: pulumi.Input[str] | None = None,
    provider: pulumi.ProviderResource | None = None,
) -> pulumi.Output[str]:
    """The id of a customer key that a component makes where it was given none.

    Without ``instance_id``, a KMS instance, the key is a software-protected AES-256 key of the account. SM4 and
    hardware protection need an instance: where the baseline asks for them and none is given, raises ComponentError.
    """
    hardening = component.hardening
    hardware = hardening.demands("kms-hardware")
    if instance_id is None and (hardware or hardening.national_cryptography):
        what = "keys in hardware" if hardware else "SM4 keys"
        raise ComponentError(
            f"{component.component_name!r}: {hardening.baseline} asks for {what}, which need a KMS instance: give "
            "kms_key_id (KeyRing makes keys) or kms_instance_id"
        )
    key = component.make(
        alicloud.kms.Key,
        suffix,
        {
            "description": f"{purpose} of {component.component_name}",
            "key_spec": "Aliyun_SM4" if hardening.national_cryptography else "Aliyun_AES_256",
            "key_usage": "ENCRYPT/DECRYPT",
            "origin": "Aliyun_KMS",
            "protection_level": "HSM" if hardware else "SOFTWARE",
            "dkms_instance_id": instance_id,
            # Keys in a hardware instance do not rotate by themselves.
            "automatic_rotation": None if hardware else "Enabled",
            "rotation_interval": None if hardware else f"{hardening.number('key-rotation-days')}d",
            "pending_window_in_days": hardening.number("key-deletion-window-days"),
            "deletion_protection": "Enabled",
        },
        holds_data=True,
        provider=provider,
    )
    found: pulumi.Output[str] = key.id
    return found
