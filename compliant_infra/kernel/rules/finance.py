"""Rules of the financial sector: two sites in one region, and one in another that is far enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from compliant_infra.kernel.copies import DistantContext
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    attribute,
    failed,
    predicate,
    several,
    undecided,
)
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.rules.redundancy import SEVERAL_ZONES
from compliant_infra.kernel.rules.second_region import SECOND_REGION, STANDBY
from compliant_infra.kernel.tags import among, tag, words

#: Data stores: two sites in the region (None where the service sees to it by itself), and the copy in another region.
_DEMANDS: Final[dict[str, tuple[Predicate | None, Predicate]]] = {
    "alicloud_db_instance": (SEVERAL_ZONES.checks["alicloud_db_instance"], STANDBY.checks["alicloud_db_instance"]),
    "alicloud_polardb_cluster": (
        SEVERAL_ZONES.checks["alicloud_polardb_cluster"],
        STANDBY.checks["alicloud_polardb_cluster"],
    ),
    "alicloud_oss_bucket": (
        attribute("redundancy_type").equals("ZRS", default="LRS"),
        SECOND_REGION.checks["alicloud_oss_bucket"],
    ),
    "aws_db_instance": (SEVERAL_ZONES.checks["aws_db_instance"], STANDBY.checks["aws_db_instance"]),
    "aws_rds_cluster": (None, STANDBY.checks["aws_rds_cluster"]),
    "aws_dynamodb_table": (None, STANDBY.checks["aws_dynamodb_table"]),
    "aws_s3_bucket": (None, SECOND_REGION.checks["aws_s3_bucket"]),
    "tencentcloud_mysql_instance": (
        SEVERAL_ZONES.checks["tencentcloud_mysql_instance"],
        STANDBY.checks["tencentcloud_mysql_instance"],
    ),
    "tencentcloud_cos_bucket": (
        attribute("multi_az").is_true(default=False),
        SECOND_REGION.checks["tencentcloud_cos_bucket"],
    ),
}

_PARAMETERS: Final = ("dr-tier-tags", "dr-first-tiers", "recovery-time-tags", "recovery-point-tags", "dr-distance-km")


def _named(outcome: Outcome, finding: str) -> Iterator[Outcome]:
    """The findings of an outcome under the demand that they break."""
    for part in outcome.parts or (outcome,):
        if part.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            yield part
        else:
            name = f"{finding}:{part.finding}" if part.finding else finding
            yield Outcome(part.verdict, part.message, part.attribute, name, part.unknown)


def _objective(resource: Resource, keys: tuple[str, ...], what: Text, finding: str) -> Outcome:
    """The store declares how long its recovery may take, or how much may be lost."""
    key = keys[0] if keys else finding
    missing = failed(Text(f"no tag {key} declares {what.en}", f"没有标签 {key} 标明{what.zh}"), "tags", finding)

    def test(value: Any) -> Outcome:
        return PASS if (as_string(value) or "").strip() else missing

    value = tag(resource, keys)
    return missing if value is None else alternatives(value, test, "tags", unset=lambda: missing)


def _survives(resource: Resource, context: Context, zones: Predicate | None, copy: Predicate) -> Outcome:
    remote = copy(resource, DistantContext(context, context.parameters["dr-distance-km"]))
    if remote.verdict is Verdict.NOT_APPLICABLE:
        return NOT_APPLICABLE  # it is itself the copy of another store
    outcomes = [*_named(remote, "second-region")]
    if zones is not None:
        outcomes[:0] = _named(zones(resource, context), "zones")
    time = Text("how long recovery may take", "恢复时间目标")
    loss = Text("how much data may be lost", "恢复点目标")
    outcomes.append(_objective(resource, words(context, "recovery-time-tags"), time, "rto"))
    outcomes.append(_objective(resource, words(context, "recovery-point-tags"), loss, "rpo"))
    return several(outcomes)


def _centres(kind: str) -> Predicate:
    zones, copy = _DEMANDS[kind]
    reads = ["tags", *(zones.reads if zones is not None else ()), *copy.reads]
    parameters = [*_PARAMETERS, *(zones.parameters if zones is not None else ()), *copy.parameters]

    @predicate(reads=reads, parameters=parameters)
    def judge(resource: Resource, context: Context) -> Outcome:
        def undeclared() -> Outcome:
            return undecided(
                Unknown("not-listed", "dr-tier"),
                "tags",
                message=Text(
                    "no tag dr-tier says whether it must survive the loss of a region",
                    "没有 dr-tier 标签说明该存储是否须在地域级灾难中存活",
                ),
            )

        def test(value: Any) -> Outcome:
            text = as_string(value)
            if text is None or not text.strip():
                return undeclared()
            first = among(text, words(context, "dr-first-tiers")) is True
            return _survives(resource, context, zones, copy) if first else NOT_APPLICABLE

        value = tag(resource, words(context, "dr-tier-tags"))
        if value is not None:
            return alternatives(value, test, "tags", unset=undeclared)
        remote = copy(resource, context)
        return NOT_APPLICABLE if remote.verdict is Verdict.NOT_APPLICABLE else undeclared()

    return judge


_TWO_PLACES: Final = Rule(
    code="CN118",
    name="fin-two-places-three-centres",
    severity=Severity.HIGH,
    title=Text("First-tier data live in two sites and in a distant region", "容灾一级数据满足两地三中心"),
    rationale=Text(
        "A financial system must go on when a data centre is lost, and come back when a whole city is; that takes two "
        "sites side by side, a third one too far away to be hit with them, and objectives by which recovery is "
        "planned.",
        "金融系统须在单个数据中心故障时继续运行，在整个城市受灾后能够恢复；"
        "这需要同城两个站点、距离足够远的第三个站点，以及据以规划恢复的目标。",
    ),
    remediation=Text(
        "Tag data stores dr-tier (1 for the first tier), rto and rpo in tags. For the first tier: two zones "
        "(zone_id_slave_a of alicloud_db_instance, redundancy_type ZRS of alicloud_oss_bucket, multi_az of "
        "aws_db_instance and tencentcloud_cos_bucket, first_slave_zone of tencentcloud_mysql_instance) and a standby "
        "or replica in a mainland region at least 100 km away (alicloud_rds_ddr_instance, "
        "alicloud_oss_bucket_replication, replicate_source_db, replica of aws_dynamodb_table, "
        "tencentcloud_mysql_dr_instance, replica_rules). Distances are approximate; parameter dr-distance-km.",
        "在 tags 中标明 dr-tier（一级为 1）、rto 与 rpo。容灾一级数据须跨两个可用区："
        "alicloud_db_instance 的 zone_id_slave_a、alicloud_oss_bucket 的 redundancy_type 为 ZRS、"
        "aws_db_instance 与 tencentcloud_cos_bucket 的 multi_az、"
        "tencentcloud_mysql_instance 的 first_slave_zone；"
        "并在至少 100 公里外的境内地域设置备用实例或副本：alicloud_rds_ddr_instance、"
        "alicloud_oss_bucket_replication、replicate_source_db、aws_dynamodb_table 的 replica、"
        "tencentcloud_mysql_dr_instance、replica_rules。距离为估算值，可通过参数 dr-distance-km 调整。",
    ),
    checks={kind: _centres(kind) for kind in _DEMANDS},
)

RULES: tuple[Rule, ...] = (_TWO_PLACES,)
