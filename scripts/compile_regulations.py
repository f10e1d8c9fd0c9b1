"""Compile the regulation data from its TOML sources to the JSON that the program reads.

    python scripts/compile_regulations.py           write the JSON files
    python scripts/compile_regulations.py --check    change nothing; exit status 1 where a JSON file is not current

Every source is held against a schema first: an unknown key, a missing one or a value of the wrong kind is an error that
names the file and the record.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent / "compliant_infra"

Check = Callable[[Any], bool]
Schema = Mapping[str, tuple[bool, Check]]  # key -> (required, test of the value)


class SourceError(ValueError):
    """A TOML source does not follow its schema."""


def is_text(value: Any) -> bool:
    """A text that is not empty."""
    return isinstance(value, str) and bool(value.strip())


def is_bilingual(value: Any) -> bool:
    """A table with an English and a Chinese text, and nothing else."""
    return isinstance(value, dict) and set(value) == {"en", "zh"} and all(map(is_text, value.values()))


def is_bool(value: Any) -> bool:
    """True or false."""
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    """A whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def one_of(*words: str) -> Check:
    """One of these words."""
    return lambda value: isinstance(value, str) and value in words


def matching(pattern: str) -> Check:
    """A text of this form."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def list_of(test: Check) -> Check:
    """A list without doubles whose members all pass the test."""
    return lambda value: isinstance(value, list) and all(map(test, value)) and len(set(value)) == len(value)


def by_level(test: Check) -> Check:
    """A table from levels to values that pass the test."""
    return lambda value: (
        isinstance(value, dict)
        and bool(value)
        and set(value) <= {"1", "2", "3", "4"}
        and all(map(test, value.values()))
    )


def is_parameter_value(value: Any) -> bool:
    """A value of one of the kinds that parameters have."""
    return isinstance(value, (bool, int, str)) or (
        isinstance(value, list) and all(isinstance(item, (int, str)) for item in value)
    )


SLUG = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
#: ``slug``, ``slug@3`` (from level 3), ``slug@2-2`` (levels 2 to 2)
RULE = rf"{SLUG}(?:@[1-4](?:-[1-4])?)?"

EDITION: Schema = {
    "id": (True, matching(r"[a-z0-9.-]+")),
    "title": (True, is_bilingual),
    "date": (True, matching(r"\d{4}-\d{2}-\d{2}")),
    "status": (True, one_of("in-force", "draft", "unconfirmed")),
    "source": (True, is_text),
    "note": (False, is_bilingual),
    "files": (False, list_of(matching("[a-z_]+"))),
}
CLAUSE: Schema = {
    "ids": (False, by_level(matching(r"[0-9a-z.-]+"))),
    "number": (False, matching(r"\d+")),
    "title": (True, is_bilingual),
    "technical": (True, is_bool),
    "responsible": (True, one_of("tenant", "provider", "shared")),
    "auto": (True, one_of("yes", "partly", "no")),
    "aspect": (False, one_of("S", "A", "G")),
    "high_risk": (False, list_of(matching(r"\d+(\.\d+){3}"))),
    "rules": (False, list_of(matching(RULE))),
    "letters": (False, by_level(is_count)),
    "letters_confirmed": (False, is_bool),
    "verbs": (False, by_level(one_of("must", "should", "may"))),
    "unconfirmed": (False, list_of(lambda value: value in (1, 2, 3, 4))),
    "dropped_at": (False, by_level(is_text)),
}
TRIGGER: Schema = {
    "guide": (True, matching(r"\d+(\.\d+){3}")),
    "from": (True, lambda value: value in (2, 3, 4)),
    "condition": (False, one_of("high-continuity", "key-sectors", "platform")),
    "title": (True, is_bilingual),
    "softener": (False, is_bilingual),
}
BASELINE: Schema = {
    "name": (True, matching(SLUG)),
    "level": (True, lambda value: value in (2, 3, 4)),
    "title": (True, is_bilingual),
    "editions": (True, list_of(is_text)),
    "profiles": (False, list_of(matching(SLUG))),
    "severity_raises": (
        False,
        lambda value: (
            isinstance(value, dict)
            and all(map(matching(SLUG), value))
            and all(map(one_of("low", "medium", "high", "critical"), value.values()))
        ),
    ),
}
PROFILE: Schema = {
    "name": (True, matching(SLUG)),
    "title": (True, is_bilingual),
    "editions": (True, list_of(is_text)),
    "requires_cross_border": (False, is_bool),
}
PARAMETER: Schema = {
    "name": (True, matching(SLUG)),
    "kind": (True, one_of("integer", "boolean", "string", "list")),
    "items": (False, one_of("integer", "string")),
    "direction": (True, one_of("min", "max", "set")),
    "default": (True, is_parameter_value),
    "values": (False, lambda value: isinstance(value, dict) and all(map(is_parameter_value, value.values()))),
    "unit": (False, is_text),
    "title": (True, is_bilingual),
}
CLOUD: Schema = {
    "zone": (True, is_text),
    "group": (True, lambda value: isinstance(value, list)),
    "aliases": (False, lambda value: isinstance(value, dict) and all(map(is_text, value.values()))),
    "zone_ids": (False, lambda value: isinstance(value, dict) and all(map(is_text, value.values()))),
}
GROUP: Schema = {
    "class": (True, one_of("public", "finance", "government", "local")),
    "mainland": (True, is_bool),
    "regions": (True, list_of(matching(r"[a-z0-9-]+"))),
    "unconfirmed": (False, list_of(is_text)),
}


def validate(record: Any, schema: Schema, where: str) -> None:
    """Hold a record against a schema. Raises SourceError."""
    if not isinstance(record, dict):
        raise SourceError(f"{where}: not a table")
    for key, value in record.items():
        if key not in schema:
            raise SourceError(f"{where}: unknown key {key!r}")
        if not schema[key][1](value):
            raise SourceError(f"{where}: {key} = {value!r} is not allowed")
    for key, (required, _) in schema.items():
        if required and key not in record:
            raise SourceError(f"{where}: {key} is missing")


def read(path: Path, *tables: str) -> dict[str, Any]:
    """A TOML file that may hold these top-level tables only."""
    with path.open("rb") as file:
        content = tomllib.load(file)
    for key in content:
        if key not in tables:
            raise SourceError(f"{path.name}: unknown table {key!r}")
    return content


def records(path: Path, table: str, schema: Schema) -> list[dict[str, Any]]:
    """The records of one array of tables in a file, each held against the schema."""
    return checked(read(path, table).get(table, []), schema, path.name)


def checked(found: Iterable[Any], schema: Schema, where: str) -> list[dict[str, Any]]:
    """The same records, each held against the schema."""
    result = []
    for index, record in enumerate(found, 1):
        name = (
            record.get("name") or record.get("guide") or record.get("ids") or index
            if isinstance(record, dict)
            else index
        )
        validate(record, schema, f"{where}, record {name}")
        result.append(record)
    return result


def text(value: Mapping[str, str]) -> list[str]:
    """A bilingual text as it stands in JSON: English, Chinese."""
    return [value["en"], value["zh"]]


def clause(record: Mapping[str, Any], where: str) -> dict[str, Any]:
    """One clause as it stands in JSON. Keys that say nothing are left out."""
    if ("ids" in record) == ("number" in record):
        raise SourceError(f"{where}: a clause has either ids or a number: {record['title']['en']}")
    ids = record.get("ids") or dict.fromkeys("234", record.get("number"))
    for key in ("letters", "verbs"):
        if key in record and set(record[key]) != set(ids):
            raise SourceError(f"{where}: {key} and ids name different levels: {ids}")
    compiled: dict[str, Any] = {
        "ids": ids,
        "title": text(record["title"]),
        "technical": record["technical"],
        "responsible": record["responsible"],
        "auto": record["auto"],
    }
    if record.get("aspect", "G") != "G":
        compiled["aspect"] = record["aspect"]
    rules = [speaking(rule) for rule in record.get("rules", [])]
    if rules:
        compiled["rules"] = rules
    for key in ("high_risk", "letters", "verbs", "unconfirmed"):
        if record.get(key):
            compiled[key] = record[key]
    if record.get("letters_confirmed") is False:
        compiled["letters_confirmed"] = False
    if "dropped_at" in record:
        compiled["dropped_at"] = record["dropped_at"]
    return compiled


def speaking(rule: str) -> list[Any]:
    """A rule and the levels at which it speaks for a clause: ``[slug, first, last]``."""
    slug, _, levels = rule.partition("@")
    first, _, last = levels.partition("-")
    return [slug, int(first or 1), int(last or 4)]


def edition(path: Path, known: set[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The record of an edition and its clauses: one file, or a folder with ``edition.toml`` and the files it lists."""
    if path.is_dir():
        head = read(path / "edition.toml", "edition")["edition"]
        validate(head, EDITION, f"{path.name}/edition.toml")
        sources = [path / f"{name}.toml" for name in head["files"]]
        listed = {"edition.toml", "high_risk.toml", *(item.name for item in sources)}
        spare = {item.name for item in path.glob("*.toml")} - listed
        if spare:
            raise SourceError(f"{path.name}: files that edition.toml does not list: {sorted(spare)}")
        found = [record for source in sources for record in records(source, "clause", CLAUSE)]
    else:
        content = read(path, "edition", "clause")
        head = content["edition"]
        validate(head, EDITION, path.name)
        found = checked(content.get("clause", []), CLAUSE, path.name)
    compiled = {
        "id": head["id"],
        "title": text(head["title"]),
        "date": head["date"],
        "status": head["status"],
        "source": head["source"],
        "note": text(head["note"]) if "note" in head else ["", ""],
    }
    clauses = [clause(record, head["id"]) for record in found]
    for guide in {guide for record in clauses for guide in record.get("high_risk", [])} - known:
        raise SourceError(f"{head['id']}: no high-risk verdict {guide}")
    return compiled, clauses


