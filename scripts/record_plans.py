"""Record the plans of the rules' fixtures, from which the tests see that a plan is judged as its source is.

    python scripts/record_plans.py             plan what is new or changed, forget what is gone
    python scripts/record_plans.py --all       plan everything anew
    python scripts/record_plans.py --only RE   plan those anew in whose sources this is found
    python scripts/record_plans.py --check     change nothing; exit status 1 where a recording is missing or out of date

Needs ``terraform``, the providers' schemas (``COMPLIANT_INFRA_SCHEMAS``), the stand-in provider beside them, and
grpcio, protobuf and msgpack, here or in ``.venv-standin``. Nothing is made and no cloud is asked: the stand-in accepts
everything. A module that would have to be fetched is replaced by one whose outputs are known only after apply. Where
Terraform refuses a fixture that the table of refusals does not name, the exit status is 1 too.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "scripts"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from standin_schemas import DATA, NAMESPACES, UTILITIES, body_of, schema_of  # noqa: E402 - no package

from tests.hcl_checks import recorded_plans  # noqa: E402
from tests.hcl_checks.recorded_plans import Record  # noqa: E402

SERVER = ROOT / "scripts" / "standin_provider.py"
#: Terraform processes at a time.
PARALLEL = 2
#: Values that a fixture needs in place of just any: fixture -> variable -> value.
GIVEN: Mapping[str, Mapping[str, Any]] = {
    "aws/secret-not-in-code/bad_in_part.tf": {"host": "10", "settings": {"host": "db"}},  # format("%d"), a template
}


class UnavailableError(Exception):
    """What planning needs is not on this machine; the message says what."""


def standin_python() -> str | None:
    """A Python that has what the stand-in provider needs: this one, or that of ``.venv-standin``."""
    modules = ("grpc", "google.protobuf", "msgpack")
    try:
        if all(importlib.util.find_spec(name) is not None for name in modules):
            return sys.executable
    except ModuleNotFoundError:
        pass
    own = ROOT / ".venv-standin" / "bin" / "python"
    return str(own) if own.exists() else None


def needed() -> tuple[Path, Path, str]:
    """The folder of schemas, the stand-in provider, and the Python for it. Raises UnavailableError."""
    schemas = os.environ.get("COMPLIANT_INFRA_SCHEMAS")
    if not schemas:
        raise UnavailableError("COMPLIANT_INFRA_SCHEMAS is not set")
    script = Path(schemas).parent / "prototypes" / "standin" / "tf_standin.py"
    python = standin_python()
    if not script.exists() or python is None or shutil.which("terraform") is None:
        raise UnavailableError(
            "needs terraform, the stand-in provider, and grpcio, protobuf and msgpack (here or in .venv-standin)"
        )
    return Path(schemas), script, python


@contextmanager
def providers(texts: Sequence[str]) -> Iterator[dict[str, str]]:
    """The environment in which ``terraform`` finds the stand-in providers, kept running for all plans.

    ``texts`` are the sources that will be planned. Raises UnavailableError.
    """
    schemas, script, python = needed()
    types = {name for text in texts for name in re.findall(r'\bresource"?\s*:?\s*\{?\s*"(\w+)"', text)}
    attached: dict[str, Any] = {}
    running: list[subprocess.Popen[str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            for cloud in sorted({*NAMESPACES, *UTILITIES, *DATA}):
                path = folder / f"{cloud}.json.gz"
                path.write_bytes(gzip.compress(json.dumps(schema_of(cloud, schemas, types, texts)).encode(), 1))
                command = [python, str(SERVER), str(script), str(path)]
                process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                running.append(process)
                assert process.stdout is not None
                handshake = process.stdout.readline().split("|")
                if len(handshake) < 4:
                    raise UnavailableError(f"the stand-in provider for {cloud} does not start")
                entry = {
                    "Protocol": "grpc",
                    "ProtocolVersion": 5,
                    "Pid": process.pid,
                    "Test": True,
                    "Addr": {"Network": "tcp", "String": handshake[3]},
                }
                for namespace in {NAMESPACES.get(cloud, "hashicorp"), "hashicorp"}:
                    attached[f"registry.terraform.io/{namespace}/{cloud}"] = entry
            empty = folder / "terraformrc"
            empty.touch()
            kept = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
            yield {
                **kept,
                "TF_REATTACH_PROVIDERS": json.dumps(attached),
                "TF_CLI_CONFIG_FILE": str(empty),
                "CHECKPOINT_DISABLE": "1",
            }
        finally:
            for process in running:
                process.terminate()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()


# -- one plan --------------------------------------------------------------------------------------------------

_VARIABLE = re.compile(r'^variable\s+"(\w+)"\s*\{', re.MULTILINE)
_TYPE = re.compile(r"^\s*type\s*=\s*(.+)", re.MULTILINE)


def _some_value(kind: str) -> Any:
    """Some value of a type constraint."""
    kind = kind.replace(" ", "")
    outer, _, inner = kind.partition("(")
    if outer in ("list", "set"):
        if inner.startswith(("any", "object", "map", "tuple")):
            return []
        if inner.startswith("string"):
            return ["10.0.0.0/8", "192.168.0.0/16"]
        return [_some_value(inner)]
    if outer in ("map", "object", "tuple"):
        return [] if outer == "tuple" else {}
    return {"bool": True, "number": 22}.get(kind.rstrip(")"), "given")


def given_values(directory: Path) -> dict[str, Any]:
    """Some value for each variable of a root that has none; both sides get the same."""
    values: dict[str, Any] = {}
    for path in sorted(directory.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        for match in _VARIABLE.finditer(text):
            body = body_of(text, match.end())
            if not re.search(r"\bdefault\s*=", body):
                kind = _TYPE.search(body)
                values[match[1]] = _some_value(kind[1].strip() if kind else "any")
    return values


_MODULE = re.compile(r'^module\s+"([\w-]+)"\s*\{', re.MULTILINE)
_SOURCE = re.compile(r'^\s*source\s*=\s*"([^"]+)"', re.MULTILINE)
_VERSION = re.compile(r'^\s*version\s*=\s*"[^"\d]*([\d.]+)', re.MULTILINE)
_ARGUMENT = re.compile(r"^ {2}(\w+)\s*=", re.MULTILINE)
#: What a call says of itself; everything else is a variable of the module.
_META = {"source", "version", "count", "for_each", "providers", "depends_on"}


def install_modules(root: Path) -> None:
    """Write what ``terraform get`` would, without a network: local modules as they are, others as stand-ins."""
    modules = root / ".terraform" / "modules"
    entries = [{"Key": "", "Source": "", "Dir": "."}]

    def walk(directory: Path, prefix: str) -> None:
        text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.tf")))
        for match in _MODULE.finditer(text):
            body = body_of(text, match.end())
            source = _SOURCE.search(body)
            if source is None:
                continue
            key = f"{prefix}{match[1]}"
            if source[1].startswith("."):
                inside = (directory / source[1]).resolve()
                entries.append({"Key": key, "Source": source[1], "Dir": os.path.relpath(inside, root)})
                if inside.is_dir():
                    walk(inside, f"{key}.")
                continue
            inside = modules / key
            inside.mkdir(parents=True)
            outputs = sorted(set(re.findall(rf"\bmodule\.{match[1]}(?:\[[^\]]*\])?\.(\w+)", text)))
            (inside / "main.tf").write_text(
                'resource "terraform_data" "hidden" {}\n'
                + "".join(f'variable "{name}" {{}}\n' for name in sorted({*_ARGUMENT.findall(body)} - _META))
                + "".join(f'output "{name}" {{\n  value = terraform_data.hidden.id\n}}\n' for name in outputs),
                encoding="utf-8",
            )
            address = source[1]
            if re.fullmatch(r"[\w-]+/[\w-]+/[\w-]+", address):
                address = f"registry.terraform.io/{address}"
            entry = {"Key": key, "Source": address, "Dir": os.path.relpath(inside, root)}
            version = _VERSION.search(body)
            if version is not None:
                entry["Version"] = ".".join([*version[1].split("."), "0", "0"][:3])
            entries.append(entry)

    walk(root.resolve(), "")
    if len(entries) > 1:
        modules.mkdir(parents=True, exist_ok=True)
        (modules / "modules.json").write_text(json.dumps({"Modules": entries}), encoding="utf-8")


_BACKEND = re.compile(r'^\s*backend\s+"\w+"\s*\{', re.MULTILINE)


def without_backend(root: Path) -> None:
    """Take out where the state lives: no plan shows it, and Terraform would ask the place."""
    for path in root.glob("*.tf"):
        text = path.read_text(encoding="utf-8")
        match = _BACKEND.search(text)
        if match is not None:
            end = match.end() + len(body_of(text, match.end())) + 1
            path.write_text(text[: match.start()] + text[end:], encoding="utf-8")


class RefusedError(Exception):
    """Terraform makes no plan of this; the message is what it says."""


def make_plan(directory: Path, values: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """``terraform plan`` of a directory, as JSON text of one line, the same each time. Raises RefusedError."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=directory,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    given = directory / ".terraform" / "given.tfvars.json"
    given.parent.mkdir(exist_ok=True)
    given.write_text(json.dumps(dict(values)), encoding="utf-8")
    install_modules(directory)
    without_backend(directory)
    planned = run("plan", "-no-color", "-input=false", "-lock=false", "-out=tfplan", f"-var-file={given}")
    if planned.returncode:
        raise RefusedError(planned.stderr.strip())
    shown = run("show", "-json", "tfplan")
    if shown.returncode:
        raise RefusedError(shown.stderr.strip())
    plan = json.loads(shown.stdout)
    plan.pop("timestamp", None)
    plan.pop("relevant_attributes", None)  # in no order, and nobody reads them
    return json.dumps(plan, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record(fixture: Path, environment: Mapping[str, str]) -> Record:
    """Plan one fixture. Raises RefusedError."""
    digest = recorded_plans.digest_of(fixture)
    with tempfile.TemporaryDirectory() as folder:
        root = recorded_plans.lay_out(fixture, Path(folder).resolve() / "root")
        name = recorded_plans.name_of(fixture)
        values = {**given_values(root), **GIVEN.get(name, {})}
        return Record(name, digest, values, make_plan(root, values, environment))


# -- all of them -----------------------------------------------------------------------------------------------


def sources(found: Sequence[Path]) -> list[str]:
    """The texts of fixtures."""
    return [
        path.read_text(encoding="utf-8")
        for fixture in found
        for path in recorded_plans.files_of(fixture)
        if path.name.endswith((".tf", ".tf.json"))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, or say what is to be recorded."""
    parser = argparse.ArgumentParser(description="Record the plans of the rules' fixtures.")
    parser.add_argument("--all", action="store_true", help="plan everything anew")
    parser.add_argument(
        "--only", metavar="TEXT", help="plan those anew in whose sources this regular expression is found"
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    old = (
        {}
        if options.all
        else {item.fixture: item for cloud in recorded_plans.CLOUDS for item in recorded_plans.read(cloud)}
    )
    wanted = {recorded_plans.name_of(path): path for path in recorded_plans.fixtures()}
    wanted = {name: path for name, path in wanted.items() if recorded_plans.refusal(name) is None}
    kept = {
        name: item
        for name, item in old.items()
        if name in wanted and recorded_plans.digest_of(wanted[name]) == item.digest
    }
    if options.only:
        again = re.compile(options.only)
        kept = {name: item for name, item in kept.items() if not any(map(again.search, sources([wanted[name]])))}
    pending = [path for name, path in wanted.items() if name not in kept]
    gone = len(old.keys() - wanted.keys())
    if options.check:
        sys.stdout.write(f"{len(kept)} current, {len(pending)} to plan, {gone} gone\n")
        return 1 if pending or gone else 0
    refused: dict[str, str] = {}
    if pending:
        try:
            with providers(sources(pending)) as environment, ThreadPoolExecutor(PARALLEL) as pool:

                def attempt(path: Path) -> None:
                    try:
                        made = record(path, environment)
                    except RefusedError as error:
                        refused[recorded_plans.name_of(path)] = str(error)
                    else:
                        kept[made.fixture] = made

                list(pool.map(attempt, pending))
        except UnavailableError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    size = 0
    for cloud in recorded_plans.CLOUDS:
        records = [item for name, item in kept.items() if recorded_plans.cloud_of(name) == cloud]
        size += recorded_plans.write(cloud, records)
    planned = len(pending) - len(refused)
    sys.stdout.write(f"{planned} planned, {len(kept)} recorded, {gone} forgotten, {size} bytes\n")
    for name in sorted(refused):
        sys.stderr.write(f"refused: {name}: {' '.join(refused[name].split())[:400]}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
