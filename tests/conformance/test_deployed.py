"""What a program is judged by before it is deployed, it is judged by afterwards: ids instead of unknown values.

The rules' fixtures become programs, twice: as an engine knows them in a preview, and as it exports them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.names import camel, properties, pulumi_token
from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.components.translation import scan_of
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Resource, Scan, SensitiveText, Unknown, is_known
from tests.hcl_checks.recorded_plans import RULES, cloud_of, fixtures, lay_out, name_of

HEAD = "urn:pulumi:dev::fixture::"
#: How ids begin that say what they are of.
PREFIXES = {"internet_gateway": "igw-", "security_group": "sg-", "subnet": "subnet-", "vpc": "vpc-", "vswitch": "vsw-"}

#: Fixture and rule -> why a deployment tells more, or less, than a preview.
DIFFERENT = {
    ("alicloud/compute-multi-az/bad_backends.tf", "compute-multi-az"): "which unknown id is which resource's",
    ("alicloud/net-ddos-on-public-entry/bad.tf", "net-ddos-on-public-entry"): "which unknown id is which resource's",
    ("alicloud/net-ddos-on-public-entry/good.tf", "net-ddos-on-public-entry"): "which unknown id is which resource's",
    ("aws/net-endpoint-multi-zone/good.tf", "net-endpoint-multi-zone"): "which unknown id is which resource's",
}


class NoProgramError(Exception):
    """The fixture holds what a program does not: data sources, variables without value."""


def given_id(resource: Resource) -> str:
    """The id that a cloud might give."""
    own = resource.attributes.get("bucket")
    kind = resource.type.split("_", 1)[1]
    if kind in ("oss_bucket", "s3_bucket") and isinstance(own, str):
        return str(own)
    return PREFIXES.get(kind, f"{kind}-") + sha256(resource.address.encode()).hexdigest()[:10]


def given(resource: Resource, attribute: str) -> str:
    """The value that a cloud might give to an attribute, where the program gives none."""
    own = resource.attributes.get(attribute)
    if isinstance(own, str):
        return str(own)
    made = given_id(resource)
    if attribute == "id":
        return made
    if not attribute.endswith("arn"):
        return f"{made}-{attribute}"
    return f"arn:aws-cn:s3:::{made}" if resource.type == "aws_s3_bucket" else f"arn:aws-cn:x:cn-north-1:1:{made}"


class Program:
    """The registrations of a fixture."""

    def __init__(self, scan: Scan) -> None:
        self.resources = {resource.address: resource for resource in scan.resources}
        self.asked: set[tuple[str, str]] = set()
        if scan.data or scan.absent_modules or len(self.resources) != len(scan.resources):
            raise NoProgramError

    def urn(self, resource: Resource) -> str:
        try:
            return f"{HEAD}{pulumi_token(resource.type)}::{resource.address}"
        except KeyError:
            raise NoProgramError from None

    def registrations(self, *, deployed: bool) -> list[Registration]:
        providers: dict[str, Registration] = {}
        found: dict[str, Registration] = {}
        for resource in self.resources.values():
            if resource.existence is not None:
                raise NoProgramError
            inputs: dict[str, Any] = {}
            dependencies: dict[str, list[str]] = {}
            for name in resource.attributes:
                sources: set[str] = set()
                value = self.wire(resource.attributes[name], sources, deployed=deployed)
                try:
                    wire = properties(pulumi_token(resource.type), {name: value})
                except (KeyError, ValueError):
                    raise NoProgramError from None
                inputs.update(wire)
                dependencies.update((key, sorted(sources)) for key in wire)
            found[resource.address] = Registration(
                self.urn(resource),
                pulumi_token(resource.type),
                resource.address,
                True,
                inputs,
                provider=self.provider(resource, providers),
                property_dependencies=dependencies,
                id=given_id(resource) if deployed else "",
                outputs=dict(inputs) if deployed else {},
            )
        for address, attribute in self.asked if deployed else ():
            if attribute != "id":
                found[address].outputs[camel(attribute)] = given(self.resources[address], attribute)
        return [*providers.values(), *found.values()]

    def provider(self, resource: Resource, providers: dict[str, Registration]) -> str:
        configuration = resource.provider
        if configuration is None:
            return ""
        if not set(configuration.attributes) <= {"region"} or not is_known(configuration.region):
            raise NoProgramError
        name = configuration.alias or "default"
        kind = f"{PROVIDER_PREFIX}{configuration.name}"
        inputs = {} if configuration.region is None else {"region": configuration.region}
        made = Registration(f"{HEAD}{kind}::{name}", kind, name, True, inputs)
        return f"{providers.setdefault(made.urn, made).urn}::id"

    def wire(self, value: Any, sources: set[str], *, deployed: bool) -> Any:
        if type(value) is Unknown and value.reference is not None and value.reference.address in self.resources:
            address, attribute = value.reference
            self.asked.add((address, attribute))
            sources.add(self.urn(self.resources[address]))
            return given(self.resources[address], attribute) if deployed else UNKNOWN_SENTINEL
        if isinstance(value, SensitiveText):
            return {SIGNATURE_KEY: SECRET_SIGNATURE, "value": str(value)}
        if isinstance(value, Mapping):
            return {key: self.wire(inner, sources, deployed=deployed) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.wire(inner, sources, deployed=deployed) for inner in value]
        if not is_known(value):
            raise NoProgramError
        return value


def verdicts(registrations: list[Registration]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    judgement = judge(scan_of(registrations), assignment(Request("mlps-l4", ("all",), include_passed=True)))
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for result in judgement.results:
        found.setdefault((result.rule, result.resource), set()).add((str(result.verdict), result.finding))
    return found


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Results that were compared, and those that differ: fixture, rule, resource, before, afterwards."""
    count, programs, different = 0, 0, []
    folder = tmp_path_factory.mktemp("deployed")
    for fixture in fixtures():
        name = name_of(fixture)
        if cloud_of(name) not in ("alicloud", "aws") or not name.endswith(".tf"):
            continue
        if not re.search(r"\.(id|arn|\w+_ids?|\w+_arn)\b", fixture.read_text(encoding="utf-8")):
            continue  # nothing that a cloud gives
        root = lay_out(fixture, folder / re.sub(r"\W", "_", name))
        try:
            program = Program(read_root(ModuleLibrary(discover([str(root)])), str(root)))
            before, after = (program.registrations(deployed=deployed) for deployed in (False, True))
        except NoProgramError:
            continue
        if not program.asked:
            continue
        ours, theirs = verdicts(before), verdicts(after)
        programs += 1
        count += len(theirs)
        different.extend(
            (name, *key, ours.get(key, set()), theirs.get(key, set()))
            for key in sorted(ours.keys() | theirs.keys())
            if ours.get(key) != theirs.get(key)
        )
    return {"count": count, "programs": programs, "different": different}


def test_a_deployment_changes_no_verdict(compared: dict[str, Any]) -> None:
    unexpected = [item for item in compared["different"] if (item[0], item[1]) not in DIFFERENT]
    assert not unexpected, json.dumps(unexpected, indent=1, default=sorted)
    assert {(name, rule) for name, rule, *_ in compared["different"]} == set(DIFFERENT)
    for item in compared["different"]:
        before, after = ({verdict for verdict, _ in side} for side in item[3:])
        assert not ({"pass", "fail"} <= before ^ after), item


def test_enough_is_compared(compared: dict[str, Any]) -> None:
    assert RULES.is_dir()
    assert compared["programs"] >= 100
    assert compared["count"] >= 2500
