"""WebEntry: a public web entry: load balancer, TLS, web application firewall, logs."""

from collections.abc import Sequence
from typing import Any, Final, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.log_groups import log_key, own_group
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.network_plan import APPLICATION_PORTS, PlanError, short_zones

#: An application load balancer stands in two zones at least, whatever the baseline asks.
_FEWEST_ZONES = 2
_PUBLIC = "public-entry"
#: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only.
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
#: Rule groups that AWS keeps, in the order in which they are asked.
_RULE_GROUPS: Final = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
#: Requests of one address within five minutes, above which it is blocked.
_REQUEST_LIMIT = 2000
#: What must not stand in the logs of the firewall.
_REDACTED: Final = ("authorization", "cookie")
#: Accounts of Elastic Load Balancing that deliver access logs.
_DELIVERY_ACCOUNTS: Final = {"cn-north-1": "638102146993", "cn-northwest-1": "037604701340"}


def log_bucket_statement(bucket: str, region: str, account_id: str, prefix: str = "") -> dict[str, Any]:
    """The statement of a bucket policy by which load balancers of the account deliver access logs into the bucket.

    The bucket lies in the region of the load balancer and has S3's own key: to others the logs are not delivered.
    ``prefix`` is the name of the WebEntry. Raises KeyError for a region that is not in China.
    """
    return {
        "Sid": "LoadBalancerLogs",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws-cn:iam::{_DELIVERY_ACCOUNTS[region]}:root"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws-cn:s3:::{bucket}/{f'{prefix}/' if prefix else ''}AWSLogs/{account_id}/*",
    }


class ClientAuthorities(TypedDict):
    """Certificate authorities of the clients, as a file in a bucket."""

    bucket: str
    """Name of the bucket."""
    key: str
    """Name of the object: certificates in PEM, one after the other."""


class WebEntryArgs(CommonArgs):
    """Arguments of WebEntry."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    vpc_id: pulumi.Input[str]
    """VPC of the load balancer."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the entry, one for each zone in the order of the zones."""
    zones: list[str]
    """Zones of the load balancer, at least two."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Security groups of the load balancer; they let clients in on 443, and on 80 for the redirect."""
    certificate_ids: Sequence[pulumi.Input[str]]
    """ARNs of the certificates of the HTTPS listener; the first one answers where no name fits."""
    log_bucket: pulumi.Input[str]
    """Name of the bucket that takes the access logs; ``log_bucket_statement`` is for its policy. Give the
    ``bucket`` of the policy as the name, so that the policy stands before the load balancer."""
    client_authorities: NotRequired[ClientAuthorities]
    """Certificate authorities of the clients: with them, clients need a certificate (mutual TLS)."""
    trust_store_arn: NotRequired[pulumi.Input[str]]
    """Existing trust store, instead of ``client_authorities``."""
    purpose: NotRequired[str]
    """Tag ``purpose``: ``public-entry`` without it; ``admin`` and its like ask for client certificates."""
    internal: NotRequired[bool]
    """Whether the entry has private addresses only; false without it."""
    redirect_http: NotRequired[bool]
    """Whether port 80 answers with a redirect to HTTPS; true without it."""
    target_group_arn: NotRequired[pulumi.Input[str]]
    """Existing target group to which requests go; an own, empty one without it."""
    target_type: NotRequired[str]
    """What the own target group holds: ``instance`` or ``ip`` (pods); ``instance`` without it."""
    backend_port: NotRequired[int]
    """Port of the servers of the own group, over HTTPS; 8443 without it."""
    health_check_path: NotRequired[str]
    """Path by which servers of the own group are checked; ``/`` without it."""
    web_acl_arn: NotRequired[pulumi.Input[str]]
    """Existing regional web ACL of WAF; an own one, with its log, without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the log of WAF; an own one without it, from level 3 on."""


