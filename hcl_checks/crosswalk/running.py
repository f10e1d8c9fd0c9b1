"""Runs an installed checkov as a program of its own, and tells from what it says whether it went well.

checkov ends with status 0 after many things that kept it from checking: what its log says counts as well.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

from compliant_infra.kernel.model import Severity, Text

#: Where the program is looked for before the search path.
EXECUTABLE_VARIABLE: Final = "COMPLIANT_INFRA_CHECKOV"

#: What the policies read from the environment.
REPORT_VARIABLE: Final = "COMPLIANT_INFRA_CHECKOV_REPORT"
BASELINE_VARIABLE: Final = "COMPLIANT_INFRA_BASELINE"
PROFILES_VARIABLE: Final = "COMPLIANT_INFRA_PROFILES"

_CONFIGURATIONS: Final = (".checkov.yaml", ".checkov.yml")


def find_checkov(given: str | None) -> str | None:
    """The program: as given, as the environment names it, or on the search path. None where there is none."""
    return shutil.which(given or os.environ.get(EXECUTABLE_VARIABLE) or "checkov")


# --------------------------------------------------------------------------------------------------------------
# Options of checkov
# --------------------------------------------------------------------------------------------------------------


class OptionError(Exception):
    """An option of checkov that does not go with a run of ours; ``message`` says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


_MERGE: Final = Text(
    "the merged report needs checkov's own as JSON; --checkov-output FILE keeps it",
    "合并报告需要 checkov 的 JSON 输出；可用 --checkov-output FILE 保留",
)
_TARGET: Final = Text("what is scanned is named before --", "扫描目标请写在 -- 之前")
_OTHER_JOB: Final = Text("it makes checkov do something else than scan", "该选项使 checkov 执行扫描以外的操作")

#: Options that are refused, and why.
_REFUSED: Final[Mapping[str, Text]] = {
    **dict.fromkeys(("-o", "--output", "--output-file-path"), _MERGE),
    "--output-bc-ids": Text("the crosswalk knows checkov's own ids", "对照表使用 checkov 自身的编号"),
    **dict.fromkeys(("-d", "--directory", "-f", "--file"), _TARGET),
    **dict.fromkeys(
        (
            *("-l", "--list", "-v", "--version", "-h", "--help", "--support", "--add-check"),
            *("--show-config", "--create-config", "--create-baseline"),
        ),
        _OTHER_JOB,
    ),
    "--external-checks-git": Text(
        "checkov takes it not together with a folder; fetch it and name it with --external-checks-dir",
        "checkov 不允许与策略目录同时使用；请先获取到本地，再用 --external-checks-dir 指定",
    ),
}

#: Options whose values say what is checked.
_SELECTING: Final = {
    "-c": "check",
    "--check": "check",
    "--skip-check": "skip",
    "--external-checks-dir": "folders",
    "--skip-path": "skip_paths",
    "--framework": "frameworks",
    "--config-file": "configurations",
}


@dataclass(slots=True)
class CheckovOptions:
    """What the user passes on to checkov, as far as the merged report depends on it."""

    given: tuple[str, ...] = ()
    check: list[str] = field(default_factory=list)  # ids, patterns and severities of -c
    skip: list[str] = field(default_factory=list)  # those of --skip-check
    folders: list[str] = field(default_factory=list)  # further folders of policies
    skip_paths: list[str] = field(default_factory=list)  # regular expressions
    frameworks: list[str] = field(default_factory=list)
    configurations: list[str] = field(default_factory=list)

    def selects(self, check: str, severity: Severity) -> bool:
        """Whether -c and --skip-check leave a check in, as checkov reads them.

        ``ID:PATTERN`` skips a check in some files only: the check is left in.
        """
        if self.check and not any(_meets(item, check, severity, at_least=True) for item in self.check):
            return False
        return not any(_meets(item, check, severity, at_least=False) for item in self.skip)

    def skips_in(self, check: str, file: str) -> bool:
        """Whether ``--skip-check ID:PATTERN`` leaves a check out in a file, by its path below what is scanned."""
        for item in self.skip:
            name, colon, pattern = item.partition(":")
            # As checkov: one colon, the id itself or all of its group ("CKV_AWS_*").
            if colon and pattern and ":" not in pattern and name in (check, f"{check.rpartition('_')[0]}_*"):
                try:
                    if re.search(pattern, file):
                        return True
                except re.error:
                    continue
        return False

    def skips_path(self, path: str) -> bool:
        """Whether --skip-path leaves a file out: a pattern found anywhere in its path."""
        for pattern in self.skip_paths:
            try:
                if re.search(pattern, path):
                    return True
            except re.error:
                continue
        return False


#: checkov's severities by their level; ours have the levels from LOW to CRITICAL.
_LEVELS: Final[Mapping[str, int]] = {
    "NONE": -999,
    "INFO": 1,
    "LOW": 2,
    "MEDIUM": 3,
    "MODERATE": 3,
    "HIGH": 4,
    "IMPORTANT": 4,
    "CRITICAL": 5,
    "OFF": 999,
}


def is_severity(item: str) -> bool:
    """Whether checkov takes an item of -c or --skip-check for a severity."""
    return item.upper() in _LEVELS


def _meets(item: str, check: str, severity: Severity, at_least: bool) -> bool:
    named = _LEVELS.get(item.upper())
    if named is not None:
        level = _LEVELS[severity.name]
        return level >= named if at_least else level <= named
    return fnmatchcase(check, item)


