"""Measures how long an editor waits for findings after an edit, in a repository of some hundred files.

    PYTHONPATH=. python benchmarks/editor.py

Part of `make bench`. A real session: messages to a server process and back. In each of some files one line end is typed
and taken away again; the figures are from the edit to the findings, with the pause that the server waits for more
typing.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import generate

from tests.cli.lsp_session import Session, session

EDITS = 20
FILES = 6


def main() -> None:
    """Print a line for each file, and the slowest of all answers."""
    slowest: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        generate.landing_zone(Path(folder))
        files = sorted(Path(folder).rglob("*.tf"), key=lambda path: (path.stat().st_size, str(path)))
        chosen = files[-1 :: -max(1, len(files) // FILES)][:FILES]

        async def talk(editor: Session) -> None:
            for path in chosen:
                name = path.relative_to(folder).as_posix()
                began = time.perf_counter()
                await editor.open(name)
                opened = time.perf_counter() - began
                waits = []
                for number in range(EDITS):
                    began = time.perf_counter()
                    new, end = ("\n", (0, 0)) if number % 2 == 0 else ("", (1, 0))
                    await editor.type(name, new, (0, 0), end)
                    waits.append(time.perf_counter() - began)
                slowest.extend(waits)
                print(
                    f"{name}: first answer {opened * 1000:.0f} ms, after an edit median {median(waits) * 1000:.0f} ms, "
                    f"slowest {max(waits) * 1000:.0f} ms"
                )

        session(Path(folder), talk)
        print(f"{len(files)} files; slowest answer after an edit {max(slowest) * 1000:.0f} ms (goal: under 100 ms)")


if __name__ == "__main__":
    main()
