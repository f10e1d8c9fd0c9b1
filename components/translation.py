"""Registrations of a Pulumi program as the Scan that the rules judge: the same rules as for Terraform.

What Pulumi knows of a value that is not there yet is *from which resources it comes*, for each top-level property
(``property_dependencies``). From that, references are made: ``vpcId`` is unknown and depends on one network, hence it
is that network's id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from compliant_infra.components import names
from compliant_infra.components.declared_waivers import declared_waivers
from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SETTING_KEY,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.kernel.evaluation import UTILITY_PROVIDERS
from compliant_infra.kernel.model import (
    OneOf,
    ProviderConfiguration,
    Reference,
    Resource,
    Scan,
    SensitiveText,
    SourceLocation,
    Unknown,
)

#: What the name of a property says beside the type that it refers to.
_OF_IDENTITY: Final = re.compile(r"_(id|ids|arn|arns)$|(?<=[a-rt-z])s$")

#: What a preview prints in place of a secret.
_REDACTED: Final = "[secret]"

#: Properties by which other resources name a resource; taken from the outputs where the inputs have none.
_IDENTITY: Final = (
    "address",
    "arn",
    "bucket",
    "dnsName",
    "identifier",
    "ipAddress",
    "listenerId",
    "name",
    "ruleId",
    "transitRouterAttachmentId",
    "transitRouterId",
    "userGroupId",
)

#: Properties with ids and ARNs, by which nothing but a resource is meant. Of an address the text says something too.
_GIVEN_BY_CLOUDS: Final = re.compile(r"(Ids?|Arn|^arn|^identifier)$")

#: Over how many resources a value is followed; more are a circle, which no program makes.
_FARTHEST: Final = 8

#: What names the zone of a block: blocks that differ in it alone stand for places of one thing.
_ZONES: Final = frozenset({"availabilityZone", "zoneId"})

_CLOUDS: Final = ("alicloud", "aws")


def scan_of(registrations: Iterable[Registration], root: str = ".", origin: str = "pulumi") -> Scan:
    """Everything that the judgement needs of a program, under Terraform's names.

    Resources that are only looked up (``Bucket.get``) stand among the data sources: the program does not make them, so
    that their settings are no business of its author, as with data sources of Terraform.
    """
    known = {item.urn: item for item in registrations}
    scan = Scan(root=root, origin=origin)
    providers = {
        item.urn: provider_configuration(item, root)
        for item in known.values()
        if item.type.startswith(PROVIDER_PREFIX) and item.type.removeprefix(PROVIDER_PREFIX) in _CLOUDS
    }
    scan.providers.extend(providers.values())
    for item in known.values():
        package = item.type.partition(":")[0]
        if not item.custom or package == "pulumi":
            continue
        if package not in _CLOUDS:
            if not item.read:
                scan.resources.append(_unjudged(item, package, root, origin))
            continue
        resource = _resource(item, known, providers, root, origin)
        (scan.data if item.read else scan.resources).append(resource)
    scan.declared_waivers.extend(declared_waivers(known, {urn: item.address for urn, item in providers.items()}))
    return scan


def _unjudged(item: Registration, package: str, root: str, origin: str) -> Resource:
    """A resource of another package: nobody judges it, and it is counted. Its type is never one that rules know."""
    prefix = package if package in UTILITY_PROVIDERS else f"pulumi-{package.replace('_', '-')}"
    kind = f"{prefix}_{names.snake(item.type.rpartition(':')[2])}"
    location = item.source or SourceLocation(root)
    return Resource(
        root=root, address=item.urn, type=kind, name=item.name, attributes={}, location=location, origin=origin
    )


def _resource(
    item: Registration,
    known: Mapping[str, Registration],
    providers: Mapping[str, ProviderConfiguration],
    root: str,
    origin: str,
) -> Resource:
    kind = names.terraform_type(item.type)
    location = item.source or SourceLocation(root)
    attributes: dict[str, Any] = {}
    reader = _Reader(item, kind, location, known)
    for name, value in item.inputs.items():
        attributes.update(names.attributes(item.type, {name: reader.property(name, value)}))
    if item.id and item.id != UNKNOWN_SENTINEL:
        attributes.setdefault("id", item.id)
    for name in _IDENTITY:
        value = item.outputs.get(name)
        if isinstance(value, str) and value and value not in (UNKNOWN_SENTINEL, _REDACTED):
            attributes.setdefault(names.attribute_path(item.type, name), value)
    return Resource(
        root=root,
        address=item.urn,
        type=kind,
        name=item.name,
        attributes=attributes,
        location=location,
        provider=providers.get(item.provider.rpartition("::")[0]),
        origin=origin,
        mode="data" if item.read else "managed",
        ignore_changes=tuple(names.attribute_path(item.type, path) for path in item.ignore_changes),
    )


class _Reader:
    """Reads the wire format's values of one registration: unknowns become references where that is sure."""

    def __init__(
        self,
        item: Registration,
        kind: str,
        location: SourceLocation,
        known: Mapping[str, Registration],
        depth: int = 0,
    ) -> None:
        self._item, self._kind, self._location, self._known, self._depth = item, kind, location, known, depth
        self._known_by: Mapping[str, tuple[Registration, str]] = {}

    def property(self, name: str, value: Any) -> Any:
        """The value of a top-level property."""
        targets = self._sources(name)
        places = list(_unknown_places(value, (name,)))
        if value == UNKNOWN_SENTINEL and len(targets) > 1 and all(_names_type(name, item.type) for item in targets):
            return self._joined(name, targets)
        references = _references(value, places, targets)
        self._known_by = _known_by(targets)
        return self._value(value, (name,), references)

    def _joined(self, name: str, targets: Sequence[Registration]) -> Unknown:
        """One text that comes from several resources of the type that it names: their ids, joined by commas."""
        parts: list[Any] = []
        for target in targets:
            parts += [",", self._unknown((name,), target)]
        return Unknown("known-after-apply", self._shown((name,)), self._location, parts=tuple(parts[1:]))

    def _sources(self, name: str) -> list[Registration]:
        """The resources of clouds from which a property's value comes, in the order in which the program names them.

        Components are left out: what a component exports stands among the dependencies with the resource that it is of.
        """
        urns = self._item.property_dependencies.get(name, ())
        found = (self._known.get(urn) for urn in dict.fromkeys(urns))
        return [item for item in found if item is not None and item.custom]

    def _value(self, value: Any, path: tuple[str | int, ...], references: Mapping[Any, Registration]) -> Any:
        if isinstance(value, str):
            if value == UNKNOWN_SENTINEL:
                return self._unknown(path, references.get(path))
            if value == _REDACTED:
                return Unknown("unsupported", self._shown(path), self._location)
            return self._deployed(value)
        if isinstance(value, Mapping):
            signature = value.get(SIGNATURE_KEY)
            if signature == SECRET_SIGNATURE:
                return marked_secret(self._secret(value, path, references))
            if signature is not None:  # an asset, an archive, a reference to a resource
                return Unknown("unsupported", self._shown(path), self._location)
            return {name: self._value(inner, (*path, name), references) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(inner, (*path, index), references) for index, inner in enumerate(value)]
        return _whole(value)

    def _deployed(self, value: str) -> Any:
        """An id that a cloud gave to a resource of the program refers to it, as it did before it was given."""
        found = self._known_by.get(value)
        if found is None:
            return value
        target, attribute = found
        shown = f"{names.terraform_type(target.type)}.{target.name}.{attribute}"
        return Unknown("known-after-apply", shown, self._location, reference=Reference(target.urn, attribute))

    def _secret(self, value: Mapping[str, Any], path: tuple[str | int, ...], references: Mapping[Any, Any]) -> Any:
        if SETTING_KEY in value:  # a secret of the stack's configuration: what only its key opens is not in the code
            return Unknown("no-value", f"{value[SETTING_KEY]} (encrypted)", self._location)
        if "value" in value:
            if value["value"] == UNKNOWN_SENTINEL and not self._item.property_dependencies.get(str(path[0])):
                # Of no resource, hence not to come: a preview hides the text and an export encrypts it.
                return Unknown("unsupported", self._shown(path), self._location)
            return self._value(value["value"], path, references)
        if isinstance(value.get("plaintext"), str):
            return self._value(json.loads(value["plaintext"]), path, references)
        return Unknown("unsupported", self._shown(path), self._location)  # encrypted

    def _shown(self, path: Sequence[str | int]) -> str:
        return f"{self._kind}.{self._item.name}.{_path_text(self._item.type, path)}"

    def _unknown(self, path: tuple[str | int, ...], target: Registration | None) -> Unknown:
        if target is None or target.type.partition(":")[0] not in _CLOUDS:
            # Of a resource of another package (a random suffix) the value is a part, and no id that is referred to.
            return Unknown("known-after-apply", self._shown(path), self._location)
        kind = names.terraform_type(target.type)
        attribute = referred_attribute(path)
        name = _last_name(path)
        if name in target.inputs and name.endswith(("Id", "Ids", "Arn")) and not _names_type(name, target.type):
            # ``vpcId`` that comes from a vswitch: not its id, but its own ``vpcId``, as Terraform would follow it.
            if self._depth < _FARTHEST:
                reader = _Reader(target, kind, self._location, self._known, self._depth + 1)
                found = reader.property(name, target.inputs[name])
                if isinstance(found, Unknown) and found.reference is not None:
                    return found
            attribute = names.attribute_path(target.type, name)
        return Unknown(
            "known-after-apply",
            f"{kind}.{target.name}.{attribute}",
            self._location,
            reference=Reference(target.urn, attribute),
        )


