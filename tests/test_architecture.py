"""What holds the rooms apart, and what no file of the tree may name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Folders that are made, not written.
MADE = re.compile(r"^(?:\.git|\.venv.*|.*_cache|\.hypothesis|\.benchmarks|__pycache__|build|dist|.*\.egg-info)$")
#: Where people find packages is for each machine to say. Providers' addresses in plans are names, not places.
HOSTS = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:pypi|pythonhosted|npmjs|anaconda|registry|mirrors?|nexus|artifactory|goproxy)"
    r"[\w-]*\.(?!terraform\.io\b|opentofu\.org\b)(?:[\w-]+\.)*(?:org|com|io|cn|net|dev|internal|local)\b"
    r"|--(?:extra-)?index[-]url|--trusted[-]host"
)
#: Paths of one machine: home directories and the like.
PATHS = re.compile(r"(?<![\w.$})>*-])/(?:work|root|home/\w+|Users/\w+)/[\w.-]|\b[A-Z]:\\+Users\\")


def written_files() -> Iterator[Path]:
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if path.is_symlink() or MADE.match(path.name):
                continue
            if path.is_dir():
                pending.append(path)
            else:
                yield path


def texts() -> Iterator[tuple[str, str]]:
    for path in written_files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def is_scanned_material(name: str) -> bool:
    """Terraform that tests and examples scan, and recordings: what stands in them is an invented estate's."""
    return "/fixtures/" in name or "/golden/" in name or name.endswith((".tf", ".tf.json", ".tofu"))


def found_in_tree(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        if not is_scanned_material(name) and pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_rooms_import_one_way(tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(tool), "--cache-dir", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def outside_names(source: str) -> set[str]:
    """The packages that a module imports, but for the kernel's own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return {name for name in names if not (name + ".").startswith("compliant_infra.kernel.")}


def test_the_kernel_imports_only_the_standard_library() -> None:
    modules = sorted((ROOT / "compliant_infra" / "kernel").rglob("*.py"))
    assert len(modules) > 20
    strangers = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules
        for name in outside_names(path.read_text(encoding="utf-8"))
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert strangers == set()


@pytest.mark.parametrize("source", ["import re2", "from compliant_infra.settings import Settings", "from .. import x"])
def test_a_stranger_would_be_seen(source: str) -> None:
    (name,) = outside_names(source)
    assert name.partition(".")[0] not in sys.stdlib_module_names


def test_no_file_names_a_package_index_or_a_registry() -> None:
    assert found_in_tree(HOSTS) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found_in_tree(PATHS) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "pypi" + ".org/simple",
        "files." + "pythonhosted" + ".org",
        "registry" + ".npmjs" + ".org",
        "mirrors" + ".example.com/pypi",
        "--index" + "-url=x",
    ],
)
def test_a_host_would_be_seen(text: str) -> None:
    assert HOSTS.search(text)


@pytest.mark.parametrize("text", ["see /" + "work/x", "'/" + "root/.cache'", "/" + "home/me/src", "C:" + "\\Users\\me"])
def test_a_path_would_be_seen(text: str) -> None:
    assert PATHS.search(text)


@pytest.mark.parametrize(
    "text", ["registry.terraform.io/aliyun/alicloud", "#!/usr/bin/env bash", "source/work/x", "${path}/root/x"]
)
def test_what_is_no_place_passes(text: str) -> None:
    assert not HOSTS.search(text)
    assert not PATHS.search(text)
