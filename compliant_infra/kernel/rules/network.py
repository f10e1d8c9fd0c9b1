"""Rules on the network: what lies inside a VPC, what security groups and network ACLs let in, what is public."""

from __future__ import annotations

from typing import Any

from compliant_infra.kernel.google_clusters import PRIVATE_API
from compliant_infra.kernel.google_data import ALLOYDB_ALLOW_LIST, ALLOYDB_PRIVATE, SQL_ALLOW_LIST, SQL_PRIVATE
from compliant_infra.kernel.google_network import NO_EXTERNAL_ADDRESS, firewalls
from compliant_infra.kernel.inbound import network_acls, security_groups
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    Context,
    Predicate,
    always_fails,
    as_number,
    as_string,
    attribute,
    each_of,
    same,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import Severity, Text, Unknown
from compliant_infra.kernel.public_access import (
    alicloud_cluster_api,
    allow_list,
    attached,
    aws_instance_address,
    balancer,
    bound_address,
    eks_api,
    guarded_by_groups,
    tencentcloud_cluster_api,
)
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# CN001
# --------------------------------------------------------------------------------------------------------------

_VSWITCH = attached("vswitch_id")
#: Optional and computed at the provider: unset, it chooses a network by itself.
_VSWITCH_CHOSEN = attached("vswitch_id", missing=undecided(Unknown("known-after-apply", "vswitch_id"), "vswitch_id"))
_NOT_CLASSIC = attribute("network_type").differs("Classic", missing="not-applicable")
_SUBNETS_OF_DOMAIN = attribute("vpc_options.subnet_ids").is_set()
_VPC_AND_SUBNET = attached("vpc_id", "subnet_id")

_IN_VPC = Rule(
    code="CN001",
    name="net-instance-in-vpc",
    severity=Severity.HIGH,
    title=Text(
        "Instances and data stores lie in a subnet of their own VPC", "计算实例与数据库等资源须接入自有 VPC 子网"
    ),
    rationale=Text(
        "A resource outside an own VPC shares a network with other tenants or a default network without zones, "
        "routes and "
        "access control of its own.",
        "未接入自有 VPC 的资源会落在共享网络或默认网络中，没有独立的分区、路由和访问控制。",
    ),
    remediation=Text(
        "Name the subnet. Alibaba Cloud: vswitch_id. AWS: subnet_id, db_subnet_group_name, subnet_group_name, "
        "vpc_options, "
        "cluster_subnet_group_name. Tencent Cloud: vpc_id and subnet_id.",
        "指定所在子网。阿里云：vswitch_id；AWS：subnet_id、db_subnet_group_name、subnet_group_name、vpc_options、"
        "cluster_subnet_group_name；腾讯云：vpc_id 与 subnet_id。",
    ),
    checks={
        "alicloud_instance": attached("vswitch_id", otherwise=("network_interfaces", "launch_template_id")),
        "alicloud_db_instance": _VSWITCH,
        "alicloud_db_readonly_instance": _VSWITCH,
        "alicloud_kvstore_instance": _VSWITCH,
        "alicloud_mongodb_instance": each_of(_NOT_CLASSIC, _VSWITCH_CHOSEN),
        "alicloud_mongodb_sharding_instance": each_of(_NOT_CLASSIC, _VSWITCH_CHOSEN),
        "alicloud_polardb_cluster": _VSWITCH_CHOSEN,
        "alicloud_elasticsearch_instance": _VSWITCH,
        "alicloud_slb_load_balancer": when(attribute("address_type").equals("intranet"), _VSWITCH),
        "alicloud_slb": when(attribute("address_type").equals("intranet"), _VSWITCH),
        "aws_instance": attached(
            "subnet_id", otherwise=("network_interface", "primary_network_interface", "launch_template")
        ),
        "aws_db_instance": attached(
            "db_subnet_group_name",
            otherwise=("replicate_source_db", "snapshot_identifier", "restore_to_point_in_time"),
        ),
        "aws_rds_cluster": attached(
            "db_subnet_group_name", otherwise=("snapshot_identifier", "restore_to_point_in_time")
        ),
        "aws_docdb_cluster": attached(
            "db_subnet_group_name", otherwise=("snapshot_identifier", "restore_to_point_in_time")
        ),
        "aws_elasticache_replication_group": attached("subnet_group_name", otherwise=("global_replication_group_id",)),
        "aws_elasticache_cluster": attached("subnet_group_name", otherwise=("replication_group_id",)),
        "aws_opensearch_domain": _SUBNETS_OF_DOMAIN,
        "aws_elasticsearch_domain": _SUBNETS_OF_DOMAIN,
        "aws_redshift_cluster": attached("cluster_subnet_group_name", otherwise=("snapshot_identifier",)),
        "tencentcloud_instance": attached("vpc_id", "subnet_id", otherwise=("launch_template_id",)),
        "tencentcloud_mysql_instance": _VPC_AND_SUBNET,
        "tencentcloud_redis_instance": _VPC_AND_SUBNET,
        "tencentcloud_postgresql_instance": _VPC_AND_SUBNET,
    },
)

