"""``compliant-infra checkov``: an installed checkov with our policies, and one report of both.

checkov ends quietly after much that kept it from checking: files that it could not parse or never read, policies that
were not loaded or not asked, ids that do not exist, crashes. Each of these is an error here.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import click

from compliant_infra import CATALOGUE_DATE, __version__
from compliant_infra.cli.checkov_verdicts import CheckovVerdicts, checkov_verdicts, own_rule, version_note
from compliant_infra.cli.options import CannotError, baseline_options, check_names, fail, language_option
from compliant_infra.cli.report_output import (
    FAIL_ON,
    check_targets,
    exit_status,
    further_report,
    write_file,
    write_main,
)
from compliant_infra.cli.systems import Choice, System, SystemTable, report_system
from compliant_infra.hcl_checks.checkov_policies.folder import FolderError, cached_folder, make_folder, policy_records
from compliant_infra.hcl_checks.crosswalk.catalogue import checkov_version, is_covered, recorded_checks
from compliant_infra.hcl_checks.crosswalk.checkov_report import (
    CheckovReport,
    CheckovResult,
    NotAReportError,
    read_checkov_report,
)
from compliant_infra.hcl_checks.crosswalk.running import (
    BASELINE_VARIABLE,
    EXECUTABLE_VARIABLE,
    PROFILES_VARIABLE,
    CheckovOptions,
    CheckovRun,
    OptionError,
    configurations,
    environment_settings,
    find_checkov,
    is_severity,
    list_ids,
    listed,
    log_problems,
    read_options,
    run_checkov,
)
from compliant_infra.hcl_checks.crosswalk.side_report import SideReport, read_side_report
from compliant_infra.hcl_checks.discovery import SourceTree, discover
from compliant_infra.kernel.model import Diagnostic, Result, Severity, Text, UnknownReason, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.reports.registry import FORMATS
from compliant_infra.reports.report import (
    VERDICTS,
    ClauseVerdict,
    Decided,
    Report,
    SystemReport,
    clause_state,
    counts_by_rule,
    result_order,
)

_NOT_THERE: Final = Text(
    "no checkov is found: neither by --checkov, nor by the environment variable {variable}, nor on the search path. "
    "Install it in an environment of its own (python3 -m venv checkov-env && checkov-env/bin/pip install "
    "'checkov>=3.3,<3.4') and name checkov-env/bin/checkov",
    "找不到 checkov：--checkov、环境变量 {variable} 与搜索路径中均没有。请安装到独立环境"
    "（python3 -m venv checkov-env && checkov-env/bin/pip install 'checkov>=3.3,<3.4'），"
    "再指定 checkov-env/bin/checkov",
)


#: The version in place of a report that checkov did not write.
_NO_VERSION: Final = "none"


@click.command("checkov")
@click.argument("target", metavar="DIR")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- CHECKOV OPTIONS]")
@baseline_options
@click.option("--format", "format_", type=click.Choice(FORMATS), default="console", show_default=True, help="Format.")
@click.option("--output", default="-", metavar="FILE", help="Where the report goes; - is standard output.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="A further report (repeatable).")
@click.option("--checkov-output", metavar="FILE", help="Keep the JSON that checkov writes.")
@click.option("--include-passed", is_flag=True, help="Report passes too.")
@click.option(
    "--fail-on", type=click.Choice(FAIL_ON), default="any", show_default=True, help="Least severity for status 1."
)
@click.option("--fail-on-unknown", is_flag=True, help="Undecided results make status 1 (but for not-in-scan).")
@click.option("--strict", is_flag=True, help="Warnings make status 2.")
@click.option("--checkov", "program", metavar="PATH", help=f"The program; default: ${EXECUTABLE_VARIABLE}, then PATH.")
@language_option
@click.option("--color/--no-color", default=None, help="Colours; default: where a terminal is.")
def command(
    target: str,
    options: tuple[str, ...],
    baseline: str | None,
    profiles: tuple[str, ...],
    format_: str,
    output: str,
    reports: tuple[str, ...],
    checkov_output: str | None,
    include_passed: bool,
    fail_on: str,
    fail_on_unknown: bool,
    strict: bool,
    program: str | None,
    lang: str,
    color: bool | None,
) -> None:
    """Run an installed checkov with our policies over a directory (or a plan), and report both together.

    checkov stays in an environment of its own. Its built-in findings are shown by the clauses for which they speak;
    where it missed files, policies or ids, the exit status is 2. Exit status: 0 nothing fails, 1 results fail, 2 the
    job could not be done whole.
    """
    choice = _choice(baseline, profiles, include_passed)
    further = [further_report(item) for item in reports]
    check_targets([output, *(file for _, file in further), *([checkov_output] if checkov_output else [])])
    place = Path(target)
    if not place.exists():
        fail(f"no such directory: {target}")
    try:
        chosen = read_options(options)
    except OptionError as error:
        fail(error.message.in_language(lang))
    found = find_checkov(program)
    if found is None:
        text = Text(*(part.format(variable=EXECUTABLE_VARIABLE) for part in _NOT_THERE))
        raise CannotError(text.in_language(lang))
    run = _Run(found, place, chosen, choice)
    systems = run.systems()
    unwritten = [problem] if checkov_output and (problem := _keep(run.done.output, checkov_output)) else []
    status = exit_status(systems, fail_on, fail_on_unknown, strict)
    report = Report(
        version=__version__,
        catalogue=CATALOGUE_DATE,
        systems=systems,
        rules=run.rules,
        language=lang,
        include_passed=include_passed,
        sources=run.source_lines,
        exit_status=status,
    )
    unwritten += [problem for kind, file in further if (problem := write_file(report, kind, file))]
    if problem := write_main(report, format_, output, color):
        unwritten.append(problem)
    if unwritten:
        raise CannotError("; ".join(unwritten))
    raise SystemExit(status)


def _choice(baseline: str | None, profiles: tuple[str, ...], include_passed: bool) -> Choice:
    """What is chosen over the settings, by options or by the environment that the policies read."""
    name = baseline or os.environ.get(BASELINE_VARIABLE, "").strip() or None
    given = profiles or tuple(item.strip() for item in os.environ.get(PROFILES_VARIABLE, "").split(",") if item.strip())
    check_names(name, given)
    return Choice(baseline=name, profiles=given, include_passed=include_passed)


def _keep(content: bytes, file: str) -> str:
    """Write what checkov has written, whole or not at all. What went wrong, "" where nothing did."""
    target = Path(file).resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(content)
            return ""
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.chmod(beside, target.stat().st_mode & 0o777 if target.exists() else 0o644)
            os.replace(beside, target)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        return f"cannot write {file}: {error.strerror}"
    return ""


def _policies(place: Path) -> Path:
    """The folder of the policies: that of the user's cache, or one for this run where there can be none."""
    try:
        return cached_folder()
    except FolderError:
        folder = place / "policies"
        try:
            make_folder(folder)
        except FolderError as error:
            raise CannotError(str(error)) from None
        return folder


