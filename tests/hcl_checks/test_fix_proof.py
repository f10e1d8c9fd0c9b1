"""Every rule that offers a fix, on the bad fixtures of its rule: what is proposed mends, adds nothing and can be read.

What was written is judged anew by all rules, from disk and without the fixer; python-hcl2 reads it. Findings that are
left for another reason than that a person has to mend them are listed in ``fix_refusals.json``:

    python -m tests.hcl_checks.test_fix_proof            writes that list anew
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from compliant_infra.assignment import Request
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.fix import Fix, Fixer, Refusal
from compliant_infra.hcl_checks.fix_proof import Judged, Prover, key_of
from compliant_infra.hcl_checks.fix_writing import disagreement, second_opinion
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.snippets import remedy
from compliant_infra.kernel.evaluation import conclude
from compliant_infra.kernel.model import Result, Verdict
from compliant_infra.kernel.rules import all_rules
from compliant_infra.remediations import fixes
from tests.rules import schemas
from tests.rules.test_fixtures import _BASELINE, _PARAMETER, FIXTURES, IN_FORCE
from tests.rules.test_remediations import CASES

#: Rules of which at least one finding is mended, at least: what the project promises.
PROMISED = {"alicloud": 70, "aws": 50, "tencentcloud": 35}
#: Reasons that the data give: nothing else has to be said about them.
BY_DATA = ("by-hand", "no-fix")
LIST = Path(__file__).with_name("fix_refusals.json")


@dataclass
class Case:
    """A bad fixture and what was made of its findings."""

    rule: str
    name: str
    root: Path
    fixer: Fixer
    outcomes: list[Fix | Refusal]

    @property
    def fixes(self) -> list[Fix]:
        return [item for item in self.outcomes if isinstance(item, Fix)]

    @property
    def refusals(self) -> list[Refusal]:
        return [item for item in self.outcomes if isinstance(item, Refusal)]


def offered(cloud: str) -> list[str]:
    return [rule for of, rule in CASES if of == cloud and not fixes.is_by_hand(rule, cloud)]


@contextmanager
def mended(cloud: str) -> Iterator[list[Case]]:
    """The bad fixtures of a cloud, laid out and mended as far as they are."""
    top = Path(tempfile.mkdtemp(prefix="fix-proof-")).resolve()
    try:
        yield [
            propose(path, rule, top / rule / path.stem)
            for rule in offered(cloud)
            for path in sorted((FIXTURES / cloud / rule).glob("bad*"))
        ]
    finally:
        shutil.rmtree(top)


def propose(path: Path, rule: str, root: Path) -> Case:
    if path.is_dir():
        shutil.copytree(path, root)
    else:
        root.mkdir(parents=True)
        shutil.copy(path, root / "main.tf")
    first = (root / "main.tf").read_text(encoding="utf-8").split("\n", 1)[0]
    chosen = _BASELINE.search(first)
    given = {name: int(value) for name, value in _PARAMETER.findall(first)} if chosen else {}
    request = Request(chosen.group(1) if chosen else "mlps-l3", IN_FORCE, parameters=Request.parameter_items(given))
    tree = discover([str(root)])
    fixer = Fixer(tree, ModuleLibrary(tree), VariableInputs(), {str(root): request}, allow_replacement=True)
    return Case(rule, path.stem, root, fixer, fixer.mend(findings(fixer.prover, rule)))


def findings(prover: Prover, rule: str = "") -> list[Result]:
    """The failing results of the only root; the system is declared complete."""
    ((root, _),) = prover.roots.items()
    judged = prover.now(root, rule)
    absent = conclude([judged.judgement], prover.asked(root, rule), complete=True)
    return [item for item in (*judged.results, *absent) if item.verdict is Verdict.FAIL]


def read_anew(case: Case) -> Prover:
    """The fixture with what was made of it, read from disk; the variables that are asked for have their examples."""
    tree = discover([str(case.root)])
    prover = Prover(tree, ModuleLibrary(tree), VariableInputs(), case.fixer.roots)
    prover.examples.update(case.fixer.prover.examples)
    return prover


def counted(results: list[Result]) -> Counter[tuple[str, str]]:
    """By rule and resource: findings are named by values, which a fix changes."""
    return Counter((item.rule, item.resource) for item in results)


def unsure(judged: Judged) -> set[tuple[str, str]]:
    """Rules and resources that cannot be decided, but for what was never known, or is to be chosen."""
    return {key[:2] for key in judged.undecided - judged.excused}


@pytest.mark.parametrize("cloud", sorted(PROMISED))
def test_what_is_offered_mends_and_adds_nothing(cloud: str) -> None:
    hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 is not installed")
    second_opinion()
    mending: set[str] = set()
    in_place: set[str] = set()
    left: dict[str, list[str]] = {}
    with mended(cloud) as cases:
        for case in cases:
            name = f"{cloud}/{case.rule}/{case.name}"
            for refusal in case.refusals:
                if refusal.code not in BY_DATA:
                    left.setdefault(f"{cloud}/{case.rule}", []).append(f"{refusal.result.resource}: {refusal.code}")
            if not case.fixes:
                continue
            mending.add(case.rule)
            in_place |= {fix.rule for fix in case.fixes if not fix.replaces}
            before = read_anew(case)
            old = findings(before)
            unread = unsure(before.now(str(case.root)))
            for path, data in case.fixer.edited.items():
                problem = disagreement(hcl2, Path(path).read_text("utf-8-sig"), data.decode("utf-8-sig"))
                assert problem is None, f"{name}: {problem}"
                Path(path).write_bytes(data)
            after = read_anew(case)
            new = findings(after)
            gone = {key_of(item) for fix in case.fixes for item in fix.results}
            assert gone.isdisjoint(map(key_of, new)), f"{name}: still there"
            assert gone <= set(map(key_of, old)), f"{name}: was never there"
            assert not counted(new) - counted(old), f"{name}: {counted(new) - counted(old)}"
            judged = after.now(str(case.root))
            failed = {(item.rule, item.resource) for item in old}
            assert unsure(judged) - unread <= failed, f"{name}: {unsure(judged) - unread - failed}"
            assert not judged.errors, f"{name}: {judged.errors}"
    idle = set(offered(cloud)) - mending
    assert len(mending) >= PROMISED[cloud]
    assert len(in_place) >= PROMISED[cloud] * 2 // 3
    expected = json.loads(LIST.read_text(encoding="utf-8"))
    assert idle == set(expected[cloud]["idle"]), "rules that offer a fix and mend no fixture"
    assert {key: sorted(items) for key, items in left.items()} == expected[cloud]["left"]


def test_data_name_what_there_is() -> None:
    """A rule that is by hand, or an attribute that replaces, but is none of the catalogue's, would say nothing."""
    for cloud in PROMISED:
        known = {rule for of, rule in CASES if of == cloud}
        named = {key.split("/", 1)[0] for key in fixes.reasons(cloud)}
        assert named <= known, sorted(named - known)


