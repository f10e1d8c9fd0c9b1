"""ServerGroup for AWS China: what it refuses, what it takes instead of creating, what differs by level."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from compliant_infra.components.aws import ServerGroup
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from tests.days import SOON

KEY = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ARGS: Mapping[str, Any] = {
    "region": "cn-north-1",
    "baseline": "mlps-l3",
    "vpc_id": "vpc-0a1b2c3d4e5f60718",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "zones": ["cn-north-1a", "cn-north-1b"],
    "image_id": "ami-0123456789abcdef0",
    "instance_types": ["m6i.large"],
    "kms_key_arn": KEY,
}
DATA: Mapping[str, Any] = {"data_disks_gib": [100], "standby": {"region": "cn-northwest-1"}}
OPEN_METADATA = {"overrides": {"launch-template": {"metadata_options": {"http_tokens": "optional"}}}}
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
        (OPEN_METADATA, "host-imds-v2", "8.1.4.4"),
        (
            {
                "overrides": {
                    "launch-template": {
                        "network_interfaces": [{"device_index": 0, "associate_public_ip_address": "true"}]
                    }
                }
            },
            "net-no-public-ip-on-instance",
            "8.1.2.1",
        ),
        (
            {
                "overrides": {
                    "launch-template": {
                        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"encrypted": "false"}}]
                    }
                }
            },
            "disk-encrypted",
            "8.1.4.8",
        ),
        ({"user_data": "#cloud-config\nssh_pwauth: true\n"}, "host-key-login", "8.1.4.1"),
        (
            {"ingress": {"ssh": {"port": 22, "cidr": "0.0.0.0/0", "description": "SSH"}}},
            "net-sg-no-risky-port-from-any",
            "8.1.4.4",
        ),
        ({"overrides": {"egress-https": {"ip_protocol": "-1"}}}, "net-sg-egress-restricted", "8.1.3.2"),
        (
            {"role_statements": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
            "iam-no-admin-star",
            "8.1.4.2",
        ),
    ],
)
def test_weakening_is_refused(args: dict[str, Any], rule: str, clause: str) -> None:
    with pytest.raises(WeakenedError) as caught:
        made(args)
    assert rule in str(caught.value)
    assert f"gbt22239-2019:{clause}" in str(caught.value)


def test_a_waiver_lets_it_pass_and_shows() -> None:
    found, group = made({**OPEN_METADATA, "waivers": [WAIVER]})
    assert inputs(found, "launch-template")["metadataOptions"]["httpTokens"] == "optional"
    assert [item["rule"] for item in group.waived] == ["host-imds-v2"]


def test_harmless_overrides_pass() -> None:
    found, _ = made({"overrides": {"scaling-group": {"default_cooldown": 600}}})
    assert inputs(found, "scaling-group")["defaultCooldown"] == 600


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"region": "us-east-1"}, "mainland China"),
        ({"zones": ["cn-north-1a", "cn-north-1a"]}, "asks for 2 zones"),
        ({"vpc_id": None}, "vpc_id or security_group_ids"),
        ({"kms_key_arn": None}, "account_id for an own one"),
        ({"data_disks_gib": [100]}, "give standby"),
        ({**DATA, "standby": {"region": "cn-north-1"}}, "the other region"),
        ({"data_disks_gib": [10] * 12}, "at most 11 data disks"),
    ],
)
def test_what_cannot_be_made_is_refused(args: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        made(args)


def test_existing_things_are_taken() -> None:
    found, _ = made({"vpc_id": None, "security_group_ids": ["sg-1"], "role_name": "servers"})
    expected = {"provider", "web", "instance-profile", "launch-template", "scaling-group", "scaling-rule"}
    assert names(found) == expected
    template = inputs(found, "launch-template")
    assert template["networkInterfaces"][0]["securityGroups"] == ["sg-1"]
    assert template["blockDeviceMappings"][0]["ebs"]["kmsKeyId"] == KEY
    assert inputs(found, "instance-profile")["role"] == "servers"


def test_an_own_key_lets_auto_scaling_use_it() -> None:
    found, _ = made({"kms_key_arn": None, "account_id": "123456789012"})
    policy = json.loads(inputs(found, "key")["policy"])
    anybody = [item for item in policy["Statement"] if item["Principal"] == {"AWS": "*"}]
    assert len(anybody) == 2
    # Not as a principal: before the first group of an account there is no such role.
    for item in anybody:
        (role,) = item["Condition"]["ArnEquals"].values()
        assert role.startswith("arn:aws-cn:iam::123456789012:role/aws-service-role/")
        assert role.endswith("/AWSServiceRoleForAutoScaling")


def test_level_2_needs_no_key_of_its_own() -> None:
    found, _ = made({"baseline": "mlps-l2", "kms_key_arn": None, "zones": ["cn-north-1a", "cn-north-1a"]})
    disk = inputs(found, "launch-template")["blockDeviceMappings"][0]["ebs"]
    assert disk["encrypted"] == "true"
    assert "kmsKeyId" not in disk


def test_snapshots_find_the_servers_by_their_tag() -> None:
    found, _ = made(DATA)
    policy = inputs(found, "snapshot-policy")["policyDetails"]
    tags = next(
        item["tags"]
        for item in inputs(found, "launch-template")["tagSpecifications"]
        if item["resourceType"] == "instance"
    )
    assert policy["targetTags"].items() <= tags.items()
    rule = policy["schedules"][0]["crossRegionCopyRules"][0]
    assert (rule["target"], rule["encrypted"]) == ("cn-northwest-1", True)
    assert policy["schedules"][0]["retainRule"] == {"interval": 7, "intervalUnit": "DAYS"}


def test_several_types_and_the_script() -> None:
    found, _ = made({"instance_types": ["m6i.large", "m5.large"], "user_data": "#!/bin/sh\ntrue\n"})
    overrides = inputs(found, "scaling-group")["mixedInstancesPolicy"]["launchTemplate"]["overrides"]
    assert [item["instanceType"] for item in overrides] == ["m6i.large", "m5.large"]
    assert base64.b64decode(inputs(found, "launch-template")["userData"]) == b"#!/bin/sh\ntrue\n"
    assert {"key": "mlps-baseline", "value": "mlps-l3", "propagateAtLaunch": False} in inputs(found, "scaling-group")[
        "tags"
    ]


@pytest.mark.parametrize("size", [[0], [3, 2], [1, 2, 3], [0, 0]])
def test_a_size_is_the_least_and_the_most(size: list[int]) -> None:
    with pytest.raises(ComponentError, match="size names the least and the most servers"):
        made({"size": size})
