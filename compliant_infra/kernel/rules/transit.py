"""Rules on encryption in transit: listeners, TLS versions, buckets, database connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.bucket_policies import https_only, https_only_policy
from compliant_infra.kernel.database_tls import (
    cluster_parameter_group,
    default_group,
    docdb_parameter_group,
    elasticache_cluster,
    elasticache_group,
    kafka_cluster,
    kvstore_instance,
    mongodb_instance,
    parameter_group,
    polardb_cluster,
    polardb_endpoint,
    rds_instance,
    switch,
    switched_by,
    switched_on,
    synchronization_end,
)
from compliant_infra.kernel.google_balancers import MODERN_POLICY, plain_proxy, policy_named
from compliant_infra.kernel.google_data import ALLOYDB_TLS, REDIS_TLS, SQL_TLS
from compliant_infra.kernel.listeners import (
    application_listener,
    classic_elastic_listener,
    classic_listener,
    elastic_listener,
    network_listener,
    tencent_listener,
)
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Attribute,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_bool,
    as_string,
    attribute,
    each_of,
    failed,
    from_level,
    predicate,
    same,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.tls import (
    TLS_1_2,
    TlsPolicy,
    alicloud_policy,
    aws_balancer_policy,
    aws_gateway_policy,
    aws_search_policy,
    is_strict_cipher,
    version,
)

# --------------------------------------------------------------------------------------------------------------
# CN035: listeners
# --------------------------------------------------------------------------------------------------------------

LISTENER_ENCRYPTED: Final = Rule(
    code="CN035",
    name="tls-listener-encrypted",
    severity=Severity.HIGH,
    title=Text("Load balancer listeners use HTTPS or TLS", "负载均衡监听使用 HTTPS 或 TLS"),
    rationale=Text(
        "Whoever sits on the path of a plaintext listener reads passwords and personal data and can alter what passes.",
        "明文监听的流量在途中可被窃听和篡改，口令和个人信息会直接泄露。",
    ),
    remediation=Text(
        'Set protocol = "https" (alicloud_slb_listener), listener_protocol = "HTTPS" (alicloud_alb_listener) or '
        '"TCPSSL" (alicloud_nlb_listener), protocol = "HTTPS" or "TLS" (aws_lb_listener), "HTTPS" or "TCP_SSL" '
        "(tencentcloud_clb_listener), each with a certificate; let a port 80 listener only redirect to HTTPS. "
        "Google Cloud: let google_compute_target_http_proxy use a URL map with default_url_redirect { "
        "https_redirect = true }.",
        'alicloud_slb_listener 设置 protocol = "https"，alicloud_alb_listener 设置 listener_protocol = "HTTPS"，'
        'alicloud_nlb_listener 设置 "TCPSSL"；aws_lb_listener 设置 protocol = "HTTPS" 或 "TLS"；'
        'tencentcloud_clb_listener 设置 "HTTPS" 或 "TCP_SSL"，并配置证书；80 端口监听只用于重定向到 HTTPS。'
        "Google Cloud：google_compute_target_http_proxy 只使用 default_url_redirect { https_redirect = true }"
        " 的 URL map。",
    ),
    checks={
        "alicloud_slb_listener": classic_listener,
        "alicloud_alb_listener": application_listener,
        "alicloud_nlb_listener": network_listener,
        "aws_lb_listener": elastic_listener,
        "aws_alb_listener": elastic_listener,
        "aws_elb": classic_elastic_listener,
        "tencentcloud_clb_listener": tencent_listener,
        "google_compute_target_http_proxy": plain_proxy("google_compute_url_map"),
        "google_compute_region_target_http_proxy": plain_proxy("google_compute_region_url_map"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN036: TLS versions
# --------------------------------------------------------------------------------------------------------------


def wants_strict_ciphers(context: Context) -> bool:
    """Whether TLS 1.2 with older cipher suites is not enough: level 4, the financial baselines, national crypto."""
    return context.level >= 4 or context.baseline.startswith("financial") or "sm" in context.profiles


def _expected(context: Context) -> Text:
    if wants_strict_ciphers(context):
        return Text(
            "a policy with TLS 1.2 or newer and strict cipher suites", "仅允许 TLS 1.2 及以上且使用严格加密套件的策略"
        )
    return Text("a policy with TLS 1.2 or newer", "仅允许 TLS 1.2 及以上的策略")


def _enough(policy: TlsPolicy | None, value: Any, context: Context) -> bool:
    if policy is None:
        raise UnknownValueError(Unknown("unsupported", as_string(value) or ""))
    return policy.minimum >= TLS_1_2 and (policy.strict or not wants_strict_ciphers(context))


def _named(subject: Attribute, table: Callable[[str], TlsPolicy | None], **unset: Any) -> Predicate:
    """A named policy; a name that is not in the table (a custom policy's id) is undecided."""
    return subject.that(
        lambda value, context: _enough(table(as_string(value) or ""), value, context), _expected, **unset
    )


def _versions(path: str, *, missing: Any = "fail", default: tuple[str, ...] = ()) -> Predicate:
    """A list of protocol versions: none older than TLS 1.2. A known older one fails, whatever the others are.

    ``default`` are the versions that are on where the list is not set, if that is documented.
    """

    def test(value: Any, context: Context) -> bool:
        items = value if isinstance(value, (list, tuple)) else [value]
        blocked: Unknown | OneOf | None = None
        for item in items:
            if isinstance(item, (Unknown, OneOf)):
                blocked = item if blocked is None else blocked
                continue
            number = version(as_string(item) or "")
            if number is None:
                blocked = Unknown("unsupported", as_string(item) or "") if blocked is None else blocked
            elif number < TLS_1_2:
                return False
        if blocked is not None:
            raise UnknownValueError(blocked)
        return bool(items)

    wanted = Text("no version older than TLS 1.2", "不包含低于 TLS 1.2 的版本")
    if default:
        return attribute(path).that(test, wanted, default=default)
    return attribute(path).that(test, wanted, missing=missing)


def _strict_ciphers(path: str, *, missing: Any = "fail") -> Predicate:
    """A list of cipher suites without CBC, where strict suites are asked for."""

    def test(value: Any, context: Context) -> bool:
        if not wants_strict_ciphers(context):
            return True
        blocked: Unknown | OneOf | None = None
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, (Unknown, OneOf)):
                blocked = item if blocked is None else blocked
            elif not is_strict_cipher(as_string(item) or ""):
                return False
        if blocked is not None:
            raise UnknownValueError(blocked)
        return True

    wanted = Text("only suites with GCM, CCM or ChaCha20", "仅包含 GCM、CCM 或 ChaCha20 套件")
    return attribute(path).that(test, wanted, missing=missing)


