"""Rules on AI workloads: endpoints of models, notebooks, the data that models learn from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    alternatives,
    any_of,
    as_bool,
    as_number,
    as_string,
    attribute,
    each_of,
    failed,
    is_given,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, UnknownValueError
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import PolicySyntaxError, partly_known_json
from compliant_infra.kernel.rules.record import Absence, Rule
from compliant_infra.kernel.tags import among, data_class, plain_key, words

# --------------------------------------------------------------------------------------------------------------
# Model services of PAI: the configuration is a JSON text
# --------------------------------------------------------------------------------------------------------------

_CONFIG: Final = "service_config"


def _configured(resource: Resource, judge: Callable[[Mapping[str, Any]], Outcome]) -> Outcome:
    """Judge the configuration of a model service, whatever of it is known."""

    def read(value: Any) -> Outcome:
        if isinstance(value, Unknown):
            if value.document is not None:
                return read(value.document)
            if not value.parts:
                return undecided(value, _CONFIG)
        elif isinstance(value, OneOf):
            return alternatives(value, read, _CONFIG)
        try:
            found = value
            if isinstance(value, Unknown):
                found = partly_known_json(value)
            elif isinstance(value, str):
                found = json.loads(value)
        except (ValueError, RecursionError, PolicySyntaxError):
            return undecided(Unknown("unsupported", _CONFIG), _CONFIG)
        if not isinstance(found, Mapping):
            return undecided(Unknown("unsupported", _CONFIG), _CONFIG)
        try:
            return judge(found)
        except UnknownValueError as error:
            return undecided(error.unknown, _CONFIG)

    value = resource.attributes.get(_CONFIG)
    if isinstance(value, OneOf):
        return alternatives(value, read, _CONFIG)
    return read(value)


def _member(config: Mapping[str, Any], *path: str) -> Any:
    """A member of nested objects; None where it is not there. Raises ``UnknownValueError`` for an unknown object."""
    value: Any = config
    for name in path:
        if isinstance(value, (Unknown, OneOf)):
            raise UnknownValueError(value)
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


@predicate(reads=(_CONFIG,))
def _private_service(resource: Resource, context: Context) -> Outcome:
    """The public endpoint is switched off. A gateway of one's own decides by itself; unset is not known."""

    def judge(config: Mapping[str, Any]) -> Outcome:
        for place in ("networking", "metadata"):
            switch = _member(config, place, "disable_internet_endpoint")
            if switch is None:
                continue
            path = f"{place}.disable_internet_endpoint"

            def test(value: Any, path: str = path) -> Outcome:
                if as_bool(value) is True:
                    return PASS
                return failed(
                    Text(
                        f"{path} is {show(value)}: the model can be called from the internet",
                        f"{path} 为 {show(value)}：模型服务可从公网调用",
                    ),
                    _CONFIG,
                )

            return alternatives(switch, test, _CONFIG)
        return undecided(
            Unknown("known-after-apply", "networking.disable_internet_endpoint"),
            _CONFIG,
            message=Text(
                "networking.disable_internet_endpoint is not set: the gateway decides whether the model can be called "
                "from the internet",
                "未设置 networking.disable_internet_endpoint：是否可从公网调用由网关决定",
            ),
        )

    return _configured(resource, judge)


@predicate(reads=(_CONFIG,), parameters=("min-serving-replicas",))
def _redundant_service(resource: Resource, context: Context) -> Outcome:
    """``metadata.instance`` (1 unless set); a scaler may go down to its ``min``."""
    bound = context.parameters["min-serving-replicas"]

    def judge(config: Mapping[str, Any]) -> Outcome:
        for place in (("autoscaler", "min"), ("metadata", "autoscaler", "min")):
            least = _member(config, *place)
            if least is not None:
                return _replicas(least, ".".join(place), bound, _CONFIG)
        instances = _member(config, "metadata", "instance")
        return _replicas(1 if instances is None else instances, "metadata.instance", bound, _CONFIG)

    return _configured(resource, judge)


def _replicas(value: Any, name: str, bound: int, path: str) -> Outcome:
    def test(item: Any) -> Outcome:
        number = as_number(item)
        if number is None:
            return undecided(Unknown("unsupported", name), path)
        if number >= bound:
            return PASS
        return failed(
            Text(f"{name} is {show(item)}; expected at least {bound}", f"{name} 为 {show(item)}；应至少为 {bound}"),
            path,
        )

    return alternatives(value, test, path)


# --------------------------------------------------------------------------------------------------------------
# Data that models learn from
# --------------------------------------------------------------------------------------------------------------

_OSS_BUCKET: Final = lazy(r"oss://([a-z0-9][a-z0-9-]*)(?:\.[a-z0-9.-]+)?/?", re.IGNORECASE)