@dataclass(slots=True)
class _Share:
    """What belongs to one system."""

    system: System
    results: list[Result] = field(default_factory=list)  # of our rules
    passes: Counter[str] = field(default_factory=Counter)
    found: list[CheckovResult] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    resources: int = 0
    files: int = 0


class _Run:
    """One run of checkov, and the report that is made of it."""

    def __init__(self, program: str, target: Path, options: CheckovOptions, choice: Choice) -> None:
        self.program = program
        self.target = target.resolve()
        self.options = options
        self.choice = choice
        self.today = date.today()
        self.rules: dict[str, Rule] = {rule.name: rule for rule in rules_by_name().values()}
        self.diagnostics: list[Diagnostic] = []
        self.tree: SourceTree = discover([str(target)], [], {})
        self.table = SystemTable(self.tree.base, self.tree.boundary, choice, self.today)
        self.done, self.side = self._run(target)

    def _run(self, target: Path) -> tuple[CheckovRun, SideReport | None]:
        variables: dict[str, str] = {}
        if self.choice.baseline:
            variables[BASELINE_VARIABLE] = self.choice.baseline
        if self.choice.profiles:
            variables[PROFILES_VARIABLE] = ",".join(self.choice.profiles)
        with tempfile.TemporaryDirectory(prefix="compliant-infra-") as place:
            report = Path(place) / "report.json"
            folder = _policies(Path(place))
            try:
                done = run_checkov(self.program, target, folder, self.options, report, variables)
            except OSError as error:
                raise CannotError(f"{self.program} cannot be run: {error.strerror}") from None
            try:
                return done, read_side_report(report)
            except ValueError as error:
                self._error(
                    "rule-crashed",
                    Text(f"the report of the policies is damaged: {error}", f"策略报告已损坏：{error}"),
                )
                return done, None

    def _error(self, code: str, message: Text, file: str = "", line: int = 0) -> None:
        self.diagnostics.append(Diagnostic(code, message, file, line))

    # ----------------------------------------------------------------------------------------------------------

    def systems(self) -> list[SystemReport]:
        """The reports of the systems, ours and checkov's together."""
        report = self._checkov_report()
        side = self.side or SideReport()
        self._check_log()
        self._check_policies(report, side)
        self._check_ids(report.version)
        self._check_files(report, side)
        self._note_configurations()
        if report.version != _NO_VERSION:
            self.diagnostics += version_note(report.version)
        self.diagnostics += [*self.tree.diagnostics, *side.diagnostics]
        shares = self._shares(report, side)
        return [
            self._system(share, report, self.diagnostics if number == 0 else []) for number, share in enumerate(shares)
        ]

    def _checkov_report(self) -> CheckovReport:
        try:
            report = read_checkov_report(self.done.output)
        except NotAReportError as error:
            tail = next((line.strip() for line in reversed(self.done.log.splitlines()) if line.strip()), "")
            said = f" ({tail})" if tail else ""
            said_zh = f"（{tail}）" if tail else ""
            self._error(
                "rule-crashed",
                Text(
                    f"checkov ended with status {self.done.status} and wrote no report: {error.message.en}{said}",
                    f"checkov 以状态 {self.done.status} 结束且未写出报告：{error.message.zh}{said_zh}",
                ),
            )
            return CheckovReport(version=_NO_VERSION)
        for problem in report.problems:
            self._error("invalid-plan", problem)
        if self.done.status not in (0, 1):
            status = self.done.status
            self._error("rule-crashed", Text(f"checkov ended with status {status}", f"checkov 以状态 {status} 结束"))
        return report

    def _check_log(self) -> None:
        for said in log_problems(self.done.log):
            self._error("rule-crashed", Text(f"checkov reports an error: {said}", f"checkov 报告错误：{said}"))

    def _check_policies(self, report: CheckovReport, side: SideReport) -> None:
        """Every policy is there and was asked; checkov itself says nothing where they are not."""
        wanted = {record["id"]: Severity[record["severity"].upper()] for record in policy_records()}
        if self.side is None:
            if report.version == _NO_VERSION:
                return  # it did not come that far
            self._error(
                "rule-crashed",
                Text(
                    "checkov has not run the policies of compliant-infra: it loaded none, or scans no Terraform",
                    "checkov 未运行 compliant-infra 的策略：未加载策略，或未启用 Terraform 扫描",
                ),
            )
            return
        missing = sorted((wanted.keys() | side.expected) - side.loaded)
        if missing:
            names = ", ".join(missing)
            self._error(
                "rule-crashed",
                Text(
                    f"checkov loaded {len(side.loaded)} of {len(wanted)} policies; missing: {names}",
                    f"checkov 加载了 {len(wanted)} 项策略中的 {len(side.loaded)} 项；缺少：{names}",
                ),
            )
        asked = any(self.options.selects(check, severity) for check, severity in wanted.items())
        if asked and not side.roots and not missing and (report.resources or self._blocks()):
            self._error(
                "rule-crashed",
                Text(
                    "the policies are loaded and were never asked: something else selects checks "
                    "(check in a .checkov.yaml?)",
                    "策略已加载但从未被调用：检查范围被其他设置限制（例如 .checkov.yaml 中的 check）",
                ),
            )

    def _check_ids(self, version: str) -> None:
        """An id that does not exist selects nothing, or skips nothing, without a word of checkov's."""
        given = [(item, "-c") for item in self.options.check] + [
            (_skipped_id(item), "--skip-check") for item in self.options.skip
        ]
        for file, settings in configurations(self.target, self.options):
            given += [(item, f"check of {self.tree.display(file)}") for item in listed(settings.get("check"))]
            skipped = listed(settings.get("skip-check"))
            given += [(_skipped_id(item), f"skip-check of {self.tree.display(file)}") for item in skipped]
        for variable, value in environment_settings():
            if variable in ("CKV_CHECK", "CKV_SKIP_CHECK"):
                given += [(_skipped_id(item), variable) for item in listed(value.strip("[]"))]
        known: frozenset[str] = frozenset(recorded_checks()) | {record["id"] for record in policy_records()}
        open_ones = [(item, where) for item, where in given if not _names_something(item, known)]
        recorded = version == checkov_version()
        if any(not (recorded and is_covered(item)) for item, _ in open_ones):
            # Of other clouds, or of another version, only checkov itself knows its ids.
            try:
                known = list_ids(self.program)
            except OSError:
                known = frozenset()
        unsure = bool(self.options.folders) or not known
        for item, where in open_ones:
            if _names_something(item, known):
                continue
            message = Text(f"{where}: checkov has no check {item}", f"{where}：checkov 没有检查 {item}")
            if unsure or item.startswith("BC_"):
                # It may be in a folder of the user's, or of the platform, which nobody can list.
                self._error("unsupported-input", message)
            else:
                self._error("unknown-rule", message)

    def _check_files(self, report: CheckovReport, side: SideReport) -> None:
        """Files that checkov could not parse, and those with something to check that it never took up."""
        # As directories are listed: a linked file is one where the link is.
        unread = {
            os.path.join(os.path.realpath(os.path.dirname(name)), os.path.basename(name)) for name in report.unread
        }
        judged = set(side.roots)
        for path in sorted(unread):
            self._error("unreadable-file", self._unread(path, judged, parsed=False), self.tree.display(path))
        if self.side is None or not self.target.is_dir():
            return
        for path in self._files():
            if path in side.files or path in unread:
                continue
            if self.options.skips_path(os.path.relpath(path)) or not self._holds(path):
                continue
            self._error("unreadable-file", self._unread(path, judged, parsed=True), self.tree.display(path))

    def _unread(self, path: str, judged: set[str], parsed: bool) -> Text:
        said = (
            Text("checkov has not read this file", "checkov 未读取该文件")
            if parsed
            else Text("checkov could not parse this file", "checkov 无法解析该文件")
        )
        if self.tree.display(os.path.dirname(path)) in judged:
            return Text(
                f"{said.en}: its own checks saw nothing of it; the policies of compliant-infra read it by themselves",
                f"{said.zh}：其内置检查未涉及该文件；compliant-infra 的策略已自行读取",
            )
        return Text(f"{said.en}: nothing in it was checked", f"{said.zh}：其中内容均未检查")

    def _files(self) -> list[str]:
        return [os.path.join(folder.path, name) for folder in self.tree.directories for name in folder.files]

    def _blocks(self) -> bool:
        return any(self._holds(path) for path in self._files())

    def _holds(self, path: str) -> bool:
        """Whether a file has blocks that checks are asked about, or cannot be read by our own reader either."""
        from compliant_infra.hcl_checks.modules import ModuleLibrary

        module = ModuleLibrary(self.tree).read(os.path.dirname(path))
        shown = self.tree.display(path)
        blocks = [*module.resources.values(), *module.data.values(), *module.modules.values(), *module.providers]
        return any(block.file == shown for block in blocks) or any(item.file == shown for item in module.diagnostics)

    def _note_configurations(self) -> None:
        for variable, value in environment_settings():
            self._error(
                "unsupported-input",
                Text(
                    f"checkov takes up settings from the environment: {variable}={value}",
                    f"checkov 会采用环境变量中的设置：{variable}={value}",
                ),
            )
        for file, settings in configurations(self.target, self.options):
            keys = ", ".join(sorted(map(str, settings))) or "?"
            shown = self.tree.display(file)
            unused = [key for key in ("external-checks-dir", "output", "directory", "file") if key in settings]
            note = Text("", "")
            if unused:
                names = ", ".join(unused)
                note = Text(f"; not used here: {names}", f"；此处不使用：{names}")
            self._error(
                "unsupported-input",
                Text(
                    f"checkov takes up settings of its own from this file: {keys}{note.en}",
                    f"checkov 会采用该文件中的设置：{keys}{note.zh}",
                ),
                shown,
            )

    # ----------------------------------------------------------------------------------------------------------

    def _shares(self, report: CheckovReport, side: SideReport) -> list[_Share]:
        """Results by the settings that they come under."""
        shares: dict[int, _Share] = {}

        def share_of(path: Path) -> _Share:
            system = self.table.of(path)
            return shares.setdefault(id(system), _Share(system))

        by_root: dict[str, _Share] = {}
        for part in side.systems:
            for number, root in enumerate(part.roots):
                path = self.tree.base / root
                by_root[root] = share = share_of(path if path.is_dir() else path.parent)
                share.roots.append(root)
                if number == 0:
                    share.resources += part.resources
                    share.files += part.files
        home = self.target if self.target.is_dir() else self.target.parent
        if not by_root:
            share_of(home)
        for result in side.results:
            check = f"CKV2_CN_{result.code.removeprefix('CN')}"
            if not self.options.selects(check, result.severity) or self._skips_in(check, result.location.file):
                continue
            share = by_root.get(result.root) or next(iter(shares.values()))
            share.results.append(result)
        for item in report.results:
            path = Path(item.real_file).parent if item.real_file else home
            system = self.table.of(path)
            share = shares.get(id(system)) or next(iter(shares.values()))
            share.found.append(item)
            rule = own_rule(item.check)
            if rule is not None and item.outcome == "passed":
                share.passes[rule.name] += 1
        return list(shares.values())

    def _skips_in(self, check: str, shown: str) -> bool:
        folder = self.target if self.target.is_dir() else self.target.parent
        return self.options.skips_in(check, "/" + os.path.relpath(self.tree.base / shown, folder).replace(os.sep, "/"))

    def _place(self, item: CheckovResult) -> str:
        return self.tree.display(item.real_file) if item.real_file else item.file

    def _system(self, share: _Share, report: CheckovReport, diagnostics: Sequence[Diagnostic]) -> SystemReport:
        system = share.system
        system.partial, system.whole = True, False  # the policies have asked the questions about the system
        path = system.settings.path
        name = (self.tree.display(path.parent).rstrip(".") if path is not None else "") or self.tree.base.name
        found = report_system(system, [], [], self.choice, self.today, name)
        part = replace(report, results=share.found)
        verdicts = checkov_verdicts(part, system.request, self._place, self.tree.display(self.target), own=False)
        disputed = _settle(verdicts, share)
        results = [*share.results, *verdicts.results]
        if not self.choice.include_passed:
            results = [item for item in results if item.verdict is not Verdict.PASS]
        self.rules.update(verdicts.rules)
        found.results = sorted(results, key=result_order)
        found.passes = share.passes + verdicts.passes
        found.clauses = _clauses(found.clauses, share, verdicts, disputed)
        found.resources, found.files = share.resources, share.files
        found.roots = share.roots or [self.tree.display(self.target)]
        skips = _skips(share)
        found.diagnostics = _distinct([*found.diagnostics, *diagnostics, *skips, *verdicts.diagnostics])
        return found

    def source_lines(self, display: str) -> Sequence[str] | None:
        """The lines of a source file that a report names, for excerpts."""
        try:
            return (self.tree.base / display).read_text(encoding="utf-8-sig", errors="replace").splitlines()
        except (OSError, ValueError):
            return None