def _where_strict(then: Predicate) -> Predicate:
    return Predicate(
        lambda resource, context: then(resource, context) if wants_strict_ciphers(context) else PASS,
        then.reads,
        then.parameters,
    )


#: A custom policy of CLB, ALB or NLB: versions and cipher suites.
_custom_policy: Final = all_of(_versions("tls_versions"), _strict_ciphers("ciphers", missing="unknown"))


def _balancer_policy(custom: str) -> Predicate:
    """``security_policy_id`` of an ALB or NLB listener: a system policy, or a custom one which is followed."""
    named = _named(attribute("security_policy_id"), alicloud_policy, default="tls_cipher_policy_1_0")

    def judge(resource: Resource, context: Context) -> Outcome:
        policy = context.resolve(resource.get("security_policy_id"), custom)
        if policy is None:
            return named(resource, context)
        outcome = _custom_policy(policy, context)
        if outcome.verdict is Verdict.FAIL:
            return failed(
                Text(f"{policy.address}: {outcome.message.en}", f"{policy.address}：{outcome.message.zh}"),
                "security_policy_id",
            )
        if outcome.verdict is Verdict.UNKNOWN and outcome.unknown is not None:
            return undecided(outcome.unknown, "security_policy_id")
        return outcome

    return Predicate(judge, (*named.reads, f"{custom}:tls_versions", f"{custom}:ciphers"))


def _of_protocol(path: str, *protocols: str, then: Predicate) -> Predicate:
    return when(attribute(path).equals(*protocols), then)


@predicate(reads=("enable", "tls_versions", "cipher_suit.enable", "cipher_suit.strong_cipher_suite"))
def bucket_versions(resource: Resource, context: Context) -> Outcome:
    """The TLS versions of an OSS bucket; switched off, nothing limits them."""

    def enabled(value: Any) -> Outcome:
        if as_bool(value) is not True:
            return failed(
                Text("enable is false: the bucket does not limit TLS versions", "enable 为 false，未限制 TLS 版本"),
                "enable",
            )
        return all_of(_versions("tls_versions", missing="unknown"), _where_strict(_strong_suites))(resource, context)

    return alternatives(resource.get("enable"), enabled, "enable")