def _bucket_of(uri: Any, context: Context) -> Resource | Unknown | OneOf | None:
    """The bucket of the scan that the URI of a data set names; None where it is another store."""
    if isinstance(uri, Unknown):
        for part in uri.parts:
            if isinstance(part, Unknown):
                found = context.resolve(part, "alicloud_oss_bucket")
                if found is not None:
                    return found
        return uri
    if isinstance(uri, OneOf):
        return uri
    match = _OSS_BUCKET.match(as_string(uri) or "")
    if match is None:
        return None
    return context.resolve(match[1], "alicloud_oss_bucket") or Unknown("not-in-scan", match[1])


@predicate(
    reads=("uri", "labels.key", "labels.value", "alicloud_oss_bucket:tags"),
    parameters=("data-class-tags", "data-classes"),
)
def _training_data(resource: Resource, context: Context) -> Outcome:
    """A data set declares the class of its data: by a label of its own, or by the tag of its bucket."""
    keys = {plain_key(key) for key in words(context, "data-class-tags")}
    allowed = words(context, "data-classes")
    blocked: Outcome | None = None
    for where, label in entries(resource.attributes.get("labels"), "labels"):
        if not isinstance(label, Mapping):
            blocked = blocked or undecided(label, where)
            continue
        key = label.get("key")
        if isinstance(key, (Unknown, OneOf)):
            blocked = blocked or undecided(key, f"{where}.key")
        elif plain_key(as_string(key) or "") in keys:
            answer = among(label.get("value"), allowed)
            if answer is True:
                return PASS
            if not isinstance(answer, bool):
                blocked = blocked or undecided(answer, f"{where}.value")
    bucket = _bucket_of(resource.attributes.get("uri"), context)
    if isinstance(bucket, (Unknown, OneOf)):
        return blocked or undecided(bucket, "uri")
    if bucket is not None:
        answer = among(data_class(bucket, context), allowed)
        if answer is True:
            return PASS
        if not isinstance(answer, bool):
            blocked = blocked or undecided(answer, "uri")
    return blocked or failed(
        Text(
            "no label of the data set"
            + (" and no tag of its bucket" if bucket is not None else "")
            + " says which class of data it holds",
            "数据集" + ("及其存储桶" if bucket is not None else "") + "没有标签说明数据分类",
        ),
        "uri",
    )


# --------------------------------------------------------------------------------------------------------------
# SageMaker
# --------------------------------------------------------------------------------------------------------------

#: Instances with a local disk, whose encryption is the instance's own: they take no key of the endpoint.
_LOCAL_DISK: Final = lazy(r"ml\.(?:[a-z]+\d+[a-z]*d[a-z]*|[gp]\d+\w*)\.", re.IGNORECASE)


@predicate(reads=("kms_key_arn", "production_variants.instance_type", "production_variants.serverless_config"))
def _endpoint_key(resource: Resource, context: Context) -> Outcome:
    """A customer's key encrypts the disks of the endpoint's instances, where they take one."""
    path = "kms_key_arn"
    if is_given(resource.attributes.get(path)):
        return PASS
    blocked: Outcome | None = None
    serverless = True
    for where, variant in entries(resource.attributes.get("production_variants"), "production_variants"):
        if not isinstance(variant, Mapping):
            return undecided(variant, where)
        if is_given(variant.get("serverless_config")):
            continue
        serverless = False
        kind = variant.get("instance_type")
        if isinstance(kind, (Unknown, OneOf)):
            blocked = blocked or undecided(kind, f"{where}.instance_type")
        elif _LOCAL_DISK.match(as_string(kind) or ""):
            blocked = blocked or undecided(
                Unknown("unsupported", f"{where}.instance_type"),
                f"{where}.instance_type",
                message=Text(
                    f"kms_key_arn is not set; whether instances {show(kind)} take a key is not known",
                    f"kms_key_arn 未设置；无法判断实例 {show(kind)} 是否支持密钥",
                ),
            )
    if serverless:
        return NOT_APPLICABLE
    return blocked or failed(
        Text(
            "kms_key_arn is not set: no key of your own encrypts the disks", "kms_key_arn 未设置：磁盘未用自有密钥加密"
        ),
        path,
    )


_VARIANTS: Final = "production_variants"


@predicate(
    reads=(
        f"{_VARIANTS}.initial_instance_count",
        f"{_VARIANTS}.managed_instance_scaling.min_instance_count",
        f"{_VARIANTS}.serverless_config",
    ),
    parameters=("min-serving-replicas",),
)
def _redundant_endpoint(resource: Resource, context: Context) -> Outcome | Iterator[Outcome]:
    bound = context.parameters["min-serving-replicas"]
    outcomes: list[Outcome] = []
    for where, variant in entries(resource.attributes.get(_VARIANTS), _VARIANTS):
        if not isinstance(variant, Mapping):
            outcomes.append(undecided(variant, where))
            continue
        if is_given(variant.get("serverless_config")):
            continue
        name, value = "initial_instance_count", variant.get("initial_instance_count")
        for place, scaling in entries(variant.get("managed_instance_scaling"), "managed_instance_scaling"):
            if not isinstance(scaling, Mapping):
                value = scaling
            elif scaling.get("min_instance_count") is not None:
                name, value = f"{place}.min_instance_count", scaling.get("min_instance_count")
        path = f"{where}.{name}"
        if value is None:
            outcomes.append(undecided(Unknown("known-after-apply", path), path))
        else:
            outcomes.append(_replicas(value, name.rpartition(".")[2], bound, path))
    return several(outcomes)


