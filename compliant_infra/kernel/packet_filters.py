"""What security groups and network ACLs let in: the rules of every cloud's forms as entries, judged on intervals.

An ``Entry`` is one accepting or dropping rule. ``exposures`` answers, three-valued, which accepted traffic from any
address reaches the ports in question, after the dropping entries that come before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from compliant_infra.kernel.logic import Outcome, as_number, as_string, undecided
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.networks import (
    ALL_PORTS,
    Network,
    Ports,
    common,
    covers_all,
    is_all_ports,
    is_any,
    is_wide,
    parse_network,
    parse_ports,
    protocol_name,
    protocols_with_ports,
    show_ports,
    without,
)

Truth = bool | Unknown | OneOf


class Source(NamedTuple):
    """One written source of traffic: a CIDR text, an unknown, or a list of which one alternative holds."""

    value: Any
    path: str


@dataclass(slots=True)
class Entry:
    """One rule of a packet filter. Values may be unknown.

    ``order`` decides between entries: the smaller number wins; with ``drop_wins`` a dropping entry of the same order
    wins too. ``protocol`` is a name as ``networks.protocol_name`` gives it, ``ports`` a ``Ports``.
    """

    accepts: Truth
    protocol: Any
    ports: Any
    sources: Sequence[Source]
    order: Any = 0
    protocol_path: str = ""
    ports_path: str = ""
    accepts_path: str = ""
    existence: Unknown | OneOf | None = None


# --------------------------------------------------------------------------------------------------------------
# Values that may be unknown
# --------------------------------------------------------------------------------------------------------------


def options(value: Any) -> Sequence[Any]:
    """The alternatives of a OneOf, or the value alone."""
    return value.alternatives if type(value) is OneOf else (value,)


def convert(value: Any, function: Callable[[Any], Any]) -> Any:
    """Apply a function to a known value or to each alternative; what it cannot read (None) becomes unknown."""
    if type(value) is Unknown:
        return value
    if type(value) is OneOf:
        found = [convert(item, function) for item in value.alternatives]
        if all(not isinstance(item, Unknown) and item == found[0] for item in found):
            return found[0]
        return OneOf(found, value.condition)
    found = function(value)
    return Unknown("unsupported", as_string(value) or "") if found is None else found


def truth(value: Any, test: Callable[[Any], Truth]) -> Truth:
    """The test's answer; for a OneOf the answer on which all alternatives agree, else the OneOf."""
    if type(value) is Unknown:
        return value
    if type(value) is OneOf:
        answers = [truth(item, test) for item in value.alternatives]
        return answers[0] if all(item is answers[0] for item in answers) else value
    return test(value)


def any_true(answers: Iterable[Truth]) -> Truth:
    """True if one is true, else the first unknown, else False."""
    blocked: Truth = False
    for answer in answers:
        if answer is True:
            return True
        if answer is not False and blocked is False:
            blocked = answer
    return blocked


def written_prefix(value: Unknown) -> int | None:
    """The prefix length of a partly known CIDR such as ``"${var.office}/32"``, or None."""
    if value.parts and isinstance(value.parts[-1], str):
        _, slash, length = value.parts[-1].rpartition("/")
        if slash and length.isascii() and length.isdigit() and len(length) <= 3:
            return int(length)
    return None


def is_open(value: Any, widest_prefix: int) -> Truth:
    """Whether a written source is any address, or wider than the prefix allowed."""
    if type(value) is Unknown:
        prefix = written_prefix(value)
        if prefix is None:
            return value
        return True if prefix == 0 else False if prefix >= widest_prefix else value
    if type(value) is OneOf:
        answers = [is_open(item, widest_prefix) for item in value.alternatives]
        return answers[0] if all(item is answers[0] for item in answers) else value
    if value is None:
        return False
    if isinstance(value, (list, tuple)):
        answer = any_true(is_open(item, widest_prefix) for item in value)
        if answer is False:
            known = [found for found in map(_network, value) if found is not None]
            return covers_all(known)
        return answer
    network = _network(value)
    if network is None:
        text = as_string(value) or ""
        return False if text == "" or text.startswith("sg-") else Unknown("unsupported", text)
    return is_any(network) or is_wide(network, widest_prefix)


