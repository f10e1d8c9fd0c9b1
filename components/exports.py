"""Pulumi's own files: writes what ``pulumi stack export`` writes, reads exports and ``pulumi preview --json``.

Standard library and the kernel only: reading a file that an engine wrote needs no Pulumi SDK.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    STACK_TYPE,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.model import SourceLocation

if TYPE_CHECKING:
    from compliant_infra.components.recorder import Recording

#: The versions of the format that are read: 4 is 3 with a list of features.
READABLE_VERSIONS: Final = (3, 4)

#: The engine whose format is written.
ENGINE_VERSION: Final = "v3.272.0"

#: Written by ``preview --json`` in place of a secret.
HIDDEN_SECRET: Final = "[secret]"

#: Inputs that providers and the engine add for themselves; they are no settings.
_INTERNAL_INPUTS: Final = frozenset({"__defaults", "__internal", "__meta"})

#: Where installed packages lie, which are no part of a program.
FOLDERS_OF_LIBRARIES: Final = ("site-packages", "dist-packages")


class InvalidExportError(ValueError):
    """The document is not what ``pulumi stack export`` or ``pulumi preview --json`` writes; says what is wrong."""


# --------------------------------------------------------------------------------------------------------------
# Writing
# --------------------------------------------------------------------------------------------------------------


def stack_export(
    registrations: Recording | Iterable[Registration], *, time: str = "1970-01-01T00:00:00Z"
) -> dict[str, Any]:
    """The registrations as ``pulumi stack export --show-secrets`` writes them, format version 3.

    ``time`` is the manifest's; a fixed one, so that two exports of the same program are equal. Secrets are written in
    plain text, as JSON within the wrapper of the format, so that the file can be read and imported without a key:
    treat it as the secrets that it holds.

    The format has no place for ``providers``, ``delete_before_replace`` and ``version``. In the recording of a preview
    unknown values stay as ``UNKNOWN_SENTINEL``, which an engine writes into previews only.
    """
    listed = registrations if isinstance(registrations, Iterable) else registrations.registrations
    return {
        "version": 3,
        "deployment": {
            "manifest": {
                "time": time,
                "magic": sha256(ENGINE_VERSION.encode()).hexdigest(),
                "version": ENGINE_VERSION,
            },
            "resources": [_resource(registration) for registration in listed],
            "metadata": {},
        },
    }


def _resource(registration: Registration) -> dict[str, Any]:
    written: dict[str, Any] = {"urn": registration.urn, "custom": registration.custom}
    optional = {
        "id": registration.id,
        "type": registration.type,
        "inputs": _with_plaintext(registration.inputs),
        "outputs": _with_plaintext(registration.outputs),
        "parent": registration.parent,
        "protect": registration.protect,
        "external": registration.read,
        "dependencies": list(registration.dependencies),
        "provider": registration.provider,
        "propertyDependencies": {key: list(urns) for key, urns in registration.property_dependencies.items()},
        "additionalSecretOutputs": list(registration.additional_secret_outputs),
        "aliases": [alias for alias in registration.aliases if isinstance(alias, str)],
        "customTimeouts": {key: _seconds(text) for key, text in registration.custom_timeouts.items()},
        "retainOnDelete": registration.retain_on_delete,
        "deletedWith": registration.deleted_with,
        "sourcePosition": _position(registration.source),
        "ignoreChanges": list(registration.ignore_changes),
        "replaceOnChanges": list(registration.replace_on_changes),
    }
    written.update((key, value) for key, value in optional.items() if value)
    return written


def _with_plaintext(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            plaintext = json.dumps(value.get("value"), ensure_ascii=False)
            return {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": plaintext}
        return {key: _with_plaintext(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_plaintext(item) for item in value]
    return value


def _position(source: SourceLocation | None) -> str:
    if source is None:
        return ""
    scheme = "file://" if source.file.startswith("/") else "project:///"
    column = f",{source.column}" if source.column else ""
    return f"{scheme}{quote(source.file)}#{source.line}{column}"


# --------------------------------------------------------------------------------------------------------------
# Reading
# --------------------------------------------------------------------------------------------------------------


def read_export(document: Any) -> list[Registration]:
    """The resources of a parsed ``pulumi stack export``, in its order; entries that wait for deletion are left out.

    An encrypted secret becomes a secret with an unknown value. Raises ``InvalidExportError``.
    """
    top = _mapping(document, "the document")
    version = top.get("version")
    if version not in READABLE_VERSIONS:
        raise InvalidExportError(
            "this is no 'pulumi stack export': there is no version"
            if version is None
            else f"the export has format version {version!r}; read are {', '.join(map(str, READABLE_VERSIONS))}"
        )
    deployment = _mapping(top.get("deployment"), "deployment")
    entries = _list(deployment.get("resources", []), "deployment.resources")
    found = [
        _registration(entry, f"deployment.resources[{at}]")
        for at, entry in enumerate(entries)
        if not (isinstance(entry, Mapping) and entry.get("delete"))
    ]
    return _unique(found)


def read_preview(document: Any) -> list[Registration]:
    """The resources that a parsed ``pulumi preview --json`` leaves behind: the new states of its steps.

    Deletions are left out; a replacement counts once. Hidden secrets become secrets with an unknown value. Default
    providers are no steps; they are made of the configuration that the preview lists. Raises ``InvalidExportError``.
    """
    top = _mapping(document, "the document")
    if "steps" not in top:
        if "deployment" in top:
            raise InvalidExportError("this is a 'pulumi stack export', not a 'pulumi preview --json'")
        raise InvalidExportError("this is no 'pulumi preview --json': it has no steps")
    found: dict[str, Registration] = {}
    for at, entry in enumerate(_list(top["steps"], "steps")):
        step = _mapping(entry, f"steps[{at}]")
        operation = _text(step.get("op"), f"steps[{at}].op")
        if operation.startswith(("delete", "discard", "read-discard", "remove-pending")):
            continue
        state = step.get("newState")
        if state is None:
            continue
        registration = _registration(state, f"steps[{at}].newState", hidden_secrets=True)
        found[registration.urn] = registration  # create-replacement and replace are two steps of one resource
    providers = _default_providers(found, _mapping(top.get("config"), "config", absent=True))
    return [*providers, *found.values()]


def _default_providers(found: Mapping[str, Registration], config: Mapping[str, Any]) -> list[Registration]:
    """The default providers that resources refer to, which are no steps: each has the configuration of its package."""
    made: dict[str, Registration] = {}
    for item in found.values():
        urn = item.provider.rpartition("::")[0]
        parts = urn.split("::")
        if urn in found or urn in made or len(parts) != 4 or not parts[3].startswith("default"):
            continue
        package = parts[2].rpartition("$")[2].removeprefix(PROVIDER_PREFIX)
        inputs = {
            key.partition(":")[2]: _value(value, f"config.{key}", hidden_secrets=True)
            for key, value in config.items()
            if key.startswith(f"{package}:")
        }
        if inputs:
            made[urn] = Registration(
                urn=urn, type=f"{PROVIDER_PREFIX}{package}", name=parts[3], custom=True, inputs=inputs
            )
    return list(made.values())


def left_out(document: Any) -> int:
    """How many resources a parsed ``pulumi preview --json`` counts and does not list: those that do not change.

    0 for other documents, and for previews made with ``--show-sames``.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("changeSummary"), Mapping):
        return 0
    steps = document.get("steps")
    listed = (
        sum(1 for step in steps if isinstance(step, Mapping) and step.get("op") == "same")
        if isinstance(steps, list)
        else 0
    )
    counted = document["changeSummary"].get("same", 0)
    # The stack itself is always among those that are listed, and among those that are counted.
    return max(0, counted - listed) if isinstance(counted, int) else 0


