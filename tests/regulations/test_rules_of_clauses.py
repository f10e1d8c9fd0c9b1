"""Which rules speak for which clauses, and what that decides."""

import re
from itertools import product

import pytest

from compliant_infra.baselines.catalogue import BASELINES, PROFILES, parameter_records
from compliant_infra.kernel.rules import all_rules
from compliant_infra.regulations.catalogue import clauses, clauses_of_rules, rule_names

EVERY_PROFILE = frozenset(PROFILES)

#: Rule -> the level from which it runs and the clauses it names. ``x.`` is every level from that one, ``8.`` levels 3
#: and 4, ``=8.`` level 3 only; a letter in brackets is missing at level 2. Management clauses are points.
TABLE = {
    "net-instance-in-vpc": (2, "7.1.2.1a 8.1.2.1c x.2.2.1b"),
    "net-zones-separated": (2, "7.1.2.1b 8.1.2.1d"),
    "net-entry-multi-zone": (3, "8.1.2.1e 8.1.4.9c"),
    "net-link-redundant": (3, "8.1.2.1e"),
    "net-bandwidth-floor": (3, "8.1.2.1b"),
    "net-qos-priority": (4, "9.1.2.1f"),
    "net-default-deny": (2, "x.1.3.2a"),
    "net-sg-no-risky-port-from-any": (2, "x.1.4.4b x.1.4.4c x.1.3.2c x.2.3.1a"),
    "net-sg-no-any-any": (2, "x.1.3.2a x.1.3.2c"),
    "net-sg-port-range-narrow": (2, "x.1.3.2b x.1.3.2c"),
    "net-sg-egress-restricted": (3, "8.1.3.1c x.1.3.2a"),
    "net-nacl-no-risky-port": (2, "x.1.3.2a x.1.4.4b"),
    "net-nacl-between-tiers": (2, "7.1.2.1b 8.1.2.1d x.2.3.1a"),
    "net-no-public-ip-on-instance": (2, "x.1.3.1(a) 8.1.2.1d"),
    "net-db-no-public-endpoint": (2, "x.1.3.1(a) x.1.4.4c 7.1.4.10b 8.1.4.11b"),
    "net-db-allowlist-not-any": (2, "x.1.3.2a x.1.4.4c"),
    "net-lb-acl": (2, "x.1.3.2a"),
    "net-lb-nat-risky-port": (2, "x.1.4.4b"),
    "net-cloud-firewall-on": (2, "7.1.3.3 8.1.3.3a 8.1.3.3b x.2.3.1a x.2.3.1b"),
    "net-ips-blocking": (3, "8.1.3.3a 8.1.3.3b 8.1.3.3c 8.1.3.3d"),
    "net-fw-app-policy": (3, "=8.1.3.2e x.1.3.2a"),
    "net-waf-on-public-web": (2, "7.1.3.3 8.1.3.3a =8.1.3.2e"),
    "net-ddos-on-public-entry": (3, "8.1.3.3a"),
    "net-flow-logs": (2, "x.1.3.5a x.2.3.2a x.2.3.2b x.2.3.2c"),
    "net-edge-logs": (2, "x.1.3.5a x.1.3.5b x.1.3.5c 8.1.3.3d"),
    "net-admin-source-restricted": (2, "x.1.4.4c 8.1.5.4b"),
    "net-bastion-private": (3, "x.1.5.1a 8.1.5.4a 8.1.5.4b 8.1.10.6"),
    "net-k8s-api-private": (2, "x.1.3.1(a) x.1.4.4c"),
    "net-registry-acl": (2, "x.1.3.2a 8.2.4.4c"),
    "net-nas-access-scoped": (2, "x.1.3.2a x.1.4.2d"),
    "net-level-boundary": (2, "x.2.3.1b"),
    "net-function-private": (2, "x.1.3.1(a) x.1.4.2d"),
    "oss-not-public": (2, "x.1.4.2d 7.1.4.10b 8.1.4.11b"),
    "oss-policy-scoped": (2, "x.1.4.2d 8.1.4.2e 8.2.4.5b"),
    "tls-listener-encrypted": (2, "7.1.2.2 8.1.2.2a 8.1.2.2b 8.1.4.7a 8.1.4.8a"),
    "tls-min-12": (2, "7.1.2.2 8.1.2.2a 8.1.2.2b"),
    "oss-https-only": (2, "7.1.2.2 8.1.2.2b"),
    "db-tls-on": (2, "7.1.4.7 8.1.4.7a 8.1.4.8a"),
    "tls-mutual": (3, "9.1.2.2c 8.2.4.1"),
    "vpn-strong-suite": (3, "8.1.2.2a 8.1.2.2b"),
    "api-https-authenticated": (2, "x.1.4.1a 8.1.2.2b"),
    "cdn-https": (3, "8.1.2.2b 8.1.4.8a"),
    "disk-encrypted": (3, "8.1.4.8b 8.2.4.4c"),
    "rest-customer-key": (3, "8.2.4.5d"),
    "image-snapshot-encrypted": (3, "8.2.4.4c"),
    "image-snapshot-not-shared": (3, "8.2.4.4c 8.2.4.5b"),
    "oss-sse": (3, "8.1.4.8b"),
    "db-encrypted": (3, "8.1.4.8b"),
    "analytics-encrypted": (3, "8.1.4.8b"),
    "nas-encrypted": (3, "8.1.4.8b"),
    "log-encrypted": (3, "8.1.4.8b x.1.4.3c"),
    "k8s-secrets-encrypted": (3, "8.1.4.8b"),
    "backup-encrypted": (3, "8.1.4.8b"),
    "secret-not-in-code": (2, "x.1.4.1a x.1.4.1c 8.1.4.8b"),
    "secret-rotation": (2, "x.1.4.1a"),
    "kms-rotation": (3, "x.1.10.9"),
    "kms-guarded": (3, "x.1.10.9 8.1.4.2d"),
    "kms-hardware": (4, "9.1.2.2d 9.1.10.9"),
    "crypto-weak-ban": (2, "x.1.10.9 8.1.2.2a 8.1.2.2b"),
    "iam-password-policy": (2, "x.1.4.1a"),
    "iam-lockout": (2, "x.1.4.1b"),
    "iam-session-timeout": (2, "x.1.4.1b"),
    "iam-mfa": (3, "8.1.4.1d"),
    "iam-no-static-key": (2, "x.1.4.2c x.1.4.1a"),
    "iam-idle-cleanup": (2, "x.1.4.2c"),
    "iam-no-admin-star": (2, "x.1.4.2d"),
    "iam-no-direct-grant": (2, "x.1.4.2a x.1.4.2d"),
    "iam-duty-separation": (2, "x.1.4.2d x.1.5.1a x.1.5.1b x.1.5.2a x.1.5.2b 8.1.5.3a 8.1.5.3b"),
    "iam-trust-scoped": (2, "x.1.4.2d 8.2.4.5b"),
    "host-key-login": (2, "x.1.4.1a x.1.4.1c"),
    "host-imds-v2": (2, "x.1.4.4b"),
    "db-auth-required": (2, "x.1.4.1a"),
    "db-default-account-renamed": (2, "x.1.4.2b"),
    "org-guardrail": (3, "8.1.4.2e 8.1.5.3b 8.1.5.4e"),
    "audit-trail-on": (2, "x.1.4.3a x.2.3.3a"),
    "audit-retention": (2, "8.1.5.4d x.1.3.5c x.1.4.3c"),
    "audit-immutable": (2, "x.1.4.3c 8.1.4.3d 8.1.10.6 8.1.4.7b"),
    "audit-store-private": (2, "x.1.4.3c x.1.5.2a x.1.5.2b"),
    "db-audit-on": (2, "x.1.4.3a"),
    "k8s-audit-on": (2, "x.1.4.3a"),
    "access-log-on": (2, "x.1.4.3a"),
    "audit-central": (3, "8.1.5.4d 8.2.5.1c"),
    "alert-on-events": (3, "8.1.5.4c 8.1.5.4f 8.2.4.3b 8.2.3.2d x.2.3.3a"),
    "config-recorder-on": (2, "x.1.10.8 8.1.10.2 8.1.5.4e"),
    "host-protection-on": (2, "x.1.4.5 8.1.4.4f 7.2.4.2a 8.2.4.4a"),
    "vuln-scan-on": (2, "x.1.4.4e 7.1.10.5 8.1.10.5"),
    "image-scan-on": (2, "x.1.4.4e 7.2.4.2b 8.2.4.4b"),
    "image-immutable": (2, "7.2.4.2b 8.2.4.4b"),
    "k8s-hardening": (3, "8.1.4.4a 8.1.4.4b 8.2.4.4a"),
    "snapshot-policy": (2, "7.1.4.8a 8.1.4.9a"),
    "db-backup": (2, "7.1.4.8a 8.1.4.9a"),
    "backup-second-region": (2, "7.1.4.8b 8.1.4.9b 7.2.4.4a 8.2.4.6a"),
    "dr-realtime-standby": (3, "8.1.4.9b 9.1.4.9d"),
    "db-multi-az": (3, "8.1.4.9c 8.1.2.1e"),
    "compute-multi-az": (3, "8.1.2.1e 8.1.4.9c"),
    "oss-zone-redundant": (3, "8.1.4.9c"),
    "oss-versioning": (2, "7.1.4.8a 8.1.4.9a 8.1.4.7b"),
    "backup-immutable": (3, "8.1.4.9a 8.1.4.7b"),
    "deletion-protection": (2, "x.1.10.10 8.1.4.9a 8.1.4.9c"),
    "dedicated-pool-l4": (4, "9.2.2.1h"),
    "loc-region-allowlist": (2, "x.2.1.1 7.2.4.3a 8.2.4.5a"),
    "loc-object-copy-domestic": (2, "7.2.4.3a 8.2.4.5a"),
    "loc-db-copy-domestic": (2, "7.2.4.3a 8.2.4.5a"),
    "loc-snapshot-image-domestic": (2, "7.2.4.3a 8.2.4.5a"),
    "loc-peering-domestic": (2, "7.2.4.3a 8.2.4.5a"),
    "loc-log-sink-domestic": (2, "7.2.4.3a 8.2.4.5a"),
    "loc-cdn-domestic": (2, "7.2.4.3a 8.2.4.5a"),
    "loc-no-global-acceleration": (2, "7.2.4.3a 8.2.4.5a"),
    "iac-supply-chain": (2, "x.1.9.4 x.1.9.5 8.1.9.3"),
    "net-registry-exposed": (2, "x.1.3.1(a) x.1.4.4c x.1.4.1a"),
    "net-warehouse-allowlist": (2, "x.1.3.2a x.1.4.4c"),
    "tls-function-domain": (2, "7.1.2.2 8.1.2.2b 8.1.4.8a"),
    "net-vpn-health-check": (3, "8.1.2.1e"),
    "net-endpoint-multi-zone": (3, "8.1.2.1e 8.1.4.9c"),
    "platform-level-sufficient": (2, "x.2.2.1a 7.2.5.1 8.2.6.1"),
}

