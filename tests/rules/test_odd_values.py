"""No rule crashes on odd values, and none takes an unknown value for a known one.

``test_odd_shapes`` gives every rule, for every type it judges, attributes of every shape that a file or a plan may
hold. The metamorphic tests take the resources of the fixtures: a decided verdict must not turn into its opposite where
a value becomes unknown, and a verdict decided in spite of an unknown must hold for every value in its place.
"""

from __future__ import annotations

import os
import random
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel.evaluation import ScanContext, provider_resource
from compliant_infra.kernel.logic import Outcome, Predicate
from compliant_infra.kernel.model import (
    UNKNOWN_REASONS,
    OneOf,
    ProviderConfiguration,
    Reference,
    Resource,
    Scan,
    SensitiveText,
    SourceLocation,
    Unknown,
    Verdict,
)
from compliant_infra.kernel.rules import all_rules, rules_by_name
from compliant_infra.kernel.rules.record import Rule
from tests.rules.schemas import attribute_names

FIXTURES = Path(__file__).parent / "fixtures"

#: Many more seeds, which takes minutes.
THOROUGH = bool(os.environ.get("COMPLIANT_INFRA_THOROUGH"))

#: What a concrete type is, where a rule judges a prefix.
STAR_TYPES = {
    "alicloud_*": "alicloud_vpc",
    "aws_*": "aws_vpc",
    "tencentcloud_*": "tencentcloud_vpc",
    "google_*": "google_compute_network",
}

CONTEXTS = tuple(
    assignment(Request(baseline, profiles))
    for baseline, profiles in (("mlps-l2", ()), ("mlps-l3", ("all",)), ("mlps-l4", ("all",)))
)


# --------------------------------------------------------------------------------------------------------------
# Odd shapes
# --------------------------------------------------------------------------------------------------------------

SCALARS: tuple[Any, ...] = (
    "",
    " ",
    "*",
    "x",
    "true",
    "FALSE",
    "0",
    "-1",
    "30",
    "1.5",
    "nan",
    "inf",
    "-Infinity",
    "1e999",
    "1_000",
    "９",
    "²",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/99",
    "1.2.3.4-5.6.7.8",
    "-1/-1",
    "22/80",
    "80-22",
    "22,,80",
    "ALL",
    "ACCEPT#0.0.0.0/0#22#TCP",
    "#",
    "HTTPS",
    "KMS",
    "Enabled",
    "internet",
    "cn-hangzhou",
    "cn-hangzhou-h",
    "oss-cn-hongkong",
    "2000-01-01T00:00Z",
    "365d",
    "99999999999999999999999d",
    "arn:aws-cn:s3:::x/*",
    "arn::::",
    "acs:ram::*:root",
    "qcs::cam::anyone:anyone",
    "{}",
    "[]",
    "[1]",
    "null",
    "{",
    '{"Statement": 1}',
    '{"Statement": [1, null, {"Effect": 1, "Action": {}, "Principal": [[]], "Condition": [1]}]}',
    '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}}',
    '{"statement": [{"effect": "allow", "principal": {"qcs": [1]}, "action": [{}], "resource": {}, "condition": 3}]}',
    "<AccessControlPolicy>",
    "<a" * 50,
    "\x00\ud800",
    "密码",
    "x" * 5000,
    SensitiveText("hunter2"),
    0,
    1,
    -1,
    2,
    80,
    443,
    3650,
    10**30,
    0.5,
    -0.0,
    1e308 * 10,
    float("nan"),
    True,
    False,
    None,
)


class OddMapping(Mapping[str, Any]):
    """A mapping that is no dict and has a value for every name, as a lazily evaluated block would."""

    def __init__(self, odd: Odd, names: Sequence[str], depth: int) -> None:
        self._odd, self._names, self._depth = odd, names, depth
        self._known: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self._known:
            self._known[name] = self._odd.value(self._depth + 1) if self._odd.random.random() < 0.8 else None
        value = self._known[name]
        return default if value is None else value

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._names if name in self])

    def __len__(self) -> int:
        return len(list(iter(self)))


