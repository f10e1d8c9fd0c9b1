"""Mends findings: proposes edits of the files in which they stand, proves them in memory, and says what it leaves.

A fix comes from the remediation snippet of the rule, reduced to the edits without which the finding stays. It is only
proposed where the finding is gone afterwards, no other has come, and no file says anything else than before outside of
what was edited. Nothing is written here.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.configuration import FileBlock, ModuleSource
from compliant_infra.hcl_checks.discovery import SourceTree
from compliant_infra.hcl_checks.edits import BodyEdit, Sheet, Splice, add_members, block_text, edits_of, splice
from compliant_infra.hcl_checks.fix_changes import Change, Holder, Plan, Planner, holder_of
from compliant_infra.hcl_checks.fix_proof import EditedLibrary, Judged, Key, Prover, Snapshot, key_of, untouched
from compliant_infra.hcl_checks.fix_units import followers, units
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.reader import Block, Body, Expression
from compliant_infra.hcl_checks.snippets import Snippet, remedy, variables_in
from compliant_infra.hcl_checks.value_sources import RefusedError, Sources
from compliant_infra.kernel.model import NO_TEXT, Resource, Result, Text, Unknown, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import Rule, cloud_of
from compliant_infra.remediations import fixes

#: The order in which edits are left out to see whether the finding passes without them.
_DROPPED_FIRST: Final = {
    "set": 0,
    "span": 0,
    "insert": 0,
    "take": 1,
    "end": 2,
    "add": 3,
    "member": 3,
    "block": 4,
    "after": 5,
}
#: Proposed fixes of which what it takes to compose them is kept.
_KEPT: Final = 64
#: Findings of one rule that are mended before all rules are asked.
_TOGETHER: Final = 32
_INDEX: Final = re.compile(r"\[[^\]]*\]")
_POSITION: Final = re.compile(r"\.\d+(?=\.|$)")


@dataclass(frozen=True)
class Edit:
    """``text`` in place of a span of a file. Offsets count characters of the text without its byte order mark."""

    path: str  # absolute
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Asked:
    """A variable that a fix adds without a default: a person has to choose its value."""

    name: str
    type: str
    example: str  # as HCL; "" where there is none
    what: Text
    directory: str  # absolute: of the root in which Terraform asks for it


@dataclass(frozen=True)
class Fix:
    """Edits that mend one or more findings of a rule."""

    rule: str
    results: tuple[Result, ...]
    edits: tuple[Edit, ...]
    asks: tuple[Asked, ...]
    replaces: tuple[str, ...]  # "address: attribute"
    title: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a finding is not mended.

    ``code``: by-hand, no-fix, unknown, shared, not-yours, replacement, not-proven, no-source, conflict.
    """

    result: Result
    code: str
    message: Text


@dataclass
class _Trial:
    """Changes as they would be written."""

    changes: list[Change]
    texts: dict[str, str]  # path -> the new text
    splices: dict[str, list[Splice]]
    asks: list[Asked]
    examples: dict[str, Any]
    data: dict[str, bytes]
    sheets: dict[str, Sheet]
    declared: dict[tuple[str, str], str]

    @property
    def edited(self) -> frozenset[str]:
        """The resources that are edited, without indexes."""
        return frozenset(change.address for change in self.changes)


@dataclass
class _Proven:
    """What is kept of a proposed fix until it is taken."""

    fix: Fix  # kept, so that its id is not given away
    trial: _Trial
    library: EditedLibrary
    states: dict[tuple[str, str], Judged] = field(default_factory=dict)


