"""Spread over zones, hardware of one's own, locked backups: the combinations that fixtures would only repeat."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.model import Resource, Verdict
from compliant_infra.kernel.rules import backup_locks, compute_zones
from tests.rules.fake import FakeContext, either, judge, reference, resource, unknown

BY_CODE = {rule.code: rule for rule in (*compute_zones.RULES, *backup_locks.RULES)}
FAIL, PASS, UNKNOWN, NONE = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


def verdict(code: str, target: Resource, *others: Resource, **context: Any) -> Verdict:
    return judge(BY_CODE[code], target, FakeContext([target, *others], **context)).verdict


def group(policy: Any, zones: list[Any], **attributes: Any) -> tuple[Resource, list[Resource]]:
    switches = [resource("alicloud_vswitch", f"s{index}", zone_id=zone) for index, zone in enumerate(zones)]
    target = resource(
        "alicloud_ess_scaling_group",
        vswitch_ids=[reference(switch) for switch in switches],
        multi_az_policy=policy,
        **attributes,
    )
    return target, switches


@pytest.mark.parametrize(
    ("policy", "zones", "more", "expected"),
    [
        ("BALANCE", ["cn-beijing-h", "cn-beijing-i"], {}, PASS),
        ("BALANCE", ["cn-beijing-h", "cn-beijing-h"], {}, FAIL),
        (None, ["cn-beijing-h", "cn-beijing-i"], {}, FAIL),  # the provider's default is PRIORITY
        ("PRIORITY", ["cn-beijing-h", unknown()], {}, FAIL),  # whatever the zone is
        ("COST_OPTIMIZED", ["cn-beijing-h", "cn-beijing-i"], {}, UNKNOWN),
        ("COST_OPTIMIZED", ["cn-beijing-h", "cn-beijing-h"], {}, FAIL),
        ("COMPOSABLE", ["cn-beijing-h", "cn-beijing-i"], {}, UNKNOWN),
        ("COMPOSABLE", ["cn-beijing-h", "cn-beijing-i"], {"az_balance": True}, PASS),
        (either("BALANCE", "PRIORITY"), ["cn-beijing-h", "cn-beijing-i"], {}, UNKNOWN),
        ("BALANCE", ["cn-beijing-h", unknown()], {}, UNKNOWN),
        ("BALANCE", ["cn-beijing-h", "cn-beijing-i", unknown()], {}, PASS),
    ],
)
def test_scaling_groups(policy: Any, zones: list[Any], more: dict[str, Any], expected: Verdict) -> None:
    target, switches = group(policy, zones, **more)
    assert verdict("CN099", target, *switches) is expected


def test_three_zones_where_the_baseline_asks_for_them() -> None:
    target, switches = group("BALANCE", ["cn-beijing-h", "cn-beijing-i"])
    assert verdict("CN099", target, *switches, parameters={"min-zones": 3}) is FAIL


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        (["cn-beijing-h", "cn-beijing-i"], "all lie in cn-beijing-h, cn-beijing-i"),
        ([unknown()], "there is one"),
        ([unknown(), unknown()], "there are 2 at most"),  # two vSwitches, whatever their zones are
        (["cn-beijing-h", unknown()], "besides cn-beijing-h there is at most 1 more"),
    ],
)
def test_what_is_said_of_too_few_zones(zones: list[Any], said: str) -> None:
    target, switches = group("BALANCE", zones)
    outcome = judge(BY_CODE["CN099"], target, FakeContext([target, *switches], parameters={"min-zones": 3}))
    assert outcome.verdict is FAIL
    assert outcome.message.en == f"subnets: {said}; expected at least 3 zones"


@pytest.mark.parametrize(
    ("cloud", "region", "expected"),
    [
        ("alicloud", "cn-hangzhou", FAIL),
        ("alicloud", "cn-hangzhou-finance", PASS),
        ("alicloud", "cn-shanghai-finance-1", PASS),
        ("alicloud", "cn-shanghai-finance-1-pub", UNKNOWN),  # open to others in part
        ("alicloud", "cn-north-2-gov-1", PASS),
        ("alicloud", unknown(), UNKNOWN),
        ("alicloud", either("cn-hangzhou-finance", "cn-north-2-gov-1"), PASS),
        ("alicloud", either("cn-hangzhou-finance", "cn-hangzhou"), UNKNOWN),
        ("tencentcloud", "ap-shanghai-fsi", PASS),
        ("tencentcloud", "ap-shanghai", FAIL),
    ],
)
def test_regions_that_are_a_pool_of_their_own(cloud: str, region: Any, expected: Verdict) -> None:
    target = resource(f"{cloud}_instance", region=region)
    assert verdict("CN104", target, level=4) is expected
    assert verdict("CN104", target, level=3) is NONE


def test_a_region_that_is_not_known_is_named_beside_the_missing_host() -> None:
    target = resource("alicloud_instance", region=unknown("var.region"))
    outcome = judge(BY_CODE["CN104"], target, FakeContext([target], level=4))
    assert outcome.verdict is UNKNOWN
    assert outcome.message.en == (
        "dedicated_host_id is not set; whether its region (var.region) is a pool of its own is not known"
    )


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"cdh_host_id": "host-1", "instance_charge_type": "CDHPAID"}, PASS),
        ({"cdh_instance_type": "CDH_4C8G", "instance_charge_type": "CDHPAID"}, PASS),
        ({"cdh_host_id": "host-1"}, FAIL),  # billed by the hour, the host is not used
        ({"cdh_host_id": "host-1", "instance_charge_type": unknown()}, UNKNOWN),
        ({"cdh_host_id": unknown(), "instance_charge_type": "PREPAID"}, FAIL),
        ({"cdh_host_id": unknown(), "instance_charge_type": "CDHPAID"}, UNKNOWN),
        ({"dedicated_cluster_id": "cluster-1"}, PASS),
        ({"dedicated_cluster_id": unknown()}, UNKNOWN),
    ],
)
def test_dedicated_hosts(attributes: dict[str, Any], expected: Verdict) -> None:
    assert verdict("CN104", resource("tencentcloud_instance", region="ap-guangzhou", **attributes), level=4) is expected


def backup(**attributes: Any) -> dict[str, Any]:
    return {"rule_type": "BACKUP", "retention": 30, **attributes}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([backup()], FAIL),
        ([backup(immutable=True)], PASS),
        ([backup(), backup(immutable=True)], PASS),
        ([backup(immutable=unknown())], UNKNOWN),
        ([backup(vault_id="v-1")], UNKNOWN),
        ([backup(vault_id=unknown())], UNKNOWN),
        ([{"rule_type": "SECURITY"}], PASS),
        ([{"rule_type": "REPLICATION"}], NONE),
        ([unknown(), backup(immutable=True)], PASS),
        (unknown(), UNKNOWN),
    ],
)
def test_policies_of_backups(rules: Any, expected: Verdict) -> None:
    assert verdict("CN102", resource("alicloud_hbr_policy", rules=rules)) is expected


@pytest.mark.parametrize(("worm", "expected"), [(True, PASS), (False, FAIL), (None, FAIL), (unknown(), UNKNOWN)])
def test_the_vault_locks_for_its_policies(worm: Any, expected: Verdict) -> None:
    vault = resource("alicloud_hbr_vault", "v", worm_enabled=worm)
    policy = resource("alicloud_hbr_policy", rules=[backup(vault_id=reference(vault))])
    assert verdict("CN102", policy, vault) is expected
