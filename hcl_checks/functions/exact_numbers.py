"""Terraform's numbers: 512-bit binary floating point, here ``int`` for whole numbers and ``float`` for others.

Arithmetic goes through ``Decimal`` so that 0.1 + 0.2 is 0.3, as it prints in Terraform.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import Final

#: More digits than 512 bits can hold.
CONTEXT: Final = Context(prec=160, Emax=999_999, Emin=-999_999)
#: Numbers with more digits before or after the point than this are refused.
MAX_DIGITS: Final = 4000

_NUMBER: Final = re.compile(r"([+-]?)(?:\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)


def to_decimal(value: int | float) -> Decimal:
    """The decimal number that is meant by the value."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def from_decimal(value: Decimal) -> int | float:
    """A whole number as ``int``, any other as the nearest ``float``; ``OverflowError`` beyond ``MAX_DIGITS``."""
    if value and value.adjusted() > MAX_DIGITS:
        raise OverflowError("number out of range")
    if value == value.to_integral_value(context=Context(prec=MAX_DIGITS)):
        return int(value)
    return float(value)


def parse_number(text: str) -> int | float | None:
    """The number that a string converts to, None where it converts to none."""
    if len(text) > MAX_DIGITS:
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or (match.group(2) and abs(int(match.group(2))) > MAX_DIGITS // 2):
        return None
    if text.isdigit():
        return int(text)
    return from_decimal(Decimal(text))


def number_text(value: int | float) -> str:
    """The number as Terraform converts it to a string: all digits, no exponent."""
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def binary_value(value: int | float) -> Decimal:
    """The exact value of the 512-bit number that Terraform holds for a decimal one.

    Only rounding to few digits can tell the difference: 12.345 is a little less than it says, so ``%.2f`` is 12.34.
    """
    if isinstance(value, int):
        return Decimal(value)
    numerator, denominator = Decimal(repr(value)).as_integer_ratio()
    shift = 512 - (abs(numerator).bit_length() - denominator.bit_length())
    scaled, remainder = divmod(abs(numerator) << shift if shift > 0 else abs(numerator), denominator)
    excess = scaled.bit_length() - 512
    if excess > 0:
        lost = scaled & ((1 << excess) - 1)
        half = 1 << (excess - 1)
        scaled >>= excess
        if lost > half or (lost == half and (remainder or scaled & 1)):
            scaled += 1
        shift -= excess
    elif remainder * 2 > denominator or (remainder * 2 == denominator and scaled & 1):
        scaled += 1
    wide = Context(prec=2400, Emax=999_999, Emin=-999_999)
    exact = wide.divide(Decimal(scaled), Decimal(1 << shift)) if shift > 0 else Decimal(scaled << -shift)
    return exact.copy_sign(Decimal(numerator))
