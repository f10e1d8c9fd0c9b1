"""Predicates on where things lie and where data goes: regions, zones, copies, private links, logs.

The direction decides: what is judged is a copy or a link that leaves mainland China. A foreign source with a mainland
destination is an import and no finding. A declared destination passes while its transfer mechanism is valid:
the settings ``[cross-border]`` come in the context's parameters as ``cross-border-destinations`` (region ids or country
codes), ``cross-border-mechanism`` (``"none"`` unless declared) and ``cross-border-valid``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    passed,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, SensitiveText, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, same_filter, truth
from compliant_infra.kernel.places import country_of, partition_of_arn, region_of_arn, region_of_zone

_MECHANISMS: Final[Mapping[str, Text]] = {
    "exempt": Text("exemption", "豁免"),
    "scc": Text("standard contract", "标准合同"),
    "certification": Text("certification", "个人信息保护认证"),
    "assessment": Text("security assessment", "数据出境安全评估"),
}


def cloud_of(resource: Resource) -> str:
    """The provider of a resource: ``"alicloud"``."""
    return resource.type.removeprefix("provider.").split("_", 1)[0]


def in_mainland(context: Context, cloud: str, region: Any) -> Truth:
    """Whether a region is in mainland China; the unknown that blocks the answer where it cannot be told."""

    def test(value: Any) -> Truth:
        text = as_string(value) or ""
        answer = context.is_mainland(cloud, text)
        return Unknown("unsupported", text) if answer is None else answer

    return Unknown("no-value", "region") if region is None else truth(region, test)


def declared(context: Context, cloud: str, region: str) -> Text | None:
    """The mechanism under which transfers to this region are declared and valid, or None."""
    mechanism = str(context.parameters.get("cross-border-mechanism", "none"))
    if mechanism == "none" or not context.parameters.get("cross-border-valid", False):
        return None
    listed = {str(item).lower() for item in context.parameters.get("cross-border-destinations", ())}
    if region.lower() not in listed and (country_of(cloud, region) or "-").lower() not in listed:
        return None
    return _MECHANISMS.get(mechanism, Text(mechanism, mechanism))


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """``several``, but a pass keeps the words that say under which declaration it is one."""
    found = several(outcomes)
    if found.verdict is Verdict.PASS:
        return next((item for item in outcomes if item.verdict is Verdict.PASS and item.message.en), found)
    return found


def crossing(
    context: Context, cloud: str, source: Any, destination: Any, path: str, what: Text, finding: str = ""
) -> Outcome:
    """Judge a transfer from one region to another. ``what`` names it in the message ("copies backups")."""

    def test(region: Any) -> Outcome:
        text = as_string(region) or ""
        inside = context.is_mainland(cloud, text)
        if inside is True:
            return PASS
        if inside is None:
            return undecided(
                Unknown("unsupported", text),
                path,
                finding,
                Text(f"{path}: {show(text)} is no region that is known", f"{path}：未知的地域 {show(text)}"),
            )
        leaves = in_mainland(context, cloud, source)
        if leaves is False:
            return NOT_APPLICABLE
        mechanism = declared(context, cloud, text)
        if mechanism is not None:
            return passed(
                Text(
                    f"{what.en} to {text}, declared under {mechanism.en}",
                    f"{what.zh}到 {text}，已声明按{mechanism.zh}出境",
                ),
                path,
            )
        if leaves is not True:
            return undecided(
                leaves,
                path,
                finding,
                Text(
                    f"{what.en} to {text}, outside mainland China; the source region is not known",
                    f"{what.zh}到境外地域 {text}；源地域未知",
                ),
            )
        return failed(
            Text(
                f"{what.en} to {text}, outside mainland China",
                f"{what.zh}到境外地域 {text}",
            ),
            path,
            finding,
        )

    return alternatives(destination, test, path)


# --------------------------------------------------------------------------------------------------------------
# Regions and zones
# --------------------------------------------------------------------------------------------------------------


def _allowed(context: Context, cloud: str, region: str, path: str) -> Outcome:
    listed = context.parameters.get("allowed-regions") or ()
    if listed:
        if region in listed:
            return PASS
        return failed(
            Text(f"{path} is in {region}, which is not in allowed-regions", f"{path} 位于 {region}，不在允许的地域内"),
            path,
        )
    inside = context.is_mainland(cloud, region)
    if inside is True:
        return PASS
    if inside is None:
        return undecided(
            Unknown("unsupported", region),
            path,
            message=Text(f"{path}: {show(region)} is no region that is known", f"{path}：未知的地域 {show(region)}"),
        )
    return failed(
        Text(f"{path} is in {region}, outside mainland China", f"{path} 位于 {region}，不在中国境内"),
        path,
    )


@predicate(reads=("region",), parameters=("allowed-regions", "region-classes"))
def provider_region(resource: Resource, context: Context) -> Outcome:
    """The region of a provider configuration; unset, the environment or a profile decides."""
    cloud = cloud_of(resource)
    region = resource.attributes.get("region")
    if region is None:
        return undecided(
            Unknown("no-value", f"provider.{cloud}.region"),
            "region",
            message=Text(
                "region is not set: the environment or a profile decides",
                "region 未设置：由环境变量或配置文件决定",
            ),
        )
    return alternatives(region, lambda item: _allowed(context, cloud, as_string(item) or "", "region"), "region")


_ZONE_NAMES: Final = frozenset(
    {"availability_zone", "availability_zones", "available_zone", "zone", "zones", "zone_id", "zone_ids"}
)
_NO_ZONES: Final = frozenset(
    {"time_zone", "db_time_zone", "default_time_zone", "hosted_zone_id", "private_zone", "domain_zone", "anycast_zone"}
)


@lru_cache(maxsize=4096)
def names_a_zone(cloud: str, name: str) -> bool:
    """Whether an argument of this name holds an availability zone or, on AWS, the region of the resource."""
    if name in _NO_ZONES:
        return False
    if cloud == "aws":
        return name == "region" or name.startswith("availability_zone")
    return name in _ZONE_NAMES or name.endswith(("_zone", "_zone_id"))


@predicate(reads=(), parameters=("allowed-regions", "region-classes"))
def resource_zones(resource: Resource, context: Context) -> Iterable[Outcome]:
    """Every zone and region argument of a resource. What only the cloud knows is left to the provider's region."""
    cloud = cloud_of(resource)
    outcomes: list[Outcome] = []
    for name in resource.attributes:
        if names_a_zone(cloud, name):
            value = resource.attributes.get(name)
            items = value if isinstance(value, (list, tuple)) else (value,)
            outcomes.extend(_zone(context, cloud, name, item) for item in items)
    return outcomes