def _network(value: Any) -> Network | None:
    return parse_network(value) if isinstance(value, str) else None


def sources_of(value: Any, path: str) -> list[Source]:
    """The sources written in an attribute: one for each element of a known list."""
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [Source(item, path) for item in value if item is not None]
    if isinstance(value, Unknown) and value.elements:
        return [
            Source(item, path) for item in (*value.elements, Unknown(value.reason, value.expression, value.location))
        ]
    return [Source(value, path)]


def show_source(value: Any) -> str:
    """A source for messages and sub-ids."""
    if type(value) is Unknown:
        if value.parts:
            return "".join(show_source(item) for item in value.parts)
        return f"({value.expression or value.reason})"
    if type(value) is OneOf:
        return " | ".join(dict.fromkeys(show_source(item) for item in value.alternatives))
    if isinstance(value, (list, tuple)):
        return ", ".join(show_source(item) for item in value)
    return "-" if value is None else f"{value}"  # not str(): what is sensitive stays hidden


# --------------------------------------------------------------------------------------------------------------
# The judgement
# --------------------------------------------------------------------------------------------------------------

#: Of an accepted protocol and its ports, the part that matters to a rule: protocol -> ports.
Reach = Callable[[str, Ports], Mapping[str, Ports]]


def risky_reach(risky: Ports) -> Reach:
    """The risky ports over tcp and udp."""

    def reach(protocol: str, ports: Ports) -> Mapping[str, Ports]:
        found = common(ports, risky)
        return dict.fromkeys(protocols_with_ports(protocol), found) if found else {}

    return reach


def whole_reach(protocol: str, ports: Ports) -> Mapping[str, Ports]:
    """Everything: all protocols, or all ports of tcp or udp."""
    names = protocols_with_ports(protocol)
    return dict.fromkeys(names, ALL_PORTS) if names and (protocol == "all" or is_all_ports(ports)) else {}


class Exposure(NamedTuple):
    """Accepted traffic from an open source. ``answer`` is True, or what blocks it; ``path`` the attribute at fault."""

    answer: Truth
    path: str
    source: str
    traffic: str  # "tcp/22", "all"
    ports: Ports  # the ports that matter, empty where unknown


def exposures(
    entries: Sequence[Entry], reach: Reach, widest_prefix: int, others: Callable[[], Sequence[Entry]] = lambda: ()
) -> Iterator[Exposure]:
    """The accepted traffic of these entries that matters, from any address.

    ``others`` gives entries of the same filter that are declared elsewhere; it is asked only where something is open.
    """
    drops: Sequence[Entry] | None = None
    for entry in entries:
        if entry.accepts is False:
            continue
        matters = _matters(entry, reach)
        if not matters:
            continue
        for source in joined(entry.sources):
            opened = is_open(source.value, widest_prefix)
            if opened is False:
                continue
            if drops is None:
                drops = [item for item in (*entries, *others()) if _may_drop(item)]
            answer, path, ports = _answer(entry, source, opened, matters, drops)
            if answer is not False:
                yield Exposure(answer, path, show_source(source.value), show_traffic(entry), ports)


def _may_drop(entry: Entry) -> bool:
    """Whether an entry drops, or may drop. One of which nothing at all is known is not taken for a shield."""
    return entry.accepts is False or (entry.accepts is not True and entry.accepts is not entry.protocol)


def joined(sources: Sequence[Source]) -> Sequence[Source]:
    """The sources; where none of several alone is any address but they are together, one source for all."""
    if len(sources) > 1 and all(type(item.value) is str for item in sources):
        known = [found for found in (_network(item.value) for item in sources) if found is not None]
        if len(known) > 1 and covers_all(known) and not any(is_any(item) for item in known):
            return [Source([item.value for item in sources], sources[0].path)]
    return sources