class Fixer:
    """Proposes fixes for the findings of some roots, and composes those that are taken."""

    def __init__(
        self,
        tree: SourceTree,
        library: ModuleLibrary,
        inputs: VariableInputs,
        roots: Mapping[str, Request],
        *,
        allow_replacement: bool = False,
        complete: Collection[str] = frozenset(),
    ) -> None:
        self.tree = tree
        self.roots = roots
        self.inputs = inputs
        self.allow_replacement = allow_replacement
        self.prover = Prover(tree, library, inputs, roots, complete)
        self._by_display = {tree.display(path): path for path in roots}
        self._listed = {item.path: item.files for item in tree.directories}
        self.read: dict[str, str] = {}  # edited files and the hash of their content as it was read first
        self._hasty = False  # each fix is judged by its own rule only: somebody judges by all of them afterwards
        self._stubborn: set[str] = set()  # rules with a finding that cannot be mended without making something worse
        self._proven: dict[int, _Proven] = {}
        self._patterns: dict[tuple[Any, ...], tuple[tuple[str, str, str, str], ...]] = {}
        self.chosen: Mapping[str, Any] = {}  # values of a snippet's variables, where their examples do not do
        self._in_the_way: Text | None = None  # why a finding would become undecided instead of being mended
        self.undecided: list[Result] = []  # of what was mended: what cannot be decided until more is known
        self._declared: dict[tuple[str, str], str] = {}  # directory and the snippet's variable -> its name there

    # -- what others call --------------------------------------------------------------------------------------

    def propose(self, result: Result) -> Fix | Refusal:
        """A fix of a failing result on the files as they are (with the fixes that were taken), or why there is none."""
        self.prover.sweep()
        try:
            return self._propose(result)
        except RefusedError as refused:
            return Refusal(result, refused.code, refused.message)

    def take(self, fix: Fix) -> None:
        """Compose a fix that was proposed since the last was taken: later ones work on its result.

        Raises KeyError for another one.
        """
        proven = self._proven.pop(id(fix))
        self.prover.accept(proven.trial.data, proven.library, proven.trial.examples, proven.states)
        self._declared.update(proven.trial.declared)
        for path, sheet in proven.trial.sheets.items():
            self.read.setdefault(path, sheet.digest)
        self._proven.clear()

    def mend(self, results: Iterable[Result]) -> list[Fix | Refusal]:
        """Propose and take fixes for all the results, rule by rule, on the files as the fixes before left them."""
        by_rule: dict[str, list[Result]] = {}
        for result in results:
            by_rule.setdefault(result.rule, []).append(result)
        outcomes: list[Fix | Refusal] = []
        for items in by_rule.values():
            for start in range(0, len(items), _TOGETHER):
                outcomes += self._mend_together(items[start : start + _TOGETHER])
        given = [result for items in by_rule.values() for result in items]
        outcomes += self._mend_singly(self._overlooked(given, outcomes))
        # What was left may have been mended by the fix of another rule.
        outcomes = [item for item in outcomes if isinstance(item, Fix) or not self._is_mended(item.result)]
        self.undecided = self._undecided(given, outcomes)
        return outcomes

    def _edited_roots(self) -> list[str]:
        """The roots that read what was edited."""
        directories = dict.fromkeys(os.path.dirname(path) for path in self.prover.edits)
        return list(dict.fromkeys(root for item in directories for root in self.prover.roots_of(item)))

    def _overlooked(self, given: Sequence[Result], outcomes: Iterable[Fix | Refusal]) -> list[Result]:
        """What fails now and is neither mended nor refused: a finding that has moved with the fix of another rule."""
        refused = {(item.result.root, key_of(item.result)) for item in outcomes if isinstance(item, Refusal)}
        asked = {(item.root, key_of(item)) for item in given}
        rules = {item.rule for item in given}
        found = []
        for root in self._edited_roots():
            for result in self.prover.now(root).results:
                name = (result.root, key_of(result))
                if result.verdict is not Verdict.FAIL or result.rule not in rules or name in refused:
                    continue
                if name in asked or name[1] not in self.prover.failed_at_first(root, result.rule):
                    found.append(result)
        return found

    def _undecided(self, given: Sequence[Result], outcomes: Iterable[Fix | Refusal]) -> list[Result]:
        """What no rule can decide now that failed before, whatever is chosen for what is asked for."""
        refused = {(item.result.root, key_of(item.result)) for item in outcomes if isinstance(item, Refusal)}
        failed = {(item.root, *key_of(item)[:3]) for item in given if (item.root, key_of(item)) not in refused}
        return [
            result
            for root in self._edited_roots()
            for result in self.prover.now(root).results
            if result.verdict is Verdict.UNKNOWN and (result.root, *key_of(result)[:3]) in failed
        ]

    def _mend_together(self, results: Sequence[Result]) -> list[Fix | Refusal]:
        """Mend findings of one rule: each is judged by that rule, and what comes of them at once by all rules.

        Where that makes something worse, the halves are tried, down to single findings.
        """
        if len(results) == 1 or results[0].rule in self._stubborn:
            outcomes = self._mend_singly(results)
            if any(isinstance(item, Refusal) and item.code == "not-proven" for item in outcomes):
                self._stubborn.add(results[0].rule)
            return outcomes
        before = self.prover.snapshot()
        declared, read = dict(self._declared), dict(self.read)
        self._hasty = True
        try:
            outcomes = self._mend_singly(results)
        finally:
            self._hasty = False
        if not any(isinstance(item, Fix) for item in outcomes) or self._holds(before, results):
            return outcomes
        self.prover.restore(before)
        self._declared, self.read = declared, read
        half = len(results) // 2
        return [*self._mend_together(results[:half]), *self._mend_together(results[half:])]

    def _holds(self, before: Snapshot, results: Sequence[Result]) -> bool:
        """Whether nothing is worse than before in the roots that read what was edited since."""
        rule, edited = results[0].rule, {_INDEX.sub("", item.resource) for item in results}
        return not any(
            _worse(self.prover.then(before, root), self.prover.now(root), rule, edited).en for root in before.touched
        )

    def _mend_singly(self, results: Sequence[Result]) -> list[Fix | Refusal]:
        outcomes: list[Fix | Refusal] = []
        for result in results:
            if self._is_mended(result):
                continue
            outcome = self.propose(result)
            outcomes.append(outcome)
            if isinstance(outcome, Fix):
                self.take(outcome)
        return outcomes

    def _is_mended(self, result: Result) -> bool:
        """Whether a fix that was taken has mended the finding along with its own."""
        root = self._by_display.get(result.root)
        if not self.prover.edits:
            return False
        if result.resource == "*":
            name = (result.rule, result.finding)
            return any(  # another system may have had a witness all along
                name in self.prover.now(item, result.rule).witnesses
                and name not in self.prover.witnesses_at_first(item, result.rule)
                for item in self._edited_roots()
            )
        if root is None:
            return False
        key = key_of(result)
        return not self.prover.now(root, result.rule).fails[key] and key in self.prover.failed_at_first(
            root, result.rule
        )

    @property
    def edited(self) -> Mapping[str, bytes]:
        """The files as the fixes that were taken leave them, by absolute path."""
        return self.prover.edits

    # -- one finding -------------------------------------------------------------------------------------------

    def _propose(self, result: Result) -> Fix:
        root = self._by_display.get(result.root)
        absent = result.resource == "*"
        cloud = result.finding if absent else _cloud(result)
        rule = rules_by_name().get(result.rule)
        if rule is None:
            raise RefusedError("no-fix", Text("no rule of the catalogue", "不是规则目录中的规则"))
        kind = "*" if absent else _kind(result)
        snippet = remedy(rule.name, cloud)
        reason = fixes.by_hand(rule.name, cloud, kind)
        if reason is not None:
            raise RefusedError("by-hand", reason)
        if snippet is None:
            raise RefusedError(
                "no-fix", Text("no Terraform text mends findings of this rule", "该规则的发现无法由 Terraform 代码整改")
            )
        if root is None and absent:
            root = self._only_root(cloud)
        if root is None:
            raise RefusedError("no-source", Text("it was not read from Terraform files", "并非读自 Terraform 源文件"))
        before = self.prover.now(root, rule.name)
        failing = {".".join(_INDEX.sub("", key[1]).split(".")[-2:]) for key in before.fails if key[0] == rule.name}
        sources = Sources(self.prover.library, self.inputs, failing)
        target = key_of(result)
        if absent:
            attempts = [self._absence(root, snippet, sources, fixes.whole(rule.name, cloud))]
        else:
            if not before.fails[target]:
                raise RefusedError("conflict", Text("the files no longer have the finding", "文件中已没有该发现"))
            holder = self._holder(before, result)
            attempts = self._plans(holder, snippet, sources)
        for plan in attempts:
            self._keep_yours(plan)
        blocked = [item for plan in attempts for item in plan.blocked]
        for item in blocked:
            if item.used and item.used == _POSITION.sub("", result.attribute):
                raise item  # another edit may silence the rule, and would lock out what uses it
        if absent and not attempts[0].changes:
            raise RefusedError(
                "by-hand", Text("what the whole system lacks has to be planned", "整个系统缺少的内容须由人规划")
            )
        if not any(plan.changes for plan in attempts) and not blocked:
            raise RefusedError(
                "no-fix",
                Text("the remediation of the rule has no edit for this resource", "该规则的整改示例不适用于此资源"),
            )
        failed: RefusedError | None = None
        self._in_the_way = None
        for plan in attempts:
            for changes in self._variants(rule, root, result, plan.changes):
                for self.chosen in _choices(snippet, changes, cloud):
                    found = self._smallest(root, rule.name, result, snippet, changes, before)
                    if found is None:
                        continue
                    try:
                        return self._proven_fix(root, rule, result, found, before)
                    except RefusedError as refused:
                        if refused.code != "not-proven":
                            raise
                        failed = failed or refused  # with another value, or in another way, it may be proven
        if failed is not None:
            raise failed
        if blocked:
            raise blocked[0]
        if self._in_the_way is not None:
            raise RefusedError("unknown", self._in_the_way)
        raise RefusedError(
            "not-proven",
            Text("the finding stands after the remediation of the rule", "按规则的整改示例修改后，该发现仍然存在"),
        )

    def _only_root(self, cloud: str) -> str | None:
        """The root to which something is added that a whole system lacks."""
        if len(self.roots) == 1:
            return next(iter(self.roots))
        using = [
            root
            for root in self.roots
            if any(item.type.startswith(f"{cloud}_") for item in self.prover.now(root).scan.resources)
        ]
        if len(using) == 1:
            return using[0]
        raise RefusedError(
            "by-hand",
            Text(
                "which root is to hold what is missing, a person has to decide",
                "缺少的资源应放入哪个根模块，须由人决定",
            ),
        )

    def _holder(self, judged: Judged, result: Result) -> Holder:
        address = result.resource
        scan = judged.scan
        if address.startswith("provider."):
            for configuration in scan.providers:
                if configuration.address == address:
                    return holder_of(configuration.attributes, "provider", configuration.name, address)
            raise RefusedError("no-source", Text("there is no provider block to be edited", "没有可修改的 provider 块"))
        listed: Iterable[Resource] = (*scan.resources, *scan.data, *scan.requirements)
        for resource in listed:
            if resource.address == address:
                plain = _INDEX.sub("", address)
                kind = "module" if resource.type == "terraform.module" else resource.type
                return holder_of(resource.attributes, kind, resource.name, plain)
        raise RefusedError("no-source", Text(f"{address} is not in the files", f"文件中没有 {address}"))

    def _keep_yours(self, plan: Plan) -> None:
        """Leave out the changes of files that are not to be edited."""
        kept = [change for change in plan.changes if self.may_edit(change.sheet.path)]
        for change in plan.changes:
            if change not in kept:
                shown = self.tree.display(change.sheet.path)
                message = Text(
                    f"{change.path or change.address} stands in {shown}, which is not among the files that were given",
                    f"{change.path or change.address} 位于 {shown}，不在给定的文件范围内",
                )
                plan.blocked.insert(0, RefusedError("not-yours", message))
        plan.changes = kept

    def may_edit(self, path: str) -> bool:
        """Whether a file is within what was given: not ignored, not fetched by ``terraform init``, no link outwards."""
        directory, name = os.path.split(path)
        if directory not in self._listed or "/.terraform/" in f"{directory}/":
            return False
        if not self.tree.is_inside(os.path.realpath(path)):
            return False
        named = self.tree.named.get(directory)
        if named and not self.tree.covers(directory):
            return os.path.realpath(path) in named
        if name in self._listed[directory]:
            return True
        return name.endswith(".tfvars") and not self.tree.ignores(path)

    # -- candidate edits ---------------------------------------------------------------------------------------

    def _plans(self, holder: Holder, snippet: Snippet, sources: Sources) -> list[Plan]:
        plans = [Planner(snippet, sources).mend(holder)]
        if plans[0].choices:
            plans.append(Planner(snippet, sources, beside=True).mend(holder))
        return plans

    def _absence(self, root: str, snippet: Snippet, sources: Sources, whole: Sequence[str]) -> Plan:
        module = self.prover.library.read(root)
        names = [document.path for document in module.documents if document.path.endswith((".tf", ".tofu"))]
        names.sort(key=lambda name: (os.path.basename(name) != "main.tf", name))
        for name in names:
            if self.may_edit(os.path.join(root, os.path.basename(name))):
                return Planner(snippet, sources).add_to(module, sources.sheet(root, name), whole)
        raise RefusedError("no-source", Text("the root has no file to add to", "根模块没有可添加内容的文件"))

    def _variants(self, rule: Rule, root: str, result: Result, changes: list[Change]) -> Iterable[list[Change]]:
        """The changes where lists lose the element found alone, then as they are, then with the baseline's numbers."""
        if not changes:
            return
        shorter = [change.without(result.finding) if result.finding else None for change in changes]
        if any(shorter):
            yield [short or change for short, change in zip(shorter, changes, strict=True)]
        yield changes
        parameters = assignment(self.roots[root]).parameters
        for name in rule.all_parameters:
            value = parameters.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                numbered = [(change, change.with_number(value)) for change in changes]
                if any(other is not None for _, other in numbered):
                    yield [change if other is None else other for change, other in numbered]

    def _smallest(
        self, root: str, rule: str, result: Result, snippet: Snippet, changes: list[Change], before: Judged
    ) -> _Trial | None:
        """The fewest of the changes with which the finding passes; None where it does not with all of them.

        Where those few make another rule fail (what is encrypted has to be so with a key of one's own), the fewest with
        which none does.
        """
        wide = self._patterns.get(self._pattern(rule, "", result, snippet, changes))
        if wide is not None:
            chosen = [change for change in changes if change.pattern in wide]
            trial = self._passes(root, rule, result, snippet, chosen, before)
            if trial is not None:
                return trial
        trial = self._minimal(root, rule, result, snippet, changes, before, rule)
        if trial is None or len(trial.changes) == len(changes) or self._hasty:
            return trial
        after = self.prover.after(self.prover.with_edits(trial.data), root, "", trial.examples)
        self.prover.forget(trial.data)
        if not _worse(self.prover.now(root), after, rule, trial.edited).en:
            return trial
        return self._minimal(root, rule, result, snippet, changes, self.prover.now(root), "") or trial

    def _pattern(
        self, rule: str, judged_by: str, result: Result, snippet: Snippet, changes: Sequence[Change]
    ) -> tuple[Any, ...]:
        return (rule, judged_by, id(snippet), result.type, tuple(change.pattern for change in changes))

    def _minimal(
        self,
        root: str,
        rule: str,
        result: Result,
        snippet: Snippet,
        changes: list[Change],
        before: Judged,
        judged_by: str,
    ) -> _Trial | None:
        key = self._pattern(rule, judged_by, result, snippet, changes)
        learnt = self._patterns.get(key)
        if learnt is not None:
            chosen = [change for change in changes if change.pattern in learnt]
            trial = self._passes(root, judged_by, result, snippet, chosen, before)
            if trial is not None:
                return trial
        trial = self._passes(root, judged_by, result, snippet, changes, before)
        if trial is None:
            return None
        kept = list(changes)
        found = _POSITION.sub("", result.attribute)
        for unit in sorted(units(changes), key=lambda unit: _drop_order(unit, found, result.type)):
            left = {id(change) for change in unit}
            fewer = [item for item in kept if id(item) not in left]
            if _is_meant(unit, found, result.type) and not _is_meant(fewer, found, result.type):
                continue  # what the finding says is wrong is mended itself
            smaller = self._passes(root, judged_by, result, snippet, fewer, before)
            if smaller is not None:
                kept, trial = fewer, smaller
        if following := followers(changes, kept):
            chosen_too = {id(change) for change in (*kept, *following)}
            more = [change for change in changes if id(change) in chosen_too]
            kept, trial = more, self._passes(root, judged_by, result, snippet, more, before) or trial
        if len({change.pattern for change in changes}) == len(changes):  # else a pattern does not tell which block
            self._patterns[key] = tuple(change.pattern for change in kept)
        return trial

    def _passes(
        self, root: str, judged_by: str, result: Result, snippet: Snippet, changes: list[Change], before: Judged
    ) -> _Trial | None:
        """The changes as files, where the finding passes with them and nothing gets worse; ``""`` is every rule."""
        if not changes:
            return None
        try:
            trial = self._render(changes, snippet)
        except ValueError:
            return None
        if not trial.data:
            return None
        library = self.prover.with_edits(trial.data)
        after = self.prover.after(library, root, judged_by, trial.examples)
        self.prover.forget(trial.data)
        if not _is_gone(result, before, after, trial.changes):
            key = key_of(result)
            if result.resource != "*" and after.fails[key] < before.fails[key]:
                unsure = (item for item in after.results if item.verdict is Verdict.UNKNOWN)
                found = (item.message for item in unsure if key_of(item)[:3] == key[:3])
                self._in_the_way = next(found, self._in_the_way)
            return None
        return None if _worse(before, after, result.rule, trial.edited).en else trial

    # -- proof -------------------------------------------------------------------------------------------------

    def _proven_fix(self, root: str, rule: Rule, result: Result, trial: _Trial, before: Judged) -> Fix:
        named = tuple(
            dict.fromkeys(f"{change.address}: {path}" for change in trial.changes for path in _replacing(change))
        )
        if named and not self.allow_replacement:
            listed = ", ".join(named)
            raise RefusedError(
                "replacement",
                Text(
                    f"cannot be changed on a resource that exists, it would have to be replaced ({listed})",
                    f"无法在已有资源上变更，须重建资源（{listed}）",
                ),
            )
        for path in trial.data:
            if not self.may_edit(path):
                shown = self.tree.display(path)
                raise RefusedError(
                    "not-yours",
                    Text(
                        f"the value stands in {shown}, which is not among the files that were given",
                        f"该值位于 {shown}，不在给定的文件范围内",
                    ),
                )
        roots = dict.fromkeys(
            [root, *(item for path in trial.data for item in self.prover.roots_of(os.path.dirname(path)))]
        )
        library = self.prover.with_edits(trial.data)
        judged_by = rule.name if self._hasty else ""
        states: dict[tuple[str, str], Judged] = {}
        mended: list[Result] = []
        for item in roots:
            now = self.prover.now(item, judged_by)
            after = self.prover.after(library, item, judged_by, trial.examples)
            worse = _worse(now, after, rule.name, trial.edited)
            if worse.en:
                raise RefusedError("not-proven", worse)
            states[item, judged_by] = after
            mended += _gone(now, after, rule.name)
        if result.resource == "*":
            mended = [result]
        elif not _is_gone(result, before, states[root, judged_by], trial.changes):
            raise RefusedError("not-proven", Text("the finding stands after the edit", "修改后该发现仍然存在"))
        self._check_shared(root, result, trial, mended, list(roots))
        for path, data in trial.data.items():
            problem = untouched(trial.sheets[path], data.decode("utf-8-sig"), trial.changes)
            if problem:
                raise RefusedError(
                    "not-proven", Text(f"the edit would change more: {problem}", f"修改会波及其他内容：{problem}")
                )
        edits = tuple(
            Edit(path, item.start, item.end, item.text)
            for path, splices in sorted(trial.splices.items())
            for item in sorted(splices, key=lambda item: (item.start, item.end))
        )
        cloud = result.finding if result.resource == "*" else _cloud(result)
        notes = (*fixes.notes(rule.name, cloud, _kind(result)), *self._remarks(trial.changes))
        fix = Fix(rule.name, tuple(mended), edits, tuple(trial.asks), named, _title(trial.changes), notes)
        self._proven[id(fix)] = _Proven(fix, trial, library, states)
        if len(self._proven) > _KEPT:
            del self._proven[next(iter(self._proven))]
        return fix

    def _remarks(self, changes: Iterable[Change]) -> Iterator[Text]:
        """The comments that stand beside a value that goes, or directly above it: they may say why it is so."""
        for change in changes:
            sheet = change.sheet
            if change.kind == "span":
                start, end = change.span
            elif change.kind in ("set", "take") and change.name in change.body.attributes:
                attribute = change.body.attributes[change.name]
                start, end = attribute.start, attribute.end
            else:
                continue
            first, last = sheet.line_start(start), sheet.line_end(end)
            above = sheet.line_start(first - 1) if first else first
            for begin, stop in sheet.document.comment_spans:
                alone = not sheet.text[above:begin].strip() and above <= begin < first
                if alone or end <= begin < last:
                    said = " ".join(sheet.text[begin:stop].strip("#/* \t\r\n").split())
                    place = f"{self.tree.display(sheet.path)}:{sheet.text.count(chr(10), 0, start) + 1}"
                    if said:
                        yield Text(f"{place}: a comment stands beside it: {said}", f"{place} 旁有注释：{said}")

    def _check_shared(
        self, root: str, result: Result, trial: _Trial, mended: Sequence[Result], roots: Sequence[str]
    ) -> None:
        """Refuse an edit of a block that also makes resources without the finding: they would change for nothing."""
        if not any(not change.where.en and change.type for change in trial.changes):
            return
        place = next(
            (item.location for item in self.prover.now(root, result.rule).scan.resources if _is_of(item, result)), None
        )
        if place is None:
            return
        with_finding = {(item.root, item.resource) for item in mended}
        others = [
            resource.address if resource.root == result.root else f"{resource.root}: {resource.address}"
            for item in roots
            for resource in self.prover.now(item, result.rule).scan.resources
            if resource.location == place and (resource.root, resource.address) not in with_finding
        ]
        if others:
            listed = ", ".join(dict.fromkeys(others[:3])) + (", ..." if len(others) > 3 else "")
            raise RefusedError(
                "shared",
                Text(
                    f"the block also makes resources without the finding: {listed}",
                    f"该块还创建没有此发现的资源：{listed}",
                ),
            )

    # -- from changes to texts ---------------------------------------------------------------------------------

    def _render(self, changes: Sequence[Change], snippet: Snippet) -> _Trial:
        """The files with the changes. ValueError where two of them contradict each other."""
        asking = _Asking(self, snippet)
        named = [replace_variables(change, asking) for change in changes]
        named += asking.changes
        by_sheet: dict[str, _SheetEdit] = {}
        for change in named:
            edit = by_sheet.setdefault(change.sheet.path, _SheetEdit(change.sheet))
            edit.enter(change)
        trial = _Trial(list(changes), {}, {}, asking.asks, asking.examples, {}, {}, asking.declared)
        for path, edit in by_sheet.items():
            sheet = edit.sheet
            splices = edit.splices()
            text = splice(sheet.text, splices)
            if text == sheet.text:
                continue
            trial.texts[path] = text
            trial.splices[path] = splices
            trial.sheets[path] = sheet
            mark = b"\xef\xbb\xbf" if self._data(path).startswith(b"\xef\xbb\xbf") else b""
            trial.data[path] = mark + text.encode("utf-8")
        return trial

    def _data(self, path: str) -> bytes:
        """A file as it is now."""
        data = self.prover.library.contents.get(path)
        return Path(path).read_bytes() if data is None else data

    def callers(self, directory: str) -> list[tuple[ModuleSource, FileBlock]]:
        """The calls of a module directory: the calling module and the call."""
        found = []
        for caller, name in self.prover.callers(directory):
            module = self.prover.library.read(caller)
            found.append((module, module.modules[name]))
        return found


