"""Mistakes in inputs that Pulumi's SDK lets through and the provider would refuse, or worse, ignore.

The SDK sends a nested dictionary as it is: a misspelt key, a text where a number belongs, a value that does not exist,
a required key that is not there. ``problems`` finds them in a recorded or exported registration, by the SDK's own
metadata (the class of arguments that belongs to the type) and by ``allowed_values.json``, which
``scripts/compile_allowed_values.py`` makes from the providers' schemas and documentation.

Nothing is said of what cannot be told: unknown values, resources of packages whose SDK is not installed, resources that
are looked up with ``get``, components, values for which no list is known.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Final, NamedTuple

from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.model import Text

#: What can be wrong with an input. "deprecated" is a warning, the others are errors.
KINDS: Final = ("unknown-property", "missing", "type", "value", "range", "deprecated")

#: Types that Alibaba Cloud's provider calls deprecated and the SDK does not, and what to use instead.
SUPERSEDED: Final[Mapping[str, str]] = {
    "alicloud:cloudfirewall/instance:Instance": "cloudfirewall.InstanceV2",
    "alicloud:cfg/deliveryChannel:DeliveryChannel": "cfg.Delivery",
    "alicloud:cr/repo:Repo": "cs.RegistryEnterpriseRepo",
    "alicloud:cr/namespace:Namespace": "cs.RegistryEnterpriseNamespace",
    "alicloud:cs/kubernetes:Kubernetes": "cs.ManagedKubernetes",
    "alicloud:cs/edgeKubernetes:EdgeKubernetes": "cs.ManagedKubernetes",
    "alicloud:cs/serverlessKubernetes:ServerlessKubernetes": "cs.ManagedKubernetes",
    "alicloud:fc/service:Service": "fc.V3Function",
    "alicloud:fc/function:Function": "fc.V3Function",
    "alicloud:fc/trigger:Trigger": "fc.V3Trigger",
    "alicloud:hbr/ecsBackupPlan:EcsBackupPlan": "hbr.Policy and hbr.PolicyBinding",
    "alicloud:hbr/ossBackupPlan:OssBackupPlan": "hbr.Policy and hbr.PolicyBinding",
    "alicloud:hbr/nasBackupPlan:NasBackupPlan": "hbr.Policy and hbr.PolicyBinding",
    "alicloud:hbr/serverBackupPlan:ServerBackupPlan": "hbr.Policy and hbr.PolicyBinding",
    "alicloud:hbr/otsBackupPlan:OtsBackupPlan": "hbr.Policy and hbr.PolicyBinding",
    "alicloud:kvstore/backupPolicy:BackupPolicy": "backup_periods and backup_time of kvstore.Instance",
    "alicloud:mns/queue:Queue": "message.ServiceQueue",
    "alicloud:mns/topic:Topic": "message.ServiceTopic",
    "alicloud:mns/topicSubscription:TopicSubscription": "message.ServiceSubscription",
    "alicloud:vpc/networkAclEntries:NetworkAclEntries": "the entries of vpc.NetworkAcl",
    "alicloud:vpc/networkAclAttachment:NetworkAclAttachment": "vpc.VpcNetworkAclAttachment",
    "alicloud:ram/roleAttachment:RoleAttachment": "ecs.RamRoleAttachment",
    "alicloud:ram/groupMembership:GroupMembership": "ram.UserGroupAttachment",
    "alicloud:slb/attachment:Attachment": "slb.BackendServer",
    "alicloud:waf/instance:Instance": "wafv3.Instance",
    "alicloud:waf/domain:Domain": "wafv3.Domain",
}

_SCALARS: Final = (str, int, float, bool)
_KIND_NAMES: Final = {
    "text": Text("a text", "字符串"),
    "whole": Text("a whole number", "整数"),
    "number": Text("a number", "数字"),
    "flag": Text("true or false", "布尔值"),
    "object": Text("an object", "对象"),
    "list": Text("a list", "列表"),
}


class InputProblem(NamedTuple):
    """One mistake: in which resource, at which input (wire names, ``rules[0].status``), of which of ``KINDS``."""

    urn: str
    path: str
    kind: str
    message: Text

    @property
    def is_warning(self) -> bool:
        """True for what works today and is on its way out."""
        return self.kind == "deprecated"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value may be, by the SDK's annotation. ``anything``: the annotation does not tell."""

    scalars: frozenset[str] = frozenset()  # of "text", "whole", "number", "flag"
    properties: type | None = None  # the class of arguments of an object
    element: Shape | None = None  # of a list
    values: Shape | None = None  # of a map
    anything: bool = False

    def expected(self) -> Text:
        """What the shape takes, for a sentence."""
        kinds: list[str] = [kind for kind in ("text", "whole", "number", "flag") if kind in self.scalars]
        if self.properties is not None or self.values is not None:
            kinds.append("object")
        if self.element is not None:
            kinds.append("list")
        return Text(
            " or ".join(_KIND_NAMES[kind].en for kind in kinds), "或".join(_KIND_NAMES[kind].zh for kind in kinds)
        )


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of an object, by their wire names."""

    shapes: Mapping[str, Shape]
    required: frozenset[str]
    deprecated: Mapping[str, str] = field(default_factory=dict)  # name -> what the SDK says of it


#: What an engine writes into the inputs of the providers that it makes itself.
OF_THE_ENGINE = ("version", "pluginDownloadURL")


def problems(registration: Registration) -> list[InputProblem]:
    """The mistakes in one registration's inputs, in the order of the inputs, missing ones after the others."""
    if not registration.custom or registration.read:
        return []
    arguments = arguments_class(registration.type)
    if arguments is None:
        return []
    checked = _Check(registration)
    inputs = registration.inputs
    if registration.type.startswith(PROVIDER_PREFIX):
        inputs = _decoded(inputs, properties_of(arguments))
    else:
        checked.deprecation_of_type()
    checked.object_(arguments, inputs, "", "")
    return checked.found