#: Rules that speak for clauses of GB/T 22239 under a profile only: the profile, then as above.
UNDER_PROFILE = {
    "tlcp-sm2-edge": ("sm", 3, "8.1.10.9"),
    "kms-sm-algorithm": ("sm", 3, "8.1.10.9"),
    "loc-key-secret-image-copy-domestic": ("localisation", 3, "8.2.4.5a 8.2.4.5d"),
    "pi-classification-tag": ("pipl", 2, "7.1.10.2 8.1.10.2 8.1.4.2g"),
    "pi-retention": ("pipl", 2, "7.1.4.10a 8.1.4.11a"),
    "pi-not-in-test": ("pipl", 3, "8.1.9.4"),
}

#: Articles on every export of personal information and of important data.
EXPORT = "rndsm:35 rndsm:37 cross-border-2024:7 cross-border-2024:8"

#: Rules of the profiles, beyond what they say of GB/T 22239.
SM = {
    "net-bastion-private": "x.3b",
    "tls-listener-encrypted": "x.2b x.2c x.4d x.4f",
    "db-tls-on": "x.4d x.4f",
    "tls-mutual": "9.2a",
    "vpn-strong-suite": "x.2b x.2c",
    "tlcp-sm2-edge": "x.2a x.2c",
    "disk-encrypted": "x.4e",
    "oss-sse": "x.4e",
    "db-encrypted": "x.4e",
    "kms-rotation": "annex-keys",
    "kms-sm-algorithm": "5 x.4e",
    "kms-hardware": "x.module",
    "rest-sm4": "x.4e",
    "crypto-weak-ban": "5",
    "cert-sm2": "x.2a x.3a",
    "iam-mfa": "x.3a",
    "audit-immutable": "x.3e",
}
#: Rules that speak for the statutes under the profile localisation: the level from which they do, and the articles.
STATUTES = {
    "net-cloud-firewall-on": (2, "csl:21.2"),
    "net-waf-on-public-web": (2, "csl:21.2"),
    "net-db-no-public-endpoint": (2, "csl:42 pipl:9 pipl:51"),
    "oss-not-public": (2, "csl:42 pipl:9 pipl:51"),
    "disk-encrypted": (3, "csl:21.4 pipl:51 rndsm:9"),
    "oss-sse": (3, "csl:21.4 pipl:51 rndsm:9"),
    "db-encrypted": (3, "csl:21.4 pipl:51 rndsm:9"),
    "analytics-encrypted": (3, "csl:21.4 pipl:51 rndsm:9"),
    "nas-encrypted": (3, "csl:21.4 pipl:51 rndsm:9"),
    "backup-encrypted": (3, "csl:21.4 pipl:51 rndsm:9"),
    "iam-no-admin-star": (2, "pipl:51 rndsm:9"),
    "iam-mfa": (3, "rndsm:9"),
    "audit-trail-on": (2, "csl:21.3"),
    "audit-retention": (2, "csl:21.3"),
    "host-protection-on": (2, "csl:21.2"),
    "snapshot-policy": (2, "csl:21.4 rndsm:9"),
    "db-backup": (2, "csl:21.4 rndsm:9"),
    "backup-second-region": (2, "csl:34"),
    "dr-realtime-standby": (3, "csl:34"),
    "loc-region-allowlist": (2, "csl:37 pipl:36 pipl:40"),
    "loc-object-copy-domestic": (2, f"pipl:38 rndsm:38 {EXPORT}"),
    "loc-db-copy-domestic": (2, f"pipl:38 rndsm:38 {EXPORT}"),
    "loc-snapshot-image-domestic": (2, f"pipl:38 {EXPORT}"),
    "loc-peering-domestic": (2, f"csl:37 {EXPORT}"),
    "loc-log-sink-domestic": (2, EXPORT),
    "loc-cdn-domestic": (2, EXPORT),
    "loc-no-global-acceleration": (2, EXPORT),
    "loc-key-secret-image-copy-domestic": (3, "pipl:38"),
    "loc-export-route": (2, f"pipl:38 {EXPORT}"),
}
#: Rules of the profile pipl, beyond GB/T 22239: what only this profile makes them say of the statutes.
PIPL = {
    "pi-classification-tag": (2, "csl:21.4 dsl:21 pipl:28 pipl:51 rndsm:29 rndsm:33"),
    "pi-retention": (2, "pipl:19 pipl:47 pipl:56 rndsm:12 rndsm:24"),
    "pi-discovery-on": (3, "dsl:27 pipl:51"),
}
#: Rules of the profile ai.
AI = {
    "ai-workload-protected": "genai-measures-2023:7 genai-measures-2023:11 gbt45654-2025:5.2 gbt45654-2025:7 "
    "gbt45652-2025:general",
    "ai-serving-redundant": "genai-measures-2023:13 gbt45654-2025:7",
}
#: What the announcements for 2026 name; a profile in brackets is needed beside theirs.
DRAFTS = {
    "mlps.cloud": "k8s-hardening image-scan-on image-immutable net-function-private net-k8s-api-private",
    "mlps.ai-data": "ai-workload-protected",
    "mlps.zero-trust": "iam-mfa iam-trust-scoped net-admin-source-restricted",
    "mlps.supply-chain": "iac-supply-chain image-scan-on image-immutable",
    "mlps.log-retention": "audit-retention",
    "jrt0276.multi-cloud": "loc-peering-domestic",
    "jrt0276.supply-chain": "iac-supply-chain",
    "jrt0276.container": "image-scan-on",
    "ai.content-safety": "ai-workload-protected",
    "ai.data-safety": "ai-workload-protected pi-discovery-on",
    "ai.runtime-safety": "ai-workload-protected alert-on-events",
    "localisation.catalogue": "pi-classification-tag loc-region-allowlist",
    "localisation.backup": "backup-second-region loc-db-copy-domestic loc-snapshot-image-domestic",
    "localisation.provider": "platform-level-sufficient",
    "pipl.sensitive": "pi-classification-tag",
    "pipl.minimisation": "pi-retention",
    "checklist.data-mapping": "pi-classification-tag pi-discovery-on",
    "iso27001.supply-chain": "iac-supply-chain image-scan-on",
    "iso27001.remote-work": "net-admin-source-restricted net-bastion-private iam-mfa",
    "soc2.ai-output": "ai-workload-protected alert-on-events",
    "soc2.ai-data": "ai-workload-protected",
    "soc2.ai-availability": "ai-serving-redundant",
}
#: What the financial sector's clauses name beyond the clauses of GB/T 22239 that they follow, at their highest level.
SECTOR = {
    "7.1.4.7": "tls-listener-encrypted db-tls-on audit-immutable oss-versioning",
    "7.1.4.8": "tls-listener-encrypted db-tls-on secret-not-in-code k8s-secrets-encrypted db-encrypted disk-encrypted",
    "7.1.5.1f": "snapshot-policy db-backup",
    "7.1.4.11g": "pi-not-in-test",
    "8.1.3.2d": "net-sg-port-range-narrow",
    "8.1.3.3f": "net-decoy-bound",
    "8.1.4.9d": "fin-two-places-three-centres",
    "8.1.4.9f": "db-backup backup-second-region fin-two-places-three-centres",
    "8.1.4.9g": "dr-realtime-standby fin-two-places-three-centres",
    "8.1.4.11g": "pi-not-in-test",
    "8.1.5.1c": "config-recorder-on",
    "8.1.5.2c": "iam-duty-separation audit-store-private",
    "8.1.9.3g": "audit-retention",
    "8.1.9.4a": "pi-not-in-test",
    "8.1.10.6e": "audit-retention",
    "8.1.10.6f": "loc-peering-domestic net-admin-source-restricted",
    "8.1.10.6l": "vuln-scan-on",
    "8.1.10.11e": "backup-second-region",
    "8.1.10.11k": "fin-two-places-three-centres",
    "8.2.3.1c": "net-sg-no-risky-port-from-any net-sg-no-any-any",
    "8.2.3.2f": "net-ddos-on-public-entry",
    "8.2.3.2g": "net-waf-on-public-web",
    "8.2.4.1b": "iam-password-policy",
    "8.2.4.1d": "host-key-login",
    "8.2.4.1e": "iam-mfa",
    "8.2.4.4a": "host-protection-on",
    "8.2.4.5e": "snapshot-policy",
    "9.1.2.1i": "net-link-redundant",
    "9.1.3.2f": "net-sg-port-range-narrow",
    "9.1.3.3e": "net-ips-blocking net-decoy-bound",
    "9.1.4.2d": "iam-idle-cleanup",
    "9.1.10.9b": "kms-sm-algorithm rest-sm4",
    "9.2.1.1b": "loc-region-allowlist dedicated-pool-l4",
    "9.2.2.1k": "net-flow-logs",
    "9.2.3.1f": "net-sg-no-risky-port-from-any net-nacl-no-risky-port",
    "9.2.3.1g": "net-instance-in-vpc net-nacl-between-tiers",
    "9.2.4.2c": "iam-trust-scoped",
    "9.2.4.6e": "rest-customer-key",
    "9.2.4.6f": "disk-encrypted oss-sse db-encrypted analytics-encrypted nas-encrypted backup-encrypted "
    "rest-customer-key",
}
#: Rules that run at level 3 for the sake of information (S) only.
GRADES = {
    "analytics-encrypted",
    "backup-encrypted",
    "db-encrypted",
    "iam-mfa",
    "k8s-secrets-encrypted",
    "nas-encrypted",
    "oss-sse",
}
#: Not run over resources and bound to no clause of its own: it speaks for the clauses that the evidence register names.
OF_THE_REGISTER = {"evidence-current"}