def test_what_is_added_whole_needs_nothing_else() -> None:
    if not schemas.DIRECTORY:
        pytest.skip("COMPLIANT_INFRA_SCHEMAS is not set")
    for rule in all_rules():
        for cloud in PROMISED:
            for kind in fixes.whole(rule.name, cloud):
                parsed, type_ = remedy(rule.name, cloud), schemas.resource_type(kind)
                assert parsed is not None
                assert type_ is not None
                written = parsed.mends[kind].body.attributes
                needed = {name for name, kind_ in type_.get("a", {}).items() if "r" in kind_.rsplit(" ", 1)[-1]}
                assert needed <= set(written), kind
                assert not [name for name, block in type_.get("b", {}).items() if block.get("min")], kind
                assert rule.absence is not None
                assert kind in rule.absence.witnesses[cloud]


def write_list() -> None:
    found: dict[str, dict[str, object]] = {}
    lines = []
    for cloud in PROMISED:
        left: dict[str, list[str]] = {}
        idle = set(offered(cloud))
        with mended(cloud) as cases:
            for case in cases:
                if case.fixes:
                    idle.discard(case.rule)
                for refusal in case.refusals:
                    lines.append(
                        f"{cloud} {case.rule} {refusal.result.type} {refusal.result.resource} "
                        f"{refusal.code}: {refusal.message.en}"
                    )
                    if refusal.code not in BY_DATA:
                        left.setdefault(f"{cloud}/{case.rule}", []).append(f"{refusal.result.resource}: {refusal.code}")
            lines += [f"{cloud} {rule} NOTHING MENDED" for rule in sorted(idle)]
        found[cloud] = {"idle": sorted(idle), "left": {key: sorted(items) for key, items in sorted(left.items())}}
    LIST.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    write_list()