def show_traffic(entry: Entry) -> str:
    """Protocol and ports of an entry for messages and sub-ids."""
    protocol = entry.protocol if isinstance(entry.protocol, str) else show_source(entry.protocol)
    if protocol == "all":
        return "all"
    if isinstance(entry.ports, tuple):
        return f"{protocol}/{show_ports(entry.ports)}"
    if type(entry.ports) is OneOf:
        shown = [
            show_ports(item) if isinstance(item, tuple) else show_source(item) for item in entry.ports.alternatives
        ]
        return f"{protocol}/{' | '.join(shown)}"
    return f"{protocol}/{show_source(entry.ports)}"


_Choice = tuple[Mapping[str, Ports] | None, Unknown | None, str]


def _matters(entry: Entry, reach: Reach) -> list[_Choice]:
    """What matters of the entry's traffic in each case; empty where none of the cases matters."""
    found: list[_Choice] = []
    for protocol in options(entry.protocol):
        if type(protocol) is Unknown:
            found.append((None, protocol, entry.protocol_path))
            continue
        if protocol == "all":
            found.append((reach("all", ALL_PORTS), None, ""))
            continue
        if not protocols_with_ports(protocol):
            found.append(({}, None, ""))
            continue
        for ports in options(entry.ports):
            if type(ports) is Unknown:
                if reach(protocol, ALL_PORTS):
                    found.append((None, ports, entry.ports_path))
            else:
                found.append((reach(protocol, ports), None, ""))
    return found if any(item is None or item for item, _, _ in found) else []


def _answer(
    entry: Entry, source: Source, opened: Truth, matters: Sequence[_Choice], drops: Sequence[Entry]
) -> tuple[Truth, str, Ports]:
    verdicts: list[tuple[Truth, str]] = []
    shown: Ports = ()
    for choice, blocked, path in matters:
        if choice is None:
            verdicts.append((blocked if blocked is not None else False, path))
            continue
        left = _after_drops(entry, source, choice, drops)
        for ports in choice.values():
            shown = shown or ports
        verdicts.append((left, entry.accepts_path or source.path))
    if any(answer is not True for answer, _ in verdicts):
        if all(answer is False for answer, _ in verdicts):
            return False, "", ()
        first, path = next(item for item in verdicts if item[0] is not False)
        if first is True:  # the cases differ: what decides between them blocks
            decider = entry.protocol if type(entry.protocol) is OneOf else entry.ports
            if type(decider) is OneOf:
                return decider, entry.protocol_path if decider is entry.protocol else entry.ports_path, ()
        blockers = [item for item in verdicts if item[0] is not True and item[0] is not False]
        if blockers:
            return blockers[0][0], blockers[0][1], ()
        return first, path, ()
    if opened is not True:
        return opened, source.path, ()
    if entry.accepts is not True:
        return entry.accepts, entry.accepts_path, ()
    return True, source.path, shown


def _after_drops(entry: Entry, source: Source, reached: Mapping[str, Ports], drops: Sequence[Entry]) -> Truth:
    """Whether something of the reached ports is left after the dropping entries that come first."""
    if not any(reached.values()):
        return False
    if type(source.value) is OneOf and drops:
        answers = [_after_drops(entry, source._replace(value=item), reached, drops) for item in options(source.value)]
        return answers[0] if all(item is answers[0] for item in answers) else source.value
    network = _widest(source.value)
    if network is None or not drops:
        return True
    sure = dict(reached)
    possible = dict(reached)
    blocked: Truth = True
    for drop in drops:
        before, covering = _precedes(drop, entry), _covers(drop, network)
        if before is False or covering is False:
            continue
        certain = before is True and covering is True and drop.accepts is False and drop.existence is None
        certain = certain and isinstance(drop.protocol, str) and isinstance(drop.ports, tuple)
        for name in reached:
            removed = _removed(drop, name)
            if removed is None:
                continue
            if certain:
                sure[name] = without(sure[name], removed)
            possible[name] = without(possible[name], removed)
        if not certain and blocked is True:
            doubts = (before, covering, drop.accepts, drop.existence, drop.protocol, drop.ports)
            blocked = next((item for item in doubts if isinstance(item, (Unknown, OneOf))), True)
    if not any(sure.values()):
        return False
    return True if any(possible.values()) else blocked