def regulations() -> dict[str, Any]:
    """Every edition, its clauses, and the official high-risk verdicts."""
    root = PACKAGE / "regulations"
    triggers = {
        record["guide"]: {
            "from": record["from"],
            "condition": record.get("condition", ""),
            "title": text(record["title"]),
            "softener": text(record["softener"]) if "softener" in record else ["", ""],
        }
        for record in records(root / "gbt22239-2019" / "high_risk.toml", "trigger", TRIGGER)
    }
    paths = [root / "gbt22239-2019", root / "gbt39786-2021", *sorted((root / "localisation").glob("*.toml"))]
    editions, clauses = [], {}
    for path in paths:
        head, found = edition(path, set(triggers))
        editions.append(head)
        clauses[head["id"]] = found
    return {"editions": editions, "clauses": clauses, "high_risk": triggers}


def baselines() -> dict[str, Any]:
    """Baselines, profiles and parameters."""
    root = PACKAGE / "baselines"
    content = read(root / "baselines.toml", "baseline", "profile")
    compiled: dict[str, Any] = {"baselines": {}, "profiles": {}, "parameters": {}}
    for record in checked(content["baseline"], BASELINE, "baselines.toml"):
        compiled["baselines"][record["name"]] = {
            "level": record["level"],
            "title": text(record["title"]),
            "editions": record["editions"],
            "profiles": record.get("profiles", []),
            "severity_raises": record.get("severity_raises", {}),
        }
    for record in checked(content["profile"], PROFILE, "baselines.toml"):
        compiled["profiles"][record["name"]] = {
            "title": text(record["title"]),
            "editions": record["editions"],
            "requires_cross_border": record.get("requires_cross_border", False),
        }
    names = set(compiled["baselines"]) | set(compiled["profiles"])
    for record in records(root / "parameters.toml", "parameter", PARAMETER):
        if ("items" in record) != (record["kind"] == "list"):
            raise SourceError(f"parameters.toml, {record['name']}: items belong to lists, and lists need them")
        for name in set(record.get("values", {})) - names:
            raise SourceError(f"parameters.toml, {record['name']}: no baseline or profile {name!r}")
        compiled["parameters"][record["name"]] = {
            "kind": record["kind"],
            "items": record.get("items", ""),
            "direction": record["direction"],
            "default": record["default"],
            "values": record.get("values", {}),
            "unit": record.get("unit", ""),
            "title": text(record["title"]),
        }
    return compiled


