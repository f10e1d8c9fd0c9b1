"""What runs inside checkov behind its policies: the judgement of a graph, looked up block by block.

It is the judgement of ``compliant-infra check``: the same settings, rules, waivers and questions about the system.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from pkgutil import get_data
from typing import Any, Final

from compliant_infra import __version__
from compliant_infra.assignment import assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.systems import Choice, System, SystemTable, report_system
from compliant_infra.hcl_checks.checkov_policies import side_file
from compliant_infra.hcl_checks.checkov_policies.graphs import Entity, GraphSources, read_graph
from compliant_infra.hcl_checks.checkov_policies.policies import Outcome, Policy, register
from compliant_infra.kernel.evaluation import Judgement, RuleIndex, judge
from compliant_infra.kernel.model import Diagnostic, Result, Text, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.reports.redaction import clean, mask, shown_expression
from compliant_infra.reports.report import SystemReport

BASELINE_VARIABLE: Final = "COMPLIANT_INFRA_BASELINE"
PROFILES_VARIABLE: Final = "COMPLIANT_INFRA_PROFILES"  # separated by commas
DOCUMENTS_VARIABLE: Final = "COMPLIANT_INFRA_DOCS"  # where the pages of the documentation are, for the links

_NO_GRAPH: Final = Text(
    "checkov gives its policies no graph for Terraform in JSON by itself (terraform_json): nothing is judged there",
    "checkov 单独扫描 JSON 格式的 Terraform（terraform_json）时不向策略提供图，未作判定",
)

#: Of what goes unseen so many are told one by one.
_TOLD: Final = 5

_NOTHING: Final[Mapping[str, Outcome]] = {}
#: What a block's verdict is where a rule finds several things about it: the first of these.
_WORST: Final = ("fail", "error", "unknown", "waived", "pass")


def policy_id(code: str) -> str:
    """``CKV2_CN_008`` of ``CN008``."""
    return f"CKV2_CN_{code.removeprefix('CN')}"


@cache
def policies() -> tuple[Policy, ...]:
    """The policies, as they were put down when the folder was made."""
    from compliant_infra.hcl_checks import checkov_policies

    pages = os.environ.get(DOCUMENTS_VARIABLE, "docs").rstrip("/")
    records = json.loads(get_data(checkov_policies.__name__, "policies.json") or b"[]")
    return tuple(
        Policy(
            id=record["id"],
            code=record["code"],
            name=record["name"],
            title=record["title"],
            severity=record["severity"],
            category=record["category"],
            guideline=f"{pages}/rules/{record['name']}.md",
            types=tuple(record["types"]),
            benchmarks=record["benchmarks"],
            secret=record["secret"],
        )
        for record in records
    )


def choice_of_environment() -> Choice:
    """Baseline and profiles that the environment chooses. Raises ValueError for names that do not exist."""
    baseline = os.environ.get(BASELINE_VARIABLE, "").strip() or None
    if baseline is not None and baseline not in baselines.BASELINES:
        raise ValueError(f"{BASELINE_VARIABLE}: unknown baseline {baseline}; known: {', '.join(baselines.BASELINES)}")
    given = [name.strip() for name in os.environ.get(PROFILES_VARIABLE, "").split(",")]
    profiles = tuple(name for name in given if name)
    for name in profiles:
        if name != "all" and name not in baselines.PROFILES:
            known = ", ".join([*baselines.PROFILES, "all"])
            raise ValueError(f"{PROFILES_VARIABLE}: unknown profile {name}; known: {known}")
    return Choice(baseline=baseline, profiles=profiles, include_passed=True)


def start() -> None:
    """Register the policies; called once for each of checkov's runners. Raises ValueError as the environment does."""
    # What a run makes lives to its end: looking for cycles among all of it at every 700 objects costs much. Looking
    # too rarely costs more: each of checkov's many evaluators is a cycle, and memory that is not used again is slow.
    first, second, third = gc.get_threshold()
    if first:
        gc.set_threshold(max(first, 5_000), max(second, 20), max(third, 20))
    Desk.instance().open()


def _named_directories(arguments: Sequence[str]) -> list[str]:
    """What checkov's command line names with -d and --directory."""
    names: list[str] = []
    for number, item in enumerate(arguments):
        if item in ("-d", "--directory"):
            names += arguments[number + 1 : number + 2]
        elif item.startswith("--directory="):
            names.append(item.partition("=")[2])
        elif item.startswith("-d") and item[1] != "-":
            names.append(item[2:].removeprefix("="))
    return names


