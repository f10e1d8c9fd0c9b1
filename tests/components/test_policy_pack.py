"""The policy pack as an engine uses it: a process of its own, asked over the analyzer protocol."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from click.testing import CliRunner
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import analyzer_pb2_grpc

from compliant_infra import __version__
from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines import catalogue as baselines
from compliant_infra.cli.main import cli
from compliant_infra.components.policy_pack import configuration, policies
from compliant_infra.components.policy_pack.configuration import ConfigurationError, Surroundings, choose
from compliant_infra.components.policy_pack.policies import PACK_POLICY, POLICIES
from compliant_infra.components.policy_pack.stack import StackResource, registrations_of
from compliant_infra.components.recorder import record
from compliant_infra.components.registration import (
    PROVIDER_PREFIX,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
    Registration,
)
from compliant_infra.components.translation import provider_configuration, scan_of
from compliant_infra.kernel.evaluation import conclude, judge
from compliant_infra.kernel.model import Severity, Verdict
from compliant_infra.kernel.rules import all_rules
from tests.components.proof import CROSS_BORDER, PARAMETERS, Case, recording
from tests.days import SOON

SECONDS = 60
TODAY = date(2026, 11, 22)
PACK = Path(CliRunner().invoke(cli, ["policy-pack-dir"]).output.strip())

LEVELS = {
    "advisory": protocol.ADVISORY,
    "mandatory": protocol.MANDATORY,
    "disabled": protocol.DISABLED,
    "remediate": protocol.REMEDIATE,
}


class AbortedError(Exception):
    """The pack refused what it was asked."""


# --------------------------------------------------------------------------------------------------------------
# The engine's part
# --------------------------------------------------------------------------------------------------------------


class Engine:
    """What an engine does with a pack: one process for one preview or update."""

    def __init__(self, stub: analyzer_pb2_grpc.AnalyzerStub) -> None:
        self.stub = stub

    def info(self) -> Any:
        return self.stub.GetAnalyzerInfo(empty_pb2.Empty(), timeout=SECONDS)

    def configure_stack(self, config: Mapping[str, str] | None = None, project: str = "proof") -> None:
        request = protocol.AnalyzerStackConfigureRequest(
            stack="dev", project=project, dry_run=True, config=config or {}
        )
        self.stub.ConfigureStack(request, timeout=SECONDS)

    def configure(self, given: Mapping[str, Any] | None = None) -> None:
        """Fill the declared levels into the configuration of the user, as engines do, and send it."""
        entries = {
            name: {"enforcementLevel": value} if isinstance(value, str) else dict(value)
            for name, value in (given or {}).items()
        }
        levels = {policy.name: policy.enforcementLevel for policy in self.info().policies}
        everywhere = entries.get("all", {}).get("enforcementLevel")
        if everywhere:
            levels = dict.fromkeys(levels, LEVELS[everywhere])
        request = protocol.ConfigureAnalyzerRequest()
        for name in {*levels, *entries}:
            entry = dict(entries.get(name, {}))
            level = entry.pop("enforcementLevel", None)
            config = request.policyConfig[name]
            config.enforcementLevel = LEVELS[level] if level else levels.get(name, protocol.ADVISORY)
            config.properties.update(entry)
        try:
            self.stub.Configure(request, timeout=SECONDS)
        except grpc.RpcError as error:
            raise AbortedError(error.details()) from None

    def run(self, registrations: Iterable[Registration]) -> Any:
        """Tell of every resource, then of the stack; in the order that an engine has: of its own."""
        listed = list(registrations)
        for request in analyze_requests(listed):
            answer = self.stub.Analyze(request, timeout=SECONDS)
            assert not answer.diagnostics
        return self.stub.AnalyzeStack(stack_request(listed), timeout=SECONDS)


@contextmanager
def started(pack: Path = PACK, **environment: str) -> Iterator[Engine]:
    """The pack, started as the language host of Pulumi starts it."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)],
        cwd=pack,
        env={"PATH": os.environ["PATH"], "PULUMI_PROJECT": "proof", "LANG": "C.UTF-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port.isdigit(), process.communicate(timeout=SECONDS)
            size = [("grpc.max_receive_message_length", 400 << 20)]
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=size) as channel:
                yield Engine(analyzer_pb2_grpc.AnalyzerStub(channel))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def process() -> Iterator[Engine]:
    """One process for the tests that bring no environment of their own."""
    with started() as engine:
        yield engine


@pytest.fixture
def engine(process: Engine) -> Engine:
    process.configure_stack()
    process.configure()
    return process


def structure(values: Mapping[str, Any]) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update(values)
    return found


def provider_of(item: Registration, known: Mapping[str, Registration]) -> Any:
    provider = known.get(item.provider.rpartition("::")[0])
    if provider is None:
        return None
    return protocol.AnalyzerProviderResource(
        type=provider.type, properties=structure(provider.inputs), urn=provider.urn, name=provider.name
    )


