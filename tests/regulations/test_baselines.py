"""Baselines, profiles and parameters."""

import pytest

from compliant_infra.baselines import catalogue
from compliant_infra.baselines.catalogue import (
    BASELINES,
    PROFILES,
    active_profiles,
    baseline,
    drafted,
    parameter_records,
    parameters,
    profile,
    weakened,
)
from compliant_infra.kernel.model import Severity
from compliant_infra.regulations.catalogue import clauses, draft_rules, editions, rule_names


def test_names():
    assert BASELINES == ("mlps-l2", "mlps-l3", "mlps-l4", "financial-l2", "financial-l3", "financial-l4")
    assert PROFILES == ("sm", "localisation", "pipl", "ai", "draft-2026")
    assert [baseline(name).level for name in BASELINES] == [2, 3, 4, 2, 3, 4]
    assert catalogue.DEFAULT_BASELINE == "mlps-l3"


@pytest.mark.parametrize("name", ["mlps-l1", "financial-l1", "financial", "MLPS-L3", "", "all"])
def test_unknown_baseline(name):
    with pytest.raises(KeyError):
        baseline(name)


@pytest.mark.parametrize("name", ["iso27001-2022", "soc2", "draft", "SM", ""])
def test_unknown_profile(name):
    with pytest.raises(KeyError) as caught:
        active_profiles("mlps-l3", [name])
    assert caught.value.args == (name,)


def test_all_is_every_profile():
    assert active_profiles("mlps-l2", ["all"]) == PROFILES
    assert active_profiles("mlps-l2", ["all", "sm"]) == PROFILES
    assert active_profiles("mlps-l2", ["localisation", "sm"]) == ("sm", "localisation")
    assert active_profiles("mlps-l3", ["draft-2026", "pipl"]) == ("pipl", "draft-2026")
    assert active_profiles("mlps-l2") == ()


def test_financial_baselines_stand_on_their_level():
    for level in (2, 3, 4):
        plain, financial = baseline(f"mlps-l{level}"), baseline(f"financial-l{level}")
        assert financial.extends == plain.name
        assert financial.editions == (*plain.editions, "jrt0071.2-2020")
        assert active_profiles(financial.name) == ("sm", "localisation")
        assert plain.severity_raises.items() <= financial.severity_raises.items()
        assert rule_names(plain.name, frozenset({"sm", "localisation"})) <= rule_names(financial.name)


def test_all_does_not_make_a_system_financial():
    assert not any(clause.edition.startswith("jrt") for clause in clauses("mlps-l3", frozenset({"all"})))
    assert any(clause.edition.startswith("jrt") for clause in clauses("financial-l3"))


def test_editions_exist():
    known = {edition.id for edition in editions()}
    used = {item for name in BASELINES for item in baseline(name).editions}
    used |= {item for name in PROFILES for item in profile(name).editions}
    assert used == known


def test_localisation_needs_a_declared_mechanism():
    assert [name for name in PROFILES if profile(name).requires_cross_border] == ["localisation"]
    assert "localisation" in active_profiles("financial-l2")


def test_severity_is_raised_at_level_4_only():
    assert baseline("mlps-l4").severity("dr-realtime-standby", Severity.HIGH) is Severity.CRITICAL
    assert baseline("financial-l4").severity("dr-realtime-standby", Severity.HIGH) is Severity.CRITICAL
    assert baseline("mlps-l3").severity("dr-realtime-standby", Severity.HIGH) is Severity.HIGH
    assert baseline("mlps-l4").severity("db-backup", Severity.HIGH) is Severity.HIGH


def test_raises_name_rules_that_run():
    for name in BASELINES:
        assert set(baseline(name).severity_raises) <= rule_names(name, frozenset({"all"}))


def test_defaults():
    values = parameters("mlps-l3")
    assert values == {name: record.default for name, record in parameter_records().items()}
    assert values["log-retention-days"] == 180
    assert values["password-min-length"] == 8
    assert values["password-max-age-days"] == 90
    assert values["password-reuse-prevention"] == 3
    assert values["backup-retention-days"] == 7
    assert values["key-rotation-days"] == 365
    assert values["key-deletion-window-days"] == 30
    assert values["widest-prefix"] == 8
    assert values["trusted-accounts"] == ()


def test_ports_that_the_reference_names_are_risky_and_public_applications_are_not():
    ports = set(parameters("mlps-l2")["risky-ports"])
    assert ports >= {21, 22, 23, *range(135, 140), 445, 1433, 1521, 3306, 3389, 5432, 6379, 9200, 27017}
    assert not ports & {25, 53, 80, 110, 143, 443, 7001, 8000, 8080, 8443, 8888}


def test_level_4_asks_for_three_zones():
    assert [parameters(name)["min-zones"] for name in BASELINES] == [2, 2, 3, 2, 2, 3]


def financial(name):
    return [parameters(f"financial-l{level}")[name] for level in (2, 3, 4)]


