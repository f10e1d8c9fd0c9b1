"""The attributes of a resource in a plan: what is known, what is known only after apply, and what nobody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.hcl_checks.plan_configuration import is_expression, mapping, sequence
from compliant_infra.kernel.logic import as_string
from compliant_infra.kernel.model import SensitiveText, Unknown
from compliant_infra.kernel.secrets import is_secret_argument

#: Values nested deeper than this are cut off: no provider's schema comes near it.
MAX_VALUE_DEPTH: Final = 100

#: Makes the Unknown for an expression (None where it cannot be traced) at a dotted path.
UnknownMaker = Callable[[Any, str], Any]
#: Where a secret comes from that an expression fetches from outside of the code, by the expression and the value; None
#: where that is not certain.
SecretSource = Callable[[Any, str], Unknown | None]


class PlannedAttributes(Mapping[str, Any]):
    """``after`` joined with ``after_unknown`` and ``after_sensitive``, one attribute at a time and on first use.

    What is unknown *and* written in the configuration is an Unknown. What is unknown and not written is left out: it
    is optional and computed, the provider decides it, and a rule shall judge it exactly as it judges a source file in
    which it does not stand, by the provider's known default or by what the rule says of a missing attribute. The price:
    the plan does not show ``dynamic`` blocks, so one of them over an unknown collection looks like a block that
    nobody wrote. Inside blocks that exist without an expression (made by ``dynamic``) nothing can be told apart, and
    everything unknown there is an Unknown.

    ``null`` counts as not set, and so does an empty list that the configuration does not write: an unset block.
    Sensitive texts and numbers become SensitiveText. A secret whose expression shows that it is not in the code (a
    variable without default, another resource) is an Unknown, as it is when the source itself is read: its value is
    nobody's business, and where it comes from is what rules ask.
    """

    __slots__ = (
        "_after",
        "_expressions",
        "_known",
        "_make",
        "_provisioners",
        "_secret_source",
        "_sensitive",
        "_traced",
        "_unknown",
    )

    def __init__(
        self,
        after: Mapping[str, Any],
        unknown: Mapping[str, Any],
        sensitive: Any,
        expressions: Mapping[str, Any] | None,
        make: UnknownMaker,
        secret_source: SecretSource | None = None,
        provisioners: Sequence[Any] = (),
    ) -> None:
        self._after = after
        self._unknown = unknown
        self._sensitive = sensitive
        self._traced = expressions is not None  # False: there is no configuration to look at
        self._expressions = expressions or {}
        self._make = make
        self._secret_source = secret_source
        self._provisioners = provisioners
        self._known: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or ``default`` where the attribute is not set."""
        known = self._known
        if name in known:
            value = known[name]
        elif name == "provisioner":
            # As in source: it can be asked for, and is none of the resource's own attributes.
            value = known[name] = list(self._provisioners) or None
        else:
            expression = self._expressions.get(name)
            after = self._after.get(name)
            unknown = self._unknown.get(name)
            if after is None and unknown is not True and expression is not None and name.endswith("_wo"):
                value = self._write_only(expression, name)
            else:
                sensitive = self._sensitive
                hidden = sensitive if sensitive is True else mapping(sensitive).get(name)
                value = self._join(after, unknown, hidden, expression, name, self._traced, 0)
            known[name] = value
        return default if value is None else value

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        for name in {**self._after, **self._unknown}:
            if self.get(name) is not None:
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"PlannedAttributes({sorted(self._after)})"

    def is_written(self, path: str) -> bool | None:
        """Whether the configuration writes what stands at a dotted path: else the provider has filled it in.

        None where that cannot be told: there is no configuration, or the block was made by ``dynamic``.
        """
        if not self._traced:
            return None
        name, *steps = path.split(".")
        written, after = self._expressions.get(name), self._after.get(name)
        element = False
        for step in steps:
            if step.isdigit():
                if isinstance(after, list):
                    after = after[int(step)] if int(step) < len(after) else None
                    element = isinstance(written, list)
                    written = _block_of(after, written) if isinstance(written, list) else written
                continue
            if written is None:
                return None
            if is_expression(written) and not element:
                return True
            written, after, element = mapping(written).get(step), mapping(after).get(step), False
        return written is not None

    def _write_only(self, expression: Any, name: str) -> Any:
        """Write-only arguments are null in every plan; the configuration alone shows that they are written."""
        if "constant_value" in mapping(expression):
            return hide(mapping(expression)["constant_value"])
        return self._make(expression, name)

    def _join(self, after: Any, unknown: Any, sensitive: Any, written: Any, path: str, traced: bool, depth: int) -> Any:
        if unknown is True:
            return None if traced and written is None else self._make(written, path)
        if depth > MAX_VALUE_DEPTH:
            return Unknown("limit", path)
        if isinstance(after, dict):
            return self._join_mapping(after, unknown, sensitive, written, path, traced, depth)
        if isinstance(after, list):
            return self._join_list(after, unknown, sensitive, written, path, depth)
        if after and written is not None and isinstance(after, str) and self._secret_source is not None:
            if "references" in mapping(written) and is_secret_argument(path.rsplit(".", 1)[-1]):
                outside = self._secret_source(written, after)
                if outside is not None:
                    return outside
        return hide(after) if sensitive is True else after

    def _join_mapping(
        self, after: Mapping[str, Any], unknown: Any, sensitive: Any, written: Any, path: str, traced: bool, depth: int
    ) -> Any:
        # An element of a list of blocks is a block, also one that says nothing: "filter {}".
        element = traced and path.rsplit(".", 1)[-1].isdigit()
        is_block = isinstance(written, dict) and (element or not is_expression(written))
        found: dict[str, Any] = {}
        unknowns = mapping(unknown)
        for name in {**after, **unknowns}:
            value = self._join(
                after.get(name),
                unknowns.get(name),
                True if sensitive is True else mapping(sensitive).get(name),
                written.get(name) if is_block else written,
                f"{path}.{name}",
                is_block,
                depth + 1,
            )
            if value is not None:
                found[name] = value
        # A block of which there can be only one is an object in a plan; rules see blocks as lists.
        return [found] if is_block and not path.rsplit(".", 1)[-1].isdigit() else found

    def _join_list(
        self, after: Sequence[Any], unknown: Any, sensitive: Any, written: Any, path: str, depth: int
    ) -> Any:
        unknowns = sequence(unknown)
        if not after and not unknowns:
            return None if written is None else []
        hidden = sequence(sensitive)
        found: list[Any] = []
        for index in range(max(len(after), len(unknowns))):
            item = after[index] if index < len(after) else None
            item_unknown = unknowns[index] if index < len(unknowns) else None
            blocks = isinstance(written, list)
            found.append(
                self._join(
                    item,
                    item_unknown,
                    True if sensitive is True else hidden[index] if index < len(hidden) else None,
                    _block_of(item, written) if blocks else written,
                    f"{path}.{index}",
                    blocks and isinstance(item, dict),
                    depth + 1,
                )
            )
        return found


