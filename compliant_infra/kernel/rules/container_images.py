"""Rules on container images: scanned when they arrive, tags that cannot be moved."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, entries, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    all_of,
    alternatives,
    any_of,
    as_string,
    attribute,
    failed,
    linked,
    predicate,
    same,
    several,
    show,
    undecided,
    when,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown, Verdict
from compliant_infra.kernel.packet_filters import Truth, any_true, truth
from compliant_infra.kernel.rules.record import Rule

# --------------------------------------------------------------------------------------------------------------
# Scans
# --------------------------------------------------------------------------------------------------------------

_AUTOMATIC: Final = when(attribute("scan_type").equals("VUL"), attribute("trigger_type").equals("AUTO"))

_NODE: Final = "VULNERABILITY_SCANNING"


@predicate(reads=("chain_config.nodes.node_name", "chain_config.nodes.enable"))
def _chain_scans(resource: Resource, context: Context) -> Outcome:
    """A delivery chain whose scanning node is on; one without such a node is for something else."""
    found: list[Outcome] = []
    for where, block in nested_entries(resource.attributes, "chain_config.nodes"):
        if isinstance(block, (Unknown, OneOf)):
            found.append(undecided(block, where))
            continue
        found.append(alternatives(block.get("node_name", ""), _scanning(block, where), f"{where}.node_name"))
    return several(found)


def _scanning(block: Any, where: str) -> Any:
    path = f"{where}.enable"

    def node(name: Any) -> Outcome:
        if not same(name, _NODE):
            return NOT_APPLICABLE
        value = block.get("enable")
        return off(None) if value is None else alternatives(value, off, path, unset=lambda: off(None))

    def off(value: Any) -> Outcome:
        if value is None:
            return undecided(Unknown("known-after-apply", path), path)
        if same(value, True):
            return PASS
        return failed(Text("the scanning node of the chain is off", "交付链中的漏洞扫描节点未启用"), path)

    return node


#: A rule for the whole registry; one for some namespaces leaves the others open.
_SCANNED: Final = linked(
    "alicloud_cr_scan_rule",
    by="instance_id",
    to=("id",),
    that=all_of(_AUTOMATIC, attribute("scan_scope").equals("INSTANCE")),
)


@predicate(reads=("image_scanner", *_SCANNED.reads))
def _registry(resource: Resource, context: Context) -> Outcome:
    """The engine is on by itself; that it is started for every push takes a rule, which may be made elsewhere."""
    path = "image_scanner"

    def test(value: Any) -> Outcome:
        if same(value, "DISABLE"):
            message = Text('image_scanner is "DISABLE": no image is scanned', "image_scanner 为 DISABLE：不扫描镜像")
            return failed(message, path)
        outcome = _SCANNED(resource, context)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        return undecided(
            Unknown("not-in-scan", "alicloud_cr_scan_rule"),
            message=Text(
                "no rule for the whole registry that scans images on push refers to it",
                "没有引用该实例、覆盖全部命名空间并在推送时自动扫描的规则",
            ),
        )

    value = resource.attributes.get(path)
    return test("") if value is None else alternatives(value, test, path, unset=lambda: test(""))


_FREQUENCIES: Final = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


def _matches(pattern: Any, name: Any) -> Truth:
    """Whether a filter takes a repository in: with a star it is a pattern, without one a part of the name."""

    def against(text: Any) -> Truth:
        written = as_string(text) or ""
        if written == "*":
            return True
        if isinstance(name, (Unknown, OneOf)):
            return name
        own = as_string(name) or ""
        if "*" not in written:
            return written in own
        return re.fullmatch(".*".join(re.escape(part) for part in written.split("*")), own) is not None

    return truth(pattern, against)


def _scanned_by(configuration: Resource, name: Any) -> Truth:
    """Whether the registry's own rules scan a repository of this name by themselves."""
    answers: list[Truth] = []
    for _, rule in entries(configuration.attributes.get("rule"), "rule"):
        if isinstance(rule, (Unknown, OneOf)):
            answers.append(rule)
            continue
        automatic = truth(rule.get("scan_frequency", ""), lambda item: as_string(item) in _FREQUENCIES)
        if automatic is False:
            continue
        for _, block in entries(rule.get("repository_filter"), "repository_filter"):
            taken = block if isinstance(block, (Unknown, OneOf)) else _matches(block.get("filter", ""), name)
            answers.append(automatic if taken is True else taken)
    return any_true(answers)


def _same_registry(resource: Resource, other: Resource, context: Context) -> Truth:
    """A registry is that of a region."""
    here, there = context.region_of(resource), context.region_of(other)
    if isinstance(here, str) and isinstance(there, str):
        return here == there
    if resource.provider is other.provider:
        return True
    blocked = next((region for region in (here, there) if isinstance(region, (Unknown, OneOf))), None)
    return Unknown("unsupported", "region") if blocked is None else blocked


