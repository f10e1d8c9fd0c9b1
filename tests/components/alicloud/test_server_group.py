"""ServerGroup for Alibaba Cloud: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from compliant_infra.components.alicloud import ServerGroup
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

KEY = "key-hzz62f1cb66fa42qo9m3x"
ARGS: Mapping[str, Any] = {
    "region": "cn-beijing",
    "baseline": "mlps-l3",
    "vpc_id": "vpc-2ze0000000000000000aa",
    "subnet_ids": ["vsw-a", "vsw-b", "vsw-c"],
    "zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
    "image_id": "m-2ze0000000000000000aa",
    "instance_types": ["ecs.g7.large"],
    "kms_key_id": KEY,
}
DATA: Mapping[str, Any] = {"data_disks_gib": [100], "standby": {"region": "cn-hangzhou"}}
WAIVER = {"rule": "host-imds-v2", "reason": "old agent", "owner": "li.wei", "until": SOON}


def made(args: Mapping[str, Any]) -> tuple[Recording, ServerGroup]:
    groups: list[ServerGroup] = []

    def program() -> None:
        given = {name: value for name, value in {**ARGS, **args}.items() if value is not None}
        groups.append(ServerGroup("web", given))

    return record(program), groups[0]


def inputs(found: Recording, suffix: str) -> dict[str, Any]:
    return dict(found.by_name(f"web-{suffix}").inputs)


def names(found: Recording) -> set[str]:
    return {item.name.removeprefix("web-") for item in found.resources}


@pytest.mark.parametrize(
    ("args", "rule", "clause"),
    [
        ({"overrides": {"launch-template": {"http_tokens": "optional"}}}, "host-imds-v2", "8.1.4.4"),
        (
            {"overrides": {"launch-template": {"internet_max_bandwidth_out": 10}}},
            "net-no-public-ip-on-instance",
            "8.1.2.1",
        ),
        ({"overrides": {"launch-template": {"system_disk": {"encrypted": False}}}}, "disk-encrypted", "8.1.4.8"),
        (
            {
                "overrides": {"launch-template": {"image_options": {"login_as_non_root": False}}, "scaling-group": {}},
                "key_name": "ops",
            },
            "host-key-login",
            "8.1.4.1",
        ),
        ({"overrides": {"scaling-group": {"multi_az_policy": "PRIORITY"}}}, "compute-multi-az", "8.1.2.1"),
        ({"overrides": {"security-group": {"inner_access_policy": "Accept"}}}, "net-default-deny", "8.1.3.2"),
        (
            {"ingress": {"ssh": {"port": 22, "cidr": "0.0.0.0/0", "description": "SSH"}}},
            "net-sg-no-risky-port",
            "8.1.4.4",
        ),
        ({"overrides": {"egress-rest": {"policy": "accept"}}}, "net-sg-egress-restricted", "8.1.3.2"),
    ],
)
def test_weakening_is_refused(args: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert f"gbt22239-2019:{clause}" in str(caught.value)


def test_a_waiver_lets_it_pass_and_shows() -> None:
    weak = {"overrides": {"launch-template": {"http_tokens": "optional"}}, "waivers": [WAIVER]}
    found, group = made(weak)
    assert inputs(found, "launch-template")["httpTokens"] == "optional"
    assert [item["rule"] for item in group.waived] == ["host-imds-v2"]


def test_harmless_overrides_pass() -> None:
    found, _ = made({"overrides": {"scaling-group": {"default_cooldown": 600}}})
    assert inputs(found, "scaling-group")["defaultCooldown"] == 600


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "ap-southeast-1"}, "mainland China"),
        ({"region": "cn-hongkong"}, "mainland China"),
        ({"zones": ["cn-beijing-h"] * 3}, "asks for 2 zones"),
        ({"zones": ["cn-beijing-h"]}, "names the zone of each subnet"),
        ({"vpc_id": None}, "vpc_id or security_group_ids"),
        ({"kms_key_id": None}, "kms_instance_id|KMS instance"),
        ({"data_disks_gib": [100]}, "give standby"),
        ({"standby": {"region": "cn-hangzhou"}}, "there are none"),
        ({**DATA, "standby": {"region": "cn-beijing"}}, "another region"),
        ({**DATA, "standby": {"region": "cn-hongkong"}}, "mainland China"),
        ({"ingress": {"web": {"port": 443, "description": "HTTPS"}}}, "either cidr or security_group_id"),
    ],
)
def test_what_cannot_be_made_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)


def test_three_zones_at_level_4() -> None:
    with pytest.raises(ComponentError, match="asks for 3 zones"):
        made({"baseline": "mlps-l4", "zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-k"]})


def test_existing_things_are_taken() -> None:
    found, _ = made({"vpc_id": None, "security_group_ids": ["sg-1"], "role_name": "servers", "key_name": "ops"})
    assert names(found) == {"provider", "web", "launch-template", "scaling-group", "scaling-rule"}
    template = inputs(found, "launch-template")
    assert template["securityGroupIds"] == ["sg-1"]
    assert template["ramRoleName"] == "servers"
    assert template["keyPairName"] == "ops"
    assert template["systemDisk"]["kmsKeyId"] == KEY


def test_level_2_needs_no_key_of_its_own_and_one_zone() -> None:
    found, group = made({"baseline": "mlps-l2", "kms_key_id": None, "zones": ["cn-beijing-h"] * 3})
    disk = inputs(found, "launch-template")["systemDisk"]
    assert disk["encrypted"] is True
    assert "kmsKeyId" not in disk
    assert group.exceptions == []
    assert inputs(found, "scaling-group")["groupDeletionProtection"] is True


def test_national_cryptography_takes_the_field_for_sm4_and_says_what_is_missing() -> None:
    found, group = made({**DATA, "profiles": ["sm"]})
    made_by = inputs(found, "scaling-configuration")
    assert made_by["systemDiskEncryptAlgorithm"] == "SM4-128"
    assert made_by["securityEnhancementStrategy"] == "Active"
    assert "launch-template" not in names(found)
    assert {item.subject for item in group.exceptions} == {
        "web: metadata token of the servers",
        "web: data disks of the servers",
    }


def test_snapshots_find_the_servers_by_their_tag() -> None:
    found, _ = made(DATA)
    policy = inputs(found, "snapshot-policy")
    tag = policy["targetTags"][0]
    assert inputs(found, "launch-template")["tags"][tag["tagKey"]] == tag["tagValue"]
    assert policy["targetCopyRegions"] == ["cn-hangzhou"]
    assert policy["retentionDays"] == 7
    assert found.by_name("web-snapshot-policy").protect
    strict, _ = made(
        {
            **DATA,
            "baseline": "financial-l4",
            "region": "cn-shanghai-finance-1",
            "zones": ["cn-shanghai-finance-1f", "cn-shanghai-finance-1g", "cn-shanghai-finance-1k"],
            "standby": {"region": "cn-shenzhen-finance-1"},
            "dr_tier": "1",
            "rto": "1h",
            "rpo": "0",
        }
    )
    assert inputs(strict, "snapshot-policy")["retentionDays"] == 30


def test_the_own_role_may_do_what_is_told_and_nothing_else() -> None:
    found, _ = made({})
    assert "role-policy" not in names(found)
    told, _ = made(
        {"role_statements": [{"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": ["acs:oss:*:*:a/*"]}]}
    )
    assert '"oss:GetObject"' in inputs(told, "role-policy")["policyDocument"]
    with pytest.raises(WeakenedError, match="iam-no-admin-star"):
        made({"role_statements": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]})


def test_ids_may_be_outputs() -> None:
    def program() -> None:
        subnets = [pulumi.Output.from_input(item) for item in ARGS["subnet_ids"]]
        ServerGroup("web", {**ARGS, "subnet_ids": subnets})

    assert inputs(record(program), "scaling-group")["vswitchIds"] == ["vsw-a", "vsw-b", "vsw-c"]


@pytest.mark.parametrize("size", [[0], [3, 2], [1, 2, 3], [0, 0]])
def test_a_size_is_the_least_and_the_most(size: list[int]) -> None:
    with pytest.raises(ComponentError, match="size names the least and the most servers"):
        made({"size": size})
