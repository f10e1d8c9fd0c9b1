"""Failover of a domain between the entries of two regions, by Global Traffic Manager."""

import json
from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent

#: Seconds for which resolvers may keep an answer, the shortest offered: it adds to the recovery time.
TTL_SECONDS = 60
#: Seconds between health checks, the only value offered; failures in a row before an address is taken out.
CHECK_SECONDS = 60
CHECK_FAILURES = 3
CHECK_TIMEOUT_MS = 5000
#: A monitoring node of the provider, by its codes of operator and city: the one of the provider's own example.
MONITOR_NODE = {"isp_code": "465", "city_code": "503"}
#: Quotas of the instance, the smallest that suffice for two entries.
HEALTH_CHECKS = 100
SMS = 1000


def fail_over(
    component: AlicloudComponent,
    system: str,
    domain: str,
    entries: Sequence[tuple[str, pulumi.Input[str]]],
    alert_groups: Sequence[str],
    after: Sequence[pulumi.Resource] = (),
    path: str = "/",
) -> Any:
    """Answers for ``domain`` with the first of the entries, and with the second when the first is not healthy.

    ``entries`` are two pairs of a short name and the DNS name of an entry: of its load balancer, or of the firewall in
    front that ends TLS. Returns the instance, whose CNAME the record of the domain has to name. ``alert_groups`` are
    contact groups that are told, made by ``after``. An entry is healthy when it answers ``path`` over HTTPS.
    """
    instance = component.make(
        alicloud.dns.GtmInstance,
        "failover",
        {
            "instance_name": f"{system}-failover",
            "payment_type": "Subscription",
            "period": 1,
            "renewal_status": "AutoRenewal",  # an entry that ends with a subscription is no failover
            "renew_period": 1,
            "package_edition": "ultimate" if component.hardening.level >= 4 else "standard",
            "health_check_task_count": HEALTH_CHECKS,
            "sms_notification_count": SMS,
            "public_cname_mode": "SYSTEM_ASSIGN",
            "public_user_domain_name": domain,
            "cname_type": "PUBLIC",
            "strategy_mode": "GEO",
            "ttl": TTL_SECONDS,
            "alert_groups": list(alert_groups) or None,
            "alert_configs": [
                {"notice_type": notice, "email_notice": True, "sms_notice": True}
                for notice in ("ADDR_ALERT", "ADDR_RESUME", "ADDR_POOL_GROUP_UNAVAILABLE")
            ],
        },
        holds_data=True,
        depends_on=after,
    )
    pools = []
    for name, address in entries:
        pool = component.make(
            alicloud.dns.AddressPool,
            f"failover-{name}-pool",
            {
                "instance_id": instance.id,
                "address_pool_name": f"{system}-{name}",
                "type": "DOMAIN",
                "lba_strategy": "RATIO",
                "addresses": [
                    {
                        "address": address,
                        "mode": "SMART",  # out while it is not healthy
                        "lba_weight": 1,
                        "attribute_info": json.dumps({"lineCodeRectifyType": "AUTO", "lineCodes": ["default"]}),
                        "remark": f"{name} region",
                    }
                ],
            },
        )
        component.make(
            alicloud.dns.MonitorConfig,
            f"failover-{name}-check",
            {
                "addr_pool_id": pool.id,
                "protocol_type": "HTTPS",
                "interval": CHECK_SECONDS,
                "evaluation_count": CHECK_FAILURES,
                "timeout": CHECK_TIMEOUT_MS,
                "monitor_extend_info": json.dumps({"host": domain, "path": path, "port": 443, "sni": True}),
                "isp_city_nodes": [MONITOR_NODE],
            },
        )
        pools.append(pool)
    primary, standby = pools
    component.make(
        alicloud.dns.AccessStrategy,
        "failover-strategy",
        {
            "instance_id": instance.id,
            "strategy_name": f"{system}-failover",
            "strategy_mode": "GEO",
            "access_mode": "AUTO",
            "lines": [{"line_code": "default"}],
            "default_addr_pool_type": "DOMAIN",
            "default_addr_pools": [{"addr_pool_id": primary.id, "lba_weight": 1}],
            "default_lba_strategy": "RATIO",
            "default_min_available_addr_num": 1,
            "failover_addr_pool_type": "DOMAIN",
            "failover_addr_pools": [{"addr_pool_id": standby.id, "lba_weight": 1}],
            "failover_lba_strategy": "RATIO",
            "failover_min_available_addr_num": 1,
        },
    )
    return instance