def expand(first: int, written: str, level: int) -> set[str]:
    """The ids at one level that the notation of the table means."""
    found = set()
    for item in written.split():
        head, _, rest = item.partition(".")
        rest = re.sub(r"\((\w)\)", "" if level == 2 else r"\1", rest)
        if head == "x":
            applies = level >= first
        elif head == "8":
            applies = level >= max(3, first)
        else:
            applies = level == int(head.removeprefix("=")) - 5
        if applies:
            found.add(f"gbt22239-2019:{level + 5}.{rest}")
    return found


def spoken(name: str, *profiles: str, of: str = "gbt22239-2019") -> dict[str, set[str]]:
    """Rule -> the clauses of one edition (or of those whose id begins so) for which it speaks."""
    found = clauses_of_rules(name, frozenset(profiles))
    chosen = {rule: {item for item in ids if item.startswith(of)} for rule, ids in found.items()}
    return {rule: ids for rule, ids in chosen.items() if ids}


@pytest.mark.parametrize("level", [2, 3, 4])
def test_rules_speak_for_the_clauses_of_the_table(level):
    expected = {rule: ids for rule, (first, written) in TABLE.items() if (ids := expand(first, written, level))}
    assert spoken(f"mlps-l{level}") == expected
    assert set(clauses_of_rules(f"mlps-l{level}")) == set(expected)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", [2, 3, 4])