def analyze_requests(listed: list[Registration]) -> Iterator[Any]:
    known = {item.urn: item for item in listed}
    for item in listed:
        if not item.read:
            yield protocol.AnalyzeRequest(
                type=item.type,
                properties=structure(item.inputs),
                urn=item.urn,
                name=item.name,
                options=protocol.AnalyzerResourceOptions(protect=item.protect, parent=item.parent),
                provider=provider_of(item, known),
            )


def stack_request(listed: list[Registration]) -> Any:
    """What providers answer: the inputs, and much that is not known yet."""
    known = {item.urn: item for item in listed}
    request = protocol.AnalyzeStackRequest()
    for item in sorted(listed, key=lambda item: item.urn):
        if item.read:
            continue
        answered = {"status": UNKNOWN_SENTINEL, **item.inputs, **item.outputs} if item.custom else item.outputs
        resource = request.resources.add(
            type=item.type,
            properties=structure(answered),
            urn=item.urn,
            name=item.name,
            parent=item.parent,
            dependencies=item.dependencies,
            provider=provider_of(item, known),
            options=protocol.AnalyzerResourceOptions(protect=item.protect, ignoreChanges=item.ignore_changes),
        )
        for name, urns in item.property_dependencies.items():
            resource.propertyDependencies[name].urns.extend(urns)
    return request


def urn(kind: str, name: str, parent: str = "") -> str:
    return f"urn:pulumi:dev::proof::{parent}{kind}::{name}"


PROVIDER = Registration(
    urn("pulumi:providers:alicloud", "beijing"),
    "pulumi:providers:alicloud",
    "beijing",
    True,
    {"region": "cn-beijing", "version": "4.0.0"},
)
COMPONENT = Registration(
    urn("compliant-infra-alicloud:index:ObjectBucket", "documents"),
    "compliant-infra-alicloud:index:ObjectBucket",
    "documents",
    False,
    {},
)


def bucket(name: str = "open", **inputs: Any) -> Registration:
    kind = "alicloud:oss/bucket:Bucket"
    provider = f"{PROVIDER.urn}::{UNKNOWN_SENTINEL}"
    return Registration(urn(kind, name), kind, name, True, {"bucket": name, **inputs}, provider=provider)


def acl(name: str, **inputs: Any) -> Registration:
    kind = "alicloud:oss/bucketAcl:BucketAcl"
    provider = f"{PROVIDER.urn}::{UNKNOWN_SENTINEL}"
    return Registration(urn(kind, name), kind, name, True, inputs, provider=provider)


WEAK = [PROVIDER, bucket(), acl("open-acl", bucket="open", acl="public-read")]
OPEN = ("oss-not-public", WEAK[1].urn)


def said(answer: Any) -> dict[tuple[str, str], Any]:
    """The remarks by policy and resource. There is one for each."""
    found = {(item.policyName, item.urn): item for item in answer.diagnostics}
    assert len(found) == len(answer.diagnostics)
    return found


# --------------------------------------------------------------------------------------------------------------
# The folder and the metadata
# --------------------------------------------------------------------------------------------------------------


def test_the_folder_is_a_policy_pack_of_this_version() -> None:
    assert PACK.is_absolute()
    project = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    assert (project["runtime"], project["version"]) == ("python", __version__)
    assert (PACK / "__main__.py").is_file()


def test_there_is_a_policy_for_every_rule_about_what_pulumi_makes(engine: Engine) -> None:
    info = engine.info()
    wanted = {rule.name for rule in all_rules() if rule.clouds & {"alicloud", "aws"}}
    assert {policy.name for policy in info.policies} == {PACK_POLICY} | wanted
    assert len(info.policies) == len(wanted) + 1
    assert {policy.policy_type for policy in info.policies} == {protocol.POLICY_TYPE_STACK}
    assert (info.name, info.version, info.supportsConfig) == ("compliant-infra", __version__, True)


def test_metadata_of_a_policy(engine: Engine) -> None:
    found = next(policy for policy in engine.info().policies if policy.name == "oss-not-public")
    rule = next(rule for rule in all_rules() if rule.name == "oss-not-public")
    assert found.displayName == f"{rule.title.en} / {rule.title.zh}"
    assert rule.rationale.zh in found.description
    assert found.remediation_steps == f"{rule.remediation.en} / {rule.remediation.zh}"
    assert found.severity == protocol.POLICY_SEVERITY_CRITICAL
    assert found.enforcementLevel == protocol.MANDATORY
    framework = found.framework
    assert (framework.name, framework.version) == ("MLPS", "2.0")
    assert framework.reference.startswith("8.1.")
    assert "GB/T 22239-2019" in framework.specification
    assert framework.specification.endswith("level 3")
    assert f"gbt22239-2019:{framework.reference}" in found.tags
    assert {rule.code, "alicloud", "aws"} <= set(found.tags)


