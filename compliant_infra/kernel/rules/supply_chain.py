"""Rules on what a configuration takes from others: modules, providers, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from compliant_infra.kernel.blocks import elements, entries, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    each_of,
    failed,
    passed,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Severity, Text, Unknown
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.secrets import read_text

# --------------------------------------------------------------------------------------------------------------
# Modules
# --------------------------------------------------------------------------------------------------------------

_EXACT: Final = lazy(r"=?\s*v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_COMMIT: Final = lazy(r"[0-9a-f]{7,64}", re.IGNORECASE)
_TAG: Final = lazy(r"(?:refs/tags/.+|.*\d+\.\d+.*|v\d+)", re.IGNORECASE)
_BRANCH: Final = lazy(r"(?:refs/heads/.+|main|master|trunk|dev|develop|development|head|default)", re.IGNORECASE)
#: ``namespace/name/provider``, with a host before it and a directory inside behind it.
_REGISTRY: Final = lazy(r"(?:[\w.-]+\.[a-z]{2,}(?::\d+)?/)?[\w-]+/[\w-]+/[\w-]+(?://[^?]*)?", re.IGNORECASE)
_GIT: Final = lazy(r"git::|git@|ssh://git@|(?:https?://)?(?:github\.com|bitbucket\.org)/|hg::|.*\.git(?:$|[?/])")


def _is_local(source: str) -> bool:
    return source.startswith(("./", "../", ".\\", "..\\", "/")) or source in (".", "..")


def _query(source: str, *names: str) -> str:
    found = parse_qs(source.partition("?")[2], keep_blank_values=True)
    return next((found[name][0] for name in names if name in found), "")


def _module(source: str, version: Any) -> Outcome:
    """Whether the call always takes the same code."""
    if _GIT.match(source):
        return _git(source)
    if _REGISTRY.fullmatch(source):
        return _registry(source, version)
    if source.startswith("oci://"):
        if _query(source, "digest"):
            return PASS
        tag = _query(source, "tag")
        return _git(f"?ref={tag}") if tag else _unpinned(source, "a tag or a digest", "标签或摘要")
    if source.startswith("http://"):
        return failed(
            Text(f"source {show(source)} is fetched without TLS", f"source {show(source)} 通过明文 HTTP 获取"), "source"
        )
    if _query(source, "checksum", "versionId"):
        return PASS
    return undecided(
        Unknown("unsupported", source),
        "source",
        message=Text(
            f"source {show(source)}: whether it always gives the same code is not known (no checksum)",
            f"source {show(source)}：没有校验和，无法判断每次获取的代码是否相同",
        ),
    )


def _unpinned(source: str, wanted: str, wanted_zh: str) -> Outcome:
    return failed(
        Text(
            f"source {show(source)} names no version; expected {wanted}",
            f"source {show(source)} 未指定版本；应为{wanted_zh}",
        ),
        "source",
    )


def _git(source: str) -> Outcome:
    reference = _query(source, "ref", "rev")
    if not reference:
        return _unpinned(source, "?ref= with a tag or a commit", " ?ref= 加标签或提交号")
    if _BRANCH.fullmatch(reference):
        return failed(
            Text(
                f"ref {show(reference)} is a branch, which moves; expected a tag or a commit",
                f"ref {show(reference)} 是会变动的分支；应为标签或提交号",
            ),
            "source",
        )
    if _COMMIT.fullmatch(reference) or _TAG.fullmatch(reference):
        return PASS
    return undecided(
        Unknown("unsupported", reference),
        "source",
        message=Text(
            f"whether ref {show(reference)} is a tag or a branch is not known",
            f"无法判断 ref {show(reference)} 是标签还是分支",
        ),
    )


def _registry(source: str, version: Any) -> Outcome:
    if version is None:
        return failed(
            Text(
                f"module {show(source)} has no version: the newest is taken at each init",
                f"模块 {show(source)} 未指定 version：每次 init 都取最新版本",
            ),
            "source",
        )

    def test(value: Any) -> Outcome:
        if _EXACT.fullmatch((as_string(value) or "").strip()):
            return PASS
        return failed(
            Text(
                f"version {show(value)} is a range, and lock files hold no modules; expected one exact version",
                f"version {show(value)} 是版本范围，而锁文件不记录模块；应为确切版本",
            ),
            "version",
        )

    return alternatives(version, test, "version")


def _approved(source: str, context: Context) -> Outcome:
    """The source begins with one of those that are approved; nothing is asked where none is listed."""
    listed = [str(item) for item in context.parameters["approved-module-sources"]]
    if not listed:
        return NOT_APPLICABLE
    plain = source.partition("::")[2] or source
    if any(text.startswith(prefix) for prefix in listed for text in (source, plain)):
        return PASS
    return failed(
        Text(
            f"source {show(source)} is not in approved-module-sources",
            f"source {show(source)} 不在 approved-module-sources 之列",
        ),
        "source",
        "approved",
    )


@predicate(reads=("source", "version"), parameters=("approved-module-sources",))
def _module_call(resource: Resource, context: Context) -> Outcome:
    source = resource.attributes.get("source")
    if source is None:
        return NOT_APPLICABLE

    def test(value: Any) -> Outcome:
        text = as_string(value) or ""
        if _is_local(text):
            return NOT_APPLICABLE
        return several([_module(text, resource.attributes.get("version")), _approved(text, context)])

    return alternatives(source, test, "source")


# --------------------------------------------------------------------------------------------------------------
# Providers
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("source", "version"))
def _required_provider(resource: Resource, context: Context) -> Outcome:
    """Locked, or required in one exact version. A module for others to call has no lock file of its own."""
    attributes = resource.attributes
    locked = attributes.get("locked")
    if locked is not None:
        return passed(Text(f"locked at {locked}", f"已锁定为 {locked}"))
    version, lock_file = attributes.get("version"), attributes.get("lock_file")
    if isinstance(version, (Unknown, OneOf)):
        return undecided(version, "version")
    text = as_string(version) if version is not None else None
    if text and _EXACT.fullmatch(text.strip()):
        return PASS
    if isinstance(lock_file, (Unknown, OneOf)):
        return undecided(lock_file, "lock_file")
    wanted = Text(f"version {show(text)} is a range", f"version {show(text)} 是版本范围")
    if text is None:
        wanted = Text("no version is required", "未限定版本")
    what = Text("and the lock file does not name the provider", "且锁文件未记录该 provider")
    if not lock_file:
        what = Text("and there is no .terraform.lock.hcl", "且没有 .terraform.lock.hcl")
    message = Text(
        f"provider {resource.name}: {wanted.en}, {what.en}", f"provider {resource.name}：{wanted.zh}，{what.zh}"
    )
    rooted = attributes.get("rooted") is True
    if rooted and (attributes.get("declared") is True or attributes.get("calls_modules") is not True):
        return failed(message, "version")
    return undecided(
        Unknown("not-in-scan", ".terraform.lock.hcl"),
        "version",
        message=Text(
            f"{message.en}; the configurations that call this module decide, or the modules that it calls",
            f"{message.zh}；由调用它的配置或它调用的模块决定",
        ),
    )


# --------------------------------------------------------------------------------------------------------------
# Scripts
# --------------------------------------------------------------------------------------------------------------

#: A download that is run unseen: ``curl ... | sh``, ``bash <(curl ...)``, ``sh -c "$(wget ...)"``, ``iwr ... | iex``.
#: The arguments of the download may hold quoted addresses and go on in the next line; filters may stand in between.
#: What lies between two marks is bounded, so that no text takes long.
_ARGUMENTS: Final = r"""(?>(?:"[^"\n]*"|'[^'\n]*'|\\\r?\n|[^\n|;&"']|["']){0,400})"""
_FILTERS: Final = rf"(?:\|\s*(?:tee|cat|gunzip|gzip|zcat|xz|unxz|base64|openssl|sed|tr|tar)\b{_ARGUMENTS}){{0,3}}"
_BEFORE: Final = r"(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+(?:\S+=\S*\s+)*)?(?:/\S*/)?"
#: An interpreter runs what it gets, unless it is given a program of its own (``python3 -m json.tool``).
_RUNS: Final = r"(?:(?:ba|z|da|k)?sh(?![\w.-])|(?:python[\d.]*|perl|ruby|node)(?=\s*(?:$|[\n;&|)\"'`])|\s+-(?:\s|$)))"
_REMOTE: Final = lazy(
    rf"\b(?:curl|wget)\s{_ARGUMENTS}{_FILTERS}\|\s*{_BEFORE}{_RUNS}"
    rf"|(?:\bsource|(?:^|[\s;&|])\.)\s+<\(\s*(?:curl|wget)\b"
    rf"|\b(?:ba|z|da|k)?sh\b[^\n;&|]{{0,400}}<\(\s*(?:curl|wget)\b"
    rf"|\b(?:(?:ba|z|da|k)?sh\s+(?:-\w+\s+)*-\w*c|eval)\b[^\n;&|]{{0,400}}(?:\$\(|`)\s*(?:curl|wget)\b"
    rf"|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString)\b[^\n;]{{0,400}}\|\s*(?:iex|Invoke-Expression)\b"
    rf"|\b(?:iex|Invoke-Expression)\b[^\n;]{{0,400}}(?:DownloadString|iwr|irm|Invoke-WebRequest)",
    re.IGNORECASE,
)


def _script(value: Any, path: str) -> Outcome:
    """A script that runs what it downloads. Its text is not shown: it may hold secrets."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return NOT_APPLICABLE
    if isinstance(value, OneOf):
        return alternatives(value, lambda item: _script(item, path), path, unset=lambda: NOT_APPLICABLE)
    texts, hole = read_text(value)
    # A line that goes on in the next one is one line.
    if any(_REMOTE.search(re.sub(r"\\\r?\n", " ", text)) for text in texts):
        return failed(
            Text(
                f"{path} runs a script straight from the network",
                f"{path} 直接执行从网络下载的脚本",
            ),
            path,
        )
    return PASS if hole is None else undecided(hole, path)