def _known_by(targets: Iterable[Registration]) -> Mapping[str, tuple[Registration, str]]:
    """The ids that a cloud gave to resources, and to what it made with them: the resource, and Terraform's name of it.

    An id that the program gives is left out, as a bucket's name: it is known from the beginning. So is what several
    resources are called.
    """
    found: dict[str, tuple[Registration, str]] = {}
    several: set[str] = set()
    for target in targets:
        if not target.id or target.id == UNKNOWN_SENTINEL or target.type.partition(":")[0] not in _CLOUDS:
            continue
        given = {value for value in target.inputs.values() if isinstance(value, str)}
        called = {target.id: "id"}
        for name, value in target.outputs.items():
            if isinstance(value, str) and value and name not in target.inputs and _GIVEN_BY_CLOUDS.search(name):
                called.setdefault(value, names.attribute_path(target.type, name))
        for value in called.keys() - given:
            if value in found:
                several.add(value)
            found[value] = (target, called[value])
    return {value: place for value, place in found.items() if value not in several}


def referred_attribute(path: Sequence[str | int]) -> str:
    """Which attribute of another resource a property most likely holds, by the property's own name."""
    return "arn" if names.snake(_last_name(path)).removesuffix("s").endswith("arn") else "id"


def _last_name(path: Sequence[str | int]) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _path_text(token: str, path: Sequence[str | int]) -> str:
    """A path of the wire format in Terraform's names: ``lifecycle_rule.0.id``."""
    return names.attribute_path(
        token, "".join(f"[{part}]" if isinstance(part, int) else f'["{part}"]' for part in path)
    )


