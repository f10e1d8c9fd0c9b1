"""Every remediation snippet, applied to the bad fixtures of its rule: the finding is gone, and no other has come."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import Assignment, conclude, judge
from compliant_infra.kernel.model import Result, Verdict
from compliant_infra.kernel.rules import all_rules
from compliant_infra.kernel.rules.record import CLOUDS
from compliant_infra.remediations import snippet
from tests.rules.remedies import Snippet, apply, target
from tests.rules.test_fixtures import _BASELINE, FIXTURES, IN_FORCE, NEVER

_CONTRACTS = "which platform, or isolated zone of it, may be used is a matter of contracts"
#: Clouds and rules whose findings no Terraform text mends, each with the reason.
NOT_BY_TERRAFORM = {
    ("alicloud", "platform-level-sufficient"): _CONTRACTS,
    ("aws", "platform-level-sufficient"): _CONTRACTS,
    ("tencentcloud", "platform-level-sufficient"): _CONTRACTS,
    ("google", "platform-level-sufficient"): _CONTRACTS,
    ("google", "loc-region-allowlist"): "the cloud has no region in mainland China",
    ("google", "kms-sm-algorithm"): "the cloud offers no national algorithm",
}

_SERVERS = "a server in another zone has to be made, with the application on it, before it can stand behind a balancer"
_LOCK_FILE = "terraform init writes .terraform.lock.hcl, which is no Terraform text"

#: What a snippet leaves to the reader: types (``*`` for an absence) of bad fixtures whose findings stay, and why.
BY_HAND: dict[tuple[str, str], dict[str, str]] = {
    ("alicloud", "compute-multi-az"): {
        "alicloud_slb_backend_server": _SERVERS,
        "alicloud_slb_attachment": _SERVERS,
        "alicloud_slb_server_group": _SERVERS,
        "alicloud_slb_master_slave_server_group": _SERVERS,
        "alicloud_alb_server_group": _SERVERS,
        "alicloud_nlb_server_group": _SERVERS,
    },
    ("alicloud", "iac-supply-chain"): {"terraform.required_providers.alicloud": _LOCK_FILE},
    ("aws", "iac-supply-chain"): {"terraform.required_providers.aws": _LOCK_FILE},
    ("tencentcloud", "iac-supply-chain"): {"terraform.required_providers.tencentcloud": _LOCK_FILE},
    ("aws", "net-default-deny"): {
        "aws_default_security_group": "what uses the group's rules needs a group of its own before they can go",
    },
}

WANTED = sorted(
    (cloud, rule.name)
    for rule in all_rules()
    for cloud in {kind.removeprefix("provider.").split("_", 1)[0] for kind in rule.checks}
    if cloud in CLOUDS and f"{cloud}/{rule.name}/bad" not in NEVER and (cloud, rule.name) not in NOT_BY_TERRAFORM
)
CASES = [(cloud, rule) for cloud, rule in WANTED if snippet(rule, cloud) is not None]


def assigned(name: str) -> Assignment:
    """Every rule of the catalogue under a baseline with every profile that is in force."""
    return replace(assignment(Request(name, IN_FORCE)), rules=all_rules(), include_passed=True)


def judged(root: Path, asked: Assignment) -> list[Result]:
    """Every rule over a directory, which must be read without an error; the system is declared complete."""
    scan = read_root(ModuleLibrary(discover([str(root)])), str(root))
    assert not [item for item in scan.diagnostics if item.level == "error"], scan.diagnostics
    judgement = judge(scan, asked)
    assert not [item for item in judgement.diagnostics if item.level == "error"], judgement.diagnostics
    return [*judgement.results, *conclude([judgement], asked, complete=True)]


def failing(results: Iterable[Result]) -> dict[tuple[str, str, str], Result]:
    """The failing results by rule, resource and finding."""
    return {(item.rule, item.resource, item.finding): item for item in results if item.verdict is Verdict.FAIL}


def kind_of(address: str) -> str:
    """The type of a resource by its address; ``*`` and pseudo-resources (``terraform.…``) as they are."""
    found = target(address, Path())
    return address if found is None else found.kind


@pytest.mark.parametrize(("cloud", "rule"), CASES, ids=["/".join(case) for case in CASES])
def test_remediation(cloud: str, rule: str, tmp_path: Path) -> None:
    text = snippet(rule, cloud)
    assert text is not None
    parsed = Snippet(text)
    exercised: set[str] = set()
    left: set[str] = set()
    for case in sorted((FIXTURES / cloud / rule).glob("bad*")):
        root = (tmp_path / case.stem).resolve()
        if case.is_dir():
            shutil.copytree(case, root)
        else:
            root.mkdir()
            shutil.copy(case, root / "main.tf")
        chosen = _BASELINE.search((root / "main.tf").read_text(encoding="utf-8").split("\n", 1)[0])
        asked = assigned(chosen.group(1) if chosen else "mlps-l3")
        before = failing(judged(root, asked))
        mine = [item for key, item in before.items() if key[0] == rule]
        targets = {}
        for item in mine:
            found = target(item.resource, (root / item.location.file).parent)
            if found is not None:
                targets[item.resource] = found
        mended = apply(parsed, targets.values()) if targets else set()
        if not targets:
            apply(parsed, [])
            (root / "remediation.tf").write_text(text, encoding="utf-8")
        exercised |= {item.kind for item in mended}
        results = judged(root, asked)
        after = failing(results)
        for address in sorted(address for address, found in targets.items() if found in mended):
            verdicts = {str(item.verdict) for item in results if item.rule == rule and item.resource == address}
            assert verdicts <= {"pass"}, f"{case.name}: {address} is {sorted(verdicts)} after the remediation"
        if any(item.resource == "*" for item in mine) and not parsed.mends and not parsed.removes:
            assert not [key for key in after if key[:2] == (rule, "*")], f"{case.name}: the absence remains"
            exercised.add("*")
        left |= {kind_of(item.resource) for key, item in after.items() if key[0] == rule}
        new = sorted(f"{key}: {item.message.en}" for key, item in after.items() if key not in before)
        assert not new, f"{case.name}: new findings\n" + "\n".join(new)
    assert exercised, "the snippet mends nothing of the bad fixtures"
    unused = (set(parsed.mends) | parsed.removes) - exercised
    assert not unused, f"blocks of the snippet that no bad fixture needs: {sorted(unused)}"
    assert left == set(BY_HAND.get((cloud, rule), ())), "what the snippet leaves is what BY_HAND names"


def test_every_rule_has_a_snippet() -> None:
    missing = [f"{cloud}/{rule}" for cloud, rule in WANTED if (cloud, rule) not in CASES]
    assert not missing, missing


def test_what_terraform_cannot_mend_is_judged_and_has_no_snippet() -> None:
    judged_on = {
        (kind.removeprefix("provider.").split("_", 1)[0], rule.name) for rule in all_rules() for kind in rule.checks
    }
    assert set(NOT_BY_TERRAFORM) <= judged_on
    assert not [case for case in NOT_BY_TERRAFORM if snippet(case[1], case[0]) is not None]


def test_what_is_mended_by_hand_is_of_the_catalogue() -> None:
    assert set(BY_HAND) <= set(CASES)