def test_levels_follow_the_severity(engine: Engine) -> None:
    blocking = {protocol.POLICY_SEVERITY_CRITICAL, protocol.POLICY_SEVERITY_HIGH}
    for policy in engine.info().policies:
        wanted = protocol.MANDATORY if policy.severity in blocking else protocol.ADVISORY
        assert policy.enforcementLevel == wanted, policy.name


@pytest.mark.parametrize("baseline", baselines.BASELINES)
def test_every_policy_has_a_framework_at_every_baseline(baseline: str) -> None:
    for policy in POLICIES:
        framework = policy.framework(baseline)
        assert framework is not None, policy.name
        assert framework.name and framework.version and framework.reference and framework.specification
        assert policy.severity(baseline) >= policy.rule.severity


def test_the_baseline_of_the_stack_shows_in_the_metadata(process: Engine) -> None:
    process.configure_stack({"compliant-infra:baseline": "mlps-l4"})
    found = {policy.name: policy for policy in process.info().policies}
    assert found["dr-realtime-standby"].severity == protocol.POLICY_SEVERITY_CRITICAL
    assert found["oss-not-public"].framework.reference.startswith("9.1.")


# --------------------------------------------------------------------------------------------------------------
# The same verdicts
# --------------------------------------------------------------------------------------------------------------


def expected(registrations: Iterable[Registration], request: Request) -> dict[tuple[str, str], set[Verdict]]:
    """What the judge says, by rule and resource, with the URNs of providers for their addresses."""
    listed = list(registrations)
    asked = assignment(request)
    judgement = judge(scan_of(listed), asked)
    urns = {provider_configuration(item).address: item.urn for item in listed if item.type.startswith(PROVIDER_PREFIX)}
    found: dict[tuple[str, str], set[Verdict]] = {}
    for result in [*judgement.results, *conclude([judgement], asked, complete=True)]:
        address = urns.get(result.resource, "" if result.resource == "*" else result.resource)
        if address and not address.startswith("urn:"):
            address = ""
        found.setdefault((result.rule, address), set()).add(result.verdict)
    return found


def heard(answer: Any) -> dict[tuple[str, str], set[Verdict]]:
    """The verdicts in the answer: each line of a remark that begins with no word for another one is of a fail."""
    found: dict[tuple[str, str], set[Verdict]] = {}
    for (rule, resource), item in said(answer).items():
        if rule == PACK_POLICY:
            continue
        undecided = [line for line in item.message.split("\n")[1:] if line.startswith("undecided: ")]
        verdicts = {Verdict.UNKNOWN} if undecided else set()
        if "how to mend it: " in item.message:
            verdicts.add(Verdict.FAIL)
        assert verdicts, item.message
        found[(rule, resource)] = verdicts
    return found


SAME = [
    (Case("alicloud", "mlps_baseline_full", "mlps-l2"), "financial-l4", ("all",)),
    (Case("alicloud", "object_bucket_minimal", "mlps-l2"), "mlps-l4", ("sm",)),
    (Case("alicloud", "relational_database_full", "mlps-l2"), "financial-l4", ("all",)),
    (Case("aws", "kubernetes_cluster_full", "mlps-l2"), "mlps-l4", ("all",)),
    (Case("aws", "relational_database_full", "mlps-l2"), "financial-l4", ("all",)),
    (Case("aws", "object_bucket_minimal", "mlps-l2"), "mlps-l3", ()),
]


@pytest.mark.parametrize(("case", "baseline", "profiles"), SAME, ids=lambda value: str(value))
def test_the_verdicts_are_those_of_the_judge(engine: Engine, case: Case, baseline: str, profiles: Any) -> None:
    """At baselines for which the programs are not made, so that there is something to say."""
    chosen = {"baseline": baseline, "profiles": list(profiles), "parameters": PARAMETERS, "complete": True}
    engine.configure({PACK_POLICY: chosen})
    registrations = recording(case).registrations
    request = Request(baseline, profiles, parameters=Request.parameter_items(PARAMETERS), **CROSS_BORDER)
    wanted = expected(registrations, request)
    found = heard(engine.run(registrations))
    assert found == wanted


def test_the_comparison_compares_something() -> None:
    seen: Counter[Verdict] = Counter()
    for case, baseline, profiles in SAME:
        request = Request(baseline, profiles, parameters=Request.parameter_items(PARAMETERS), **CROSS_BORDER)
        for verdicts in expected(recording(case).registrations, request).values():
            seen.update(verdicts)
    assert seen[Verdict.FAIL] > 50
    assert seen[Verdict.UNKNOWN] > 5


# --------------------------------------------------------------------------------------------------------------
# What is said
# --------------------------------------------------------------------------------------------------------------