_NO_RISKY_PORT = Rule(
    code="CN008",
    name="net-sg-no-risky-port-from-any",
    severity=Severity.CRITICAL,
    title=Text("Risky ports are not open to any address", "高危端口不得向任意地址开放"),
    rationale=Text(
        "Administration, database and file-sharing ports that the whole internet can reach are found by scanners "
        "within "
        "minutes and are the usual way in for password guessing, ransomware and data theft.",
        "运维、数据库、文件共享等端口一旦对整个互联网开放，几分钟内就会被扫描发现，是口令爆破、"
        "勒索和数据窃取最常见的入口。",
    ),
    remediation=Text(
        "Limit the source to the addresses that need the port, or reach it through a bastion host or VPN. Alibaba "
        "Cloud: "
        "cidr_ip / ipv6_cidr_ip or source_security_group_id. AWS: cidr_blocks / cidr_ipv4, or a referenced security "
        "group. "
        "Tencent Cloud: ingress.cidr_block or ingress.source_security_id. "
        "Google Cloud: source_ranges of google_compute_firewall, match.src_ip_ranges of firewall policy "
        "rules.",
        "将来源限制为确需访问的地址，或改经堡垒机、VPN 访问。阿里云：cidr_ip / ipv6_cidr_ip 或 "
        "source_security_group_id；"
        "AWS：cidr_blocks / cidr_ipv4 或引用安全组；腾讯云：ingress.cidr_block 或 ingress.source_security_id。"
        "Google Cloud：收窄 google_compute_firewall 的 source_ranges 和防火墙策略规则的 match.src_ip_ranges。",
    ),
    checks={
        **security_groups("risky-ports"),
        **firewalls("risky-ports"),
    },
)

_NO_ANY_ANY = Rule(
    code="CN009",
    name="net-sg-no-any-any",
    severity=Severity.CRITICAL,
    title=Text("No security group rule opens everything to any address", "安全组不得向任意地址放行全部协议或端口"),
    rationale=Text(
        "A rule that lets every protocol or every port in from anywhere switches the security group off: each "
        "service that "
        "starts on the host is on the internet at once.",
        "对任意地址放行全部协议或全部端口等于关闭安全组：主机上启动的任何服务都会立即暴露在互联网上。",
    ),
    remediation=Text(
        "Name the protocol, the ports and the source of each rule. Alibaba Cloud: ip_protocol, port_range, cidr_ip. "
        "AWS: "
        "protocol, from_port, to_port, cidr_blocks. Tencent Cloud: ingress.protocol, ingress.port, "
        "ingress.cidr_block. "
        "Google Cloud: allow.protocol, allow.ports, source_ranges of google_compute_firewall.",
        "为每条规则写明协议、端口和来源。阿里云：ip_protocol、port_range、cidr_ip；AWS：protocol、from_port、"
        "to_port、"
        "cidr_blocks；腾讯云：ingress.protocol、ingress.port、ingress.cidr_block。"
        "Google Cloud：google_compute_firewall 的 allow.protocol、allow.ports、source_ranges。",
    ),
    checks={
        **security_groups("everything"),
        **firewalls("everything"),
    },
)