def _unknown_places(value: Any, path: tuple[str | int, ...]) -> Iterable[tuple[str | int, ...]]:
    """The paths of everything unknown within a value, secrets included."""
    if value == UNKNOWN_SENTINEL:
        yield path
    elif isinstance(value, Mapping):
        if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            yield from _unknown_places(value.get("value"), path)
        elif SIGNATURE_KEY not in value:
            for name, inner in value.items():
                yield from _unknown_places(inner, (*path, name))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _unknown_places(inner, (*path, index))


def _references(
    value: Any, places: Sequence[tuple[str | int, ...]], targets: Sequence[Registration]
) -> dict[tuple[str | int, ...], Registration]:
    """Which unknown value is of which resource.

    Pulumi tells for a whole property from which resources it comes, and not which of its elements comes from which. One
    resource is meant by every unknown. Where a list has as many unknowns as there are resources, all of one type, the
    *set* of references is known, and rules ask for nothing else of a list: they are given in the order of the
    dependencies; so in a list of objects, if these differ in nothing else but their zones. Where an object has unknowns
    under several names, and resources of several types, each name goes to the type whose words it has, and a last name
    to the last type, if there are as many of one as of the other. In all other cases nothing is said.
    """
    if len(targets) == 1:
        return dict.fromkeys(places, targets[0])
    if not targets or len(places) < len(targets):
        return {}
    by_name: dict[tuple[str, ...], list[tuple[str | int, ...]]] = {}
    for place in places:
        by_name.setdefault(tuple(part for part in place if isinstance(part, str)), []).append(place)
    by_type: dict[str, list[Registration]] = {}
    for target in targets:
        by_type.setdefault(target.type, []).append(target)
    found: dict[tuple[str | int, ...], Registration] = {}
    for name, kind in _types_by_name(list(by_name), list(by_type)).items():
        same, candidates = by_name[name], by_type[kind]
        if len(candidates) == 1:
            found.update(dict.fromkeys(same, candidates[0]))
        elif len(candidates) == len(same) and _alike(value, same):
            found.update(zip(same, candidates, strict=True))
        else:
            return {}
    return found