def test_a_weak_program(engine: Engine) -> None:
    found = said(engine.run(WEAK))
    violation = found[OPEN]
    assert violation.enforcementLevel == protocol.MANDATORY
    assert violation.severity == protocol.POLICY_SEVERITY_CRITICAL
    assert (violation.policyPackName, violation.policyPackVersion) == ("compliant-infra", __version__)
    lines = violation.message.split("\n")
    assert "open to" in lines[1] or "public" in lines[1]
    assert "gbt22239-2019:8.1." in lines[-1]
    assert lines[-1].endswith("compliant-infra explain oss-not-public")
    unencrypted = found[("oss-sse", WEAK[1].urn)]
    assert unencrypted.enforcementLevel == protocol.MANDATORY


def test_what_another_resource_mends_is_no_violation(engine: Engine) -> None:
    """The reason why every policy is one of the whole stack."""
    kind = "alicloud:oss/bucketServerSideEncryption:BucketServerSideEncryption"
    encryption = Registration(
        urn(kind, "mended"),
        kind,
        "mended",
        True,
        {"bucket": "open", "sseAlgorithm": "KMS", "kmsMasterKeyId": "key-1"},
        provider=f"{PROVIDER.urn}::{UNKNOWN_SENTINEL}",
    )
    assert ("oss-sse", WEAK[1].urn) in said(engine.run(WEAK))
    assert ("oss-sse", WEAK[1].urn) not in said(engine.run([*WEAK, encryption]))


def test_what_the_program_asks_for_is_judged_and_not_what_the_provider_answers(engine: Engine) -> None:
    """In a preview the provider answers that it does not know what is not set."""
    listed = [PROVIDER, replace(bucket(), outputs={"serverSideEncryptionRule": UNKNOWN_SENTINEL})]
    remark = said(engine.run(listed))[("oss-sse", listed[1].urn)]
    assert "undecided" not in remark.message
    assert remark.enforcementLevel == protocol.MANDATORY


def test_without_inputs_the_properties_are_judged(engine: Engine) -> None:
    """``pulumi policy analyze`` may ask about a state only."""
    answer = engine.stub.AnalyzeStack(stack_request(WEAK))
    assert OPEN in said(answer)


def test_unknown_is_advice_and_one_message(engine: Engine) -> None:
    listed = [PROVIDER, bucket(), acl("open-acl", bucket="open", acl=UNKNOWN_SENTINEL)]
    answer = engine.run(listed)
    remark = said(answer)[OPEN]
    assert remark.enforcementLevel == protocol.ADVISORY
    assert remark.message.split("\n")[1].startswith("undecided: ")
    assert "how to mend it" not in remark.message


def test_secrets_stay_secret(engine: Engine) -> None:
    wrapped = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "public-read"}
    hidden = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "Correct-Horse-7"}
    kind = "alicloud:rds/instance:Instance"
    listed = [
        PROVIDER,
        bucket(),
        acl("open-acl", bucket="open", acl=wrapped),
        Registration(
            urn(kind, "db"), kind, "db", True, {"engine": "MySQL", "password": hidden, "securityIps": [hidden]}
        ),
    ]
    listed[-1].provider = f"{PROVIDER.urn}::{UNKNOWN_SENTINEL}"
    answer = engine.run(listed)
    assert said(answer)[OPEN].enforcementLevel == protocol.MANDATORY  # judged all the same
    assert "public-read" not in str(answer)
    assert "Correct-Horse-7" not in str(answer)


def test_assets_and_internal_keys_are_taken(engine: Engine) -> None:
    asset = {SIGNATURE_KEY: "c44067f5952c0a294b673a41bacd8c17", "text": "hello"}
    inner = {"sseAlgorithm": "KMS", "kmsMasterKeyId": "key-1", "__defaults": ["x"]}
    listed = [PROVIDER, bucket(serverSideEncryptionRule=inner, __defaults=["acl"], tags={"a": asset})]
    assert ("oss-sse", listed[1].urn) not in said(engine.run(listed))


def test_findings_of_provider_configurations_are_at_the_provider(engine: Engine) -> None:
    abroad = replace(PROVIDER, inputs={"region": "us-west-1"})
    found = said(engine.run([abroad, bucket()]))
    assert found[("loc-region-allowlist", PROVIDER.urn)].enforcementLevel == protocol.MANDATORY


def test_whole_system_only_where_declared(process: Engine) -> None:
    process.configure_stack()
    process.configure()
    assert {item.policyName for item in process.run(WEAK).diagnostics if not item.urn} == {PACK_POLICY}
    process.configure({PACK_POLICY: {"complete": True, "baseline": "mlps-l3"}})
    missing = [item for item in process.run(WEAK).diagnostics if not item.urn]
    assert missing
    assert all(item.message.split("\n")[1].startswith("alicloud: ") for item in missing)


def test_rules_outside_the_baseline_say_nothing(process: Engine) -> None:
    process.configure_stack()
    process.configure({PACK_POLICY: {"baseline": "mlps-l2"}})
    answer = process.run(recording(SAME[0][0]).registrations)
    outside = {item.policy_name for item in answer.not_applicable}
    asked = {rule.name for rule in assignment(Request("mlps-l2")).rules}
    assert outside == {policy.name for policy in POLICIES} - asked
    assert outside
    assert not outside & {item.policyName for item in answer.diagnostics}


