"""The configuration part of a plan: which expression an attribute was written with, and what it refers to.

A plan says of an expression only whether it is constant and which names it mentions (``references``). From that the
resource is found which a value known only after apply comes from: through ``each.value``, the arguments of module
calls and the outputs of modules, down to one instance. Locals are not in a plan: what goes through one stays opaque.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from compliant_infra.hcl_checks.configuration import is_local_source
from compliant_infra.hcl_checks.expansion import shown_key
from compliant_infra.kernel.evaluation import UTILITY_PROVIDERS
from compliant_infra.kernel.model import Reference, Resource, SourceLocation

#: Steps that one value may take through modules, and names that are followed for it, before it counts as opaque.
_MAX_STEPS: Final = 32
_MAX_NAMES: Final = 400

#: Data sources that read nothing: they give their arguments in another form.
_FORMATTING: Final = frozenset(
    {
        "alicloud_ram_policy_document",
        "aws_iam_policy_document",
        "cloudinit_config",
        "template_cloudinit_config",
        "template_file",
    }
)

#: A step into a module: its call's name and the instance key (None, a number or a text).
ModuleStep = tuple[str, Any]
ModulePath = tuple[ModuleStep, ...]

_TOKEN: Final = re.compile(
    r'(?:^|\.)(?P<name>[^\W\d][\w-]*)|(?:^|\.)(?P<position>\d+)|\[(?P<number>\d+)\]|\[(?P<text>"(?:[^"\\]|\\.)*")\]'
)
_MODULE_STEP: Final = re.compile(r'module\.([^\W\d][\w-]*)(?:\[(\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|$)')


class Token(NamedTuple):
    """One step of a reference: a name, or an index in brackets."""

    value: Any
    is_index: bool


def parse_reference(text: str) -> list[Token]:
    """``alicloud_vpc.a["x"].id`` as its steps; what cannot be read ends the list."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            break
        if match["name"] is not None:
            tokens.append(Token(match["name"], False))
        elif match["text"] is not None:
            tokens.append(Token(_unquote(match["text"]), True))
        else:
            tokens.append(Token(int((match["number"] or match["position"])[:9]), True))
        position = match.end()
    return tokens