_ACL_NO_RISKY_PORT = Rule(
    code="CN012",
    name="net-nacl-no-risky-port",
    severity=Severity.HIGH,
    title=Text("Network ACLs do not let any address reach risky ports", "网络 ACL 不得向任意地址放行高危端口"),
    rationale=Text(
        "The ACL of a subnet is the second line behind security groups; where it passes risky ports from anywhere, "
        "one wrong "
        "security group rule is enough to expose a host.",
        "子网的网络 ACL 是安全组之外的第二道防线；若其对任意地址放行高危端口，一条错误的安全组规则就足以暴露主机。",
    ),
    remediation=Text(
        "Put entries that drop the risky ports before wide accepting entries, or narrow the accepted ports and "
        "sources. "
        "Alibaba Cloud: ingress_acl_entries. AWS: ingress / aws_network_acl_rule with a smaller rule number. "
        "Tencent Cloud: "
        "ingress, in order.",
        "在宽泛的放行条目之前加入拒绝高危端口的条目，或收窄放行的端口与来源。阿里云：ingress_acl_entries；AWS："
        "ingress 或规则号"
        "更小的 aws_network_acl_rule；腾讯云：ingress（按顺序匹配）。",
    ),
    checks=network_acls(),
)

# --------------------------------------------------------------------------------------------------------------
# CN014
# --------------------------------------------------------------------------------------------------------------


def _no_bandwidth(path: str, missing: Any = 0) -> Predicate:
    """No outbound internet bandwidth, with which the provider would give a public address. Unset means none."""

    def test(value: Any, context: Context) -> bool:
        number = as_number(value)
        return number is not None and number <= 0

    return attribute(path).that(test, Text("0", " 0"), default=missing)


_NO_BANDWIDTH = _no_bandwidth("internet_max_bandwidth_out")
_NOT_ASSOCIATED = attribute("associate_public_ip_address").is_false(missing="not-applicable")
_NO_PUBLIC_ADDRESS = attribute("internet_accessible.public_ip_assigned").is_false(missing="pass")
_INTERNAL = balancer("internal", ("false",), False)
_INTERNAL_OR_GATEWAY = unless(attribute("load_balancer_type").equals("gateway"), _INTERNAL)
_CLASSIC_BALANCER = balancer("address_type", ("internet",), "by-vswitch")

