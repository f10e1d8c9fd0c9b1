"""Compile the regulation data from its TOML sources to the JSON that the program reads.

    python scripts/compile_regulations.py           write the JSON files
    python scripts/compile_regulations.py --check    change nothing; exit status 1 where a JSON file is not current

Every source is held against a schema first: an unknown key, a missing one or a value of the wrong kind is an error that
names the file and the record.
"""

from __future__ import annotations

import json
import math
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
#: ``slug``, ``slug@3`` (from level 3), ``slug@2-2`` (levels 2 to 2), ``slug@3+sm`` (under the profile sm only)
RULE = rf"{SLUG}(?:@[1-4](?:-[1-4])?)?(?:\+{SLUG})?"
NUMBER = r"(?:[A-Z]{1,2})?[0-9a-z]+(?:[.-][0-9a-z]+)*"

EDITION: Schema = {
    "id": (True, matching(r"[a-z0-9.-]+")),
    "title": (True, is_bilingual),
    "date": (True, matching(r"\d{4}-\d{2}-\d{2}")),
    "status": (True, one_of("in-force", "draft", "unconfirmed")),
    "source": (True, is_text),
    "note": (False, is_bilingual),
    "files": (False, list_of(matching("[a-z_]+"))),
    "view": (False, is_bool),
}
CLAUSE: Schema = {
    "ids": (False, by_level(matching(r"[0-9a-z.-]+"))),
    "number": (False, matching(NUMBER)),
    "title": (True, is_bilingual),
    "technical": (True, is_bool),
    "responsible": (True, one_of("tenant", "provider", "shared")),
    "auto": (True, one_of("yes", "partly", "no")),
    "delta": (False, is_bool),
    "aspect": (False, one_of("S", "A", "G")),
    "high_risk": (False, list_of(matching(r"\d+(\.\d+){3}"))),
    "rules": (False, list_of(matching(RULE))),
    "letters": (False, by_level(is_count)),
    "letters_confirmed": (False, is_bool),
    "verbs": (False, by_level(one_of("must", "should", "may"))),
    "unconfirmed": (False, list_of(lambda value: value in (1, 2, 3, 4))),
    "dropped_at": (False, by_level(is_text)),
}
#: A clause that takes over another edition's clause: what it does not say itself it has from there, and the rules that
#: speak for that one speak for it too.
FOLLOWER: Schema = {
    **{key: (False, test) for key, (_, test) in CLAUSE.items()},
    "ids": (True, CLAUSE["ids"][1]),
    "follows": (True, matching(r"[a-z0-9.-]+:[0-9a-z.-]+")),
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
    "editions": (False, list_of(is_text)),
    "extends": (False, matching(SLUG)),
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
    "draft": (False, is_bool),
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
PLACE: Schema = {
    "name": (True, matching(SLUG)),
    "latitude": (True, lambda value: isinstance(value, float) and 18 < value < 54),
    "longitude": (True, lambda value: isinstance(value, float) and 73 < value < 136),
    **{cloud: (False, list_of(matching(r"[a-z0-9-]+"))) for cloud in ("alicloud", "aws", "tencentcloud")},
}
NEAR: Schema = {"places": (True, list_of(matching(SLUG))), "title": (True, is_bilingual)}
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
        follows = schema is CLAUSE and isinstance(record, dict) and "follows" in record
        validate(record, FOLLOWER if follows else schema, f"{where}, record {name}")
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
    for key in ("high_risk", "letters", "verbs", "unconfirmed", "delta"):
        if record.get(key):
            compiled[key] = record[key]
    if record.get("letters_confirmed") is False:
        compiled["letters_confirmed"] = False
    if "dropped_at" in record:
        compiled["dropped_at"] = record["dropped_at"]
    return compiled


def speaking(rule: str) -> list[Any]:
    """A rule and where it speaks for a clause: ``[slug, first level, last level]``, then the profile that it needs."""
    rule, _, profile = rule.partition("+")
    slug, _, levels = rule.partition("@")
    first, _, last = levels.partition("-")
    return [slug, int(first or 1), int(last or 4), *([profile] if profile else [])]


def following(record: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, Any]:
    """The record of a clause that follows another one, made whole. Official high-risk verdicts are not taken over."""
    leader = others.get(record["follows"])
    if leader is None:
        raise SourceError(f"{where}: {record['ids']} follows {record['follows']}, which is no clause")
    whole = {key: leader[key] for key in ("title", "technical", "responsible", "auto", "aspect") if key in leader}
    own = {re.split("[@+]", rule)[0] for rule in record.get("rules", [])}
    rules = [rule for rule in leader.get("rules", []) if re.split("[@+]", rule)[0] not in own]
    rules += record.get("rules", [])
    whole |= {key: value for key, value in record.items() if key != "follows"}
    return whole | ({"rules": rules} if rules else {})


def by_id(identity: str, found: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The records of an edition under each of their ids."""
    return {
        f"{identity}:{number}": record
        for record in found
        for number in (record.get("ids") or {"": record.get("number")}).values()
    }


def edition(
    path: Path, known: set[str], others: dict[str, Mapping[str, Any]] | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The record of an edition and its clauses: one file, or a folder with ``edition.toml`` and the files it lists.

    ``others`` has the clauses that can be followed, by id; those of this edition are added.
    """
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
    if head.get("view"):
        compiled["view"] = True
    others = {} if others is None else others
    found = [following(record, others, head["id"]) if "follows" in record else record for record in found]
    numbers = [(level, number) for record in found for level, number in (record.get("ids") or {}).items()]
    numbers += [("", record["number"]) for record in found if "number" in record]
    doubles = {number for number in numbers if numbers.count(number) > 1}
    if doubles:
        raise SourceError(f"{head['id']}: two clauses of one number: {sorted(doubles)}")
    others |= by_id(head["id"], found)
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
    editions, clauses = [], {}
    others: dict[str, Mapping[str, Any]] = {}
    for path in edition_paths(root):
        head, found = edition(path, set(triggers), others)
        editions.append(head)
        clauses[head["id"]] = found
    return {"editions": editions, "clauses": clauses, "high_risk": triggers}


def edition_paths(root: Path) -> list[Path]:
    """The sources of the editions, GB/T 22239 first: folders with ``edition.toml``, and files in folders without.

    An edition whose clauses follow those of another one comes after it.
    """
    folders = [path.parent for path in root.glob("*/edition.toml")]
    files = [path for path in root.glob("*/*.toml") if path.parent not in folders]
    return sorted({*folders, *files}, key=lambda path: (path.name != "gbt22239-2019", path.relative_to(root)))


def baselines() -> dict[str, Any]:
    """Baselines, profiles and parameters."""
    root = PACKAGE / "baselines"
    content = read(root / "baselines.toml", "baseline", "profile")
    compiled: dict[str, Any] = {"baselines": {}, "profiles": {}, "parameters": {}}
    for record in checked(content["baseline"], BASELINE, "baselines.toml"):
        extended: dict[str, Any] = {}
        if "extends" in record:
            extended = compiled["baselines"].get(record["extends"], {})
            if extended.get("level") != record["level"]:
                raise SourceError(
                    f"baselines.toml, {record['name']}: no baseline {record['extends']!r} of its level before it"
                )
        compiled["baselines"][record["name"]] = {
            "level": record["level"],
            "title": text(record["title"]),
            "extends": record.get("extends", ""),
            "editions": [*extended.get("editions", []), *record.get("editions", [])],
            "profiles": record.get("profiles", []),
            "severity_raises": {**extended.get("severity_raises", {}), **record.get("severity_raises", {})},
        }
    for record in checked(content["profile"], PROFILE, "baselines.toml"):
        compiled["profiles"][record["name"]] = {
            "title": text(record["title"]),
            "editions": record["editions"],
            "requires_cross_border": record.get("requires_cross_border", False),
            "draft": record.get("draft", False),
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


def lines(value: Any, depth: int = 0) -> str:
    """JSON with one record on a line: lean to read, and a change shows in the lines that it concerns."""
    if isinstance(value, dict) and value and depth < 2:
        rows = [f"{compact(key)}:{lines(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(map(compact, value)) + "\n]"
    return compact(value)


def compact(value: Any) -> str:
    """JSON on one line without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


#: The edition that every baseline needs; its clauses stand in the file that is always read.
CORE = "gbt22239-2019"


def distances() -> dict[str, Any]:
    """The places of mainland regions by cloud, and the kilometres between places, to the nearest five."""
    content = read(PACKAGE / "providers" / "distances.toml", "tolerance", "place", "near")
    known = {cloud: record["regions"] for cloud, record in regions().items()}
    found = {record["name"]: record for record in checked(content["place"], PLACE, "distances.toml")}
    places: dict[str, dict[str, str]] = {"alicloud": {}, "aws": {}, "tencentcloud": {}}
    for name, record in found.items():
        for cloud, table in places.items():
            for region in record.get(cloud, []):
                if not known[cloud].get(region, [False])[0] or region in table:
                    raise SourceError(f"distances.toml, {name}: {region} is no mainland region, or named twice")
                table[region] = name
    for cloud, table in places.items():
        missing = {region for region, (mainland, _) in known[cloud].items() if mainland} - set(table)
        if missing:
            raise SourceError(f"distances.toml: {cloud} regions without a place: {sorted(missing)}")
    kilometres = {
        f"{one} {other}": 5 * round(between(found[one], found[other]) / 5)
        for one in sorted(found)
        for other in sorted(found)
        if one < other
    }
    near = {}
    for record in checked(content.get("near", []), NEAR, "distances.toml"):
        pair = " ".join(sorted(record["places"]))
        if pair not in kilometres:
            raise SourceError(f"distances.toml: no such places: {pair}")
        near[pair] = text(record["title"])
    return {"tolerance": content["tolerance"], "places": places, "kilometres": kilometres, "near": near}


def between(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Kilometres between two places on a sphere of the earth's mean radius."""
    first, second = math.radians(one["latitude"]), math.radians(other["latitude"])
    across = math.sin(math.radians(other["longitude"] - one["longitude"]) / 2) ** 2
    along = math.sin((second - first) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(along + math.cos(first) * math.cos(second) * across))


def outputs() -> dict[Path, str]:
    """The JSON files and what they have to hold: the clauses of each edition beside the core in a file of their own."""
    everything = regulations()
    clauses = everything["clauses"]
    root = PACKAGE / "regulations"
    compiled = {root / "compiled.json": {**everything, "clauses": {CORE: clauses[CORE]}}}
    compiled |= {root / f"{name}.json": {"clauses": {name: found}} for name, found in clauses.items() if name != CORE}
    compiled[PACKAGE / "baselines" / "compiled.json"] = baselines()
    written = {path: lines(data) + "\n" for path, data in compiled.items()}
    written[PACKAGE / "providers" / "distances.json"] = lines(distances()) + "\n"
    written[PACKAGE / "providers" / "regions.json"] = json.dumps(regions(), ensure_ascii=False, indent=1) + "\n"
    return written


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
