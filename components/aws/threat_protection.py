"""ThreatProtection: hosts, borders and administrators under watch, and what attacks is stopped."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.aws.log_groups import logs_statement, own_group
from compliant_infra.components.component import CommonArgs, ComponentError

#: Rule groups of AWS that stop known attacks and malicious code.
SIGNATURES = ["ThreatSignaturesExploitsStrictOrder", "ThreatSignaturesMalwareStrictOrder"]

#: Domains that hosts may reach where the team says nothing: those of the services of AWS in China.
DOMAINS = [".amazonaws.com.cn"]

#: Ports on which hosts may be reached from outside through TLS where the team says nothing.
PORTS = [443]

#: Minutes without input after which a session of an administrator ends.
IDLE_MINUTES = 15

#: The document that holds the preferences of Session Manager has this name in every account and region.
SESSION_DOCUMENT = "SSM-SessionManagerRunShell"


class ThreatProtectionArgs(CommonArgs):
    """Arguments of ThreatProtection."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """Network that the firewall stands in."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the firewall's endpoints, one in each zone; nothing else stands in them."""
    firewall_arn: NotRequired[str]
    """Network Firewall that is there already."""
    domains: NotRequired[list[str]]
    """Domains that hosts may reach by TLS or HTTP, ``.example.cn``; the services of AWS in China without it."""
    inbound_ports: NotRequired[list[int]]
    """Ports on which hosts may be reached from outside through TLS; 443 without it."""
    signatures: NotRequired[list[str]]
    """Rule groups of AWS, in strict order, that stop known attacks; exploits and malware without it."""
    detector_id: NotRequired[str]
    """GuardDuty detector that is there already: a region has one."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts firewall, logs and sessions, open to CloudWatch Logs; an own one without it."""
    session_log_group: NotRequired[str]
    """Log group that takes the sessions of administrators; an own one without it."""