_strong_suites: Final = all_of(
    attribute("cipher_suit.enable").is_true(),
    when(
        attribute("cipher_suit.strong_cipher_suite").is_true(default=False),
        Predicate(lambda resource, context: PASS),
        _strict_ciphers("cipher_suit.custom_cipher_suite"),
    ),
)


@predicate(reads=("listen.https_ports", "listen.tls_version", "listen.cipher_suite", "listen.custom_ciphers"))
def firewall_domain(resource: Resource, context: Context) -> Outcome:
    """A domain behind WAF 3.0 that listens on HTTPS ports."""
    ports = attribute("listen.https_ports").that(
        lambda value, _: bool(value), Text("HTTPS ports", "HTTPS 端口"), missing="fail"
    )
    suites = when(
        attribute("listen.cipher_suite").equals(99, missing="not-applicable"),
        _strict_ciphers("listen.custom_ciphers"),
        attribute("listen.cipher_suite").equals(2, missing="unknown"),
    )
    return when(ports, all_of(_versions("listen.tls_version", missing="unknown"), _where_strict(suites)))(
        resource, context
    )


@predicate(reads=("domain_endpoint_options.enforce_https", "domain_endpoint_options.tls_security_policy"))
def search_domain(resource: Resource, context: Context) -> Outcome:
    """An OpenSearch domain: HTTPS enforced (the default of the block) and a policy from TLS 1.2 on."""
    return all_of(
        attribute("domain_endpoint_options.enforce_https").is_true(missing="not-applicable"),
        _named(attribute("domain_endpoint_options.tls_security_policy"), aws_search_policy, missing="unknown"),
    )(resource, context)


@predicate(reads=("ports.protocol", "tls_version"))
def tencent_firewall_domain(resource: Resource, context: Context) -> Outcome:
    """A domain behind Tencent Cloud WAF. Its TLS version is an opaque number that the service hands out."""
    ports = [item for _, item in entries(resource.get("ports"), "ports")]
    protocols = [item.get("protocol") if isinstance(item, Mapping) else item for item in ports]
    if not any(isinstance(item, (Unknown, OneOf)) or same(item, "https") for item in protocols):
        return NOT_APPLICABLE
    return undecided(
        Unknown("unsupported", "tls_version"),
        "tls_version",
        message=Text(
            "tls_version is a number whose meaning the service decides: look it up with the data source "
            "tencentcloud_waf_tls_versions",
            "tls_version 的编号由服务端定义，请用数据源 tencentcloud_waf_tls_versions 核对其含义",
        ),
    )


#: From level 3 the rule on edges judges versions with the rest of the edge (CN042): one cause, one finding.
_MODERN_CDN: Final = from_level(
    3,
    Predicate(lambda resource, context: NOT_APPLICABLE),
    below=when(
        attribute("https_config.https_switch").equals("on"),
        _versions("https_config.tls_versions", default=("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")),
    ),
)