def test_what_a_profile_makes_rules_say_of_gbt22239(level, profile):
    plain, found = spoken(f"mlps-l{level}"), spoken(f"mlps-l{level}", profile)
    added = {rule: ids - plain.get(rule, set()) for rule, ids in found.items() if ids != plain.get(rule)}
    assert added == {
        rule: ids
        for rule, (needed, first, written) in UNDER_PROFILE.items()
        if needed == profile and (ids := expand(first, written, level))
    }


@pytest.mark.parametrize("level", [3, 4])
def test_national_cryptography(level):
    expected = {
        rule: {
            f"gbt39786-2021:{item.replace('x.', f'{level + 5}.')}"
            for item in items.split()
            if not item.startswith("9.") or level == 4
        }
        for rule, items in SM.items()
    }
    assert spoken(f"mlps-l{level}", "sm", of="gbt39786") == {rule: ids for rule, ids in expected.items() if ids}


def test_national_cryptography_is_not_asked_for_at_level_2():
    assert spoken("mlps-l2", "sm", of="gbt39786") == {}


def test_rules_that_only_the_profile_brings():
    def brought(name: str, *profiles: str) -> set[str]:
        return set(rule_names(name, frozenset(profiles)) - rule_names(name))

    national = {"kms-sm-algorithm", "rest-sm4", "tlcp-sm2-edge", "cert-sm2"}
    assert brought("mlps-l3", "sm") == national | {"kms-hardware"}
    assert brought("mlps-l4", "sm") == national
    assert brought("mlps-l3", "localisation") == {"loc-key-secret-image-copy-domestic", "loc-export-route"}
    assert brought("mlps-l2", "localisation") == {"loc-export-route"}
    assert brought("mlps-l3", "pipl") - brought("mlps-l3", "localisation") == {
        "pi-classification-tag",
        "pi-retention",
        "pi-not-in-test",
        "pi-discovery-on",
    }
    assert brought("mlps-l2", "ai") == {"ai-workload-protected", "ai-serving-redundant"}
    assert "fin-two-places-three-centres" not in rule_names("mlps-l4", EVERY_PROFILE)
    assert "fin-two-places-three-centres" in rule_names("financial-l3")