class _Check:
    """Collects the problems of one registration."""

    def __init__(self, registration: Registration) -> None:
        self.found: list[InputProblem] = []
        self._registration = registration
        self._within_secret = False
        self._allowed: Mapping[str, Sequence[Any]] = _allowed_values().get(registration.type, {})

    def _add(self, path: str, kind: str, en: str, zh: str) -> None:
        self.found.append(InputProblem(self._registration.urn, path, kind, Text(en, zh)))

    def deprecation_of_type(self) -> None:
        message = deprecation(self._registration.type)
        if message:
            self._add(
                "",
                "deprecated",
                f"{self._registration.type} is deprecated: {message}",
                f"{self._registration.type} 已弃用：{message}",
            )

    def object_(self, arguments: type, value: Mapping[str, Any], path: str, general: str) -> None:
        """``general`` is the path without indices, by which allowed values are known."""
        known = properties_of(arguments)
        for key, item in value.items():
            if key.startswith("__"):
                continue  # the engine's own
            here = f"{path}.{key}" if path else key
            shape = known.shapes.get(key)
            if shape is None:
                self._unknown(key, here, known)
                continue
            if key in known.deprecated:
                note = known.deprecated[key]
                self._add(here, "deprecated", f"{here} is deprecated: {note}", f"{here} 已弃用：{note}")
            self.value(shape, item, here, f"{general}.{key}" if general else key)
        for key in sorted(known.required - set(value)):
            here = f"{path}.{key}" if path else key
            self._add(here, "missing", f"{here} is required", f"缺少必填项 {here}")

    def _unknown(self, key: str, here: str, known: Properties) -> None:
        close = (
            get_close_matches(key, known.shapes, 1, 0.6)
            or get_close_matches(key.replace("_", "").lower(), known.shapes, 1, 0.7)
            or [name for name in known.shapes if len(key) > 2 and name.startswith(key)]
        )
        hint = Text(f"; did you mean {close[0]}?", f"；是否为 {close[0]}？") if close else Text("", "")
        self._add(
            here,
            "unknown-property",
            f"{here}: there is no such property{hint.en}",
            f"{here}：没有此属性{hint.zh}",
        )

    def value(self, shape: Shape, value: Any, path: str, general: str) -> None:
        if isinstance(value, Mapping) and SIGNATURE_KEY in value:
            if value[SIGNATURE_KEY] != SECRET_SIGNATURE:
                return  # an asset, an archive, a reference to a resource
            outside, self._within_secret = self._within_secret, True
            self.value(shape, value.get("value"), path, general)
            self._within_secret = outside
            return
        if value is None or value == UNKNOWN_SENTINEL or shape.anything:
            return
        if isinstance(value, Mapping):
            if shape.properties is not None:
                self.object_(shape.properties, value, path, general)
            elif shape.values is not None:
                for key, item in value.items():
                    self.value(shape.values, item, f'{path}["{key}"]', general)
            else:
                self._mismatch(shape, "object", path)
        elif isinstance(value, (list, tuple)):
            if shape.element is None:
                self._mismatch(shape, "list", path)
                return
            for index, item in enumerate(value):
                self.value(shape.element, item, f"{path}[{index}]", general)
        else:
            self._scalar(shape, value, path, general)

    def _mismatch(self, shape: Shape, got: str, path: str) -> None:
        expected, kind = shape.expected(), _KIND_NAMES[got]
        self._add(
            path, "type", f"{path}: expected {expected.en}, got {kind.en}", f"{path}：应为{expected.zh}，实为{kind.zh}"
        )

    def _scalar(self, shape: Shape, value: Any, path: str, general: str) -> None:
        if not _fits(shape.scalars, value):
            expected = shape.expected()
            # A value may be a password: name its kind only.
            kind = _KIND_NAMES["flag" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"]
            self._add(
                path,
                "type",
                f"{path}: expected {expected.en}, got {kind.en}",
                f"{path}：应为{expected.zh}，实为{kind.zh}",
            )
            return
        allowed = self._allowed.get(general)
        if allowed is None:
            return
        if isinstance(allowed[0], str):
            self._one_of(allowed, value, path)
        elif isinstance(value, (int, float)) and not (allowed[0] <= value <= allowed[1]):
            low, high = allowed
            self._add(
                path,
                "range",
                f"{path}: {self._shown(value)} is not within {low} to {high}",
                f"{path}：{self._shown(value)} 不在 {low} 至 {high} 之内",
            )

    def _one_of(self, allowed: Sequence[str], value: Any, path: str) -> None:
        written = str(value).lower() if isinstance(value, bool) else str(value)
        if written in allowed:
            return
        close = next((one for one in allowed if one.lower() == written.lower()), None) or next(
            iter(get_close_matches(written, allowed, 1, 0.75)), None
        )
        listed = ", ".join(allowed)
        told = close and not self._within_secret
        hint = Text(f"; did you mean {close}?", f"；是否为 {close}？") if told else Text("", "")
        self._add(
            path,
            "value",
            f"{path}: {self._shown(written)} is none of {listed}{hint.en}",
            f"{path}：{self._shown(written)} 不在允许值（{listed}）之内{hint.zh}",
        )

    def _shown(self, value: Any) -> str:
        return "(redacted)" if self._within_secret else repr(value)


def _fits(scalars: frozenset[str], value: Any) -> bool:
    if isinstance(value, bool):
        return "flag" in scalars
    if isinstance(value, str):
        return "text" in scalars
    if isinstance(value, int):
        return "whole" in scalars or "number" in scalars
    if isinstance(value, float):
        return "number" in scalars or ("whole" in scalars and value.is_integer())
    return True  # nothing that JSON has


# --------------------------------------------------------------------------------------------------------------
# The SDK's metadata
# --------------------------------------------------------------------------------------------------------------


@cache
def _allowed_values() -> Mapping[str, Mapping[str, Sequence[Any]]]:
    """Type token -> path without indices -> the allowed texts, or the least and the greatest number."""
    data = json.loads(files(__package__).joinpath("allowed_values.json").read_bytes())
    lists: Sequence[Sequence[Any]] = data["lists"]
    return {token: {path: lists[at] for path, at in paths.items()} for token, paths in data["types"].items()}


def allowed_values(token: str) -> Mapping[str, Sequence[Any]]:
    """For the properties of a type that take certain values only: path without indices -> the allowed texts, or the
    least and the greatest number."""
    return _allowed_values().get(token, {})


@cache
def classes(package: str) -> Mapping[str, tuple[str, str]]:
    """Type token -> module and class of an installed SDK, by the register that the SDK gives Pulumi; else nothing."""
    try:
        spec = importlib.util.find_spec(f"pulumi_{package.replace('-', '_')}")
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        return {}
    found = re.search(r'resource_modules="""\s*(\[.*?\])\s*"""', Path(spec.origin).read_text(encoding="utf-8"), re.S)
    entries = json.loads(found[1]) if found else []
    return {token: (entry["fqn"], name) for entry in entries for token, name in entry["classes"].items()}


@cache
def arguments_class(token: str) -> type | None:
    """The class of a resource's or provider's arguments; None where no installed SDK has the type."""
    if token.startswith(PROVIDER_PREFIX):
        package = f"pulumi_{token.removeprefix(PROVIDER_PREFIX).replace('-', '_')}"
        if not re.fullmatch(r"\w+", package) or importlib.util.find_spec(package) is None:
            return None
        found: type | None = getattr(importlib.import_module(package), "ProviderArgs", None)
        return found
    place = _module_and_class(token)
    if place is None:
        return None
    module, name = place
    # "FooArgs" where "FooInitArgs" exists is a nested type's.
    arguments: type | None = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args", None)
    return arguments


def _module_and_class(token: str) -> tuple[Any, str] | None:
    place = classes(token.partition(":")[0]).get(token)
    if place is None:
        return None
    resource = getattr(importlib.import_module(place[0]), place[1], None)
    if resource is None:  # registered, and not there: alicloud's config.ReportTemplate
        return None
    return sys.modules[resource.__module__], place[1]


@cache
def deprecation(token: str) -> str:
    """Why the type is deprecated, "" where it is not: the SDK's word, or the provider's (``SUPERSEDED``)."""
    if token in SUPERSEDED:
        return f"use {SUPERSEDED[token]}"
    place = _module_and_class(token)
    if place is None:
        return ""
    # The SDK has it as a warning in the class's body, which leaves no trace but in the source.
    module, name = place
    source = Path(module.__file__).read_text(encoding="utf-8")
    start = source.find(f"\nclass {name}(")
    found = re.match(r'\nclass \w+\([^)]*\):\n\s+warnings\.warn\("""(.*?)"""', source[max(start, 0) :], re.S)
    return found[1] if found else ""


@cache
def properties_of(arguments: type) -> Properties:
    """The properties of a class of arguments."""
    from pulumi import _types

    names: Mapping[str, str] = _types.input_type_py_to_pulumi_names(arguments)
    types: Mapping[str, Any] = _types.input_type_types(arguments)
    required = {
        names.get(parameter.name, parameter.name)
        for parameter in inspect.signature(arguments.__init__).parameters.values()  # type: ignore[misc]
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
    }
    deprecated = {}
    for python, wire in names.items():
        getter = getattr(inspect.getattr_static(arguments, python, None), "fget", None)
        if hasattr(getter, "_pulumi_deprecated_callable"):
            deprecated[wire] = _deprecation_message(getter)
    return Properties({wire: _shape(types.get(wire)) for wire in names.values()}, frozenset(required), deprecated)


def _deprecation_message(getter: Any) -> str:
    cells = dict(zip(getter.__code__.co_freevars, getter.__closure__ or (), strict=False))
    return str(cells["message"].cell_contents) if "message" in cells else ""


def _shape(annotation: Any) -> Shape:
    """What an annotation takes: unions of scalars, classes of arguments, lists and maps, however wrapped."""
    scalars: set[str] = set()
    properties: type | None = None
    element: Shape | None = None
    values: Shape | None = None
    anything = annotation is None
    for leaf in _leaves(annotation):
        origin = typing.get_origin(leaf)
        if leaf is str:
            scalars.add("text")
        elif leaf is int:
            scalars.add("whole")
        elif leaf is float:
            scalars.add("number")
        elif leaf is bool:
            scalars.add("flag")
        elif isinstance(leaf, type) and issubclass(leaf, Enum):
            scalars.update(kind for member in leaf for kind in _kind_of(member.value))
        elif isinstance(leaf, type) and _is_arguments(leaf):
            properties = leaf
        elif origin in _SEQUENCES:
            element = _shape((typing.get_args(leaf) or (None,))[0])
        elif origin in _MAPPINGS:
            values = _shape((typing.get_args(leaf) or (None, None))[1])
        elif leaf is not type(None) and not typing.is_typeddict(leaf):
            anything = True
    anything = anything or not (scalars or properties or element or values)
    return Shape(frozenset(scalars), properties, element, values, anything)


_SEQUENCES: Final = (list, Sequence, typing.get_origin(typing.Sequence[Any]))
_MAPPINGS: Final = (dict, Mapping, typing.get_origin(typing.Mapping[str, Any]))


def _leaves(annotation: Any) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Union or origin is UnionType:
        for argument in typing.get_args(annotation):
            yield from _leaves(argument)
    elif origin is not None and origin not in _SEQUENCES and origin not in _MAPPINGS:
        # Output[T] and Awaitable[T] take what T takes.
        for argument in typing.get_args(annotation):
            yield from _leaves(argument)
    else:
        yield annotation


def _kind_of(value: Any) -> Iterator[str]:
    kinds = {str: "text", int: "whole", float: "number", bool: "flag"}
    if type(value) in kinds:
        yield kinds[type(value)]
    elif isinstance(value, str):
        yield "text"


@cache
def _is_arguments(candidate: type) -> bool:
    from pulumi import _types

    return _types.is_input_type(candidate)


def _decoded(inputs: Mapping[str, Any], known: Properties) -> dict[str, Any]:
    """A provider's inputs with what is sent as JSON text read: everything that is not a text itself."""
    found = {key: value for key, value in inputs.items() if key in known.shapes or key not in OF_THE_ENGINE}
    for key, value in found.items():
        shape = known.shapes.get(key)
        if isinstance(value, str) and value != UNKNOWN_SENTINEL and shape is not None and "text" not in shape.scalars:
            try:
                found[key] = json.loads(value)
            except ValueError:
                continue  # stays a text, and is told as a wrong type
    return found
