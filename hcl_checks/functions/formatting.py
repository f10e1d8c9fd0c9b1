"""The verbs of ``format`` and ``formatlist``."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

from compliant_infra.hcl_checks.functions.exact_numbers import binary_value, to_decimal
from compliant_infra.hcl_checks.functions.graphemes import graphemes
from compliant_infra.hcl_checks.functions.signature import Call, derived, kind_name, to_bool, to_number, to_string
from compliant_infra.kernel.model import OneOf, Unknown, first_unknown

#: The greatest width and precision.
MAX_WIDTH: Final = 10_000

_VERB: Final = re.compile(r"%(?P<flags>[ +#0-]*)(?P<width>\d*)(?:\.(?P<precision>\d*))?(?:\[(?P<index>\d+)\])?")
_WIDE: Final = Context(prec=20_000, Emax=999_999, Emin=-999_999, rounding=ROUND_HALF_EVEN)


class Piece:
    """A verb with its flags."""

    __slots__ = ("flags", "precision", "source", "verb", "width")

    def __init__(self, match: re.Match[str], verb: str) -> None:
        self.source = match.group(0) + verb
        self.flags: str = match.group("flags")
        self.width = int(match.group("width") or 0)
        precision = match.group("precision")
        self.precision = None if precision is None else int(precision or 0)
        self.verb = verb

    @property
    def is_bare(self) -> bool:
        """True for a verb without flags, width and precision."""
        return not self.flags and not self.width and self.precision is None


def format_text(call: Call, template: str, arguments: list[Any]) -> Any:
    """The formatted text; an ``Unknown`` with parts where verbs stand for unknown arguments."""
    parts: list[Any] = []
    following = 0  # index of the argument that the next verb takes
    greatest = 0
    explicit = False
    position = 0
    while True:
        start = template.find("%", position)
        if start < 0:
            parts.append(template[position:])
            break
        parts.append(template[position:start])
        match = _VERB.match(template, start)
        assert match is not None  # every part of the pattern but the "%" may be absent
        if len(match.group(0)) > 100:
            return call.unknown("limit")
        if match.end() >= len(template):
            raise call.error("format", "ends in the middle of a verb")
        verb = template[match.end()]
        position = match.end() + 1
        if match.group(0) == "%" and verb == "%":
            parts.append("%")
            continue
        if verb not in "vtbdoxXeEfgGsq":
            raise call.error("format", f"unsupported verb {match.group(0) + verb!r} at offset {start}")
        piece = Piece(match, verb)
        if max(piece.width, piece.precision or 0) > MAX_WIDTH:
            return call.unknown("limit")
        if match.group("index"):
            following = int(match.group("index")) - 1
            explicit = True
        if not 0 <= following < len(arguments):
            raise call.error("format", f"no argument for {piece.source!r} at offset {start}")
        argument = arguments[following]
        following += 1
        greatest = max(greatest, following)
        blocked = first_unknown(argument)
        if blocked is None:
            parts.append(format_value(call, piece, argument))
        elif blocked is argument and isinstance(blocked, Unknown) and verb == "s" and piece.is_bare:
            parts.append(blocked)
        else:
            parts.append(derived(blocked))
    if greatest < len(arguments):
        if not explicit or greatest:
            raise call.error("args", f"too many arguments; only {greatest} used by the format string")
        raise call.error("args", "no verb uses the arguments")
    return text_of_parts(parts)


def text_of_parts(parts: list[Any]) -> Any:
    """The text, or the ``Unknown`` that holds what is known of it."""
    flat: list[Any] = []
    for part in parts:
        for item in part.parts if isinstance(part, Unknown) and part.parts else (part,):
            if item == "" if isinstance(item, str) else False:
                continue
            if isinstance(item, str) and flat and isinstance(flat[-1], str):
                flat[-1] += item
            else:
                flat.append(item)
    blocked = next((item for item in flat if not isinstance(item, str)), None)
    if blocked is None:
        return "".join(flat)
    if len(flat) == 1:
        return blocked
    if isinstance(blocked, OneOf):
        blocked = blocked.condition
    return Unknown(blocked.reason, blocked.expression, blocked.location, parts=tuple(flat))


def format_value(call: Call, piece: Piece, value: Any) -> str:
    """One known value formatted by one verb."""
    verb = piece.verb
    if verb == "v":
        return _pad(_plain_form(piece, value), piece)
    if value is None:
        raise call.error("args", f"{piece.source!r} does not accept null")
    if verb in "sq":
        text = to_string(value)
        if text is None:
            raise call.error("args", f"{piece.source!r} requires a string, not a {kind_name(value)}")
        if piece.precision is not None:
            text = "".join(graphemes(text)[: piece.precision])
        if verb == "q":
            text = _json(text)
        return _pad(text, piece)
    if verb == "t":
        flag = to_bool(value)
        if flag is None:
            raise call.error("args", f"{piece.source!r} requires a bool, not a {kind_name(value)}")
        return "true" if flag else "false"
    number = to_number(value)
    if number is None:
        raise call.error("args", f"{piece.source!r} requires a number, not a {kind_name(value)}")
    if verb in "bdoxX":
        if not isinstance(number, int):
            raise call.error("args", f"{piece.source!r} requires a whole number")
        return _whole(number, piece)
    return _fractional(number, piece)


def _json(value: Any) -> str:
    from compliant_infra.hcl_checks.functions.json_text import write_json

    return write_json(value)


def _plain_form(piece: Piece, value: Any) -> str:
    if "#" in piece.flags:
        return _json(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return _shortest(value, "e")
    return _json(value)


def _pad(text: str, piece: Piece) -> str:
    if not piece.width:
        return text
    missing = piece.width - len(graphemes(text))
    if missing <= 0:
        return text
    if "-" in piece.flags:
        return text + " " * missing
    return ("0" if "0" in piece.flags else " ") * missing + text


def _whole(number: int, piece: Piece) -> str:
    digits = format(abs(number), {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}[piece.verb])
    if piece.precision is not None:
        digits = "" if piece.precision == 0 and number == 0 else digits.rjust(piece.precision, "0")
    prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(piece.verb, "") if "#" in piece.flags else ""
    return _signed(number < 0, prefix, digits, piece, zeros=piece.precision is None)


def _signed(negative: bool, prefix: str, digits: str, piece: Piece, zeros: bool) -> str:
    sign = "-" if negative else "+" if "+" in piece.flags else " " if " " in piece.flags else ""
    missing = max(piece.width - len(sign) - len(prefix) - len(digits), 0)
    if "-" in piece.flags:
        return sign + prefix + digits + " " * missing
    if "0" in piece.flags and zeros:
        return sign + prefix + "0" * missing + digits
    return " " * missing + sign + prefix + digits


def _fractional(number: int | float, piece: Piece) -> str:
    verb = piece.verb
    if verb in "gG":
        letter = "e" if verb == "g" else "E"
        if piece.precision is None:
            digits = _shortest(abs(number), letter)
        else:
            digits = _general(abs(number), piece.precision or 1, letter)
    else:
        precision = 6 if piece.precision is None else piece.precision
        exact = binary_value(abs(number))
        if verb == "f":
            digits = format(_WIDE.quantize(exact, Decimal(1).scaleb(-precision)), "f")
        else:
            mantissa, exponent = _scientific(exact, precision + 1)
            digits = _with_exponent(mantissa, exponent, verb)
    return _signed(number < 0, "", digits, piece, zeros=True)


def _scientific(exact: Decimal, count: int) -> tuple[str, int]:
    """The first ``count`` significant digits, rounded, and the exponent of the first of them."""
    if exact == 0:
        return "0" * count, 0
    rounded = Context(prec=count, rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999).plus(exact)
    digits = "".join(map(str, rounded.as_tuple().digits)).ljust(count, "0")
    return digits, rounded.adjusted()


def _with_exponent(digits: str, exponent: int, letter: str) -> str:
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _shortest(number: int | float, letter: str) -> str:
    """As few digits as tell the number; with an exponent for less than 1e-4 and from about a million on."""
    value = to_decimal(number)
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0") or "0"
    exponent = value.adjusted() if value else 0
    sign = "-" if value < 0 else ""
    if exponent < -4 or exponent >= 6:
        return sign + _with_exponent(digits, exponent, letter)
    text = format(abs(value), "f")
    return sign + (text.rstrip("0").rstrip(".") if "." in text else text)


def _general(number: int | float, precision: int, letter: str) -> str:
    digits, exponent = _scientific(binary_value(number), precision)
    digits = digits.rstrip("0") or "0"
    if exponent < -4 or exponent >= max(precision, len(digits) if len(digits) > exponent else 0):
        return _with_exponent(digits, exponent, letter)
    value = Decimal(digits).scaleb(exponent - len(digits) + 1)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
