"""The image, as far as that goes without a builder: its file, what it is built of, and the place in which it runs."""

from __future__ import annotations

import errno
import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliant_infra import __version__
from tests.cli.harness import BAD, check, lay
from tests.delivery.workshop import BIN, ROOT, commit, environment, run


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, continued lines put together."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line)]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, rest))
    return found


def test_the_last_stage_has_no_root_no_compiler_and_nothing_from_elsewhere() -> None:
    build, final = stages()
    assert {name for name, _ in instructions()} <= {
        *("ARG", "FROM", "WORKDIR", "COPY", "RUN", "LABEL", "ENV", "USER", "ENTRYPOINT", "CMD")
    }  # above all no ADD, which fetches addresses
    assert instructions()[0] == ("ARG", "BASE_IMAGE=python:3.11.11-slim-bookworm")
    assert build[0][1] == "${BASE_IMAGE} AS build" and final[0][1] == "${BASE_IMAGE}"
    by_name = dict(final)
    user, group = by_name["USER"].split(":")
    assert int(user) > 0 and int(group) > 0
    names = [name for name, _ in final]
    assert names.index("USER") > max(number for number, name in enumerate(names) if name in ("RUN", "COPY"))
    assert [rest for name, rest in final if name == "COPY"] == [
        "--from=build /opt/compliant-infra /opt/compliant-infra"
    ]
    installed = re.findall(r"install --yes --no-install-recommends ([\w -]+?) +&&", by_name["RUN"])
    assert installed == ["git"]
    assert by_name["ENTRYPOINT"] == '["compliant-infra"]'
    assert f'org.opencontainers.image.version="{__version__}"' in by_name["LABEL"]
    assert not re.search(r"https?://[\w.]", (ROOT / "Dockerfile").read_text(encoding="utf-8"))


def test_a_mirror_of_packages_takes_the_place_of_every_host(tmp_path: Path) -> None:
    (command,) = re.findall(r'sed -i -E "(.+?)" /etc', dict(stages()[1])["RUN"])
    lines = "URIs: http://one.example/debian\nURIs: https://two.example/debian-security\nSuites: bookworm\n"
    program = f'APT_MIRROR=https://mirror.example/; sed -E "{command}"'
    done = run("bash", "-c", program, cwd=tmp_path, env=environment(tmp_path), stdin=lines)
    assert done.stdout == (
        "URIs: https://mirror.example/debian\nURIs: https://mirror.example/debian-security\nSuites: bookworm\n"
    )


def sent(path: str) -> bool:
    """Whether .dockerignore lets a file through: the last line that speaks of it or of a folder above it decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!")
        parts = path.split("/")
        heads = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        if pattern.startswith("**/"):
            hit = pattern[3:] in parts
        else:
            hit = any(fnmatch.fnmatchcase(head, pattern) and head.count("/") == pattern.count("/") for head in heads)
        if hit:
            ignored = not line.startswith("!")
    return not ignored


def test_what_is_sent_to_the_builder_is_what_the_package_is_built_of() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listed:
        pytest.skip("not a checkout")
    through = {path for path in listed if sent(path)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {"compliant_infra", *project["tool"]["setuptools"]["package-dir"].values()}
    tops = {folder.split("/")[0] for folder in folders}
    assert {path for path in listed if path.split("/")[0] in tops} <= through
    rest = {path for path in through if path.split("/")[0] not in tops}
    assert rest == {"ci/constraints.txt", "pyproject.toml", "README.md", "LICENSE"} & set(listed)
    assert not sent(".git/config") and not sent("stacks/x/venv/bin/python") and not sent("hcl_checks/__pycache__/x.pyc")


def test_the_constraints_hold_what_the_package_needs() -> None:
    lines = (ROOT / "ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower() for line in lines if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[<>=!~ ]", item)[0].lower() for item in project["dependencies"]}
    assert needed <= pinned
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines if not line.startswith("#"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def test_it_runs_without_root_network_or_anything_to_write(open_folder: Path) -> None:
    """As the image runs it: another user than the owner of the checkout, everything read-only, no network."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        pytest.skip("needs root, unshare and setpriv, to give them up")
    folder = lay(open_folder / "src", {"infra/main.tf": BAD, "plain/main.tf": "locals {}\n"})
    base = commit(folder)
    lay(folder, {"infra/main.tf": BAD + "# changed\n"})
    commit(folder)
    (_, *pairs) = shlex.split("ENV " + dict(stages()[1])["ENV"])
    image = dict(pair.split("=", 1) for pair in pairs)
    # What root may do to git's settings in the image; here the variables say the same.
    trust = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": str(folder)}
    env = {**image, **trust, "PATH": f"{BIN}:{image['PATH']}"}
    inside = "mount -o remount,bind,ro / 2>/dev/null; mount --bind . . && mount -o remount,bind,ro . && cd . && exec "
    drop = "setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all "

    def inner(command: str) -> subprocess.CompletedProcess[str]:
        return run("unshare", "--net", "--mount", "sh", "-c", inside + drop + command, cwd=folder, env=env)

    probe = inner("sh -c 'id -u; touch x; cat /proc/net/route'")
    version = inner("compliant-infra --version")
    if "Operation not permitted" in probe.stderr or version.returncode:
        pytest.skip(f"no namespaces, or an interpreter closed to other users: {probe.stderr} {version.stderr}")
    assert probe.stdout.split()[0] == "10001" and "Read-only file system" in probe.stderr
    assert len(probe.stdout.splitlines()) <= 2  # no route but the table's head
    done = inner("compliant-infra check . --lang en --only CN008")
    assert done.returncode == 1, done.stderr
    assert "CN008" in done.stdout and "Traceback" not in done.stderr
    done = inner(f"compliant-infra check . --lang en --only CN008 --since {base} --format json")
    assert done.returncode == 1, done.stderr
    assert '"infra/main.tf"' in done.stdout


def test_without_shared_memory_one_process_does_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refused)
    folder = lay(tmp_path, {"a/main.tf": BAD, "b/main.tf": BAD})
    answer = check(str(folder), "--jobs", "2", "--only", "CN008")
    assert answer.status == 1 and len(answer.results) == 2