def _alike(value: Any, places: Iterable[Sequence[str | int]]) -> bool:
    """Whether it makes no difference which of these places has which value: they are one list, or blocks that are alike
    but for their zones. ``value`` is the property's; a place begins with its name.
    """
    blocks: dict[tuple[str | int, ...], Any] = {}
    for place in places:
        last = next((at for at in reversed(range(1, len(place))) if isinstance(place[at], int)), 0)
        if last == len(place) - 1:  # an element itself
            blocks[tuple(place[:last])] = None
            continue
        block = _open(value)
        for part in place[1 : last + 1]:
            block = _open(block[part])
        blocks[tuple(place[: last + 1])] = _without_zones(block)
    first = next(iter(blocks.values()))
    return len(blocks) == 1 or (first is not None and all(block == first for block in blocks.values()))


def _open(value: Any) -> Any:
    """What is in a secret, else the value."""
    secret = isinstance(value, Mapping) and value.get(SIGNATURE_KEY) == SECRET_SIGNATURE
    return _open(value.get("value")) if secret else value


def _without_zones(block: Any) -> Any:
    if not isinstance(block, Mapping):
        return block
    return {name: inner for name, inner in block.items() if name not in _ZONES}


def _types_by_name(paths: Sequence[tuple[str, ...]], kinds: Sequence[str]) -> dict[tuple[str, ...], str]:
    """The type that each name speaks of; empty where that is not one to one."""
    if len(paths) != len(kinds):
        return {}
    if len(paths) == 1:
        return {paths[0]: kinds[0]}
    fitting = {path: [kind for kind in kinds if _names_type(path[-1], kind)] for path in paths}
    found = {path: some[0] for path, some in fitting.items() if len(some) == 1}
    silent = [path for path, some in fitting.items() if not some]
    left = [kind for kind in kinds if kind not in found.values()]
    if len(silent) == len(left) == 1:
        found[silent[0]] = left[0]
    return found if len(found) == len(paths) == len(set(found.values())) else {}


def _names_type(name: str, token: str) -> bool:
    """Whether a property's name speaks of a type: ``securityGroupId`` of ``alicloud_security_group``."""
    words = _OF_IDENTITY.sub("", names.snake(name)).replace("cmk_key", "kms_key")
    kind = names.terraform_type(token).split("_", 1)[1]
    if words == "allocation":  # what an elastic address is called where it is bound
        return kind in ("eip", "eip_address")
    return f"_{kind}".endswith(f"_{words}") or words.endswith(f"_{kind}")  # "replica_kms_key" of "kms_key"


