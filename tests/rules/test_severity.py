"""What the official high-risk verdicts of an MLPS assessment mean for the severity of rules.

A verdict that depends on the system (high continuity demands, key sectors) or that is passed on the platform does not
make a tenant's finding severe by itself; the others do, unless a reason is given here.
"""

from __future__ import annotations

import pytest

from compliant_infra.baselines.catalogue import BASELINES, baseline
from compliant_infra.kernel.model import Severity
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations.catalogue import clauses, high_risk_verdicts

#: Guide id -> the rules that see its trigger, for the verdicts that hold for every tenant.
TRIGGERS = {
    "6.2.1.2": "net-zones-separated net-nacl-between-tiers",
    "6.2.2.1": """tls-listener-encrypted tls-min-12 oss-https-only db-tls-on tls-mutual vpn-strong-suite
    api-https-authenticated cdn-https tls-function-domain""",
    "6.3.1.1": "net-sg-no-risky-port-from-any net-no-public-ip-on-instance",
    "6.3.2.1": """net-sg-no-risky-port-from-any net-sg-no-any-any net-sg-port-range-narrow net-sg-egress-restricted
    net-nacl-no-risky-port net-nacl-between-tiers""",
    "6.3.3.1": """net-cloud-firewall-on net-ips-blocking net-fw-app-policy net-waf-on-public-web
    net-ddos-on-public-entry""",
    "6.3.3.2": "net-cloud-firewall-on net-ips-blocking",
    "6.4.1.1": "iam-password-policy db-auth-required secret-not-in-code",
    "6.4.1.2": "tls-listener-encrypted db-tls-on",
    "6.4.1.3": "iam-mfa",
    "6.4.2.1": "db-default-account-renamed",
    "6.4.2.2": "iam-no-admin-star iam-duty-separation",
    "6.4.3.1": "net-sg-no-risky-port-from-any net-lb-nat-risky-port",
    "6.4.3.2": "vuln-scan-on",
    "6.4.4.1": "host-protection-on",
    "6.4.5.1": "tls-listener-encrypted db-tls-on cdn-https",
    "6.4.5.2": """disk-encrypted rest-customer-key oss-sse db-encrypted analytics-encrypted nas-encrypted log-encrypted
    k8s-secrets-encrypted backup-encrypted""",
    "6.4.6.1": "snapshot-policy db-backup",
    "6.4.7.1": "pi-classification-tag",
    "6.4.7.2": "oss-not-public",
    "6.5.1.1": "net-admin-source-restricted net-bastion-private",
    "6.5.1.2": "audit-retention",
    "7.3.1.1": "net-sg-no-risky-port-from-any net-sg-no-any-any net-nacl-no-risky-port",
    "7.4.3.1": "backup-second-region",
    "7.6.1.1": "platform-level-sufficient",
}

#: Rules below "high" that have to do with such a verdict, and why their finding alone does not carry it.
REASONS = {
    # Access control at boundaries
    "net-default-deny": "the verdict is about missing control; this is how the default group stands beside the others",
    "net-sg-port-range-narrow": "a wide range behind a named source still is control; open sources are other rules",
    "net-sg-egress-restricted": "the verdict is passed on what comes in",
    "net-nacl-between-tiers": "groups at every server are what the guide accepts instead",
    "net-lb-acl": "for services that are not public; ports and groups decide what is reachable",
    "net-fw-app-policy": "refines a firewall whose absence is severe by itself",
    "net-ddos-on-public-entry": "one kind of attack; raised where internet services must be scrubbed",
    # Encryption on the way
    "tls-mutual": "encrypts nothing; it authenticates the other end",
    "cdn-https": "what an edge delivers is mostly public content",
    "tls-function-domain": "one entry of a function, whose data are judged where they are",
    # Encryption at rest
    "rest-customer-key": "the data are encrypted either way; it is about whose key",
    "analytics-encrypted": "copies of data whose first store is severe by itself",
    "nas-encrypted": "shares hold important data in some systems only",
    "log-encrypted": "logs hold important data in some systems only",
    "backup-encrypted": "copies of data whose first store is severe by itself",
    # Identities and hosts
    "host-key-login": "a password that is not in the code may be strong; weak ones are seen by the password rules",
    "iam-no-static-key": "a key of a program is no weak password; one in the code is severe by itself",
    "secret-rotation": "about the age of a secret, not its strength",
    "db-default-account-renamed": "the verdict needs the default password too, which code does not show",
    "iam-duty-separation": "too many rights are severe by themselves; this is who shares them out",
    "org-guardrail": "a guardrail over policies that are judged by themselves",
    "host-imds-v2": "the metadata service is reachable from the host only",
    "net-function-private": "a function keeps no port open; who may call it is one of several questions of the rule",
    "image-scan-on": "the verdict is about a hole that can be used; without a scan it is only unknown",
    "vuln-scan-on": "the verdict is about a hole that can be used; without a scan it is only unknown",
    "k8s-hardening": "settings inside a cluster whose reach is judged by itself",
    "audit-central": "about where records are gathered; how long they are kept is severe by itself",
    # Management, backup, personal information
    "net-admin-source-restricted": "limits on addresses soften; the protected path is judged at listeners and groups",
    "net-bastion-private": "one way to protect the path; open administration ports are severe by themselves",
    "oss-versioning": "an older version is one of several kinds of backup",
    "deletion-protection": "guards what is there; a missing backup is severe by itself",
    "backup-immutable": "guards copies whose absence is severe by itself",
    "iac-supply-chain": "a module without a fixed version is no audited product and no unaudited one either",
    "pi-classification-tag": "a missing tag is no illegal collection",
    "pi-retention": "the age of data is no proof of illegal collection",
}