def _unique(found: list[Registration]) -> list[Registration]:
    seen: set[str] = set()
    for registration in found:
        if registration.urn in seen:
            raise InvalidExportError(f"{registration.urn} is there twice")
        seen.add(registration.urn)
    return found


def _registration(entry: Any, at: str, *, hidden_secrets: bool = False) -> Registration:
    state = _mapping(entry, at)
    urn = _text(state.get("urn"), f"{at}.urn")
    parts = urn.split("::", 3)
    if len(parts) != 4 or not urn.startswith("urn:pulumi:"):
        raise InvalidExportError(f"{at}.urn: {urn!r} is no URN of a Pulumi resource")
    type_ = _text(state.get("type", parts[2].rpartition("$")[2]), f"{at}.type")
    custom = _flag(state.get("custom"), f"{at}.custom")
    inputs = _mapping(state.get("inputs"), f"{at}.inputs", absent=True)
    outputs = _mapping(state.get("outputs"), f"{at}.outputs", absent=True)
    dependencies = _mapping(state.get("propertyDependencies"), f"{at}.propertyDependencies", absent=True)
    timeouts = _mapping(state.get("customTimeouts"), f"{at}.customTimeouts", absent=True)
    return Registration(
        urn=urn,
        type=type_,
        name=parts[3],
        custom=custom,
        inputs=_properties(inputs, f"{at}.inputs", hidden_secrets),
        parent=_text(state.get("parent"), f"{at}.parent", absent=True),
        provider=_text(state.get("provider"), f"{at}.provider", absent=True),
        id=_text(state.get("id"), f"{at}.id", absent=True),
        outputs=_properties(outputs, f"{at}.outputs", hidden_secrets),
        protect=_flag(state.get("protect"), f"{at}.protect"),
        retain_on_delete=_flag(state.get("retainOnDelete"), f"{at}.retainOnDelete"),
        deleted_with=_text(state.get("deletedWith"), f"{at}.deletedWith", absent=True),
        dependencies=_texts(state.get("dependencies"), f"{at}.dependencies"),
        property_dependencies={
            key: _texts(urns, f"{at}.propertyDependencies.{key}") for key, urns in dependencies.items()
        },
        aliases=_texts(state.get("aliases"), f"{at}.aliases"),
        ignore_changes=_texts(state.get("ignoreChanges"), f"{at}.ignoreChanges"),
        replace_on_changes=_texts(state.get("replaceOnChanges"), f"{at}.replaceOnChanges"),
        additional_secret_outputs=_texts(state.get("additionalSecretOutputs"), f"{at}.additionalSecretOutputs"),
        custom_timeouts={
            key: _duration(value, f"{at}.customTimeouts.{key}") for key, value in timeouts.items() if value
        },
        read=_flag(state.get("external"), f"{at}.external"),
        source=_source(state, at) if type_ != STACK_TYPE else None,
    )