def marked_secret(value: Any) -> Any:
    """The value with every text in it marked as sensitive."""
    if isinstance(value, str):
        return SensitiveText(value)
    if isinstance(value, Mapping):
        return {name: marked_secret(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked_secret(inner) for inner in value]
    return value


def _whole(value: Any) -> Any:
    """Whole numbers as ``int``: the wire has floats only."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# --------------------------------------------------------------------------------------------------------------
# Providers
# --------------------------------------------------------------------------------------------------------------

#: Inputs of providers that are blocks in Terraform, hence lists.
_BLOCKS: Final = frozenset(
    {
        "assume_role",
        "assume_role_with_oidc",
        "assume_role_with_web_identity",
        "default_tags",
        "endpoints",
        "features",
        "ignore_tags",
        "sign_version",
    }
)
#: Inputs whose Terraform name is the singular.
_SINGULAR: Final = {"assume_roles": "assume_role", "user_agents": "user_agent"}


def provider_configuration(item: Registration, root: str = ".") -> ProviderConfiguration:
    """The configuration of an explicit provider, or of a default one that the engine made (it has no alias)."""
    name = item.type.removeprefix(PROVIDER_PREFIX)
    location = item.source or SourceLocation(root)
    reader = _Reader(item, f"provider.{name}", location, {})
    attributes: dict[str, Any] = {}
    for wire, value in item.inputs.items():
        key = names.snake(wire)
        if value is None or wire.startswith("__") or key == "version":
            continue
        key = _SINGULAR.get(key, key)
        attributes[key] = _provider_value(key, _decoded(reader.property(wire, value)))
    return ProviderConfiguration(
        name=name,
        alias="" if item.name.startswith("default_") or item.name == "default" else item.name,
        region=attributes.get("region"),
        default_tags=_default_tags(attributes.get("default_tags")),
        attributes=attributes,
        location=location,
    )


def _decoded(value: Any) -> Any:
    """What JSON text stands for: providers get all but texts as JSON."""
    if not isinstance(value, str) or (value[:1] not in ("{", "[", "t", "f") and not value[:1].isdigit()):
        return value
    try:
        found = json.loads(value)
    except ValueError:
        return value
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return value  # an account's number is a text
    return marked_secret(found) if isinstance(value, SensitiveText) else found


def _provider_value(key: str, value: Any) -> Any:
    if key not in _BLOCKS:
        return value
    blocks = value if isinstance(value, list) else [value]
    return [
        {names.snake(name): inner for name, inner in block.items()} if isinstance(block, Mapping) else block
        for block in blocks
    ]


def _default_tags(value: Any) -> Any:
    """The tags that the provider gives to everything; None where there are none."""
    if not isinstance(value, list) or not value:
        return None
    return value[0].get("tags") if isinstance(value[0], Mapping) else value[0]


# --------------------------------------------------------------------------------------------------------------
# Resources that components are about to declare
# --------------------------------------------------------------------------------------------------------------


def resource_of(
    token: str,
    name: str,
    python_inputs: Mapping[str, Any],
    *,
    address: str,
    provider: ProviderConfiguration | None,
    known: Callable[[Any], Any],
    location: SourceLocation | None = None,
) -> Resource:
    """A resource by the arguments of its constructor: Python's names, nested dictionaries, outputs among the values.

    ``known`` is asked for every value that is no plain one (text, number, bool, dictionary, list, or a value of the
    kernel), and gives a plain value or Unknown in its place.
    """

    def leaf(value: Any) -> Any:
        plain = isinstance(value, (str, int, float, bool, Unknown, OneOf))
        return _whole(value if plain else known(value))

    return Resource(
        root=".",
        address=address,
        type=names.terraform_type(token),
        name=name,
        attributes=names.attributes(token, python_inputs, python=True, leaf=leaf),
        location=location or SourceLocation("."),
        provider=provider,
        origin="pulumi",
    )
