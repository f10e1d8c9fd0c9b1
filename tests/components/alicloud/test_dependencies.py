"""The engine sees dependencies in outputs only: who names a resource by a plain text must say that it depends on it.

Names that policies mention are plain texts, so that the policies are known in a preview. A policy of RAM may name what
is not there yet; whom a trust policy names has to be there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import pytest

from compliant_infra.components.registration import Registration
from tests.components.proof import Case, cases, parameters, recording

CASES = [
    case
    for case in cases()
    if case.cloud == "alicloud" and not case.profiles and case.baseline in ("mlps-l3", "financial-l3")
]


class Name(NamedTuple):
    """How others name a resource of a type."""

    attribute: str  # the input that holds its own name
    where: str  # the inputs of others, as a pattern, in which the bare name stands
    arn: str = ""  # how the name stands in an ARN


#: By type. Names of other types are words that anything may have, or are given by outputs alone.
NAMED: Mapping[str, Name] = {
    "alicloud:oss/bucket:Bucket": Name("bucket", "bucket", "acs:oss:[^:]*:[^:]*:{}(/|$)"),
    "alicloud:log/project:Project": Name("projectName", "project", "acs:log:[^:]*:[^:]*:project/{}(/|$)"),
    "alicloud:ram/role:Role": Name("roleName", "role", ":role/{}$"),
    "alicloud:ram/policy:Policy": Name("policyName", "^policyName$"),
    "alicloud:ram/group:Group": Name("groupName", "^groupName$"),
    "alicloud:ram/samlProvider:SamlProvider": Name("samlProviderName", "", ":saml-provider/{}$"),
    "alicloud:actiontrail/trail:Trail": Name("trailName", "trailName"),
    "alicloud:cms/alarmContact:AlarmContact": Name("alarmContactName", "^contacts$"),
    "alicloud:cms/alarmContactGroup:AlarmContactGroup": Name("alarmContactGroupName", "(?i)(contact|alert)Group"),
    "alicloud:log/resourceRecord:ResourceRecord": Name("recordId", "^actionPolicyId$"),
    "alicloud:kms/alias:Alias": Name("aliasName", "(?i)key"),
}

#: Log stores are named within their project: the inputs that hold the store's name, and how an ARN ends.
STORE = "alicloud:log/store:Store"
STORE_INPUT = re.compile("(?i)logstore|^store$")

#: Inputs in which a policy of RAM stands: it may name what is not there yet.
PERMISSIONS = ("policyDocument", "policy")


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts in an input that the cloud takes for names, with the name of the input: of policies, the principals."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)
    elif isinstance(value, str):
        if value.startswith("{") and "Statement" in (document := json.loads(value)):
            for statement in document["Statement"]:
                yield from (("Principal", text) for _, text in texts(statement.get("Principal", {})))
        elif name not in PERMISSIONS:
            yield name, value


def names(text: str, where: str, other: Registration) -> bool:
    """Whether a text in the input ``where`` names a resource."""
    how = NAMED[other.type]
    own = other.inputs.get(how.attribute)
    if not isinstance(own, str):
        return False  # named by an output, or by the cloud
    if text.startswith("acs:"):
        return bool(how.arn) and re.search(how.arn.format(re.escape(own)), text, re.IGNORECASE) is not None
    return bool(how.where) and text == own and re.search(how.where, where, re.IGNORECASE) is not None


def names_store(item: Registration, store: Registration) -> bool:
    """Whether a resource names a log store: its name and that of its project."""
    project, own = store.inputs.get("projectName"), store.inputs.get("logstoreName")
    found = list(texts(item.inputs))
    if any(text.endswith(f":project/{project}/logstore/{own}") for _, text in found):
        return True
    bare = any(text == own and STORE_INPUT.search(where) for where, text in found)
    return bare and any(text == project and "project" in where.lower() for where, text in found)


@cache
def before(case: Case) -> Mapping[str, frozenset[str]]:
    """URN -> everything that is made before the resource."""
    found: dict[str, frozenset[str]] = {}
    for item in recording(case).registrations:  # a resource comes after what it depends on
        direct = {*item.dependencies, *(urn for urns in item.property_dependencies.values() for urn in urns)}
        found[item.urn] = frozenset(direct).union(*(found.get(urn, ()) for urn in direct))
    return found


def made(case: Case) -> list[Registration]:
    return [item for item in recording(case).registrations if item.custom and item.type.startswith("alicloud:")]


@pytest.mark.parametrize("case", parameters(CASES))
def test_who_names_a_resource_comes_after_it(case: Case) -> None:
    wrong = []
    for item in made(case):
        own = NAMED[item.type].attribute if item.type in NAMED else ""
        given = [pair for key, value in item.inputs.items() if key != own for pair in texts(value, key)]
        for other in made(case):
            if other is item or other.urn in before(case)[item.urn]:
                continue
            if other.type == STORE:
                if item.type != STORE and names_store(item, other):
                    wrong.append(f"{item.name} names the store {other.name}")
            elif other.type in NAMED and item.urn not in before(case)[other.urn]:
                inputs = [where for where, text in given if names(text, where, other)]
                wrong += [f"{item.name}.{where} names {other.name}" for where in inputs]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("case", parameters(CASES))
def test_who_takes_a_role_comes_after_its_permissions(case: Case) -> None:
    """Services try a role when they are told of it."""
    roles = {item.urn: item for item in made(case) if item.type == "alicloud:ram/role:Role"}
    grants = [item for item in made(case) if item.type == "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment"]
    wrong = []
    for item in made(case):
        if item.type.startswith("alicloud:ram/"):
            continue
        taken = {urn for urn, role in roles.items() for where, text in texts(item.inputs) if names(text, where, role)}
        taken |= {urn for urns in item.property_dependencies.values() for urn in urns if urn in roles}
        missing = [
            grant.name
            for grant in grants
            if taken.intersection(grant.property_dependencies.get("roleName", ()))
            and grant.urn not in before(case)[item.urn]
        ]
        wrong += [f"{item.name} does not wait for {name}" for name in missing]
    assert not wrong, "\n".join(wrong)


def test_the_texts_of_a_policy_are_its_principals() -> None:
    policy = {"Statement": [{"Principal": {"Federated": ["acs:ram::1:saml-provider/a"]}, "Resource": "acs:oss:*:*:b"}]}
    found = texts({"assumeRolePolicyDocument": json.dumps(policy), "policy": "p", "roleName": "n"})
    assert list(found) == [("Principal", "acs:ram::1:saml-provider/a"), ("roleName", "n")]


def test_a_bucket_is_named_by_its_arn_and_its_name() -> None:
    bucket = Registration("urn", "alicloud:oss/bucket:Bucket", "b", True, {"bucket": "orders"})
    for text, where in (("orders", "targetBucket"), ("acs:oss:cn-beijing:1:orders", "targetArn")):
        assert names(text, where, bucket)
    for text, where in (("orders", "description"), ("orders-logs", "bucket"), ("acs:oss:*:*:orders-logs", "arn")):
        assert not names(text, where, bucket)


def test_a_store_is_named_with_its_project() -> None:
    store = Registration("urn", STORE, "s", True, {"projectName": "p", "logstoreName": "access"})
    for inputs in (
        {"destProject": "p", "destLogstore": "access"},
        {"deliveryChannelTargetArn": "acs:log:cn-beijing:1:project/p/logstore/access"},
    ):
        assert names_store(Registration("other", "t", "o", True, inputs), store)
    for inputs in ({"destProject": "q", "destLogstore": "access"}, {"project": "p", "title": "access"}):
        assert not names_store(Registration("other", "t", "o", True, inputs), store)
