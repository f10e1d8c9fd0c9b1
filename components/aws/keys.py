"""Customer keys for components that are used alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent


def account_statement(account_id: str) -> dict[str, Any]:
    """The statement of a key policy that leaves the key to the account: its IAM policies say who may do what."""
    return {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws-cn:iam::{account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def through(service: str, *regions: str) -> list[str]:
    """The values of ``kms:ViaService`` for what a service does with keys in regions.

    No document says under which of the two domains KMS knows its callers in China: both are named.
    """
    return [f"{service}.{region}.{domain}" for region in regions for domain in ("amazonaws.com.cn", "amazonaws.com")]


def own_key(
    component: AwsComponent,
    suffix: str,
    purpose: str,
    account_id: str,
    statements: Sequence[Mapping[str, Any]] = (),
    provider: pulumi.ProviderResource | None = None,
) -> pulumi.Output[str]:
    """The ARN of a customer key that a component makes where it was given none.

    In the regions in China a symmetric key is an SM4 key. ``statements`` of the key policy, for services that use the
    key, stand beside the one that leaves the key to the account.
    """
    hardening = component.hardening
    key = component.make(
        aws.kms.Key,
        suffix,
        {
            "description": f"{purpose} of {component.component_name}",
            "key_usage": "ENCRYPT_DECRYPT",
            "customer_master_key_spec": "SYMMETRIC_DEFAULT",
            "enable_key_rotation": True,
            "rotation_period_in_days": hardening.number("key-rotation-days"),
            "deletion_window_in_days": hardening.number("key-deletion-window-days"),
            "policy": json.dumps(
                {"Version": "2012-10-17", "Statement": [account_statement(account_id), *map(dict, statements)]}
            ),
        },
        holds_data=True,
        retain=True,  # what outlives the stack cannot be read without it
        provider=provider,
    )
    found: pulumi.Output[str] = key.arn
    return found