def _by_registry(resource: Resource, context: Context) -> Truth:
    """Whether settings of the whole registry, or an enhanced scan of the account, take the repository in."""
    name = resource.attributes.get("name")
    answers = [
        _all(_same_registry(resource, other, context), _scanned_by(other, name), _surely_there(other))
        for other in context.resources("aws_ecr_registry_scanning_configuration")
    ]
    answers += [
        _all(_same_registry(resource, other, context), _scans_registry(other), _surely_there(other))
        for other in context.resources("aws_inspector2_enabler")
    ]
    return any_true(answers)


def _scans_registry(enabler: Resource) -> Truth:
    kinds = enabler.attributes.get("resource_types")

    def listed(items: Any) -> Truth:
        return any_true(_is_registry(item) for item in elements(items))

    return False if kinds is None else truth(kinds, listed)


def _is_registry(item: Any) -> Truth:
    return truth(item, lambda known: same(known, "ECR"))


def _surely_there(resource: Resource) -> Truth:
    return True if resource.existence is None else resource.existence


def _all(*answers: Truth) -> Truth:
    """False if one is false, else the first unknown, else true."""
    if any(answer is False for answer in answers):
        return False
    return next((answer for answer in answers if answer is not True), True)


_ON_PUSH: Final = attribute("image_scanning_configuration.scan_on_push").is_true(default=False)


@predicate(
    reads=(
        "image_scanning_configuration.scan_on_push",
        "name",
        "aws_ecr_registry_scanning_configuration:rule.scan_frequency",
        "aws_ecr_registry_scanning_configuration:rule.repository_filter.filter",
        "aws_inspector2_enabler:resource_types",
    )
)
def _repository(resource: Resource, context: Context) -> Outcome:
    own = _ON_PUSH(resource, context)
    if own.verdict is Verdict.PASS:
        return own
    whole = _by_registry(resource, context)
    if whole is True:
        return PASS
    return own if whole is False or own.verdict is Verdict.UNKNOWN else undecided(whole, own.attribute)


@predicate(reads=("rule.scan_frequency",))
def _registry_rules(resource: Resource, context: Context) -> Outcome:
    """A registry without a rule, or with manual ones only, scans nothing by itself."""
    answers: list[Truth] = []
    for _, rule in entries(resource.attributes.get("rule"), "rule"):
        if isinstance(rule, (Unknown, OneOf)):
            answers.append(rule)
        else:
            answers.append(truth(rule.get("scan_frequency", ""), lambda item: as_string(item) in _FREQUENCIES))
    answer = any_true(answers)
    if answer is True:
        return PASS
    if answer is not False:
        return undecided(answer, "rule")
    return failed(Text("no rule scans images on push or continuously", "没有在推送时或持续扫描镜像的规则"), "rule")


_IMAGE_SCAN: Final = Rule(
    code="CN091",
    name="image-scan-on",
    severity=Severity.MEDIUM,
    title=Text("Images are scanned when they are pushed to the registry", "镜像推送到仓库时自动扫描漏洞"),
    rationale=Text(
        "Base images carry known holes into every container made of them; a scan on push finds them before they run.",
        "基础镜像中的已知漏洞会被带入每一个容器；在推送时扫描，才能在运行之前发现。",
    ),
    remediation=Text(
        'Alibaba Cloud: alicloud_cr_scan_rule with scan_type = "VUL" and trigger_type = "AUTO", or the node '
        "VULNERABILITY_SCANNING of alicloud_cr_chain with enable = true; image_scanner not DISABLE. AWS: "
        "image_scanning_configuration { scan_on_push = true } on aws_ecr_repository, or a rule in "
        "aws_ecr_registry_scanning_configuration. Tencent Cloud: is_auto_scan = true on tencentcloud_tcr_namespace "
        "(with is_prevent_vul and severity to block what is found).",
        '阿里云：配置 alicloud_cr_scan_rule（scan_type = "VUL"、trigger_type = "AUTO"），或在 alicloud_cr_chain 中启用 '
        "VULNERABILITY_SCANNING 节点；image_scanner 不为 DISABLE。AWS：aws_ecr_repository 设置 "
        "image_scanning_configuration { scan_on_push = true }，或"
        "在 aws_ecr_registry_scanning_configuration 中设置规则。腾讯云：tencentcloud_tcr_namespace 设置 "
        "is_auto_scan = true（并以 is_prevent_vul、severity 阻断有漏洞的镜像）。",
    ),
    checks={
        "alicloud_cr_ee_instance": _registry,
        "alicloud_cr_scan_rule": _AUTOMATIC,
        "alicloud_cr_chain": _chain_scans,
        "alicloud_threat_detection_cycle_task": when(
            attribute("task_type").equals("IMAGE_SCAN"), attribute("enable").equals(1)
        ),
        "aws_ecr_repository": _repository,
        "aws_ecr_registry_scanning_configuration": _registry_rules,
        "tencentcloud_tcr_namespace": attribute("is_auto_scan", default=False).is_true(),
    },
)

