"""What a team chooses for the pack: baseline, profiles, parameters, waivers, and what blocks.

The first of these that names a baseline decides: the pack's configuration (``--policy-pack-config``, under
``compliant-infra``), the environment (``COMPLIANT_INFRA_BASELINE``), the stack configuration
(``compliant-infra:baseline``, which the components read too), the settings file. Profiles of all of them add up. Of
parameters, the first that names one decides.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from compliant_infra.assignment import Request
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.components.policy_pack.policies import (
    DISABLED,
    LEVELS,
    MANDATORY,
    PACK_POLICY,
    REMEDIATE,
    Policy,
    both,
    policies_by_name,
    policy_of,
)
from compliant_infra.kernel.model import Diagnostic, Severity
from compliant_infra.regulations import catalogue as regulations
from compliant_infra.settings import DEFAULT_BASELINE, Settings, find_settings, load_settings

#: The variables of the environment.
BASELINE_VARIABLE: Final = "COMPLIANT_INFRA_BASELINE"
PROFILES_VARIABLE: Final = "COMPLIANT_INFRA_PROFILES"
SETTINGS_VARIABLE: Final = "COMPLIANT_INFRA_SETTINGS"

#: The namespace of the stack configuration.
_NAMESPACE: Final = "compliant-infra"

_SEVERITIES: Final = tuple(str(severity) for severity in reversed(Severity))

#: What stands under ``compliant-infra`` in the file of ``--policy-pack-config``: JSON schema by property.
SCHEMA: Final[Mapping[str, Mapping[str, Any]]] = {
    "baseline": {
        "type": "string",
        "enum": list(baselines.BASELINES),
        "description": f"The baseline to judge by; without one anywhere: {DEFAULT_BASELINE}.",
    },
    "profiles": {
        "type": "array",
        "items": {"type": "string", "enum": [*baselines.PROFILES, baselines.ALL]},
        "description": "Profiles to add.",
    },
    "grades": {"type": "string", "description": "The system's grades, for example S2A3G3."},
    "parameters": {"type": "object", "description": "The team's own numbers, for example log-retention-days."},
    "complete": {
        "type": "boolean",
        "description": "The stack is the whole system: what ought to exist somewhere and does not is a violation.",
    },
    "settings": {"type": "string", "description": "Path of a compliant-infra.toml, absolute or from the project."},
    "enforcement": {
        "type": "object",
        "additionalProperties": {"type": "string", "enum": list(LEVELS)},
        "description": f"Enforcement levels by severity ({', '.join(_SEVERITIES)}) or by rule.",
    },
    "language": {"type": "string", "enum": ["en", "zh"], "description": "Language of messages; else the locale's."},
}


#: The types of the schema in Python.
_KINDS: Final[Mapping[str, type]] = {"string": str, "array": list, "object": Mapping, "boolean": bool}


class ConfigurationError(Exception):
    """What is asked of the pack cannot be done; the text says what is wrong, for the user."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the pack runs: the environment of the engine, and the stack that it is asked about."""

    environment: Mapping[str, str] = field(default_factory=dict)
    project: str = ""
    configuration: Mapping[str, str] = field(default_factory=dict)  # of the stack, without secrets

    def folder(self) -> Path | None:
        """The folder of the Pulumi project, if the engine was started in it or below.

        The engine starts a pack in the pack's own folder and does not tell where the program is. What is left is the
        shell's working directory; it is believed where the project there has the name that the engine tells.
        """
        started = self.environment.get("PWD", "")
        if not os.path.isabs(started) or not self.project:
            return None
        for folder in (Path(started), *Path(started).parents):
            for name in ("Pulumi.yaml", "Pulumi.yml"):
                if (folder / name).is_file():
                    return folder if self.project in _names(folder / name) else None
        return None


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of every stack until the next configuration."""

    request: Request
    assumed: bool = False  # no place names a baseline
    complete: bool = False
    settings: Settings = field(default_factory=Settings)
    language: str = "en"
    enforcement: Mapping[str, str] = field(default_factory=dict)  # by severity, or by rule
    all_level: str = ""  # that of "all" in Pulumi's own configuration
    levels: Mapping[str, str] = field(default_factory=dict)  # Pulumi's own levels, by policy, defaults filled in
    startup_baseline: str = DEFAULT_BASELINE  # by which the defaults were declared

    def level(self, policy: Policy, severity: Severity) -> str:
        """What a violation does: what is said of the rule comes before what is said of its severity or of all."""
        named = self.enforcement.get(policy.name)
        if named is None:
            default = self.all_level or policy.enforcement_level(self.startup_baseline)
            given = self.levels.get(policy.name, default)
            named = given if given != default else self.enforcement.get(str(severity), default)
        return MANDATORY if named == REMEDIATE else named

    def own_level(self) -> str:
        """The level of what the pack says of itself: never more than advice."""
        level = self.levels.get(PACK_POLICY, "")
        return DISABLED if level == DISABLED else "advisory"


def choose(
    properties: Mapping[str, Any],
    surroundings: Surroundings,
    today: date,
    *,
    levels: Mapping[str, str] | None = None,
    all_level: str = "",
    startup_baseline: str = DEFAULT_BASELINE,
) -> Choice:
    """What is asked for, of all the places where it may be said. Raises ConfigurationError.

    ``properties`` are those of ``compliant-infra`` in the pack's configuration; ``levels`` Pulumi's enforcement levels
    by policy, ``all_level`` that of ``"all"``.
    """
    unknown = sorted(properties.keys() - SCHEMA.keys())
    if unknown:
        raise ConfigurationError(f"{PACK_POLICY}: unknown property {', '.join(unknown)}; known: {', '.join(SCHEMA)}")
    for name, value in properties.items():
        kind = str(SCHEMA[name]["type"])
        if value is not None and not isinstance(value, _KINDS[kind]):
            raise ConfigurationError(f"{PACK_POLICY}.{name}: expected {kind}, got {value!r}")
    folder = surroundings.folder()
    settings, display = _settings(properties, surroundings, folder)
    of_stack = surroundings.configuration
    environment = surroundings.environment
    baseline, source = _first(
        (properties.get("baseline"), "the pack's configuration"),
        (environment.get(BASELINE_VARIABLE), BASELINE_VARIABLE),
        (of_stack.get(f"{_NAMESPACE}:baseline"), f"{_NAMESPACE}:baseline of the stack configuration"),
        (settings.baseline, display),
        (DEFAULT_BASELINE, ""),
    )
    if baseline not in baselines.BASELINES:
        raise ConfigurationError(
            f"unknown baseline {baseline!r} in {source}; known: {', '.join(baselines.BASELINES)} / 未知的基线"
        )
    profiles = _profiles(
        (properties.get("profiles") or [], "the pack's configuration"),
        (_listed(environment.get(PROFILES_VARIABLE, "")), PROFILES_VARIABLE),
        (_listed(of_stack.get(f"{_NAMESPACE}:profiles", "")), f"{_NAMESPACE}:profiles of the stack configuration"),
        (settings.profiles, display),
    )
    parameters = _parameters(
        baseline,
        profiles,
        (settings.parameters, display),
        (_object(of_stack.get(f"{_NAMESPACE}:parameters", "")), f"{_NAMESPACE}:parameters of the stack configuration"),
        (properties.get("parameters") or {}, "the pack's configuration"),
    )
    declared = settings.cross_border
    grades = properties.get("grades") or settings.grades
    try:
        regulations.rule_names(baseline, frozenset(baselines.active_profiles(baseline, profiles)), grades)
    except ValueError as error:
        raise ConfigurationError(f"grades {grades!r}: {error}") from None
    return Choice(
        request=Request(
            baseline=baseline,
            profiles=profiles,
            grades=grades,
            parameters=Request.parameter_items(parameters),
            destinations=declared.destinations,
            mechanism=declared.mechanism,
            mechanism_valid=declared.valid(today),
        ),
        assumed=not source,
        complete=bool(properties.get("complete", _is_whole(settings, folder))),
        settings=settings,
        language=properties.get("language") or _language(environment),
        enforcement=_enforcement(properties.get("enforcement") or {}),
        all_level=all_level,
        levels=_known_levels(levels or {}),
        startup_baseline=startup_baseline,
    )


def _settings(properties: Mapping[str, Any], surroundings: Surroundings, folder: Path | None) -> tuple[Settings, str]:
    """The settings and how messages name them; empty ones where there is no file."""
    given = properties.get("settings") or surroundings.environment.get(SETTINGS_VARIABLE) or ""
    if given:
        path = Path(given) if os.path.isabs(given) else (folder / given if folder is not None else None)
        if path is None:
            raise ConfigurationError(
                f"settings {given!r}: the folder of the project is not known here; give an absolute path"
            )
        if not path.is_file():
            raise ConfigurationError(f"no such settings file: {path}")
    else:
        path = find_settings(folder, _top(folder)) if folder is not None else None
    if path is None:
        return Settings(), ""
    settings = load_settings(path, str(path))
    errors = [item for item in settings.diagnostics if item.level == "error"]
    if errors:
        raise ConfigurationError("; ".join(f"{_place(item)}: {both(item.message)}" for item in errors))
    return settings, str(path)


def _place(item: Diagnostic) -> str:
    return f"{item.file}:{item.line}" if item.line else item.file


def _top(folder: Path) -> Path:
    """The top of the working tree, above which no settings are looked for; the folder itself where there is none."""
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def _names(path: Path) -> list[str]:
    """The values under ``name`` in a project file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    return re.findall(r"""(?m)^\s*\{?\s*["']?name["']?\s*:\s*["']?([A-Za-z0-9_.-]+)""", text)