class Desk:
    """Where the policies ask: judges each graph once."""

    _only: Desk | None = None

    def __init__(self) -> None:
        self.choice = choice_of_environment()
        self._lock = threading.RLock()
        self._graphs: list[tuple[Any, JudgedGraph]] = []
        self._loaded: list[str] = []

    @classmethod
    def instance(cls) -> Desk:
        """The one of this process."""
        if cls._only is None:
            cls._only = cls()
        return cls._only

    def open(self) -> None:
        """Register the policies and say which; again only what is said."""
        if not self._loaded:
            self._loaded = register(policies(), self.outcomes)
            if len(_named_directories(sys.argv[1:])) > 1:
                side_file.say("of several -d checkov scans the first one each time: run it once for each directory")
        self._report(lambda: {"resources": 0, "results": [], "diagnostics": [], "profiles": [], "systems": []})

    def outcomes(self, graph: Any, configuration: dict[str, Any], scanned: str) -> Mapping[str, Outcome]:
        """What the rules say of a block of a graph, by their codes."""
        last = self._graphs[-1] if self._graphs else None
        if last is None or last[0] is not graph:
            with self._lock:
                last = next((item for item in self._graphs if item[0] is graph), None)
                if last is None:
                    last = (graph, self._judged(graph))
                    self._graphs.append(last)
        return last[1].outcomes(configuration, scanned)

    def _judged(self, graph: Any) -> JudgedGraph:
        """Judge a graph. checkov goes on after any exception: a crash is reported, and nothing is decided."""
        if graph is None:
            judged = JudgedGraph(GraphSources(), self.choice)
            judged.diagnostics.append(Diagnostic("unsupported-input", _NO_GRAPH))
            self._report(judged.report)
            side_file.say(_NO_GRAPH.en)
            return judged
        try:
            judged = JudgedGraph(read_graph(graph), self.choice)
        except Exception as error:
            import traceback

            traceback.print_exc()
            told = clean(f"{type(error).__name__}: {error}")
            message = Text(f"the policies crashed, nothing is judged: {told}", f"策略执行出错，未作任何判定：{told}")
            judged = JudgedGraph(GraphSources(), self.choice)
            judged.diagnostics.append(Diagnostic("rule-crashed", message))
        self._report(judged.report)
        for line in judged.unseen():
            side_file.say(line)
        if judged.undecided and not os.environ.get(side_file.VARIABLE):
            told = f"{judged.undecided} undecided under {' and '.join(judged.baselines)}, not shown by checkov"
            side_file.say(f"{told}; {side_file.VARIABLE}=FILE lists them")
        return judged

    def _report(self, found: Callable[[], Mapping[str, Any]]) -> None:
        path = os.environ.get(side_file.VARIABLE)
        if not path:
            return
        content = {
            "version": 1,
            "tool": {"name": "compliant-infra", "version": __version__},
            "baseline": self.choice.baseline,
            "expected": [policy.id for policy in policies()],
            "loaded": self._loaded,
            **found(),
        }
        problem = side_file.write(path, content)
        if problem:
            side_file.say(problem)