def test_nothing_is_kept_between_rounds(engine: Engine) -> None:
    """A preview and the update after it, asked of one process."""
    assert OPEN in said(engine.run(WEAK))
    closed = [PROVIDER, bucket(), acl("open-acl", bucket="open", acl="private")]
    assert OPEN not in said(engine.run(closed))
    assert OPEN not in said(engine.stub.AnalyzeStack(stack_request(closed)))
    for request in analyze_requests(WEAK):  # a round that ends early
        engine.stub.Analyze(request)
    engine.stub.Cancel(empty_pb2.Empty())
    assert OPEN not in said(engine.stub.AnalyzeStack(stack_request(closed)))


# --------------------------------------------------------------------------------------------------------------
# Enforcement levels
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "critical", "medium"),
    [
        ({}, "mandatory", "advisory"),
        ({"all": "advisory"}, "advisory", "advisory"),
        ({"all": {"enforcementLevel": "mandatory"}}, "mandatory", "mandatory"),
        ({"all": "disabled", "oss-not-public": "advisory"}, "advisory", None),
        ({"oss-not-public": "disabled"}, None, "advisory"),
        ({"oss-not-public": "remediate"}, "mandatory", "advisory"),
        ({PACK_POLICY: {"enforcement": {"critical": "advisory"}}}, "advisory", "advisory"),
        ({PACK_POLICY: {"enforcement": {"medium": "mandatory", "critical": "disabled"}}}, None, "mandatory"),
        (
            {PACK_POLICY: {"enforcement": {"critical": "advisory", "oss-not-public": "mandatory"}}},
            "mandatory",
            "advisory",
        ),
        ({"all": "advisory", PACK_POLICY: {"enforcement": {"critical": "mandatory"}}}, "mandatory", "advisory"),
        (
            {"oss-not-public": "advisory", PACK_POLICY: {"enforcement": {"critical": "mandatory"}}},
            "advisory",
            "advisory",
        ),
    ],
)
def test_enforcement(process: Engine, given: Mapping[str, Any], critical: str | None, medium: str | None) -> None:
    process.configure_stack()
    process.configure(given)
    found = said(process.run(WEAK))
    names = {number: name for name, number in LEVELS.items()}
    assert (names[found[OPEN].enforcementLevel] if OPEN in found else None) == critical
    of_medium = {
        names[item.enforcementLevel]
        for item in found.values()
        if item.severity == protocol.POLICY_SEVERITY_MEDIUM and "how to mend it" in item.message
    }
    assert of_medium == ({medium} if medium else set())


def test_undecided_never_blocks(process: Engine) -> None:
    process.configure_stack()
    process.configure({"all": "mandatory"})
    listed = [PROVIDER, bucket(), acl("open-acl", bucket="open", acl=UNKNOWN_SENTINEL)]
    assert said(process.run(listed))[OPEN].enforcementLevel == protocol.ADVISORY


# --------------------------------------------------------------------------------------------------------------
# What a team chooses
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            {PACK_POLICY: {"baseline": "mlps-l5"}},
            "unknown baseline 'mlps-l5' in the pack's configuration; known: mlps-l2",
        ),
        ({PACK_POLICY: {"profiles": ["gdpr"]}}, "unknown profile 'gdpr'"),
        ({PACK_POLICY: {"parameters": {"log-retention-weeks": 3}}}, "parameters.log-retention-weeks"),
        ({PACK_POLICY: {"parameters": {"log-retention-days": "long"}}}, "parameters.log-retention-days"),
        ({PACK_POLICY: {"grades": "S9A9"}}, "grades 'S9A9'"),
        ({PACK_POLICY: {"base-line": "mlps-l3"}}, "unknown property base-line; known: baseline"),
        ({PACK_POLICY: {"settings": "/nowhere/compliant-infra.toml"}}, "no such settings file"),
        ({PACK_POLICY: {"settings": "compliant-infra.toml"}}, "give an absolute path"),
        ({PACK_POLICY: {"complete": "false"}}, "compliant-infra.complete: expected boolean, got 'false'"),
        ({PACK_POLICY: {"parameters": [5]}}, "compliant-infra.parameters: expected object"),
        ({PACK_POLICY: {"enforcement": {"severe": "mandatory"}}}, "enforcement.severe: neither a severity"),
        ({PACK_POLICY: {"enforcement": {"high": "block"}}}, "enforcement.high: 'block' is none of"),
        ({"oss-is-public": "advisory"}, "unknown policies: oss-is-public"),
        ({"oss-not-public": {"baseline": "mlps-l3"}}, "oss-not-public: properties stand under 'compliant-infra'"),
    ],
)
def test_what_is_wrong_is_refused(process: Engine, given: Mapping[str, Any], why: str) -> None:
    process.configure_stack()
    with pytest.raises(AbortedError) as refused:
        process.configure(given)
    assert why in str(refused.value)


