"""Failover between two regions by Route 53, which AWS China offers with health checks for both of its regions."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.web_entry import WebEntry

#: Seconds between two health checks, the longer of the two values that Route 53 takes, and failures in a row after
#: which an entry is taken out of the answers.
CHECK_SECONDS = 30
CHECK_FAILURES = 3


def fail_over(
    component: AwsComponent,
    system: str,
    domain: str,
    entries: Sequence[WebEntry],
    hosted_zone_id: pulumi.Input[str] | None = None,
    path: str = "/",
) -> pulumi.Output[str]:
    """Answers for ``domain`` with the first of two entries, and with the second when the first is not healthy.

    ``hosted_zone_id`` is the public zone that holds the domain; a zone of the domain itself is made without it, to
    which the domain's registrar, or the zone above, has to delegate. An entry is healthy when its own targets are and
    when it answers ``path`` over HTTPS from outside. Returns the id of the zone.
    """
    if hosted_zone_id is None:
        hosted_zone_id = component.make(
            aws.route53.Zone,
            "failover-zone",
            {"name": domain, "comment": f"Entries of {system} in two regions", "force_destroy": False},
            holds_data=True,
        ).zone_id
    for role, entry in zip(("primary", "standby"), entries, strict=True):
        check = component.make(
            aws.route53.HealthCheck,
            f"failover-{role}-check",
            {
                "type": "HTTPS",
                "fqdn": entry.dns_name,
                "port": 443,
                "resource_path": path,
                "request_interval": CHECK_SECONDS,
                "failure_threshold": CHECK_FAILURES,
                "enable_sni": True,
                "disabled": False,
                "tags": {"Name": f"{system}-{role}"},
            },
        )
        component.make(
            aws.route53.Record,
            f"failover-{role}",
            {
                "zone_id": hosted_zone_id,
                "name": domain,
                "type": "A",
                "set_identifier": f"{system}-{role}",
                "failover_routing_policies": [{"type": "PRIMARY" if role == "primary" else "SECONDARY"}],
                "health_check_id": check.id,
                "aliases": [
                    {
                        "name": entry.dns_name,
                        "zone_id": entry.load_balancer.zone_id,
                        "evaluate_target_health": True,
                    }
                ],
            },
        )
    zone: pulumi.Output[Any] = pulumi.Output.from_input(hosted_zone_id)
    return zone
