"""Whether an edit mends what it is to mend, and breaks nothing: judged in memory, before anything is written."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.configuration import ParsedFiles, content_hash
from compliant_infra.hcl_checks.discovery import SourceTree
from compliant_infra.hcl_checks.edits import Sheet
from compliant_infra.hcl_checks.fix_changes import Change
from compliant_infra.hcl_checks.modules import ModuleLibrary, VariableInputs
from compliant_infra.hcl_checks.reader import Body, parse
from compliant_infra.hcl_checks.scanning import index_for, read_root
from compliant_infra.kernel.evaluation import Assignment, Judgement, RuleIndex, conclude, judge
from compliant_infra.kernel.model import Result, Scan, Verdict
from compliant_infra.kernel.rules import rules_by_name

#: What tells one finding from another: rule, address, finding, attribute without positions.
Key = tuple[str, str, str, str]
_POSITION: Final = re.compile(r"\.\d+(?=\.|$)")


def key_of(result: Result) -> Key:
    """What tells the result from others of its root."""
    return result.rule, result.resource, result.finding, _POSITION.sub("", result.attribute)


class EditedLibrary(ModuleLibrary):
    """A library as another would be after edits; what they leave alone is shared with it."""

    def __init__(self, base: ModuleLibrary, edits: Mapping[str, bytes], parsed: ParsedFiles) -> None:
        super().__init__(base.tree, {**base.contents, **edits})
        self.parsed = parsed
        self._modules = dict(base._modules)
        for path in edits:
            self.forget(os.path.dirname(path))


@dataclass
class Judged:
    """What is said of one root."""

    scan: Scan
    judgement: Judgement
    fails: Counter[Key] = field(default_factory=Counter)
    undecided: Counter[Key] = field(default_factory=Counter)
    excused: Counter[Key] = field(default_factory=Counter)  # of these: for what was never known, or is to be chosen
    errors: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    witnesses: frozenset[tuple[str, str]] = frozenset()  # rule and cloud

    @property
    def results(self) -> list[Result]:
        """Fails and what is undecided."""
        return self.judgement.results


@dataclass
class Snapshot:
    """What was there at some time."""

    library: EditedLibrary
    edits: dict[str, bytes]
    examples: dict[str, Any]
    states: dict[tuple[str, str], Judged]
    touched: set[str]  # the roots that read what was edited since


class Prover:
    """Judges roots as they are and as they would be."""

    def __init__(
        self,
        tree: SourceTree,
        library: ModuleLibrary,
        inputs: VariableInputs,
        roots: Mapping[str, Request],
        complete: Collection[str] = frozenset(),
    ) -> None:
        self.tree = tree
        self.complete = complete  # roots of which each is a system by itself and declared to be the whole of it
        self.inputs = inputs
        self.roots = roots
        self.parsed: ParsedFiles = {}
        self.library = self._first = EditedLibrary(library, {}, self.parsed)
        self._failed: dict[tuple[str, str], frozenset[Key]] = {}
        self.edits: dict[str, bytes] = {}  # what was accepted
        self.examples: dict[str, Any] = {}  # values of the variables that accepted edits ask for
        self._states: dict[tuple[str, str], Judged] = {}
        self._callers: dict[str, list[tuple[str, str]]] | None = None
        self._tried: set[tuple[str, str]] = set()
        self._touched: set[str] = set()
        self._reach: dict[str, frozenset[str]] | None = None

    def now(self, root: str, rule: str = "") -> Judged:
        """The root as it is, with what was accepted: judged by one rule, or by all of its request."""
        state = self._states.get((root, rule))
        if state is None:
            whole = self._states.get((root, ""))
            state = whole if whole is not None and rule else self._judge(self.library, root, rule, {})
            # What other rules say is not asked again: it would only hold memory.
            self._states = {key: kept for key, kept in self._states.items() if key[1] in ("", rule)}
            self._states[root, rule] = state
        return state

    def failed_at_first(self, root: str, rule: str) -> frozenset[Key]:
        """What the rule found in the root before any edit."""
        found = self._failed.get((root, rule))
        if found is None:
            judged = self._judge(self._first, root, rule, {})
            found = self._failed[root, rule] = frozenset(key for key in judged.fails if key[0] == rule)
        return found

    def witnesses_at_first(self, root: str, rule: str) -> frozenset[tuple[str, str]]:
        """The rule and the clouds for which the root had what a whole system needs before any edit."""
        return self._judge(self._first, root, rule, {}).witnesses

    def with_edits(self, edits: Mapping[str, bytes]) -> EditedLibrary:
        """The files as they would be after further edits."""
        return EditedLibrary(self.library, edits, self.parsed)

    def after(self, library: EditedLibrary, root: str, rule: str, examples: Mapping[str, Any]) -> Judged:
        """A root as it would be; ``examples`` are values of the variables that the edits ask for."""
        return self._judge(library, root, rule, examples)

    def forget(self, edits: Mapping[str, bytes]) -> None:
        """What was read of these edits is dropped with the next sweep, unless they are taken."""
        self._tried.update((path, content_hash(data)) for path, data in edits.items())

    def sweep(self) -> None:
        """Drop what was read of edits that were not taken."""
        for path, digest in self._tried:
            if path not in self.edits or content_hash(self.edits[path]) != digest:
                self.parsed.pop((path, digest), None)
        self._tried.clear()

    def _judge(self, library: ModuleLibrary, root: str, rule: str, examples: Mapping[str, Any]) -> Judged:
        inputs = self.inputs
        values = {**self.examples, **examples}
        if values:
            inputs = VariableInputs({**values, **inputs.values}, inputs.spoken, inputs.files)
        scan = read_root(library, root, inputs)
        judgement = judge(scan, self.asked(root, rule), _index(rule) if rule else index_for(self.roots[root]))
        if root in self.complete:
            conclude([judgement], self.asked(root, rule), complete=True)  # decides what was left to the rest of it
        judged = Judged(scan, judgement)
        chosen = set(_scalars(values))
        for result in judgement.results:
            if result.verdict is Verdict.FAIL:
                judged.fails[key_of(result)] += 1
            elif result.verdict is Verdict.ERROR or (
                result.verdict is Verdict.UNKNOWN and (result.reason is None or result.reason.code != "not-in-scan")
            ):
                judged.undecided[key_of(result)] += 1
                if result.reason is not None and (
                    result.reason.expression.startswith("provider.") or result.reason.expression in chosen
                ):
                    judged.excused[key_of(result)] += 1
        for item in judgement.diagnostics:
            if item.level == "error" or item.code in ("undeclared-reference", "module-absent"):
                judged.errors[item.code, item.file, item.message.en] += 1
        judged.witnesses = frozenset((name, cloud) for name, clouds in judgement.witnesses.items() for cloud in clouds)
        return judged

    def asked(self, root: str, rule: str = "") -> Assignment:
        """The rules by which a root is judged, or one of them."""
        whole = assignment(self.roots[root])
        return replace(whole, rules=(rules_by_name()[rule],)) if rule else whole

    def accept(
        self,
        edits: Mapping[str, bytes],
        library: EditedLibrary,
        examples: Mapping[str, Any],
        states: Mapping[tuple[str, str], Judged],
    ) -> None:
        """Take edits for what is there from now on. ``states``: root and rule ("" is all) -> what is judged then."""
        for path in edits:
            if path in self.edits:  # what was taken before is read no more
                self.parsed.pop((path, content_hash(self.edits[path])), None)
        self.edits.update(edits)
        self.examples.update(examples)
        self.library = library
        touched = {root for path in edits for root in self.roots_of(os.path.dirname(path))}
        self._states = {key: state for key, state in self._states.items() if key[0] not in touched}
        self._states.update(states)
        self._touched |= touched

    def snapshot(self) -> Snapshot:
        """What is there now, to come back to."""
        self._touched = set()
        return Snapshot(self.library, dict(self.edits), dict(self.examples), dict(self._states), self._touched)

    def restore(self, before: Snapshot) -> None:
        """Undo what was taken since."""
        self.library, self.edits, self.examples = before.library, dict(before.edits), dict(before.examples)
        self._states = dict(before.states)

    def then(self, before: Snapshot, root: str) -> Judged:
        """A root as all rules judged it at a snapshot."""
        state = before.states.get((root, ""))
        if state is None:
            state = before.states[root, ""] = self._judge(before.library, root, "", {})
        return state

    # -- which roots read a directory --------------------------------------------------------------------------

    def roots_of(self, directory: str) -> list[str]:
        """The roots that read a directory, themselves or through module calls."""
        if self._reach is None:
            self._reach = self._reached()
        return [root for root, reached in self._reach.items() if directory in reached]

    def callers(self, directory: str) -> list[tuple[str, str]]:
        """The calls of a module directory: the directory of each and its name there. Fixes add none."""
        if self._callers is None:
            self._reach = self._reach or self._reached()
            self._callers = {}
            for caller in sorted(frozenset().union(*self._reach.values())):
                for name, source in self.library.read(caller).local_module_sources():
                    self._callers.setdefault(os.path.normpath(f"{caller}/{source}"), []).append((caller, name))
        return self._callers.get(directory, [])

    def _reached(self) -> dict[str, frozenset[str]]:
        calls: dict[str, list[str]] = {}

        def called(directory: str) -> list[str]:
            if directory not in calls:
                there = os.path.isdir(directory)
                sources = self.library.read(directory).local_module_sources() if there else ()
                calls[directory] = [os.path.normpath(f"{directory}/{source}") for _, source in sources]
            return calls[directory]

        found: dict[str, frozenset[str]] = {}
        for root in self.roots:
            reached: set[str] = set()
            pending = [root]
            while pending:
                here = pending.pop()
                if here not in reached:
                    reached.add(here)
                    pending.extend(called(here))
            found[root] = frozenset(reached)
        return found


def _scalars(value: Any) -> Iterator[str]:
    """The texts in a value."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _scalars(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, str):
        yield value