def unconditional(guide: str) -> bool:
    """Whether a verdict holds for every tenant's system."""
    return not high_risk_verdicts()[guide].condition


def severe(name: str, rule: str) -> bool:
    """Whether a rule is at least high under a baseline."""
    return baseline(name).severity(rule, rules_by_name()[rule].severity) >= Severity.HIGH


def concerned(name: str) -> dict[str, set[str]]:
    """Rule -> guide ids of the unconditional verdicts on its clauses, or that it sees, at the level of a baseline."""
    found: dict[str, set[str]] = {}
    level = baseline(name).level
    running = {rule for clause in clauses(name) for rule in clause.rules}
    for clause in clauses(name):
        for guide in clause.high_risk.split(", ") if clause.high_risk else ():
            if unconditional(guide):
                for rule in clause.rules:
                    found.setdefault(rule, set()).add(guide)
    for guide, rules in TRIGGERS.items():
        if high_risk_verdicts()[guide].from_level <= level:
            for rule in set(rules.split()) & running:
                found.setdefault(rule, set()).add(guide)
    return {rule: guides for rule, guides in found.items() if rule in rules_by_name()}


@pytest.mark.parametrize("name", BASELINES)
def test_what_an_assessor_calls_high_risk_is_severe_here(name: str) -> None:
    mild = {rule: sorted(guides) for rule, guides in concerned(name).items() if not severe(name, rule)}
    assert {rule: guides for rule, guides in mild.items() if rule not in REASONS} == {}


def test_reasons_are_given_only_where_they_are_needed() -> None:
    needed = {rule for name in BASELINES for rule in concerned(name) if not severe(name, rule)}
    everything = frozenset({"localisation", "pipl"})
    for name in BASELINES:
        for clause in clauses(name, everything):
            if any(unconditional(guide) for guide in clause.high_risk.split(", ") if guide):
                needed |= {rule for rule in clause.rules if not severe(name, rule)}
    needed |= {
        rule for rules in TRIGGERS.values() for rule in rules.split() if rules_by_name()[rule].severity < Severity.HIGH
    }
    assert set(REASONS) == needed


def test_triggers_are_verdicts_that_hold_for_every_tenant() -> None:
    assert all(unconditional(guide) for guide in TRIGGERS)
    rules = {rule for written in TRIGGERS.values() for rule in written.split()}
    assert rules <= set(rules_by_name())


@pytest.mark.parametrize("guide", TRIGGERS)
def test_a_trigger_stands_at_a_clause_of_which_one_of_its_rules_speaks(guide: str) -> None:
    seen = {
        rule
        for name in BASELINES
        for clause in clauses(name, frozenset({"pipl"}))
        if guide in clause.high_risk.split(", ")
        for rule in clause.rules
    }
    assert seen & set(TRIGGERS[guide].split()) or guide in {
        # Which personal information is collected is for documents; the tag shows only where it lies.
        "6.4.7.1",
        # What protects credentials on the way is judged at transit, not at the clause on remote administration.
        "6.4.1.2",
        # The guide holds it against the clause on who sets the policy; too many rights are judged at least privilege.
        "6.4.2.2",
    }


def test_a_level_4_system_without_a_standby_is_worse_off() -> None:
    assert severe("mlps-l3", "dr-realtime-standby")
    for name in ("mlps-l4", "financial-l4"):
        assert baseline(name).severity("dr-realtime-standby", Severity.HIGH) is Severity.CRITICAL


def test_internet_finance_must_be_scrubbed() -> None:
    rule = rules_by_name()["net-ddos-on-public-entry"]
    assert rule.severity is Severity.MEDIUM
    for level in (3, 4):
        assert baseline(f"financial-l{level}").severity(rule.name, rule.severity) is Severity.HIGH
        assert baseline(f"mlps-l{level}").severity(rule.name, rule.severity) is Severity.MEDIUM