class _SheetEdit:
    """What changes in one file."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._bodies: dict[int, tuple[Body, BodyEdit]] = {}
        self._after: list[tuple[int, str]] = []
        self._spans: list[Splice] = []
        self._members: dict[tuple[int, int], dict[str, str]] = {}

    def enter(self, change: Change) -> None:
        """Add a change. ValueError where it contradicts another."""
        if change.kind == "after" and (block := self.sheet.block_of(change.body)) is not None:
            self._after.append((block.end, change.text))
        elif change.kind == "span":
            self._spans.append(Splice(*change.span, change.text))
        elif change.kind == "insert":
            key, _, value = change.text.partition("\0")
            members = self._members.setdefault(change.span, {})
            if members.setdefault(key, value) != value:
                raise ValueError(f"two values for {key}")
        else:
            _, edit = self._bodies.setdefault(id(change.body), (change.body, BodyEdit()))
            _enter(edit, change)

    def splices(self) -> list[Splice]:
        """All of it as splices."""
        spans = list(self._spans)
        for (start, end), members in self._members.items():
            spans += add_members(self.sheet, start, end, list(members.items()))
        return edits_of(self.sheet, self._bodies.values(), self._after, spans)


def _enter(edit: BodyEdit, change: Change) -> None:
    """Add a change to the edit of its body."""
    name = change.name
    if change.kind in ("set", "add"):
        if edit.values.get(name, change.text) != change.text or name in edit.taken:
            raise ValueError(f"two values for {name}")
        edit.values[name] = change.text
    elif change.kind == "take":
        edit.taken.add(name)
    elif change.kind == "member":
        key, _, value = change.text.partition("\0")
        edit.members.setdefault(name, []).append((key, value))
    elif change.kind == "end":
        edit.ended += change.ended
    else:
        edit.blocks.append(change.text)


def replace_variables(change: Change, asking: _Asking) -> Change:
    """The change with the variables of its snippet as they are called in its module; they are declared on the way."""
    text = change.text
    for name in variables_in(text, asking.snippet.variables):
        final = asking.declare(change.directory, name, change)
        if final != name:
            text = re.sub(rf"\bvar\.{re.escape(name)}\b", f"var.{final}", text)
    return change if text == change.text else replace(change, text=text)


class _Asking:
    """The variables that changes need: declared where they are used, and handed down through module calls."""

    def __init__(self, fixer: Fixer, snippet: Snippet) -> None:
        self.fixer = fixer
        self.snippet = snippet
        self.sources = Sources(fixer.prover.library, fixer.inputs)
        self.changes: list[Change] = []
        self.asks: list[Asked] = []
        self.examples: dict[str, Any] = {}
        self.declared: dict[tuple[str, str], str] = {}

    def declare(self, directory: str, name: str, change: Change, suffix: str | None = None, file: str = "") -> str:
        """The name of a snippet's variable in a module; it is declared there, and asked for in the roots.

        ``file``: the file of the module with the call that hands it down.

        ``suffix``: what tells it from others there that ask the same of another provider configuration, or of another
        resource where each needs a value of its own.
        """
        if suffix is None:
            suffix = self._suffix(name, change)
        key = directory, self._key(name, suffix)
        known = self.fixer._declared.get(key) or self.declared.get(key)
        if known is not None:
            return known
        module = self.fixer.prover.library.read(directory)
        block = self.snippet.variables[name]
        what = self._what(block, change)
        plain = "_".join(part for part in (name, suffix) if part)
        final = plain
        number = 1
        while final in module.variables and not self._is_same(module.variables[final], what):
            number += 1
            final = f"{plain}_{number}"
        self.declared[key] = final
        if final in module.variables:
            return final
        self._add_declaration(module, block, final, what, change, file)
        callers = self.fixer.callers(directory)
        if directory in self.fixer.roots:
            example = block.body.attributes.get("default")
            type_ = block.body.attributes.get("type")
            shown = self.snippet.value(example) if example is not None else ""
            if name in self.fixer.chosen:
                shown = json.dumps(self.fixer.chosen[name], ensure_ascii=False)
                self.examples[final] = self.fixer.chosen[name]
            elif example is not None and not isinstance(example.value, Expression):
                self.examples[final] = example.value
            kind = self.snippet.value(type_) if type_ is not None else "any"
            self.asks.append(Asked(final, kind, shown, what, directory))
        elif not callers:
            raise RefusedError(
                "not-yours",
                Text(
                    f"the module would need a value for {final}, and its callers are not in the scan",
                    f"模块需要变量 {final} 的取值，而其调用方不在扫描范围内",
                ),
            )
        for caller, call in callers:
            own = self._is_own(name, change)
            if own and call.body.attributes.keys() & {"count", "for_each"}:
                raise RefusedError("by-hand", _of_its_own(name, f"module.{call.block.labels[0]}"))
            above = f"{call.block.labels[0]}_{suffix}" if own else _handed(call.body, cloud_of(change.type), suffix)
            passed = self.declare(caller.directory, name, change, above, call.file)
            sheet = self.sources.sheet(caller.directory, call.file)
            body = self.sources.body(sheet, call.block.body)
            self.changes.append(
                Change("add", sheet, body, final, f"var.{passed}", caller.directory, "", "module", final)
            )
        return final

    def _is_own(self, name: str, change: Change) -> bool:
        """Whether each resource needs a value of its own: a bucket for copies, a password."""
        marked = self.snippet.variables[name].body.attributes.get("sensitive")
        return change.owner is not None and (
            name in fixes.each(cloud_of(change.type)) or (marked is not None and marked.value is True)
        )

    def _suffix(self, name: str, change: Change) -> str:
        owner = change.owner
        if owner is None:
            return ""
        if self._is_own(name, change):
            if owner.index:
                raise RefusedError("by-hand", _of_its_own(name, owner.address))
            return re.sub(r"\W", "_", owner.name)
        return owner.provider.partition(".")[2]

    def _key(self, name: str, suffix: str) -> str:
        type_ = self.snippet.variables[name].body.attributes.get("type")
        return f"{name}:{self.snippet.value(type_) if type_ is not None else ''}:{suffix}"

    def _what(self, block: Block, change: Change) -> Text:
        written = block.body.attributes.get("description")
        if written is not None and isinstance(written.value, str) and not isinstance(written.value, Expression):
            return Text(written.value, fixes.asked(block.labels[0], cloud_of(change.type)) or written.value)
        example = block.body.attributes.get("default")
        shown = self.snippet.value(example) if example is not None and "\n" not in self.snippet.value(example) else ""
        target = ".".join(part for part in (change.type, change.path) if part)
        en, zh = f"Value for {target}", f"{target} 的取值"
        if shown:
            plain = shown.strip('"')
            en, zh = f"{en}, such as {plain}", f"{zh}，例如 {plain}"
        return Text(en, zh)

    def _is_same(self, block: FileBlock, what: Text) -> bool:
        written = block.body.attributes.get("description")
        return written is not None and written.value in what and "default" not in block.body.attributes

    def _add_declaration(
        self, module: ModuleSource, block: Block, name: str, what: Text, change: Change, file: str
    ) -> None:
        items: list[tuple[str, str]] = []
        described = what.en.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
        items.append(("description", f'"{described}"'))
        items += [
            (attribute.name, self.snippet.value(attribute))
            for attribute in block.body.attributes.values()
            if attribute.name in ("type", "sensitive", "nullable")
        ]
        sheet = self._sheet(module, change, file)
        self.changes.append(
            Change(
                "block",
                sheet,
                sheet.document.body,
                "variable",
                block_text(f'variable "{name}"', items),
                module.directory,
                f"variable.{name}",
                "variable",
                "",
            )
        )

    def _sheet(self, module: ModuleSource, change: Change, file: str) -> Sheet:
        """``variables.tf`` of the module, else the file that uses it, else the first file that may be edited."""
        names = [item.path for item in module.documents if item.path.endswith((".tf", ".tofu"))]
        names = [name for name in names if self.fixer.may_edit(os.path.join(module.directory, os.path.basename(name)))]
        for name in names:
            if os.path.basename(name) in ("variables.tf", "variables.tofu"):
                return self.sources.sheet(module.directory, name)
        if not file and change.directory == module.directory and not change.sheet.path.endswith(".tfvars"):
            return self.sources.sheet(module.directory, change.sheet.document.path)
        if names:
            return self.sources.sheet(module.directory, file if file in names else names[0])
        raise RefusedError(
            "not-yours",
            Text(
                f"a variable would have to be declared in {module.display}, which is not among what was given",
                f"需要在 {module.display} 中声明变量，而它不在给定的范围内",
            ),
        )


def _of_its_own(name: str, address: str) -> Text:
    return Text(
        f"each instance of {address} would need a {name} of its own",
        f"{address} 的每个实例都需要各自的 {name}",
    )


def _handed(call: Body, cloud: str, alias: str) -> str:
    """The alias by which the caller of a module knows a provider configuration of the module; "" where it has none."""
    given = call.attributes.get("providers")
    if given is None or not isinstance(given.value, dict):
        return ""  # those without an alias are inherited
    wanted = f"{cloud}.{alias}" if alias else cloud
    return next((str(there).partition(".")[2] for here, there in given.value.items() if str(here) == wanted), "")


def _is_of(resource: Resource, result: Result) -> bool:
    return resource.address == result.resource and resource.root == result.root


def _cloud(result: Result) -> str:
    if result.resource.startswith("provider."):
        return result.resource.split(".")[1]
    if result.type == "terraform.required_provider":
        return result.resource.rsplit(".", 1)[-1]
    return cloud_of(result.type)


def _kind(result: Result) -> str:
    return result.type


def _is_gone(result: Result, before: Judged, after: Judged, changes: Sequence[Change]) -> bool:
    """Whether the finding passes: it fails no longer, and is not undecided instead."""
    if result.resource == "*":
        return (result.rule, result.finding) in after.witnesses
    key = key_of(result)
    if after.fails[key] >= before.fails[key] or after.undecided[key] > before.undecided[key]:
        return False
    # A finding that only moves to another attribute of the resource is not gone.
    if _counts(after.fails, result.rule)[key[:3]] >= _counts(before.fails, result.rule)[key[:3]]:
        return False
    left = _total(after.fails, *key[:2]) + _total(after.undecided, *key[:2])
    # Nor is it mended by another value that only takes the resource out of the rule's reach.
    taken = all(change.kind in ("take", "end") for change in changes)
    return taken or bool(left) or after.judgement.passes[result.rule] > before.judgement.passes[result.rule]


def _choices(snippet: Snippet, changes: Sequence[Change], cloud: str) -> Iterator[Mapping[str, Any]]:
    """The examples of the snippet, then other values of its variables that the data name, one after another."""
    yield {}
    used = dict.fromkeys(name for change in changes for name in variables_in(change.text, snippet.variables))
    for name in used:
        for value in fixes.examples(name, cloud):
            yield {name: value}


def _replacing(change: Change) -> list[str]:
    """The attributes that a change sets and that cannot be changed on a resource that is there."""
    if change.kind == "after":
        return []
    if change.kind == "block":
        below = [path for path in fixes.replacing(change.type) if path.startswith(f"{change.path}.")]
        if found := [path for path in sorted(below) if re.search(rf"\b{path.rsplit('.', 1)[1]}\s*=", change.text)]:
            return found
    return [change.path] if fixes.forces_replacement(change.type, change.path) else []


def _drop_order(unit: Sequence[Change], found: str, kind: str) -> tuple[bool, bool, int]:
    """In which order edits are left out to see whether the finding passes without them."""
    return (
        _is_meant(unit, found, kind),
        not any(map(_replacing, unit)),
        max(_DROPPED_FIRST[change.kind] for change in unit),
    )


def _is_meant(changes: Iterable[Change], found: str, kind: str) -> bool:
    """Whether one of the edits is of the attribute that a finding names."""
    return bool(found) and any(change.path == found and change.type == kind for change in changes)


def _worse(before: Judged, after: Judged, rule: str, edited: Collection[str]) -> Text:
    """What an edit made worse; empty where nothing is.

    What another rule finds is counted by resource: its findings are named by values, which the edit changes. Nor is it
    worse where a rule that failed on an edited resource can no longer be decided there.
    """
    errors = after.errors - before.errors
    if errors:
        message = next(iter(errors))[2]
        return Text(f"the files would no longer be read without a problem: {message}", f"修改后读取出现问题：{message}")
    broken = _broken(before, after)
    if broken.en:
        return broken
    failing = _counts(after.fails, rule) - _counts(before.fails, rule)
    for name, address, _ in failing:
        return Text(f"{name} on {address} would fail", f"{address} 的 {name} 将不符合")
    unsure = _counts(after.undecided - after.excused, rule) - _counts(before.undecided - before.excused, rule)
    for name, address, _ in unsure:
        were = _total(before.fails, name, address) + _total(before.undecided, name, address)
        are = _total(after.fails, name, address) + _total(after.undecided - after.excused, name, address)
        if name == rule or are > were or _INDEX.sub("", address) not in edited:
            return Text(f"{name} on {address} could no longer be decided", f"{address} 的 {name} 将无法判定")
    return NO_TEXT


def _broken(before: Judged, after: Judged) -> Text:
    """A resource that comes with an edit, and of which an argument has no value: Terraform's plan would stop there."""
    known = {resource.address for resource in before.scan.resources}
    for resource in after.scan.resources:
        if resource.address in known:
            continue
        for name, value in resource.attributes.items():
            if isinstance(value, Unknown) and value.reason == "unsupported":
                return Text(
                    f"{resource.address} would come to be, and its {name} has no value ({value.expression})",
                    f"将会出现 {resource.address}，而其 {name} 没有取值（{value.expression}）",
                )
    return NO_TEXT