def project(folder: Path, settings: str = "", name: str = "proof") -> Surroundings:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n", encoding="utf-8")
    if settings:
        (folder / "compliant-infra.toml").write_text(settings, encoding="utf-8")
    return Surroundings({"PWD": str(folder)}, "proof")


def test_the_first_place_that_names_a_baseline_decides(tmp_path: Path) -> None:
    at = project(tmp_path / "app", '[system]\nbaseline = "mlps-l2"\nprofiles = ["pipl"]\n')
    assert choose({}, at, TODAY).request.baseline == "mlps-l2"
    at = replace(at, configuration={"compliant-infra:baseline": "mlps-l4", "compliant-infra:profiles": "sm,ai"})
    assert choose({}, at, TODAY).request.baseline == "mlps-l4"
    at = replace(at, environment={**at.environment, "COMPLIANT_INFRA_BASELINE": "financial-l2"})
    assert choose({}, at, TODAY).request.baseline == "financial-l2"
    found = choose({"baseline": "financial-l4", "profiles": ["localisation"]}, at, TODAY)
    assert found.request.baseline == "financial-l4"
    assert set(found.request.profiles) == {"localisation", "sm", "ai", "pipl"}
    assert choose({}, Surroundings(), TODAY).request.baseline == "mlps-l3"


def test_parameters_of_all_places(tmp_path: Path) -> None:
    at = project(tmp_path / "app", "[parameters]\nlog-retention-days = 200\nplatform-level = 3\n")
    own = {"log-retention-days": 300, "trusted-accounts": ["123456789012"]}
    at = replace(at, configuration={"compliant-infra:parameters": json.dumps(own)})
    found = dict(choose({"parameters": {"log-retention-days": 400.0}}, at, TODAY).request.parameters)
    assert found == {"log-retention-days": 400, "platform-level": 3, "trusted-accounts": ("123456789012",)}
    with pytest.raises(ConfigurationError, match="no object in JSON"):
        choose({}, replace(at, configuration={"compliant-infra:parameters": "["}), TODAY)


def test_settings_of_another_project_are_not_believed(tmp_path: Path) -> None:
    """The shell's working directory may be any."""
    at = project(tmp_path / "app", '[system]\nbaseline = "mlps-l2"\n', name="another")
    assert at.folder() is None
    assert choose({}, at, TODAY).request.baseline == "mlps-l3"
    inside = project(tmp_path / "mine", '[system]\nbaseline = "mlps-l2"\n')
    (tmp_path / "mine" / "docs").mkdir()
    below = replace(inside, environment={"PWD": str(tmp_path / "mine" / "docs")})
    assert choose({}, below, TODAY).request.baseline == "mlps-l2"
    named = Surroundings({"COMPLIANT_INFRA_SETTINGS": str(tmp_path / "mine" / "compliant-infra.toml")}, "proof")
    assert choose({}, named, TODAY).request.baseline == "mlps-l2"


def test_broken_settings_are_refused_with_their_place(tmp_path: Path) -> None:
    at = project(tmp_path / "app", "[system]\nbaseline = 3\n")
    with pytest.raises(ConfigurationError, match=r"compliant-infra\.toml:2: system\.baseline: expected text"):
        choose({}, at, TODAY)


def test_complete_in_the_settings_counts_where_the_project_is_all(tmp_path: Path) -> None:
    whole = project(tmp_path / "whole", "[system]\ncomplete = true\n")
    assert choose({}, whole, TODAY).complete
    assert not choose({"complete": False}, whole, TODAY).complete
    parts = project(tmp_path / "parts", '[system]\ncomplete = true\nroots = ["network", "app"]\n')
    assert not choose({}, parts, TODAY).complete
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "compliant-infra.toml").write_text("[system]\ncomplete = true\n", encoding="utf-8")
    part = project(tmp_path / "repository" / "app")
    assert choose({}, part, TODAY).settings.complete
    assert not choose({}, part, TODAY).complete


def test_the_pack_says_what_it_was_not_told(process: Engine) -> None:
    process.configure_stack()
    process.configure({"all": "mandatory", PACK_POLICY: {"parameters": {"log-retention-days": 7}}})
    other = replace(bucket("vm"), urn=urn("openstack:compute/instance:Instance", "vm"), inputs={})
    other.type = "openstack:compute/instance:Instance"
    note = said(process.run([*WEAK, other]))[(PACK_POLICY, "")]
    assert note.enforcementLevel == protocol.ADVISORY
    assert note.message.split("\n") == [
        "judged by mlps-l3: no configuration, environment or settings file names a baseline",
        "parameters that ask for less than mlps-l3: log-retention-days",
        "1 resource of openstack not judged: there are no rules for it",
    ]
    process.configure({PACK_POLICY: {"baseline": "mlps-l3"}})
    assert (PACK_POLICY, "") not in said(process.run(WEAK))
    process.configure({PACK_POLICY: "disabled"})
    assert (PACK_POLICY, "") not in said(process.run(WEAK))


