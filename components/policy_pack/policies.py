"""The policies of the pack: one for each rule that judges what Pulumi makes on Alibaba Cloud or AWS China."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules import all_rules, rules_by_name
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.regulations import catalogue as regulations

#: The clouds whose resources are translated; resources of others are not judged.
CLOUDS: Final = frozenset({"alicloud", "aws"})

#: The policy that takes the configuration of the pack, and under which it speaks of itself.
PACK_POLICY: Final = "compliant-infra"

#: The standard of the levels, the first choice where a rule speaks for clauses of several.
_MLPS: Final = "gbt22239-2019"

#: The least severity of which a violation blocks, unless configured otherwise.
MANDATORY_FROM: Final = Severity.HIGH

ADVISORY: Final = "advisory"
MANDATORY: Final = "mandatory"
DISABLED: Final = "disabled"
REMEDIATE: Final = "remediate"
LEVELS: Final = (ADVISORY, MANDATORY, REMEDIATE, DISABLED)


@dataclass(frozen=True, slots=True)
class Framework:
    """The compliance framework of a policy: that of the first clause for which the rule speaks."""

    name: str  # "MLPS"
    version: str  # "2.0"
    reference: str  # the clause: "8.1.4.8b"
    specification: str  # "GB/T 22239-2019 ...; level 3"


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule as a policy. Titles and remediation are in both languages, as an engine knows no language."""

    rule: Rule

    @property
    def name(self) -> str:
        """The rule's slug."""
        return self.rule.name

    @property
    def display_name(self) -> str:
        """The rule's title in both languages."""
        return both(self.rule.title)

    @property
    def description(self) -> str:
        """What the rule asks, and why."""
        return f"{self.rule.title.en}. {self.rule.rationale.en} / {self.rule.title.zh}。{self.rule.rationale.zh}"

    @property
    def remediation_steps(self) -> str:
        """How to mend a finding."""
        return both(self.rule.remediation)

    def severity(self, baseline: str) -> Severity:
        """The severity under a baseline, which may raise the rule's own."""
        return baselines.baseline(baseline).severity(self.rule.name, self.rule.severity)

    def enforcement_level(self, baseline: str) -> str:
        """The level without any configuration: what is critical or high blocks."""
        return MANDATORY if self.severity(baseline) >= MANDATORY_FROM else ADVISORY

    def clauses(self, baseline: str) -> tuple[str, ...]:
        """The clauses for which the rule speaks at a baseline with every profile; at the first where it does, else."""
        for name in (baseline, *baselines.BASELINES):
            found = _clauses(name).get(self.rule.name)
            if found:
                return found
        return ()

    def framework(self, baseline: str) -> Framework | None:
        """The framework of the first clause, that of the levels before others."""
        clauses = self.clauses(baseline)
        if not clauses:
            return None
        first = next((clause for clause in clauses if clause.startswith(f"{_MLPS}:")), clauses[0])
        edition, _, number = first.partition(":")
        title, date = _editions()[edition]
        level = f"; level {baselines.baseline(baseline).level}" if edition == _MLPS else ""
        if edition == _MLPS:
            return Framework("MLPS", "2.0", number, f"{title.en}{level}")
        return Framework(edition, date, number, f"{title.en} / {title.zh}")

    def tags(self, baseline: str) -> tuple[str, ...]:
        """The rule's code, its clouds and every clause."""
        return (self.rule.code, *sorted(self.rule.clouds & CLOUDS), *self.clauses(baseline))


def both(text: Text) -> str:
    """A sentence in both languages."""
    return f"{text.en} / {text.zh}"


@cache
def _clauses(baseline: str) -> Mapping[str, tuple[str, ...]]:
    profiles = frozenset(baselines.active_profiles(baseline, (baselines.ALL,)))
    return regulations.clauses_of_rules(baseline, profiles)


@cache
def _editions() -> Mapping[str, tuple[Text, str]]:
    return {edition.id: (edition.title, edition.date) for edition in regulations.editions()}


#: One policy for each rule with checks for a cloud that is translated, in the order of the codes.
POLICIES: Final = tuple(Policy(rule) for rule in all_rules() if rule.clouds & CLOUDS)


@cache
def policies_by_name() -> Mapping[str, Policy]:
    """The policies by the rule's slug."""
    return {policy.name: policy for policy in POLICIES}


def policy_of(name: str) -> Policy | None:
    """The policy of a rule's slug, code or former slug; None where there is none."""
    rule = rules_by_name().get(name)
    return policies_by_name().get(rule.name) if rule is not None else None
