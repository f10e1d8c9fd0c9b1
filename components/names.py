"""Pulumi's names of resources and properties in Terraform, and the reverse, for Alibaba Cloud and AWS.

A token is Pulumi's type, ``alicloud:oss/bucket:Bucket``. Properties have two spellings in Pulumi: that of the **wire**
(``lifecycleRules``: registrations, states, previews) and that of **Python** (``lifecycle_rules``: keywords of the SDK,
keys of nested dictionaries). Terraform's name is mostly Python's; lists may have the singular (``lifecycle_rule``), and
a block of which there is one only is an object in Pulumi and a list of one in Terraform.

``names.json`` holds what deviates from that, made by ``scripts/compile_names.py`` from the SDKs' source and the
providers' schemas. Nothing here imports an SDK.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

_ACRONYM: Final = re.compile(r"([A-Z]+)([A-Z][a-z])")
_HUMP: Final = re.compile(r"([a-z0-9])([A-Z])")

#: How values of a property change on their way to Terraform; "" for not at all but perhaps for the name.
OBJECT: Final = "o"  # an object, in Terraform a list of one block
SINGLE: Final = "s"  # an object in both
OBJECTS: Final = "l"  # a list of objects, in Terraform a list of blocks
VALUE: Final = "f"  # a scalar, in Terraform a list of one
MAP_OF_OBJECTS: Final = "m"  # a map whose values are objects
MAPS: Final = "k"  # a list of maps
DOCUMENT: Final = "j"  # an object, in Terraform its JSON text

#: The digits of the numbers in ``names.json``: of nodes, and of places in the list of frequent names.
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
_VALUES: Final = {digit: value for value, digit in enumerate(DIGITS)}

#: Modules whose name in Terraform is another one, "" for none: what guesses at a type start from.
MODULES: Final[Mapping[str, str]] = {
    "alicloud:cfg": "config",
    "alicloud:cloudfirewall": "cloud_firewall",
    "alicloud:dns": "alidns",
    "alicloud:ecs": "",
    "alicloud:resourcemanager": "resource_manager",
    "alicloud:threatdetection": "threat_detection",
    "aws:cfg": "config",
    "aws:directconnect": "dx",
    "aws:ec2": "",
}


def number(digits: str) -> int:
    """The number that digits of ``DIGITS`` stand for; 0 for none."""
    found = 0
    for digit in digits:
        found = 64 * found + _VALUES[digit]
    return found


class Property(NamedTuple):
    """A property in Terraform: its name, how its values change, and which node holds the names within them."""

    name: str
    form: str = ""
    node: int = 0


Node = Mapping[str, Property]


def snake(name: str) -> str:
    """The wire's ``kmsMasterKeyId`` as ``kms_master_key_id``."""
    return _HUMP.sub(r"\1_\2", _ACRONYM.sub(r"\1_\2", name)).lower()