def _widest(value: Any) -> Network | None:
    if isinstance(value, (list, tuple)):
        known = [found for found in map(_network, value) if found is not None]
        if not known:
            return None
        version = known[0].version
        return parse_network("::/0" if version == 6 else "0.0.0.0/0")
    return _network(value)


def _precedes(drop: Entry, entry: Entry) -> Truth:
    if drop is entry:
        return False
    for item in (drop.order, entry.order):
        if not isinstance(item, (int, float)):
            return item if isinstance(item, (Unknown, OneOf)) else Unknown("ambiguous", "order of the rules")
    return bool(drop.order <= entry.order)


def _covers(drop: Entry, network: Network) -> Truth:
    return any_true(truth(item.value, lambda value: _covered(value, network)) for item in drop.sources)


def _covered(value: Any, network: Network) -> Truth:
    if isinstance(value, (list, tuple)):
        return any_true(truth(item, lambda inner: _covered(inner, network)) for item in value)
    found = _network(value)
    return found is not None and found.covers(network)


def _removed(drop: Entry, name: str) -> Ports | None:
    """The ports of tcp or udp that a dropping entry may take away, or None where it is about another protocol."""
    protocols = options(drop.protocol)
    if not any(type(item) is Unknown or name in protocols_with_ports(item) for item in protocols):
        return None
    if any(type(item) is Unknown or item == "all" for item in protocols):
        return ALL_PORTS
    found: list[tuple[int, int]] = []
    for ports in options(drop.ports):
        if type(ports) is Unknown:
            return ALL_PORTS
        found.extend(ports)
    return tuple(found)


# --------------------------------------------------------------------------------------------------------------
# Reading the written forms
# --------------------------------------------------------------------------------------------------------------


def accepts(value: Any) -> Truth:
    """Whether an action is accept (``accept``, ``ACCEPT``, ``allow``)."""
    return truth(value, lambda item: (as_string(item) or "").lower() in ("accept", "allow"))


def protocol_value(value: Any) -> Any:
    """The protocol's name, or an unknown; unset is all protocols."""
    return convert("all" if value is None else value, lambda item: _protocol(item))


def _protocol(value: Any) -> str | None:
    text = "all" if value is None else as_string(value)
    return None if text is None else protocol_name(text)


def ports_value(value: Any) -> Any:
    """The ports of a text, or an unknown; unset is all ports."""
    return convert(ALL_PORTS if value is None else value, _ports)


def _ports(value: Any) -> Ports | None:
    if value is None or value is ALL_PORTS:
        return ALL_PORTS
    text = as_string(value)
    return None if text is None else parse_ports(text)


def whole_number(value: Any) -> int | None:
    """The whole number that Terraform would convert to, or None where there is none."""
    number = as_number(value)
    return int(number) if isinstance(number, int) or (number is not None and isfinite(number)) else None


def port_pair(first: Any, last: Any) -> Any:
    """The ports from one number to another, or an unknown; a missing or negative number stands for all ports."""
    for value in (first, last):
        if type(value) is Unknown:
            return value
    pairs = [(low, high) for low in options(first) for high in options(last)]
    if len(pairs) == 1:
        return _pair(*pairs[0])
    condition = first.condition if type(first) is OneOf else last.condition
    if type(first) is OneOf and type(last) is OneOf and len(first.alternatives) == len(last.alternatives):
        if first.condition is last.condition or first.condition.expression == last.condition.expression:
            pairs = list(zip(first.alternatives, last.alternatives, strict=True))
    return OneOf([_pair(low, high) for low, high in pairs], condition)