def _unquote(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


def parse_module_address(address: str) -> ModulePath | None:
    """``module.a["x"].module.b`` as its steps; None where it is no module address."""
    steps: list[ModuleStep] = []
    position = 0
    while position < len(address):
        match = _MODULE_STEP.match(address, position)
        if match is None:
            return None
        key = match[2]
        steps.append((match[1], None if key is None else _unquote(key) if key.startswith('"') else int(key[:9])))
        position = match.end()
    return tuple(steps)


def module_address(path: ModulePath) -> str:
    """The module path as Terraform prints it."""
    return ".".join(f"module.{name}" if key is None else f"module.{name}[{shown_key(key)}]" for name, key in path)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one: a plan may hold anything."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> Sequence[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: Any) -> str:
    """The value where it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def is_expression(value: Any) -> bool:
    """Whether a node of ``expressions`` is an expression; otherwise it is a nested block, or a list of them."""
    return isinstance(value, dict) and value.keys() <= {"constant_value", "references"}


def reference_heads(references: Iterable[Any]) -> list[str]:
    """The names that an expression mentions, without the prefixes that a plan lists after each of them."""
    heads: list[str] = []
    last = ""
    for item in references:
        if not isinstance(item, str) or not item:
            continue
        if last and len(item) < len(last) and last.startswith(item) and last[len(item)] in ".[":
            last = item
            continue
        heads.append(item)
        last = item
    return heads


class Targets(Protocol):
    """The instances of a plan, as far as references are followed to them."""

    def instances(self, module: ModulePath, mode: str, type: str, name: str) -> Mapping[Any, str]:
        """Instance key -> address of all instances of a block."""

    def is_unknown(self, address: str, attribute: str) -> bool:
        """Whether an attribute of an instance is known only after apply, wholly or in part."""


class Known(NamedTuple):
    """The value of an expression as far as it can be had without evaluating it."""

    is_known: bool
    value: Any
    shown: str = ""  # the name that it refers to
    sensitive: bool = False  # by the declaration of a variable on the way


@dataclass(frozen=True, slots=True)
class Each:
    """What ``each`` and ``count`` mean in an expression: the ``for_each`` of the block or of the module call."""

    references: Sequence[Any]
    key: Any
    module: ModulePath  # where the for_each stands


@dataclass(slots=True)
class Origins:
    """Where an unknown value comes from: attributes of resources and data sources. ``opaque``: from elsewhere too."""

    resources: dict[Reference, None] = field(default_factory=dict)
    data: dict[Reference, None] = field(default_factory=dict)
    opaque: bool = False
    names: int = 0


class Configuration:
    """``configuration`` of a plan."""

    def __init__(self, document: Any, variables: Any, targets: Targets) -> None:
        self.is_there = isinstance(document, dict) and isinstance(document.get("root_module"), dict)
        self._root = mapping(mapping(document).get("root_module"))
        self.provider_config = mapping(mapping(document).get("provider_config"))
        self._variables = mapping(variables)
        self._targets = targets
        self._blocks: dict[tuple[str, ...], dict[tuple[str, str, str], Mapping[str, Any]]] = {}

    def module(self, path: ModulePath) -> Mapping[str, Any]:
        """The module's node; empty where there is none."""
        node = self._root
        for name, _ in path:
            node = mapping(mapping(mapping(node.get("module_calls")).get(name)).get("module"))
        return node

    def requirements(self, root: str, location: SourceLocation) -> Iterator[Resource]:
        """The module calls as ``terraform.module``, those of the root and of local modules: not what others call."""
        pending = [("", self._root)]
        while pending:
            prefix, node = pending.pop()
            for name, item in mapping(node.get("module_calls")).items():
                call = mapping(item)
                source, version = text(call.get("source")), text(call.get("version_constraint"))
                if not source:
                    continue
                address = f"{prefix}module.{name}"
                yield Resource(
                    root=root,
                    address=address,
                    type="terraform.module",
                    name=str(name),
                    attributes={"source": source, "version": version} if version else {"source": source},
                    location=location,
                    origin="plan",
                    mode="requirement",
                )
                if is_local_source(source):
                    pending.append((f"{address}.", mapping(call.get("module"))))

    def call(self, path: ModulePath) -> Mapping[str, Any]:
        """The call that makes a module: its arguments, ``count`` and ``for_each``."""
        return mapping(mapping(self.module(path[:-1]).get("module_calls")).get(path[-1][0])) if path else {}

    def block(self, path: ModulePath, mode: str, type: str, name: str) -> Mapping[str, Any] | None:
        """The node of a resource or data block, or None where the configuration has none."""
        names = tuple(step for step, _ in path)
        blocks = self._blocks.get(names)
        if blocks is None:
            blocks = {}
            for item in sequence(self.module(path).get("resources")):
                node = mapping(item)
                blocks[(text(node.get("mode")), text(node.get("type")), text(node.get("name")))] = node
            self._blocks[names] = blocks
        return blocks.get((mode, type, name))

    def each_of_call(self, path: ModulePath) -> Each | None:
        """What ``each`` means in the arguments of a module call."""
        if not path or path[-1][1] is None:
            return None
        references = sequence(mapping(self.call(path).get("for_each_expression")).get("references"))
        return Each(references, path[-1][1], path[:-1])

    # -- known values ------------------------------------------------------------------------------------------

    def known(self, expression: Any, path: ModulePath, steps: int = 0) -> Known:
        """The value of an expression that is constant or names one variable."""
        node = mapping(expression)
        if "constant_value" in node:
            return Known(True, node["constant_value"])
        heads = reference_heads(sequence(node.get("references")))
        shown = heads[0] if heads else ""
        tokens = parse_reference(shown)
        if len(heads) != 1 or steps > _MAX_STEPS or len(tokens) < 2 or tokens[0].value != "var":
            return Known(False, None, shown)
        name = str(tokens[1].value)
        declared = mapping(mapping(self.module(path).get("variables")).get(name))
        sensitive = declared.get("sensitive") is True
        if path and name in mapping(self.call(path).get("expressions")):
            found = self.known(mapping(self.call(path).get("expressions"))[name], path[:-1], steps + 1)
            if not found.is_known:
                return Known(False, None, found.shown or shown)
            value, sensitive = found.value, sensitive or found.sensitive
        elif not path and "value" in mapping(self._variables.get(name)):
            value = mapping(self._variables.get(name))["value"]
        elif "default" in declared:
            value = declared["default"]
        else:
            return Known(False, None, shown)
        return Known(*_walk(value, tokens[2:]), shown, sensitive)

    def outside_names(self, references: Sequence[Any], path: ModulePath, steps: int = 0) -> list[str]:
        """The variables without default, resources and data sources that an expression takes its value from.

        Empty where any part of it may be written in the code: a default, a local, a constant argument.
        """
        found: list[str] = []
        heads = reference_heads(references)
        if steps > _MAX_STEPS or len(heads) > _MAX_NAMES:
            return []
        for head in heads:
            tokens = parse_reference(head)
            first = tokens[0].value if tokens else ""
            if len(tokens) < 2 or first in ("local", "each", "count", "path", "terraform", "self", "module"):
                return []
            if first == "data" and tokens[1].value in _FORMATTING:
                return []  # it holds what its arguments say
            if first != "var":
                found.append(head)
                continue
            name = str(tokens[1].value)
            arguments = mapping(self.call(path).get("expressions")) if path else {}
            if name in arguments:
                inner = self.outside_names(sequence(mapping(arguments[name]).get("references")), path[:-1], steps + 1)
                if not inner:
                    return []
                found.extend(inner)
            else:
                declared = mapping(self.module(path).get("variables")).get(name)
                if path or not isinstance(declared, dict) or "default" in declared:
                    return []
                found.append(head)
        return found

    # -- unknown values ----------------------------------------------------------------------------------------

    def origins(self, references: Sequence[Any], path: ModulePath, each: Each | None) -> Origins:
        """The attributes of resources and data sources from which an expression may take its unknown value."""
        found = Origins()
        self._follow(reference_heads(references), path, each, (), found, 0)
        return found

    def _follow(
        self,
        heads: Sequence[str],
        path: ModulePath,
        each: Each | None,
        rest: Sequence[Token],
        found: Origins,
        steps: int,
    ) -> None:
        found.names += len(heads)
        if steps > _MAX_STEPS or found.names > _MAX_NAMES:
            found.opaque = True
            return
        indexed = each is not None and any(head in ("each.key", "count.index") for head in heads)
        for head in heads:
            tokens = parse_reference(head)
            first = tokens[0].value if tokens else ""
            if first in ("path", "terraform", "tofu", "self", "count") or head == "each.key":
                continue  # known when the plan was made
            if len(tokens) < 2:
                found.opaque = True
            elif first == "each":
                if each is None:
                    found.opaque = True
                else:
                    inner = reference_heads(each.references)
                    self._each(inner, each, [*tokens[2:], *rest], found, steps + 1)
            elif first == "var":
                if path:
                    argument = mapping(mapping(self.call(path).get("expressions")).get(tokens[1].value))
                    inner = reference_heads(sequence(argument.get("references")))
                    outer = self.each_of_call(path)
                    self._follow(inner, path[:-1], outer, [*tokens[2:], *rest], found, steps + 1)
            elif first == "module":
                self._output(tokens, path, rest, found, steps)
            elif first in ("local", "ephemeral"):
                found.opaque = True
            elif first == "data":
                self._block(tokens[1:], "data", path, each if indexed else None, rest, found)
            else:
                self._block(tokens, "managed", path, each if indexed else None, rest, found)

    def _each(self, heads: Sequence[str], each: Each, rest: Sequence[Token], found: Origins, steps: int) -> None:
        """``each.value``: of a whole block with ``for_each`` it is the instance with the same key."""
        if len(heads) == 1:
            tokens = parse_reference(heads[0])
            if len(tokens) == 2 and tokens[0].value == "module":
                self._output([*tokens, Token(each.key, True), *rest], each.module, (), found, steps)
                return
            if len(tokens) == 2 and tokens[0].value not in ("var", "local", "module", "data", "each"):
                self._block([*tokens, Token(each.key, True)], "managed", each.module, None, rest, found)
                return
        self._follow(heads, each.module, None, rest, found, steps)

    def _output(
        self, tokens: Sequence[Token], path: ModulePath, rest: Sequence[Token], found: Origins, steps: int
    ) -> None:
        name = tokens[1].value
        key = tokens[2].value if len(tokens) > 2 and tokens[2].is_index else None
        after = tokens[2 if key is None else 3 :]
        if not after or after[0].is_index:
            found.opaque = True  # the output is not named: module.x[each.key].y
            return
        call = mapping(mapping(self.module(path).get("module_calls")).get(name))
        if key is None and ("count_expression" in call or "for_each_expression" in call):
            found.opaque = True
            return
        output = mapping(mapping(mapping(call.get("module")).get("outputs")).get(str(after[0].value)))
        if not output:
            found.opaque = True
            return
        inner = reference_heads(sequence(mapping(output.get("expression")).get("references")))
        self._follow(inner, (*path, (name, key)), None, [*after[1:], *rest], found, steps + 1)

    def _block(
        self,
        tokens: Sequence[Token],
        mode: str,
        path: ModulePath,
        each: Each | None,
        rest: Sequence[Token],
        found: Origins,
    ) -> None:
        if len(tokens) < 2:
            found.opaque = True
            return
        kind, name = str(tokens[0].value), str(tokens[1].value)
        if kind.split("_", 1)[0] in UTILITY_PROVIDERS and kind != "random_password":
            # random_id in a name does not make the name an attribute of that resource.
            found.opaque = True
            return
        instances = self._targets.instances(path, mode, kind, name)
        steps = [*tokens[2:], *rest]
        addresses: list[str] = []
        if steps and steps[0].is_index:
            address = instances.get(steps[0].value)
            addresses = [address] if address is not None else []
            steps = steps[1:]
        elif each is not None and each.key in instances:
            addresses = [instances[each.key]]
        else:
            addresses = list(instances.values())
        if not addresses:
            if mode == "managed":
                found.opaque = True
            return
        attribute = next((str(step.value) for step in steps if not step.is_index), "")
        table = found.resources if mode == "managed" else found.data
        for address in addresses:
            if not attribute or self._targets.is_unknown(address, attribute):
                table[Reference(address, attribute)] = None


def _walk(value: Any, tokens: Sequence[Token]) -> tuple[bool, Any]:
    """The member of a value at some steps: (found, member)."""
    for token in tokens:
        if isinstance(value, dict) and str(token.value) in value:
            value = value[str(token.value)]
        elif isinstance(value, list) and isinstance(token.value, int) and token.value < len(value):
            value = value[token.value]
        else:
            return False, None
    return True, value