def camel(name: str) -> str:
    """Python's ``kms_master_key_id`` as ``kmsMasterKeyId``."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(f"{part[:1].upper()}{part[1:]}" for part in rest)


def guessed_type(token: str) -> str:
    """The Terraform type by the rule of the names alone: package, module and class."""
    package, path, name = [*token.split(":"), "", ""][:3]
    module = path.partition("/")[0]
    words = snake(name)
    prefix = MODULES.get(f"{package}:{module}", "" if module == "index" else snake(module))
    if prefix and words.startswith(f"{prefix}_"):
        prefix = ""
    if words.startswith(f"{package}_"):
        package = ""
    return "_".join(part for part in (package, prefix, words) if part)


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("names.json").read_bytes())
    return found


@cache
def _words() -> Sequence[str]:
    """The frequent names, to which nodes refer by place."""
    words: Sequence[str] = _data()["words"].split(" ")
    return words


@cache
def _node(index: int) -> Node:
    """Key -> property; the key is the name in snake case, as Python has it but for the underscore of keywords."""
    found: dict[str, Property] = {}
    written: Mapping[str, str] | str = _data()["nodes"][index]
    if isinstance(written, str):
        written = {"": written}
    for key, text in written.items():
        if not key:
            continue
        if text.startswith("="):
            found[key] = Property(text[1:])
            continue
        how, _, name = text.partition(" ")
        found[key] = Property(name or key, how[0], number(how[1:]))
    places, *rare = written.get("", "").split(" ")
    if places:
        words = _words()
        rare.extend(words[number(places[start : start + 2])] for start in range(0, len(places), 2))
    found.update((key, Property(key)) for key in rare)
    return found


def token_of(package: str, module: str, name: str) -> str:
    """The token of a class."""
    return f"{package}:{module}/{name[:1].lower()}{name[1:]}:{name}"


class _Entry(NamedTuple):
    """What ``names.json`` says of a token."""

    kind: str
    certain: bool
    node: int


def _entry(token: str) -> _Entry:
    parts = token.split(":")
    if len(parts) == 3:
        package, path, name = parts
        text = _data()["tokens"].get(package, {}).get(path.partition("/")[0], {}).get(name)
        if text is not None:
            node, _, kind = text.partition(" ")
            return _Entry(kind or guessed_type(token), not node.endswith("?"), number(node.rstrip("?")))
    return _Entry(guessed_type(token), False, -1)


def tokens() -> Iterator[str]:
    """Every token of the SDKs for which the names are compiled."""
    for package, modules in _data()["tokens"].items():
        for module, classes in modules.items():
            for name in classes:
                yield token_of(package, module, name)


@cache
def terraform_type(token: str) -> str:
    """The Terraform type of a token; of one that is not compiled the best guess by the rule of the names."""
    return _entry(token).kind


def is_certain(token: str) -> bool:
    """Whether type and names were held against the provider's schema; else the type is a guess by its name."""
    return _entry(token).certain


@cache
def _by_type() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for token in tokens():
        found.setdefault(terraform_type(token), token)
    return {**found, **_data()["inverse"]}


def pulumi_token(kind: str) -> str:
    """The token of a Terraform type; KeyError where no resource of the SDKs is it."""
    return _by_type()[kind]


def _top(token: str) -> Node:
    node = _entry(token).node
    return {} if node < 0 else _node(node)


def _key(name: str, *, python: bool) -> str:
    return name.rstrip("_") if python else snake(name)


def attributes(
    token: str, inputs: Mapping[str, Any], *, python: bool = False, leaf: Callable[[Any], Any] | None = None
) -> dict[str, Any]:
    """The properties of a resource under Terraform's names and in its shape, at every depth.

    ``inputs`` are spelled as on the wire, with ``python`` as in Python. Names that are not known are kept in snake case
    (``unknown_names`` tells them); None is left out, as are names with two leading underscores, which engines add.
    ``leaf`` changes each value that is neither a mapping nor a list.
    """
    return _renamed(_top(token), inputs, python, leaf or _same)


def _same(value: Any) -> Any:
    return value


