"""The server that the engine asks: Pulumi's analyzer protocol, answered from the rules.

The servicer of Pulumi's policy SDK reads the whole stack anew for each of its policies, and shows values through
proxies that raise where one is unknown. Here the messages are read once in the round, as they come, and an answer may
be advice although its policy blocks: so undecided verdicts can be told under the name of their rule.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent import futures
from datetime import date
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from compliant_infra import __version__
from compliant_infra.assignment import assignment
from compliant_infra.components.policy_pack import policies
from compliant_infra.components.policy_pack.configuration import (
    SCHEMA,
    Choice,
    ConfigurationError,
    Surroundings,
    choose,
)
from compliant_infra.components.policy_pack.policies import PACK_POLICY, POLICIES, Policy, policies_by_name
from compliant_infra.components.policy_pack.stack import Remark, StackResource, registrations_of, remarks_on
from compliant_infra.kernel.model import Severity, Text, Verdict
from compliant_infra.settings import DEFAULT_BASELINE

#: The pack's name, which stands before its version in what the engine prints.
NAME: Final = "compliant-infra"

#: As much as the engine and the SDK allow a message to hold: a stack comes in one.
_MESSAGE_BYTES: Final = 400 * 1024 * 1024

_LEVELS: Final = {
    policies.ADVISORY: protocol.ADVISORY,
    policies.MANDATORY: protocol.MANDATORY,
    policies.DISABLED: protocol.DISABLED,
    policies.REMEDIATE: protocol.REMEDIATE,
}
_NAMES_OF_LEVELS: Final = {number: name for name, number in _LEVELS.items()}

_SEVERITIES: Final = {
    Severity.LOW: protocol.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: protocol.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: protocol.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: protocol.POLICY_SEVERITY_CRITICAL,
}

_PACK_TITLE: Final = Text("What the pack itself has to say", "策略包自身的说明")


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """The pack in the engine's eyes. One process serves one preview or update; nothing is kept after a round."""

    def __init__(self, environment: Mapping[str, str] | None = None, today: Callable[[], date] = date.today) -> None:
        self._environment = os.environ if environment is None else environment
        self._today = today
        self._surroundings = Surroundings(self._environment, self._environment.get("PULUMI_PROJECT", ""))
        self._choice: Choice | None = None
        self._inputs: dict[str, Mapping[str, Any]] = {}  # by URN, in the order in which the program makes them
        self._lock = threading.Lock()  # the engine asks about several resources at once

    # ------------------------------------------------------------------------------------ what the pack is

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The version of the plugin."""
        return plugin_pb2.PluginInfo(version=__version__)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The policies, with their metadata and the levels that hold without configuration."""
        baseline = self._startup_baseline()
        info = protocol.AnalyzerInfo(
            name=NAME,
            displayName="MLPS (等级保护)",
            version=__version__,
            supportsConfig=True,
            description="China's MLPS levels for Alibaba Cloud and AWS China / 阿里云与 AWS 中国的等级保护策略",
        )
        own = info.policies.add(
            name=PACK_POLICY,
            displayName=policies.both(_PACK_TITLE),
            description="Takes the pack's configuration, and tells of waivers that do not hold / 策略包的配置与说明",
            enforcementLevel=protocol.ADVISORY,
            severity=protocol.POLICY_SEVERITY_LOW,
            policy_type=protocol.POLICY_TYPE_STACK,
        )
        own.configSchema.properties.update({name: dict(schema) for name, schema in SCHEMA.items()})
        for policy in POLICIES:
            _describe(info.policies.add(), policy, baseline)
        return info

    # ------------------------------------------------------------------------------- what the user asks for

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Which stack it is. Comes before everything else."""
        self._surroundings = Surroundings(self._environment, request.project, dict(request.config))
        self._choice = None
        self._forget()
        return protocol.AnalyzerStackConfigureResponse()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The pack's configuration, with the declared levels filled in. What is wrong ends the run with its reason."""
        self._forget()
        levels = {name: _NAMES_OF_LEVELS[config.enforcementLevel] for name, config in request.policyConfig.items()}
        misplaced = [
            name for name, config in request.policyConfig.items() if name != PACK_POLICY and config.properties.fields
        ]
        try:
            if misplaced:
                raise ConfigurationError(
                    f"{', '.join(sorted(misplaced))}: properties stand under {PACK_POLICY!r} and nowhere else"
                )
            self._choice = choose(
                json_format.MessageToDict(request.policyConfig[PACK_POLICY].properties)
                if PACK_POLICY in request.policyConfig
                else {},
                self._surroundings,
                self._today(),
                levels=levels,
                all_level=levels.get("all", ""),
                startup_baseline=self._startup_baseline(),
            )
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return empty_pb2.Empty()

    def _startup_baseline(self) -> str:
        """The baseline that is known before the pack's configuration; the default where what is said is wrong."""
        try:
            return choose({}, self._surroundings, self._today()).request.baseline
        except ConfigurationError:
            return DEFAULT_BASELINE  # Configure says what is wrong

    # -------------------------------------------------------------------------------- what the program does

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Remember what the program asks for; judged is when everything is known."""
        with self._lock:
            self._inputs[request.urn] = json_format.MessageToDict(request.properties)
        return protocol.AnalyzeResponse()

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The pack changes nothing."""
        return protocol.RemediateResponse()

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Judge the stack, once for all policies."""
        choice = self._choice
        try:
            if choice is None:
                choice = choose({}, self._surroundings, self._today())
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise
        inputs = self._forget()
        registrations = registrations_of(map(_resource, request.resources), inputs)
        response = protocol.AnalyzeResponse()
        for remark in remarks_on(registrations, choice, self._today()):
            level = _level(remark, choice)
            if level != policies.DISABLED:
                _tell(response.diagnostics.add(), remark, level)
        asked = {rule.name for rule in assignment(choice.request).rules}
        for policy in POLICIES:
            if policy.name not in asked:
                response.not_applicable.add(policy_name=policy.name, reason=f"no part of {choice.request.baseline}")
        return response

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The round ends early."""
        self._forget()
        return empty_pb2.Empty()

    def _forget(self) -> dict[str, Mapping[str, Any]]:
        """Begin a new round; what was remembered of the old one."""
        with self._lock:
            found, self._inputs = self._inputs, {}
        return found