def test_what_the_financial_sector_asks_for():
    assert financial("log-retention-days") == [183, 183, 183]
    assert financial("password-max-age-days") == [183, 183, 90]
    assert financial("password-min-length") == [8, 8, 8]
    assert financial("password-reuse-prevention") == [3, 3, 3]
    assert financial("backup-retention-days") == [7, 7, 30]
    assert financial("region-classes") == [(), (), ("finance",)]
    assert parameters("mlps-l4")["region-classes"] == ()


def test_the_drafts_ask_for_a_year_of_logs_only_where_they_are_asked_for():
    assert parameters("mlps-l3", ["draft-2026"])["log-retention-days"] == 365
    assert parameters("financial-l3", ["all"])["log-retention-days"] == 365
    assert parameters("mlps-l3", ["sm", "localisation", "pipl", "ai"])["log-retention-days"] == 180


def test_what_rests_on_drafts():
    assert [name for name in PROFILES if profile(name).draft] == ["draft-2026"]
    assert drafted("mlps-l3", ["draft-2026"]) == drafted("financial-l4", ["all"]) == ("log-retention-days",)
    assert drafted("mlps-l3", ["sm", "localisation", "pipl", "ai"]) == drafted("mlps-l3", []) == ()
    assert draft_rules("mlps-l3", frozenset({"sm", "localisation", "pipl", "ai"})) == frozenset()
    announced = draft_rules("mlps-l2", frozenset({"draft-2026"}))
    assert "ai-workload-protected" in announced
    assert "audit-retention" not in announced
    assert "ai-workload-protected" not in draft_rules("mlps-l2", frozenset({"draft-2026", "ai"}))


@pytest.mark.parametrize("key", [key for key, record in parameter_records().items() if record.direction != "set"])
def test_a_higher_level_never_asks_for_less(key):
    record = parameter_records()[key]
    for family in ("mlps", "financial"):
        values = [parameters(f"{family}-l{level}")[key] for level in (2, 3, 4)]
        assert values == sorted(values, reverse=record.direction == "max")


def test_overrides():
    values = parameters("mlps-l3", ["sm"], {"log-retention-days": 365, "trusted-accounts": ["123456789012"]})
    assert values["log-retention-days"] == 365
    assert values["trusted-accounts"] == ("123456789012",)
    assert parameters("mlps-l3")["log-retention-days"] == 180


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"log-retention": 180}, "unknown parameter 'log-retention'"),
        ({"log-retention-days": "180"}, "must be a whole number"),
        ({"log-retention-days": True}, "must be a whole number"),
        ({"log-retention-days": -1}, "must be a whole number"),
        ({"risky-ports": 22}, "must be a list of whole numbers"),
        ({"risky-ports": ["22"]}, "must be a list of whole numbers"),
        ({"trusted-accounts": [123456789012]}, "must be a list of texts"),
        ({"require-source-condition": 1}, "must be true or false"),
    ],
)
def test_wrong_overrides(overrides, message):
    with pytest.raises(ValueError, match=message):
        parameters("mlps-l3", (), overrides)


def test_weakened_parameters():
    overrides = {
        "log-retention-days": 30,
        "password-max-age-days": 365,
        "backup-retention-days": 30,
        "key-rotation-days": 90,
        "risky-ports": [22],
    }
    assert weakened("mlps-l3", (), overrides) == ("log-retention-days", "password-max-age-days")
    assert weakened("mlps-l4", (), {"min-zones": 2}) == ("min-zones",)
    assert weakened("mlps-l3", (), {"min-zones": 2}) == ()


def test_the_stricter_value_holds(monkeypatch):
    record = {"kind": "integer", "items": "", "unit": "", "title": ["T", "题"]}
    data = {
        **catalogue._data(),
        "parameters": {
            "at-least": {
                **record,
                "direction": "min",
                "default": 5,
                "values": {"mlps-l3": 6, "sm": 9, "localisation": 7},
            },
            "at-most": {**record, "direction": "max", "default": 50, "values": {"mlps-l3": 40, "sm": 45}},
        },
    }
    monkeypatch.setattr(catalogue, "_data", lambda: data)
    parameter_records.cache_clear()
    try:
        assert parameters("mlps-l2") == {"at-least": 5, "at-most": 50}
        assert parameters("mlps-l3") == {"at-least": 6, "at-most": 40}
        assert parameters("mlps-l3", ["all"]) == {"at-least": 9, "at-most": 40}
        assert parameters("mlps-l2", ["localisation"]) == {"at-least": 7, "at-most": 50}
    finally:
        parameter_records.cache_clear()


def test_records_say_what_they_are():
    for record in parameter_records().values():
        assert record.title.en
        assert record.title.zh
        assert (record.unit != "") is (record.kind == "integer"), record.name
        assert parameters("mlps-l3", (), {record.name: record.default})[record.name] == record.default
