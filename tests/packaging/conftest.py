"""The wheel and the source archive, built once from a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Built from a copy, because setuptools leaves a folder `build` behind whose old files would enter the next wheel.
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "__pycache__", "*.egg-info", "build", "dist", ".hypothesis", ".*_cache", ".benchmarks"
)


@dataclass(frozen=True)
class Distribution:
    wheel: Path
    source: Path


@dataclass(frozen=True)
class Environment:
    """A virtual environment outside the tree."""

    home: Path

    def tool(self, name: str) -> str:
        return str(self.home / ("Scripts" if os.name == "nt" else "bin") / name)

    def run(self, *arguments: str, cwd: Path, statuses: tuple[int, ...] = (0,)) -> str:
        """Run a tool of the environment and give what it prints; any other status fails the test."""
        done = subprocess.run(
            [self.tool(arguments[0]), *arguments[1:]],
            cwd=cwd,
            env=clean_environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode in statuses, f"{arguments}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, *arguments: str) -> None:
        """``pip install``; skips the test where the package index does not answer."""
        command = [self.tool("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
        done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
        if done.returncode and unreachable(done.stderr):
            pytest.skip(f"the package index cannot be reached: {done.stderr.strip().splitlines()[-1]}")
        assert done.returncode == 0, done.stderr


def unreachable(message: str) -> bool:
    signs = ("Failed to establish a new connection", "Temporary failure in name resolution", "timed out", "ProxyError")
    return any(sign in message for sign in (*signs, "Connection refused", "SSLError", "No route to host"))


def clean_environment() -> dict[str, str]:
    """Without what would make Python or the tool look into the source tree or at somebody's settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COMPLIANT_INFRA_"))}
    return {**kept, "COMPLIANT_INFRA_NO_CACHE": "1", "PYTHONUTF8": "1"}


def make_environment(home: Path) -> Environment:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    return Environment(home)


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    """The source archive, and the wheel built from it: what the archive lacks, the wheel lacks too."""
    folder = tmp_path_factory.mktemp("distribution")
    tree, out = folder / "tree", folder / "dist"
    shutil.copytree(ROOT, tree, symlinks=True, ignore=LEFT_OUT)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(tree)]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (wheel,) = out.glob("*.whl")
    (source,) = out.glob("*.tar.gz")
    return Distribution(wheel, source)


@pytest.fixture(scope="session")
def empty_environment(distribution: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment that holds the wheel and what it needs, nothing else."""
    environment = make_environment(tmp_path_factory.mktemp("environment") / "venv")
    environment.install(str(distribution.wheel))
    return environment
