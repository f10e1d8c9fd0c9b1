"""Rules on keys of the key management services and on national cryptography (SM2, SM4)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import nested_entries
from compliant_infra.kernel.google_data import IN_HARDWARE, OF_NATIONAL_ALGORITHM, ROTATED
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_number,
    as_string,
    attribute,
    each_of,
    failed,
    in_profile,
    is_given,
    passed,
    predicate,
    same,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.periods import SECONDS_PER_DAY, seconds
from compliant_infra.kernel.policies import (
    Answer,
    Policy,
    all_true,
    allows,
    anonymous_principal,
    judge_policy,
    narrowing_condition,
    opposite,
)
from compliant_infra.kernel.rules.record import Rule

ROTATION_DAYS: Final = "key-rotation-days"
DELETION_DAYS: Final = "key-deletion-window-days"

# --------------------------------------------------------------------------------------------------------------
# CN057: rotation
# --------------------------------------------------------------------------------------------------------------


def _not_rotated(where: str, value: Any) -> Outcome:
    shown = show(value)
    return failed(Text(f"the key is not rotated: {where} is {shown}", f"密钥未开启轮换：{where} 为 {shown}"), where)


def _too_slow(where: str, value: Any, limit: int) -> Outcome:
    shown = show(value)
    return failed(
        Text(
            f"{where} is {shown}; expected at most {limit} days",
            f"{where} 为 {shown}；轮换周期应不超过 {limit} 天",
        ),
        where,
    )


def _every(value: Any, where: str, context: Context) -> Outcome:
    """The period between two rotations against the parameter."""
    limit = int(context.parameters[ROTATION_DAYS])

    def judge(item: Any) -> Outcome:
        period = seconds(item)
        if period is None:
            return undecided(Unknown("unsupported", as_string(item) or where), where)
        return PASS if period <= limit * SECONDS_PER_DAY else _too_slow(where, item, limit)

    return alternatives(value, judge, where)


def _symmetric(spec: str) -> bool:
    return spec.startswith("Aliyun_AES") or spec == "Aliyun_SM4"


_BY_HAND: Final = Text(
    "keys in a hardware module do not rotate by themselves: rotate the key by hand and keep the record as evidence",
    "硬件密码模块中的密钥不支持自动轮换：请人工轮换并留存记录作为证据",
)


@predicate(
    reads=("key_spec", "origin", "protection_level", "automatic_rotation", "rotation_interval"),
    parameters=(ROTATION_DAYS,),
)
def _alicloud_rotation(resource: Resource, context: Context) -> Outcome:
    """A symmetric key whose material KMS made; imported material and asymmetric keys cannot rotate by themselves.

    Nor can keys in hardware, but they can and have to be rotated by hand.
    """

    def disabled(value: Any) -> Outcome:
        def by_level(level: Any) -> Outcome:
            if same(level, "HSM"):
                return undecided(Unknown("unsupported", "protection_level"), "protection_level", message=_BY_HAND)
            return _not_rotated("automatic_rotation", value)

        return alternatives(resource.get("protection_level", "SOFTWARE"), by_level, "protection_level")

    def enabled(value: Any) -> Outcome:
        if not same(value, "Enabled"):
            return disabled(value)
        period = resource.get("rotation_interval")
        if period is None:
            return failed(Text("rotation_interval is not set", "rotation_interval 未设置"), "rotation_interval")
        return _every(period, "rotation_interval", context)

    def by_origin(origin: Any) -> Outcome:
        if not same(origin, "Aliyun_KMS"):
            return NOT_APPLICABLE
        return alternatives(resource.get("automatic_rotation", "Disabled"), enabled, "automatic_rotation")

    def by_spec(spec: Any) -> Outcome:
        if not _symmetric(as_string(spec) or ""):
            return NOT_APPLICABLE
        return alternatives(resource.get("origin", "Aliyun_KMS"), by_origin, "origin")

    return alternatives(resource.get("key_spec", "Aliyun_AES_256"), by_spec, "key_spec")


@predicate(
    reads=(
        "customer_master_key_spec",
        "custom_key_store_id",
        "xks_key_id",
        "enable_key_rotation",
        "rotation_period_in_days",
    ),
    parameters=(ROTATION_DAYS,),
)
def _aws_rotation(resource: Resource, context: Context) -> Outcome:
    """A symmetric key in the service's own store; those of a custom or external store cannot rotate by themselves."""

    def enabled(value: Any) -> Outcome:
        if as_bool(value) is not True:
            return _not_rotated("enable_key_rotation", value)
        return _every(resource.get("rotation_period_in_days", 365), "rotation_period_in_days", context)

    def by_spec(spec: Any) -> Outcome:
        if not same(spec, "SYMMETRIC_DEFAULT"):
            return NOT_APPLICABLE
        if is_given(resource.get("custom_key_store_id")) or is_given(resource.get("xks_key_id")):
            return NOT_APPLICABLE
        return alternatives(resource.get("enable_key_rotation", False), enabled, "enable_key_rotation")

    return alternatives(
        resource.get("customer_master_key_spec", "SYMMETRIC_DEFAULT"), by_spec, "customer_master_key_spec"
    )