def _properties(properties: Mapping[str, Any], at: str, hidden_secrets: bool) -> dict[str, Any]:
    return {
        key: _value(value, f"{at}.{key}", hidden_secrets)
        for key, value in properties.items()
        if key not in _INTERNAL_INPUTS
    }


def _value(value: Any, at: str, hidden_secrets: bool) -> Any:
    """The value in the wire format."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            return {SIGNATURE_KEY: SECRET_SIGNATURE, "value": _secret(value, at)}
        return {key: _value(item, f"{at}.{key}", hidden_secrets) for key, item in value.items() if key != "__defaults"}
    if isinstance(value, list):
        return [_value(item, f"{at}[{index}]", hidden_secrets) for index, item in enumerate(value)]
    if hidden_secrets and value == HIDDEN_SECRET:
        return {SIGNATURE_KEY: SECRET_SIGNATURE, "value": UNKNOWN_SENTINEL}
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2.0**53:
        return int(value)
    return value


def _secret(value: Mapping[str, Any], at: str) -> Any:
    if "plaintext" in value:
        try:
            return json.loads(_text(value["plaintext"], f"{at}.plaintext"))
        except ValueError as error:
            raise InvalidExportError(f"{at}.plaintext: not the JSON of a secret") from error
    return value.get("value", UNKNOWN_SENTINEL)  # "ciphertext": only the stack's key opens it


def _source(state: Mapping[str, Any], at: str) -> SourceLocation | None:
    """The innermost place outside installed libraries; the position itself where no frame is."""
    frames = _list(state.get("stackTrace") or [], f"{at}.stackTrace")
    positions = [frame.get("sourcePosition") for frame in frames if isinstance(frame, Mapping)]
    for position in (*positions, state.get("sourcePosition")):
        place = _place(position)
        if place is not None and not set(FOLDERS_OF_LIBRARIES).intersection(PurePosixPath(place.file).parts):
            return place
    return None


def _place(position: Any) -> SourceLocation | None:
    """``project:///app.py#12,4`` as a place; None where it is anything else."""
    found = re.fullmatch(r"(project:///|file://)([^#]+)(?:#(\d{1,9})(?:,(\d{1,9}))?)?", str(position or ""))
    if found is None:
        return None
    _, file, line, column = found.groups()
    return SourceLocation(unquote(file), int(line or 0), column=int(column or 0))


# --------------------------------------------------------------------------------------------------------------
# Durations: options name them as "1h30m", the format counts seconds
# --------------------------------------------------------------------------------------------------------------

_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def _seconds(text: str) -> float | int:
    """The seconds of a duration such as ``1h30m``; ``InvalidExportError`` where it is none."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise InvalidExportError(f"{text!r} is no duration such as 30s, 5m or 1h30m")
    total = float(sum(float(number) * _UNITS[unit] for number, unit in parts))
    return int(total) if total.is_integer() else total


def _duration(value: Any, at: str) -> str:
    """The duration of so many seconds, in the largest units."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidExportError(f"{at}: expected a number of seconds, got {_kind(value)}")
    whole = int(value)
    if whole != value:
        return f"{value}s"
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    named = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in named if number)


# --------------------------------------------------------------------------------------------------------------
# What a document must hold
# --------------------------------------------------------------------------------------------------------------


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")


def _mapping(value: Any, at: str, *, absent: bool = False) -> Mapping[str, Any]:
    if value is None and absent:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidExportError(f"{at}: expected an object, got {_kind(value)}")
    return value


def _list(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidExportError(f"{at}: expected a list, got {_kind(value)}")
    return value


def _text(value: Any, at: str, *, absent: bool = False) -> str:
    if value is None and absent:
        return ""
    if not isinstance(value, str):
        raise InvalidExportError(f"{at}: expected a text, got {_kind(value)}")
    return value


def _texts(value: Any, at: str) -> Sequence[str]:
    if value is None:
        return []
    return [_text(item, f"{at}[{index}]") for index, item in enumerate(_list(value, at))]


def _flag(value: Any, at: str) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise InvalidExportError(f"{at}: expected true or false, got {_kind(value)}")
    return value