@pytest.mark.parametrize("level", [2, 3, 4])
def test_statutes(level):
    name = f"mlps-l{level}"
    found: dict[str, set[str]] = {}
    for edition in ("csl", "ciir", "dsl", "pipl", "rndsm", "cross-border-2024", "incident-reporting-2025"):
        for rule, ids in spoken(name, "localisation", of=f"{edition}:").items():
            found.setdefault(rule, set()).update(ids)
    assert found == {rule: set(ids.split()) for rule, (first, ids) in STATUTES.items() if level >= first}


@pytest.mark.parametrize("level", [2, 3, 4])
def test_personal_information(level):
    name = f"mlps-l{level}"
    plain = clauses_of_rules(name, frozenset({"localisation"}))
    both = clauses_of_rules(name, frozenset({"localisation", "pipl"}))
    added = {
        rule: {item for item in ids if not item.startswith("gbt22239")} - set(plain.get(rule, ()))
        for rule, ids in both.items()
    }
    assert {rule: ids for rule, ids in added.items() if ids} == {
        rule: set(ids.split()) for rule, (first, ids) in PIPL.items() if level >= first
    }


def test_artificial_intelligence():
    found = {**spoken("mlps-l2", "ai", of="genai")}
    for rule, ids in spoken("mlps-l2", "ai", of="gbt456").items():
        found[rule] = found.get(rule, set()) | ids
    assert found == {rule: set(ids.split()) for rule, ids in AI.items()}
    assert spoken("mlps-l2", "ai", "localisation", of="rndsm:19") == {"ai-workload-protected": {"rndsm:19"}}