def regions() -> dict[str, Any]:
    """Regions by cloud: id -> [mainland, class], with the zone pattern and other ids of the same regions."""
    compiled: dict[str, Any] = {}
    for cloud, content in read(
        PACKAGE / "providers" / "regions.toml", "alicloud", "aws", "tencentcloud", "google"
    ).items():
        validate(content, CLOUD, f"regions.toml, {cloud}")
        found: dict[str, Any] = {}
        for group in checked(content["group"], GROUP, f"regions.toml, {cloud}"):
            for region in group["regions"]:
                if region in found:
                    raise SourceError(f"regions.toml, {cloud}: {region} stands in two groups")
                found[region] = [group["mainland"], group["class"]]
            for region in set(group.get("unconfirmed", [])) - set(group["regions"]):
                raise SourceError(f"regions.toml, {cloud}: {region} is unconfirmed but not listed")
        aliases, zone_ids = content.get("aliases", {}), content.get("zone_ids", {})
        for region in {*aliases.values(), *zone_ids.values()} - set(found):
            raise SourceError(f"regions.toml, {cloud}: {region} is not listed")
        re.compile(content["zone"])
        compiled[cloud] = {"zone": content["zone"], "regions": found, "aliases": aliases, "zone_ids": zone_ids}
    return compiled


def outputs() -> dict[Path, str]:
    """The JSON files and what they have to hold."""
    compiled = {
        PACKAGE / "regulations" / "compiled.json": regulations(),
        PACKAGE / "baselines" / "compiled.json": baselines(),
        PACKAGE / "providers" / "regions.json": regions(),
    }
    return {path: json.dumps(data, ensure_ascii=False, indent=1) + "\n" for path, data in compiled.items()}


def main(arguments: list[str]) -> int:
    """Write the JSON files, or compare them with ``--check``."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: compile_regulations.py [--check]\n")
        return 2
    try:
        wanted = outputs()
    except (SourceError, tomllib.TOMLDecodeError, re.error) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stale = [
        path for path, content in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != content
    ]
    if arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(PACKAGE.parent)} is not current\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(PACKAGE.parent)} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