def _renamed(node: Node, inputs: Mapping[str, Any], python: bool, leaf: Callable[[Any], Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        if value is None or name.startswith("__"):
            continue
        key = _key(name, python=python)
        item = node.get(key) or Property(key)
        found[item.name] = _reshaped(item, value, python, leaf)
    return found


def _reshaped(item: Property, value: Any, python: bool, leaf: Callable[[Any], Any]) -> Any:
    """The value of a property in Terraform's shape."""
    if isinstance(value, Mapping):
        if item.form in (OBJECT, SINGLE, OBJECTS):
            block = _renamed(_node(item.node), value, python, leaf)
            return block if item.form == SINGLE else [block]
        if item.form == MAP_OF_OBJECTS:
            below = _node(item.node)
            return {
                name: _renamed(below, inner, python, leaf) if isinstance(inner, Mapping) else _kept(inner, leaf)
                for name, inner in value.items()
            }
        kept = _kept(value, leaf)
        return json.dumps(kept) if item.form == DOCUMENT else kept
    if isinstance(value, (list, tuple)):
        if item.form in (OBJECT, OBJECTS, SINGLE):
            below = _node(item.node)
            return [
                _renamed(below, inner, python, leaf)
                if isinstance(inner, Mapping)
                else _reshaped(item, inner, python, leaf)  # a list of lists, or a value that is not known
                for inner in value
                if inner is not None
            ]
        return _kept(value, leaf)
    changed = leaf(value)
    if isinstance(changed, (Mapping, list, tuple)):  # what a promised value turned out to be
        return _reshaped(item, changed, python, _same)
    return [changed] if item.form == VALUE and isinstance(changed, (str, int, float)) else changed


def _kept(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """A value whose keys are no names of properties."""
    if isinstance(value, Mapping):
        return {name: _kept(inner, leaf) for name, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [_kept(inner, leaf) for inner in value if inner is not None]
    return leaf(value)


def unknown_names(token: str, inputs: Mapping[str, Any], *, python: bool = False) -> list[str]:
    """The paths of names, as they are spelled in ``inputs``, that the SDK does not know: misspelt, or newer than it."""
    top = _entry(token).node
    return list(inputs) if top < 0 else list(_unknown(_node(top), inputs, python, ""))


def _unknown(node: Node, inputs: Mapping[str, Any], python: bool, prefix: str) -> Iterator[str]:
    for name, value in inputs.items():
        if name.startswith("__"):
            continue
        item = node.get(_key(name, python=python))
        if item is None or (python and name != name.lower()):
            yield f"{prefix}{name}"
            continue
        inner: Mapping[Any, Any] = {}
        if item.form in (OBJECT, SINGLE, OBJECTS) and isinstance(value, (list, tuple)):
            inner = dict(enumerate(value))
        elif item.form == MAP_OF_OBJECTS and isinstance(value, Mapping):
            inner = value
        elif item.form in (OBJECT, SINGLE, OBJECTS) and isinstance(value, Mapping):
            yield from _unknown(_node(item.node), value, python, f"{prefix}{name}.")
        for key, block in inner.items():
            if isinstance(block, Mapping):
                yield from _unknown(_node(item.node), block, python, f"{prefix}{name}.{key}.")


@cache
def _backwards(index: int) -> Mapping[str, tuple[str, Property]]:
    """Terraform name -> key and property."""
    return {item.name: (key, item) for key, item in _node(index).items()}


def properties(token: str, block: Mapping[str, Any], *, python: bool = False) -> dict[str, Any]:
    """The reverse of ``attributes``: a resource as Terraform has it under the wire's or Python's names.

    Raises ValueError where Pulumi has room for one block and there are several.
    """
    node = _entry(token).node
    return _original(node, block, python, token)


def _original(index: int, block: Mapping[str, Any], python: bool, path: str) -> dict[str, Any]:
    names = _backwards(index) if index >= 0 else {}
    found: dict[str, Any] = {}
    for name, value in block.items():
        if value is None:
            continue
        key, item = names.get(name, (name, Property(name)))
        spelled = (f"{key}_" if keyword.iskeyword(key) else key) if python else camel(key)
        found[spelled] = _unshaped(item, value, python, f"{path}.{name}")
    return found


def _unshaped(item: Property, value: Any, python: bool, path: str) -> Any:
    """The value of an attribute in Pulumi's shape."""
    if item.form in (OBJECT, VALUE) and isinstance(value, (list, tuple)):
        if len(value) != 1:
            raise ValueError(f"{path}: {len(value)} where Pulumi has room for one")
        (value,) = value
    if item.form in (OBJECT, SINGLE) and isinstance(value, Mapping):
        return _original(item.node, value, python, path)
    if item.form == OBJECTS and isinstance(value, (list, tuple)):
        return [
            _original(item.node, one, python, path) if isinstance(one, Mapping) else _unshaped(item, one, python, path)
            for one in value
        ]
    if item.form == MAP_OF_OBJECTS and isinstance(value, Mapping):
        return {name: _original(item.node, one, python, path) for name, one in value.items()}
    return value


def attribute_path(token: str, path: str) -> str:
    """A path of properties as Pulumi writes it in Terraform's names: ``lifecycleRules[0].id``, ``lifecycle_rule.0.id``.

    ``*`` alone stays what it is. What stands in a map stays as it is written.
    """
    if path == "*":
        return path
    node: Node | None = _top(token)
    found: list[str] = []
    for quoted, index, name in re.findall(r'\["([^"]*)"\]|\[(\d+|\*)\]|([^.\[\]]+)', path):
        if index:
            found.append(index)
            continue
        if node is None:
            found.append(quoted or name)
            continue
        key = snake(quoted or name)
        item = node.get(key) or Property(key)
        found.append(item.name)
        node = _node(item.node) if item.form in (OBJECT, SINGLE, OBJECTS) else None
    return ".".join(found)
