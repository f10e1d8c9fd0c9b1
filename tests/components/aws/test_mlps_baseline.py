"""MlpsBaseline for AWS China: complete, two regions, a firewall on the way, failover, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pulumi
import pytest

from compliant_infra.components import aws as components
from compliant_infra.components.aws import MlpsBaseline
from compliant_infra.components.aws.inspection import endpoint_of
from compliant_infra.components.component import ComponentError
from compliant_infra.components.guard import WeakenedError
from compliant_infra.components.recorder import Recording, record
from compliant_infra.kernel.model import Verdict
from tests.components.proof import Case, failing, judged, recording, shown
from tests.days import SOON

BEIJING: Mapping[str, Any] = {
    "region": "cn-north-1",
    "zones": ["cn-north-1a", "cn-north-1b"],
    "cidr_block": "10.0.0.0/16",
}
NINGXIA: Mapping[str, Any] = {
    "region": "cn-northwest-1",
    "zones": ["cn-northwest-1a", "cn-northwest-1b"],
    "cidr_block": "10.1.0.0/16",
}
ARGS: Mapping[str, Any] = {
    "baseline": "mlps-l3",
    "system": "orders",
    "account_id": "123456789012",
    "primary": BEIJING,
    "standby": NINGXIA,
    "login_networks": ["203.0.113.0/24"],
    "contacts": ["security@example.com"],
    "data_class": "general",
    "owner": "orders-team",
    "rto": "4h",
    "rpo": "15m",
}
#: Nothing of the account, so that little is recorded.
PARTS = ("audit_trail", "identity", "monitoring", "region_guard", "runtime_rules", "threat_protection")
ELSEWHERE = dict.fromkeys(PARTS, "landing zone")
CERTIFICATE = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
DATABASE: Mapping[str, Any] = {
    "engine": "MySQL",
    "engine_version": "8.0",
    "instance_type": "db.m6i.large",
    "storage_gb": 100,
}

#: What is left undecided where everything of the full example is judged, and why.
REMAINS = {
    "secret-not-in-code": "whether a value comes from a secret does not show in what is recorded",
    "oss-policy-scoped": "the account of Elastic Load Balancing, which delivers the access logs",
    "kms-hardware": "the certificate of the hardware modules of KMS is evidence from the operator",
}


def made(**changes: Any) -> tuple[Recording, MlpsBaseline]:
    found: list[MlpsBaseline] = []
    args: Any = {name: value for name, value in {**ARGS, **changes}.items() if value is not None}
    recorded = record(lambda: found.append(MlpsBaseline("o", args)))
    return recorded, found[0]


@cache
def full(baseline: str) -> Recording:
    return recording(Case("aws", "mlps_baseline_full", baseline))


@cache
def small() -> tuple[Recording, MlpsBaseline]:
    return made(elsewhere=ELSEWHERE)


def names(found: Recording) -> set[str]:
    return {item.name for item in found.resources}


def region_of(found: Recording, name: str) -> str:
    """The region of the provider configuration by which a resource is made."""
    urn = found.by_name(name).provider.rpartition("::")[0]
    return str(next(item for item in found.registrations if item.urn == urn).inputs["region"])


def waits_for(found: Recording, name: str) -> set[str]:
    return {urn.rpartition("::")[2] for urn in found.by_name(name).dependencies}


# -- complete ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profiles", [(), ("all",)], ids=["plain", "all"])
@pytest.mark.parametrize("baseline", MlpsBaseline.carried)
def test_nothing_fails_where_the_whole_system_is_judged(baseline: str, profiles: tuple[str, ...]) -> None:
    case = Case("aws", "mlps_baseline_full", baseline, profiles)
    results = judged(recording(case).scan(), case, complete=True)
    assert not failing(results), "\n".join(map(shown, failing(results)))
    left = {result.rule for result in results if result.verdict is Verdict.UNKNOWN}
    assert left <= set(REMAINS)
    assert {"secret-not-in-code", "oss-policy-scoped"} <= left


def test_recovery_is_declared_with_the_distance() -> None:
    found = small()[1]
    assert found.recovery == {
        "rto": "4h",
        "rpo": "15m",
        "tier": "1",
        "primaryRegion": "cn-north-1",
        "standbyRegion": "cn-northwest-1",
        "distanceKm": found.recovery["distanceKm"],
    }
    assert found.recovery["distanceKm"] > 900


def test_what_cannot_be_is_an_exception_to_sign() -> None:
    outputs = next(item.outputs for item in full("mlps-l3").registrations if item.type.endswith(":MlpsBaseline"))
    subjects = {item["subject"] for item in outputs["exceptions"]}
    assert {"orders-entry: load balancer", "orders-identity: sign-in", "orders-cache: audit of commands"} <= subjects
    everything = recording(Case("aws", "mlps_baseline_full", "mlps-l3", ("all",)))
    outputs = next(item.outputs for item in everything.registrations if item.type.endswith(":MlpsBaseline"))
    subjects = {item["subject"] for item in outputs["exceptions"]}
    assert {"orders: content moderation", "orders: data discovery", "orders-keys: keys"} <= subjects


# -- two regions -------------------------------------------------------------------------------------------------------


def test_everything_that_must_be_there_stands_in_the_second_region() -> None:
    found = full("mlps-l3")
    for name in (
        "orders-standby-network-vpc",
        "orders-keys-standby-data-key",
        "orders-keys-standby-backup-key",
        "orders-bucket-standby-bucket",
        "orders-audit-bucket-standby-bucket",
        "orders-backups-standby-vault",
        "orders-database-standby-instance",
        "orders-database-backups-replication",
        "orders-image-application",
        "orders-standby-threats-firewall",
        "orders-standby-threats-detector",
        "orders-standby-runtime-recorder",
        "orders-standby-entry-load-balancer",
    ):
        assert region_of(found, name) == "cn-northwest-1", name
    image = found.by_name("orders-image-application")
    assert image.inputs["encrypted"] is True
    assert image.inputs["sourceAmiRegion"] == "cn-north-1"
    assert "orders-keys-standby-data-key" in waits_for(found, "orders-image-application")


def test_a_replica_of_the_database_from_level_3_on() -> None:
    two = names(full("mlps-l2"))
    assert "orders-database-backups-replication" in two
    assert "orders-database-standby-instance" not in two
    assert "orders-network-nat-b" not in two and "orders-network-nat-b" in names(full("mlps-l3"))


def test_keys_come_first_and_serve_both_regions() -> None:
    found = full("mlps-l3")
    assert "orders-keys-log-key" in waits_for(found, "orders-network-log-group")
    assert "orders-keys-standby-log-key" in waits_for(found, "orders-standby-network-log-group")
    assert "orders-keys-data-key" in waits_for(found, "orders-database-instance")
    log = json.loads(found.by_name("orders-keys-log-key").inputs["policy"])
    data = json.loads(found.by_name("orders-keys-data-key").inputs["policy"])
    assert {"Cloudwatch", "Events", "Logs", "Trail"} <= {statement["Sid"] for statement in log["Statement"]}
    assert "AutoScalingGrantsItToDisks" in {statement["Sid"] for statement in data["Statement"]}


# -- the way to the internet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "network", "zones", "block"),
    [("", "network", "abd", "10.0"), ("standby-", "standby-network", "abc", "10.1")],
)
def test_what_comes_and_goes_passes_the_firewall_of_its_zone(prefix: str, network: str, zones: str, block: str) -> None:
    found = full("mlps-l3")
    made_names = names(found)
    for tier in ("public", "outbound"):
        assert f"orders-{network}-{tier}-route" not in made_names
        for zone in zones:
            departure = f"orders-{prefix}{tier}-departure-{zone}"
            arrival = f"orders-{prefix}{tier}-arrival-{zone}"
            assert waits_for(found, departure) == {
                f"orders-{network}-{tier}-routes-{zone}",
                f"orders-{prefix}threats-firewall",
            }
            assert waits_for(found, arrival) == {f"orders-{prefix}arrival-routes", f"orders-{prefix}threats-firewall"}
            assert found.by_name(departure).inputs["destinationCidrBlock"] == "0.0.0.0/0"
            subnet = found.by_name(f"orders-{network}-{tier}-{zone}").inputs["cidrBlock"]
            assert found.by_name(arrival).inputs["destinationCidrBlock"] == subnet
    blocks = [found.by_name(f"orders-{prefix}firewall-{zone}").inputs["cidrBlock"] for zone in zones]
    assert blocks == [f"{block}.{third}.0/22" for third in (240, 244, 248)]
    gateway = found.by_name(f"orders-{prefix}firewall-route")
    assert waits_for(found, gateway.name) == {
        f"orders-{network}-internet-gateway",
        f"orders-{prefix}firewall-routes",
    }


def test_a_firewall_elsewhere_leaves_the_routes_as_they_are() -> None:
    found = small()[0]
    assert {"o-network-public-route", "o-network-outbound-route"} <= names(found)
    assert not [name for name in names(found) if "firewall" in name or "arrival" in name]


def test_endpoints_of_a_firewall_are_found_by_zone() -> None:
    states = [
        {"availability_zone": zone, "attachments": [{"endpoint_id": f"vpce-{zone[-1]}"}]}
        for zone in ("cn-north-1a", "cn-north-1b")
    ]
    assert endpoint_of([{"sync_states": states}], "cn-north-1b") == "vpce-b"
    with pytest.raises(ComponentError, match="no endpoint in cn-north-1d"):
        endpoint_of([{"sync_states": states}], "cn-north-1d")


# -- entry, servers ----------------------------------------------------------------------------------------------------


def test_failover_between_the_entries() -> None:
    found = full("mlps-l3")
    zone = found.by_name("orders-failover-zone")
    assert zone.inputs["name"] == "orders.example.com"
    for role, policy, entry in (
        ("primary", "PRIMARY", "orders-entry-load-balancer"),
        ("standby", "SECONDARY", "orders-standby-entry-load-balancer"),
    ):
        answer = found.by_name(f"orders-failover-{role}")
        assert answer.inputs["failoverRoutingPolicies"] == [{"type": policy}]
        assert answer.inputs["aliases"][0]["evaluateTargetHealth"] is True
        assert waits_for(found, answer.name) == {"orders-failover-zone", f"orders-failover-{role}-check", entry}
        check = found.by_name(f"orders-failover-{role}-check").inputs
        assert (check["type"], check["resourcePath"], check["disabled"]) == ("HTTPS", "/healthy", False)


def test_a_zone_that_is_there_takes_the_records() -> None:
    site = {"certificate_id": CERTIFICATE}
    found, _ = made(
        elsewhere=ELSEWHERE,
        primary={**BEIJING, **site},
        standby={**NINGXIA, **site},
        entry={"domain": "shop.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"},
    )
    assert "o-failover-zone" not in names(found)
    assert found.by_name("o-failover-primary").inputs["zoneId"] == "Z0123456789ABCDEFGHIJ"


def test_access_logs_go_to_a_bucket_that_is_open_to_the_load_balancer_before_it_writes() -> None:
    found = full("mlps-l3")
    for prefix, bucket, account in (
        ("", "orders-data-123456789012-logs", "638102146993"),
        ("standby-", "orders-data-123456789012-standby-logs", "037604701340"),
    ):
        policy = found.by_name(f"orders-bucket-{prefix}logs-policy")
        delivery = [item for item in json.loads(policy.inputs["policy"])["Statement"] if "AWS" in item["Principal"]]
        assert [item["Principal"]["AWS"] for item in delivery] == [f"arn:aws-cn:iam::{account}:root"]
        assert delivery[0]["Resource"] == (f"arn:aws-cn:s3:::{bucket}/orders-{prefix}entry/AWSLogs/123456789012/*")
        balancer = found.by_name(f"orders-{prefix}entry-load-balancer")
        assert balancer.inputs["accessLogs"]["bucket"] == bucket
        assert policy.name in waits_for(found, balancer.name)


def test_servers_can_record_their_sessions() -> None:
    policy = json.loads(full("mlps-l3").by_name("orders-servers-role-policy").inputs["policy"])
    resources = [resource for statement in policy["Statement"] for resource in statement["Resource"]]
    group = full("mlps-l3").by_name("orders-threats-session-logs").inputs["name"]
    assert f"arn:aws-cn:logs:cn-north-1:123456789012:log-group:{group}" in resources


# -- run-time rules, regions -------------------------------------------------------------------------------------------


def test_config_delivers_to_buckets_of_its_region_without_a_lock() -> None:
    found = full("mlps-l3")
    for prefix, region in (("", "cn-north-1"), ("standby-", "cn-northwest-1")):
        name = f"orders-{prefix}runtime-bucket-bucket"
        assert region_of(found, name) == region
        assert "objectLockEnabled" not in found.by_name(name).inputs
        assert found.by_name(f"orders-{prefix}runtime-channel").inputs["s3BucketName"] == (
            f"orders-config-123456789012-{region}"
        )


def test_administrators_work_in_the_two_regions_only() -> None:
    found = recording(Case("aws", "mlps_baseline_minimal", "mlps-l3"))
    for duty in ("system", "security", "audit"):
        assert waits_for(found, f"orders-regions-{duty}") == {f"orders-identity-{duty}-role", "orders-regions-policy"}


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "reasons"),
    [
        ("mlps-l4", ("a platform of level 4", "cn-north-1 at level 3", "SM4 for disks: no field")),
        ("financial-l2", ("Finance regions: none",)),
        ("financial-l4", ("Finance regions: none", "SM4 for databases at rest: no")),
    ],
)
def test_baselines_that_cannot_be_are_refused_with_the_reasons(baseline: str, reasons: tuple[str, ...]) -> None:
    with pytest.raises(ComponentError, match=f"cannot be {baseline}") as caught:
        made(baseline=baseline, dr_tier="1")
    for reason in reasons:
        assert reason in str(caught.value)


def test_there_is_no_baseline_of_the_financial_sector() -> None:
    assert not hasattr(components, "FinancialBaseline")
    with pytest.raises(AttributeError, match="Finance regions: none"):
        getattr(components, "Financial" + "Baseline")
    with pytest.raises(ImportError, match="Finance regions: none"):
        exec("from compliant_infra.components.aws import FinancialBaseline")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"system": "a-name-that-is-too-long"}, "2 to 15 lower-case letters"),
        ({"rto": None}, "declare rto"),
        ({"standby": {**NINGXIA, "region": "ap-east-1"}}, "does not lie in mainland China"),
        ({"standby": {**BEIJING, "cidr_block": "10.1.0.0/16"}}, "cn-north-1"),
        ({"elsewhere": {"audit": "landing zone"}}, "elsewhere names no part audit"),
        ({"elsewhere": {"identity": " "}}, "must say where identity"),
        ({"primary": {**BEIJING, "zones": ["cn-north-1a"]}}, "at least 2 are needed"),
        ({"login_networks": None}, "give login_networks"),
        (
            {"elsewhere": dict.fromkeys((part for part in PARTS if part != "monitoring"), "landing zone")},
            "monitoring searches the audit trail",
        ),
    ],
)
def test_arguments_that_make_no_baseline_are_refused(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ComponentError, match=text):
        made(**changes)


def test_monitoring_needs_somebody_who_is_told() -> None:
    parts = dict.fromkeys(("identity", "region_guard", "runtime_rules", "threat_protection"), "landing zone")
    with pytest.raises(ComponentError, match="give contacts"):
        made(elsewhere=parts, contacts=None)


def test_an_entry_needs_certificates() -> None:
    with pytest.raises(ComponentError, match="cn-north-1 needs a certificate_id"):
        made(elsewhere=ELSEWHERE, entry={"domain": "shop.example.com"})


# -- overrides ---------------------------------------------------------------------------------------------------------


def secret() -> pulumi.Output[str]:
    return pulumi.Output.secret("Proof-0f-n0thing")


@pytest.mark.parametrize(
    ("changes", "rule", "clause"),
    [
        (
            lambda: {
                "database": {**DATABASE, "administrator": {"name": "orders_owner", "password": secret()}},
                "overrides": {"database": {"standby-instance": {"storage_encrypted": False}}},
            },
            "db-encrypted",
            "8.1.4.8",
        ),
        (
            lambda: {"images": {"web": "ami-0a"}, "overrides": {"image-web": {"encrypted": False}}},
            "image-snapshot-encrypted",
            "8.2.4.4",
        ),
        (
            lambda: {"overrides": {"bucket": {"standby-public-access-block": {"block_public_acls": False}}}},
            "oss-not-public",
            "8.1.4.2",
        ),
    ],
    ids=["replica", "image", "bucket"],
)
def test_nothing_can_be_weakened_silently(changes: Callable[[], dict[str, Any]], rule: str, clause: str) -> None:
    def program() -> None:
        args: Any = {**ARGS, "elsewhere": ELSEWHERE, **changes()}
        MlpsBaseline("o", args)

    with pytest.raises(WeakenedError) as caught:
        record(program)
    assert f"rule {rule}" in str(caught.value)
    assert clause in str(caught.value)
    assert "caused by overrides" in str(caught.value)


def test_a_waiver_shows_in_the_outputs() -> None:
    waiver = {"rule": "image-snapshot-encrypted", "reason": "trial", "owner": "li.wei", "until": SOON}
    found, _ = made(
        elsewhere=ELSEWHERE,
        images={"web": "ami-0a"},
        overrides={"image-web": {"encrypted": False}},
        waivers=[waiver],
    )
    outputs = next(item.outputs for item in found.registrations if item.type.endswith(":MlpsBaseline"))
    assert [(item["rule"], item["resource"]) for item in outputs["waived"]] == [
        ("image-snapshot-encrypted", "o-image-web")
    ]