def _pair(first: Any, last: Any) -> Any:
    for value in (first, last):
        if type(value) is Unknown:
            return value
    low, high = whole_number(first), whole_number(last)
    if low is None and high is None:
        return ALL_PORTS if first is None and last is None else Unknown("unsupported", f"{first}-{last}")
    low, high = (high if low is None else low), (low if high is None else high)
    if low is None or high is None or low < 0 or high < 0:
        return ALL_PORTS
    return ((low, high),) if low <= high else Unknown("unsupported", f"{first}-{last}")


def split_text(value: Any, separator: str = "#") -> list[Any] | Unknown:
    """The fields of a text such as ``"ACCEPT#10.0.0.0/8#22#TCP"``; a partly known text gives known and unknown fields.

    Unknown where no part of the text is known.
    """
    if isinstance(value, str):
        return [type(value)(field) for field in value.split(separator)]
    if type(value) is not Unknown or not value.parts:
        return value if type(value) is Unknown else Unknown("unsupported", as_string(value) or "")
    fields: list[list[Any]] = [[]]
    for part in value.parts:
        if isinstance(part, str):
            pieces = part.split(separator)
            fields[-1].append(pieces[0])
            fields.extend([piece] for piece in pieces[1:])
        else:
            fields[-1].append(part)
    return [_field(field, value) for field in fields]


def _field(pieces: Sequence[Any], whole: Unknown) -> Any:
    pieces = [item for item in pieces if not isinstance(item, str) or item]
    if all(isinstance(item, str) for item in pieces):
        return "".join(pieces)
    if len(pieces) == 1:
        return pieces[0]
    return Unknown(whole.reason, whole.expression, whole.location, parts=tuple(pieces))


def text_entries(value: Any, path: str) -> Iterator[Entry]:
    """The entries of an ordered list of texts ``action#cidr#port#protocol``; the first that fits decides."""
    for index, item in enumerate(value if isinstance(value, (list, tuple)) else [value]):
        cases = [split_text(one) for one in options(item)]
        whole = next((case for case in cases if type(case) is Unknown), None)
        lists = [case for case in cases if isinstance(case, list) and len(case) >= 4]
        if whole is None and len(lists) < len(cases):
            whole = Unknown("unsupported", show_source(item))
        if whole is not None:
            yield Entry(whole, whole, whole, [Source(whole, path)], index, path, path, path)
            continue
        fields = [
            lists[0][place] if type(item) is not OneOf else OneOf([case[place] for case in lists], item.condition)
            for place in range(4)
        ]
        yield Entry(
            accepts(fields[0]),
            protocol_value(fields[3]),
            ports_value(fields[2]),
            [Source(fields[1], path)],
            index,
            path,
            path,
            path,
        )


def same_filter(left: Resource, right: Resource, attribute: str) -> Truth:
    """Whether two resources name the same group or ACL in this attribute."""
    one, other = left.get(attribute), right.get(attribute)
    if type(one) is Unknown and type(other) is Unknown:
        if one.reference is not None and other.reference is not None:
            return one.reference.address == other.reference.address
        if one.reference is None and other.reference is None and one.expression and one.expression == other.expression:
            return True if left.module == right.module else one
    for value in (one, other):
        if type(value) is OneOf or (type(value) is Unknown and value.reference is None):
            return value
    if type(one) is Unknown or type(other) is Unknown:
        return False
    return bool(one == other)


def both(left: Truth, right: Truth) -> Truth:
    """Kleene's and: False where one is false, else the first unknown, else True."""
    if left is False or right is False:
        return False
    return left if left is not True else right


def undecided_entry(exposure: Exposure, finding: str) -> Outcome:
    """The unknown outcome of an exposure that cannot be decided."""
    blocked = exposure.answer
    if isinstance(blocked, bool):
        blocked = Unknown("ambiguous", exposure.traffic)
    outcome = undecided(blocked, exposure.path, finding)
    if type(blocked) is OneOf:
        where = f"{exposure.source} {exposure.traffic}"
        outcome.message = Text(
            f"{exposure.path}: whether {where} is open depends on {blocked.condition.expression}",
            f"{exposure.path}：{where} 是否开放取决于 {blocked.condition.expression}",
        )
    return outcome