TLS_MINIMUM: Final = Rule(
    code="CN036",
    name="tls-min-12",
    severity=Severity.HIGH,
    title=Text("TLS endpoints accept nothing older than TLS 1.2", "TLS 端点不接受低于 TLS 1.2 的版本"),
    rationale=Text(
        "TLS 1.0 and 1.1 and their CBC cipher suites have known attacks and are withdrawn: an attacker who can force "
        "them on a connection may read it.",
        "TLS 1.0、1.1 及其 CBC 加密套件存在已知攻击且已被废止，攻击者可诱使连接降级后解密数据。",
    ),
    remediation=Text(
        'Set tls_cipher_policy = "tls_cipher_policy_1_2_strict" (alicloud_slb_listener), security_policy_id likewise '
        '(ALB, NLB), tls_versions = ["TLSv1.2", "TLSv1.3"] (custom policies, alicloud_oss_bucket_https_config), '
        'ssl_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" (aws_lb_listener), tls_security_policy = '
        '"Policy-Min-TLS-1-2-PFS-2023-10" (OpenSearch), https_config.tls_versions (tencentcloud_cdn_domain). '
        'Google Cloud: min_tls_version = "TLS_1_2" (google_compute_ssl_policy), and ssl_policy of the HTTPS '
        "and SSL proxies.",
        'alicloud_slb_listener 设置 tls_cipher_policy = "tls_cipher_policy_1_2_strict"，ALB、NLB 的 '
        "security_policy_id 相同；自定义策略和 alicloud_oss_bucket_https_config 设置 "
        'tls_versions = ["TLSv1.2", "TLSv1.3"]；'
        'aws_lb_listener 设置 ssl_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"；OpenSearch 设置 '
        'tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"；tencentcloud_cdn_domain 设置 '
        "https_config.tls_versions。"
        'Google Cloud：google_compute_ssl_policy 设置 min_tls_version = "TLS_1_2"，HTTPS、SSL 代理设置 '
        "ssl_policy。",
    ),
    checks={
        "alicloud_slb_listener": _of_protocol(
            "protocol",
            "https",
            then=_named(attribute("tls_cipher_policy"), alicloud_policy, default="tls_cipher_policy_1_0"),
        ),
        "alicloud_alb_listener": _of_protocol(
            "listener_protocol", "HTTPS", then=_balancer_policy("alicloud_alb_security_policy")
        ),
        "alicloud_nlb_listener": _of_protocol(
            "listener_protocol", "TCPSSL", then=_balancer_policy("alicloud_nlb_security_policy")
        ),
        "alicloud_ga_listener": _of_protocol(
            "protocol", "HTTPS", then=_named(attribute("security_policy_id"), alicloud_policy, missing="unknown")
        ),
        "alicloud_alb_security_policy": _custom_policy,
        "alicloud_nlb_security_policy": _custom_policy,
        "alicloud_slb_tls_cipher_policy": _custom_policy,
        "alicloud_oss_bucket_https_config": bucket_versions,
        "alicloud_wafv3_domain": firewall_domain,
        "aws_lb_listener": _of_protocol(
            "protocol",
            "HTTPS",
            "TLS",
            then=_named(attribute("ssl_policy"), aws_balancer_policy, default="ELBSecurityPolicy-2016-08"),
        ),
        "aws_alb_listener": _of_protocol(
            "protocol",
            "HTTPS",
            "TLS",
            then=_named(attribute("ssl_policy"), aws_balancer_policy, default="ELBSecurityPolicy-2016-08"),
        ),
        "aws_api_gateway_domain_name": _named(attribute("security_policy"), aws_gateway_policy, missing="unknown"),
        "aws_apigatewayv2_domain_name": _named(
            attribute("domain_name_configuration.security_policy"), aws_gateway_policy, missing="unknown"
        ),
        "aws_opensearch_domain": search_domain,
        "aws_elasticsearch_domain": search_domain,
        "tencentcloud_waf_saas_domain": tencent_firewall_domain,
        "tencentcloud_cdn_domain": _MODERN_CDN,
        "tencentcloud_teo_zone_setting": _versions("https.tls_version", missing="unknown"),
        "tencentcloud_teo_l7_acc_setting": _versions("zone_config.tls_config.version", missing="unknown"),
        "tencentcloud_gaap_layer7_listener": _of_protocol(
            "protocol",
            "HTTPS",
            then=all_of(
                _versions("tls_support_versions", missing="unknown"),
                _where_strict(
                    attribute("tls_ciphers").equals("GAAP_TLS_CIPHERS_STRICT", default="GAAP_TLS_CIPHERS_WIDE")
                ),
            ),
        ),
        "google_compute_ssl_policy": MODERN_POLICY,
        "google_compute_region_ssl_policy": MODERN_POLICY,
        "google_compute_target_https_proxy": policy_named("google_compute_ssl_policy"),
        "google_compute_target_ssl_proxy": policy_named("google_compute_ssl_policy"),
        "google_compute_region_target_https_proxy": policy_named("google_compute_region_ssl_policy"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN037: buckets
# --------------------------------------------------------------------------------------------------------------

BUCKET_HTTPS_ONLY: Final = Rule(
    code="CN037",
    name="oss-https-only",
    severity=Severity.HIGH,
    title=Text("Buckets deny requests over plain HTTP", "存储桶拒绝明文 HTTP 请求"),
    rationale=Text(
        "Object storage answers plain HTTP unless a policy denies it: signed requests, listings and objects can then "
        "be read and replayed on the way.",
        "对象存储默认接受明文 HTTP；若没有策略拒绝，请求签名、列表和对象内容在传输途中可被窃听和重放。",
    ),
    remediation=Text(
        "Give the bucket a policy (alicloud_oss_bucket_policy, aws_s3_bucket_policy, tencentcloud_cos_bucket_policy) "
        "with a Deny for every principal and action on the bucket and its objects under the "
        'condition Bool {"acs:SecureTransport": "false"} (OSS), Bool {"aws:SecureTransport": "false"} (S3) or '
        'bool_equal {"cos:secure-transport": "false"} (COS).',
        "为存储桶配置策略（alicloud_oss_bucket_policy、aws_s3_bucket_policy、tencentcloud_cos_bucket_policy）："
        "对所有主体、所有操作以及桶和对象，在条件 "
        'Bool {"acs:SecureTransport": "false"}（OSS）、Bool {"aws:SecureTransport": "false"}（S3）或 '
        'bool_equal {"cos:secure-transport": "false"}（COS）下 Deny。',
    ),
    checks={
        "alicloud_oss_bucket": https_only("alicloud_oss_bucket_policy", inline=True),
        "alicloud_oss_bucket_policy": https_only_policy("alicloud_oss_bucket"),
        "aws_s3_bucket": https_only("aws_s3_bucket_policy", inline=True),
        "aws_s3_bucket_policy": https_only_policy("aws_s3_bucket"),
        "tencentcloud_cos_bucket": https_only("tencentcloud_cos_bucket_policy", inline=False),
        "tencentcloud_cos_bucket_policy": https_only_policy("tencentcloud_cos_bucket"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN038: databases
# --------------------------------------------------------------------------------------------------------------


def _is(*wanted: Any) -> Callable[[Any], bool]:
    return lambda value: any(same(value, item) for item in wanted)


DATABASE_TLS: Final = Rule(
    code="CN038",
    name="db-tls-on",
    severity=Severity.HIGH,
    title=Text("Database connections use TLS, forced where offered", "数据库连接启用 TLS，支持时强制加密"),
    rationale=Text(
        "A database connection without TLS carries the login and every record in clear through the network.",
        "未启用 TLS 的数据库连接会以明文传输账号口令和全部数据。",
    ),
    remediation=Text(
        'Set ssl_action = "Open" and force_encryption = 1 (RDS, MongoDB), ssl_enabled or ssl_enable = "Enable" '
        "(PolarDB endpoints, Redis), enable_ssl = true (AnalyticDB); rds.force_ssl or require_secure_transport = 1 in "
        "the parameter group, transit_encryption_enabled = true (ElastiCache); a tencentcloud_mysql_ssl, "
        "tencentcloud_postgresql_instance_ssl_config, tencentcloud_redis_ssl, tencentcloud_mongodb_instance_ssl, "
        "tencentcloud_sqlserver_instance_ssl or tencentcloud_cynosdb_ssl "
        "resource that turns it on. "
        'Google Cloud: ssl_mode = "ENCRYPTED_ONLY" (Cloud SQL, AlloyDB), transit_encryption_mode = '
        '"SERVER_AUTHENTICATION" (google_redis_instance).',
        'RDS、MongoDB 设置 ssl_action = "Open" 和 force_encryption = 1；PolarDB 连接地址、Redis 设置 ssl_enabled 或 '
        'ssl_enable = "Enable"；AnalyticDB 设置 enable_ssl = true；AWS 参数组设置 rds.force_ssl 或 '
        "require_secure_transport = 1，ElastiCache 设置 transit_encryption_enabled = true；腾讯云用 "
        "tencentcloud_mysql_ssl、tencentcloud_postgresql_instance_ssl_config、tencentcloud_redis_ssl、"
        "tencentcloud_mongodb_instance_ssl、tencentcloud_sqlserver_instance_ssl、tencentcloud_cynosdb_ssl 开启。"
        'Google Cloud：Cloud SQL、AlloyDB 设置 ssl_mode = "ENCRYPTED_ONLY"，google_redis_instance 设置 '
        'transit_encryption_mode = "SERVER_AUTHENTICATION"。',
    ),
    checks={
        "alicloud_db_instance": rds_instance,
        "alicloud_rds_ddr_instance": switched_on("ssl_action", "Open", "Update"),
        "alicloud_db_readonly_instance": switched_on("ssl_enabled", "1"),
        "alicloud_rds_clone_db_instance": attribute("ssl_enabled").equals(1, missing="unknown"),
        "alicloud_rds_upgrade_db_instance": attribute("ssl_enabled").equals(1, missing="unknown"),
        "alicloud_polardb_cluster": polardb_cluster,
        "alicloud_polardb_endpoint": polardb_endpoint,
        "alicloud_polardb_primary_endpoint": polardb_endpoint,
        "alicloud_polardb_cluster_endpoint": polardb_endpoint,
        "alicloud_kvstore_instance": kvstore_instance,
        "alicloud_redis_tair_instance": switched_on("ssl_enabled", "Enable", "Update"),
        "alicloud_mongodb_instance": mongodb_instance,
        "alicloud_mongodb_sharding_instance": mongodb_instance,
        "alicloud_gpdb_instance": switched_on("ssl_enabled", "1"),
        "alicloud_adb_db_cluster": switched_on("enable_ssl", "true"),
        "alicloud_adb_cluster": switched_on("enable_ssl", "true"),
        "alicloud_adb_db_cluster_lake_version": switched_on("enable_ssl", "true"),
        "alicloud_hologram_instance": switched_on("enable_ssl", "true"),
        "alicloud_dts_synchronization_job": each_of(
            synchronization_end("source_endpoint_ssl"), synchronization_end("destination_endpoint_ssl")
        ),
        "alicloud_dts_migration_job": each_of(
            synchronization_end("source_endpoint_ssl"), synchronization_end("destination_endpoint_ssl")
        ),
        "aws_elasticache_replication_group": elasticache_group,
        "aws_elasticache_cluster": elasticache_cluster,
        "aws_memorydb_cluster": attribute("tls_enabled").is_true(default=True),
        "aws_db_instance": default_group("parameter_group_name"),
        "aws_rds_cluster": default_group("db_cluster_parameter_group_name"),
        "aws_db_parameter_group": parameter_group,
        "aws_rds_cluster_parameter_group": cluster_parameter_group,
        "aws_docdb_cluster_parameter_group": docdb_parameter_group,
        "aws_db_proxy": attribute("require_tls").is_true(default=False),
        "aws_msk_cluster": kafka_cluster,
        "tencentcloud_mysql_instance": switched_by("tencentcloud_mysql_ssl", "instance_id", "status", _is("ON")),
        "tencentcloud_mysql_ssl": switch("instance_id", ("tencentcloud_mysql_instance",), "status", _is("ON")),
        "tencentcloud_postgresql_instance": switched_by(
            "tencentcloud_postgresql_instance_ssl_config", "db_instance_id", "ssl_enabled", _is(True)
        ),
        "tencentcloud_postgresql_instance_ssl_config": switch(
            "db_instance_id", ("tencentcloud_postgresql_instance",), "ssl_enabled", _is(True)
        ),
        "tencentcloud_redis_instance": switched_by(
            "tencentcloud_redis_ssl", "instance_id", "ssl_config", _is("enabled")
        ),
        "tencentcloud_redis_ssl": switch("instance_id", ("tencentcloud_redis_instance",), "ssl_config", _is("enabled")),
        "tencentcloud_mongodb_instance": switched_by(
            "tencentcloud_mongodb_instance_ssl", "instance_id", "enable", _is(True)
        ),
        "tencentcloud_mongodb_sharding_instance": switched_by(
            "tencentcloud_mongodb_instance_ssl", "instance_id", "enable", _is(True)
        ),
        "tencentcloud_mongodb_instance_ssl": switch(
            "instance_id",
            ("tencentcloud_mongodb_instance", "tencentcloud_mongodb_sharding_instance"),
            "enable",
            _is(True),
        ),
        "tencentcloud_sqlserver_instance": any_of(
            switched_by("tencentcloud_sqlserver_instance_ssl", "instance_id", "type", _is("enable", "renew")),
            switched_by("tencentcloud_sqlserver_db_instance_ssl_config", "instance_id", "encryption", _is("enable")),
        ),
        "tencentcloud_sqlserver_instance_ssl": switch(
            "instance_id", ("tencentcloud_sqlserver_instance",), "type", _is("enable", "renew")
        ),
        "tencentcloud_sqlserver_db_instance_ssl_config": switch(
            "instance_id", ("tencentcloud_sqlserver_instance",), "encryption", _is("enable")
        ),
        "tencentcloud_cynosdb_cluster": switched_by("tencentcloud_cynosdb_ssl", "cluster_id", "status", _is("ON")),
        "tencentcloud_cynosdb_ssl": switch("cluster_id", ("tencentcloud_cynosdb_cluster",), "status", _is("ON")),
        "google_sql_database_instance": SQL_TLS,
        "google_alloydb_instance": ALLOYDB_TLS,
        "google_redis_instance": REDIS_TLS,
    },
)

RULES: Final[tuple[Rule, ...]] = (LISTENER_ENCRYPTED, TLS_MINIMUM, BUCKET_HTTPS_ONLY, DATABASE_TLS)