def _provisioned(resource: Resource, context: Context) -> Outcome:
    """``local-exec`` and ``remote-exec``. Every resource there is comes by: one without a provisioner costs a look."""
    value = resource.attributes.get("provisioner")
    return NOT_APPLICABLE if value is None else several(_commands(value))


_provisioners: Final = Predicate(_provisioned)


def _commands(provisioners: Any) -> Iterator[Outcome]:
    for where, block in entries(provisioners, "provisioner"):
        if not isinstance(block, Mapping):
            yield undecided(block, where)
            continue
        yield _script(block.get("command"), f"{where}.command")
        lines = block.get("inline")
        if isinstance(lines, Unknown) and not lines.elements:
            yield undecided(lines, f"{where}.inline")
        else:
            found = [_script(line, f"{where}.inline") for line in elements(lines)]
            yield next((item for item in found if item.verdict == "fail"), None) or several(found)


def _user_data(*paths: str) -> Predicate:
    """Scripts that a server runs when it first starts."""

    @predicate(reads=paths)
    def judge(resource: Resource, context: Context) -> Iterator[Outcome]:
        for path in paths:
            head, _, last = path.rpartition(".")
            if not head:
                yield _script(resource.attributes.get(path), path)
                continue
            for where, block in nested_entries(resource.attributes, head):
                yield (
                    _script(block.get(last), f"{where}.{last}")
                    if isinstance(block, Mapping)
                    else undecided(block, where)
                )

    return each_of(judge, _provisioners)