def _names_something(item: str, known: Iterable[str]) -> bool:
    return is_severity(item) or any(fnmatchcase(check, item) for check in known)


def _skipped_id(item: str) -> str:
    """The id of ``ID:PATTERN``, by which checkov skips a check in some files."""
    return item.partition(":")[0]


def _settle(verdicts: CheckovVerdicts, share: _Share) -> set[int]:
    """Where checkov fails a resource which the rule of the same question passes, the rule decides: both are shown.

    The ids of the results that are left open by it: they do not count for clauses.
    """
    passing = {
        (rule.name, item.resource)
        for item in share.found
        if item.outcome == "passed" and (rule := own_rule(item.check)) is not None
    }
    disputed: set[int] = set()
    for result in verdicts.results:
        crossing = verdicts.crossings[result.rule]
        if result.verdict is not Verdict.FAIL or not crossing.rules:
            continue
        if all((name, result.resource) in passing for name in crossing.rules):
            names = ", ".join(crossing.rules)
            result.verdict = Verdict.UNKNOWN
            result.reason = UnknownReason("unsupported")
            result.message = Text(
                f"{result.rule} failed in checkov, but the rule {names} passes on this resource and decides",
                f"{result.rule} 在 checkov 中未通过，但规则 {names} 在该资源上通过，以规则为准",
            )
            disputed.add(id(result))
    return disputed