def _zone(context: Context, cloud: str, name: str, value: Any) -> Outcome:
    if value is None:
        return NOT_APPLICABLE
    if type(value) is Unknown:
        # A zone that the cloud lists, or that another resource has, lies in the region of the provider.
        listed = value.reference is not None or value.reason in ("data-source", "known-after-apply")
        if listed and (name != "region" or value.expression.startswith("data.aws_region.")):
            return NOT_APPLICABLE

    def test(item: Any) -> Outcome:
        region = region_of_zone(cloud, as_string(item) or "")
        return NOT_APPLICABLE if region is None else _allowed(context, cloud, region, name)

    return alternatives(value, test, name)


# --------------------------------------------------------------------------------------------------------------
# Transfers named by an attribute
# --------------------------------------------------------------------------------------------------------------

Convert = Callable[[str], str]


def _plain(text: str) -> str:
    return text


def _values(resource: Resource, path: str) -> Iterator[tuple[Any, str, Mapping[str, Any]]]:
    """(value, path, block) of an attribute, inside every nested block of its path; lists element by element."""

    def walk(container: Mapping[str, Any], parts: Sequence[str], where: str) -> Iterator[Any]:
        value = container.get(parts[0])
        here = f"{where}.{parts[0]}" if where else parts[0]
        if value is None:
            return
        if len(parts) == 1:
            for item in value if isinstance(value, (list, tuple)) else (value,):
                yield item, here, container
            return
        if isinstance(value, (Unknown, OneOf)):
            yield value.condition if isinstance(value, OneOf) else value, here, container
            return
        for index, item in enumerate(value if isinstance(value, (list, tuple)) else (value,)):
            if isinstance(item, Mapping):
                yield from walk(item, parts[1:], f"{here}.{index}")
            elif isinstance(item, (Unknown, OneOf)):
                yield item.condition if isinstance(item, OneOf) else item, f"{here}.{index}", container

    yield from walk(resource.attributes, path.split("."), "")


