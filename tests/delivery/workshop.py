"""Scratch repositories and a code host that runs in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: Where the command of the environment under test stands.
BIN = Path(sys.executable).parent

#: Modules that Python would take from the working directory if it were let.
TRAPS = {
    f"{name}.py": "open('executed', 'w').close()\n" for name in ("json", "secrets", "pip", "venv", "sitecustomize")
}


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a runner: the command on the path, nobody's settings."""
    kept = {key: value for key, value in os.environ.items() if key in ("TMPDIR", "LD_LIBRARY_PATH")}
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COMPLIANT_INFRA_NO_CACHE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@host.example",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@host.example",
        **(more or {}),
    }


def run(
    *arguments: str, cwd: Path, env: Mapping[str, str], stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program; its status is the test's to judge."""
    return subprocess.run(
        arguments, cwd=cwd, env=dict(env), input=stdin, capture_output=True, text=True, encoding="utf-8", check=False
    )


def git(folder: Path, *arguments: str) -> str:
    """Run git in a scratch repository; any failure is the test's."""
    trust = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    done = run("git", *arguments, cwd=folder, env=environment(folder.parent, trust))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path) -> str:
    """Commit everything below the folder; its revision."""
    if not (folder / ".git").is_dir():
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message=x")
    return git(folder, "rev-parse", "HEAD")


@dataclass
class Host:
    """What a code host was asked, and what it answers: method and path -> JSON, or a status."""

    url: str = ""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def written(self) -> list[tuple[str, str, Any]]:
        """The requests that change something."""
        return [item for item in self.asked if item[0] != "GET" and not item[1].endswith("graphql")]


@contextmanager
def code_host() -> Iterator[Host]:
    """A code host on the loopback address."""
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(size)) if size else None
            host.asked.append((self.command, self.path, content))
            host.tokens.add(self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or "")
            found = host.answers.get((self.command, self.path), 404)
            self.send_response(found if isinstance(found, int) else 200)
            if found == 302:
                self.send_header("Location", f"{host.url}/elsewhere")
            self.end_headers()
            if not isinstance(found, int):
                self.wfile.write(json.dumps(found).encode())

        do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
