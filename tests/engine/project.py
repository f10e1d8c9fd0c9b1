"""A folder that a real engine can run: an example of the components, its stack configuration, the stand-in plugins.

Nothing of the machine is used but the executable and this interpreter: the engine's home, its state (local files) and
the environment are those of the folder. Nothing is asked of a network.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from compliant_infra.components.recorder import ComputedValues, Recording, record
from tests.components.proof import Case, configuration

PROJECT: Final = "proof"
STACK: Final = "dev"

STANDIN: Final = Path(__file__).parent / "standin"
REPOSITORY: Final = Path(__file__).parents[2]

#: What an engine may take, in seconds; a run is far shorter, so that more means that it hangs.
TIME_LIMIT: Final = 900.0

_SHOWN: Final = 4000  # characters of each stream in a message


class EngineError(Exception):
    """The engine failed or took too long; with what it said."""


@dataclass(frozen=True)
class Project:
    """A program in a folder of its own, and how an engine runs it."""

    case: Case
    folder: Path

    @property
    def _home(self) -> Path:
        return self.folder.parent / "home"

    @property
    def _state(self) -> Path:
        return self.folder.parent / "state"

    def environment(self) -> dict[str, str]:
        """What the engine sees of the environment: no account, no proxy, no address but the folder's own."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "PULUMI_HOME": str(self._home / ".pulumi"),
            "PULUMI_BACKEND_URL": self._state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "of no secret",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            "STANDIN_PYTHON": sys.executable,
            "PYTHONPATH": str(REPOSITORY),
        }

    def write(self) -> None:
        """Make the folder: the program, the project, the stack's configuration."""
        for folder in (self.folder, self._home, self._state):
            folder.mkdir(parents=True)
        program = self.case.file.read_text(encoding="utf-8")
        (self.folder / "__main__.py").write_text(program, encoding="utf-8")
        # Both packages: the language host asks for the plugin of every SDK that is installed.
        plugins = [{"name": package, "path": str(STANDIN)} for package in ("alicloud", "aws")]
        settings = {"name": PROJECT, "runtime": {"name": "python"}, "plugins": {"providers": plugins}}
        self._write("Pulumi.yaml", settings)
        self._write(f"Pulumi.{STACK}.yaml", {"config": configuration(self.case)})

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        (self.folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")  # JSON is YAML

    # ------------------------------------------------------------------------------------------ with an engine

    def create_stack(self) -> None:
        """Make the stack in the local state."""
        self.run("stack", "init", STACK)

    def preview(self) -> Any:
        """The document of ``pulumi preview --json``."""
        return parsed(self.run("preview", "--json"))

    def up(self) -> None:
        """Deploy, which makes nothing but state."""
        self.run("up", "--skip-preview", "--yes")

    def export(self) -> Any:
        """The document of ``pulumi stack export --show-secrets``."""
        return parsed(self.run("stack", "export", "--show-secrets"))

    def expect_no_changes(self) -> None:
        """Preview again; ``EngineError`` where the engine would change anything."""
        self.run("preview", "--expect-no-changes", "--diff")

    def run(self, *arguments: str, limit: float = TIME_LIMIT) -> str:
        """Run the engine in the folder; what it prints. ``EngineError`` where it fails, or hangs longer than limit."""
        command = ("pulumi", *arguments, "--non-interactive", "--color", "never")
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # so that the language host and the plugins can be ended with it
        ) as process:
            try:
                output, errors = process.communicate(timeout=limit)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)
                output, errors = process.communicate()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise _failure(command, f"took more than {limit:g} s", output, errors) from None
                raise
        if process.returncode:
            raise _failure(command, f"ended with {process.returncode}", output, errors)
        return output

    # ------------------------------------------------------------------------------------------ without one

    def recording(self, *, preview: bool, computed: ComputedValues | None = None) -> Recording:
        """The same program, recorded."""
        return record(
            lambda: runpy.run_path(str(self.folder / "__main__.py"), run_name="__main__") and None,
            project=PROJECT,
            stack=STACK,
            config=configuration(self.case),
            preview=preview,
            computed=computed,
            root=str(self.folder),
        )


def _failure(command: Sequence[str], what: str, output: str, errors: str) -> EngineError:
    said = "\n".join(text[-_SHOWN:] for text in (errors, output) if text.strip())
    return EngineError(f"{' '.join(command)} {what}\n{said}")


def parsed(output: str) -> Any:
    """The one JSON document that the engine printed; ``EngineError`` where it printed anything else."""
    try:
        return json.loads(output)
    except ValueError as error:
        raise EngineError(f"the engine printed no JSON document ({error}):\n{output[:_SHOWN]}") from None
