"""Every rule over its fixtures, through the real reader and evaluator.

A fixture is a root of its own: a file or a directory ``<cloud>/<rule>/{good,bad,undecided}*``. A comment
``# expect: fail`` (pass, unknown) stands directly above the line on which the result is reported.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines.catalogue import PROFILES
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import Assignment, Judgement, RuleIndex, judge
from compliant_infra.kernel.rules import rules_by_name

FIXTURES = Path(__file__).parent / "fixtures"
CLOUDS = ("alicloud", "aws", "tencentcloud", "google")
KINDS = ("good", "bad", "undecided")
#: All profiles but the announcements for 2026, which ask for more than what is in force.
IN_FORCE = tuple(name for name in PROFILES if name != "draft-2026")
_EXPECT = re.compile(r"#\s*expect:\s*(fail|pass|unknown)\b")
_BASELINE = re.compile(r"#\s*baseline:\s*(\S+)")
_PARAMETER = re.compile(r"\s([a-z][a-z0-9-]+)=(\d+)\b")  # behind the baseline: whole numbers only


#: Verdicts that a rule cannot give on a cloud: S3 and Google Cloud encrypt by themselves, and AWS and Tencent Cloud
#: keep every key in hardware modules of their own, which is a matter of evidence.
NEVER = frozenset(
    {
        "aws/oss-sse/bad",
        "aws/oss-sse/undecided",
        "google/oss-sse/bad",
        "google/oss-sse/undecided",
        *(
            f"google/{rule}/{kind}"
            for rule in ("disk-encrypted", "db-encrypted", "k8s-audit-on")
            for kind in ("bad", "undecided")
        ),
        # Google Cloud has no region in mainland China and no national algorithm.
        "google/loc-region-allowlist/good",
        "google/kms-sm-algorithm/good",
        "aws/kms-hardware/bad",
        "tencentcloud/kms-hardware/bad",
        # Every region of AWS China has the same level.
        "aws/platform-level-sufficient/undecided",
        "google/platform-level-sufficient/undecided",
        # Neither cloud shares with everybody, and whom the settings trust no fixture says.
        "alicloud/image-snapshot-not-shared/bad",
        "tencentcloud/image-snapshot-not-shared/bad",
        "tencentcloud/image-snapshot-not-shared/good",
    }
)


def cases() -> list[Path]:
    return sorted(
        path
        for path in FIXTURES.glob("*/*/*")
        if path.name.startswith(("good", "bad", "undecided")) and (path.is_dir() or path.suffix in (".tf", ".json"))
    )


def expectations(root: Path) -> set[tuple[str, int, str]]:
    found = set()
    for path in sorted(root.rglob("*.tf")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            match = _EXPECT.search(line)
            if match:
                target = number + 1
                while _EXPECT.search(lines[target - 1]):
                    target += 1
                found.add((path.relative_to(root).as_posix(), target, match.group(1)))
    return found


def judged(root: Path, rule_name: str, baseline: str, parameters: dict[str, int] | None = None) -> Judgement:
    tree = discover([str(root)])
    scan = read_root(ModuleLibrary(tree), str(root))
    assert not [item for item in scan.diagnostics if item.level == "error"], scan.diagnostics
    request = Request(baseline, IN_FORCE, include_passed=True)
    base = assignment(request)
    rule = rules_by_name()[rule_name]
    asked = Assignment(
        baseline=base.baseline,
        level=base.level,
        profiles=base.profiles,
        rules=(rule,),
        parameters={**base.parameters, **(parameters or {})},
        is_mainland=base.is_mainland,
        include_passed=True,
        separation=base.separation,
    )
    return judge(scan, asked, RuleIndex((rule,)))


@pytest.mark.parametrize("case", cases(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fixture(case: Path, tmp_path: Path) -> None:
    rule_name = case.parent.name
    root = tmp_path / "root"
    if case.is_dir():
        shutil.copytree(case, root)
        first = (root / "main.tf").read_text(encoding="utf-8").split("\n", 1)[0]
    else:
        root.mkdir()
        shutil.copy(case, root / "main.tf")
        first = case.read_text(encoding="utf-8").split("\n", 1)[0]
    chosen = _BASELINE.search(first)
    given = {name: int(value) for name, value in _PARAMETER.findall(first)} if chosen else {}
    judgement = judged(root.resolve(), rule_name, chosen.group(1) if chosen else "mlps-l3", given)
    assert not [item for item in judgement.diagnostics if item.code == "rule-crashed"], judgement.diagnostics
    got = {
        (result.location.file, result.location.line, str(result.verdict)): f"{result.resource}: {result.message.en}"
        for result in judgement.results
    }
    want = expectations(root)
    missing = sorted(want - got.keys())
    surplus = sorted((key, got[key]) for key in got.keys() - want)
    assert not missing and not surplus, f"missing {missing}\nsurplus {surplus}"
    verdicts = {verdict for _, _, verdict in want}
    if case.name.startswith("good"):
        assert verdicts == {"pass"}, "a good fixture passes throughout"
    elif case.name.startswith("bad"):
        assert "fail" in verdicts, "a bad fixture fails somewhere"
    else:
        assert "unknown" in verdicts, "an undecided fixture is undecided somewhere"


def test_every_rule_has_fixtures() -> None:
    """Good, bad and undecided, for every rule and every cloud that it judges."""
    missing: list[str] = []
    for rule in {rule.name: rule for rule in rules_by_name().values()}.values():
        clouds = {kind.removeprefix("provider.").split("_", 1)[0] for kind in rule.checks}
        wanted = [f"{cloud}/{rule.name}/{kind}" for cloud in CLOUDS if cloud in clouds for kind in KINDS]
        missing.extend(item for item in wanted if item not in NEVER and not list(FIXTURES.glob(f"{item}*")))
    assert not missing, "\n".join(missing)
