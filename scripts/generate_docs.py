"""Write the parts of the documentation that come from the data: rules, clauses, parameters, counts, example output.

    python scripts/generate_docs.py             write what is not current
    python scripts/generate_docs.py --check     change nothing; exit status 1 where a file is not current

The pages of ``catalogue_pages`` are written whole; pages that nothing asks for any more are deleted. In hand-written
pages the text between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` is replaced.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.rules import all_rules
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.waivers import LONGEST
from compliant_infra.regulations import catalogue as regulations

sys.path.insert(0, str(Path(__file__).resolve().parent))

from catalogue_pages import ROOT, code, pages, stray, table, value_text
from component_pages import common_arguments, component_pages, overview
from crosswalk_pages import crosswalk_part
from stack_pages import stacks_part

DECIDED = ("rules", "partly", "evidence")


# --------------------------------------------------------------------------------------------------------------
# Parts of hand-written pages
# --------------------------------------------------------------------------------------------------------------


def parameters_part() -> str:
    """The table of parameters for the page on settings."""
    stricter = {"min": "larger", "max": "smaller", "set": "-"}
    readers: dict[str, list[Rule]] = {}
    for rule in all_rules():
        for name in rule.all_parameters:
            readers.setdefault(name, []).append(rule)
    rows = []
    for name, record in baselines.parameter_records().items():
        kind = f"list of {record.items}s" if record.kind == "list" else record.kind
        default = value_text(record.default) + (f" {record.unit}" if record.unit else "")
        for where, value in record.values.items():
            default += f"; {value_text(value)} under {code(where)}"
        used = ", ".join(f"[{rule.code}](rules/{rule.name}.md)" for rule in readers.get(name, ()))
        if name == LONGEST:
            used = "every [waiver](waivers.md)"
        rows.append((code(name), record.title.en, kind, default, stricter[record.direction], used or "none yet"))
    return "\n".join(table(("parameter", "meaning", "kind", "default", "stricter is", "read by"), rows))


def coverage_part(language: str) -> str:
    """The table of baselines and profiles for the README."""
    heads = {
        "en": ("baseline", "rules that run", "technical clauses", "decided by rules", "partly", "need evidence"),
        "zh": ("基线", "运行的规则", "技术条款", "由规则判定", "部分判定", "需要举证"),
    }
    rows = []
    for name in baselines.BASELINES:
        for profiles in ((), ("all",)):
            active = frozenset(baselines.active_profiles(name, profiles))
            technical = [item for item in regulations.clauses(name, active) if item.technical]
            counts = [sum(item.decided == key for item in technical) for key in DECIDED]
            rules = len(assignment(Request(name, profiles)).rules)
            shown = " + ".join(map(code, (name, *profiles)))
            rows.append((shown, *map(str, (rules, len(technical), *counts))))
    return "\n".join(table(heads[language], rows))


def example_source(page: str) -> str:
    """The first Terraform block of a page: the example that its output belongs to."""
    found = re.search(r"```hcl\n(.*?)```", page, re.DOTALL)
    if found is None:
        raise ValueError("the page has no Terraform example")
    return found.group(1)


def run_example(source: str, *options: str) -> str:
    """What ``compliant-infra check shop`` prints for a Terraform text."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "infra")  # without settings the system takes the name of the directory
        shop = base / "shop"
        shop.mkdir(parents=True)
        (shop / "main.tf").write_text(source, encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_VAR_")}
        environment |= {"COMPLIANT_INFRA_NO_CACHE": "1", "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "compliant_infra.cli.main", "check", "shop", *options]
        done = subprocess.run(
            command, cwd=base, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
    if done.returncode != 1:
        raise ValueError(f"the example should end with status 1, not {done.returncode}: {done.stderr}")
    return done.stdout


def shortened(output: str) -> list[str]:
    """The output without the list of clauses and without the time, each cut marked ``...``."""
    lines: list[str] = []
    blocks = output.rstrip("\n").split("\n\n")
    for position, block in enumerate(blocks):
        part = block.split("\n")
        if block.startswith(("CLAUSES WITH", "有未通过项")):
            part = [*part[:3], "  ..."]
        elif position == len(blocks) - 1:
            part = ["...", *part[1:]]  # the time it took
        lines += [*part, ""]
    return lines[:-1]


def output_part(page: str, language: str) -> str:
    """The example's output."""
    shown = shortened(run_example(example_source(page), "--lang", language, "--no-color"))
    return "\n".join(["```text", *shown, "```"])


def with_part(page: str, name: str, content: str) -> str:
    """The page with the text between the marks of ``name`` replaced. Raises ValueError where the marks are missing."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"{begin} and {end} must each stand once in the page")
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    return f"{before}{begin}\n{content}\n{end}{after}"


def outputs() -> dict[Path, str]:
    """The pages and what they have to hold."""
    wanted = pages()
    settings = ROOT / "docs" / "settings.md"
    wanted[settings] = with_part(settings.read_text(encoding="utf-8"), "parameters", parameters_part())
    wanted.update(component_pages())
    for name, language in (("docs/components.md", "en"), ("docs/zh/components.md", "zh")):
        page = (ROOT / name).read_text(encoding="utf-8")
        page = with_part(page, "components", overview(language))
        wanted[ROOT / name] = with_part(page, "common", common_arguments(language))
    for name, language in (("docs/stacks.md", "en"), ("docs/zh/stacks.md", "zh")):
        wanted[ROOT / name] = with_part((ROOT / name).read_text(encoding="utf-8"), "stacks", stacks_part(language))
    for name, language in (("docs/checkov-crosswalk.md", "en"), ("docs/zh/checkov-crosswalk.md", "zh")):
        page = (ROOT / name).read_text(encoding="utf-8")
        wanted[ROOT / name] = with_part(page, "crosswalk", crosswalk_part(language))
    for name, language in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        page = (ROOT / name).read_text(encoding="utf-8")
        page = with_part(page, "coverage", coverage_part(language))
        wanted[ROOT / name] = with_part(page, "output", output_part(page, language))
    return wanted


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them with ``--check``."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: generate_docs.py [--check]\n")
        return 2
    wanted = outputs()
    stale = [
        path for path, content in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != content
    ]
    left = stray(wanted)
    if arguments:
        for path in [*stale, *left]:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not current: run python scripts/generate_docs.py\n")
        return 1 if stale or left else 0
    for path in left:
        path.unlink()
        sys.stdout.write(f"{path.relative_to(ROOT)} deleted\n")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