def test_announcements():
    found = {
        clause.number: set(clause.rules) for clause in clauses("mlps-l2", frozenset({"draft-2026"})) if clause.draft
    }
    assert {number: rules for number, rules in found.items() if rules} == {
        number: set(rules.split()) for number, rules in DRAFTS.items()
    }
    full = {clause.number: set(clause.rules) for clause in clauses("mlps-l2", EVERY_PROFILE) if clause.draft}
    assert full["jrt0276.cryptography"] == {"kms-sm-algorithm", "rest-sm4", "tlcp-sm2-edge", "cert-sm2"}
    assert full["localisation.filing"] == full["localisation.threshold"] == {"loc-export-route"}


@pytest.mark.parametrize("level", [2, 3, 4])
def test_what_the_financial_sector_adds(level):
    """At the number of each clause that has rules of its own; the others have those of the clause they follow."""
    found = {
        clause.number: set(clause.rules)
        for clause in clauses(f"financial-l{level}")
        if clause.edition == "jrt0071.2-2020"
    }
    named = {number: set(rules.split()) for number, rules in SECTOR.items() if number.startswith(f"{level + 5}.")}
    for number, rules in named.items():
        assert rules <= found[number], number
        assert number == "8.1.3.2d" or rules == found[number], number


def test_grades_decide_which_rules_run():
    assert rule_names("mlps-l3") - rule_names("mlps-l3", grades="S2A3G3") == GRADES


