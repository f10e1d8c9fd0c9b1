"""The crosswalk of checkov's built-in checks is whole, and everything that it names exists."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.hcl_checks.crosswalk import catalogue
from compliant_infra.hcl_checks.crosswalk.catalogue import (
    RELATIONS,
    clauses_of,
    crosswalk,
    listed_checks,
    recorded_checks,
    without_rule,
)
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations import catalogue as regulations

_ROOT: Final = Path(__file__).parents[2]
_CHECKOV: Final = _ROOT / ".venv-checkov" / "bin" / "checkov"

#: What rules read besides the types that they judge: type of a check -> rule that reads it through another resource.
_COMPANIONS: Final = {
    "aws": {"secret-not-in-code"},  # the provider block
    "aws_iam_policy_document": {"iam-no-admin-star", "iam-trust-scoped"},  # evaluated into the policies that use it
    "tencentcloud_vpc_flow_log_config": {"net-flow-logs"},
    "aws_backup_selection": {"snapshot-policy"},
    "module": {"iac-supply-chain"},
}


def test_every_check_stands_in_one_group() -> None:
    data = catalogue._data()
    counted = Counter(check for group in (*data["mapped"], *data["none"]) for check in group["checks"])
    assert [check for check, count in counted.items() if count > 1] == []
    assert counted.keys() == recorded_checks().keys()


def test_no_check_of_alicloud_and_tencentcloud_is_without_rule_or_clause() -> None:
    counted = Counter(check.split("_")[1] for check in recorded_checks())
    assert counted == {"ALI": 41, "TC": 14, "AWS": 456, "TF": 2}
    assert [check for check in without_rule() if check.split("_")[1] in ("ALI", "TC")] == []


def test_rules_clauses_and_words_exist() -> None:
    rules = {rule.name for rule in rules_by_name().values()}
    clauses = {clause.id for clause in regulations.clauses("mlps-l3", frozenset(baselines.PROFILES))}
    for crossing in crosswalk().values():
        assert crossing.relation in RELATIONS, crossing
        assert bool(crossing.rules) != bool(crossing.written), crossing
        assert set(crossing.rules) <= rules and set(crossing.written) <= clauses, crossing
        assert (crossing.relation == "same") == (not crossing.reason.en), crossing
        assert bool(crossing.instead.en) == (crossing.relation == "conflict" or bool(crossing.against)), crossing
        assert not crossing.against or crossing.against in rules, crossing
        assert crossing.rules or crossing.relation in ("narrower", "related"), crossing
        for text in (crossing.reason, crossing.instead):
            assert bool(text.en) == bool(text.zh), crossing
            assert not text.zh or any("\u4e00" <= character <= "\u9fff" for character in text.zh), crossing
    for check, reason in without_rule().items():
        assert reason.en and reason.zh, check


def test_a_rule_that_asks_the_same_or_more_judges_the_type() -> None:
    """What a check says of a resource can only be a part of what a rule asks where the rule looks at that type."""
    rules = rules_by_name()
    astray = [
        (check, name)
        for check, crossing in crosswalk().items()
        if crossing.relation in ("same", "narrower", "wider")
        for name in crossing.rules
        if not any(kind in rules[name].checks or name in _COMPANIONS.get(kind, ()) for kind in recorded_checks()[check])
    ]
    assert astray == []


@pytest.mark.parametrize("check", ["CKV_AWS_39", "CKV_AWS_79"])
def test_a_check_that_fails_what_the_rule_passes_is_not_the_same(check: str) -> None:
    """A restricted public endpoint at level 2, and the account's default for metadata, are fixtures that pass."""
    assert crosswalk()[check].relation == "wider" and crosswalk()[check].reason.zh


def test_the_conflicts_are_named() -> None:
    conflicts = {check for check, crossing in crosswalk().items() if crossing.relation == "conflict"}
    assert conflicts >= {"CKV_ALI_11", "CKV_ALI_27", "CKV2_AWS_19", "CKV_AWS_68"}
    assert crosswalk()["CKV_ALI_11"].rules == ("loc-no-global-acceleration",)
    assert crosswalk()["CKV_AWS_144"].against == "loc-object-copy-domestic"


@pytest.mark.parametrize(
    ("baseline", "grades", "expected"),
    [
        ("mlps-l2", "", ()),  # at level 2 no clause asks for confidentiality at rest
        ("mlps-l3", "", ("gbt22239-2019:8.1.4.8b",)),
        ("mlps-l3", "S2A3G3", ()),
        ("mlps-l4", "", ("gbt22239-2019:9.1.4.8b",)),
    ],
)
def test_clauses_follow_the_level(baseline: str, grades: str, expected: tuple[str, ...]) -> None:
    assert clauses_of(crosswalk()["CKV_AWS_155"], baseline, (), grades) == expected


def test_a_profile_brings_its_clauses() -> None:
    crossing = crosswalk()["CKV2_AWS_61"]  # pi-retention
    assert clauses_of(crossing, "mlps-l3") == ()
    assert any(clause.startswith("pipl:") for clause in clauses_of(crossing, "mlps-l3", ("pipl",)))


def test_the_list_of_checkov_is_taken_apart() -> None:
    table = "\n".join(
        [
            "|   | Id         | Type     | Entity       | Policy | IaC | Link |",
            "| 0 | CKV_ALI_1  | resource | alicloud_oss_bucket     | a | Terraform | x |",
            "| 0 | CKV_ALI_1  | resource | alicloud_oss_bucket_acl | a | Terraform | x |",
            "| 1 | CKV_AZURE_1 | resource | azurerm_x | b | Terraform | x |",
            *(f"| 2 | CKV2_AWS_37 | resource | aws_{n} | c | Terraform | x |" for n in range(120)),
        ]
    )
    assert listed_checks(table) == {
        "CKV2_AWS_37": ["aws_*"],
        "CKV_ALI_1": ["alicloud_oss_bucket", "alicloud_oss_bucket_acl"],
    } and list(listed_checks(table)) == ["CKV_ALI_1", "CKV2_AWS_37"]


@pytest.mark.skipif(not _CHECKOV.exists(), reason="needs checkov in .venv-checkov (make test prepares it)")
def test_the_record_is_what_checkov_lists() -> None:
    script: Any = _script("record_checkov_checks")
    recorded = json.loads((_ROOT / "hcl_checks" / "crosswalk" / "checks.json").read_text(encoding="utf-8"))
    assert recorded["checkov"] == catalogue.checkov_version()
    assert script.list_checks(str(_CHECKOV)) == recorded["checks"]


def _script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, _ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
