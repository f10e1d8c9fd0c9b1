"""WebEntry: a public web entry: load balancer, TLS, web application firewall, denial-of-service protection, logs."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent, address_bandwidth
from compliant_infra.components.alicloud.log_stores import (
    collection_provider,
    log_encryption,
    own_project,
    own_store,
    project_name,
)
from compliant_infra.components.component import CommonArgs, ComponentError
from compliant_infra.components.network_plan import APPLICATION_PORTS, PlanError, short_zones
from compliant_infra.providers.regions import region_class

#: An application load balancer stands in two zones at least, whatever the baseline asks.
_FEWEST_ZONES = 2
#: Suites with forward secrecy and authenticated encryption, for certificates of both kinds.
_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
)
#: How servers learn whose certificate a client has.
_CLIENT_SUBJECT = {
    "x_forwarded_for_client_cert_subject_dn_enabled": True,
    "x_forwarded_for_client_cert_subject_dn_alias": "client-subject",
}
_ACCESS_STORE, _WAF_STORE = "alb_access", "waf_access"
_PUBLIC = "public-entry"


class WebApplicationFirewall(TypedDict):
    """A domain that is reached through WAF 3.0 by its CNAME: where SM2 certificates end TLS."""

    instance_id: pulumi.Input[str]
    """WAF 3.0 instance of the account, which has one for the whole mainland."""
    domain: str
    """Domain of the entry, whose record becomes the CNAME that WAF gives."""
    certificate_id: pulumi.Input[str]
    """Certificate of the domain in the certificate service."""
    sm2_certificate_id: NotRequired[pulumi.Input[str]]
    """SM2 certificate pair of the domain; needed under the profile ``sm``, in the financial sector from level 3 on."""
    backup_backends: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of other entries, to which WAF goes on when this one does not answer: a domain is in WAF once."""
    collect_logs: NotRequired[bool]
    """Whether the access logs of WAF are collected into the component's log project; true without it."""


