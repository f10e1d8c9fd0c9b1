"""Record a Pulumi program without an engine, and write what ``pulumi stack export`` would print.

python examples/components/record.py PROGRAM.py Pulumi.STACK.yaml EXPORT.json

The program runs, nothing is made: no engine, no network, no credentials. ``compliant-infra check EXPORT.json`` judges
what it would make.
"""

import json
import runpy
import sys
from pathlib import Path

import yaml

from compliant_infra.components.exports import stack_export
from compliant_infra.components.recorder import record


def main(program: Path, configuration: Path, export: Path) -> None:
    """Record the program with the stack's configuration."""
    stack = configuration.name.removeprefix("Pulumi.").removesuffix(".yaml")
    settings = yaml.safe_load(configuration.read_text(encoding="utf-8"))["config"]
    found = record(
        lambda: runpy.run_path(str(program), run_name="__main__") and None,
        project=program.stem,
        stack=stack,
        config={key: value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()},
        root=str(program.parent),
    )
    export.write_text(json.dumps(stack_export(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found.resources)} resources of {program.name}, recorded into {export.name}\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(str(__doc__))
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))  # lines are told of files by their whole path