_INDEXES: dict[str, RuleIndex] = {}


def _index(rule: str) -> RuleIndex:
    if rule not in _INDEXES:
        _INDEXES[rule] = RuleIndex((rules_by_name()[rule],))
    return _INDEXES[rule]


def untouched(sheet: Sheet, new: str, changes: Iterable[Change]) -> str:
    """What a new text of a file says otherwise than the file outside of the changes; "" where nothing."""
    allowed: set[str] = set()
    below: list[str] = []
    for change in changes:
        if change.sheet.path != sheet.path:
            continue
        path = _path_of(sheet, change.body)
        if change.kind in ("set", "add", "take", "member", "span", "insert"):
            allowed.add(f"{path}.{change.name}")
        elif change.kind in ("block", "end"):
            below += [f"{path}.{change.name}", f"{path}.dynamic.{change.name}"]
    before, after = _leaves(sheet.document.body), _leaves(parse(new).body)
    for path, _ in before - after:
        if path not in allowed and not any(path == item or path.startswith(f"{item}.") for item in below):
            return path.lstrip(".")
    for path, _ in after - before:
        if path in allowed or any(path == item or path.startswith(f"{item}.") for item in below):
            continue
        # What is new stands beside what was there: a resource, a variable, an argument that hands one down.
        if before[path, ""] or any(known == path for known, _ in before):
            return path.lstrip(".")
    return ""


def _path_of(sheet: Sheet, body: Body) -> str:
    pending: list[tuple[Body, str]] = [(sheet.document.body, "")]
    while pending:
        here, path = pending.pop()
        if here is body:
            return path
        pending.extend((block.body, ".".join((path, block.type, *block.labels))) for block in here.blocks)
    return ""


def _leaves(body: Body) -> Counter[tuple[str, str]]:
    """Everything a file says: the path of each attribute and block, and its value."""
    found: Counter[tuple[str, str]] = Counter()
    pending: list[tuple[Body, str]] = [(body, "")]
    while pending:
        here, path = pending.pop()
        for name, attribute in here.attributes.items():
            found[f"{path}.{name}", repr(attribute.value)] += 1
        for block in here.blocks:
            below = ".".join((path, block.type, *block.labels))
            found[below, ""] += 1
            pending.append((block.body, below))
    return found
