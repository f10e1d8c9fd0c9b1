"""What the clouds offer: complete rows, types that exist, rules that exist, levels by region."""

import json

import pytest

from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import CLOUDS
from compliant_infra.providers.capabilities import capabilities, claims, platform_levels
from compliant_infra.providers.config_rules import config_rules, pack, twins
from tests.cli.harness import invoke
from tests.rules.schemas import DIRECTORY, resource_type

STATES = {"yes", "no", "partly", "unconfirmed"}


def test_every_row_speaks_of_every_cloud():
    assert len({item.id for item in capabilities()}) == len(capabilities()) >= 19
    for item in capabilities():
        assert set(item.offers) == set(CLOUDS) and item.title.en and item.title.zh
        for offer in item.offers.values():
            assert offer.state in STATES and offer.note.en and offer.note.zh
            assert offer.types or offer.state != "partly" or "no value" in offer.note.en
    for row in claims():
        assert set(row.statements) == set(CLOUDS)
        assert {statement.confirmed for statement in row.statements.values()} <= {"yes", "no", "unconfirmed"}
        assert row.source.en and row.source.zh


def test_capabilities_and_runtime_rules_name_rules_of_the_catalogue():
    named = {rule for item in capabilities() for rule in item.rules}
    named |= {rule for item in config_rules() for rule in item.rules}
    assert not named - set(rules_by_name())


@pytest.mark.skipif(not DIRECTORY, reason="COMPLIANT_INFRA_SCHEMAS is not set")
def test_types_exist():
    for item in capabilities():
        for cloud in ("alicloud", "aws", "tencentcloud"):
            for kind in item.offers[cloud].types:
                assert resource_type(kind) is not None, f"{item.id}: {kind}"


def test_platform_levels():
    levels = platform_levels()
    assert levels["google"] == {}
    assert set(levels["aws"].values()) == {3}
    assert levels["alicloud"]["cn-hangzhou"] == 3
    assert levels["alicloud"]["cn-hangzhou-finance"] == -4  # said to be 4, no certificate read
    assert "cn-hongkong" not in levels["alicloud"] and "ap-hongkong" not in levels["tencentcloud"]


def test_the_vendors_packs():
    assert len(config_rules()) == 86 and len(pack(2)) == 40 and len(pack(4)) == 86
    assert {"ram-password-max-login-attemps-check", "slb-all-listenter-tls-policy-check"} <= {
        item.id for item in config_rules()
    }
    assert [item.id for item in twins("net-sg-no-risky-port-from-any")] == [
        "ecs-security-group-risky-ports-check-with-protocol"
    ]


@pytest.mark.parametrize(("baseline", "count"), [("mlps-l2", 40), ("mlps-l3", 86), ("mlps-l4", 86)])
def test_the_exported_pack_passes_the_check(baseline, count, tmp_path):
    target = tmp_path / "pack" / "main.tf"
    target.parent.mkdir()
    assert invoke("export", "config-pack", "--baseline", baseline, "--output", str(target)).status == 0
    text = target.read_text(encoding="utf-8")
    assert text.count("managed_rule_identifier") == count
    assert ("compliance_pack_template_id" in text) == (baseline != "mlps-l2")
    answer = invoke("check", str(target.parent), "--baseline", baseline, "--format", "json")
    assert answer.status == 0, answer.out
    assert not [item for item in answer.document["diagnostics"] if item["level"] == "error"]
    again = invoke("export", "config-pack", "--output", str(target))
    assert again.status == 2 and target.read_text(encoding="utf-8") == text


def test_providers_by_clause_capability_and_rule():
    by_clause = json.loads(invoke("providers", "--need", "8.1.4.8b", "--format", "json").out)
    assert "object-sm4" in {item["id"] for item in by_clause["capabilities"]}
    assert any(item["rule"] == "disk-encrypted" and "aws" in item["clouds"] for item in by_clause["rules"])
    by_name = json.loads(invoke("providers", "--need", "disk-sm4", "--format", "json").out)
    assert [item["id"] for item in by_name["capabilities"]] == ["disk-sm4"]
    assert by_name["capabilities"][0]["clouds"]["aws"]["state"] == "no"
    whole = json.loads(invoke("providers", "--format", "json").out)
    assert whole["regions"]["google"] == []
    assert len(whole["claims"]) == len(claims())
    assert "30+" in invoke("providers").out and "属实" in invoke("providers", "--lang", "zh").out
    assert invoke("providers", "--need", "nothing-such").status == 2


def test_explain_shows_the_runtime_twin():
    found = json.loads(invoke("explain", "CN008", "--format", "json").out)
    assert found["runtime"] == ["ecs-security-group-risky-ports-check-with-protocol (code)"]
    assert "alicloud" in found["remediations"]
