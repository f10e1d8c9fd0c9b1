"""The rules against the installed Pulumi SDKs: types and attributes exist there too, on Alibaba Cloud and AWS.

This holds the names where the providers' schemas are not at hand, and holds with them that one catalogue serves
Terraform and Pulumi. Names only: an SDK says nothing of **default values** and of **allowed values**, which
``test_schemas.py`` holds against the schemas; and there is no SDK of Tencent Cloud among the dependencies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from compliant_infra.kernel.rules import all_rules
from tests.rules.pulumi_sdks import EXCEPTIONS, RENAMED, Sdk, installed
from tests.rules.schemas import cloud_of, loaded, resource_type
from tests.rules.test_schemas import declared, outside

CLOUDS = ("alicloud", "aws")

#: (type, attribute) that rules read although the SDK has no such property, and why.
KNOWN_DIFFERENCES: Mapping[tuple[str, str], str] = {
    ("alicloud_cs_kubernetes", "user_data"): "removed with 1.212.0 of the provider, in the Terraform of older ones",
    ("alicloud_cs_managed_kubernetes", "user_data"): "removed with 1.212.0 of the provider, as above",
    (
        "alicloud_redis_tair_instance",
        "availability_zone",
    ): "one predicate with kvstore_instance, where it is the old name",
}


def sdk(cloud: str) -> Sdk:
    found = installed(cloud)
    if found is None:
        pytest.skip(f"pulumi-{cloud} is not installed")
    return found


def kinds(cloud: str) -> list[str]:
    """The Terraform types of a cloud that rules judge, read or take for a witness."""
    found = {kind for _, kind, _ in declared()}
    for rule in all_rules():
        found.update(rule.checks)
        if rule.absence is not None:
            found.update(kind for witnesses in rule.absence.witnesses.values() for kind in witnesses)
    return sorted(kind for kind in found if cloud_of(kind) == cloud and not outside(kind))


def property_path(kind: str, path: str) -> str:
    """A Terraform path with the name that the SDK gave its attribute by hand."""
    first, dot, rest = path.partition(".")
    return f"{RENAMED.get((kind, first), first)}{dot}{rest}"


def paths(cloud: str) -> list[tuple[str, str]]:
    """(type, path) of everything that rules say they read of a cloud; every resource has an ``id``."""
    return sorted(
        {(kind, path) for _, kind, path in declared() if cloud_of(kind) == cloud and not outside(kind) and path != "id"}
    )


@pytest.mark.parametrize("cloud", CLOUDS)
def test_types_exist(cloud: str) -> None:
    names = sdk(cloud)
    found = {kind: names.token(kind) for kind in kinds(cloud)}
    assert len(found) > 200
    missing = [f"{kind}: {names.by_rule(kind)}" for kind, token in found.items() if token not in names.tokens]
    assert not missing, "\n".join(["no class, or several (say which in EXCEPTIONS of pulumi_sdks.py):", *missing])


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_type_has_a_class_of_its_own(cloud: str) -> None:
    names = sdk(cloud)
    found: dict[str, list[str]] = defaultdict(list)
    for kind in kinds(cloud):
        found[names.token(kind) or kind].append(kind)
    assert [several for several in found.values() if len(several) > 1] == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_rules_read_exists(cloud: str) -> None:
    names = sdk(cloud)
    found = paths(cloud)
    assert len(found) > 700
    wrong = []
    for kind, path in found:
        token = names.token(kind)
        if token is None or (kind, path) in KNOWN_DIFFERENCES:  # test_types_exist tells of the types
            continue
        lacking = names.lacks(token, property_path(kind, path))
        if lacking is not None:
            wrong.append(f"{kind} ({token}) has no {lacking}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_classes_are_those_of_the_types(cloud: str) -> None:
    """A class that the names find by accident would have other attributes than the provider's type."""
    names = sdk(cloud)
    if loaded(cloud) is None:
        pytest.skip("COMPLIANT_INFRA_SCHEMAS does not name the providers' schemas")
    wrong = []
    for kind in kinds(cloud):
        token, block = names.token(kind), resource_type(kind)
        if token is None or block is None:
            continue
        attributes = {*block.get("a", ()), *block.get("b", ())} - {"id", "timeouts"}
        lacking = [name for name in attributes if names.lacks(token, property_path(kind, name)) is not None]
        if 2 * len(lacking) > len(attributes):
            wrong.append(f"{kind} is hardly {token}: {sorted(lacking)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_known_differences_are_needed(cloud: str) -> None:
    """An entry that is no longer needed goes: of differences, of renamed properties, of exceptions to the names."""
    names = sdk(cloud)
    read = set(paths(cloud))
    used = set(kinds(cloud))
    vain = []
    for kind, path in KNOWN_DIFFERENCES:
        token = names.token(kind)
        if cloud_of(kind) == cloud and ((kind, path) not in read or token is None or not names.lacks(token, path)):
            vain.append(f"{kind}.{path}")
    for kind, name in RENAMED:
        token = names.token(kind)
        if cloud_of(kind) == cloud and ((kind, name) not in read or token is None or not names.lacks(token, name)):
            vain.append(f"{kind}.{name}")
    for exceptions in EXCEPTIONS.values():
        for kind, token in exceptions.items():
            if cloud_of(kind) == cloud and (kind not in used or names.by_rule(kind) == [token]):
                vain.append(kind)
    assert vain == []


REGISTER = '''
_utilities.register(
    resource_modules="""
[
 {"mod": "ec2/instance", "fqn": "pulumi_aws.ec2", "classes": {"aws:ec2/instance:Instance": "Instance"}},
 {"mod": "rds/instance", "fqn": "pulumi_aws.rds", "classes": {"aws:rds/instance:Instance": "Instance"}},
 {"mod": "vpc/route", "fqn": "pulumi_aws.vpc", "classes": {"aws:vpc/route:Route": "Route"}},
 {"mod": "vpc/vpcRoute", "fqn": "pulumi_aws.vpc", "classes": {"aws:vpc/vpcRoute:VpcRoute": "VpcRoute"}}
]
""",
    resource_packages="""[]"""
)
'''

INSTANCE = """
@pulumi.input_type
class InstanceArgs:
    def __init__(__self__, *,
                 size: pulumi.Input[_builtins.str],
                 disks: pulumi.Input[Optional[Sequence[pulumi.Input['InstanceDiskArgs']]]] = None,
                 wheels: pulumi.Input[Optional[_builtins.int]] = None,
                 labels: pulumi.Input[Optional[Mapping[str, pulumi.Input[_builtins.str]]]] = None):
        pass

@pulumi.input_type
class _InstanceState:
    def __init__(__self__, *,
                 address: pulumi.Input[Optional[_builtins.str]] = None):
        pass
"""

NESTED = """
class InstanceDiskArgs:
    def __init__(__self__, *,
                 entries: pulumi.Input[Sequence[pulumi.Input['InstanceDiskEntryArgs']]]):
        pass

class InstanceDiskEntryArgs:
    def __init__(__self__):
        pass
"""


@pytest.fixture
def made_up(tmp_path: Path) -> Sdk:
    (tmp_path / "ec2").mkdir()
    (tmp_path / "__init__.py").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "ec2" / "instance.py").write_text(INSTANCE, encoding="utf-8")
    (tmp_path / "ec2" / "_inputs.py").write_text(NESTED, encoding="utf-8")
    return Sdk("aws", tmp_path)


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        ("aws_instance", "aws:ec2/instance:Instance"),
        ("aws_db_instance", "aws:rds/instance:Instance"),
        ("aws_rds_instance", "aws:rds/instance:Instance"),
        ("aws_vpc_route", "aws:vpc/vpcRoute:VpcRoute"),  # not vpc.Route, although the name fits
        ("aws_route", None),  # the module vpc is not left out
        ("aws_lb", "aws:lb/loadBalancer:LoadBalancer"),  # an exception
    ],
)
def test_the_rule_of_the_names(made_up: Sdk, kind: str, token: str | None) -> None:
    assert made_up.token(kind) == token


@pytest.mark.parametrize(
    ("path", "lacking"),
    [
        ("size", None),
        ("address", None),  # what the provider computes
        ("disk", None),  # a list, hence the plural
        ("disks", None),
        ("disk.entry", None),
        ("wheel", "wheel"),  # a plural that is no list is another name
        ("sizes", "sizes"),
        ("disk.size", "disk.size"),
        ("disk.entry.key.value", "disk.entry.key"),
        ("labels.of.any.kind", None),
        ("size.unit", "size.unit"),
        ("colour", "colour"),
    ],
)
def test_the_names_of_properties(made_up: Sdk, path: str, lacking: str | None) -> None:
    assert made_up.lacks("aws:ec2/instance:Instance", path) == lacking


def test_a_class_that_is_not_found_is_an_error(made_up: Sdk) -> None:
    (made_up.home / "ec2" / "_inputs.py").write_text("", encoding="utf-8")
    with pytest.raises(KeyError, match="InstanceDiskArgs"):
        made_up.lacks("aws:ec2/instance:Instance", "disk.size")