def _describe(info: Any, policy: Policy, baseline: str) -> None:
    info.name = policy.name
    info.displayName = policy.display_name
    info.description = policy.description
    info.enforcementLevel = _LEVELS[policy.enforcement_level(baseline)]
    info.severity = _SEVERITIES[policy.severity(baseline)]
    info.policy_type = protocol.POLICY_TYPE_STACK
    info.remediation_steps = policy.remediation_steps
    info.tags.extend(policy.tags(baseline))
    framework = policy.framework(baseline)
    if framework is not None:
        info.framework.name = framework.name
        info.framework.version = framework.version
        info.framework.reference = framework.reference
        info.framework.specification = framework.specification


def _level(remark: Remark, choice: Choice) -> str:
    """What a remark does: only what fails, and a rule that broke, can block."""
    policy = policies_by_name().get(remark.policy)
    if policy is None:
        return choice.own_level()
    level = choice.level(policy, remark.severity)
    if level == policies.DISABLED or remark.verdict is Verdict.FAIL:
        return level
    return policies.MANDATORY if remark.verdict is Verdict.ERROR else policies.ADVISORY


def _tell(diagnostic: Any, remark: Remark, level: str) -> None:
    policy = policies_by_name().get(remark.policy)
    diagnostic.policyName = remark.policy
    diagnostic.policyPackName = NAME
    diagnostic.policyPackVersion = __version__
    diagnostic.description = policy.display_name if policy is not None else policies.both(_PACK_TITLE)
    diagnostic.message = remark.message
    diagnostic.urn = remark.urn
    diagnostic.enforcementLevel = _LEVELS[level]
    diagnostic.severity = _SEVERITIES[remark.severity]


def _resource(message: Any) -> StackResource:
    provider = None
    if message.HasField("provider"):
        provider = StackResource(
            message.provider.urn, message.provider.type, json_format.MessageToDict(message.provider.properties)
        )
    return StackResource(
        urn=message.urn,
        type=message.type,
        properties=json_format.MessageToDict(message.properties),
        parent=message.parent,
        provider=provider,
        protect=message.options.protect,
        dependencies=list(message.dependencies),
        property_dependencies={name: list(found.urns) for name, found in message.propertyDependencies.items()},
        ignore_changes=list(message.options.ignoreChanges),
    )


def serve() -> None:
    """Start the server, print its port for the engine, and serve until the process is ended."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)
