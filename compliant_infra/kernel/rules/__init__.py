"""The catalogue of rules: one module per subject. No regulation is named here; clauses are data of ``regulations/``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from compliant_infra.kernel.rules.record import Rule

#: The modules of the catalogue, in the order of the codes.
SUBJECTS: Final = (
    "network",
    "packet_filtering",
    "traffic_logs",
    "administration",
    "exposed_services",
    "firewalls",
    "web_protection",
    "exposure",
    "transit",
    "encryption",
    "keys",
    "identity",
    "audit",
    "workload",
    "host_protection",
    "container_images",
    "kubernetes",
    "continuity",
    "compute_zones",
    "backup_locks",
    "localisation",
    "content_delivery",
    "key_copies",
    "tunnels",
    "network_capacity",
    "network_zones",
    "personal_information",
    "governance",
    "platform",
    "web_transit",
    "finance",
    "artificial_intelligence",
    "images_and_copies",
    "supply_chain",
    "analytics",
    "secret_rotation",
    "certificates",
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, sorted by code."""
    found = [rule for subject in SUBJECTS for rule in import_module(f"compliant_infra.kernel.rules.{subject}").RULES]
    return tuple(sorted(found, key=lambda rule: rule.code))


@cache
def rules_by_name() -> dict[str, Rule]:
    """Rules by slug, code and former slugs."""
    index: dict[str, Rule] = {}
    for rule in all_rules():
        for name in (rule.name, rule.code, *rule.aliases):
            index[name] = rule
    return index