class ThreatProtection(AwsComponent):
    """GuardDuty, Inspector, Network Firewall that blocks, Session Manager with its records, Access Analyzer.

    Serves 8.1.3.2 to 8.1.3.4 (access control, intrusions and malicious code at the border), 8.1.4.4 and 8.1.4.5
    (intrusions and malicious code on hosts), 8.1.5.1 a and 8.1.5.4 a-b (administrators pass one path) of GB/T
    22239-2019. Session Manager is the counterpart of a bastion host: no port is open, and every session is recorded.

    Left to do: routes lead through the endpoints of the firewall; agents of Systems Manager run on the hosts. In China,
    GuardDuty watches no processes on hosts (no Runtime Monitoring): protection against malicious code on the hosts
    themselves is a product of another vendor.
    """

    detector_id: pulumi.Output[str]
    """Id of the GuardDuty detector."""
    firewall_arn: pulumi.Output[str]
    """ARN of the Network Firewall."""
    session_log_group: pulumi.Output[str]
    """Name of the log group with the sessions of administrators."""
    kms_key_arn: pulumi.Output[str]
    """Key that encrypts firewall, logs and sessions."""

    def __init__(self, name: str, args: ThreatProtectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, ThreatProtectionArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        key = given.get("kms_key_arn")
        if key is None:
            key = own_key(
                self, "key", "Key of threat protection", self.account_id, [logs_statement(self, self.account_id, "*")]
            )
        self._key: pulumi.Input[str] = key
        self.detector = self._detector() if "detector_id" not in given else None
        self.make(
            aws.inspector2.Enabler,
            "inspector",
            {"account_ids": [self.account_id], "resource_types": ["EC2", "ECR"]},
        )
        self.make(
            aws.accessanalyzer.Analyzer,
            "access-analyzer",
            {"analyzer_name": f"{name}-access", "type": "ACCOUNT"},
        )
        self.firewall = self._firewall() if "firewall_arn" not in given else None
        sessions = self._sessions()
        self.kms_key_arn = pulumi.Output.from_input(key)
        self.detector_id = pulumi.Output.from_input(given["detector_id"] if self.detector is None else self.detector.id)
        self.firewall_arn = pulumi.Output.from_input(
            given["firewall_arn"] if self.firewall is None else self.firewall.arn
        )
        self.session_log_group = pulumi.Output.from_input(sessions)
        self.finish(
            {
                "detector_id": self.detector_id,
                "firewall_arn": self.firewall_arn,
                "session_log_group": self.session_log_group,
                "kms_key_arn": self.kms_key_arn,
            }
        )

    # -- hosts ---------------------------------------------------------------------------------------------------

    def _detector(self) -> Any:
        return self.make(
            aws.guardduty.Detector,
            "detector",
            {"enable": True, "finding_publishing_frequency": "FIFTEEN_MINUTES"},
        )

    # -- the border ----------------------------------------------------------------------------------------------

    def _firewall(self) -> Any:
        subnets = self.args.get("subnet_ids") or []
        least = self.hardening.number("min-zones") if self.hardening.demands("net-entry-multi-zone") else 1
        if "vpc_id" not in self.args or len(subnets) < least:
            clauses = ", ".join(self.hardening.clauses("net-cloud-firewall-on"))
            raise ComponentError(
                f"ThreatProtection {self.component_name!r}: {self.hardening.baseline} asks for a firewall at the "
                f"border ({clauses}): give vpc_id and {least} subnet_ids, or firewall_arn"
            )
        encryption = {"type": "CUSTOMER_KMS", "key_id": self._key}
        groups = self._rule_groups(encryption)
        policy = self.make(
            aws.networkfirewall.FirewallPolicy,
            "firewall-policy",
            {
                "name": f"{self.component_name}-policy",
                "encryption_configuration": encryption,
                "firewall_policy": {
                    "stateless_default_actions": ["aws:forward_to_sfe"],
                    "stateless_fragment_default_actions": ["aws:forward_to_sfe"],
                    "stateful_engine_options": {"rule_order": "STRICT_ORDER", "stream_exception_policy": "DROP"},
                    # What no rule lets pass ends once it is seen what it is, and is told.
                    "stateful_default_actions": ["aws:drop_established", "aws:alert_established"],
                    "stateful_rule_group_references": [
                        {"priority": 10 * (index + 1), "resource_arn": arn} for index, arn in enumerate(groups)
                    ],
                },
            },
        )
        firewall = self.make(
            aws.networkfirewall.Firewall,
            "firewall",
            {
                "name": f"{self.component_name}-firewall",
                "firewall_policy_arn": policy.arn,
                "vpc_id": self.args["vpc_id"],
                "subnet_mappings": [{"subnet_id": subnet} for subnet in subnets],
                "encryption_configuration": encryption,
                "delete_protection": True,
                "subnet_change_protection": True,
            },
            holds_data=True,
        )
        self._firewall_logs(firewall)
        return firewall

    def _rule_groups(self, encryption: Mapping[str, Any]) -> list[pulumi.Input[str]]:
        """Known attacks first; then what may come in, and where hosts may go."""
        managed = f"arn:aws-cn:network-firewall:{self.region}:aws-managed:stateful-rulegroup"
        names: list[str] = self.args.get("signatures") or SIGNATURES
        groups: list[pulumi.Input[str]] = [f"{managed}/{name}" for name in names]
        strict = {"stateful_rule_options": {"rule_order": "STRICT_ORDER"}}
        ports: list[int] = self.args.get("inbound_ports") or PORTS
        passes = "\n".join(
            f'pass tls $EXTERNAL_NET any -> $HOME_NET {port} (msg:"TLS from outside"; flow:to_server; '
            f"sid:{index + 1}; rev:1;)"
            for index, port in enumerate(ports)
        )
        inbound = self.make(
            aws.networkfirewall.RuleGroup,
            "inbound-rules",
            {
                "name": f"{self.component_name}-inbound",
                "type": "STATEFUL",
                "capacity": 100,
                "encryption_configuration": dict(encryption),
                "rule_group": {**strict, "rules_source": {"rules_string": passes}},
            },
        )
        outbound = self.make(
            aws.networkfirewall.RuleGroup,
            "outbound-rules",
            {
                "name": f"{self.component_name}-outbound",
                "type": "STATEFUL",
                "capacity": 1000,
                "encryption_configuration": dict(encryption),
                "rule_group": {
                    **strict,
                    "rules_source": {
                        "rules_source_list": {
                            "generated_rules_type": "ALLOWLIST",
                            "target_types": ["TLS_SNI", "HTTP_HOST"],
                            "targets": self.args.get("domains") or DOMAINS,
                        }
                    },
                },
            },
        )
        return [*groups, inbound.arn, outbound.arn]

    def _firewall_logs(self, firewall: Any) -> None:
        destinations = []
        for kind in ("ALERT", "FLOW"):
            name = f"/aws/network-firewall/{self.component_name}/{kind.lower()}"
            group = own_group(self, f"firewall-{kind.lower()}-logs", name, self._key)
            destinations.append(
                {
                    "log_type": kind,
                    "log_destination_type": "CloudWatchLogs",
                    "log_destination": {"logGroup": group.name},
                }
            )
        self.make(
            aws.networkfirewall.LoggingConfiguration,
            "firewall-logging",
            {
                "firewall_arn": firewall.arn,
                "logging_configuration": {"log_destination_configs": destinations},
            },
        )

    # -- administrators ------------------------------------------------------------------------------------------

    def _sessions(self) -> pulumi.Input[str]:
        """Preferences of Session Manager: sessions are encrypted, recorded, and end by themselves."""
        given = self.args.get("session_log_group")
        name = given or f"/aws/ssm/{self.component_name}/sessions"
        group = own_group(self, "session-logs", name, self._key) if given is None else None
        content = {
            "schemaVersion": "1.0",
            "description": "Sessions of administrators",
            "sessionType": "Standard_Stream",
            "inputs": {
                "cloudWatchLogGroupName": name,
                "cloudWatchEncryptionEnabled": True,
                "cloudWatchStreamingEnabled": True,
                "kmsKeyId": self._key,
                "idleSessionTimeout": str(IDLE_MINUTES),
                "maxSessionDuration": str(60 * self.hardening.number("console-session-hours")),
                "runAsEnabled": False,
            },
        }
        known = isinstance(self._key, str)
        self.make(
            aws.ssm.Document,
            "session-preferences",
            {
                "name": SESSION_DOCUMENT,
                "document_type": "Session",
                "document_format": "JSON",
                "content": json.dumps(content) if known else pulumi.Output.json_dumps(content),
            },
            depends_on=[group] if group is not None else [],
        )
        return name if group is None else group.name
