"""Numeric functions."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException
from typing import Any

from compliant_infra.hcl_checks.functions.exact_numbers import CONTEXT, MAX_DIGITS, from_decimal, to_decimal
from compliant_infra.hcl_checks.functions.signature import Call, Family, kind_name, whole_number

FUNCTIONS = Family()


@FUNCTIONS.function("abs", "num:number")
def absolute(call: Call, number: int | float) -> int | float:
    """The number without its sign."""
    return abs(number)


@FUNCTIONS.function("ceil", "num:number")
def ceil(call: Call, number: int | float) -> int:
    """The next whole number that is not smaller."""
    return int(to_decimal(number).to_integral_value(ROUND_CEILING))


@FUNCTIONS.function("floor", "num:number")
def floor(call: Call, number: int | float) -> int:
    """The next whole number that is not greater."""
    return int(to_decimal(number).to_integral_value(ROUND_FLOOR))


@FUNCTIONS.function("log", "num:number", "base:number")
def log(call: Call, number: int | float, base: int | float) -> int | float:
    """The logarithm, computed in 64-bit floating point as Terraform does."""
    for parameter, value in (("num", number), ("base", base)):
        if value <= 0:
            raise call.error(parameter, "must be greater than zero")
    if base == 1:
        raise call.error("base", "the logarithm to base 1 is not defined")
    result = math.log(number) / math.log(base)
    return int(result) if result.is_integer() else result


@FUNCTIONS.function("max", "*numbers:number")
def maximum(call: Call, *numbers: int | float) -> int | float:
    """The greatest of the numbers."""
    if not numbers:
        raise call.error("numbers", "at least one number is needed")
    return max(numbers)


@FUNCTIONS.function("min", "*numbers:number")
def minimum(call: Call, *numbers: int | float) -> int | float:
    """The smallest of the numbers."""
    if not numbers:
        raise call.error("numbers", "at least one number is needed")
    return min(numbers)


@FUNCTIONS.function("parseint", "number:any", "base:number")
def parseint(call: Call, source: Any, base: int | float) -> int:
    """A whole number written in another base (2 to 62)."""
    if not isinstance(source, str):
        raise call.error("number", f"string required, but it is a {kind_name(source)}")
    radix = whole_number(base, "base", call)
    if not 2 <= radix <= 62:
        raise call.error("base", "must be a whole number between 2 and 62")
    sign, digits = (source[0], source[1:]) if source[:1] in ("+", "-") else ("", source)
    if not digits or len(digits) > MAX_DIGITS // 2:
        raise call.error("number", f"cannot be read as a number of base {radix}")
    result = 0
    for digit in digits:
        value = _digit(digit, radix)
        if value is None:
            raise call.error("number", f"cannot be read as a number of base {radix}: digit {digit!r}")
        result = result * radix + value
    return -result if sign == "-" else result


def _digit(digit: str, radix: int) -> int | None:
    # As Go's big.Int: up to base 36 letters of either case are the same digit, above that capitals follow small ones.
    if "0" <= digit <= "9":
        value = ord(digit) - ord("0")
    elif "a" <= digit <= "z":
        value = ord(digit) - ord("a") + 10
    elif "A" <= digit <= "Z":
        value = ord(digit) - ord("A") + (10 if radix <= 36 else 36)
    else:
        return None
    return value if value < radix else None


@FUNCTIONS.function("pow", "num:number", "power:number")
def power(call: Call, number: int | float, exponent: int | float) -> int | float:
    """The power, computed in 64-bit floating point as Terraform does."""
    try:
        result = math.pow(number, exponent)
    except (OverflowError, ValueError):
        raise call.error("power", "the result is too great or no real number") from None
    return int(result) if result.is_integer() else result


@FUNCTIONS.function("signum", "num:number")
def signum(call: Call, number: int | float) -> int:
    """-1, 0 or 1 for a whole number."""
    number = whole_number(number, "num", call)
    return (number > 0) - (number < 0)


def add(numbers: list[int | float]) -> int | float:
    """The sum, without the errors of binary floating point."""
    total = Decimal(0)
    try:
        for number in numbers:
            total = CONTEXT.add(total, to_decimal(number))
    except DecimalException:
        return sum(numbers)
    return from_decimal(total)