class Odd:
    """Odd values from a seed, of every shape, with unknowns anywhere."""

    def __init__(self, seed: int, addresses: Sequence[str] = (), names: Sequence[str] = ("name", "id")) -> None:
        self.random = random.Random(seed)
        self.addresses, self.names = addresses, names

    def unknown(self, depth: int) -> Unknown:
        kind = self.random.random()
        reason = self.random.choice(sorted(UNKNOWN_REASONS))
        if kind < 0.4:
            return Unknown(reason, self.random.choice(("", "var.x")))
        if kind < 0.6 and self.addresses:
            address = self.random.choice((*self.addresses, "nowhere.x", ""))
            return Unknown(reason, address, reference=Reference(address, self.random.choice(("id", "arn", ""))))
        if kind < 0.8:
            parts = [self.random.choice(("", "*", "arn:aws:", "/*", Unknown("no-value", "var.y"))) for _ in range(3)]
            return Unknown(reason, "template", parts=tuple(parts))
        return Unknown(reason, "jsonencode", document=self.value(depth + 1))

    def value(self, depth: int = 0) -> Any:
        kind = self.random.random()
        if kind < 0.4 or depth > 5:
            return self.random.choice(SCALARS)
        if kind < 0.5:
            return self.unknown(depth)
        if kind < 0.6:
            items = [self.value(depth + 1) for _ in range(2)]
            flat = [one for item in items for one in (item.alternatives if isinstance(item, OneOf) else (item,))]
            return OneOf(flat, Unknown("no-value", self.random.choice(("", "var.flag"))))
        if kind < 0.8:
            return [self.value(depth + 1) for _ in range(self.random.choice((0, 1, 1, 1, 2, 3)))]
        if kind < 0.9:
            return [OddMapping(self, self.names, depth + 1) for _ in range(self.random.choice((1, 1, 2)))]
        if kind < 0.95:
            return OddMapping(self, self.names, depth + 1)
        return {name: self.value(depth + 1) for name in self.random.sample(sorted(self.names), min(2, len(self.names)))}


def names_read(kind: str, check: Predicate) -> tuple[str, ...]:
    """Names for mappings that are iterated: the segments of what the rule reads, and those of the schema."""
    found = {part for path in check.reads for part in path.split(":")[-1].split(".")}
    return tuple(sorted(found | set(attribute_names(kind)) | {"name", "id", "tags"}))


def odd_resource(kind: str, name: str, odd: Odd, names: Sequence[str]) -> Resource:
    region = odd.value() if odd.random.random() < 0.5 else "cn-hangzhou"
    cloud = kind.removeprefix("provider.").split("_", 1)[0]
    provider = ProviderConfiguration(cloud, region=region, attributes=OddMapping(odd, ("region", "assume_role"), 1))
    place = SourceLocation("main.tf", 1, 1, 1)
    if kind.startswith("provider."):
        return provider_resource(".", provider, place)
    return Resource(
        root=".",
        address=f"{kind}.{name}",
        type=kind,
        name=name,
        attributes=OddMapping(odd, names, 0),
        location=place,
        provider=provider if odd.random.random() < 0.9 else None,
        existence=odd.unknown(5) if odd.random.random() < 0.1 else None,
        filled=odd.random.random() < 0.3,
    )


def demand_honest(outcome: Outcome, where: str) -> None:
    """Every part is a legal verdict with words in both languages; an unknown says what blocked it."""
    assert outcome.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE), where
    for part in outcome.parts or (outcome,):
        assert part.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE), where
        assert isinstance(part.attribute, str) and isinstance(part.finding, str), where
        if part.verdict is Verdict.UNKNOWN:
            assert isinstance(part.unknown, (Unknown, OneOf)), f"{where}: unknown without what blocked it"
            reason = part.unknown.reason if isinstance(part.unknown, Unknown) else "ambiguous"
            assert reason in UNKNOWN_REASONS, where
            assert "hunter2" not in str(getattr(part.unknown, "expression", "")), where
        if part.verdict in (Verdict.UNKNOWN, Verdict.FAIL):
            assert part.message.en and part.message.zh, f"{where}: no message"
            shown = f"{part.message.en} {part.message.zh}" + str.__str__(part.finding)
            assert "hunter2" not in shown, f"{where}: shows a sensitive text"