class JudgedGraph:
    """The judgement of everything in one graph."""

    def __init__(self, sources: GraphSources, choice: Choice) -> None:
        self._choice = choice
        self._today = date.today()
        self._sources = sources
        self._reports: list[SystemReport] = []
        self._base = Path()
        self._roots: dict[str, str] = {}  # absolute -> as results show it
        self.diagnostics: list[Diagnostic] = []
        if sources.directories or sources.plans:
            self._judge(sources)
        self.baselines = list(dict.fromkeys(report.baseline for report in self._reports))
        blocks = _Blocks(result for report in self._reports for result in report.results)
        self._by_identity: dict[int, Mapping[str, Outcome]] = {}
        self._by_address: dict[str, list[tuple[Entity, Mapping[str, Outcome]]]] = {}
        for entity in sources.entities:
            root = self._roots.get(entity.root)
            if root is None:
                continue
            found = blocks.of(root, entity.address)
            self._by_identity[id(entity.configuration)] = found
            self._by_address.setdefault(entity.address, []).append((entity, found))
        self._shown = blocks.shown

    @property
    def undecided(self) -> int:
        """How many results checkov will not show because they are unknown."""
        return sum(
            1
            for report in self._reports
            for result in report.results
            if result.verdict in (Verdict.UNKNOWN, Verdict.ERROR)
        )

    def unseen(self) -> Iterator[str]:
        """What neither checkov's report nor its exit status shows, and people must know: errors, failing findings."""
        diagnostics = (*self.diagnostics, *(item for report in self._reports for item in report.diagnostics))
        errors = [item for item in diagnostics if item.level == "error"]
        for item in errors[:_TOLD]:
            place = f"{item.file}:{item.line}" if item.line else item.file
            yield clean(f"error: {f'{place}: ' if place else ''}{mask(item.message.en)}")
        if len(errors) > _TOLD:
            yield f"error: and {len(errors) - _TOLD} more"
        failing = [
            result
            for report in self._reports
            for result in report.results
            if result.verdict is Verdict.FAIL and (result.root, result.resource) not in self._shown
        ]
        if failing:
            names = list(dict.fromkeys(f"{policy_id(item.code)} {item.resource}" for item in failing))
            listed = ", ".join(names[:_TOLD])
            more = f" and {len(names) - _TOLD} others" if len(names) > _TOLD else ""
            yield clean(
                f"{len(failing)} failing that are about no block of checkov's, not in its report or exit status: "
                f"{listed}{more}; compliant-infra checkov DIR counts them"
            )

    def outcomes(self, configuration: dict[str, Any], scanned: str) -> Mapping[str, Outcome]:
        """What the rules say of a block: by its identity, else by its address and file."""
        found = self._by_identity.get(id(configuration))
        if found is not None:
            return found
        candidates = self._by_address.get(str(configuration.get("__address__", "")), [])
        wanted = scanned.replace(os.sep, "/")
        fitting = [outcomes for entity, outcomes in candidates if entity.file.replace(os.sep, "/").endswith(wanted)]
        return fitting[0] if len(fitting) == 1 else _NOTHING

    # -- judging -----------------------------------------------------------------------------------------------

    def _judge(self, sources: GraphSources) -> None:
        from compliant_infra.hcl_checks.checkov_policies.sources import read_sources

        read = read_sources(sources)
        tree = read.tree
        self._base = tree.base
        self.diagnostics.extend(read.diagnostics)
        table = SystemTable(tree.base, tree.boundary, self._choice, self._today)
        judgements: dict[int, tuple[System, list[Judgement]]] = {}
        for root, scan in read.scans(lambda directory: _declared(table, directory)):
            self._roots[root] = scan.root
            folder = Path(root) if os.path.isdir(root) else Path(root).parent
            system = table.of(folder)
            system.roots.append(root)
            rules = assignment(system.request)
            entry = judgements.setdefault(id(system), (system, []))
            entry[1].append(judge(scan, rules, _index(system)))
        for system, found in judgements.values():
            system.partial = read.is_partial(system.roots)
            system.whole = not system.partial and read.covers(system.settings.path, system.settings.roots, system.roots)
            name = os.path.basename(system.roots[0])
            report = report_system(system, found, everything=found, choice=self._choice, today=self._today, name=name)
            self._reports.append(report)

    # -- the report --------------------------------------------------------------------------------------------

    def report(self) -> dict[str, Any]:
        """What goes into the side file."""
        diagnostics = [*self.diagnostics, *(item for report in self._reports for item in report.diagnostics)]
        return {
            "baseline": self.baselines[0] if len(self.baselines) == 1 else None,
            "profiles": list(dict.fromkeys(name for report in self._reports for name in report.profiles)),
            "systems": [
                {
                    "name": report.name,
                    "baseline": report.baseline,
                    "assumed": report.baseline_assumed,
                    "profiles": list(report.profiles),
                    "roots": list(report.roots),
                    "resources": report.resources,
                    "files": report.files,
                }
                for report in self._reports
            ],
            "files": sorted(
                {os.path.join(folder, name) for folder, names in self._sources.directories.items() for name in names}
                | self._sources.plans
            ),
            "resources": sum(report.resources for report in self._reports),
            "results": [
                self._result_object(result)
                for report in self._reports
                for result in report.results
                if result.verdict is not Verdict.PASS
            ],
            "diagnostics": [_diagnostic_object(item) for item in diagnostics],
        }

    def _result_object(self, result: Result) -> dict[str, Any]:
        rule = rules_by_name().get(result.rule)
        reason = None
        if result.reason is not None:
            expression = shown_expression(result.reason.expression, result.attribute, rule is not None and rule.secret)
            reason = {"code": result.reason.code, "expression": mask(expression)}
        waiver = result.waiver
        return {
            "id": policy_id(result.code),
            "rule": result.rule,
            "verdict": str(result.verdict),
            "severity": str(result.severity),
            "root": result.root,
            "resource": result.resource,
            "type": result.type,
            "file": result.location.file,
            "line": result.location.line,
            "end_line": result.location.end_line,
            "attribute": result.attribute,
            "finding": result.finding,
            "message": _text_object(result.message),
            "reason": reason,
            "clauses": list(result.clauses),
            "waiver": None
            if waiver is None
            else {
                name: mask(str(getattr(waiver, name))) for name in ("reason", "owner", "approver", "ticket", "until")
            },
            "fingerprint": result.fingerprint,
            "shown": (result.root, result.resource) in self._shown,
        }


