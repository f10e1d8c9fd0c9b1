"""What rules say of themselves and in their findings: codes, names, severities, words, and no secrets."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

import compliant_infra.kernel
from compliant_infra.kernel.model import Text, Verdict
from compliant_infra.kernel.rules import all_rules, rules_by_name
from compliant_infra.kernel.rules.record import Rule
from tests.cli.harness import invoke
from tests.rules.test_fixtures import _BASELINE, CLOUDS, FIXTURES, NEVER, cases, judged

#: Code -> slug and severity. A code is never reused and a slug never changes without an alias.
CATALOGUE = {
    "CN001": ("net-instance-in-vpc", "high"),
    "CN002": ("net-zones-separated", "high"),
    "CN003": ("net-entry-multi-zone", "high"),
    "CN004": ("net-link-redundant", "medium"),
    "CN005": ("net-bandwidth-floor", "low"),
    "CN006": ("net-qos-priority", "low"),
    "CN007": ("net-default-deny", "medium"),
    "CN008": ("net-sg-no-risky-port-from-any", "critical"),
    "CN009": ("net-sg-no-any-any", "critical"),
    "CN010": ("net-sg-port-range-narrow", "medium"),
    "CN011": ("net-sg-egress-restricted", "medium"),
    "CN012": ("net-nacl-no-risky-port", "high"),
    "CN013": ("net-nacl-between-tiers", "medium"),
    "CN014": ("net-no-public-ip-on-instance", "high"),
    "CN015": ("net-db-no-public-endpoint", "critical"),
    "CN016": ("net-db-allowlist-not-any", "critical"),
    "CN017": ("net-lb-acl", "medium"),
    "CN018": ("net-lb-nat-risky-port", "high"),
    "CN019": ("net-cloud-firewall-on", "high"),
    "CN020": ("net-ips-blocking", "high"),
    "CN021": ("net-fw-app-policy", "medium"),
    "CN022": ("net-waf-on-public-web", "high"),
    "CN023": ("net-ddos-on-public-entry", "medium"),
    "CN024": ("net-flow-logs", "medium"),
    "CN025": ("net-edge-logs", "medium"),
    "CN026": ("net-admin-source-restricted", "medium"),
    "CN027": ("net-bastion-private", "medium"),
    "CN028": ("net-k8s-api-private", "high"),
    "CN029": ("net-registry-acl", "high"),
    "CN030": ("net-nas-access-scoped", "high"),
    "CN031": ("net-level-boundary", "medium"),
    "CN032": ("net-function-private", "medium"),
    "CN033": ("oss-not-public", "critical"),
    "CN034": ("oss-policy-scoped", "high"),
    "CN035": ("tls-listener-encrypted", "high"),
    "CN036": ("tls-min-12", "high"),
    "CN037": ("oss-https-only", "high"),
    "CN038": ("db-tls-on", "high"),
    "CN039": ("tls-mutual", "medium"),
    "CN040": ("vpn-strong-suite", "high"),
    "CN041": ("api-https-authenticated", "high"),
    "CN042": ("cdn-https", "medium"),
    "CN043": ("tlcp-sm2-edge", "medium"),
    "CN044": ("disk-encrypted", "high"),
    "CN045": ("rest-customer-key", "medium"),
    "CN046": ("image-snapshot-encrypted", "high"),
    "CN047": ("image-snapshot-not-shared", "high"),
    "CN048": ("oss-sse", "high"),
    "CN049": ("db-encrypted", "high"),
    "CN050": ("analytics-encrypted", "medium"),
    "CN051": ("nas-encrypted", "medium"),
    "CN052": ("log-encrypted", "medium"),
    "CN053": ("k8s-secrets-encrypted", "high"),
    "CN054": ("backup-encrypted", "medium"),
    "CN055": ("secret-not-in-code", "critical"),
    "CN056": ("secret-rotation", "medium"),
    "CN057": ("kms-rotation", "medium"),
    "CN058": ("kms-guarded", "medium"),
    "CN059": ("kms-sm-algorithm", "high"),
    "CN060": ("kms-hardware", "high"),
    "CN061": ("rest-sm4", "medium"),
    "CN062": ("crypto-weak-ban", "high"),
    "CN063": ("cert-sm2", "low"),
    "CN064": ("iam-password-policy", "high"),
    "CN065": ("iam-lockout", "medium"),
    "CN066": ("iam-session-timeout", "low"),
    "CN067": ("iam-mfa", "critical"),
    "CN068": ("iam-no-static-key", "medium"),
    "CN069": ("iam-idle-cleanup", "medium"),
    "CN070": ("iam-no-admin-star", "high"),
    "CN071": ("iam-no-direct-grant", "low"),
    "CN072": ("iam-duty-separation", "medium"),
    "CN073": ("iam-trust-scoped", "high"),
    "CN074": ("host-key-login", "medium"),
    "CN075": ("host-imds-v2", "medium"),
    "CN076": ("db-auth-required", "critical"),
    "CN077": ("db-default-account-renamed", "medium"),
    "CN078": ("org-guardrail", "low"),
    "CN079": ("audit-trail-on", "high"),
    "CN080": ("audit-retention", "high"),
    "CN081": ("audit-immutable", "medium"),
    "CN082": ("audit-store-private", "high"),
    "CN083": ("db-audit-on", "high"),
    "CN084": ("k8s-audit-on", "medium"),
    "CN085": ("access-log-on", "low"),
    "CN086": ("audit-central", "medium"),
    "CN087": ("alert-on-events", "medium"),
    "CN088": ("config-recorder-on", "low"),
    "CN089": ("host-protection-on", "high"),
    "CN090": ("vuln-scan-on", "medium"),
    "CN091": ("image-scan-on", "medium"),
    "CN092": ("image-immutable", "medium"),
    "CN093": ("k8s-hardening", "medium"),
    "CN094": ("snapshot-policy", "high"),
    "CN095": ("db-backup", "high"),
    "CN096": ("backup-second-region", "high"),
    "CN097": ("dr-realtime-standby", "high"),
    "CN098": ("db-multi-az", "high"),
    "CN099": ("compute-multi-az", "medium"),
    "CN100": ("oss-zone-redundant", "medium"),
    "CN101": ("oss-versioning", "medium"),
    "CN102": ("backup-immutable", "low"),
    "CN103": ("deletion-protection", "medium"),
    "CN104": ("dedicated-pool-l4", "medium"),
    "CN105": ("loc-region-allowlist", "critical"),
    "CN106": ("loc-object-copy-domestic", "critical"),
    "CN107": ("loc-db-copy-domestic", "critical"),
    "CN108": ("loc-snapshot-image-domestic", "critical"),
    "CN109": ("loc-peering-domestic", "high"),
    "CN110": ("loc-log-sink-domestic", "high"),
    "CN111": ("loc-cdn-domestic", "medium"),
    "CN112": ("loc-no-global-acceleration", "medium"),
    "CN113": ("loc-key-secret-image-copy-domestic", "high"),
    "CN114": ("pi-classification-tag", "medium"),
    "CN115": ("pi-retention", "low"),
    "CN116": ("pi-not-in-test", "medium"),
    "CN117": ("pi-discovery-on", "low"),
    "CN118": ("fin-two-places-three-centres", "high"),
    "CN119": ("ai-workload-protected", "medium"),
    "CN120": ("iac-supply-chain", "low"),
    "CN121": ("net-registry-exposed", "high"),
    "CN122": ("net-warehouse-allowlist", "high"),
    "CN123": ("tls-function-domain", "medium"),
    "CN124": ("ai-serving-redundant", "low"),
    "CN125": ("net-vpn-health-check", "low"),
    "CN126": ("net-endpoint-multi-zone", "low"),
    "CN127": ("evidence-current", "medium"),
    "CN128": ("loc-export-route", "high"),
    "CN129": ("platform-level-sufficient", "high"),
    "CN130": ("net-decoy-bound", "low"),
}

KERNEL = Path(next(iter(compliant_infra.kernel.__path__)))

RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)

_CJK = re.compile(r"[\u3400-\u9fff]")
_FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff00-\uffef]")
#: Standards, laws and their clauses are data of the regulations, not words of a rule.
_STANDARD = re.compile(
    r"MLPS|GB/?T|GM/?T|JR/?T|\bISO\b|\bSOC ?2\b|PIPL|\bDSL\b|\bCSL\b"
    r"|等保|等级保护|密评|网络安全法|数据安全法|个人信息保护法|\b[6-9]\.\d+\.\d+"
)
#: English prose: three plain words or more in a row. What is quoted is the user's, and so are names of attributes.
_QUOTED = re.compile(r"\"[^\"]*\"|`[^`]*`|“[^”]*”|「[^」]*」")
_PROSE = re.compile(r"(?<![\w.$/*-])[a-z]+(?:[ ,;:]+[a-z]+){2,}(?![\w.=/*-])")
_PLACEHOLDER = re.compile(r"TODO|FIXME|XXX|TBD|lorem", re.IGNORECASE)


def english(sentence: str) -> str:
    """The English prose in a Chinese sentence, or nothing."""
    found = _PROSE.search(_QUOTED.sub("", sentence))
    return found[0] if found else ""


def texts(rule: Rule) -> dict[str, Text]:
    found = {"title": rule.title, "rationale": rule.rationale, "remediation": rule.remediation}
    if rule.absence is not None:
        found["absence"] = rule.absence.message
    return found


def test_english_prose_is_told_from_names() -> None:
    assert english("策略文档无法解析：the document has no Statement") == "the document has no"
    assert not english('password_inherit 为 "not set at all"，应使用 key_name、key_ids，见 Kubernetes API Server')
    assert not english("设置 image_scanning_configuration { scan_on_push = true }，或 cidr_ip 与 port_range")


def written() -> list[tuple[str, str]]:
    """(place, what is written) of the Chinese of every ``Text`` in the sources of the kernel, values left out."""
    found: list[tuple[str, str]] = []
    for path in sorted(KERNEL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1):
                continue
            if node.func.id not in ("Text", "PolicySyntaxError"):
                continue
            chinese = node.args[1]
            if isinstance(chinese, (ast.Constant, ast.JoinedStr)):
                parts = [
                    str(item.value) if isinstance(item, ast.Constant) else "_"
                    for item in (chinese.values if isinstance(chinese, ast.JoinedStr) else [chinese])
                ]
                found.append((f"{path.name}:{node.lineno}", "".join(parts)))
    return found


def test_chinese_in_the_sources_holds_no_english_prose() -> None:
    sentences = written()
    assert len(sentences) > 500
    assert not [(place, sentence) for place, sentence in sentences if english(sentence)]


def test_codes_slugs_and_severities() -> None:
    assert {rule.code: (rule.name, str(rule.severity)) for rule in all_rules()} == CATALOGUE


def test_names_are_unique() -> None:
    names = [name for rule in all_rules() for name in (rule.code, rule.name, *rule.aliases)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name) for rule in all_rules())
    assert [rule.code for rule in all_rules()] == sorted(CATALOGUE)


@RULES
def test_texts_are_in_both_languages(rule: Rule) -> None:
    for name, text in texts(rule).items():
        assert text.en and text.zh, name
        assert not _CJK.search(text.en) and not _FULL_WIDTH.search(text.en), f"{name}: {text.en}"
        assert _CJK.search(text.zh), f"{name}: {text.zh}"
        assert not english(text.zh), f"{name}: {english(text.zh)}"
        for sentence in text:
            assert sentence == sentence.strip() and "  " not in sentence.replace("\n", " "), f"{name}: {sentence}"
            assert not _STANDARD.search(sentence), f"{name} names a standard: {sentence}"
            assert not _PLACEHOLDER.search(sentence), f"{name}: {sentence}"


@RULES
def test_texts_say_something(rule: Rule) -> None:
    assert 10 <= len(rule.title.en) <= 80 and not rule.title.en.endswith(".")
    assert 4 <= len(rule.title.zh) <= 40 and not rule.title.zh.endswith("。")
    assert len(rule.rationale.en) >= 60 and rule.rationale.en.endswith(".")
    assert len(rule.rationale.zh) >= 20 and rule.rationale.zh.endswith("。")
    assert len(rule.remediation.en) >= 60 and rule.remediation.en.endswith(".")
    assert len(rule.remediation.zh) >= 30 and rule.remediation.zh.endswith("。")
    assert rule.title.en.casefold() not in rule.rationale.en.casefold()


def named(rule: Rule, cloud: str) -> set[str]:
    """The resource types of a cloud that the rule judges or asks for, and the attributes it reads there."""
    found: set[str] = set()
    for kind, check in rule.checks.items():
        if kind.removeprefix("provider.").split("_", 1)[0] != cloud:
            continue
        found.add(kind)
        for path in check.reads:
            other, colon, rest = path.partition(":")
            found |= {other, *rest.split(".")} if colon else set(path.split("."))
    return {name for name in found if len(name) > 2}


@RULES
def test_remediation_names_what_the_rule_reads(rule: Rule) -> None:
    for language in rule.remediation:
        words = set(re.findall(r"[a-z][a-z0-9_]*", language))
        for cloud in CLOUDS:
            if f"{cloud}/{rule.name}/bad" in NEVER:
                continue
            names = named(rule, cloud)
            assert not names or names & words, f"{cloud}: none of {sorted(names)[:12]} in {language}"


def test_secret_rules_are_marked() -> None:
    assert {rule.name for rule in all_rules() if rule.secret} == {"secret-not-in-code"}


# --------------------------------------------------------------------------------------------------------------
# Findings
# --------------------------------------------------------------------------------------------------------------

_SECRET = re.compile(r"[\w!-]*[Ff]ixture[\w!-]*")


def secrets() -> set[str]:
    """The literal secrets of the fixtures: each holds the word that marks it as an invention."""
    found: set[str] = set()
    for path in FIXTURES.glob("*/secret-not-in-code/bad*.tf"):
        found |= set(_SECRET.findall(path.read_text(encoding="utf-8")))
    return found


def alone(fixture: Path, root: Path) -> Path:
    """A copy of the fixture in a directory of its own: a file is a root by itself."""
    if fixture.is_dir():
        shutil.copytree(fixture, root)
    else:
        root.mkdir(parents=True)
        shutil.copy(fixture, root / "main.tf")
    return root


@pytest.mark.parametrize("name", [rule.name for rule in all_rules() if rule.checks])
def test_messages_are_in_both_languages(name: str, tmp_path: Path) -> None:
    """Every fail and unknown says what is wrong, in English and in Chinese, with the same values."""
    hidden = secrets()
    messages: list[Text] = []
    for case in cases():
        if case.parent.name == name and not case.name.startswith("good"):
            root = alone(case, tmp_path / case.parent.parent.name / case.stem)
            first = (root / "main.tf").read_text(encoding="utf-8").split("\n", 1)[0]
            chosen = _BASELINE.search(first)
            judgement = judged(root, name, chosen.group(1) if chosen else "mlps-l3")
            messages += [item.message for item in judgement.results if item.verdict is not Verdict.PASS]
    assert messages
    for message in messages:
        assert message.en and message.zh
        assert not _CJK.search(message.en) or _CJK.search(re.sub(r"\".*?\"", "", message.zh)), message
        assert _CJK.search(message.zh), message
        assert not english(message.zh), f"{english(message.zh)!r} in {message.zh}"
        assert not _STANDARD.search(message.en) and not _STANDARD.search(message.zh), message
        assert not any(secret in message.en + message.zh for secret in hidden), message
        assert not re.search(r"(?<!\")\bNone\b|<[a-z]", message.en), message


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["console", "json", "sarif", "junit", "markdown", "csv"])
def test_reports_show_no_secret(cloud: str, language: str, form: str, tmp_path: Path) -> None:
    """No format prints a literal secret of the fixtures, whatever rule found something on its lines."""
    fixture = alone(FIXTURES / cloud / "secret-not-in-code" / "bad.tf", tmp_path / cloud)
    answer = invoke("check", str(fixture), "--profile", "all", "--format", form, "--lang", language, "--include-passed")
    assert answer.status == 1, answer.err
    shown = answer.out + answer.err
    assert "secret-not-in-code" in shown or "CN055" in shown
    found = secrets()
    assert len(found) >= 6
    decoded = json.dumps(json.loads(answer.out), ensure_ascii=False) if form in ("json", "sarif") else ""
    leaked = {secret for secret in found if secret in shown or secret in decoded}
    assert not leaked


def test_rules_are_found_by_every_name() -> None:
    for rule in all_rules():
        assert rules_by_name()[rule.name] is rule
        assert rules_by_name()[rule.code] is rule


def test_fixtures_are_of_known_rules() -> None:
    strays = [str(path) for path in Path(FIXTURES).glob("*/*") if path.name not in rules_by_name()]
    assert not strays