def _is_whole(settings: Settings, folder: Path | None) -> bool:
    """Whether the settings declare a system that is complete, and that this project is all of."""
    path = settings.path
    return settings.complete and not settings.roots and path is not None and path.parent == folder


def _first(*sources: tuple[Any, str]) -> tuple[str, str]:
    return next((str(value), source) for value, source in sources if value)


def _listed(text: str) -> list[str]:
    return [item for item in re.split(r"[,\s]+", text.strip().strip("[]").replace('"', "")) if item]


def _profiles(*sources: tuple[Iterable[str], str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for names, source in sources:
        for name in names:
            if name != baselines.ALL and name not in baselines.PROFILES:
                known = ", ".join([*baselines.PROFILES, baselines.ALL])
                raise ConfigurationError(f"unknown profile {name!r} in {source}; known: {known} / 未知的 profile")
            found[name] = None
    return tuple(found)


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = None
    if not isinstance(found, Mapping):
        raise ConfigurationError(f"{_NAMESPACE}:parameters of the stack configuration is no object in JSON")
    return found


def _parameters(baseline: str, profiles: tuple[str, ...], *sources: tuple[Mapping[str, Any], str]) -> dict[str, Any]:
    """The team's own values, the later sources over the earlier ones."""
    found: dict[str, Any] = {}
    for values, source in sources:
        for name, value in values.items():
            whole = _whole(value)
            try:
                baselines.parameters(baseline, profiles, {name: whole})
            except ValueError as error:
                raise ConfigurationError(f"parameters.{name} in {source}: {error}") from None
            found[name] = whole
    return found


def _whole(value: Any) -> Any:
    """Whole numbers as ``int``: on the wire all numbers are floats."""
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _enforcement(given: Mapping[str, Any]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, level in given.items():
        if level not in LEVELS:
            raise ConfigurationError(f"enforcement.{name}: {level!r} is none of {', '.join(LEVELS)}")
        policy = policy_of(name)
        if policy is None and name not in _SEVERITIES:
            raise ConfigurationError(f"enforcement.{name}: neither a severity ({', '.join(_SEVERITIES)}) nor a rule")
        found[policy.name if policy is not None else name] = level
    return found


def _known_levels(levels: Mapping[str, str]) -> Mapping[str, str]:
    """The levels by policy. A name that is none would be a wish that nothing fulfils."""
    unknown = sorted(levels.keys() - policies_by_name().keys() - {PACK_POLICY, "all"})
    if unknown:
        hints = [f"{name} (now {policy.name})" if (policy := policy_of(name)) else name for name in unknown]
        raise ConfigurationError(f"the pack's configuration names unknown policies: {', '.join(hints)}")
    return levels


def _language(environment: Mapping[str, str]) -> str:
    """``zh`` under a Chinese locale, else ``en``."""
    value = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if value.lower().startswith("zh") else "en"