class WebEntry(AwsComponent):
    """An application load balancer over several zones, with TLS 1.2 and 1.3, WAF and access logs.

    Plain HTTP is redirected. A regional web ACL with the rule groups of AWS and a limit of requests stands before a
    public entry; what it sees is logged without credentials. Shield Standard protects the load balancer by itself.

    Serves 8.1.2.1 (redundancy), 8.1.2.2 (TLS), 8.1.3.2 to 8.1.3.4 (access control, intrusions, malicious code at the
    boundary) and 8.1.3.5 (access logs for six months) of GB/T 22239-2019. The record in the DNS remains to be set.
    """

    load_balancer_id: pulumi.Output[str]
    """ARN of the load balancer."""
    dns_name: pulumi.Output[str]
    """Name of the load balancer, for the CNAME of a domain."""
    listener_id: pulumi.Output[str]
    """ARN of the HTTPS listener."""
    server_group_id: pulumi.Output[str]
    """ARN of the target group to which requests go."""
    web_acl_arn: pulumi.Output[str | None]
    """Web ACL that stands before the load balancer; internal entries have none unless one is given."""
    waf_log_group: pulumi.Output[str | None]
    """Log group of the own web ACL."""

    def __init__(self, name: str, args: WebEntryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, WebEntryArgs)
        self.account_id: str = self.args["account_id"]
        self.zones: list[str] = list(self.args["zones"])
        self.internal = bool(self.args.get("internal"))
        self.purpose: str = self.args.get("purpose") or _PUBLIC
        self._check()
        self._load_balancer()
        self._target_group()
        self._listeners()
        self._firewall()
        self._missing()
        self.load_balancer_id = self.load_balancer.arn
        self.dns_name = self.load_balancer.dns_name
        self.listener_id = self.listener.arn
        self.finish(
            {
                "load_balancer_id": self.load_balancer_id,
                "dns_name": self.dns_name,
                "listener_id": self.listener_id,
                "server_group_id": self.server_group_id,
                "web_acl_arn": self.web_acl_arn,
                "waf_log_group": self.waf_log_group,
            }
        )

    def _check(self) -> None:
        """Refuse arguments from which no compliant entry can be made."""
        what = f"WebEntry {self.component_name!r}"
        several = self.hardening.demands("net-entry-multi-zone")
        fewest = max(_FEWEST_ZONES, self.hardening.number("min-zones") if several else 0)
        try:
            short_zones("aws", self.region, self.zones, fewest)
        except PlanError as error:
            clauses = ", ".join(self.hardening.clauses("net-entry-multi-zone")) or "a limit of the load balancer"
            raise ComponentError(f"{what}: {error} ({clauses})") from None
        if len(self.args["subnet_ids"]) != len(self.zones):
            raise ComponentError(f"{what}: {len(self.args['subnet_ids'])} subnet_ids given for {len(self.zones)} zones")
        for argument in ("certificate_ids", "security_group_ids"):
            if not self.args[argument]:
                raise ComponentError(f"{what}: at least one of {argument} is needed")
        clients = self.args.get("client_authorities") or self.args.get("trust_store_arn")
        if (
            self.purpose in self.hardening.parameters["mutual-tls-tags"]
            and not clients
            and self.hardening.demands("tls-mutual")
        ):
            raise ComponentError(
                f"{what}: an entry of purpose {self.purpose} asks clients for certificates "
                f"({self.hardening.baseline}, rule tls-mutual, clauses "
                f"{', '.join(self.hardening.clauses('tls-mutual'))}): give client_authorities or trust_store_arn"
            )

    def _missing(self) -> None:
        """What AWS China does not have."""
        self.cannot(
            "tlcp-sm2-edge",
            "load balancer",
            "load balancers of AWS take no SM2 certificates: national cryptography in transit needs a gateway of your "
            "own behind a network load balancer",
        )
        if not self.internal:
            self.cannot(
                "net-ddos-on-public-entry",
                "load balancer",
                "Shield Advanced is not offered in China: Shield Standard, which is always on, and the limit of "
                "requests in WAF stand in for it",
            )

    # -- load balancer -------------------------------------------------------------------------------------------

    def _short_name(self, suffix: str) -> str:
        """A name of at most 32 characters, the most that load balancers take."""
        return f"{self.component_name[: 31 - len(suffix)].strip('-')}-{suffix}"

    def _load_balancer(self) -> None:
        self.load_balancer = self.make(
            aws.lb.LoadBalancer,
            "load-balancer",
            {
                "name": self._short_name("entry"),
                "load_balancer_type": "application",
                "internal": self.internal,
                "subnets": list(self.args["subnet_ids"]),
                "security_groups": list(self.args["security_group_ids"]),
                "access_logs": {"bucket": self.args["log_bucket"], "prefix": self.component_name, "enabled": True},
                "enable_deletion_protection": True,
                "drop_invalid_header_fields": True,
                "desync_mitigation_mode": "defensive",
                "enable_waf_fail_open": False,
                "xff_header_processing_mode": "append",
                "enable_http2": True,
                "tags": {"purpose": self.purpose},
            },
        )

    def _target_group(self) -> None:
        self.target_group: aws.lb.TargetGroup | None = None
        given = self.args.get("target_group_arn")
        if given is not None:
            self.server_group_id = pulumi.Output.from_input(given)
            return
        port = self.args.get("backend_port") or APPLICATION_PORTS[0]
        self.target_group = self.make(
            aws.lb.TargetGroup,
            "target-group",
            {
                "name": self._short_name("targets"),
                "vpc_id": self.args["vpc_id"],
                "protocol": "HTTPS",
                "port": port,
                "target_type": self.args.get("target_type") or "instance",
                "health_check": {
                    "enabled": True,
                    "protocol": "HTTPS",
                    "port": "traffic-port",
                    "path": self.args.get("health_check_path") or "/",
                    "matcher": "200-399",
                },
            },
        )
        self.server_group_id = self.target_group.arn

    # -- listeners -----------------------------------------------------------------------------------------------

    def _listeners(self) -> None:
        certificates = self.args["certificate_ids"]
        self.listener = self.make(
            aws.lb.Listener,
            "https",
            {
                "load_balancer_arn": self.load_balancer.arn,
                "protocol": "HTTPS",
                "port": 443,
                "ssl_policy": _TLS_POLICY,
                "certificate_arn": certificates[0],
                "mutual_authentication": self._mutual(),
                "default_actions": [{"type": "forward", "target_group_arn": self.server_group_id}],
                "tags": {"purpose": self.purpose},
            },
        )
        for index, certificate in enumerate(certificates[1:], 1):
            self.make(
                aws.lb.ListenerCertificate,
                f"certificate-{index}",
                {"listener_arn": self.listener.arn, "certificate_arn": certificate},
            )
        if self.args.get("redirect_http", True):
            self.make(
                aws.lb.Listener,
                "http",
                {
                    "load_balancer_arn": self.load_balancer.arn,
                    "protocol": "HTTP",
                    "port": 80,
                    "default_actions": [
                        {
                            "type": "redirect",
                            "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
                        }
                    ],
                    "tags": {"purpose": self.purpose},
                },
            )

    def _mutual(self) -> dict[str, Any] | None:
        """How clients are asked for certificates, None where they are not."""
        store = self.args.get("trust_store_arn")
        authorities = self.args.get("client_authorities")
        if store is None:
            if authorities is None:
                return None
            store = self.make(
                aws.lb.TrustStore,
                "trust-store",
                {
                    "name": self._short_name("clients"),
                    "ca_certificates_bundle_s3_bucket": authorities["bucket"],
                    "ca_certificates_bundle_s3_key": authorities["key"],
                },
            ).arn
        return {"mode": "verify", "trust_store_arn": store, "ignore_client_certificate_expiry": False}

    # -- web application firewall --------------------------------------------------------------------------------

    def _firewall(self) -> None:
        self.web_acl: aws.wafv2.WebAcl | None = None
        self.waf_log_group = pulumi.Output.from_input(None)
        given = self.args.get("web_acl_arn")
        self.web_acl_arn = pulumi.Output.from_input(given)
        if given is None:
            if self.internal:
                return
            self._web_acl()
        self.make(
            aws.wafv2.WebAclAssociation,
            "web-acl-association",
            {"resource_arn": self.load_balancer.arn, "web_acl_arn": self.web_acl_arn},
        )

    def _web_acl(self) -> None:
        rules = [
            {
                "name": group,
                "priority": index,
                "override_action": {"none": {}},
                "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
                "visibility_config": _visible(group),
            }
            for index, group in enumerate(_RULE_GROUPS, 1)
        ]
        limit: dict[str, Any] = {
            "name": "request-limit",
            "priority": 0,
            "action": {"block": {}},
            "statement": {"rate_based_statement": {"limit": _REQUEST_LIMIT, "aggregate_key_type": "IP"}},
            "visibility_config": _visible("request-limit"),
        }
        self.web_acl = self.make(
            aws.wafv2.WebAcl,
            "web-acl",
            {
                "name": f"{self.component_name}-entry",
                "description": f"Firewall of {self.component_name}",
                "scope": "REGIONAL",
                "default_action": {"allow": {}},
                "rules": [limit, *rules],
                "visibility_config": _visible(f"{self.component_name}-entry"),
            },
        )
        self.web_acl_arn = self.web_acl.arn
        name = f"aws-waf-logs-{self.component_name}"  # WAF delivers to groups of this prefix only
        key = log_key(self, self.account_id, name, self.args.get("kms_key_arn"))
        group = own_group(self, "waf-log-group", name, key)
        self.waf_log_group = group.name
        self.make(
            aws.wafv2.WebAclLoggingConfiguration,
            "waf-log",
            {
                "resource_arn": self.web_acl.arn,
                "log_destination_configs": [group.arn],
                "redacted_fields": [{"single_header": {"name": header}} for header in _REDACTED],
            },
        )


def _visible(metric: str) -> dict[str, Any]:
    return {"metric_name": metric, "cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}