def hide(value: Any) -> Any:
    """Texts and numbers that must not be shown, marked as such at any depth. Numbers become texts, as in Terraform."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (str, int, float)):
        return SensitiveText(as_string(value) or "")
    if isinstance(value, dict):
        return {name: hide(item) for name, item in value.items()}
    if isinstance(value, list):
        return [hide(item) for item in value]
    return value


def _block_of(element: Any, blocks: Sequence[Any]) -> Any:
    """The expressions of the block that made an element.

    Elements of a set come in another order than the blocks: the block is told by its constants. Where several could
    have made it, their expressions are joined, so that a reference leads to all that are possible.
    """
    candidates = [item for item in blocks if isinstance(item, dict)]
    if len(candidates) > 1 and isinstance(element, dict):
        candidates = [item for item in candidates if _could_make(item, element)] or candidates
    if len(candidates) == 1:
        return candidates[0]
    return _joined(candidates)


def _could_make(block: Mapping[str, Any], element: Mapping[str, Any]) -> bool:
    for name, expression in block.items():
        if is_expression(expression) and "constant_value" in expression:
            wanted, found = as_string(expression["constant_value"]), as_string(element.get(name))
            if wanted is not None and found is not None and wanted != found:
                return False
    return True


def _joined(nodes: Sequence[Any]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for node in nodes:
        for name, item in mapping(node).items():
            mine = joined.get(name)
            if mine is None:
                joined[name] = item
            elif is_expression(mine) and is_expression(item):
                joined[name] = {"references": [*sequence(mine.get("references")), *sequence(item.get("references"))]}
            elif isinstance(mine, list) and isinstance(item, list):
                joined[name] = [*mine, *item]
            elif isinstance(mine, dict) and isinstance(item, dict):
                joined[name] = _joined([mine, item])
    return joined