def goes_to(
    path: str, what: Text, *, source: str = "", region: Convert = _plain, unset: Outcome = NOT_APPLICABLE
) -> Predicate:
    """What the attribute names as destination is in mainland China, seen from the source.

    ``source`` is the attribute that names the source region beside it (in the same block); without it, or where it is
    not set, the region in which the resource is made. ``region`` makes a region id of the attribute's text.
    """

    @predicate(reads=(path, *((source,) if source else ())))
    def judge(resource: Resource, context: Context) -> Outcome:
        cloud = cloud_of(resource)
        found = list(_values(resource, path))
        if not found:
            return unset
        many = len({show(value) for value, _, _ in found}) > 1
        outcomes: list[Outcome] = []
        for value, where, block in found:
            origin = block.get(source.rpartition(".")[2]) if source else None
            if origin is None and source:
                origin = next((item for item, _, _ in _values(resource, source)), None)
            if origin is None:
                origin = context.region_of(resource)
            target = alternate(value, region)
            outcomes.append(crossing(context, cloud, origin, target, where, what, _shown(target) if many else ""))
        return together(outcomes)

    return judge


def _shown(value: Any) -> str:
    return f"{value}" if isinstance(value, str) else show(value)  # not the text itself: it may be sensitive


def alternate(value: Any, function: Convert) -> Any:
    """The function over a known text, or over each alternative."""
    if isinstance(value, OneOf):
        return OneOf([alternate(item, function) for item in value.alternatives], value.condition)
    text = None if isinstance(value, Unknown) else as_string(value)
    return value if text is None else function(text)


def comes_from(path: str, what: Text, *, region: Convert = _plain, unset: Outcome = NOT_APPLICABLE) -> Predicate:
    """The attribute names where the data comes from; the copy lies in the region in which the resource is made."""

    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        cloud = cloud_of(resource)
        found = list(_values(resource, path))
        if not found:
            return unset
        here = context.region_of(resource)
        return together(
            [crossing(context, cloud, _origin(context, value, region), here, where, what) for value, where, _ in found]
        )

    return judge


def _origin(context: Context, value: Any, region: Convert) -> Any:
    """The region that a text names, or in which the resource lies that it refers to."""
    target = context.resolve(value) if isinstance(value, Unknown) else None
    return context.region_of(target) if target is not None else alternate(value, region)


def links_to(path: str, what: Text) -> Predicate:
    """A private link between two regions, of which not exactly one is in mainland China."""

    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        cloud = cloud_of(resource)
        found = list(_values(resource, path))
        if not found:
            return PASS  # the other side lies in the same region
        here = context.region_of(resource)
        return together([link(context, cloud, here, value, where, what) for value, where, _ in found])

    return judge


def link(context: Context, cloud: str, here: Any, there: Any, path: str, what: Text, finding: str = "") -> Outcome:
    """Judge a link: it has no direction, so either end may be the foreign one."""
    if isinstance(there, OneOf):
        return alternatives(there, lambda item: link(context, cloud, here, item, path, what, finding), path)
    mine = in_mainland(context, cloud, here)
    other = in_mainland(context, cloud, there)
    if mine is False and other is True:
        return crossing(context, cloud, there, here, path, what, finding)
    return crossing(context, cloud, here, there, path, what, finding)


# --------------------------------------------------------------------------------------------------------------
# Destinations that are names of other things
# --------------------------------------------------------------------------------------------------------------


def oss_location(text: str) -> str:
    """The region of an OSS location or endpoint: ``oss-cn-hangzhou``, "
    "``https://oss-cn-beijing-internal.aliyuncs.com``."""
    host = text.partition("://")[2] or text
    host = host.split("/", 1)[0].split(".aliyuncs.com", 1)[0]
    name = next((part for part in host.split(".") if part.startswith("oss-")), host)
    return name.removeprefix("oss-").removesuffix("-internal")