# --------------------------------------------------------------------------------------------------------------
# Waivers
# --------------------------------------------------------------------------------------------------------------


def waiver(rule: str = "oss-not-public", until: str = SOON, resource: str = "*") -> dict[str, str]:
    return {"rule": rule, "reason": "public downloads", "owner": "web-team", "until": until, "resource": resource}


def in_toml(record: Mapping[str, str]) -> str:
    return "[[waivers]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in record.items())


@pytest.fixture
def waived(tmp_path: Path, process: Engine) -> Any:
    def run(*records: Mapping[str, str]) -> dict[tuple[str, str], Any]:
        path = tmp_path / "compliant-infra.toml"
        path.write_text("".join(map(in_toml, records)), encoding="utf-8")
        process.configure_stack()
        process.configure({PACK_POLICY: {"settings": str(path)}})
        return said(process.run(WEAK))

    return run


def test_waivers_of_the_settings_hold_and_show(waived: Any) -> None:
    remark = waived(waiver(resource="*::open"))[OPEN]
    assert remark.enforcementLevel == protocol.ADVISORY
    assert f"waived until {SOON} by web-team (public downloads): " in remark.message
    assert waived(waiver(resource="*::another"))[OPEN].enforcementLevel == protocol.MANDATORY


def test_waivers_that_do_not_hold_are_told(waived: Any) -> None:
    found = waived(waiver(until="2020-01-01"))
    assert found[OPEN].enforcementLevel == protocol.MANDATORY
    note = found[(PACK_POLICY, "")]
    assert note.enforcementLevel == protocol.ADVISORY
    assert "expired on 2020-01-01" in note.message
    found = waived(waiver(until="2999-12-31"))
    assert found[OPEN].enforcementLevel == protocol.MANDATORY
    assert "the latest day allowed today is" in found[(PACK_POLICY, "")].message


def test_waivers_of_components(engine: Engine) -> None:
    records = [waiver(), waiver("oss-versioning-never")]
    component = replace(COMPONENT, inputs={"waivers": records})
    inner = replace(WEAK[1], parent=COMPONENT.urn)
    found = said(engine.run([PROVIDER, component, inner, WEAK[2]]))
    assert found[OPEN].enforcementLevel == protocol.ADVISORY
    assert f"waived until {SOON} by web-team" in found[OPEN].message
    assert "unknown rule: oss-versioning-never" in found[(PACK_POLICY, "")].message
    outside = said(engine.run([PROVIDER, component, *WEAK[1:]]))
    assert outside[OPEN].enforcementLevel == protocol.MANDATORY


# --------------------------------------------------------------------------------------------------------------
# The process
# --------------------------------------------------------------------------------------------------------------