_NO_PUBLIC_IP = Rule(
    code="CN014",
    name="net-no-public-ip-on-instance",
    severity=Severity.HIGH,
    title=Text(
        "Instances have no public address; balancers are internal or declared",
        "实例不得直接绑定公网地址，负载均衡须为内网或已声明的公网入口",
    ),
    rationale=Text(
        "A host with a public address is reached past the entry points where traffic is filtered and logged.",
        "绑定公网地址的主机可绕过入口处的过滤与审计被直接访问。",
    ),
    remediation=Text(
        "Take the public address away and publish through a load balancer or WAF, reach out through a NAT gateway. "
        "Alibaba "
        "Cloud: internet_max_bandwidth_out = 0, no eip_association to the instance. AWS: "
        "associate_public_ip_address = false. "
        "Tencent Cloud: allocate_public_ip = false. A balancer that is meant to be public carries the tag purpose = "
        "public-entry. "
        "Google Cloud: no access_config in network_interface.",
        "取消公网地址，对外服务经负载均衡或 WAF 发布，出网走 NAT 网关。阿里云：internet_max_bandwidth_out = 0 "
        "且不绑定 EIP；"
        "AWS：associate_public_ip_address = false；腾讯云：allocate_public_ip = false。确需公网的负载均衡请加标签 "
        "purpose = public-entry。"
        "Google Cloud：network_interface 中不写 access_config。",
    ),
    checks={
        "alicloud_instance": each_of(_NO_BANDWIDTH, attribute("allocate_public_ip").is_false(missing="pass")),
        "alicloud_eip_association": bound_address("instance_id", "instance_type"),
        "alicloud_ecs_instance_set": _NO_BANDWIDTH,
        "alicloud_ess_scaling_configuration": _NO_BANDWIDTH,
        "alicloud_cs_kubernetes_node_pool": _NO_BANDWIDTH,
        "alicloud_ecs_launch_template": _NO_BANDWIDTH,
        "alicloud_launch_template": _NO_BANDWIDTH,
        "alicloud_slb_load_balancer": _CLASSIC_BALANCER,
        "alicloud_slb": _CLASSIC_BALANCER,
        "alicloud_alb_load_balancer": balancer("address_type", ("internet",), "internet"),
        "alicloud_nlb_load_balancer": balancer("address_type", ("internet",), "internet"),
        "aws_instance": aws_instance_address,
        "aws_spot_instance_request": aws_instance_address,
        "aws_launch_template": attribute("network_interfaces.associate_public_ip_address").is_false(
            missing="not-applicable"
        ),
        "aws_launch_configuration": _NOT_ASSOCIATED,
        "aws_eip": bound_address("instance"),
        "aws_eip_association": bound_address("instance_id"),
        "aws_lb": _INTERNAL_OR_GATEWAY,
        "aws_alb": _INTERNAL_OR_GATEWAY,
        "aws_elb": _INTERNAL,
        "tencentcloud_instance": attribute("allocate_public_ip").is_false(default=False),
        "tencentcloud_instance_set": attribute("allocate_public_ip").is_false(default=False),
        "tencentcloud_eip_association": bound_address("instance_id"),
        "tencentcloud_as_scaling_config": attribute("public_ip_assigned").is_false(missing="pass"),
        "tencentcloud_cvm_launch_template": _NO_PUBLIC_ADDRESS,
        "tencentcloud_cvm_launch_template_version": _NO_PUBLIC_ADDRESS,
        "tencentcloud_kubernetes_node_pool": attribute("auto_scaling_config.public_ip_assigned").is_false(
            missing="pass"
        ),
        "tencentcloud_kubernetes_native_node_pool": attribute("native.internet_accessible").is_unset(),
        "tencentcloud_clb_instance": balancer("network_type", ("open",), "open"),
        "google_compute_instance": NO_EXTERNAL_ADDRESS,
        "google_compute_instance_template": NO_EXTERNAL_ADDRESS,
        "google_compute_region_instance_template": NO_EXTERNAL_ADDRESS,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN015
# --------------------------------------------------------------------------------------------------------------

_ENDPOINT = always_fails(Text("creates a public endpoint of the data store", "为数据库创建了公网连接地址"))
_CLOSED_TO_PUBLIC = attribute("publicly_accessible").is_false(default=False)
_PRIVATE_ENDPOINT = attribute("net_type").differs("Public", missing="pass")


def _tablestore_networks(value: Any, context: Context) -> bool:
    items = value if isinstance(value, (list, tuple)) else [value]
    known = [as_string(item) for item in items if not isinstance(item, Unknown)]
    if "INTERNET" in known:
        return False
    return not any(same(item, "INTERNET") for item in items)


_NO_PUBLIC_ENDPOINT = Rule(
    code="CN015",
    name="net-db-no-public-endpoint",
    severity=Severity.CRITICAL,
    title=Text("Data stores have no public endpoint", "数据库与中间件不得开启公网访问"),
    rationale=Text(
        "A data store that answers on the internet is one weak password or one unpatched flaw away from losing its "
        "data.",
        "面向互联网开放的数据库，只差一个弱口令或一个未修复的漏洞就会造成数据泄露。",
    ),
    remediation=Text(
        "Remove the public connection resource, or switch public access off. Alibaba Cloud: enable_public = false, "
        "deploy_type = 5, endpoints without type Internet, network_type_acl without INTERNET. AWS: "
        "publicly_accessible = false. Tencent Cloud: internet_service = 0, public_access_switch = false, "
        "wan_address_switch = close. "
        "Google Cloud: ipv4_enabled = false with private_network (Cloud SQL), enable_public_ip = false "
        "(AlloyDB).",
        "删除公网连接资源或关闭公网访问开关。阿里云：enable_public = false、deploy_type = 5、"
        "endpoints 中无 Internet 类型、network_type_acl 不含 INTERNET；AWS：publicly_accessible = false；"
        "腾讯云：internet_service = 0、public_access_switch = false、wan_address_switch = close。"
        "Google Cloud：Cloud SQL 设置 private_network 且 ipv4_enabled = false，AlloyDB 设置 enable_public_ip "
        "= false。",
    ),
    checks={
        "alicloud_db_connection": _ENDPOINT,
        "alicloud_rds_db_proxy_public": _ENDPOINT,
        "alicloud_kvstore_connection": _ENDPOINT,
        "alicloud_kvstore_instance": attribute("enable_public").is_false(missing="not-applicable"),
        "alicloud_mongodb_public_network_address": _ENDPOINT,
        "alicloud_mongodb_sharding_network_public_address": _ENDPOINT,
        "alicloud_polardb_endpoint_address": attribute("net_type").differs("Public", default="Public"),
        "alicloud_polardb_endpoint": _PRIVATE_ENDPOINT,
        "alicloud_polardb_cluster_endpoint": _PRIVATE_ENDPOINT,
        "alicloud_polardb_primary_endpoint": _PRIVATE_ENDPOINT,
        "alicloud_cassandra_cluster": attribute("enable_public").is_false(default=False),
        "alicloud_selectdb_db_instance": attribute("enable_public_network").is_false(missing="pass"),
        "alicloud_gpdb_connection": _ENDPOINT,
        "alicloud_adb_connection": _ENDPOINT,
        "alicloud_lindorm_public_network": attribute("enable_public_network").differs(1, "1", True, missing="unknown"),
        "alicloud_click_house_db_cluster": attribute("allocate_public_connection").is_false(missing="pass"),
        "alicloud_click_house_enterprise_db_cluster_public_endpoint": _ENDPOINT,
        "alicloud_elasticsearch_instance": each_of(
            attribute("enable_public").is_false(default=False),
            attribute("enable_kibana_public_network").is_false(missing="not-applicable"),
        ),
        "alicloud_emr_cluster": attribute("is_open_public_ip").is_false(default=False),
        "alicloud_alikafka_instance": attribute("deploy_type").equals(5),
        # The registries and configuration centres of MSE have a rule of their own (CN121). The public network of
        # Hologres is off unless it is asked for.
        "alicloud_hologram_instance": attribute("endpoints.type").differs("Internet", missing="pass"),
        "alicloud_ots_instance": when(
            attribute("network_type_acl").is_set(),
            attribute("network_type_acl").that(
                _tablestore_networks, Text("a list without INTERNET", "不含 INTERNET 的列表")
            ),
            attribute("accessed_by").equals("Vpc", "ConsoleOrVpc", missing="unknown"),
        ),
        "aws_db_instance": _CLOSED_TO_PUBLIC,
        "aws_rds_cluster_instance": _CLOSED_TO_PUBLIC,
        "aws_neptune_cluster_instance": _CLOSED_TO_PUBLIC,
        # unset was true before major version 6 of the provider, and is false since
        "aws_redshift_cluster": attribute("publicly_accessible").is_false(missing="unknown"),
        "aws_msk_cluster": attribute("broker_node_group_info.connectivity_info.public_access.type").equals(
            "DISABLED", default="DISABLED"
        ),
        "aws_redshiftserverless_workgroup": _CLOSED_TO_PUBLIC,
        "aws_dms_replication_instance": _CLOSED_TO_PUBLIC,
        "aws_mq_broker": _CLOSED_TO_PUBLIC,
        "tencentcloud_mysql_instance": attribute("internet_service").equals(0, default=0),
        "tencentcloud_postgresql_instance": attribute("public_access_switch").is_false(default=False),
        "tencentcloud_redis_instance": attribute("wan_address_switch").differs("open", default="close"),
        "tencentcloud_elasticsearch_instance": each_of(
            attribute("public_access").differs("OPEN", missing="not-applicable"),
            attribute("kibana_public_access").differs("OPEN", missing="not-applicable"),
        ),
        "tencentcloud_dcdb_db_instance": attribute("extranet_access").is_false(missing="pass"),
        "tencentcloud_dcdb_hourdb_instance": attribute("extranet_access").is_false(missing="pass"),
        "tencentcloud_mariadb_instance_config": attribute("extranet_access").equals(0, missing="not-applicable"),
        "tencentcloud_sqlserver_wan_ip_config": attribute("enable_wan_ip").is_false(),
        "tencentcloud_cynosdb_wan": _ENDPOINT,
        "google_sql_database_instance": SQL_PRIVATE,
        "google_alloydb_instance": ALLOYDB_PRIVATE,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN016
# --------------------------------------------------------------------------------------------------------------

#: What these services allow without a list is only the host itself (127.0.0.1).
_SECURITY_IPS = allow_list("security_ips")
_UNLISTED = undecided(Unknown("known-after-apply", "allow-list"))
_AWS_GROUPS = guarded_by_groups("vpc_security_group_ids")
_CACHE_GROUPS = guarded_by_groups("security_group_ids", 6379)
_DOMAIN_GROUPS = when(attribute("vpc_options").is_set(), guarded_by_groups("vpc_options.security_group_ids", 443))

_ALLOW_LIST = Rule(
    code="CN016",
    name="net-db-allowlist-not-any",
    severity=Severity.CRITICAL,
    title=Text("Allow-lists of data stores do not hold any address", "数据库白名单不得包含任意地址"),
    rationale=Text(
        "An allow-list with any address is none: whoever finds the endpoint may try to log in.",
        "包含任意地址的白名单等于没有白名单：任何找到连接地址的人都可以尝试登录。",
    ),
    remediation=Text(
        "List the application subnets only. Alibaba Cloud: security_ips, security_ip_list, ip_whitelist, "
        "private_whitelist. "
        "AWS: narrow the rules of the groups in vpc_security_group_ids or security_group_ids. Tencent Cloud: "
        "those of the groups in security_groups. "
        "Google Cloud: authorized_networks in ip_configuration.",
        "白名单只保留应用所在网段。阿里云：security_ips、security_ip_list、ip_whitelist、private_whitelist；"
        "AWS：收窄 vpc_security_group_ids 或 security_group_ids 所引用安全组的规则；腾讯云：收窄 security_groups "
        "所引用安全组的规则。"
        "Google Cloud：收窄 ip_configuration 的 authorized_networks。",
    ),
    checks={
        "alicloud_db_instance": _SECURITY_IPS,
        "alicloud_db_readonly_instance": allow_list("security_ips", unset=NOT_APPLICABLE),
        "alicloud_rds_ddr_instance": _SECURITY_IPS,
        "alicloud_rds_clone_db_instance": allow_list("security_ips", unset=_UNLISTED),
        "alicloud_rds_upgrade_db_instance": allow_list("security_ips", unset=_UNLISTED),
        "alicloud_kvstore_instance": _SECURITY_IPS,
        "alicloud_redis_tair_instance": _SECURITY_IPS,
        "alicloud_mongodb_instance": allow_list("security_ip_list", "security_ip_groups.security_ip_list"),
        "alicloud_mongodb_sharding_instance": allow_list("security_ip_list", "security_ip_groups.security_ip_list"),
        "alicloud_mongodb_serverless_instance": allow_list("security_ip_groups.security_ip_list", unset=_UNLISTED),
        "alicloud_polardb_cluster": allow_list("security_ips", "db_cluster_ip_array.security_ips"),
        "alicloud_gpdb_instance": allow_list("ip_whitelist.security_ip_list", "security_ip_list"),
        "alicloud_gpdb_elastic_instance": allow_list("security_ip_list"),
        "alicloud_gpdb_db_instance_ip_array": allow_list("security_ip_list"),
        "alicloud_adb_db_cluster": _SECURITY_IPS,
        "alicloud_adb_cluster": _SECURITY_IPS,
        "alicloud_adb_db_cluster_lake_version": _SECURITY_IPS,
        "alicloud_elasticsearch_instance": allow_list(
            "private_whitelist",
            "public_whitelist",
            "kibana_whitelist",
            "kibana_private_whitelist",
            unset=_UNLISTED,
        ),
        "alicloud_lindorm_instance": allow_list("ip_white_list", unset=_UNLISTED),
        "alicloud_hbase_instance": allow_list("ip_white", unset=_UNLISTED),
        "alicloud_click_house_db_cluster": allow_list("db_cluster_access_white_list.security_ip_list", unset=_UNLISTED),
        "alicloud_click_house_enterprise_db_cluster_security_ip": allow_list("security_ip_list"),
        "alicloud_selectdb_db_instance": allow_list("desired_security_ip_lists.security_ip_list", unset=_UNLISTED),
        "alicloud_cassandra_cluster": allow_list("ip_white", unset=_UNLISTED),
        "alicloud_graph_database_db_instance": allow_list("db_instance_ip_array.security_ips", unset=_UNLISTED),
        "alicloud_mongodb_global_security_ip_group": allow_list("global_security_ip_list"),
        "alicloud_rds_whitelist_template": allow_list("ip_white_list"),
        "aws_db_instance": _AWS_GROUPS,
        "aws_rds_cluster": _AWS_GROUPS,
        "aws_redshift_cluster": guarded_by_groups("vpc_security_group_ids", 5439),
        "aws_docdb_cluster": guarded_by_groups("vpc_security_group_ids", 27017),
        "aws_neptune_cluster": guarded_by_groups("vpc_security_group_ids", 8182),
        "aws_elasticache_replication_group": _CACHE_GROUPS,
        "aws_elasticache_cluster": unless(attribute("replication_group_id").is_set(), _CACHE_GROUPS),
        "aws_opensearch_domain": _DOMAIN_GROUPS,
        "aws_elasticsearch_domain": _DOMAIN_GROUPS,
        "tencentcloud_mysql_instance": guarded_by_groups("security_groups", 3306),
        "tencentcloud_postgresql_instance": guarded_by_groups("security_groups", 5432),
        "tencentcloud_redis_instance": guarded_by_groups("security_groups", 6379),
        "tencentcloud_mongodb_instance": guarded_by_groups("security_groups", 27017),
        "tencentcloud_sqlserver_instance": guarded_by_groups("security_groups", 1433),
        "tencentcloud_elasticsearch_instance": when(
            attribute("public_access").equals("OPEN"), allow_list("es_public_acl.white_ip_list", unset=_UNLISTED)
        ),
        "google_sql_database_instance": SQL_ALLOW_LIST,
        "google_alloydb_instance": ALLOYDB_ALLOW_LIST,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN028
# --------------------------------------------------------------------------------------------------------------

_PRIVATE_API = Rule(
    code="CN028",
    name="net-k8s-api-private",
    severity=Severity.HIGH,
    title=Text("The Kubernetes API is not public", "Kubernetes API Server 不得开启公网访问"),
    rationale=Text(
        "Who reaches the API server with a leaked kubeconfig or an unpatched flaw rules every workload of the cluster.",
        "一旦 kubeconfig 泄露或存在未修复漏洞，能访问 API Server 的人即可控制集群中的所有工作负载。",
    ),
    remediation=Text(
        "Keep the endpoint inside the VPC and reach it through a bastion host or VPN. Alibaba Cloud: "
        "slb_internet_enabled = "
        "false. AWS: vpc_config.endpoint_public_access = false. Tencent Cloud: cluster_internet = false. "
        "Google Cloud: private_cluster_config.enable_private_endpoint = true.",
        "仅保留 VPC 内网端点，经堡垒机或 VPN 访问。阿里云：slb_internet_enabled = false；AWS："
        "vpc_config.endpoint_public_access = false；腾讯云：cluster_internet = false。"
        "Google Cloud：private_cluster_config.enable_private_endpoint = true。",
    ),
    checks={
        "alicloud_cs_managed_kubernetes": alicloud_cluster_api,
        "alicloud_cs_kubernetes": attribute("slb_internet_enabled").is_false(default=True),
        "alicloud_cs_edge_kubernetes": attribute("slb_internet_enabled").is_false(default=True),
        "alicloud_cs_serverless_kubernetes": attribute("endpoint_public_access_enabled").is_false(default=False),
        "aws_eks_cluster": eks_api,
        "tencentcloud_kubernetes_cluster": tencentcloud_cluster_api,
        "tencentcloud_kubernetes_cluster_endpoint": tencentcloud_cluster_api,
        "google_container_cluster": PRIVATE_API,
    },
)

RULES: tuple[Rule, ...] = (
    _IN_VPC,
    _NO_RISKY_PORT,
    _NO_ANY_ANY,
    _ACL_NO_RISKY_PORT,
    _NO_PUBLIC_IP,
    _NO_PUBLIC_ENDPOINT,
    _ALLOW_LIST,
    _PRIVATE_API,
)