@predicate(reads=("key_usage", "key_rotation_enabled"))
def _tencent_rotation(resource: Resource, context: Context) -> Outcome:
    """A symmetric key; the service rotates once a year."""

    def by_usage(usage: Any) -> Outcome:
        if not same(usage, "ENCRYPT_DECRYPT"):
            return NOT_APPLICABLE
        return alternatives(
            resource.get("key_rotation_enabled", False),
            lambda value: PASS if as_bool(value) is True else _not_rotated("key_rotation_enabled", value),
            "key_rotation_enabled",
        )

    return alternatives(resource.get("key_usage", "ENCRYPT_DECRYPT"), by_usage, "key_usage")


KEY_ROTATION: Final = Rule(
    code="CN057",
    name="kms-rotation",
    severity=Severity.MEDIUM,
    title=Text("Symmetric keys rotate at least once a year", "对称密钥至少每年轮换一次"),
    rationale=Text(
        "The longer one key encrypts, the more data a single lost key gives away.",
        "同一密钥使用时间越长，一旦泄露，受影响的数据越多。",
    ),
    remediation=Text(
        'Set automatic_rotation = "Enabled" and rotation_interval = "365d" or less (alicloud_kms_key), '
        "enable_key_rotation = true and rotation_period_in_days at most 365 (aws_kms_key), key_rotation_enabled = "
        "true (tencentcloud_kms_key). "
        'Google Cloud: rotation_period = "31536000s" or less (google_kms_crypto_key).',
        'alicloud_kms_key 设置 automatic_rotation = "Enabled"、rotation_interval 不超过 "365d"；aws_kms_key 设置 '
        "enable_key_rotation = true、rotation_period_in_days 不超过 365；tencentcloud_kms_key 设置 "
        "key_rotation_enabled = true。"
        'Google Cloud：google_kms_crypto_key 的 rotation_period 不超过 "31536000s"。',
    ),
    checks={
        "alicloud_kms_key": _alicloud_rotation,
        "aws_kms_key": _aws_rotation,
        "tencentcloud_kms_key": _tencent_rotation,
        "google_kms_crypto_key": ROTATED,
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN058: guarded keys
# --------------------------------------------------------------------------------------------------------------


def _open_to_anyone(widest: int, policy: Policy) -> list[Outcome]:
    """Each statement that allows every caller, without a condition that says who."""
    found: list[Outcome] = []
    for statement in policy.statements:
        answer: Answer = all_true(
            (allows(statement), anonymous_principal(statement), opposite(narrowing_condition(statement, widest)))
        )
        if answer is True:
            found.append(
                failed(
                    Text(
                        f"the key policy lets anyone use the key (statement {statement.label})",
                        f"密钥策略允许任何人使用该密钥（语句 {statement.label}）",
                    ),
                    "policy",
                    statement.label,
                )
            )
        elif answer is False:
            found.append(PASS)
        else:
            found.append(undecided(answer, "policy", statement.label))
    found.extend(undecided(item, "policy") for item in policy.unknown_statements)
    return found


def _key_policy(resource: Resource, context: Context) -> Outcome:
    """The policy within a key. Without one the service's own policy holds, which names the account."""
    value = resource.get("policy")
    if value is None or (isinstance(value, str) and not value.strip()):
        return NOT_APPLICABLE
    if isinstance(value, Unknown) and value.reason == "known-after-apply" and not value.parts and not value.document:
        return NOT_APPLICABLE if resource.filled else undecided(value, "policy")
    return judge_policy(value, "policy", partial(_open_to_anyone, widest_prefix(context)))


key_policy: Final = Predicate(_key_policy, ("policy",), ("widest-prefix",))


def _window(path: str, default: int | None, *older: str) -> Predicate:
    """The days between the order to delete a key and its end, at least those of the parameter.

    Without a default the provider refuses to delete a key of which no window is set: that passes.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        limit = int(context.parameters[DELETION_DAYS])
        for name in (path, *older):
            value = resource.get(name)
            if value is not None:
                return _given_days(value, name, limit)
        return PASS if default is None else _days(default, path, limit, by_default=True)

    return Predicate(judge, (path, *older), (DELETION_DAYS,))


def _given_days(value: Any, where: str, limit: int) -> Outcome:
    return alternatives(value, lambda item: _days(item, where, limit), where)


def _days(value: Any, where: str, limit: int, *, by_default: bool = False) -> Outcome:
    number = as_number(value)
    if number is not None and number >= limit:
        return PASS
    how, chinese = ("not set and defaults to ", "未设置，默认值为 ") if by_default else ("", "为 ")
    return failed(
        Text(
            f"{where} is {how}{show(value)}; expected at least {limit} days",
            f"{where} {chinese}{show(value)}；应至少 {limit} 天",
        ),
        where,
    )


_aws_key: Final = each_of(_window("deletion_window_in_days", 30), key_policy)

KEY_GUARDED: Final = Rule(
    code="CN058",
    name="kms-guarded",
    severity=Severity.MEDIUM,
    title=Text("Keys are guarded against deletion and strangers", "密钥防误删且策略不对外开放"),
    rationale=Text(
        "With a deleted key all data that it encrypted is lost, and a key policy open to anyone undoes the encryption.",
        "密钥一旦删除，其加密的数据将全部无法恢复；对任何人开放的密钥策略则使加密形同虚设。",
    ),
    remediation=Text(
        'Set deletion_protection = "Enabled" and pending_window_in_days = 30 or more (alicloud_kms_key), '
        "deletion_protection = true (alicloud_kms_instance), deletion_window_in_days = 30 (aws_kms_key), "
        "pending_delete_window_in_days = 30 (tencentcloud_kms_key); name accounts or roles in the key policy instead "
        "of the principal *.",
        'alicloud_kms_key 设置 deletion_protection = "Enabled"、pending_window_in_days 不少于 30；'
        "alicloud_kms_instance 设置 deletion_protection = true；aws_kms_key 设置 deletion_window_in_days = 30；"
        "tencentcloud_kms_key 设置 pending_delete_window_in_days = 30；密钥策略中以具体账号或角色代替主体 *。",
    ),
    checks={
        "alicloud_kms_key": each_of(
            attribute("deletion_protection").equals("Enabled", default="Disabled"),
            _window("pending_window_in_days", None, "deletion_window_in_days"),
            key_policy,
        ),
        "alicloud_kms_instance": attribute("deletion_protection").is_true(default=False),
        "aws_kms_key": _aws_key,
        "aws_kms_external_key": _aws_key,
        "aws_kms_replica_key": _aws_key,
        "aws_kms_key_policy": key_policy,
        "tencentcloud_kms_key": _window("pending_delete_window_in_days", 7),
        "tencentcloud_kms_external_key": _window("pending_delete_window_in_days", 7),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN059: SM2, SM4
# --------------------------------------------------------------------------------------------------------------


def _not_national(where: str, value: Any, by_default: bool) -> Outcome:
    shown = show(value)
    how, chinese = ("not set and defaults to ", "未设置，默认值为 ") if by_default else ("", "为 ")
    return failed(
        Text(
            f"{where} is {how}{shown}; expected an SM2 or SM4 key", f"{where} {chinese}{shown}；应使用 SM2 或 SM4 密钥"
        ),
        where,
    )


@predicate(reads=("customer_master_key_spec",))
def _aws_national(resource: Resource, context: Context) -> Outcome:
    """SM2, or the symmetric default, which is SM4 in the regions in China and AES-256 elsewhere."""
    path = "customer_master_key_spec"
    written = resource.get(path)

    def in_region(region: Any) -> Outcome:
        mainland = context.is_mainland("aws", str(region))
        if mainland is None:
            return undecided(Unknown("unsupported", f"{region}"), path)
        if mainland:
            return passed(Text("symmetric keys are SM4 in this region", "该地域的对称密钥为 SM4"))
        return _not_national(path, "SYMMETRIC_DEFAULT", written is None)

    def by_spec(spec: Any) -> Outcome:
        if same(spec, "SM2"):
            return PASS
        if same(spec, "SYMMETRIC_DEFAULT"):
            return alternatives(context.region_of(resource), in_region, path)
        return _not_national(path, spec, False)

    return alternatives(written if written is not None else "SYMMETRIC_DEFAULT", by_spec, path)


@predicate(reads=("key_usage",))
def _tencent_national(resource: Resource, context: Context) -> Outcome:
    """An SM2 usage; the algorithm of symmetric keys is not documented."""

    def by_usage(usage: Any) -> Outcome:
        text = as_string(usage) or ""
        if text in ("ASYMMETRIC_DECRYPT_SM2", "ASYMMETRIC_SIGN_VERIFY_SM2"):
            return PASS
        if text == "ENCRYPT_DECRYPT":
            return undecided(
                Unknown("unsupported", "key_usage"),
                "key_usage",
                message=Text(
                    "the algorithm of symmetric keys is not documented: ask the service for a statement on SM4",
                    "对称密钥的算法没有公开说明，请向云服务商索取 SM4 证明",
                ),
            )
        return _not_national("key_usage", usage, False)

    return alternatives(resource.get("key_usage", "ENCRYPT_DECRYPT"), by_usage, "key_usage")


KEY_NATIONAL: Final = Rule(
    code="CN059",
    name="kms-sm-algorithm",
    severity=Severity.HIGH,
    title=Text("Keys are SM2 or SM4 keys", "密钥使用 SM2、SM4 算法"),
    rationale=Text(
        "A system that must use national cryptography falls short of it with AES, RSA or ECC keys.",
        "须使用国密算法的系统若采用 AES、RSA、ECC 密钥，则不满足商用密码应用对算法的要求。",
    ),
    remediation=Text(
        'Set key_spec = "Aliyun_SM4" or "EC_SM2" (alicloud_kms_key, only when the key is created), leave '
        'customer_master_key_spec "SYMMETRIC_DEFAULT" in the regions in China or set "SM2" (aws_kms_key), key_usage = '
        '"ASYMMETRIC_DECRYPT_SM2" or "ASYMMETRIC_SIGN_VERIFY_SM2" (tencentcloud_kms_key). '
        "Google Cloud: no algorithm of google_kms_crypto_key is one; keep such keys elsewhere.",
        'alicloud_kms_key 创建时设置 key_spec = "Aliyun_SM4" 或 "EC_SM2"；aws_kms_key 在中国区域保持 '
        'customer_master_key_spec 为 "SYMMETRIC_DEFAULT" 或设置 "SM2"；tencentcloud_kms_key 设置 key_usage 为 '
        '"ASYMMETRIC_DECRYPT_SM2" 或 "ASYMMETRIC_SIGN_VERIFY_SM2"。'
        "Google Cloud：google_kms_crypto_key 不提供国密算法，此类密钥须放在其他平台。",
    ),
    checks={
        "alicloud_kms_key": in_profile(
            "sm", attribute("key_spec").equals("Aliyun_SM4", "EC_SM2", default="Aliyun_AES_256")
        ),
        "aws_kms_key": in_profile("sm", _aws_national),
        "tencentcloud_kms_key": in_profile("sm", _tencent_national),
        "google_kms_crypto_key": in_profile("sm", OF_NATIONAL_ALGORITHM),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN060: hardware
# --------------------------------------------------------------------------------------------------------------


def _from_level_4_or_national(then: Predicate) -> Predicate:
    """At level 4, and from level 3 on where national cryptography is asked for."""

    def judge(resource: Resource, context: Context) -> Outcome:
        if context.level >= 4 or (context.level >= 3 and "sm" in context.profiles):
            return then(resource, context)
        return NOT_APPLICABLE

    return Predicate(judge, then.reads, then.parameters)


def _statement(where: str) -> Outcome:
    return undecided(
        Unknown("unsupported", where),
        where,
        message=Text(
            "the service keeps keys in hardware modules of its own: keep its certificate of the cryptographic module "
            "as evidence",
            "云服务使用自有的硬件密码模块保管密钥，请留存其密码模块认证证书作为证据",
        ),
    )


@predicate(reads=("protection_level", "dkms_instance_id"))
def _alicloud_hardware(resource: Resource, context: Context) -> Outcome:
    """Protection level HSM. A key of a dedicated instance is in hardware or not by the edition of that instance."""

    def by_level(level: Any) -> Outcome:
        if same(level, "HSM"):
            return PASS
        if resource.get("dkms_instance_id") is not None:
            return undecided(
                Unknown("unsupported", "dkms_instance_id"),
                "dkms_instance_id",
                message=Text(
                    "the edition of the KMS instance (software or hardware) cannot be told from the code",
                    "无法从代码判断 KMS 实例是软件版还是硬件版",
                ),
            )
        return failed(
            Text(
                f"protection_level is {show(level)}: the key is not kept in a hardware module",
                f"protection_level 为 {show(level)}：密钥没有由硬件密码模块保护",
            ),
            "protection_level",
        )

    return alternatives(resource.get("protection_level", "SOFTWARE"), by_level, "protection_level")


def _given(path: str) -> Predicate:
    """A dedicated module is named; else the service's own module is a matter of evidence."""

    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.get(path)
        if isinstance(value, Unknown) and value.reference is not None:
            return PASS
        if value is None:
            return _statement(path)
        return alternatives(value, lambda item: PASS if item else _statement(path), path)

    return Predicate(judge, (path,))


KEY_HARDWARE: Final = Rule(
    code="CN060",
    name="kms-hardware",
    severity=Severity.HIGH,
    title=Text("Keys are kept in hardware cryptographic modules", "密钥由硬件密码模块保护"),
    rationale=Text(
        "A key in software can be copied out of memory or a backup; a hardware module never lets it out in clear.",
        "软件密钥可能从内存或备份中被复制，硬件密码模块不会让明文密钥离开设备。",
    ),
    remediation=Text(
        'Set protection_level = "HSM" (alicloud_kms_key) or use a KMS instance of the hardware edition, '
        "custom_key_store_id (aws_kms_key), hsm_cluster_id (tencentcloud_kms_key); else keep the provider's "
        "certificate of its cryptographic module. "
        'Google Cloud: version_template.protection_level = "HSM" (google_kms_crypto_key).',
        'alicloud_kms_key 设置 protection_level = "HSM" 或使用硬件版 KMS 实例；aws_kms_key 设置 '
        "custom_key_store_id；tencentcloud_kms_key 设置 hsm_cluster_id；否则留存云服务商的密码模块认证证书。"
        'Google Cloud：google_kms_crypto_key 设置 version_template.protection_level = "HSM"。',
    ),
    checks={
        "alicloud_kms_key": _from_level_4_or_national(_alicloud_hardware),
        "alicloud_kms_instance": _from_level_4_or_national(
            Predicate(
                lambda resource, context: undecided(
                    Unknown("unsupported", "product_version"),
                    "product_version",
                    message=Text(
                        "product_version does not tell the software from the hardware edition: look it up in the "
                        "console",
                        "product_version 无法区分软件版与硬件版，请在控制台核对",
                    ),
                ),
                ("product_version",),
            )
        ),
        "aws_kms_key": _from_level_4_or_national(_given("custom_key_store_id")),
        "tencentcloud_kms_key": _from_level_4_or_national(_given("hsm_cluster_id")),
        "google_kms_crypto_key": _from_level_4_or_national(IN_HARDWARE),
    },
)

# --------------------------------------------------------------------------------------------------------------
# CN061: SM4 at rest
# --------------------------------------------------------------------------------------------------------------


def _sm4(value: Any, where: str, wanted: str, default: str) -> Outcome:
    """An algorithm's name, compared without case."""
    if value is None:
        return failed(
            Text(
                f'{where} is not set and defaults to "{default}"; expected "{wanted}"',
                f'{where} 未设置，默认值为 "{default}"；应为 "{wanted}"',
            ),
            where,
        )
    return alternatives(
        value,
        lambda item: (
            PASS
            if (as_string(item) or "").lower() == wanted.lower()
            else failed(
                Text(f'{where} is {show(item)}; expected "{wanted}"', f'{where} 为 {show(item)}；应为 "{wanted}"'),
                where,
            )
        ),
        where,
    )


def _where_on(switch: Any, then: Outcome) -> Outcome:
    """What is not encrypted is another rule's finding; where that is unknown, only a pass is sure."""
    if switch is None:
        return NOT_APPLICABLE
    if isinstance(switch, (Unknown, OneOf)):
        return then if then.verdict is Verdict.PASS else undecided(switch, then.attribute)
    return then if as_bool(switch) is True else NOT_APPLICABLE


def _disk_sm4(path: str, switch: str, wanted: str, default: str) -> Predicate:
    return Predicate(
        lambda resource, context: _where_on(resource.get(switch), _sm4(resource.get(path), path, wanted, default)),
        (path, switch),
    )


def _oss_rule(rule: Any, prefix: str) -> Outcome:
    def by_algorithm(value: Any) -> Outcome:
        if same(value, "SM4"):
            return PASS
        if same(value, "KMS"):
            where = f"{prefix}kms_data_encryption"
            return _sm4(rule.get("kms_data_encryption"), where, "SM4", "AES256")
        return failed(
            Text(
                f"{prefix}sse_algorithm is {show(value)}; expected KMS with kms_data_encryption SM4",
                f"{prefix}sse_algorithm 为 {show(value)}；应为 KMS 且 kms_data_encryption 为 SM4",
            ),
            f"{prefix}sse_algorithm",
        )

    return alternatives(rule.get("sse_algorithm"), by_algorithm, f"{prefix}sse_algorithm")


_SSE: Final = "alicloud_oss_bucket_server_side_encryption"


@predicate(reads=("server_side_encryption_rule.sse_algorithm", "server_side_encryption_rule.kms_data_encryption"))
def _oss_inline(resource: Resource, context: Context) -> Outcome:
    """The rule within an old bucket resource; a resource of its own is judged where it stands."""
    return several(
        undecided(rule, where) if isinstance(rule, (Unknown, OneOf)) else _oss_rule(rule, f"{where}.")
        for where, rule in nested_entries(resource.attributes, "server_side_encryption_rule")
    )


@predicate(reads=("encrypt_conf.enable", "encrypt_conf.encrypt_type"))
def _log_sm4(resource: Resource, context: Context) -> Outcome:
    found: list[Outcome] = []
    for where, block in nested_entries(resource.attributes, "encrypt_conf"):
        if isinstance(block, (Unknown, OneOf)):
            found.append(undecided(block, where))
            continue
        kind = _sm4(block.get("encrypt_type"), f"{where}.encrypt_type", "m4", "default")
        found.append(_where_on(block.get("enable"), kind))
    return several(found)


@predicate(reads=("encryption_algorithm",))
def _cos_sm4(resource: Resource, context: Context) -> Outcome:
    def by_algorithm(value: Any) -> Outcome:
        if same(value, "SM4"):
            return PASS
        if same(value, "KMS"):
            return undecided(
                Unknown("unsupported", "encryption_algorithm"),
                "encryption_algorithm",
                message=Text(
                    "with KMS the algorithm follows the key, which is not documented: SM4 is sure",
                    "采用 KMS 时算法取决于密钥，未公开说明；使用 SM4 可确定",
                ),
            )
        return _sm4(value, "encryption_algorithm", "SM4", "")

    value = resource.get("encryption_algorithm")
    return NOT_APPLICABLE if value is None else alternatives(value, by_algorithm, "encryption_algorithm")


_ALGORITHM: Final = "innodb_encrypt_algorithm"


@predicate(reads=("engine", "engine_version", "tde_status", "parameters.name", "parameters.value", "db_param_group_id"))
def _rds_sm4(resource: Resource, context: Context) -> Outcome:
    """RDS for MySQL with TDE: AES-256 unless a parameter says SM4; version 5.6 has AES-128 only.

    The algorithm of other engines follows the key, and that of encrypted disks is not documented: not judged.
    """

    def algorithm() -> Outcome:
        for where, block in nested_entries(resource.attributes, "parameters"):
            if isinstance(block, (Unknown, OneOf)):
                return undecided(block, where)
            name = block.get("name")
            if isinstance(name, (Unknown, OneOf)):
                return undecided(name, f"{where}.name")
            if same(name, _ALGORITHM):
                return _sm4(block.get("value"), f"{where}.value", "SM4_CTR", "AES_256_CBC")
        group = resource.get("db_param_group_id")
        if group is not None:
            return undecided(Unknown("unsupported", "db_param_group_id"), "db_param_group_id")
        return failed(
            Text(
                f'no parameter {_ALGORITHM}: TDE encrypts with "AES_256_CBC"; expected "SM4_CTR"',
                f'没有参数 {_ALGORITHM}：TDE 使用 "AES_256_CBC" 加密；应为 "SM4_CTR"',
            ),
            "parameters",
        )

    def by_status(status: Any) -> Outcome:
        return algorithm() if (as_string(status) or "").lower() == "enabled" else NOT_APPLICABLE

    def by_version(version: Any) -> Outcome:
        if same(version, "5.6"):
            return failed(
                Text("TDE of MySQL 5.6 encrypts with AES_128_ECB only", "MySQL 5.6 的 TDE 仅支持 AES_128_ECB"),
                "engine_version",
            )
        return alternatives(resource.get("tde_status", "Disabled"), by_status, "tde_status")

    def by_engine(engine: Any) -> Outcome:
        if not same(engine, "MySQL"):
            return NOT_APPLICABLE
        return alternatives(resource.get("engine_version"), by_version, "engine_version")

    return alternatives(resource.get("engine"), by_engine, "engine")


_ecs_disk: Final = _disk_sm4("encrypt_algorithm", "encrypted", "sm4-128", "aes-256")

REST_NATIONAL: Final = Rule(
    code="CN061",
    name="rest-sm4",
    severity=Severity.MEDIUM,
    title=Text("Disks, objects, logs and tables are encrypted with SM4", "云盘、对象、日志和数据表使用 SM4 加密"),
    rationale=Text(
        "A system that must use national cryptography has to store its important data under SM4; AES does not count.",
        "须使用国密算法的系统，其重要数据应以 SM4 加密存储，AES 不被认可。",
    ),
    remediation=Text(
        'Set system_disk_encrypt_algorithm or encrypt_algorithm = "sm4-128" ("SM4-128" in '
        'alicloud_ess_scaling_configuration), sse_algorithm = "KMS" with kms_data_encryption = "SM4" (OSS), '
        'encrypt_conf { encrypt_type = "m4" } (alicloud_log_store), the parameter innodb_encrypt_algorithm = "SM4_CTR" '
        'beside TDE (alicloud_db_instance of MySQL, before there is data), encryption_algorithm = "SM4" '
        "(tencentcloud_cos_bucket).",
        'system_disk_encrypt_algorithm 或 encrypt_algorithm 设为 "sm4-128"（alicloud_ess_scaling_configuration 为 '
        '"SM4-128"）；OSS 设置 sse_algorithm = "KMS" 且 kms_data_encryption = "SM4"；alicloud_log_store 设置 '
        'encrypt_conf { encrypt_type = "m4" }；启用 TDE 的 MySQL 实例（alicloud_db_instance）在写入数据前设置参数 '
        'innodb_encrypt_algorithm = "SM4_CTR"；tencentcloud_cos_bucket 设置 encryption_algorithm = "SM4"。',
    ),
    checks={
        "alicloud_instance": in_profile(
            "sm", _disk_sm4("system_disk_encrypt_algorithm", "system_disk_encrypted", "sm4-128", "aes-256")
        ),
        "alicloud_ecs_disk": in_profile("sm", _ecs_disk),
        "alicloud_disk": in_profile("sm", _ecs_disk),
        "alicloud_ess_scaling_configuration": in_profile(
            "sm", _disk_sm4("system_disk_encrypt_algorithm", "system_disk_encrypted", "SM4-128", "AES-256")
        ),
        "alicloud_oss_bucket": in_profile("sm", _oss_inline),
        _SSE: in_profile(
            "sm",
            Predicate(
                lambda resource, context: _oss_rule(resource.attributes, ""), ("sse_algorithm", "kms_data_encryption")
            ),
        ),
        "alicloud_log_store": in_profile("sm", _log_sm4),
        "alicloud_db_instance": in_profile("sm", _rds_sm4),
        "tencentcloud_cos_bucket": in_profile("sm", _cos_sm4),
    },
)

RULES: Final[tuple[Rule, ...]] = (KEY_ROTATION, KEY_GUARDED, KEY_NATIONAL, KEY_HARDWARE, REST_NATIONAL)