def cos_region(text: str) -> str:
    """The region in a COS bucket's resource name: ``qcs::cos:ap-guangzhou::backup-1250000000``."""
    parts = text.split(":")
    return parts[3] if len(parts) >= 4 and parts[0] == "qcs" else text


def bucket_region(value: Any, context: Context, types: Sequence[str]) -> Any:
    """The region of the bucket that a value names: a resource of the scan, or the partition of a known ARN.

    The China partition has no foreign region, so its name alone is an answer: one of its regions stands for it.
    """
    bucket = context.resolve(value, *types)
    if bucket is not None:
        return context.region_of(bucket)
    text = value if isinstance(value, str) else ""
    if isinstance(value, Unknown) and value.parts and isinstance(value.parts[0], str):
        text = f"{value.parts[0]}:::::"
    region = region_of_arn(text)
    if region:
        return region
    partition = partition_of_arn(text)
    if partition == "aws-cn":
        return "cn-north-1"
    if partition == "aws":
        return "aws (global)"
    return value if isinstance(value, (Unknown, OneOf)) else Unknown("unsupported", show(value))


def s3_copy(path: str, what: Text) -> Predicate:
    """S3 replication: the regions of both buckets decide."""

    @predicate(reads=(path, "bucket"))
    def judge(resource: Resource, context: Context) -> Outcome:
        origin: Any = context.region_of(resource)
        if resource.type != "aws_s3_bucket":
            own = context.resolve(resource.attributes.get("bucket"), "aws_s3_bucket")
            origin = context.region_of(own) if own is not None else origin
        found = list(_values(resource, path))
        if not found:
            return NOT_APPLICABLE
        return together([_s3_copy(context, origin, value, where, what) for value, where, _ in found])

    return judge


def _s3_copy(context: Context, origin: Any, value: Any, where: str, what: Text) -> Outcome:
    def test(item: Any) -> Outcome:
        region = bucket_region(item, context, ("aws_s3_bucket",))
        if region != "aws (global)" if isinstance(region, str) else True:
            return crossing(context, "aws", origin, region, where, what)
        leaves = in_mainland(context, "aws", origin)
        if leaves is False:
            return NOT_APPLICABLE
        message = Text(
            f"{what.en} to {show(item)}, a bucket of the global partition",
            f"{what.zh}到全球区分区的存储桶 {show(item)}",
        )
        return failed(message, where) if leaves is True else undecided(leaves, where, message=message)

    if isinstance(value, OneOf):
        return alternatives(value, test, where)
    return test(value)


def vault_copy(path: str, what: Text) -> Predicate:
    """Copies into another vault of AWS Backup: its region stands in its name, or is that of the vault in the scan."""

    @predicate(reads=(path,))
    def judge(resource: Resource, context: Context) -> Outcome:
        found = list(_values(resource, path))
        if not found:
            return NOT_APPLICABLE
        origin = context.region_of(resource)
        many = len({show(value) for value, _, _ in found}) > 1
        outcomes: list[Outcome] = []
        for value, where, _ in found:
            region = _vault_region(value, context)
            outcomes.append(crossing(context, "aws", origin, region, where, what, _shown(region) if many else ""))
        return together(outcomes)

    return judge


def _vault_region(value: Any, context: Context) -> Any:
    if isinstance(value, OneOf):
        return OneOf([_vault_region(item, context) for item in value.alternatives], value.condition)
    return bucket_region(value, context, ("aws_backup_vault", "aws_backup_logically_air_gapped_vault"))


#: Areas of a CEN bandwidth package. Hong Kong belongs to Asia-Pacific.
_CHINA: Final = frozenset({"china", "china_c", "mainland china"})


