"""Date and time functions."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from compliant_infra.hcl_checks.functions.signature import Call, Family
from compliant_infra.kernel.model import Unknown

FUNCTIONS = Family()

_NANOSECONDS: Final = 1_000_000_000
_DAY: Final = 86_400

_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION_PART: Final = re.compile(r"(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": _NANOSECONDS,
    "m": 60 * _NANOSECONDS,
    "h": 3600 * _NANOSECONDS,
}

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Moment(NamedTuple):
    """A moment: nanoseconds of UTC since the first day of year 1, and the offset of the clock that shows it."""

    nanoseconds: int
    offset: int  # seconds east of UTC

    def clock(self) -> tuple[int, int]:
        """The day (1 is the first of year 1) and the second of the day on the local clock."""
        seconds = self.nanoseconds // _NANOSECONDS + self.offset
        return seconds // _DAY + 1, seconds % _DAY


def parse_moment(call: Call, parameter: str, text: str) -> Moment:
    """A timestamp in RFC 3339 form; ``EvaluationError`` for other text."""
    from datetime import date

    match = _RFC3339.fullmatch(text) if len(text) <= 100 else None
    if match is None:
        raise call.error(parameter, f"{text[:40]!r} is not a timestamp as in 2006-01-02T15:04:05Z")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    offset_hours, offset_minutes = int(match.group(10) or 0), int(match.group(11) or 0)
    if hour > 23 or minute > 59 or second > 59 or offset_hours > 24 or offset_minutes > 60:
        raise call.error(parameter, f"{text!r} has a part out of range")
    try:
        days = date(year, month, day).toordinal()
    except ValueError as error:
        raise call.error(parameter, f"{text!r}: {error}") from None
    offset = (offset_hours * 3600 + offset_minutes * 60) * (-1 if match.group(9) == "-" else 1)
    seconds = (days - 1) * _DAY + hour * 3600 + minute * 60 + second - offset
    fraction = int((match.group(7) or "0")[:9].ljust(9, "0"))
    return Moment(seconds * _NANOSECONDS + fraction, offset)


def parse_duration(call: Call, parameter: str, text: str) -> int:
    """A duration such as ``1h30m`` in nanoseconds."""
    body = text[1:] if text[:1] in ("+", "-") else text
    total = 0
    if body != "0":
        position = 0
        while position < len(body) or not body:
            match = _DURATION_PART.match(body, position)
            if match is None or not (match.group(1) or match.group(2)) or len(match.group(0)) > 40:
                raise call.error(parameter, f"{text[:40]!r} is not a duration as in 1h30m")
            unit = _UNITS[match.group(3)]
            fraction = match.group(2) or ""
            total += int(match.group(1) or 0) * unit
            if fraction:
                total += int(fraction) * unit // 10 ** len(fraction)
            position = match.end()
    if total >= 1 << 63:
        raise call.error(parameter, f"{text[:40]!r} is too long a duration")
    return -total if text.startswith("-") else total


def _zone(offset: int, colon: str) -> str:
    hours, rest = divmod(abs(offset), 3600)
    return f"{'-' if offset < 0 else '+'}{hours:02d}{colon}{rest // 60:02d}"


def rfc3339(moment: Moment) -> str:
    """The timestamp to the second; ``ValueError`` outside the years 1 to 9999."""
    from datetime import date

    day, second = moment.clock()
    if not 1 <= day <= date.max.toordinal():
        raise ValueError("year out of range")
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{date.fromordinal(day).isoformat()}T{clock}{_zone(moment.offset, ':') if moment.offset else 'Z'}"


@FUNCTIONS.function("timestamp")
@FUNCTIONS.function("plantimestamp")
def now(call: Call) -> Unknown:
    """The time of the run: differs each time."""
    return call.unknown("impure-function")


@FUNCTIONS.function("timeadd", "timestamp:string", "duration:string")
def timeadd(call: Call, timestamp: str, duration: str) -> Any:
    """The timestamp moved by a duration."""
    moment = parse_moment(call, "timestamp", timestamp)
    moved = Moment(moment.nanoseconds + parse_duration(call, "duration", duration), moment.offset)
    try:
        return rfc3339(moved)
    except ValueError:
        return call.unknown("limit")


@FUNCTIONS.function("timecmp", "timestamp_a:string", "timestamp_b:string")
def timecmp(call: Call, first: str, second: str) -> int:
    """-1, 0 or 1 as the first moment is before, at or after the second."""
    left = parse_moment(call, "timestamp_a", first).nanoseconds
    right = parse_moment(call, "timestamp_b", second).nanoseconds
    return (left > right) - (left < right)


@FUNCTIONS.function("formatdate", "format:string", "time:string")
def formatdate(call: Call, template: str, time: str) -> str:
    """The timestamp in another form: runs of a letter are parts of it, quoted text and other signs stay."""
    moment = parse_moment(call, "time", time)
    pieces: list[str] = []
    position = 0
    while position < len(template):
        character = template[position]
        if character == "'":
            text, position = _quoted(call, template, position)
            pieces.append(text)
            continue
        end = position + 1
        if character.isascii() and character.isalpha():
            while end < len(template) and template[end] == character:
                end += 1
            pieces.append(_part(call, template[position:end], moment))
        else:
            pieces.append(character)
        position = end
    return "".join(pieces)


def _quoted(call: Call, template: str, start: int) -> tuple[str, int]:
    """The text in single quotes from a position, two of them meaning one, and the position after it."""
    text = ""
    position = start + 1
    while True:
        end = template.find("'", position)
        if end < 0:
            raise call.error("format", "a quoted text is not closed")
        text += template[position:end]
        if template[end + 1 : end + 2] != "'":
            return text, end + 1
        text += "'"
        position = end + 2


def _part(call: Call, letters: str, moment: Moment) -> str:
    from datetime import date

    ordinal, second = moment.clock()
    if not 1 <= ordinal <= date.max.toordinal():
        raise call.error("time", "year out of range")
    day = date.fromordinal(ordinal)
    hour, minute = second // 3600, second // 60 % 60
    twelve = hour % 12 or 12
    match letters[0], len(letters):
        case "Y", 4:
            return f"{day.year:04d}"
        case "Y", 2:
            return f"{day.year % 100:02d}"
        case "M", 4:
            return _MONTHS[day.month - 1]
        case "M", 3:
            return _MONTHS[day.month - 1][:3]
        case "E", 4:
            return _WEEKDAYS[day.weekday()]
        case "E", 3:
            return _WEEKDAYS[day.weekday()][:3]
        case "A", 2:
            return "AM" if hour < 12 else "PM"
        case "a", 2:
            return "am" if hour < 12 else "pm"
        case "Z", 5:
            return _zone(moment.offset, ":")
        case "Z", 4:
            return _zone(moment.offset, "")
        case "Z", 3:
            return _zone(moment.offset, "") if moment.offset else "UTC"
        case "Z", 1:
            return _zone(moment.offset, ":") if moment.offset else "Z"
        case ("M" | "D" | "h" | "H" | "m" | "s") as letter, (1 | 2) as width:
            number = {
                "M": day.month,
                "D": day.day,
                "h": hour,
                "H": twelve,
                "m": minute,
                "s": second % 60,
            }[letter]
            return str(number).rjust(width, "0")
        case _:
            raise call.error("format", f"{letters[:10]!r} is no part of a timestamp; other text must be quoted")
