"""Whether a plan is judged as its source is: every difference is a flip, unless its reason is listed here.

What a plan cannot show and what a source cannot know is a short list. Pass and fail never stand against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines.catalogue import PROFILES
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import Assignment, RuleIndex, judge
from compliant_infra.kernel.model import Result, Scan

#: All profiles but the announcements for 2026, which ask for more than what is in force.
IN_FORCE: Final = tuple(name for name in PROFILES if name != "draft-2026")
ABSENT: Final = "not-applicable"

#: (verdict of the source, verdict of the plan) -> the reasons that the undecided side may give.
LISTED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    # A plan shows of an expression only which names it mentions: no templates, no dynamic blocks, no branches, no
    # locals; a set with one unknown member is unknown altogether.
    ("pass", "unknown"): frozenset({"known-after-apply", "ambiguous"}),
    # no-value: a password given to a variable is nobody's business, also where only its presence is asked.
    ("fail", "unknown"): frozenset({"known-after-apply", "ambiguous", "no-value"}),
    (ABSENT, "unknown"): frozenset({"known-after-apply"}),
    # Data sources were read, and modules fetched, before the plan was made.
    ("unknown", "pass"): frozenset({"data-source", "module-absent", "impure-function"}),
    ("unknown", "fail"): frozenset({"data-source", "module-absent", "impure-function"}),
    ("unknown", ABSENT): frozenset({"data-source", "module-absent"}),
}
#: Verdicts that differ by what a plan is: (rule, address, verdict of the source, of the plan) as patterns -> the reason
#: that the plan's side gives ("" where it gives no result). What a plan does not show: the lock file, which stands
#: beside the source only; whether a value stands in the code; what a local in a provider block is.
BY_NATURE: Final[Mapping[tuple[str, str, str, str], str]] = {
    ("iac-supply-chain", "terraform.required_providers.*", "*", ABSENT): "",
    ("secret-not-in-code", "*", "fail", "unknown"): "unsupported",
    ("secret-not-in-code", "*", "pass", "unknown"): "unsupported",
    ("*", "provider.*", "fail", "unknown"): "unsupported",
    ("*", "provider.*", "pass", "unknown"): "unsupported",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two readings of the same configuration have in common, and what not."""

    flips: tuple[str, ...]
    listed: int  # differences with a listed reason, without those by nature
    compared: int  # verdicts on either side


@cache
def asked(baseline: str = "mlps-l3", parameters: tuple[tuple[str, int], ...] = ()) -> tuple[Assignment, RuleIndex]:
    """All rules of a baseline with all profiles in force, and their index."""
    base = assignment(Request(baseline, IN_FORCE, include_passed=True))
    made = replace(base, include_passed=True, parameters={**base.parameters, **dict(parameters)})
    return made, RuleIndex(made.rules)


def source_scan(directory: Path, values: Mapping[str, Any] | None = None) -> Scan:
    """The source in a directory, with values for its variables as ``--var`` gives them: they stand in no file."""
    tree = discover([str(directory)])
    given = dict(values or {})
    return read_root(ModuleLibrary(tree), str(directory), VariableInputs(given, spoken=set(given)))


#: A verdict, and the results that it is the worst of.
Judged = tuple[str, list[Result]]


def verdicts(scan: Scan, wanted: tuple[Assignment, RuleIndex]) -> dict[tuple[str, str], Judged]:
    """The worst verdict for each rule and address."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in judge(scan, *wanted).results:
        found.setdefault((result.rule, result.resource), []).append(result)
    order = ("error", "fail", "unknown", "pass")
    return {
        key: (min((str(item.verdict) for item in results), key=order.index), results) for key, results in found.items()
    }


def _reasons(results: Iterable[Result]) -> set[str]:
    return {item.reason.code if item.reason is not None else "" for item in results if item.verdict == "unknown"}


def _is_by_nature(key: tuple[str, str], here: Judged, there: Judged) -> bool:
    described = (*key, here[0], there[0])
    return any(
        all(map(fnmatchcase, described, patterns)) and _reasons(there[1]) == ({reason} if reason else set())
        for patterns, reason in BY_NATURE.items()
    )


def _is_listed(here: Judged, there: Judged, answered: bool) -> bool:
    mine, yours = here[0], there[0]
    if (mine, yours) == (ABSENT, "pass"):
        return answered  # a zone, a region, an id that was read from the cloud
    reasons = _reasons((*here[1], *there[1]))
    return bool(reasons) and reasons <= LISTED.get((mine, yours), frozenset())


def compare(source: Scan, plan: Scan, wanted: tuple[Assignment, RuleIndex] | None = None) -> Comparison:
    """Judge both and compare."""
    wanted = wanted or asked()
    answered = bool(plan.data)
    mine, yours = verdicts(source, wanted), verdicts(plan, wanted)
    flips = _resources(source, plan, answered)
    one_sided = {item.address for item in source} ^ {item.address for item in plan}
    listed = compared = 0
    for key in sorted(mine.keys() | yours.keys()):
        if key[1] in one_sided:
            continue  # said once, of the resource
        compared += 1
        here, there = mine.get(key, (ABSENT, [])), yours.get(key, (ABSENT, []))
        if (here[0] == there[0] and here[0] != "error") or _is_by_nature(key, here, there):
            continue
        if _is_listed(here, there, answered):
            listed += 1
            continue
        words = [item.message.en for item in (*here[1], *there[1]) if item.verdict != "pass"]
        flips.append(f"{key[0]} {key[1]}: source {here[0]}, plan {there[0]}: {words}")
    flips.extend(f"{item.code}: {item.message.en}" for item in plan.diagnostics if item.level == "error")
    return Comparison(tuple(flips), listed, compared)


def _resources(source: Scan, plan: Scan, answered: bool) -> list[str]:
    """Addresses on one side only. ``count`` and ``for_each`` of what the cloud answered are known in the plan only."""
    in_plan = {item.address for item in plan if not item.address.endswith("terraform_data.hidden")}
    in_source = {item.address for item in source if item.existence is None}
    possible = {item.address.partition("[")[0] for item in source if item.existence is not None or answered}
    missing = sorted(in_source - in_plan)
    surplus = sorted(address for address in in_plan - in_source if address.partition("[")[0] not in possible)
    if answered:
        blocks = {address.partition("[")[0] for address in in_plan}
        missing = [address for address in missing if address.partition("[")[0] not in blocks]
    return [f"{address}: in the source only" for address in missing] + [
        f"{address}: in the plan only" for address in surplus
    ]