def without_site(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """An interpreter that has the standard library only."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, *arguments], capture_output=True, encoding="utf-8", timeout=SECONDS
    )


def test_without_pulumi_it_says_so() -> None:
    found = without_site("import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__')", str(PACK))
    assert found.returncode == 1
    assert "has no module grpc, which policy packs need" in found.stderr
    assert "-m pip install pulumi-policy" in found.stderr
    assert "Traceback" not in found.stderr


def test_everything_but_the_server_needs_the_standard_library_only() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import compliant_infra.components.policy_pack.stack;"
        "import compliant_infra.components.policy_pack.configuration as c;"
        "from datetime import date; print(c.choose({}, c.Surroundings(), date(2026, 1, 1)).request.baseline)"
    )
    found = without_site(code, str(PACK.parents[2]))
    assert found.stdout.strip() == "mlps-l3", found.stderr


def test_another_interpreter_runs_it_without_this_package(tmp_path: Path) -> None:
    """The engine's interpreter has Pulumi's SDK; the package is where the pack is, and hides nothing of the user's."""
    (tmp_path / "policies.py").write_text("raise SystemExit('the module of the user')", encoding="utf-8")
    code = (
        "import importlib.util, runpy, sys\n"
        "sys.path[:] = [p for p in sys.path if p and 'main' != p.rpartition('/')[2]]\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f)]\n"
        "assert importlib.util.find_spec('compliant_infra') is None, sys.path\n"
        "before = list(sys.path)\n"
        "import compliant_infra_probe\n"
    )
    probe = tmp_path / "compliant_infra_probe.py"
    probe.write_text(
        "import sys, grpc\n"
        "grpc.server = lambda *a, **k: sys.exit('serving as ' + sys.modules['compliant_infra'].__file__ + ' '\n"
        "    + str([p for p in sys.path if 'policy_pack' in p]))\n",
        encoding="utf-8",
    )
    code += "sys.path.insert(0, sys.argv[1]); runpy.run_path(sys.argv[1], run_name='__main__')"
    found = subprocess.run(
        [sys.executable, "-c", code, str(PACK)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        cwd=tmp_path,
    )
    assert found.stderr.strip() == f"serving as {PACK.parents[1] / '__init__.py'} []", found.stderr


def test_another_environment_and_a_resolved_folder() -> None:
    """In a checkout the folder is reached through a link, which others may have followed."""
    with started(PACK.resolve(), LC_ALL="zh_CN.UTF-8", COMPLIANT_INFRA_BASELINE="mlps-l5") as engine:
        assert len(engine.info().policies) == len(POLICIES) + 1
        engine.configure_stack()
        with pytest.raises(AbortedError, match="unknown baseline 'mlps-l5' in COMPLIANT_INFRA_BASELINE"):
            engine.configure()
        with pytest.raises(grpc.RpcError, match="unknown baseline 'mlps-l5'"):  # nor is anything judged by another
            engine.run(WEAK)
        named = {"baseline": "mlps-l3"}
        engine.configure({PACK_POLICY: named})
        assert "整改方法" in said(engine.run(WEAK))[OPEN].message
        engine.configure({PACK_POLICY: {**named, "language": "en"}})
        assert "how to mend it" in said(engine.run(WEAK))[OPEN].message


def test_a_folder_that_was_moved_says_so(tmp_path: Path) -> None:
    moved = shutil.copytree(PACK, tmp_path / "pack")
    found = subprocess.run(
        [sys.executable, str(moved)], capture_output=True, encoding="utf-8", timeout=SECONDS, cwd=tmp_path
    )
    assert found.returncode == 1
    assert "policy-pack-dir" in found.stderr


# --------------------------------------------------------------------------------------------------------------
# Records
# --------------------------------------------------------------------------------------------------------------


def test_registrations_are_in_the_order_of_the_program() -> None:
    provider = StackResource(PROVIDER.urn, PROVIDER.type, PROVIDER.inputs)
    listed = [
        StackResource(item.urn, item.type, {}, provider=provider) for item in (acl("b"), bucket("a"), bucket("c"))
    ]
    inputs: dict[str, Mapping[str, Any]] = {item.urn: {"bucket": "x"} for item in (bucket("c"), bucket("a"), acl("b"))}
    found = registrations_of(listed, inputs)
    assert [item.name for item in found] == ["c", "a", "b", "beijing"]
    assert found[0].inputs == {"bucket": "x"}
    assert found[0].provider.startswith(f"{PROVIDER.urn}::")
    assert found[-1].custom


def test_a_severity_that_the_baseline_raises_raises_the_level() -> None:
    policy = policies.policies_by_name()["net-ddos-on-public-entry"]
    choice = choose({}, Surroundings(configuration={"compliant-infra:baseline": "financial-l3"}), TODAY)
    choice = replace(choice, startup_baseline="financial-l3")
    assert policy.rule.severity is Severity.MEDIUM
    assert choice.level(policy, Severity.HIGH) == "mandatory"


def test_the_schema_names_what_is_read() -> None:
    assert set(configuration.SCHEMA) == {
        "baseline",
        "profiles",
        "grades",
        "parameters",
        "complete",
        "settings",
        "enforcement",
        "language",
    }


# --------------------------------------------------------------------------------------------------------------
# The page
# --------------------------------------------------------------------------------------------------------------

PAGES = [Path(__file__).parents[2] / "docs" / name for name in ("policy-pack.md", "zh/policy-pack.md")]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_configuration_of_the_page_is_taken(page: Path, process: Engine) -> None:
    (given,) = blocks(page, "json")
    process.configure_stack()
    process.configure(json.loads(given))
    for name in configuration.SCHEMA:
        assert f"| `{name}` |" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(("page", "language"), zip(PAGES, ("en", "zh"), strict=True), ids=("en", "zh"))
def test_the_output_of_the_page_is_the_output(page: Path, language: str, process: Engine, tmp_path: Path) -> None:
    """The program of the page, recorded; what the engine puts around the messages is not held here."""
    (program,) = blocks(page, "python")
    path = tmp_path / "__main__.py"
    path.write_text(program, encoding="utf-8")
    pytest.importorskip("pulumi_alicloud")
    found = record(lambda: runpy.run_path(str(path)) and None, project="proof", stack="dev").registrations
    record_of = {"rule": "oss-sse", "resource": "*::downloads", "reason": "public files", "owner": "web-team"}
    settings = tmp_path / "compliant-infra.toml"
    settings.write_text(in_toml({**record_of, "until": SOON}), encoding="utf-8")
    process.configure_stack()
    process.configure({PACK_POLICY: {"baseline": "mlps-l3", "settings": str(settings), "language": language}})
    messages = {item.policyName: item.message for item in process.run(found).diagnostics}
    shown = re.split(r" {8}- \[(\w+)\] \[severity: (\w+)\]  (\S+)  \(.*\)\n", blocks(page, "text")[0])[1:]
    assert len(shown) == 5 * 4
    for rule, text in zip(shown[2::4], shown[3::4], strict=True):
        lines = [line.strip() for line in text.replace("2027-06-30", SOON).strip().split("\n")]
        assert lines == messages[rule].split("\n"), rule