@predicate(reads=("geographic_region_a_id", "geographic_region_b_id", "geographic_region_ids"))
def bandwidth_areas(resource: Resource, context: Context) -> Outcome:
    """``alicloud_cen_bandwidth_package``: both areas are China, or none is."""
    pairs = [(name, resource.attributes.get(name)) for name in ("geographic_region_a_id", "geographic_region_b_id")]
    listed = resource.attributes.get("geographic_region_ids")
    if listed is not None:
        if isinstance(listed, (Unknown, OneOf)):
            return undecided(listed, "geographic_region_ids")
        items = listed if isinstance(listed, (list, tuple)) else (listed,)
        pairs = [("geographic_region_ids", item) for item in items]
    if any(value is None for _, value in pairs):
        missing = next(name for name, value in pairs if value is None)
        return undecided(Unknown("known-after-apply", missing), missing)
    inside = [
        (name, value, truth(value, lambda item: (as_string(item) or "").lower() in _CHINA)) for name, value in pairs
    ]
    if {answer is True for _, _, answer in inside} == {True}:
        return PASS
    for name, _, answer in inside:
        if not isinstance(answer, bool):
            return undecided(answer, name)
    if not any(answer is True for _, _, answer in inside):
        return NOT_APPLICABLE
    name, value, _ = next(item for item in inside if item[2] is False)
    return failed(
        Text(f"links mainland China to {show(value)}", f"连接中国内地与 {show(value)}"),
        name,
    )


def network_member(path: str, by: str) -> Predicate:
    """A network that joins a wider one (CEN, CCN), named by ``by``: its region, at ``path``, is in mainland China.

    The members of one such network reach each other wherever they lie, so any mainland member makes a foreign one a
    crossing.
    """
    what = Text("extends a private network", "将私网延伸")

    @predicate(reads=(path, by))
    def judge(resource: Resource, context: Context) -> Outcome:
        value = resource.attributes.get(path)
        if value is None:
            return NOT_APPLICABLE
        cloud = cloud_of(resource)
        home: Any = context.region_of(resource)
        if in_mainland(context, cloud, home) is not True:
            home = _other_member(resource, context, path, by) or home
        return crossing(context, cloud, home, value, path, what)

    return judge


def _other_member(resource: Resource, context: Context, path: str, by: str) -> Any:
    """The region of another member of the same network that lies in mainland China."""
    for other in context.resources(resource.type):
        if same_filter(resource, other, by) is True:
            region = other.attributes.get(path)
            if region is not None and in_mainland(context, cloud_of(other), region) is True:
                return region
    return None


# --------------------------------------------------------------------------------------------------------------
# Log sinks
# --------------------------------------------------------------------------------------------------------------


def host_of(url: str) -> str:
    """The host of a URL, in small letters."""
    rest = url.partition("://")[2] or url
    return rest.split("/", 1)[0].split("@")[-1].split(":", 1)[0].lower()


@predicate(reads=("http_endpoint_configuration.url",))
def firehose_endpoint(resource: Resource, context: Context) -> Iterable[Outcome] | Outcome:
    """An HTTP destination is outside the account: only a host of AWS China is surely in mainland China."""
    path = "http_endpoint_configuration.url"
    found = list(_values(resource, path))
    if not found:
        return NOT_APPLICABLE
    return [alternatives(value, partial(_endpoint, resource, context, where=where), where) for value, where, _ in found]


def _endpoint(resource: Resource, context: Context, value: Any, *, where: str) -> Outcome:
    host = host_of(as_string(value) or "")
    if host.endswith(".amazonaws.com.cn"):
        return PASS
    leaves = in_mainland(context, "aws", context.region_of(resource))
    if leaves is False:
        return NOT_APPLICABLE
    if host.endswith(".amazonaws.com"):
        message = Text(f"sends records to {host}, outside AWS China", f"将记录发送到 AWS 中国区之外的 {host}")
        return failed(message, where) if leaves is True else undecided(leaves, where, message=message)
    return undecided(
        Unknown("unsupported", host),
        where,
        message=Text(f"sends records to {host}: where it lies is not known", f"将记录发送到 {host}：其所在地未知"),
    )


