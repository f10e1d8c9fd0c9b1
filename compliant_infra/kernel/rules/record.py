"""The record of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from compliant_infra.kernel.logic import Predicate
from compliant_infra.kernel.model import Severity, Text

#: The clouds for which the catalogue has rules.
CLOUDS: Final = ("alicloud", "aws", "tencentcloud", "google")


def cloud_of(kind: str) -> str:
    """The cloud of a type as ``Rule.checks`` names it: ``provider.alicloud`` and ``alicloud_vpc`` are ``alicloud``."""
    return kind.removeprefix("provider.").split("_", 1)[0]


@dataclass(frozen=True, slots=True)
class Absence:
    """What a rule asks of the whole system, cloud by cloud: at least one witness must be there.

    Resources of a type in ``that`` are witnesses only where its predicate passes or cannot tell.

    ``witnesses`` maps a provider (``"alicloud"``) to the resource types of which one must exist in the system (and,
    where the rule judges that type, must not fail). Judged only for clouds that the system uses: without a witness the
    finding has resource ``*``: fail where the system is declared complete, else unknown with ``not-in-scan``.
    """

    witnesses: Mapping[str, tuple[str, ...]]
    message: Text
    that: Mapping[str, Predicate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue: what it asks, of which resource types, why, and how to mend a finding.

    ``checks`` maps Terraform resource types to predicates. ``"provider.alicloud"`` judges the provider configurations;
    a type may be a prefix with a star (``"alicloud_*"``): it then holds for every type of that prefix which has no
    entry of its own.

    ``whole`` says, for a resource type, what an answer that only the rest of the system could give comes to where the
    system is declared complete and is one root: a result of that type that is unknown with ``not-in-scan`` is then a
    fail with these words.
    """

    code: str  # "CN008"; never reused
    name: str  # "net-sg-no-risky-port-from-any"
    severity: Severity
    title: Text
    rationale: Text
    remediation: Text
    checks: Mapping[str, Predicate]
    absence: Absence | None = None
    aliases: tuple[str, ...] = ()
    parameters: tuple[str, ...] = field(default=())
    whole: Mapping[str, Text] = field(default_factory=dict)
    secret: bool = False  # its findings may show secrets: values and excerpts are redacted

    @property
    def clouds(self) -> frozenset[str]:
        """The clouds of which the rule judges resources or provider configurations; other types give their prefix."""
        return frozenset(map(cloud_of, self.checks))

    @property
    def all_parameters(self) -> tuple[str, ...]:
        """The parameters that the rule reads, declared or found in its predicates."""
        names = list(self.parameters)
        for check in self.checks.values():
            names.extend(check.parameters)
        return tuple(dict.fromkeys(names))