def _clauses(
    clauses: Iterable[ClauseVerdict], share: _Share, verdicts: CheckovVerdicts, disputed: set[int]
) -> list[ClauseVerdict]:
    """Clauses by our rules, to which checkov's checks add findings, never passes."""
    by_rule = counts_by_rule(share.results, share.passes)
    added: dict[str, Counter[str]] = {}
    speaking: dict[str, dict[str, None]] = {}
    for result in verdicts.results:
        if result.verdict is Verdict.PASS or id(result) in disputed:
            continue
        for name in result.clauses:
            added.setdefault(name, Counter())[str(result.verdict)] += 1
            speaking.setdefault(name, {})[result.rule] = None
    judged = []
    for clause in clauses:
        counts = Counter(added.get(clause.id, {}))
        for rule in clause.rules:
            counts.update(by_rule.get(rule, {}))
        checks = tuple(speaking.get(clause.id, ()))
        decided: Decided = "partly" if clause.decided == "evidence" and checks else clause.decided
        answered = clause.evidence is not None and clause.evidence.state == "current"
        rules = (*clause.rules, *checks)
        judged.append(
            replace(
                clause,
                decided=decided,
                rules=rules,
                results={name: counts[name] for name in VERDICTS if counts[name]},
                state=clause_state(decided, rules, counts, answered),
            )
        )
    return judged


def _skips(share: _Share) -> list[Diagnostic]:
    """Comments of checkov that skip one of our policies: the finding stays, for a skip has no owner and no last day."""
    failing: Mapping[tuple[str, str], Result] = {
        (result.rule, result.resource): result for result in share.results if result.verdict is Verdict.FAIL
    }
    found = []
    for item in share.found:
        rule = own_rule(item.check)
        result = failing.get((rule.name, item.resource)) if rule is not None else None
        if item.outcome == "skipped" and result is not None:
            found.append(
                Diagnostic(
                    "waiver-invalid",
                    Text(
                        f"checkov:skip={item.check} waives nothing: it has no owner and no last day; write "
                        f"compliant-infra:ignore={result.rule} with reason, owner and until",
                        f"checkov:skip={item.check} 不构成豁免：没有责任人和截止日期；请改写为 "
                        f"compliant-infra:ignore={result.rule}，并给出 reason、owner、until",
                    ),
                    result.location.file,
                    item.line,
                )
            )
    return found


def _distinct(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The policies say what the settings give rise to, and so does this run: once is enough."""
    kept = {(item.code, item.file, item.line, item.message): item for item in diagnostics}
    return sorted(kept.values(), key=lambda item: (item.level, item.file, item.line, item.code))
