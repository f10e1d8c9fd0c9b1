"""Unknown values cannot be used as known ones without notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from compliant_infra.kernel.model import (
    DIAGNOSTICS,
    UNKNOWN_REASONS,
    OneOf,
    SensitiveText,
    Unknown,
    UnknownValueError,
    first_unknown,
)

USES: dict[str, Callable[[Any], object]] = {
    "truth": bool,
    "length": len,
    "iteration": list,
    "membership": lambda value: "a" in value,
    "index": lambda value: value[0],
    "equality": lambda value: value == "a",
    "inequality": lambda value: value != "a",
    "order": lambda value: value < 3,
    "number": int,
    "sum": lambda value: value + 1,
    "text method": lambda value: value.endswith("x"),
    "mapping method": lambda value: value.items(),
    "list method": lambda value: value.append(1),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize("kind", ["unknown", "one of"])
def test_a_use_raises_with_the_value(use: Callable[[Any], object], kind: str) -> None:
    unknown = Unknown("no-value", "var.x")
    value = unknown if kind == "unknown" else OneOf([1, 2], unknown)
    with pytest.raises(UnknownValueError) as raised:
        use(value)
    assert raised.value.unknown is value


def test_it_is_itself_and_can_be_looked_for() -> None:
    unknown = Unknown("no-value", "var.x")
    assert unknown == unknown
    assert (unknown != unknown) is False
    assert {unknown: 1}[unknown] == 1
    assert not hasattr(unknown, "is_object_proxy")
    assert first_unknown({"a": ["b", {"c": unknown}]}) is unknown
    assert first_unknown({"a": ["b"]}) is None


def test_the_closed_tables() -> None:
    assert set(DIAGNOSTICS.values()) == {"error", "warning"}
    assert len(UNKNOWN_REASONS) == 12


def test_what_is_made_of_a_sensitive_text_is_sensitive() -> None:
    secret = SensitiveText(" Hunter2/hunter3 ")
    made = [
        str(secret),
        secret.strip(),
        secret.lower(),
        secret[1:4],
        "host " + secret,
        secret + " host",
        secret.replace("/", ","),
        *secret.split("/"),
        *secret.partition("/"),
        *secret,
    ]
    assert all(isinstance(item, SensitiveText) for item in made)
    assert "unter" not in f"{secret.strip()!s}{secret.lower()}{secret.split('/')}{secret.partition('/')}"
    assert secret.strip().lower() == "hunter2/hunter3"
    assert SensitiveText("2") + SensitiveText("4") == "24"