_SERVER: Final = _user_data("user_data")
_AWS_SERVER: Final = _user_data("user_data", "user_data_base64")
_TENCENT_SERVER: Final = _user_data("user_data", "user_data_raw")

_SUPPLY_CHAIN: Final = Rule(
    code="CN120",
    name="iac-supply-chain",
    severity=Severity.LOW,
    title=Text("Modules, providers and scripts are pinned", "模块、provider 与脚本来源固定"),
    rationale=Text(
        "A module, a provider or a script that is taken in whatever form it has today runs with the rights of the "
        "pipeline; whoever controls its source controls the system, and nobody reviewed what was run. Lock files pin "
        "providers only, so a module needs one exact version of its own.",
        "以“当前最新”方式引入的模块、provider 或脚本会以流水线的权限运行；"
        "控制其来源者即可控制系统，而实际运行的内容未经评审。锁文件只锁定 provider，模块必须自行写明确切版本。",
    ),
    remediation=Text(
        "Give every module from a registry one exact version, every module from git a ref that is a tag or a commit; "
        "name version in required_providers and commit .terraform.lock.hcl of every root. List where modules may come "
        "from in the parameter approved-module-sources. In user_data (alicloud_instance, aws_instance, "
        "tencentcloud_instance) and provisioners install signed packages, or check a download against a checksum, "
        "instead of piping it into a shell.",
        "来自 registry 的模块写确切的 version，来自 git 的模块以 ref 指定标签或提交号；在 required_providers 中写明 "
        "version，并提交每个根目录的 .terraform.lock.hcl。可用参数 approved-module-sources 限定模块来源。在 user_data"
        "（alicloud_instance、aws_instance、tencentcloud_instance）与 provisioner 中安装带签名的软件包，"
        "或校验下载内容的摘要，不要将其直接传给 shell 执行。",
    ),
    checks={
        "terraform.module": _module_call,
        "terraform.required_provider": _required_provider,
        "alicloud_*": _provisioners,
        "aws_*": _provisioners,
        "tencentcloud_*": _provisioners,
        "null_resource": _provisioners,
        "terraform_data": _provisioners,
        "alicloud_instance": _SERVER,
        "alicloud_ecs_launch_template": _SERVER,
        "alicloud_launch_template": _SERVER,
        "alicloud_ess_scaling_configuration": _SERVER,
        "alicloud_cs_kubernetes_node_pool": _user_data("user_data", "pre_user_data"),
        "alicloud_cs_managed_kubernetes": _SERVER,
        "alicloud_cs_kubernetes": _SERVER,
        "aws_instance": _AWS_SERVER,
        "aws_spot_instance_request": _AWS_SERVER,
        "aws_launch_template": _SERVER,
        "aws_launch_configuration": _AWS_SERVER,
        "tencentcloud_instance": _TENCENT_SERVER,
        "tencentcloud_instance_set": _TENCENT_SERVER,
        "tencentcloud_as_scaling_config": _SERVER,
        "tencentcloud_cvm_launch_template": _SERVER,
        "tencentcloud_kubernetes_cluster": _user_data("worker_config.user_data", "master_config.user_data"),
        "tencentcloud_kubernetes_node_pool": _user_data("node_config.user_data"),
    },
)

RULES: tuple[Rule, ...] = (_SUPPLY_CHAIN,)