_PROTECTED: Final = Rule(
    code="CN119",
    name="ai-workload-protected",
    severity=Severity.MEDIUM,
    title=Text("Models, notebooks and training data are protected", "模型服务、Notebook 与训练数据受到保护"),
    rationale=Text(
        "An open model endpoint can be drained, abused or made to give away what it learnt; a notebook with a way to "
        "the internet carries training data out, and nobody protects data whose class nobody declared.",
        "对公网开放的模型服务可能被盗用、滥用，或被诱导泄露训练内容；"
        "可直接上网的 Notebook 会带出训练数据；未标明分类的数据难以得到应有的保护。",
    ),
    remediation=Text(
        "Alibaba Cloud: networking.disable_internet_endpoint = true in service_config (alicloud_pai_service), a label "
        "or bucket tag data-class for alicloud_pai_workspace_dataset, accessibility PRIVATE on "
        "alicloud_pai_workspace_model, content moderation (alicloud_aligreen_biz_type). "
        "AWS: direct_internet_access Disabled and kms_key_id (aws_sagemaker_notebook_instance), "
        "app_network_access_type VpcOnly and kms_key_id (aws_sagemaker_domain), kms_key_arn "
        "(aws_sagemaker_endpoint_configuration), enable_network_isolation or vpc_config (aws_sagemaker_model).",
        "阿里云：alicloud_pai_service 的 service_config 中设置 networking.disable_internet_endpoint = true，"
        "为 alicloud_pai_workspace_dataset 或其存储桶设置 data-class 标签，alicloud_pai_workspace_model 的 "
        "accessibility 设为 PRIVATE，启用内容审核（alicloud_aligreen_biz_type）。"
        "AWS：aws_sagemaker_notebook_instance 的 direct_internet_access 设为 Disabled 并设置 kms_key_id，"
        "aws_sagemaker_domain 的 app_network_access_type 设为 VpcOnly 并设置 kms_key_id，"
        "aws_sagemaker_endpoint_configuration 设置 kms_key_arn，"
        "aws_sagemaker_model 设置 enable_network_isolation 或 vpc_config。",
    ),
    checks={
        "alicloud_pai_service": _private_service,
        "alicloud_pai_workspace_dataset": _training_data,
        # PUBLIC shows the model to everyone of the workspace, PRIVATE to its owner and the administrators.
        "alicloud_pai_workspace_model": attribute("accessibility").equals("PRIVATE", default="PRIVATE"),
        "aws_sagemaker_notebook_instance": each_of(
            attribute("direct_internet_access").equals("Disabled", default="Enabled"),
            attribute("kms_key_id").is_set(),
        ),
        "aws_sagemaker_domain": each_of(
            attribute("app_network_access_type").equals("VpcOnly", default="PublicInternetOnly"),
            attribute("kms_key_id").is_set(),
        ),
        "aws_sagemaker_endpoint_configuration": _endpoint_key,
        "aws_sagemaker_model": any_of(
            attribute("enable_network_isolation").is_true(default=False),
            attribute("vpc_config").is_set(),
        ),
    },
    absence=Absence(
        {"alicloud": ("alicloud_aligreen_biz_type", "alicloud_aligreen_callback", "alicloud_aligreen_keyword_lib")},
        Text("no content moderation filters what models take and give", "没有内容审核服务过滤模型的输入与输出"),
    ),
)

_REDUNDANT: Final = Rule(
    code="CN124",
    name="ai-serving-redundant",
    severity=Severity.LOW,
    title=Text("Model services run on several replicas", "模型服务运行多个副本"),
    rationale=Text(
        "With one replica every fault, update or eviction of its machine takes the model away from those who use it.",
        "单副本时，所在机器的任何故障、升级或回收都会使模型服务中断。",
    ),
    remediation=Text(
        "Alibaba Cloud: metadata.instance (and autoscaler.min) of at least 2 in service_config (alicloud_pai_service). "
        "AWS: initial_instance_count (and min_instance_count) of at least 2 in every production_variants of "
        "aws_sagemaker_endpoint_configuration. Parameter min-serving-replicas.",
        "阿里云：alicloud_pai_service 的 service_config 中 metadata.instance（及 autoscaler.min）至少为 2；"
        "AWS：aws_sagemaker_endpoint_configuration 的每个 production_variants 中 initial_instance_count"
        "（及 min_instance_count）至少为 2。可通过参数 min-serving-replicas 调整。",
    ),
    checks={
        "alicloud_pai_service": _redundant_service,
        "aws_sagemaker_endpoint_configuration": _redundant_endpoint,
    },
)

RULES: tuple[Rule, ...] = (_PROTECTED, _REDUNDANT)
