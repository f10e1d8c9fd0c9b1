"""Measures compliant-infra beside checkov on the same trees, in turn, and prints a table in Markdown.

    python benchmarks/run.py                      what `make bench` does: about a quarter of an hour
    python benchmarks/run.py --quick              2,000 resources in place of 20,000
    python benchmarks/run.py --page docs/performance.md     puts the table into that page as well

Every figure is of a whole process, start to end, as the operating system accounts for it; commands take turns (A B A B
...), so that a machine that grows slower does so for all. Quote the ratios: seconds differ between machines. checkov
lives in an environment of its own (`.venv-checkov`), made on first use; where it cannot be installed, only our own
figures are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import metadata
from pathlib import Path
from statistics import median

import generate

ROOT = Path(__file__).resolve().parent.parent
CHECKOV = (ROOT / "tests" / "checkov.txt").read_text(encoding="utf-8").strip().removeprefix("checkov==")
CHECKOV_OPTIONS = ("--framework", "terraform", "--skip-download", "--quiet", "--compact", "-o", "json")
ALIBABA_CHECKS = ("-c", "CKV_ALI_*,CKV2_ALI_*")
#: No single process may take longer, in seconds.
TIME_LIMIT = 1200
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True)
class Run:
    """One finished process. ``peak`` is that of the largest process among it and its children, in bytes."""

    wall: float
    cpu: float
    peak: int
    status: int


@dataclass
class Command:
    """A command that takes its turns."""

    name: str
    argv: Sequence[str]
    statuses: tuple[int, ...] = (0, 1)
    before: Sequence[str] = ()  # a file that gets another comment before every run
    environment: Mapping[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def peak(self) -> int:
        return max(run.peak for run in self.runs)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(command: Command, environment: Mapping[str, str]) -> Run:
    """Run it to its end with its output thrown away. Raises RuntimeError where it fails or takes too long."""
    full = {**environment, **command.environment}
    with open(os.devnull, "r+b") as nothing:
        actions = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), number) for number in (0, 1, 2)]
        began = time.perf_counter()
        process = os.posix_spawnp(command.argv[0], list(command.argv), full, file_actions=actions, setpgroup=0)
        clock = threading.Timer(TIME_LIMIT, os.killpg, (process, signal.SIGKILL))
        clock.start()
        try:
            _, status, usage = os.wait4(process, 0)
        finally:
            clock.cancel()
        wall = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    if code not in command.statuses:
        raise RuntimeError(f"{command.name}: status {code} of {' '.join(command.argv)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, code)


def take_turns(sequence: Sequence[Command], rounds: int, environment: Mapping[str, str]) -> None:
    """Run the sequence so many times, one command after the other; a command may stand in it several times."""
    for _ in range(rounds):
        for command in sequence:
            for file in command.before:
                with open(file, "a", encoding="utf-8") as stream:
                    stream.write(f"# changed for run {len(command.runs)}\n")
            run = measure(command, environment)
            command.runs.append(run)
            say(f"  {command.name}: {run.wall:.2f} s, {run.peak / 1e6:.0f} MB")


# --------------------------------------------------------------------------------------------------------------
# What is measured
# --------------------------------------------------------------------------------------------------------------


def ours(tree: Path, *options: str) -> list[str]:
    tool = Path(sys.executable).with_name("compliant-infra")
    return [str(tool), "check", str(tree), "--format", "json", *options]


def checkov_commands(tool: Path | None, tree: Path) -> list[Command]:
    """checkov with its checks for Alibaba Cloud, and with all it has."""
    if tool is None:
        return []
    base = [str(tool), "-d", str(tree), *CHECKOV_OPTIONS]
    return [
        Command("checkov, Alibaba Cloud's checks", [*base, *ALIBABA_CHECKS]),
        Command("checkov, all checks", base),
    ]


def prepared_checkov() -> Path | None:
    """checkov in ``.venv-checkov``, which ``make bench`` prepares; None where it is not there."""
    tool = ROOT / ".venv-checkov" / "bin" / "checkov"
    if tool.exists():
        return tool
    say("no checkov in .venv-checkov (make bench installs it): only our own figures follow")
    return None


@dataclass(frozen=True)
class Row:
    case: str
    command: Command
    alibaba: Command | None  # what it is compared with
    every: Command | None

    def cells(self) -> list[str]:
        return [
            self.case,
            seconds(self.command.wall),
            megabytes(self.command.peak),
            *(cell for other in (self.alibaba, self.every) for cell in self._against(other)),
        ]

    def _against(self, other: Command | None) -> list[str]:
        if other is None or not other.runs:
            return ["—", "—", "—"]
        return [seconds(other.wall), megabytes(other.peak), f"**{ratio(other.wall / self.command.wall)}**"]


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def megabytes(value: int) -> str:
    return f"{value / 1e6:.0f} MB"


def ratio(value: float) -> str:
    return f"{value:.1f}x" if value < 10 else f"{value:.0f}x"


class Bench:
    """The trees, the environment and the rows of one run."""

    def __init__(self, folder: Path, rounds: int, big_rounds: int, stacks: int, checkov: Path | None) -> None:
        self.folder = folder
        self.rounds = rounds
        self.big_rounds = big_rounds
        self.stacks = stacks
        self.checkov = checkov
        self.cache = folder / "cache"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("COMPLIANT_INFRA_", "PYTHON"))}
        # A home of its own: nobody's settings, no cache from before.
        self.environment = {**kept, "HOME": str(folder / "home"), "COMPLIANT_INFRA_CACHE": str(self.cache)}
        (folder / "home").mkdir()
        self.rows: list[Row] = []
        self.notes: list[str] = []

    def _pair(self, case: str, tree: Path) -> None:
        say(case)
        mine = Command("compliant-infra", ours(tree, "--no-cache"))
        others = checkov_commands(self.checkov, tree)
        measure(mine, self.environment)  # the compiled files of Python are written on the first run
        for other in others[:1]:
            measure(other, self.environment)
        take_turns([mine, *others], self.rounds, self.environment)
        self.rows.append(Row(case, mine, *(others or (None, None))))

    def small(self) -> None:
        tree = self.folder / "small"
        made = generate.small(tree)
        self._pair(f"small: {made['files']} files, {made['resources']} resources", tree)

    def landing_zone(self) -> None:
        tree = self.folder / "landing-zone"
        made = generate.landing_zone(tree)
        self._pair(f"landing zone: {made['files']} files in nested modules", tree)
        self._hook(tree, made["files"])

    def _hook(self, tree: Path, files: int) -> None:
        """What a commit waits for: one changed file of the landing zone, warm and with nothing kept."""
        if shutil.which("git") is None:
            return
        say("hook")
        for arguments in (
            ["init", "-q"],
            ["add", "-A"],
            ["-c", "user.name=b", "-c", "user.email=b@c", "commit", "-qm", "b"],
        ):
            subprocess.run(["git", *arguments], cwd=tree, check=True, env=self.environment)
        tool = Path(sys.executable).with_name("compliant-infra")
        changed = tree / "accounts" / "unit-0" / "account-00" / "main.tf"
        script = 'cd "$1" && exec "$2" check --hook "$3" --format json $4'
        argv = ["sh", "-c", script, "sh", str(tree), str(tool), str(changed)]
        warm = Command("hook, warm", argv, before=[str(changed)])
        cold = Command("hook, nothing kept", [*argv, "--no-cache"], before=[str(changed)])
        measure(Command("fill", ours(tree)), self.environment)
        measure(warm, self.environment)
        take_turns([warm, cold], max(self.rounds, 5), self.environment)
        self.notes.append(
            f"`check --hook` on one changed file of the landing zone ({files} files), as pre-commit runs it: "
            f"{seconds(warm.wall)}; with nothing kept from earlier runs: {seconds(cold.wall)}."
        )

    def big(self) -> None:
        tree = self.folder / "big"
        made = generate.stacks(tree, self.stacks)
        size = f"{made['resources']:,} resources in {made['files']:,} files"
        say(size)
        changed = tree / "stack-0000" / "storage.tf"
        one = Command("one process", ours(tree, "--no-cache", "--jobs", "1"))
        two = Command("two processes", ours(tree, "--no-cache", "--jobs", "2"))
        warm = Command("warm", ours(tree))
        touched = Command("warm, one root changed", ours(tree), before=[str(changed)])
        others = checkov_commands(self.checkov, tree)
        quick = [one, two, warm, touched]
        fmt = self._terraform(tree)
        if fmt is not None:
            quick.append(fmt)
        # checkov takes minutes here, in which a machine changes: ours run before, between and after.
        sequence = [*quick]
        for other in others:
            sequence += [other, *quick]
        measure(warm, self.environment)  # fills the cache
        take_turns(sequence, self.big_rounds if others else self.rounds, self.environment)
        for name, command in (
            (f"{size}, one process", one),
            ("the same, two processes", two),
            ("the same, nothing changed since the last run", warm),
            ("the same, one root of it changed", touched),
        ):
            self.rows.append(Row(name, command, *(others or (None, None))))
        if fmt is not None:
            self.notes.append(
                f"`terraform fmt -recursive -check` on the same {made['resources']:,} resources: {seconds(fmt.wall)}. "
                f"Judging them takes one process of ours {ratio(one.wall / fmt.wall)} that time, "
                f"two {ratio(two.wall / fmt.wall)}."
            )

    def _terraform(self, tree: Path) -> Command | None:
        tool = shutil.which("terraform")
        if tool is None:
            return None
        settings = self.folder / "empty.tfrc"
        settings.touch()
        argv = [tool, "fmt", "-recursive", "-check", "-list=false", str(tree)]
        return Command("terraform fmt", argv, (0, 3), environment={"TF_CLI_CONFIG_FILE": str(settings)})

    def reader(self) -> None:
        """Our reader and python-hcl2 on the same texts, in one process of their own."""
        tree = self.folder / "reader"
        generate.stacks(tree, 10)
        generate.landing_zone(tree / "landing-zone")
        argv = [sys.executable, str(Path(__file__).resolve()), "--reader", str(tree), "--rounds", str(self.rounds)]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, env=self.environment)
        found = json.loads(done.stdout)
        note = f"The reader: {found['ours']:.1f} MB of source a second"
        if found["hcl2"]:
            note += (
                f"; python-hcl2 {found['version']} on the same texts, in turn: {found['hcl2']:.2f} MB/s "
                f"({ratio(found['ours'] / found['hcl2'])})"
            )
        self.notes.append(note + ".")

    def table(self) -> str:
        heads = ["case", "ours", "peak", "checkov ALI", "peak", "ratio", "checkov all", "peak", "ratio"]
        lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
        lines += ["| " + " | ".join(row.cells()) + " |" for row in self.rows]
        lines += ["", *(f"- {note}" for note in self.notes)]
        return "\n".join(lines)


def read_speeds(tree: Path, rounds: int) -> dict[str, float | str | None]:
    """MB of source a second of our reader and of python-hcl2, medians of passes in turn."""
    from compliant_infra.hcl_checks.reader import parse

    texts = [path.read_text(encoding="utf-8") for path in sorted(tree.rglob("*.tf"))]
    size = sum(len(text.encode()) for text in texts) / 1e6
    try:
        import hcl2
    except ImportError:
        hcl2 = None
    times: dict[str, list[float]] = {"ours": [], "hcl2": []}
    for _ in range(rounds):
        began = time.perf_counter()
        for text in texts:
            parse(text)
        times["ours"].append(time.perf_counter() - began)
        if hcl2 is not None:
            began = time.perf_counter()
            for text in texts:
                hcl2.loads(text)
            times["hcl2"].append(time.perf_counter() - began)
    return {
        "ours": size / median(times["ours"]),
        "hcl2": size / median(times["hcl2"]) if hcl2 is not None else None,
        "version": metadata.version("python-hcl2") if hcl2 is not None else "",
    }


# --------------------------------------------------------------------------------------------------------------
# The page
# --------------------------------------------------------------------------------------------------------------


def processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def circumstances(checkov: Path | None, rounds: int, big_rounds: int) -> str:
    compared = f"checkov {CHECKOV}" if checkov is not None else "without checkov"
    return (
        f"Measured on {date.today().isoformat()}: {os.cpu_count()} cores ({processor()}), {platform.system()}, "
        f"CPython {platform.python_version()}, compliant-infra {metadata.version('compliant-infra')}, {compared}. "
        f"Medians of {rounds} whole processes in turn (on the largest tree: {big_rounds} of checkov, ours before, "
        f"between and after); peak memory is that of the largest process."
    )


def write_page(page: Path, text: str) -> None:
    """Replace what stands between the two marks of the page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs of every command but on the largest tree (default 3)"
    )
    parser.add_argument("--big-rounds", type=int, default=1, help="rounds on the largest tree (default 1)")
    parser.add_argument("--quick", action="store_true", help="2,000 resources in place of 20,000")
    parser.add_argument("--without-checkov", action="store_true", help="our own figures only")
    parser.add_argument("--page", type=Path, help="a page in Markdown to put the table into, between its marks")
    parser.add_argument("--reader", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.reader is not None:
        print(json.dumps(read_speeds(arguments.reader, arguments.rounds)))
        return
    checkov = None if arguments.without_checkov else prepared_checkov()
    with tempfile.TemporaryDirectory(prefix="compliant-infra-bench-") as folder:
        stacks = 20 if arguments.quick else 200
        bench = Bench(Path(folder), arguments.rounds, arguments.big_rounds, stacks, checkov)
        bench.small()
        bench.landing_zone()
        bench.big()
        bench.reader()
        text = f"{circumstances(checkov, arguments.rounds, arguments.big_rounds)}\n\n{bench.table()}"
    print(text)
    if arguments.page is not None:
        write_page(arguments.page, text)


if __name__ == "__main__":
    main()