def cases() -> list[tuple[Rule, str, Predicate, tuple[str, ...], tuple[str, ...]]]:
    found = []
    for rule in all_rules():
        for declared, check in rule.checks.items():
            kind = STAR_TYPES.get(declared, declared)
            companions = tuple(dict.fromkeys(path.split(":")[0] for path in check.reads if ":" in path))
            found.append((rule, kind, check, companions, names_read(kind, check)))
    return found


CASES = cases()


@settings(max_examples=400 if THOROUGH else 4, deadline=None, derandomize=True)
@given(st.integers(0, 1 << 32))
def test_odd_shapes(seed: int) -> None:
    for rule, kind, check, companions, names in CASES:
        own = zlib.crc32(f"{seed} {rule.name} {kind}".encode())
        for turn in range(3):
            addresses = [f"{other}.{name}" for other in (kind, *companions) for name in ("x", "y")]
            odd = Odd(own + turn, addresses, names)
            resources = [odd_resource(kind, "x", odd, names)]
            for other in companions:
                resources.extend(odd_resource(other, name, odd, names) for name in ("x", "y"))
            asked = CONTEXTS[own % len(CONTEXTS)]
            managed = [item for item in resources if not item.type.startswith("provider.")]
            context = ScanContext(Scan(".", resources=managed), asked)
            where = f"{rule.name} on {kind}, seed {seed}, turn {turn}"
            try:
                outcome = check(resources[0], context)
            except Exception as error:
                raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
            demand_honest(outcome, where)


# --------------------------------------------------------------------------------------------------------------
# Unknown for known, and known for unknown
# --------------------------------------------------------------------------------------------------------------

#: Here an unknown value is what the rule asks for: a password that is not written in the code.
ABOUT_LITERALS = frozenset({"secret-not-in-code"})

#: A companion whose bucket or instance becomes unknown is judged where it may belong, or no longer by itself.
JUDGED_ELSEWHERE = frozenset({"oss-not-public", "oss-https-only", "db-tls-on", "net-fw-app-policy"})

#: Decisions against the strict reading, by rule and attribute.
DECIDED = frozenset(
    {
        # one whole entry of a list unknown: it is not taken for a shield before an entry that is open in plain sight
        ("net-sg-no-risky-port-from-any", "ingress.#"),
        ("net-sg-no-any-any", "ingress.#"),
        ("net-nacl-no-risky-port", "ingress_acl_entries.#"),
        # a zone that is read from elsewhere is one zone, not one of the rare ids that stand for several
        ("db-multi-az", "zone_id"),
    }
)

Place = tuple[str | int, ...]


class Changed(Mapping[str, Any]):
    """Attributes with the value at one path replaced."""

    def __init__(self, below: Mapping[str, Any], path: Place, value: Any) -> None:
        self._below = below
        self._name = path[0]
        self._value = _replaced(below.get(str(path[0])), path[1:], value)

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        value = self._value if name == self._name else self._below.get(name)
        return default if value is None else value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._below if name != self._name or self._value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _replaced(value: Any, path: Place, new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, Mapping):
        return Changed(value, path, new)
    place = int(path[0])
    return [*value[:place], _replaced(value[place], path[1:], new), *value[place + 1 :]]


