"""Where an evaluation stands, and who is told of what it meets there."""

from __future__ import annotations

from typing import Any, Final, Protocol

from compliant_infra.hcl_checks.expressions import evaluate
from compliant_infra.hcl_checks.reader import Attribute
from compliant_infra.hcl_checks.values import Scope
from compliant_infra.kernel.model import NO_TEXT, SourceLocation, Text, Unknown

#: Elements of one value, at all depths together. Values that are made of values double with every step.
MAX_ELEMENTS: Final = 500_000


class Listener(Protocol):
    """Who is told of a problem."""

    def __call__(self, code: str, message: Text, location: SourceLocation | None, hint: Text = NO_TEXT) -> None:
        """Add a diagnostic."""


class Whereabouts:
    """The attribute that is being evaluated for a root: unknowns and diagnostics name its place."""

    __slots__ = ("_attribute", "_file", "_weights", "diagnose")

    def __init__(self, diagnose: Listener) -> None:
        self.diagnose = diagnose
        self._file = ""
        self._attribute: Attribute | None = None
        self._weights: dict[int, tuple[int, Any]] = {}

    def location(self) -> SourceLocation | None:
        """The place of the attribute, or None outside of any."""
        attribute = self._attribute
        return None if attribute is None else SourceLocation(self._file, attribute.line, attribute.end_line)

    def evaluate(self, attribute: Attribute, file: str, scope: Scope) -> Any:
        """The value of an attribute. Never raises for its content."""
        before = self._file, self._attribute
        self._file, self._attribute = file, attribute
        try:
            value = evaluate(attribute.value, scope)
            if isinstance(value, (list, dict)) and value is not attribute.value:
                if self._weight(value) > MAX_ELEMENTS:
                    self.diagnose(
                        "limit-reached",
                        Text(
                            f"the value of {attribute.name} has more than {MAX_ELEMENTS} elements; not evaluated",
                            f"{attribute.name} 的值超过 {MAX_ELEMENTS} 个元素，未求值",
                        ),
                        self.location(),
                    )
                    return Unknown("limit", attribute.name, self.location())
            return value
        finally:
            self._file, self._attribute = before

    def _weight(self, value: Any) -> int:
        """The elements of a value. Parts that several values share are counted once, but weigh each time."""
        known = self._weights.get(id(value))
        if known is not None:
            return known[0]
        total = 1
        for item in value.values() if isinstance(value, dict) else value:
            total += self._weight(item) if isinstance(item, (list, dict)) else 1
        self._weights[id(value)] = (total, value)  # kept with the value, so that its id is not given away
        return total


class BlockScope(Scope, Protocol):
    """The scope of a block's attributes: it knows where the evaluation stands."""

    @property
    def whereabouts(self) -> Whereabouts:
        """Of the root that is being read."""