def test_more_protection_never_loses_a_rule():
    assert rule_names("mlps-l2") < rule_names("mlps-l3") < rule_names("mlps-l4")
    assert rule_names("financial-l2") < rule_names("financial-l3") < rule_names("financial-l4")
    for grades in ("S2A3G3", "S3A2G3"):
        assert rule_names("mlps-l2") < rule_names("mlps-l3", grades=grades) < rule_names("mlps-l3")
    for grades in ("S2A4G4", "S3A4G4", "S4A3G4", "S4A2G4"):
        assert rule_names("mlps-l2") < rule_names("mlps-l4", grades=grades) <= rule_names("mlps-l4")


@pytest.mark.parametrize(("name", "profiles"), list(product(BASELINES, [frozenset(), EVERY_PROFILE])))
def test_what_is_decided(name, profiles):
    for clause in clauses(name, profiles):
        assert clause.decided in {"rules", "partly", "evidence"}
        assert (clause.decided == "evidence") is (not clause.rules), clause.id
        assert len(set(clause.rules)) == len(clause.rules), clause.id
        assert clause.responsible != "provider" or not clause.rules, clause.id


@pytest.mark.parametrize(
    ("number", "decided"),
    [
        ("8.1.2.2b", "partly"),
        ("8.1.3.2d", "evidence"),
        ("8.1.4.1a", "partly"),
        ("8.1.4.4c", "partly"),
        ("8.1.4.8b", "partly"),
        ("8.1.4.11a", "evidence"),
        ("8.2.1.1", "rules"),
        ("8.2.4.5a", "partly"),
        ("8.1.10.9", "partly"),
    ],
)
def test_examples_of_what_is_decided(number, decided):
    assert {clause.number: clause.decided for clause in clauses("mlps-l3")}[number] == decided


