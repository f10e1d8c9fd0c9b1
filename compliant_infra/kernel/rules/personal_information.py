"""Rules on personal information: what data stores declare, how long they keep it, where it must not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    any_of,
    as_bool,
    as_number,
    as_string,
    attribute,
    failed,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.object_expiry import EXPIRY_READS, Blocked, expiries
from compliant_infra.kernel.packet_filters import Truth, truth
from compliant_infra.kernel.rules.record import Absence, Rule
from compliant_infra.kernel.tags import among, data_class, holds_personal_information, plain, plain_key, tag, words

#: Types that store an organisation's data and can carry tags.
_STORES: Final = (
    "alicloud_oss_bucket",
    "alicloud_db_instance",
    "alicloud_rds_clone_db_instance",
    "alicloud_polardb_cluster",
    "alicloud_mongodb_instance",
    "alicloud_mongodb_sharding_instance",
    "alicloud_mongodb_serverless_instance",
    "alicloud_kvstore_instance",
    "alicloud_redis_tair_instance",
    "alicloud_ots_instance",
    "alicloud_elasticsearch_instance",
    "alicloud_hbase_instance",
    "alicloud_lindorm_instance",
    "alicloud_gpdb_instance",
    "alicloud_adb_db_cluster",
    "alicloud_adb_cluster",
    "alicloud_click_house_enterprise_db_cluster",
    "alicloud_selectdb_db_instance",
    "alicloud_nas_file_system",
    "alicloud_log_project",
    "aws_s3_bucket",
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_dynamodb_table",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_redshift_cluster",
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_elasticache_replication_group",
    "aws_memorydb_cluster",
    "aws_keyspaces_table",
    "aws_efs_file_system",
    "aws_fsx_lustre_file_system",
    "aws_fsx_windows_file_system",
    "tencentcloud_cos_bucket",
    "tencentcloud_mysql_instance",
    "tencentcloud_postgresql_instance",
    "tencentcloud_postgresql_clone_db_instance",
    "tencentcloud_mariadb_instance",
    "tencentcloud_mariadb_hour_db_instance",
    "tencentcloud_sqlserver_instance",
    "tencentcloud_sqlserver_basic_instance",
    "tencentcloud_mongodb_instance",
    "tencentcloud_mongodb_sharding_instance",
    "tencentcloud_redis_instance",
    "tencentcloud_cynosdb_cluster",
    "tencentcloud_cynosdb_cluster_v2",
    "tencentcloud_elasticsearch_instance",
    "tencentcloud_clickhouse_instance",
    "tencentcloud_cfs_file_system",
)

# --------------------------------------------------------------------------------------------------------------
# Classification
# --------------------------------------------------------------------------------------------------------------

#: Resources that tag others from outside, by cloud: the type and its key attribute.
_TAGGERS: Final = {"tencentcloud": ("tencentcloud_tag_attachment", "tag_key"), "aws": ("aws_dynamodb_tag", "key")}


def _tagged_from_outside(resource: Resource, context: Context, keys: Sequence[str]) -> Unknown | OneOf | None:
    """A resource of the scan that may put one of these tags on the store: what it tags is named by a text."""
    cloud = resource.type.split("_", 1)[0]
    if cloud not in _TAGGERS or (cloud == "aws" and resource.type != "aws_dynamodb_table"):
        return None
    kind, path = _TAGGERS[cloud]
    wanted = {plain_key(key) for key in keys}
    for tagger in context.resources(kind):
        key = tagger.attributes.get(path)
        if isinstance(key, (Unknown, OneOf)):
            return key
        if isinstance(key, str) and plain_key(key) in wanted:
            return Unknown("unsupported", tagger.address, tagger.location)
    return None


def _carries(resource: Resource, context: Context, keys: Sequence[str], allowed: Sequence[str]) -> Outcome:
    """The store has a tag with one of these keys, of a value that is not empty and, if listed, allowed."""
    name = keys[0] if keys else ""
    listed = ", ".join(allowed)

    def missing() -> Outcome:
        outside = _tagged_from_outside(resource, context, keys)
        if outside is not None:
            return undecided(outside, "tags", name)
        return failed(
            Text(
                f"no tag {name}" + (f"; expected one of {listed}" if listed else ""),
                f"没有标签 {name}" + (f"；应为 {listed} 之一" if listed else ""),
            ),
            "tags",
            name,
        )

    def test(value: Any) -> Outcome:
        text = as_string(value)
        if text is None or not text.strip():
            return missing()
        if not allowed or plain(text) in {plain(item) for item in allowed}:
            return PASS
        return failed(
            Text(
                f"tag {name} is {show(value)}; expected one of {listed}",
                f"标签 {name} 为 {show(value)}；应为 {listed} 之一",
            ),
            "tags",
            name,
        )

    value = tag(resource, keys)
    if value is None:
        return missing()
    outcome = alternatives(value, test, "tags", unset=missing)
    if outcome.verdict is Verdict.UNKNOWN:
        return Outcome(Verdict.UNKNOWN, outcome.message, outcome.attribute, name, outcome.unknown)
    return outcome


@predicate(reads=("tags",), parameters=("data-class-tags", "data-classes", "owner-tags"))
def _classified(resource: Resource, context: Context) -> Iterator[Outcome]:
    """The class and the owner; a store with neither tag is one finding."""
    classes, owners = words(context, "data-class-tags"), words(context, "owner-tags")
    allowed = words(context, "data-classes")
    outcomes = (_carries(resource, context, classes, allowed), _carries(resource, context, owners, ()))
    untagged = all(tag(resource, keys) is None for keys in (classes, owners))
    if untagged and classes and owners and all(item.verdict is Verdict.FAIL for item in outcomes):
        listed = ", ".join(allowed)
        yield failed(
            Text(
                f"no tag {classes[0]}" + (f" (one of {listed})" if listed else "") + f" and no tag {owners[0]}",
                f"没有标签 {classes[0]}" + (f"（应为 {listed} 之一）" if listed else "") + f"，也没有标签 {owners[0]}",
            ),
            "tags",
            "untagged",
        )
        return
    yield from outcomes


_CLASSIFICATION: Final = Rule(
    code="CN114",
    name="pi-classification-tag",
    severity=Severity.MEDIUM,
    title=Text("Data stores declare the class of their data and its owner", "数据存储标明数据分类与责任人"),
    rationale=Text(
        "Protection follows the class of the data: a store of which nobody knows what it holds is protected too little "
        "or forgotten when data must be found, reported or deleted.",
        "保护措施取决于数据分类；不清楚存放何种数据的存储，要么保护不足，要么在需要查找、上报或删除数据时被遗漏。",
    ),
    remediation=Text(
        "Set the tags data-class (core, important, sensitive-pi, pi, processing-record, ai-training or general) and "
        "owner in tags of every data store on Alibaba Cloud, AWS (or default_tags of its provider) and Tencent Cloud. "
        "Other keys and values: parameters data-class-tags, data-classes and owner-tags.",
        "在阿里云、AWS（或其 provider 的 default_tags）、腾讯云的每个数据存储的 tags 中设置 data-class（core、"
        "important、sensitive-pi、pi、processing-record、ai-training 或 general）与 owner。"
        "如使用其他键或值，可通过参数 data-class-tags、data-classes、owner-tags 设置。",
    ),
    checks=dict.fromkeys(_STORES, _classified),
)

# --------------------------------------------------------------------------------------------------------------
# Retention
# --------------------------------------------------------------------------------------------------------------


def _is_kept_for_ever(resource: Resource, context: Context) -> Outcome:
    """Personal information: some rule deletes objects after a time."""
    blocked: Outcome | None = None
    for item in expiries(resource, context):
        if isinstance(item, Blocked):
            blocked = blocked or undecided(item.unknown, item.path)
        elif item.enabled is True and item.all_objects is True:
            return PASS
        else:
            doubt = item.enabled if item.all_objects is True else item.all_objects
            path = item.path if item.resource is None else ""
            if isinstance(doubt, (Unknown, OneOf)):
                blocked = blocked or undecided(doubt, path)
            elif item.enabled is not False:
                blocked = blocked or undecided(Unknown("unsupported", item.path), path, message=_SOME)
    return blocked or failed(
        Text(
            "holds personal information, and no lifecycle rule deletes objects after a time",
            "存放个人信息，但没有生命周期规则在到期后删除对象",
        )
    )


def _is_deleted_early(resource: Resource, context: Context) -> Outcome:
    """Records of processing: no rule deletes objects before their time."""
    bound = context.parameters["processing-record-retention-days"]
    outcomes: list[Outcome] = []
    for item in expiries(resource, context):
        if isinstance(item, Blocked):
            outcomes.append(undecided(item.unknown, item.path))
            continue
        outcome = _soon(item.days, item.path, bound)
        if outcome.verdict is Verdict.FAIL:
            doubt = next((answer for answer in (item.enabled, item.all_objects) if answer is not True), None)
            if doubt is False:
                outcome = undecided(Unknown("unsupported", item.path), item.path, message=_PARTLY)
            elif doubt is not None:
                outcome = undecided(doubt, item.path)
        if item.resource is not None and outcome.verdict is not Verdict.PASS:  # it sits on the bucket
            name, said = item.resource.address, outcome.message
            message = Text(f"{name}: {said.en}", f"{name}：{said.zh}")
            outcome = Outcome(outcome.verdict, message, "", name, outcome.unknown)
        outcomes.append(outcome)
    return several(outcomes) if outcomes else PASS


_SOME: Final = Text(
    "lifecycle rules delete only some of the objects; whether these hold all personal information is not known",
    "生命周期规则只删除部分对象；无法判断其中是否包含全部个人信息",
)
_PARTLY: Final = Text(
    "a lifecycle rule deletes some of the objects early; whether records are among them is not known",
    "生命周期规则会提前删除部分对象；无法判断其中是否包含处理记录",
)


def _soon(days: Any, path: str, bound: int) -> Outcome:
    if days is None:
        return undecided(Unknown("unsupported", path), path)

    def test(value: Any) -> Outcome:
        number = as_number(value)
        if number is None:
            return undecided(Unknown("unsupported", path), path)
        if number >= bound:
            return PASS
        return failed(
            Text(
                f"records of processing are deleted after {show(value)} days; expected at least {bound}",
                f"处理记录 {show(value)} 天后即被删除；应至少保存 {bound} 天",
            ),
            path,
        )

    return alternatives(days, test, path, unset=lambda: undecided(Unknown("unsupported", path), path))


def _by_class(resource: Resource, context: Context, personal: Outcome, record: Outcome) -> Outcome:
    """The outcome for the class of data that the store declares."""

    def test(value: Any) -> Outcome:
        if among(value, words(context, "processing-record-classes")) is True:
            return record
        if among(value, words(context, "personal-data-classes")) is True:
            return personal
        return NOT_APPLICABLE

    value = data_class(resource, context)
    if value is None:
        return NOT_APPLICABLE
    if type(value) is Unknown and personal.verdict is Verdict.PASS and record.verdict is Verdict.PASS:
        return NOT_APPLICABLE
    return alternatives(value, test, "tags", unset=lambda: NOT_APPLICABLE)


_RETENTION_PARAMETERS: Final = (
    "data-class-tags",
    "personal-data-classes",
    "processing-record-classes",
    "processing-record-retention-days",
)


def _bucket(kind: str) -> Predicate:
    @predicate(reads=("tags", *EXPIRY_READS[kind]), parameters=_RETENTION_PARAMETERS)
    def judge(resource: Resource, context: Context) -> Outcome:
        if data_class(resource, context) is None:
            return NOT_APPLICABLE
        return _by_class(resource, context, _is_kept_for_ever(resource, context), _is_deleted_early(resource, context))

    return judge


@predicate(reads=("tags", "ttl.enabled"), parameters=_RETENTION_PARAMETERS)
def _table(resource: Resource, context: Context) -> Outcome:
    """DynamoDB: items carry their own time of expiry, which code does not show."""
    if data_class(resource, context) is None:
        return NOT_APPLICABLE
    none = Text("holds personal information, and time to live is not enabled", "存放个人信息，但未启用生存时间（TTL）")
    by_item = Text(
        "items expire at a time of their own; whether records of processing are kept long enough is not known",
        "各条目按自身时间过期；无法判断处理记录的保存期是否足够",
    )
    personal, record = failed(none, "ttl"), PASS
    for where, block in entries(resource.attributes.get("ttl"), "ttl"):
        if not isinstance(block, Mapping):
            personal = record = undecided(block, where)
            continue
        path = f"{where}.enabled"
        expires = truth(block.get("enabled"), lambda item: as_bool(item) is True)
        if isinstance(expires, bool):
            personal = PASS if expires else failed(none, path)
            record = undecided(Unknown("unsupported", "ttl"), path, message=by_item) if expires else PASS
        else:
            personal = record = undecided(expires, path)
    return _by_class(resource, context, personal, record)


_RETENTION: Final = Rule(
    code="CN115",
    name="pi-retention",
    severity=Severity.LOW,
    title=Text("Personal information expires, records of processing are kept", "个人信息到期删除，处理记录按期留存"),
    rationale=Text(
        "Personal information may be kept only as long as its purpose needs it, and what is no longer there cannot "
        "leak; the records of how it was processed are evidence for years.",
        "个人信息的保存期应为实现处理目的所必需的最短时间，已删除的数据不会再泄露；而处理记录是数年内的合规证据。",
    ),
    remediation=Text(
        "For stores tagged pi or sensitive-pi add a lifecycle rule with expiration.days: lifecycle_rule "
        "(alicloud_oss_bucket), aws_s3_bucket_lifecycle_configuration, lifecycle_rules (tencentcloud_cos_bucket); "
        "enable ttl on aws_dynamodb_table. For stores tagged processing-record set expiration.days to at least 1095 "
        "or leave it out.",
        "对标记为 pi 或 sensitive-pi 的存储设置带 expiration.days 的生命周期规则：lifecycle_rule"
        "（alicloud_oss_bucket）、aws_s3_bucket_lifecycle_configuration、lifecycle_rules（tencentcloud_cos_bucket），"
        "aws_dynamodb_table 启用 ttl；对标记为 processing-record 的存储，expiration.days 至少为 1095 或不设置。",
    ),
    checks={
        "alicloud_oss_bucket": _bucket("alicloud_oss_bucket"),
        "aws_s3_bucket": _bucket("aws_s3_bucket"),
        "aws_dynamodb_table": _table,
        "tencentcloud_cos_bucket": _bucket("tencentcloud_cos_bucket"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Test environments
# --------------------------------------------------------------------------------------------------------------

_TEST_PARAMETERS: Final = ("environment-tags", "test-environments", "data-class-tags", "personal-data-classes")


def _is_test(resource: Resource, context: Context) -> Truth:
    return among(tag(resource, words(context, "environment-tags")), words(context, "test-environments"))


#: By type: the attributes that name where the data of a store come from, and the types that they name. A snapshot is
#: followed to the store that it was taken of, by the attribute given third.
_ORIGINS: Final[Mapping[str, tuple[tuple[str, tuple[str, ...], str], ...]]] = {
    "alicloud_rds_clone_db_instance": (
        ("source_db_instance_id", ("alicloud_db_instance", "alicloud_rds_clone_db_instance"), ""),
    ),
    "alicloud_polardb_cluster": (("source_resource_id", ("alicloud_polardb_cluster", "alicloud_db_instance"), ""),),
    "alicloud_mongodb_instance": (("src_db_instance_id", ("alicloud_mongodb_instance",), ""),),
    "aws_db_instance": (
        ("replicate_source_db", ("aws_db_instance", "aws_rds_cluster"), ""),
        ("snapshot_identifier", ("aws_db_snapshot",), "db_instance_identifier"),
        ("restore_to_point_in_time.source_db_instance_identifier", ("aws_db_instance",), ""),
    ),
    "aws_rds_cluster": (
        ("replication_source_identifier", ("aws_rds_cluster", "aws_db_instance"), ""),
        ("snapshot_identifier", ("aws_db_cluster_snapshot", "aws_db_snapshot"), "db_cluster_identifier"),
        ("restore_to_point_in_time.source_cluster_identifier", ("aws_rds_cluster",), ""),
    ),
    "aws_dynamodb_table": (("restore_source_name", ("aws_dynamodb_table",), ""),),
    "tencentcloud_postgresql_clone_db_instance": (("db_instance_id", ("tencentcloud_postgresql_instance",), ""),),
}


def _origins(resource: Resource, context: Context) -> Iterator[tuple[str, Resource | Unknown | OneOf]]:
    """The stores of which this one's data are a copy, with the attribute that says so; an unknown for one not known.

    A store that is named literally and is not in the scan is left out: what the copy itself declares counts.
    """
    for path, kinds, of in _ORIGINS.get(resource.type, ()):
        first, _, rest = path.partition(".")
        named: list[tuple[str, Any]] = [(path, resource.attributes.get(first))]
        if rest:
            named = [
                (f"{where}.{rest}", block.get(rest)) if isinstance(block, Mapping) else (where, block)
                for where, block in entries(named[0][1], first)
            ]
        for where, value in named:
            source = context.resolve(value, *kinds)
            if source is not None and of:
                yield where, source  # the snapshot's own tags
                found = _source_of_snapshot(source.attributes.get(of), context)
                if found is not None:
                    yield where, found
            elif source is not None:
                yield where, source
            elif isinstance(value, (Unknown, OneOf)):
                yield where, value


def _source_of_snapshot(value: Any, context: Context) -> Resource | Unknown | OneOf | None:
    """The instance or cluster that a snapshot names: by reference, or by its identifier."""
    kinds = {"aws_db_instance": "identifier", "aws_rds_cluster": "cluster_identifier"}
    found = context.resolve(value, *kinds)
    if found is not None or value is None or isinstance(value, (Unknown, OneOf)):
        return found if found is not None else value
    blocked: Unknown | OneOf | None = None
    for kind, name in kinds.items():
        for item in context.resources(kind):
            own = item.attributes.get(name)
            if isinstance(own, (Unknown, OneOf)):
                blocked = own if blocked is None else blocked
            elif own is not None and as_string(own) == as_string(value):
                return item
    return blocked


def _holds(resource: Resource, context: Context) -> Outcome:
    """Whether the store holds personal information, by its own tag or by that of the store it was copied from."""
    blocked: Outcome | None = None
    for path, source in _origins(resource, context):
        answer = holds_personal_information(source, context) if isinstance(source, Resource) else source
        if answer is True and isinstance(source, Resource):
            return failed(
                Text(
                    f"a test environment gets a copy of {source.address}, which holds personal information",
                    f"测试环境复制了存放个人信息的 {source.address}",
                ),
                path,
            )
        if not isinstance(answer, bool):
            blocked = blocked or undecided(answer, path)
    own = data_class(resource, context)

    def test(value: Any) -> Outcome:
        if among(value, words(context, "personal-data-classes")) is True:
            return failed(
                Text(
                    f"a test environment holds data of class {show(value)}",
                    f"测试环境存放了分类为 {show(value)} 的数据",
                ),
                "tags",
            )
        return PASS

    def undeclared() -> Outcome:
        return undecided(
            Unknown("no-value", "data-class"),
            "tags",
            message=Text(
                "a test environment, and no tag says which class of data it holds",
                "属于测试环境，但没有标签说明存放的数据分类",
            ),
        )

    outcome = undeclared() if own is None else alternatives(own, test, "tags", unset=undeclared)
    return outcome if outcome.verdict is Verdict.FAIL else blocked or outcome


def _reads_of_origins(kind: str) -> list[str]:
    found = ["tags"]
    for path, kinds, of in _ORIGINS.get(kind, ()):
        found.append(path)
        found.extend(f"{other}:tags" for other in kinds)
        if of:
            found.append(f"{kinds[0]}:{of}")
    return found


def _in_test(kind: str) -> Predicate:
    @predicate(reads=_reads_of_origins(kind), parameters=_TEST_PARAMETERS)
    def judge(resource: Resource, context: Context) -> Outcome:
        testing = _is_test(resource, context)
        if testing is False:
            return NOT_APPLICABLE
        outcome = _holds(resource, context)
        if testing is True:
            return outcome
        return NOT_APPLICABLE if outcome.verdict is Verdict.PASS else undecided(testing, "tags")

    return judge


def _peering(own: str, peer: str, kind: str) -> Predicate:
    """Two networks that are joined: not one of a test environment with one that holds personal information."""

    @predicate(reads=(own, peer, f"{kind}:tags"), parameters=_TEST_PARAMETERS)
    def judge(resource: Resource, context: Context) -> Outcome:
        ends = [context.resolve(resource.attributes.get(name), kind) for name in (own, peer)]
        first, second = ends
        if first is None or second is None:
            return NOT_APPLICABLE
        blocked: Unknown | OneOf | None = None
        testing = False
        for network, other in ((first, second), (second, first)):
            answers = (_is_test(network, context), holds_personal_information(other, context))
            testing = testing or answers[0] is True
            if False in answers:
                continue
            doubt = next((answer for answer in answers if not isinstance(answer, bool)), None)
            if doubt is None:
                return failed(
                    Text(
                        f"joins the test network {network.address} with {other.address}, which holds personal "
                        "information",
                        f"将测试网络 {network.address} 与存放个人信息的 {other.address} 互联",
                    ),
                    peer,
                )
            blocked = blocked or doubt
        if blocked is not None:
            return undecided(blocked, peer)
        return PASS if testing else NOT_APPLICABLE

    return judge


_NOT_IN_TEST: Final = Rule(
    code="CN116",
    name="pi-not-in-test",
    severity=Severity.MEDIUM,
    title=Text("Test environments hold no personal information", "测试环境不得存放个人信息"),
    rationale=Text(
        "Development and test environments are open to more people and watched less; copies of production data in "
        "them are a common origin of leaks.",
        "开发测试环境接触人员多、监控弱，其中的生产数据副本是常见的泄露源头。",
    ),
    remediation=Text(
        "Test with masked or made-up data: declare its class in tags (data-class = general), and do not clone or "
        "restore stores of personal information where env is dev, test or staging. Alibaba Cloud: "
        "source_db_instance_id (alicloud_rds_clone_db_instance), source_resource_id. AWS: snapshot_identifier, "
        "replicate_source_db, restore_to_point_in_time (aws_db_instance). Tencent Cloud: db_instance_id "
        "(tencentcloud_postgresql_clone_db_instance). Do not peer their networks.",
        "使用脱敏或合成数据测试：在 tags 中标明分类（data-class = general），env 为 dev、test、staging 等的环境不得"
        "克隆或恢复存放个人信息的存储。阿里云：source_db_instance_id（alicloud_rds_clone_db_instance）、source_resource_id；AWS："
        "snapshot_identifier、replicate_source_db、restore_to_point_in_time（aws_db_instance）；腾讯云：db_instance_id"
        "（tencentcloud_postgresql_clone_db_instance）。也不要将两者的网络互联。",
    ),
    checks={
        **{kind: _in_test(kind) for kind in _STORES},
        "alicloud_vpc_peer_connection": _peering("vpc_id", "accepting_vpc_id", "alicloud_vpc"),
        "aws_vpc_peering_connection": _peering("vpc_id", "peer_vpc_id", "aws_vpc"),
        "tencentcloud_vpc_peer_connect_manager": _peering("source_vpc_id", "destination_vpc_id", "tencentcloud_vpc"),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Discovery
# --------------------------------------------------------------------------------------------------------------

_DISCOVERY: Final = Rule(
    code="CN117",
    name="pi-discovery-on",
    severity=Severity.LOW,
    title=Text("Data stores are searched for sensitive data", "已启用敏感数据识别"),
    rationale=Text(
        "Sensitive data turn up where nobody declared them; a scanner finds them before someone else does.",
        "敏感数据常出现在未登记的位置；通过扫描识别，可先于他人发现。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_sddp_instance with sd_cbool (databases) or ud_cbool (OSS) = "yes", and '
        "alicloud_sddp_rule with status = 1. AWS, where the region offers it: aws_macie2_account with "
        'status = "ENABLED".',
        '阿里云：使用 alicloud_sddp_instance，sd_cbool（数据库）或 ud_cbool（OSS）设为 "yes"，alicloud_sddp_rule 的 '
        'status 设为 1。AWS（所在区域提供时）：aws_macie2_account 的 status 设为 "ENABLED"。',
    ),
    checks={
        "alicloud_sddp_instance": any_of(attribute("sd_cbool").equals("yes"), attribute("ud_cbool").equals("yes")),
        "alicloud_sddp_rule": attribute("status").equals(1, missing="not-applicable"),
        "aws_macie2_account": attribute("status").equals("ENABLED", default="ENABLED"),
    },
    # Not asked of AWS: the service is not confirmed for the regions of China; nor of Tencent Cloud, whose provider has
    # no resource for it.
    absence=Absence(
        {"alicloud": ("alicloud_sddp_instance",)},
        Text("nothing searches data stores for sensitive data", "没有对数据存储进行敏感数据识别"),
    ),
)

RULES: tuple[Rule, ...] = (_CLASSIFICATION, _RETENTION, _NOT_IN_TEST, _DISCOVERY)