def _counts(found: Counter[Key], rule: str) -> Counter[tuple[str, str, str]]:
    """Counts by rule and address, and for the rule itself by finding."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for (name, address, finding, _), number in found.items():
        counts[name, address, finding if name == rule else ""] += number
    return counts


def _total(found: Counter[Key], rule: str, address: str) -> int:
    return sum(number for (name, where, _, _), number in found.items() if (name, where) == (rule, address))


def _gone(before: Judged, after: Judged, rule: str) -> list[Result]:
    """The failing results of a rule that are no longer there."""
    left = after.fails.copy()
    found = []
    for result in before.results:
        if result.rule == rule and result.verdict is Verdict.FAIL:
            key = key_of(result)
            if left[key] > 0:
                left[key] -= 1
            else:
                found.append(result)
    return found


def _title(changes: Sequence[Change]) -> Text:
    """What a fix does, in a line."""
    en: list[str] = []
    zh: list[str] = []
    by_address: dict[str, list[Change]] = {}
    for change in changes:
        by_address.setdefault(change.address, []).append(change)
    for address, items in by_address.items():
        parts_en: list[str] = []
        parts_zh: list[str] = []
        for change in items:
            value = " ".join(change.text.replace("\0", " = ").split())
            value = value if len(value) <= 60 else f"{value[:57]}..."
            if change.kind in ("set", "add", "span", "insert"):
                value = value.removeprefix(f"{change.name} = ") if change.kind != "insert" else value.split(" = ", 1)[1]
                place = f" ({change.where.en})" if change.where.en else ""
                place_zh = f"（{change.where.zh}）" if change.where.zh else ""
                parts_en.append(f"{change.path} = {value}{place}")
                parts_zh.append(f"{change.path} = {value}{place_zh}")
            elif change.kind == "member":
                parts_en.append(f"{change.name}: {value}")
                parts_zh.append(f"{change.name}：{value}")
            elif change.kind in ("take", "end"):
                parts_en.append(f"without {change.path}")
                parts_zh.append(f"去掉 {change.path}")
            elif change.kind == "block":
                parts_en.append(f"with a block {change.path}")
                parts_zh.append(f"添加块 {change.path}")
            else:
                parts_en.append("added")
                parts_zh.append("新增")
        en.append(f"{address}: {', '.join(dict.fromkeys(parts_en))}")
        zh.append(f"{address}：{'，'.join(dict.fromkeys(parts_zh))}")
    return Text("; ".join(en), "；".join(zh))