#: What the rules decide wholly: a demand on the tenant's cloud resources that shows in code on every cloud. A clause
#: that also speaks of hosts, applications, other networks, the provider's part or people's acts is decided partly.
WHOLLY = {
    "financial-l2": ("7.1.3.2c 7.2.1.1 7.2.3.1a", "7.1.3.2c 7.2.1.1 7.2.3.1a"),
    "financial-l3": (
        "8.1.3.2c 8.2.1.1 8.2.3.1a 8.2.4.5d",
        "8.1.3.2c 8.2.1.1 8.2.3.1a 8.2.4.5e 8.2.4.6d",
    ),
    "financial-l4": (
        "9.1.3.2c 9.2.1.1 9.2.3.1a 9.2.4.5d",
        "9.1.3.2c 9.2.1.1a 9.2.3.1a 9.2.4.5e 9.2.4.6d",
    ),
}


@pytest.mark.parametrize("name", WHOLLY)
def test_what_rules_alone_decide_is_counted_narrowly(name):
    general, financial = WHOLLY[name]
    assert {clause.id for clause in clauses(name, EVERY_PROFILE) if clause.decided == "rules"} == {
        *(f"gbt22239-2019:{number}" for number in general.split()),
        *(f"jrt0071.2-2020:{number}" for number in financial.split()),
    }


@pytest.fixture(scope="module")
def catalogue():
    try:
        return {rule.name: rule for rule in all_rules()}
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("compliant_infra.kernel.rules."):
            raise
        pytest.skip(f"the catalogue of rules is not complete: {error.name} is missing")


def named() -> set[str]:
    return {rule for name in BASELINES for rule in rule_names(name, EVERY_PROFILE)}


def test_every_rule_that_a_clause_names_exists(catalogue):
    assert named() <= set(catalogue)


def test_every_rule_speaks_for_a_clause(catalogue):
    assert set(catalogue) - named() == OF_THE_REGISTER


def test_every_parameter_that_a_rule_reads_exists(catalogue):
    read = {parameter for rule in catalogue.values() for parameter in rule.all_parameters}
    assert read <= set(parameter_records())