# --------------------------------------------------------------------------------------------------------------
# Tags that stay
# --------------------------------------------------------------------------------------------------------------

_FILTERS: Final = "image_tag_mutability_exclusion_filter"


@predicate(reads=("image_tag_mutability", f"{_FILTERS}.filter"))
def _tags_stay(resource: Resource, context: Context) -> Outcome:
    """Immutable, or immutable but for some tags: filters that except every tag leave nothing immutable."""
    path = "image_tag_mutability"

    def test(value: Any) -> Outcome:
        if same(value, "IMMUTABLE"):
            return PASS
        if same(value, "IMMUTABLE_WITH_EXCLUSION"):
            return _exceptions(resource)
        shown = show("MUTABLE" if value is None else value)
        how = Text("is not set and defaults to", "未设置，默认为") if value is None else Text("is", "为")
        return failed(
            Text(
                f"{path} {how.en} {shown}: a tag can be moved to another image",
                f"{path} {how.zh} {shown}：标签可被改指其他镜像",
            ),
            path,
        )

    value = resource.attributes.get(path)
    return test(None) if value is None else alternatives(value, test, path, unset=lambda: test(None))


def _exceptions(resource: Resource) -> Outcome:
    found = entries(resource.attributes.get(_FILTERS), _FILTERS)
    outcomes: list[Outcome] = []
    for where, block in found:
        if isinstance(block, (Unknown, OneOf)):
            outcomes.append(undecided(block, where))
            continue
        place = f"{where}.filter"
        outcomes.append(alternatives(block.get("filter", ""), partial(_excepts, path=place), place))
    return several(outcomes) if outcomes else PASS


def _excepts(text: Any, path: str) -> Outcome:
    written = as_string(text) or ""
    if written.strip("*"):
        return PASS
    return failed(Text(f"{path} excepts every tag", f"{path} 将所有标签都排除在外"), path)


#: Patterns that take in everything, or with ``excludes`` nothing.
_EVERYTHING: Final = ("**", "*")


def _taken_in(pattern: str, decoration: str, excepts: str) -> Predicate:
    """All names, or all but for some: a pattern that excepts everything leaves nothing."""
    return any_of(
        all_of(attribute(pattern).equals(*_EVERYTHING), attribute(decoration).differs(excepts)),
        all_of(attribute(decoration).equals(excepts), attribute(pattern).differs(*_EVERYTHING)),
    )


#: A rule that is on and takes in all repositories and tags, but for those that it excepts.
_LOCKED: Final = all_of(
    attribute("rule.disabled").is_false(default=False),
    _taken_in("rule.repository_pattern", "rule.repository_decoration", "repoExcludes"),
    _taken_in("rule.tag_pattern", "rule.tag_decoration", "excludes"),
)


_IMMUTABLE: Final = Rule(
    code="CN092",
    name="image-immutable",
    severity=Severity.MEDIUM,
    title=Text("Tags of images cannot be moved to other images", "镜像标签不可被覆盖"),
    rationale=Text(
        "Whoever can push may put another image under a tested tag, and it is deployed as if it had been tested.",
        "标签可被覆盖时，任何有推送权限的人都能把已测试的版本换成别的镜像，并被当作已测试的版本部署。",
    ),
    remediation=Text(
        'Alibaba Cloud: tag_immutability = true on alicloud_cr_ee_repo. AWS: image_tag_mutability = "IMMUTABLE" on '
        "aws_ecr_repository and aws_ecr_repository_creation_template. Tencent Cloud: a "
        "tencentcloud_tcr_immutable_tag_rule for every tencentcloud_tcr_namespace.",
        "阿里云：alicloud_cr_ee_repo 设置 tag_immutability = true。AWS：aws_ecr_repository 与 "
        'aws_ecr_repository_creation_template 设置 image_tag_mutability = "IMMUTABLE"。腾讯云：为每个 '
        "tencentcloud_tcr_namespace 配置 tencentcloud_tcr_immutable_tag_rule。",
    ),
    checks={
        "alicloud_cr_ee_repo": attribute("tag_immutability").is_true(missing="unknown"),
        "aws_ecr_repository": _tags_stay,
        "aws_ecr_repository_creation_template": _tags_stay,
        "tencentcloud_tcr_namespace": linked(
            "tencentcloud_tcr_immutable_tag_rule",
            by="namespace_name",
            to=("name",),
            that=_LOCKED,
            missing=Text(
                "no tencentcloud_tcr_immutable_tag_rule keeps the tags of the namespace",
                "没有针对该命名空间的 tencentcloud_tcr_immutable_tag_rule",
            ),
        ),
    },
)

RULES: Final = (_IMAGE_SCAN, _IMMUTABLE)