class _Blocks:
    """Outcomes by address. Where checkov does not expand what the judge does, one block stands for its instances."""

    def __init__(self, results: Iterable[Result]) -> None:
        self.shown: set[tuple[str, str]] = set()  # (root, address) that some block of checkov's stands for
        self._results: dict[tuple[str, str], list[Result]] = {}
        self._instances: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for result in results:
            key = (result.root, result.resource)
            if key not in self._results:
                self._results[key] = []
                if result.resource.endswith("]") or "[" in result.resource:
                    for plain in {_LAST_INDEX.sub("", result.resource), _INDEXES_OF.sub("", result.resource)}:
                        self._instances.setdefault((result.root, plain), []).append(key)
            self._results[key].append(result)

    def of(self, root: str, address: str) -> Mapping[str, Outcome]:
        """What the rules say of a block of checkov's, by their codes."""
        keys = [(root, address)]
        if keys[0] not in self._results:
            plain = (root, _LAST_INDEX.sub("", address))  # the index may be another one than the judge's
            keys = self._instances.get((root, address)) or self._instances.get(plain) or [plain]
        by_code: dict[str, list[Result]] = {}
        for key in keys:
            self.shown.add(key)
            for result in self._results.get(key, ()):
                by_code.setdefault(result.code, []).append(result)
        return {code: _outcome(results) for code, results in by_code.items()}


_INDEXES_OF: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
_LAST_INDEX: Final = re.compile(_INDEXES_OF.pattern + r"\Z")


def _declared(table: SystemTable, directory: str) -> tuple[Path, tuple[str, ...]] | None:
    """The roots that the settings of a directory name, and from where; None where they name none."""
    settings = table.of(Path(directory)).settings
    return (settings.path.parent, settings.roots) if settings.roots and settings.path is not None else None


def _text_object(text: Text) -> dict[str, str]:
    return {"en": mask(text.en), "zh": mask(text.zh)}


def _diagnostic_object(item: Diagnostic) -> dict[str, Any]:
    return {
        "code": item.code,
        "level": item.level,
        "message": _text_object(item.message),
        "file": item.file,
        "line": item.line,
    }


_INDEXES: dict[Any, RuleIndex] = {}


def _index(system: System) -> RuleIndex:
    index = _INDEXES.get(system.request)
    if index is None:
        index = _INDEXES[system.request] = RuleIndex(assignment(system.request).rules)
    return index


def _outcome(results: Sequence[Result]) -> Outcome:
    """The worst finding of one rule about one block, with everything that is as bad."""
    first = results[0]
    if len(results) == 1 and first.verdict is Verdict.PASS:
        return Outcome("pass", str(first.severity), (first.attribute,) if first.attribute else ())
    worst = min((str(result.verdict) for result in results), key=_WORST.index)
    chosen = [result for result in results if result.verdict == worst]
    comment = ""
    if worst == "waived":
        waiver = chosen[0].waiver
        comment = clean(f"waived by {waiver.owner} until {waiver.until}: {waiver.reason}") if waiver else ""
    return Outcome(
        worst,
        str(max(result.severity for result in chosen)),
        tuple(dict.fromkeys(result.attribute for result in chosen if result.attribute)),
        tuple(dict.fromkeys(clean(result.message.en) for result in chosen if result.message.en)),
        comment,
    )