class WebEntryArgs(CommonArgs):
    """Arguments of WebEntry."""

    vpc_id: pulumi.Input[str]
    """VPC of the load balancer."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """vSwitches of the entry, one for each zone in the order of the zones."""
    zones: list[str]
    """Zones of the load balancer, at least two."""
    certificate_ids: Sequence[pulumi.Input[str]]
    """Certificates of the HTTPS listener in the certificate service; the first one answers where no name fits."""
    ca_certificate_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Certificate authorities of the clients: with them, clients need a certificate (mutual TLS)."""
    purpose: NotRequired[str]
    """Tag ``purpose``: ``public-entry`` without it; ``admin`` and its like ask for client certificates."""
    internal: NotRequired[bool]
    """Whether the entry has private addresses only; false without it."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups that filter what reaches the load balancer."""
    redirect_http: NotRequired[bool]
    """Whether port 80 answers with a redirect to HTTPS; true without it."""
    server_group_id: NotRequired[pulumi.Input[str]]
    """Existing server group to which requests go; an own, empty one without it."""
    backend_port: NotRequired[int]
    """Port on which the servers of the own group are checked, over HTTPS; 8443 without it."""
    health_check_path: NotRequired[str]
    """Path by which servers of the own group are checked; ``/`` without it."""
    waf: NotRequired[WebApplicationFirewall]
    """A domain in front of the entry; without it WAF works inside the load balancer alone."""
    waf_elsewhere: NotRequired[str]
    """Where the domain stands that has this entry among its back ends, with the SM2 certificates: at another entry."""
    bandwidth: NotRequired[int]
    """Bandwidth of each public address in Mbit/s, paid by traffic; 100 without it, or what the baseline asks."""
    ddos_instance_id: NotRequired[pulumi.Input[str]]
    """Anti-DDoS Origin instance that protects the addresses; addresses with enhanced protection without it."""
    log_project: NotRequired[str]
    """Name of an existing log project for the access logs; an own one without it."""
    log_store: NotRequired[str]
    """Name of an existing log store in ``log_project``; an own one without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the own log stores; an own one without it, from level 3 on."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made, where no key is given."""
    log_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which Simple Log Service uses the key; an own one without it."""
    collection_provider: NotRequired[alicloud.Provider]
    """Provider configuration of cn-shanghai, which takes the collection policy of WAF; an own one without it."""


class WebEntry(AlicloudComponent):
    """An application load balancer over several zones, with TLS 1.2 and 1.3, a firewall, protection and access logs.

    Plain HTTP is redirected. The web application firewall works inside the load balancer, so that nobody gets past it;
    a domain with SM2 certificates stands in front where they are asked for. Public addresses have enhanced protection
    against denial of service where the level asks for it.

    Serves 8.1.2.1 (redundancy, bandwidth), 8.1.2.2 (TLS), 8.1.3.2 to 8.1.3.4 (access control, intrusions, malicious
    code at the boundary) and 8.1.3.5 (access logs for six months) of GB/T 22239-2019. The record in the DNS, and rules
    of the firewall beyond its defaults, remain to be set.
    """

    load_balancer_id: pulumi.Output[str]
    """The load balancer."""
    dns_name: pulumi.Output[str]
    """Name of the load balancer, for the CNAME of a domain without WAF in front."""
    public_addresses: list[pulumi.Output[str]]
    """Public addresses of the load balancer, where they are its own: with protection against denial of service."""
    waf_cname: pulumi.Output[str | None]
    """Name that WAF gives, for the CNAME of its domain."""
    listener_id: pulumi.Output[str]
    """The HTTPS listener."""
    server_group_id: pulumi.Output[str]
    """Server group to which requests go."""
    access_log_project: pulumi.Output[str]
    """Log project that takes the access logs."""
    access_log_store: pulumi.Output[str]
    """Log store that takes the access logs."""

    def __init__(self, name: str, args: WebEntryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, WebEntryArgs)
        self.zones: list[str] = list(self.args["zones"])
        self.internal = bool(self.args.get("internal"))
        self.purpose: str = self.args.get("purpose") or _PUBLIC
        self._check()
        self.addresses: list[Any] = []
        self._logs()
        self._load_balancer()
        self._server_group()
        self._listeners()
        self._firewall()
        self.load_balancer_id = self.load_balancer.id
        self.dns_name = self.load_balancer.dns_name
        # Known once they belong to the load balancer.
        self.public_addresses = [
            pulumi.Output.all(address.ip_address, self.load_balancer.id).apply(lambda known: str(known[0]))
            for address in self.addresses
        ]
        self.listener_id = self.listener.id
        self.finish(
            {
                "load_balancer_id": self.load_balancer_id,
                "dns_name": self.dns_name,
                "public_addresses": self.public_addresses,
                "waf_cname": self.waf_cname,
                "listener_id": self.listener_id,
                "server_group_id": self.server_group_id,
                "access_log_project": self.access_log_project,
                "access_log_store": self.access_log_store,
            }
        )

    def _check(self) -> None:
        """Refuse arguments from which no compliant entry can be made."""
        what = f"WebEntry {self.component_name!r}"
        several = self.hardening.demands("net-entry-multi-zone")
        fewest = max(_FEWEST_ZONES, self.hardening.number("min-zones") if several else 0)
        try:
            self.short = short_zones("alicloud", self.region, self.zones, fewest)
        except PlanError as error:
            clauses = ", ".join(self.hardening.clauses("net-entry-multi-zone")) or "a limit of the load balancer"
            raise ComponentError(f"{what}: {error} ({clauses})") from None
        if len(self.args["subnet_ids"]) != len(self.zones):
            raise ComponentError(f"{what}: {len(self.args['subnet_ids'])} subnet_ids given for {len(self.zones)} zones")
        if not self.args["certificate_ids"]:
            raise ComponentError(f"{what}: HTTPS needs at least one of certificate_ids")
        if self.purpose in self.hardening.parameters["mutual-tls-tags"] and not self.args.get("ca_certificate_ids"):
            self._needs(
                "tls-mutual", f"an entry of purpose {self.purpose} asks clients for certificates", "ca_certificate_ids"
            )
        waf, elsewhere = self.args.get("waf"), self.args.get("waf_elsewhere")
        if elsewhere is not None and (waf is not None or not elsewhere.strip()):
            raise ComponentError(f"{what}: waf_elsewhere says where the domain stands, and goes without waf")
        if not self.internal and elsewhere is None and (waf is None or waf.get("sm2_certificate_id") is None):
            self._needs(
                "tlcp-sm2-edge",
                "SM2 certificates end TLS at WAF: the load balancer takes none",
                "waf with sm2_certificate_id",
            )

    def _needs(self, rule: str, why: str, argument: str) -> None:
        if self.hardening.demands(rule):
            raise ComponentError(
                f"WebEntry {self.component_name!r}: {why} ({self.hardening.baseline}, rule {rule}, clauses "
                f"{', '.join(self.hardening.clauses(rule))}): give {argument}"
            )

    # -- logs ----------------------------------------------------------------------------------------------------

    def _logs(self) -> None:
        project, store = self.args.get("log_project"), self.args.get("log_store")
        if store is not None and project is None:
            raise ComponentError(f"WebEntry {self.component_name!r}: log_store needs the log_project that it is in")
        self.log_project: str = project or project_name(self, "web")
        made = None if project is not None else own_project(self, self.log_project)
        self.access_log_project = pulumi.Output.from_input(self.log_project if made is None else made.project_name)
        waf = self.args.get("waf")
        collected = waf is not None and waf.get("collect_logs", True)
        if store is None or collected:
            encryption = log_encryption(
                self, self.args.get("kms_key_id"), self.args.get("kms_instance_id"), self.args.get("log_role_arn")
            )
        if store is None:
            self.access_log_store = own_store(
                self, "access-log-store", self.access_log_project, _ACCESS_STORE, encryption
            ).logstore_name
        else:
            self.access_log_store = pulumi.Output.from_input(store)
        if collected:
            self.waf_log_store = own_store(self, "waf-log-store", self.access_log_project, _WAF_STORE, encryption)

    # -- load balancer -------------------------------------------------------------------------------------------

    def _load_balancer(self) -> None:
        self.load_balancer = self.make(
            alicloud.alb.LoadBalancer,
            "load-balancer",
            {
                "load_balancer_name": f"{self.component_name}-entry",
                "vpc_id": self.args["vpc_id"],
                "address_type": "Intranet" if self.internal else "Internet",
                "address_allocated_mode": "Fixed",
                "address_ip_version": "IPv4",
                # WAF inside the balancer sees every request, also those that go past a CNAME.
                "load_balancer_edition": "Standard" if self.internal else "StandardWithWaf",
                "load_balancer_billing_config": {"pay_type": "PayAsYouGo"},
                "zone_mappings": self._zone_mappings(),
                "access_log_config": {"log_project": self.access_log_project, "log_store": self.access_log_store},
                "deletion_protection_enabled": True,
                "modification_protection_config": {"status": "ConsoleProtection", "reason": "Managed by Pulumi"},
                "tags": {"purpose": self.purpose},
            },
        )
        for index, group in enumerate(self.args.get("security_group_ids") or []):
            self.make(
                alicloud.alb.LoadBalancerSecurityGroupAttachment,
                f"security-group-{index}" if index else "security-group",
                {"load_balancer_id": self.load_balancer.id, "security_group_id": group},
            )

    def _zone_mappings(self) -> list[dict[str, Any]]:
        mappings: list[dict[str, Any]] = [
            {"zone_id": zone, "vswitch_id": subnet}
            for zone, subnet in zip(self.zones, self.args["subnet_ids"], strict=True)
        ]
        if self.internal or not self.hardening.demands("net-ddos-on-public-entry"):
            return mappings
        bandwidth = self.args.get("bandwidth") or address_bandwidth(self)
        instance = self.args.get("ddos_instance_id")
        finance = region_class("alicloud", self.region) == "finance"
        for letter, mapping in zip(self.short, mappings, strict=True):
            address = self.make(
                alicloud.ecs.EipAddress,
                f"address-{letter}",
                {
                    "address_name": f"{self.component_name}-{letter}",
                    "bandwidth": str(bandwidth),
                    "internet_charge_type": "PayByTraffic",
                    "payment_type": "PayAsYouGo",
                    "isp": "BGP_FinanceCloud" if finance else "BGP",
                    "security_protection_types": ["AntiDDoS_Enhanced"] if instance is None else None,
                    "deletion_protection": self._common_args.protect,
                },
                holds_data=True,  # clients know the address
            )
            if instance is not None:
                self.make(
                    alicloud.ddos.BgpIp,
                    f"address-{letter}-protected",
                    {"instance_id": instance, "ip": address.ip_address},
                )
            self.addresses.append(address)
            mapping["allocation_id"] = address.id
        return mappings

    def _server_group(self) -> None:
        self.server_group: alicloud.alb.ServerGroup | None = None
        given = self.args.get("server_group_id")
        if given is not None:
            self.server_group_id = pulumi.Output.from_input(given)
            return
        self.server_group = self._group("server-group", "servers")
        self.server_group_id = self.server_group.id

    def _group(self, suffix: str, name: str) -> Any:
        return self.make(
            alicloud.alb.ServerGroup,
            suffix,
            {
                "server_group_name": f"{self.component_name}-{name}",
                "vpc_id": self.args["vpc_id"],
                "protocol": "HTTPS",
                "scheduler": "Wrr",
                "cross_zone_enabled": True,
                "health_check_config": {
                    "health_check_enabled": True,
                    "health_check_protocol": "HTTPS",
                    "health_check_connect_port": self.args.get("backend_port") or APPLICATION_PORTS[0],
                    "health_check_path": self.args.get("health_check_path") or "/",
                    "health_check_method": "GET",
                    "health_check_codes": ["http_2xx", "http_3xx"],
                    "health_check_http_version": "HTTP1.1",
                },
            },
        )

    # -- listeners -----------------------------------------------------------------------------------------------

    def _listeners(self) -> None:
        self.tls_policy = self.make(
            alicloud.alb.SecurityPolicy,
            "tls-policy",
            {
                "security_policy_name": f"{self.component_name}-tls",
                "tls_versions": ["TLSv1.2", "TLSv1.3"],
                "ciphers": list(_CIPHERS),
            },
        )
        certificates = self.args["certificate_ids"]
        authorities = self.args.get("ca_certificate_ids") or []
        self.listener = self.make(
            alicloud.alb.Listener,
            "https",
            {
                "load_balancer_id": self.load_balancer.id,
                "listener_protocol": "HTTPS",
                "listener_port": 443,
                "listener_description": "HTTPS",
                "security_policy_id": self.tls_policy.id,
                "certificates": {"certificate_id": certificates[0]},
                "ca_enabled": True if authorities else None,
                "ca_certificates": [{"certificate_id": item} for item in authorities] or None,
                "http2_enabled": True,
                "x_forwarded_for_config": {
                    "x_forwarded_for_enabled": True,
                    "x_forwarded_for_proto_enabled": True,
                    **(_CLIENT_SUBJECT if authorities else {}),
                },
                "default_actions": [_forward(self.server_group_id)],
                "tags": {"purpose": self.purpose},
            },
        )
        for index, certificate in enumerate(certificates[1:], 1):
            self.make(
                alicloud.alb.ListenerAdditionalCertificateAttachment,
                f"certificate-{index}",
                {"listener_id": self.listener.id, "certificate_id": certificate},
            )
        if self.args.get("redirect_http", True):
            self._redirect()

    def _redirect(self) -> None:
        """Port 80 leads to HTTPS. A listener must forward by default: it does so to a group without servers."""
        nothing = self._group("http-nowhere", "nowhere")
        plain = self.make(
            alicloud.alb.Listener,
            "http",
            {
                "load_balancer_id": self.load_balancer.id,
                "listener_protocol": "HTTP",
                "listener_port": 80,
                "listener_description": "Redirect to HTTPS",
                "default_actions": [_forward(nothing.id)],
                "tags": {"purpose": self.purpose},
            },
        )
        self.make(
            alicloud.alb.Rule,
            "http-redirect",
            {
                "listener_id": plain.id,
                "rule_name": f"{self.component_name}-https",
                "priority": 1,
                "rule_conditions": [{"type": "Path", "path_config": {"values": ["/*"]}}],
                "rule_actions": [
                    {
                        "order": 1,
                        "type": "Redirect",
                        "redirect_config": {"protocol": "HTTPS", "port": "443", "http_code": "308"},
                    }
                ],
            },
        )

    # -- web application firewall --------------------------------------------------------------------------------

    def _firewall(self) -> None:
        self.waf_domain: alicloud.wafv3.Domain | None = None
        self.waf_cname = pulumi.Output.from_input(None)
        waf = self.args.get("waf")
        if waf is None:
            return
        sm2 = waf.get("sm2_certificate_id")
        self.waf_domain = self.make(
            alicloud.wafv3.Domain,
            "waf-domain",
            {
                "instance_id": waf["instance_id"],
                "domain": waf["domain"],
                "access_type": "share",
                "listen": {
                    "https_ports": [443],
                    "focus_https": True,
                    "http2_enabled": True,
                    "cert_id": waf["certificate_id"],
                    "tls_version": "tlsv1.2",
                    "enable_tlsv3": True,
                    "cipher_suite": 2,  # strong suites only
                    "protection_resource": "share",
                    **({} if sm2 is None else {"sm2_enabled": True, "sm2_cert_id": sm2, "sm2_access_only": False}),
                },
                "redirect": {
                    "backends": [self.load_balancer.dns_name],
                    **({"backup_backends": waf["backup_backends"]} if waf.get("backup_backends") else {}),
                    "loadbalance": "iphash",
                    "focus_http_backend": False,
                    "sni_enabled": True,
                    "keepalive": True,
                    "retry": True,
                    "xff_proto": True,
                },
            },
        )
        self.waf_cname = self.waf_domain.cname
        if waf.get("collect_logs", True):
            self.make(
                alicloud.sls.CollectionPolicy,
                "waf-logs",
                {
                    "policy_name": f"{self.log_project[:55]}-waf",
                    "product_code": "waf",
                    "data_code": "access_log",
                    "enabled": True,
                    "policy_config": {"resource_mode": "all"},
                    "centralize_enabled": True,
                    "centralize_config": {
                        "dest_region": self.region,
                        "dest_project": self.access_log_project,
                        "dest_logstore": self.waf_log_store.logstore_name,
                        "dest_ttl": self.hardening.number("log-retention-days"),
                    },
                },
                provider=collection_provider(self, "net-edge-logs", self.args.get("collection_provider")),
            )


def _forward(group: pulumi.Input[str]) -> dict[str, Any]:
    return {
        "type": "ForwardGroup",
        "forward_group_config": {"server_group_tuples": [{"server_group_id": group}]},
    }
