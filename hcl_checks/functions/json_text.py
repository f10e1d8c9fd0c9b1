"""JSON as Terraform writes and reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import py_encode_basestring
from typing import Any, Final

from compliant_infra.hcl_checks.functions.exact_numbers import from_decimal, number_text

_HTML: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

#: How deep a document that is read may be nested.
_MAX_DEPTH: Final = 100


class TooDeepError(Exception):
    """The document is nested deeper than this tool follows."""


def write_json(value: Any) -> str:
    """The compact encoding with sorted keys; ``<``, ``>`` and ``&`` escaped."""
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_string(key)}:{write_json(value[key])}" for key in sorted(value)) + "}"
    return "[" + ",".join(map(write_json, value)) + "]"


def _string(text: str) -> str:
    encoded = py_encode_basestring(text)
    for character, escape in _HTML.items():
        if character in encoded:
            encoded = encoded.replace(character, escape)
    return encoded


def read_json(text: str) -> Any:
    """The value of a JSON document; ``ValueError`` where it is none, ``TooDeepError`` beyond the limit of nesting."""
    from decimal import Decimal

    def number(source: str) -> int | float:
        return from_decimal(Decimal(source))

    def refuse(source: str) -> Any:
        raise ValueError(f"{source} is not JSON")

    try:
        return _cleaned(json.loads(text, parse_float=number, parse_constant=refuse))
    except RecursionError:
        raise TooDeepError from None
    except ArithmeticError:
        raise ValueError("number out of range") from None


def _cleaned(value: Any, depth: int = 0) -> Any:
    """Texts in NFC, without lone surrogates: what Terraform holds."""
    if depth > _MAX_DEPTH:
        raise TooDeepError
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, list):
        return [_cleaned(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {normal(key): _cleaned(item, depth + 1) for key, item in value.items()}
    return value


def normal(text: str) -> str:
    """The text as Terraform keeps it: Unicode normalization form C."""
    if text.isascii():
        return text
    from unicodedata import normalize

    # Half a surrogate pair, which JSON escapes can express, is no character.
    return normalize("NFC", "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text))