def read_options(given: Sequence[str]) -> CheckovOptions:
    """The user's options. Raises OptionError for those that do not go with a merged report."""
    options = CheckovOptions(tuple(given))
    items = iter(given)
    for item in items:
        if not item.startswith("-") or item == "-":
            continue
        name, equals, value = item.partition("=")
        if not item.startswith("--") and not item.startswith("-ca"):
            # -cCKV_ALI_1 gives a value, -so means -s -o.
            if item.startswith("-c") and len(item) > 2:
                name, equals, value = "-c", "=", item[2:].removeprefix("=")
            elif len(item) > 2 and item[1] == "s":
                raise OptionError(Text(f"{item}: write short options one by one", f"{item}：请将短选项分开书写"))
            else:
                name = item[:2]
        name = _full_name(name)
        if name in _REFUSED:
            why = _REFUSED[name]
            raise OptionError(Text(f"{name} is not for here: {why.en}", f"此处不能使用 {name}：{why.zh}"))
        kind = _SELECTING.get(name)
        if kind is None:
            continue
        value = value if equals else next(items, "")
        values = [value] if kind in ("skip_paths", "folders", "configurations") else value.split(",")
        getattr(options, kind).extend(part.strip() for part in values if part.strip())
    return options


def _full_name(name: str) -> str:
    """checkov takes the beginning of an option for the option: where it can only mean one of interest it is that."""
    if not name.startswith("--") or name in _SELECTING or name in _REFUSED or len(name) < 4:
        return name
    meant = [known for known in (*_REFUSED, *_SELECTING) if known.startswith(name)]
    return meant[0] if len(meant) == 1 else name


class Configuration(NamedTuple):
    """A configuration file that checkov takes up by itself or was told of."""

    file: str
    settings: Mapping[str, Any]  # empty where it cannot be read


def configurations(target: Path, options: CheckovOptions) -> list[Configuration]:
    """The configuration files of a run: beside what is scanned, of the working directory, the user's, named ones."""
    import yaml

    folder = target if target.is_dir() else target.parent
    places = [place / name for place in (folder, Path.cwd(), Path.home()) for name in _CONFIGURATIONS]
    places += [Path(item) for item in options.configurations]
    found: dict[Path, Configuration] = {}
    for place in places:
        if not place.is_file():
            continue
        try:
            content = yaml.safe_load(place.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            content = None
        found[place.resolve()] = Configuration(str(place), content if isinstance(content, dict) else {})
    return list(found.values())


#: What checkov reads from the environment that changes what is checked or reported.
_VARIABLES: Final = (
    *("CKV_CHECK", "CKV_SKIP_CHECK", "CKV_EVAL_VARS", "CKV_SKIP_RESOURCES_WITHOUT_VIOLATIONS"),
    *("CKV_POLICY_METADATA_FILTER", "CKV_POLICY_METADATA_FILTER_EXCEPTION", "CKV_VAR_FILE", "CKV_NO_FAIL_ON_CRASH"),
)


def environment_settings() -> list[tuple[str, str]]:
    """Settings of checkov's own that the environment holds."""
    return [(name, os.environ[name]) for name in _VARIABLES if os.environ.get(name)]


def listed(value: Any) -> list[str]:
    """What a configuration file gives as one text or as a list, split at commas."""
    items = value if isinstance(value, list) else [value]
    return [part.strip() for item in items if isinstance(item, str) for part in item.split(",") if part.strip()]


# --------------------------------------------------------------------------------------------------------------
# The run
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckovRun:
    """What a run of checkov left behind."""

    status: int
    output: bytes
    log: str


def run_checkov(
    program: str, target: Path, folder: Path, options: CheckovOptions, report: Path, choice: Mapping[str, str]
) -> CheckovRun:
    """Run checkov over a directory or a file, with our policies beside its own. Raises OSError where it cannot start.

    ``choice`` are the variables of the environment that choose baseline and profiles.
    """
    command = [program, "-d" if target.is_dir() else "-f", str(target)]
    if not options.frameworks:
        plan = target.is_file() and not target.name.endswith((".tf", ".tofu"))
        command += ["--framework", "terraform_plan" if plan else "terraform"]
    command += ["--external-checks-dir", str(folder), "-o", "json", "--compact", "--skip-download", *options.given]
    environment = {**os.environ, **choice, REPORT_VARIABLE: str(report), "LOG_LEVEL": "WARNING", "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False, stdin=subprocess.DEVNULL)
    return CheckovRun(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def list_ids(program: str) -> frozenset[str]:
    """Every id of checkov's own checks, of all frameworks. Raises OSError where it cannot start."""
    command = [program, "--list", "--skip-download"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    rows = [line.split("|") for line in done.stdout.splitlines()]
    return frozenset(row[2].strip() for row in rows if len(row) > 4)


_HEAD: Final = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \[[^\]]*\] \[(\w+) *\]\s*(.*)$")


def log_problems(log: str) -> list[str]:
    """What checkov's log says of errors, one sentence each: records of level error, and crashes anywhere."""
    found: list[str] = []
    level, crashed, first, last = "", False, "", ""

    def close() -> None:
        if level in ("ERROR", "CRITI") or crashed:
            found.append(": ".join(dict.fromkeys(part for part in (first, last if crashed else "") if part)))

    for line in log.splitlines():
        head = _HEAD.match(line)
        if head:
            close()
            level, crashed, first, last = head[1], False, head[2].strip(), ""
        elif line.startswith("Traceback (most recent call last)"):
            crashed = True
        elif line.strip() and not line.startswith((" ", "\t", "compliant-infra: ")):
            last = line.strip()
    close()
    return list(dict.fromkeys(item for item in found if item))
