"""The engine sees dependencies in outputs only: who names a resource by a plain text must say that it depends on it.

Names that policies mention are plain texts, so that the policies are known in a preview. A policy may name a resource
that is not there yet, but for its principals: IAM and KMS refuse those that they do not find.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from compliant_infra.components.registration import Registration
from tests.components.proof import Case, cases, parameters, recording

CASES = [case for case in cases() if case.cloud == "aws" and not case.profiles]

#: Type -> the input that names the resource, and how its ARN ends.
NAMED: Mapping[str, tuple[str, str]] = {
    "aws:s3/bucket:Bucket": ("bucket", ":s3:::{}"),
    "aws:iam/role:Role": ("name", ":role/{}"),
    "aws:iam/policy:Policy": ("name", ":policy/{}"),
    "aws:iam/samlProvider:SamlProvider": ("name", ":saml-provider/{}"),
    "aws:cloudtrail/trail:Trail": ("name", ":trail/{}"),
    "aws:cloudwatch/logGroup:LogGroup": ("name", ":log-group:{}"),
    "aws:cloudwatch/logStream:LogStream": ("name", ":log-stream:{}"),
    "aws:sns/topic:Topic": ("name", ":{}"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ("name", ":deliverystream/{}"),
    "aws:backup/vault:Vault": ("name", ":backup-vault:{}"),
    "aws:kms/alias:Alias": ("name", ":{}"),
    "aws:rds/instance:Instance": ("identifier", ":db:{}"),
    "aws:eks/cluster:Cluster": ("name", ":cluster/{}"),
}
#: Types whose bare names stand in inputs of others. Bare names of other types are words that anything may have.
BARE = ("aws:s3/bucket:Bucket", "aws:cloudwatch/logGroup:LogGroup", "aws:kms/alias:Alias")

#: Attachments of permissions to a role.
PERMISSIONS = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def texts(value: Any) -> Iterator[str]:
    """The texts in an input that the cloud takes for names: of policies, the principals alone."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        document = _document(value)
        if document is None:
            yield value
        elif "Statement" in document:
            for statement in document["Statement"]:
                principal = statement.get("Principal", {})
                yield from texts(principal if isinstance(principal, Mapping) else [principal])
        else:
            yield from texts(document)


def _document(text: str) -> Mapping[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def names(text: str, other: Registration) -> bool:
    """Whether a text names a resource: by its ARN, or what is in it, or by its name where that tells what is meant."""
    attribute, end = NAMED[other.type]
    name = other.inputs.get(attribute)
    if not isinstance(name, str):
        return False  # named by an output, or by Pulumi
    if text.startswith("arn:aws-cn:"):
        return re.search(f"{re.escape(end.format(name))}(/.*|:\\*)?$", text) is not None
    return other.type in BARE and text == name


@cache
def before(case: Case) -> Mapping[str, frozenset[str]]:
    """URN -> everything that is made before the resource."""
    found: dict[str, frozenset[str]] = {}
    for item in recording(case).registrations:  # a resource comes after what it depends on
        direct = {*item.dependencies, *(urn for urns in item.property_dependencies.values() for urn in urns)}
        found[item.urn] = frozenset(direct).union(*(found.get(urn, ()) for urn in direct))
    return found


@pytest.mark.parametrize("case", parameters(CASES))
def test_who_names_a_resource_comes_after_it(case: Case) -> None:
    made = [item for item in recording(case).registrations if item.custom and item.type.startswith("aws:")]
    wrong = []
    for item in made:
        own = NAMED.get(item.type, ("", ""))[0]  # the name that the resource has itself, and others like it too
        found = [text for key, value in item.inputs.items() if key != own for text in texts(value)]
        wrong += [
            f"{item.name} names {other.name} ({text})"
            for other in made
            if other is not item and other.type in NAMED and other.urn not in before(case)[item.urn]
            for text in found
            if names(text, other)
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("case", parameters(CASES))
def test_who_takes_a_role_comes_after_its_permissions(case: Case) -> None:
    """Services try a role when they are told of it."""
    made = [item for item in recording(case).registrations if item.custom and item.type.startswith("aws:")]
    roles = {item.urn: item for item in made if item.type == "aws:iam/role:Role"}
    permissions: dict[str, set[str]] = {
        urn: {
            item.urn for item in made if item.type in PERMISSIONS and urn in item.property_dependencies.get("role", ())
        }
        for urn in roles
    }
    wrong = []
    for item in made:
        if item.type.startswith("aws:iam/"):
            continue
        named = {urn for urn, role in roles.items() for text in texts(item.inputs) if names(text, role)}
        named |= {urn for urns in item.property_dependencies.values() for urn in urns if urn in roles}
        missing = {urn for role in named for urn in permissions[role]} - before(case)[item.urn]
        wrong += [f"{item.name} does not wait for {urn.rpartition('::')[2]}" for urn in sorted(missing)]
    assert not wrong, "\n".join(wrong)


def test_the_texts_of_a_policy_are_its_principals() -> None:
    policy = {"Statement": [{"Principal": {"AWS": ["arn:aws-cn:iam::1:role/a"]}, "Resource": "arn:aws-cn:s3:::b"}]}
    assert list(texts({"policy": json.dumps(policy), "name": "n"})) == ["arn:aws-cn:iam::1:role/a", "n"]
    assert list(texts(json.dumps({"RoleArn": "r"}))) == ["r"]


def test_a_bucket_is_named_by_its_arn_its_objects_and_its_name() -> None:
    bucket = Registration("urn", "aws:s3/bucket:Bucket", "b", True, {"bucket": "orders"})
    for text in ("orders", "arn:aws-cn:s3:::orders", "arn:aws-cn:s3:::orders/flow"):
        assert names(text, bucket)
    for text in ("orders-logs", "arn:aws-cn:s3:::orders-logs", "arn:aws-cn:sns:cn-north-1:1:orders"):
        assert not names(text, bucket)
