"""Write the files of the starter stacks that follow from their records and from what they have in common.

python scripts/compose_stacks.py

A stack's folder is whole by itself, because tools copy it as it is. What is the same in several of them is kept once,
in ``stacks/_shared`` and ``stacks/_modules``; a test holds the copies current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from compliant_infra.stacks.catalogue import FOLDER, Template, templates
from compliant_infra.stacks.choices import default_choice
from compliant_infra.stacks.project_files import template_files


def composed(template: Template) -> Iterator[tuple[Path, bytes]]:
    """Every file that is made for a stack: where it goes, and what is in it."""
    for name, text in template_files(template, default_choice(template)).items():
        yield template.folder / name, text.encode()
    for module in template.modules:
        source = FOLDER / "_modules" / template.cloud / module
        for path in sorted(source.rglob("*")):
            if path.is_file() and ".terraform" not in path.parts:
                yield template.folder / "modules" / module / path.relative_to(source), path.read_bytes()


def main() -> None:
    """Write what is missing or out of date, and say which."""
    for template in templates().values():
        for path, content in composed(template):
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                sys.stdout.write(f"{path.relative_to(FOLDER)}\n")


if __name__ == "__main__":
    main()