def places(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every path at which a known value stands, at any depth."""
    if path and not isinstance(value, (Unknown, OneOf)):
        yield path, value
    if isinstance(value, Mapping):
        for name in list(value):
            yield from places(value.get(name), (*path, name))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def others(value: Any, path: Place) -> list[Any]:
    """Other values of the same kind, among them null: a conditional may leave any attribute out."""
    in_list = isinstance(path[-1], int)
    found: list[Any] = [] if in_list else [None]
    if isinstance(value, bool):
        return [*found, True, False]
    if isinstance(value, (int, float)):
        return [*found, 0, 1, 100_000]
    if isinstance(value, str):
        numbers = ["0", "100000"] if value.isdigit() else []
        switches = ["true", "false"] if value in ("true", "false") else []
        return [*found, *([] if in_list else [""]), "other", "0.0.0.0/0", "us-east-1", *numbers, *switches]
    return [*found, []]


def with_value(resource: Resource, path: Place, value: Any) -> Resource:
    twin = resource.copied()
    twin.attributes = Changed(resource.attributes, path, value)
    return twin


def side(verdict: Verdict) -> str:
    """Whether something is found: a pass and "does not apply" are one side, as where a condition is unknown."""
    return {Verdict.FAIL: "fail", Verdict.UNKNOWN: "unknown"}.get(verdict, "no fail")


class Root:
    """The resources of a fixture, and what its rule says of each."""

    def __init__(self, rule: Rule, directory: Path) -> None:
        self.rule = rule
        self.resources = read_root(ModuleLibrary(discover([str(directory)])), str(directory)).resources
        self.before = self.sides(self.resources)

    def sides(self, resources: Sequence[Resource]) -> dict[str, str]:
        context = ScanContext(Scan(".", resources=list(resources)), CONTEXTS[1])
        return {
            resource.address: side(self.rule.checks[resource.type](resource, context).verdict)
            for resource in resources
            if resource.type in self.rule.checks
        }

    def with_value(self, index: int, path: Place, value: Any) -> dict[str, str]:
        changed = with_value(self.resources[index], path, value)
        return self.sides([*self.resources[:index], changed, *self.resources[index + 1 :]])

    def contradictions(self, vague: Mapping[str, str], exact: Mapping[str, str]) -> Iterator[str]:
        """Resources decided one way on vague values and the other way on exact ones that these may stand for."""
        for address, decided in vague.items():
            if decided == "unknown" or exact[address] in ("unknown", decided):
                continue
            elsewhere = any(other != address and vague[other] != "no fail" for other in vague)
            if self.rule.name not in JUDGED_ELSEWHERE or not elsewhere:
                yield f"{address}: {decided} decided, yet {exact[address]}"


def fixture_roots(rule: Rule, directory: Path) -> Iterator[tuple[str, Root]]:
    """The fixtures of a rule, each copied into a directory of its own: a file is a root by itself."""
    for path in sorted(FIXTURES.glob(f"*/{rule.name}/*")):
        root = directory / path.parent.parent.name / path.stem
        if path.is_dir():
            shutil.copytree(path, root)
        elif path.suffix == ".tf":
            root.mkdir(parents=True)
            shutil.copy(path, root / "main.tf")
        else:
            continue
        yield path.relative_to(FIXTURES).as_posix(), Root(rule, root)


@pytest.mark.parametrize(
    "name",
    [
        rule.name
        for rule in all_rules()
        if rule.name not in ABOUT_LITERALS and any(not kind.startswith("provider.") for kind in rule.checks)
    ],
)
def test_unknowns_are_not_taken_for_known(name: str, tmp_path: Path) -> None:
    """A verdict given in spite of an unknown, or of a choice, holds whatever value it stands for."""
    rule = rules_by_name()[name]
    problems: list[str] = []
    tried = 0
    for label, root in fixture_roots(rule, tmp_path):
        for index, resource in enumerate(root.resources):
            for path, value in places(resource.attributes):
                written = ".".join("#" if isinstance(part, int) else part for part in path)
                if (name, written) in DECIDED:
                    continue
                where = f"{label}: {resource.address} {written}"
                hidden = root.with_value(index, path, Unknown("no-value", "var.hidden"))
                problems.extend(f"{where} hidden: {found}" for found in root.contradictions(hidden, root.before))
                for other in others(value, path):
                    exact = root.with_value(index, path, other)
                    either = root.with_value(index, path, OneOf((value, other), Unknown("no-value", "var.flag")))
                    tried += 1
                    problems.extend(f"{where} = {other!r}: {found}" for found in root.contradictions(hidden, exact))
                    problems.extend(
                        f"{where} = {value!r} or {other!r}: {found}"
                        for one in (root.before, exact)
                        for found in root.contradictions(either, one)
                    )
    assert tried > 20
    assert not problems, "\n".join(problems[:40])