@predicate(reads=("target_arn",))
def log_destination(resource: Resource, context: Context) -> Outcome:
    """``aws_cloudwatch_log_destination``: the region of the stream that receives the log events."""
    value = resource.attributes.get("target_arn")
    target = context.resolve(value, "aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream")
    where = context.region_of(target) if target is not None else value
    if target is None:
        region: Any = alternate(value, lambda text: region_of_arn(text) or text)
        if isinstance(value, Unknown) and value.parts and isinstance(value.parts[0], str):
            prefix = value.parts[0]
            named = region_of_arn(prefix) if prefix.count(":") >= 5 else None
            if named:
                region = named
            elif partition_of_arn(f"{prefix}:::::") == "aws-cn":
                region = "cn-north-1"
        where = region
    return crossing(context, "aws", context.region_of(resource), where, "target_arn", Text("sends logs", "将日志发送"))


@predicate(reads=("oss_bucket_name", "sls_project_arn"))
def trail_sinks(resource: Resource, context: Context) -> Outcome:
    """``alicloud_actiontrail_trail``: the regions of its bucket and of its log project."""
    outcomes: list[Outcome] = []
    here = context.region_of(resource)
    what = Text("delivers audit events", "将审计事件投递")
    arn = resource.attributes.get("sls_project_arn")
    if arn is not None:
        region = alternate(arn, _project_region)
        if isinstance(arn, Unknown):
            region = _region_in_parts(arn)
        outcomes.append(crossing(context, "alicloud", here, region, "sls_project_arn", what))
    name = resource.attributes.get("oss_bucket_name")
    if name is not None:
        bucket = context.resolve(name, "alicloud_oss_bucket")
        if bucket is not None:
            outcomes.append(crossing(context, "alicloud", here, context.region_of(bucket), "oss_bucket_name", what))
        else:
            blocked = name if isinstance(name, (Unknown, OneOf)) else Unknown("unsupported", show(name))
            outcomes.append(
                undecided(
                    blocked,
                    "oss_bucket_name",
                    message=Text(
                        f"the region of bucket {show(name)} is not known",
                        f"存储桶 {show(name)} 所在地域未知",
                    ),
                )
            )
    return together(outcomes)


def _project_region(arn: str) -> str:
    """The region in ``acs:log:cn-hangzhou:<uid>:project/<name>``."""
    parts = arn.split(":")
    return parts[2] if len(parts) >= 5 and parts[0] == "acs" else arn


def _region_in_parts(value: Unknown) -> Any:
    """The region in a partly known log project name, or the unknown itself."""
    if value.parts and isinstance(value.parts[0], str):
        parts = value.parts[0].split(":")
        if len(parts) >= 4 and parts[2]:
            return parts[2]
        if len(parts) == 3 and not parts[2] and len(value.parts) > 1:
            return value.parts[1]
    return value


@predicate(reads=("server_name", "endpoint_type"))
def migration_endpoint(resource: Resource, context: Context) -> Outcome:
    """``aws_dms_endpoint``: a target server that is a host of AWS outside the China partition."""
    kind, name = resource.attributes.get("endpoint_type"), resource.attributes.get("server_name")
    if name is None or (isinstance(kind, str) and kind != "target"):
        return NOT_APPLICABLE
    if isinstance(name, Unknown) and name.reference is not None:
        return PASS  # a server of the same scan: judged where it is made
    path = "server_name"

    def test(item: Any) -> Outcome:
        host = host_of(as_string(item) or "")
        if isinstance(item, SensitiveText):
            host = SensitiveText(host)
        if host.endswith(".amazonaws.com.cn"):
            return PASS
        if not host.endswith(".amazonaws.com"):
            return undecided(
                Unknown("unsupported", host),
                path,
                message=Text(f"writes to {host}: where it lies is not known", f"写入 {host}：其所在地未知"),
            )
        leaves = in_mainland(context, "aws", context.region_of(resource))
        message = Text(f"writes to {host}, outside AWS China", f"写入 AWS 中国区之外的 {host}")
        if leaves is False:
            return NOT_APPLICABLE
        if leaves is not True:
            return undecided(leaves, path, message=message)
        return failed(message, path) if isinstance(kind, str) else undecided(Unknown("no-value", "endpoint_type"), path)

    return alternatives(name, test, path)
