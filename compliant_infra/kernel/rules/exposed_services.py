"""Rules on services that stand behind an address list or a network type: registries, shares, functions, warehouses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from compliant_infra.kernel.anonymous_access import (
    WIDEST_PREFIX,
    http_trigger,
    lambda_permission,
    no_one_unknown,
    scf_triggers,
)
from compliant_infra.kernel.blocks import elements, entries
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    all_of,
    alternatives,
    always_fails,
    as_string,
    attribute,
    each_of,
    failed,
    predicate,
    same,
    several,
    undecided,
    unless,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown
from compliant_infra.kernel.packet_filters import Source, any_true, split_text, truth
from compliant_infra.kernel.public_access import allow_list, guarded_by_groups, open_entries
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# CN029
# --------------------------------------------------------------------------------------------------------------


def _listed_in(resource: Resource, context: Context, block: str, name: str) -> list[Outcome] | None:
    """The open addresses of an allow-list of nested blocks; None where no block names any address."""
    sources: list[Source] = []
    for where, values in entries(resource.attributes.get(block), block):
        if isinstance(values, (Unknown, OneOf)):
            sources.append(Source(values.condition if isinstance(values, OneOf) else values, where))
        elif values.get(name) is not None:
            sources.append(Source(values[name], f"{where}.{name}"))
    return list(open_entries(sources, widest_prefix(context))) if sources else None


@predicate(reads=("entries.entry",), parameters=(WIDEST_PREFIX,))
def _internet_endpoint(resource: Resource, context: Context) -> Iterable[Outcome] | Outcome:
    """The public endpoint of a registry: an empty list opens it, but one that is not written may be kept as it is."""
    found = _listed_in(resource, context, "entries", "entry")
    return undecided(Unknown("known-after-apply", "entries"), "entries") if found is None else found or PASS


@predicate(
    reads=("open_public_operation", "security_policy.cidr_block"),
    parameters=(WIDEST_PREFIX,),
)
def _tcr_instance(resource: Resource, context: Context) -> Outcome:
    """TCR has no public endpoint unless it is opened; then the allow-list decides."""
    path = "open_public_operation"
    public = truth(resource.get(path, False), lambda item: same(item, True))
    if public is False:
        return PASS
    found = _listed_in(resource, context, "security_policy", "cidr_block")
    if found is None:
        return undecided(
            Unknown("known-after-apply", "security_policy") if isinstance(public, bool) else public,
            path,
            message=Text(
                "the registry has a public endpoint, and no security_policy says who may reach it",
                "镜像仓库开启了公网访问，且没有 security_policy 说明允许哪些来源",
            ),
        )
    if not found:
        return PASS
    return several(found) if public is True else undecided(public, path)


_NAMESPACE: Final = when(
    attribute("auto_create").is_true(),
    attribute("default_visibility").equals("PRIVATE", missing="unknown"),
)
_PRIVATE_REPOSITORY: Final = attribute("repo_type").equals("PRIVATE")

_REGISTRY: Final = Rule(
    code="CN029",
    name="net-registry-acl",
    severity=Severity.HIGH,
    title=Text("Image registries are not open to anyone", "镜像仓库不得对任意来源开放"),
    rationale=Text(
        "Whoever can pull an image reads the code and what was baked into it; whoever can push one runs code in the "
        "clusters that pull it.",
        "能拉取镜像就能读到代码和写入其中的内容；能推送镜像就能在拉取它的集群中运行代码。",
    ),
    remediation=Text(
        "List the addresses that build and deploy, and keep repositories private. Alibaba Cloud: entry of "
        "alicloud_cr_endpoint_acl_policy (or entries of alicloud_cr_internet_endpoint) without 0.0.0.0/0, repo_type = "
        '"PRIVATE". AWS: no Principal * in the policy of aws_ecr_repository_policy. Tencent Cloud: '
        "open_public_operation = false or a narrow security_policy on tencentcloud_tcr_instance, is_public = false.",
        "只列出构建与部署所在的地址，仓库保持私有。阿里云：alicloud_cr_endpoint_acl_policy 的 entry（或 "
        'alicloud_cr_internet_endpoint 的 entries）不含 0.0.0.0/0，repo_type = "PRIVATE"；AWS：'
        "aws_ecr_repository_policy 的 policy 中 Principal 不为 *；腾讯云：tencentcloud_tcr_instance 设置 "
        "open_public_operation = false 或收窄 security_policy，is_public = false。",
    ),
    checks={
        "alicloud_cr_endpoint_acl_policy": allow_list("entry"),
        "alicloud_cr_internet_endpoint": _internet_endpoint,
        "alicloud_cr_ee_repo": _PRIVATE_REPOSITORY,
        "alicloud_cr_repo": _PRIVATE_REPOSITORY,
        "alicloud_cr_ee_namespace": _NAMESPACE,
        "alicloud_cr_namespace": _NAMESPACE,
        # What the provider chooses where nothing is written is not documented: then nothing is said.
        "alicloud_cr_chart_repository": attribute("repo_type").differs("PUBLIC", missing="not-applicable"),
        "aws_ecr_repository_policy": no_one_unknown(),
        "aws_ecr_registry_policy": no_one_unknown(),
        "aws_ecrpublic_repository": always_fails(
            Text("anyone may pull from a repository of the public registry", "公共镜像仓库可被任何人拉取")
        ),
        "tencentcloud_tcr_instance": _tcr_instance,
        "tencentcloud_tcr_namespace": attribute("is_public").is_false(default=False),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN030
# --------------------------------------------------------------------------------------------------------------


_DEFAULT_GROUPS: Final = ("DEFAULT_VPC_GROUP_NAME", "DEFAULT_CLASSIC_GROUP_NAME")


@predicate(reads=("access_group_name",))
def _access_group(resource: Resource, context: Context) -> Outcome:
    """A mount target names a permission group of its own: the default one lets every address of the VPC in."""
    path = "access_group_name"
    value = resource.attributes.get(path)
    if value is None:
        return undecided(Unknown("known-after-apply", path), path)
    if isinstance(value, Unknown) and value.reference is not None:
        return PASS

    def test(item: Any) -> Outcome:
        text = as_string(item) or ""
        if text in _DEFAULT_GROUPS:
            return failed(
                Text(
                    f"{path} is {text}: the default permission group lets every address in",
                    f"{path} 为 {text}：默认权限组允许所有地址访问",
                ),
                path,
            )
        return PASS if text else undecided(Unknown("known-after-apply", path), path)

    return alternatives(value, test, path, unset=lambda: undecided(Unknown("known-after-apply", path), path))


@predicate(reads=("auth_client_ip",), parameters=(WIDEST_PREFIX,))
def _cfs_client(resource: Resource, context: Context) -> Outcome:
    """CFS writes any client as ``*``."""
    path = "auth_client_ip"

    def test(item: Any) -> Outcome:
        text = as_string(item) or ""
        if text.strip() == "*":
            return failed(Text(f"{path} is *: every client", f"{path} 为 *：任意客户端"), path)
        return several((*open_entries([Source(item, path)], widest_prefix(context)), PASS))

    value = resource.get(path)
    if isinstance(value, Unknown):
        return several((*open_entries([Source(value, path)], widest_prefix(context)), PASS))
    return NOT_APPLICABLE if value is None else alternatives(value, test, path)


_SHARES: Final = Rule(
    code="CN030",
    name="net-nas-access-scoped",
    severity=Severity.HIGH,
    title=Text("File shares can be mounted by listed clients only", "文件存储只允许指定客户端挂载"),
    rationale=Text(
        "NFS asks for no password: every machine that may mount the share reads and writes its files.",
        "NFS 不要求口令：只要允许挂载，任何机器都能读写其中的文件。",
    ),
    remediation=Text(
        "Name the subnets of the clients. Alibaba Cloud: source_cidr_ip of alicloud_nas_access_rule without 0.0.0.0/0, "
        "and an access_group_name of your own on alicloud_nas_mount_target. AWS: security_groups of "
        "aws_efs_mount_target that accept port 2049 from the clients only, a policy without anonymous callers in "
        "aws_efs_file_system_policy. Tencent Cloud: auth_client_ip of tencentcloud_cfs_access_rule without *.",
        "写明客户端所在网段。阿里云：alicloud_nas_access_rule 的 source_cidr_ip 不含 0.0.0.0/0，"
        "alicloud_nas_mount_target 使用自建权限组 access_group_name；AWS：aws_efs_mount_target 的 security_groups 仅对"
        "客户端放行 2049 端口，aws_efs_file_system_policy 的 policy 不含匿名主体；腾讯云："
        "tencentcloud_cfs_access_rule 的 auth_client_ip 不为 *。",
    ),
    checks={
        "alicloud_nas_access_rule": allow_list("source_cidr_ip", "ipv6_source_cidr_ip", unset=NOT_APPLICABLE),
        "alicloud_nas_mount_target": _access_group,
        "alicloud_nas_protocol_mount_target": _access_group,
        "aws_efs_mount_target": guarded_by_groups("security_groups", only_port=2049),
        "aws_efs_file_system_policy": no_one_unknown(unless_demanded="elasticfilesystem:accessedviamounttarget"),
        "tencentcloud_cfs_access_rule": _cfs_client,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN032
# --------------------------------------------------------------------------------------------------------------

_SCF_TRIGGER: Final = unless(
    attribute("enable").equals("CLOSE"), http_trigger("type", "trigger_desc", "AuthType", "NONE", "NONE")
)

_FUNCTIONS: Final = Rule(
    code="CN032",
    name="net-function-private",
    severity=Severity.MEDIUM,
    title=Text("Functions run inside a VPC and know their callers", "函数接入 VPC，且不接受匿名调用"),
    rationale=Text(
        "A function outside of the VPC passes no firewall and no flow log on its way to the internet, and an anonymous "
        "trigger lets anyone in the world run its code with its role.",
        "不在 VPC 内的函数访问互联网时不经过防火墙，也没有流日志；匿名触发器则让任何人都能以函数的角色运行代码。",
    ),
    remediation=Text(
        "Alibaba Cloud: vpc_config and internet_access = false on alicloud_fcv3_function, authType function or jwt in "
        "trigger_config. AWS: vpc_config on aws_lambda_function, authorization_type = AWS_IAM on "
        "aws_lambda_function_url, source_arn or source_account on aws_lambda_permission for * and services. Tencent "
        "Cloud: vpc_id, subnet_id and enable_public_net = false on tencentcloud_scf_function, AuthType CAM in "
        "trigger_desc.",
        "阿里云：alicloud_fcv3_function 设置 vpc_config 与 internet_access = false，trigger_config 中 authType 为 "
        "function 或 jwt；AWS：aws_lambda_function 设置 vpc_config，aws_lambda_function_url 设置 "
        "authorization_type = AWS_IAM，aws_lambda_permission 对主体 * 及云服务设置 source_arn 或 "
        "source_account；腾讯云："
        "tencentcloud_scf_function 设置 vpc_id、subnet_id 与 enable_public_net = false，"
        "trigger_desc 中 AuthType 为 CAM。",
    ),
    checks={
        "alicloud_fcv3_function": each_of(
            attribute("vpc_config.vswitch_ids").is_set(), attribute("internet_access").is_false(missing="unknown")
        ),
        "alicloud_fc_service": each_of(
            attribute("vpc_config.vswitch_ids").is_set(), attribute("internet_access").is_false(default=True)
        ),
        "alicloud_fcv3_trigger": http_trigger("trigger_type", "trigger_config", "authType", "function", "anonymous"),
        "alicloud_fc_trigger": http_trigger("type", "config", "authType", "function", "anonymous"),
        "aws_lambda_function": unless(
            attribute("capacity_provider_config").is_set(), attribute("vpc_config.subnet_ids").is_set()
        ),
        "aws_lambda_function_url": attribute("authorization_type").equals("AWS_IAM"),
        "aws_lambda_permission": lambda_permission,
        "aws_lambda_resource_policy": no_one_unknown(),
        "tencentcloud_scf_function": each_of(
            all_of(attribute("vpc_id").is_set(), attribute("subnet_id").is_set()),
            attribute("enable_public_net").is_false(default=False),
            scf_triggers,
        ),
        "tencentcloud_scf_trigger": _SCF_TRIGGER,
        "tencentcloud_scf_trigger_config": _SCF_TRIGGER,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN121
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("net_type", "pub_network_flow"))
def _mse_cluster(resource: Resource, context: Context) -> Outcome:
    """MSE: a public network type; a private one with public bandwidth is contradictory and left open."""
    path = "net_type"
    private = truth(resource.get(path), lambda item: same(item, "privatenet"))
    if private is False:
        value = resource.get(path)
        return failed(
            Text(
                "net_type opens the registry to the internet; expected privatenet",
                "net_type 使注册中心暴露在公网；应为 privatenet",
            )
            if value is not None
            else Text("net_type is not set; expected privatenet", "未设置 net_type；应为 privatenet"),
            path,
        )
    if private is not True:
        return undecided(private, path)
    flow = "pub_network_flow"
    none = truth(resource.get(flow, "0"), lambda item: same(item, "0"))
    if none is True:
        return PASS
    return undecided(
        Unknown("unsupported", flow) if isinstance(none, bool) else none,
        flow,
        message=Text(
            "net_type is private, but pub_network_flow asks for public bandwidth",
            "net_type 为私网，但 pub_network_flow 申请了公网带宽",
        ),
    )


@predicate(reads=("internet_slb_spec",))
def _mse_gateway(resource: Resource, context: Context) -> Outcome:
    """A gateway before the services of a registry may be a public entry, which the resource has no way to declare."""
    path = "internet_slb_spec"
    value = resource.attributes.get(path)
    if value is None:
        return PASS

    def test(item: Any) -> Outcome:
        if not as_string(item):
            return PASS
        return undecided(
            Unknown("unsupported", path),
            path,
            message=Text(
                f"{path} gives the gateway a public balancer; the code does not show whether it is meant as an entry",
                f"{path} 为网关购买了公网负载均衡；代码无法说明其是否确为对外入口",
            ),
        )

    return alternatives(value, test, path, unset=lambda: PASS)


_SERVICE_REGISTRY: Final = Rule(
    code="CN121",
    name="net-registry-exposed",
    severity=Severity.HIGH,
    title=Text("Service registries are not reachable from the internet", "注册与配置中心不得暴露在公网"),
    rationale=Text(
        "Nacos, ZooKeeper and Eureka answer without a password unless told otherwise: whoever reaches them reads the "
        "configuration, credentials included, and can lead traffic elsewhere.",
        "Nacos、ZooKeeper、Eureka 默认不要求口令：能访问到它们就能读取含凭据的配置，并把流量引到别处。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_mse_cluster with net_type = "privatenet" and pub_network_flow = "0", '
        "alicloud_mse_gateway without internet_slb_spec unless it is a public entry. Tencent Cloud: "
        "tencentcloud_tse_instance with enable_client_internet_access = false. Switch authentication on in the engine.",
        '阿里云：alicloud_mse_cluster 设置 net_type = "privatenet"、pub_network_flow = "0"，非对外入口的 '
        "alicloud_mse_gateway 不设置 internet_slb_spec；腾讯云："
        "tencentcloud_tse_instance 设置 enable_client_internet_access = false。同时在引擎中开启鉴权。",
    ),
    checks={
        "alicloud_mse_cluster": _mse_cluster,
        "alicloud_mse_gateway": _mse_gateway,
        "tencentcloud_tse_instance": attribute("enable_client_internet_access").is_false(default=False),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN122
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("ip_white_list.ip_list", "ip_white_list.vpc_ip_list"), parameters=(WIDEST_PREFIX,))
def _maxcompute(resource: Resource, context: Context) -> Iterable[Outcome] | Outcome:
    """MaxCompute: a list for one kind of network closes the other; without any list every address is let in."""
    block = "ip_white_list"
    outcomes: list[Outcome] = []
    found = False
    for where, values in entries(resource.attributes.get(block), block):
        if isinstance(values, (Unknown, OneOf)):
            return undecided(values, where)
        for name in ("ip_list", "vpc_ip_list"):
            value = values.get(name)
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            found = True
            path = f"{where}.{name}"
            outcomes.append(_white_list(value, path, name == "ip_list", widest_prefix(context)))
    if not found:
        return failed(
            Text(
                "ip_white_list is not set: the project can be reached from any address",
                "未设置 ip_white_list：任意地址均可访问该项目",
            ),
            block,
        )
    return outcomes


def _white_list(value: Any, path: str, addresses: bool, widest: int) -> Outcome:
    """A text with commas between the entries: addresses, or VPCs with the addresses inside them."""

    def test(text: Any) -> Outcome:
        fields = split_text(text, ",")
        if isinstance(fields, Unknown):
            return undecided(fields, path)
        fields = [item.strip() if isinstance(item, str) else item for item in fields]
        if "*" in [item for item in fields if isinstance(item, str)]:
            return failed(Text(f"{path} is *: it lists every address", f"{path} 为 *：包含所有地址"), path, "*")
        if addresses:
            return several((*open_entries([Source(item, path) for item in fields], widest), PASS))
        blocked = next((item for item in fields if isinstance(item, Unknown) and not item.parts), None)
        return PASS if blocked is None else undecided(blocked, path)

    return test(value) if isinstance(value, Unknown) else alternatives(value, test, path)


@predicate(reads=("network_type_acl", "accessed_by"))
def _tablestore(resource: Resource, context: Context) -> Outcome:
    """Tablestore: reachable from VPCs only. Unset, the classic network at least is let in too."""
    path = "network_type_acl"
    value = resource.attributes.get(path)

    def by_list(item: Any) -> Outcome:
        return _networks(item, path) if elements(item) else _accessed_by(resource)

    if value is None or (isinstance(value, Unknown) and value.elements):
        return by_list(value)
    return alternatives(value, by_list, path, unset=lambda: _accessed_by(resource))


def _networks(value: Any, path: str) -> Outcome:
    outside = any_true(truth(item, lambda text: (as_string(text) or "").upper() != "VPC") for item in elements(value))
    if outside is True:
        listed = ", ".join(f"{item}" for item in elements(value) if isinstance(item, str))
        return failed(Text(f"{path} lets in {listed}; expected VPC only", f"{path} 允许 {listed}；应仅为 VPC"), path)
    return PASS if outside is False else undecided(outside, path)


def _accessed_by(resource: Resource) -> Outcome:
    path = "accessed_by"
    value = resource.attributes.get(path)
    closed = truth(value, lambda item: same(item, "Vpc") or same(item, "ConsoleOrVpc"))
    if closed is True:
        return PASS
    if closed is not False:
        return undecided(closed, path)
    return failed(
        Text(
            "neither network_type_acl nor accessed_by restricts the instance to VPCs",
            "network_type_acl 与 accessed_by 均未将实例限定在 VPC 内访问",
        ),
        "network_type_acl" if value is None else path,
    )


_WAREHOUSE: Final = Rule(
    code="CN122",
    name="net-warehouse-allowlist",
    severity=Severity.HIGH,
    title=Text("Data warehouses are reachable from listed networks only", "数据仓库仅允许指定网络访问"),
    rationale=Text(
        "Warehouses have public endpoints by design. Without an allow-list a leaked access key alone is enough to take "
        "the data of all systems that feed them.",
        "数据仓库天然带有公网端点；没有白名单，仅凭一个泄露的访问密钥就能取走所有上游系统汇入的数据。",
    ),
    remediation=Text(
        "MaxCompute: ip_white_list on alicloud_maxcompute_project with ip_list and vpc_ip_list of your networks, "
        'without 0.0.0.0/0 and *. Tablestore: network_type_acl = ["VPC"] on alicloud_ots_instance.',
        "MaxCompute：alicloud_maxcompute_project 的 ip_white_list 设置自有网络的 ip_list 与 vpc_ip_list，不含 "
        '0.0.0.0/0 和 *；表格存储：alicloud_ots_instance 设置 network_type_acl = ["VPC"]。',
    ),
    checks={
        "alicloud_maxcompute_project": _maxcompute,
        "alicloud_ots_instance": _tablestore,
    },
)

RULES: Final[tuple[Rule, ...]] = (_REGISTRY, _SHARES, _FUNCTIONS, _SERVICE_REGISTRY, _WAREHOUSE)
