"""Plans and states in JSON as a Scan: ``terraform show -json`` of a plan or a state, or a ``terraform.tfstate``.

A plan has no positions: every place is the file itself. Passwords stand in it in clear; what is marked as sensitive
becomes SensitiveText, and of ``variables`` nothing is ever shown.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from compliant_infra.hcl_checks.configuration import content_hash
from compliant_infra.hcl_checks.plan_configuration import (
    Configuration,
    Each,
    ModulePath,
    is_expression,
    mapping,
    parse_module_address,
    reference_heads,
    sequence,
    text,
)
from compliant_infra.hcl_checks.plan_providers import PlanProviders
from compliant_infra.hcl_checks.plan_values import PlannedAttributes, hide
from compliant_infra.hcl_checks.policy_documents import policy_document
from compliant_infra.hcl_checks.states import module_resources, read_state_file, read_state_values
from compliant_infra.kernel.model import (
    NO_TEXT,
    Diagnostic,
    OneOf,
    Reference,
    Resource,
    Scan,
    SourceLocation,
    Text,
    Unknown,
)

#: Larger documents are refused with ``limit-reached``.
MAX_DOCUMENT_BYTES: Final = 512 * 1024 * 1024

#: Actions after which nothing is there any more.
_GONE: Final = frozenset({"delete", "forget"})

_HINT: Final = Text(
    "make it with: terraform plan -out=tfplan && terraform show -json tfplan > plan.json",
    "生成方法：terraform plan -out=tfplan && terraform show -json tfplan > plan.json",
)


class InvalidPlanError(Exception):
    """The document is no plan or state that can be judged."""

    def __init__(self, message: Text, hint: Text = _HINT, code: str = "invalid-plan") -> None:
        super().__init__(message.en)
        self.diagnostic_message = message
        self.hint = hint
        self.code = code


def read_plan(path: Path, display: str) -> Scan:
    """The Scan of a plan or state; ``display`` is the path as the user sees it. Never raises for the content."""
    scan = Scan(root=display, origin="plan")
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            mega = MAX_DOCUMENT_BYTES // 1024 // 1024
            message = Text(f"file is larger than {mega} MiB; not read", f"文件超过 {mega} MiB，未读取")
            scan.diagnostics.append(Diagnostic("limit-reached", message, display))
            return scan
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"cannot be read: {reason}", f"无法读取：{reason}")
        scan.diagnostics.append(Diagnostic("unreadable-file", message, display))
        return scan
    scan.files[os.path.abspath(path)] = content_hash(data)
    try:
        _read_document(parse(data), scan)
    except InvalidPlanError as error:
        scan.diagnostics.append(Diagnostic(error.code, error.diagnostic_message, display, hint=error.hint))
    except RecursionError:
        scan.resources.clear()
        scan.diagnostics.append(
            Diagnostic("invalid-plan", Text("nested too deeply; not judged", "嵌套过深，未判定"), display)
        )
    return scan


# --------------------------------------------------------------------------------------------------------------
# The document
# --------------------------------------------------------------------------------------------------------------

_LONE_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def parse(data: bytes) -> Any:
    """The JSON document. Redirected output of PowerShell is UTF-16: the encoding is told by its first bytes.

    Raises InvalidPlanError, and RecursionError where it is nested too deeply.
    """
    if data[:2] == b"PK":
        raise InvalidPlanError(
            Text("a plan in Terraform's own binary format", "这是 Terraform 二进制格式的 plan"),
            Text(
                "convert it: terraform show -json PLANFILE > plan.json",
                "请转换：terraform show -json PLANFILE > plan.json",
            ),
        )
    try:
        content = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        raise InvalidPlanError(
            Text("neither UTF-8 nor UTF-16; the file was not read", "既不是 UTF-8 也不是 UTF-16 编码，文件未读取")
        ) from None
    try:
        document = json.loads(content)
        if _LONE_SURROGATE.search(content):
            # Half of a surrogate pair cannot be written to any report.
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
        return document
    except json.JSONDecodeError as error:
        raise _not_json(content, error) from None
    except ValueError:
        raise InvalidPlanError(Text("holds a number beyond all bounds", "包含超出范围的数字")) from None


def _not_json(content: str, error: json.JSONDecodeError) -> InvalidPlanError:
    if not content.strip():
        return InvalidPlanError(Text("the file is empty", "文件为空"))
    if '"@message"' in content[:4000]:
        return InvalidPlanError(
            Text(
                "the log of terraform plan -json, not the plan itself",
                "这是 terraform plan -json 的日志，而不是 plan 本身",
            )
        )
    if content.lstrip()[:1] not in ("{", "["):
        return InvalidPlanError(
            Text(
                "no JSON: something else stands before the first brace",
                "不是 JSON：第一个大括号之前有其他内容",
            )
        )
    at_end = error.pos >= len(content.rstrip())
    return InvalidPlanError(
        Text(
            f"broken JSON at line {error.lineno}, column {error.colno}"
            + ("; the file ends too early" if at_end else ""),
            f"JSON 在第 {error.lineno} 行第 {error.colno} 列出错" + ("，文件不完整" if at_end else ""),
        )
    )


def _read_document(document: Any, scan: Scan) -> None:
    if not isinstance(document, dict):
        raise InvalidPlanError(
            Text("neither a plan nor a state: no JSON object", "既不是 plan 也不是 state：不是 JSON 对象")
        )
    if "deployment" in document or "steps" in document or "changeSummary" in document:
        raise InvalidPlanError(
            Text("a document of Pulumi; it is not read as a plan", "这是 Pulumi 的文档，未按 plan 读取"),
            Text(
                "give the output of pulumi preview --json or pulumi stack export to a command that reads it",
                "pulumi preview --json 或 pulumi stack export 的输出需由支持它的命令读取",
            ),
            "unsupported-input",
        )
    if isinstance(document.get("resources"), list) and "serial" in document:
        _state_version(document)
        scan.origin = "state"
        read_state_file(document, scan)
        return
    version = document.get("format_version")
    if not isinstance(version, str):
        raise InvalidPlanError(
            Text("neither a plan nor a state: no format_version", "既不是 plan 也不是 state：没有 format_version")
        )
    if not version.startswith(("0.", "1.")):
        raise InvalidPlanError(
            Text(
                f"format_version {version[:20]} is not supported (known: 0.x, 1.x)",
                f"不支持 format_version {version[:20]}（支持 0.x、1.x）",
            )
        )
    if any(name in document for name in ("resource_changes", "planned_values", "configuration")):
        _Plan(document, scan).read()
        return
    if "values" in document:
        scan.origin = "state"
        read_state_values(document["values"], scan)
        return
    if "provider_schemas" in document or "modules" in document or "valid" in document:
        raise InvalidPlanError(
            Text("another output of Terraform, neither plan nor state", "这是 Terraform 的其他输出，不是 plan 或 state")
        )
    scan.origin = "state"
    message = Text("an empty state: there is nothing to judge", "state 为空，没有可判定的内容")
    scan.diagnostics.append(Diagnostic("nothing-to-scan", message, scan.root))


def _state_version(document: Mapping[str, Any]) -> None:
    version = document.get("version")
    if version != 4:
        shown = version if isinstance(version, int) else "?"
        raise InvalidPlanError(
            Text(f"a state file of version {shown}; version 4 is read", f"state 文件版本为 {shown}，仅支持版本 4"),
            Text("use: terraform show -json > state.json", "请使用：terraform show -json > state.json"),
        )


# --------------------------------------------------------------------------------------------------------------
# A plan
# --------------------------------------------------------------------------------------------------------------


class _Instance:
    """One entry of ``resource_changes``."""

    __slots__ = ("after", "block", "each", "index", "mode", "path", "resource", "unknown")

    def __init__(self, path: ModulePath, mode: str, index: Any, after: Any, unknown: Any) -> None:
        self.path = path
        self.mode = mode
        self.index = index
        self.after: Mapping[str, Any] = mapping(after)
        self.unknown: Mapping[str, Any] = mapping(unknown)
        self.block: Mapping[str, Any] | None = None
        self.each: Each | None = None
        self.resource: Resource | None = None


class _Plan:
    """Reads one plan into a scan."""

    def __init__(self, document: Mapping[str, Any], scan: Scan) -> None:
        self.document = document
        self.scan = scan
        self.location = SourceLocation(scan.root)
        self.configuration = Configuration(document.get("configuration"), document.get("variables"), self)
        self.providers = PlanProviders(self.configuration, self.location)
        self._instances: dict[str, _Instance] = {}
        self._of_block: dict[tuple[ModulePath, str, str, str], dict[Any, str]] = {}
        self._broken = 0

    def read(self) -> None:
        """Resources, data sources, provider configurations, and what is wrong with the plan as a whole."""
        self._say_incomplete()
        if "resource_changes" in self.document and not isinstance(self.document["resource_changes"], list):
            self._diagnose("invalid-plan", Text("resource_changes is no list", "resource_changes 不是列表"))
        for entry in sequence(self.document.get("resource_changes")):
            self._add_change(entry, None)
        for entry in sequence(self.document.get("deferred_changes")):
            self._add_change(mapping(entry).get("resource_change"), Unknown("known-after-apply", "deferred_changes"))
        self._add_rest(mapping(self.document.get("planned_values")).get("root_module"), ("managed", "data"))
        prior = mapping(mapping(self.document.get("prior_state")).get("values"))
        self._add_rest(prior.get("root_module"), ("data",))
        if self._broken:
            self._diagnose(
                "invalid-plan",
                Text(
                    f"{self._broken} resources in the plan are malformed; they are not judged",
                    f"plan 中有 {self._broken} 个资源格式错误，未判定",
                ),
            )
        self._learn_default_tags()
        self.scan.providers = self.providers.used()
        self.scan.requirements.extend(self.configuration.requirements(self.scan.root, self.location))

    def _learn_default_tags(self) -> None:
        """A plan shows no locals. Default tags that one holds are those of a resource without tags of its own."""
        for instance in self._instances.values():
            resource = instance.resource
            provider = None if resource is None else resource.provider
            if resource is None or provider is None or not isinstance(provider.default_tags, Unknown):
                continue
            if instance.mode != "managed" or instance.after.get("tags") or _holds_true(instance.unknown.get("tags")):
                continue
            every = resource.attributes.get("tags_all")
            if isinstance(every, Mapping) and not any(isinstance(item, Unknown) for item in every.values()):
                provider.default_tags = dict(every)

    def _say_incomplete(self) -> None:
        if self.document.get("errored") is True:
            self._diagnose(
                "invalid-plan",
                Text(
                    "planning ended with an error: the plan does not hold everything",
                    "plan 过程出错，内容不完整",
                ),
                Text("mend the error and plan again", "请修复错误后重新生成 plan"),
            )
        deferred = len(sequence(self.document.get("deferred_changes")))
        if deferred:
            self._diagnose(
                "unsupported-input",
                Text(
                    f"{deferred} changes are deferred to a later plan; they are judged as far as they are known",
                    f"有 {deferred} 项变更被推迟到之后的 plan，仅按已知部分判定",
                ),
            )
        elif self.document.get("complete") is False and self.document.get("errored") is not True:
            self._diagnose(
                "unsupported-input",
                Text(
                    "the plan is not complete (-target, or steps left for a later plan); the rest is not judged",
                    "plan 不完整（使用了 -target，或有后续步骤），其余部分未判定",
                ),
            )

    def _diagnose(self, code: str, message: Text, hint: Text = NO_TEXT) -> None:
        self.scan.diagnostics.append(Diagnostic(code, message, self.scan.root, hint=hint))

    # -- instances ---------------------------------------------------------------------------------------------

    def _add_change(self, entry: Any, existence: Unknown | None) -> None:
        if not isinstance(entry, dict) or not isinstance(entry.get("change"), dict):
            self._broken += 1
            return
        change = entry["change"]
        actions = change.get("actions")
        if not isinstance(actions, list) or not all(isinstance(action, str) for action in actions):
            self._broken += 1
            return
        if "deposed" in entry or (actions and _GONE.issuperset(actions)):
            return
        self._add(entry, change.get("after"), change.get("after_unknown"), change.get("after_sensitive"), existence)

    def _add_rest(self, module: Any, modes: Sequence[str]) -> None:
        """What stands in a tree of values only: data sources that were read, resources outside of ``-target``."""
        for entry in module_resources(module):
            if text(entry.get("mode")) in modes:
                self._add(entry, entry.get("values"), {}, entry.get("sensitive_values"), None)

    def _add(
        self, entry: Mapping[str, Any], after: Any, unknown: Any, sensitive: Any, existence: Unknown | None
    ) -> None:
        mode = entry.get("mode", "managed")
        if mode not in ("managed", "data"):
            return
        address, kind, name, index = entry.get("address"), entry.get("type"), entry.get("name"), entry.get("index")
        if not (isinstance(address, str) and isinstance(kind, str) and isinstance(name, str)):
            self._broken += 1
            return
        module = entry.get("module_address", _module_of(address))
        path = parse_module_address(module) if isinstance(module, str) else None
        if path is None or not (
            (index is None or type(index) in (str, int))
            and (after is None or isinstance(after, dict))
            and (unknown is None or isinstance(unknown, (dict, bool)))
        ):
            self._broken += 1
            return
        if address in self._instances:
            return
        instance = _Instance(path, mode, index, after, unknown)
        self._instances[address] = instance
        self._of_block.setdefault((path, mode, kind, name), {})[index] = address
        block = self.configuration.block(path, mode, kind, name)
        instance.block = block
        if block is not None and index is not None:
            references = sequence(mapping(block.get("for_each_expression")).get("references"))
            instance.each = Each(references, index, path)
        instance.resource = Resource(
            root=self.scan.root,
            address=address,
            type=kind,
            name=name,
            attributes=PlannedAttributes(
                instance.after,
                instance.unknown,
                sensitive,
                self._expressions(block),
                lambda expression, where: self._unknown_value(instance, address, expression, where),
                lambda expression, value: self._secret_source(instance, expression, value),
                self._provisioners(block, path, address),
            ),
            location=self.location,
            module=module,
            provider=self.providers.of(block, path),
            existence=existence,
            origin="plan",
            mode=mode,
            filled=True,
        )
        (self.scan.resources if mode == "managed" else self.scan.data).append(instance.resource)

    def _expressions(self, block: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        if block is None:
            return None
        return mapping(block.get("expressions"))

    def _provisioners(self, block: Mapping[str, Any] | None, path: ModulePath, address: str) -> list[dict[str, Any]]:
        """The arguments of the ``provisioner`` blocks: a plan shows them in the configuration only."""
        found: list[dict[str, Any]] = []
        for index, item in enumerate(sequence(mapping(block).get("provisioners"))):
            arguments: dict[str, Any] = {}
            for name, expression in mapping(mapping(item).get("expressions")).items():
                if not is_expression(expression):
                    continue
                value = self.configuration.known(expression, path)
                shown = value.shown or f"{address}.provisioner.{index}.{name}"
                arguments[name] = (
                    hide(value.value)
                    if value.is_known and value.sensitive
                    else value.value
                    if value.is_known
                    else Unknown("known-after-apply", shown, self.location)
                )
            found.append(arguments)
        return found

    # -- plan_configuration.Targets ----------------------------------------------------------------------------

    def instances(self, module: ModulePath, mode: str, type: str, name: str) -> Mapping[Any, str]:
        """Instance key -> address of all instances of a block."""
        return self._of_block.get((module, mode, type, name), {})

    def is_unknown(self, address: str, attribute: str) -> bool:
        """Whether an attribute of an instance is known only after apply, wholly or in part."""
        instance = self._instances.get(address)
        return instance is not None and _holds_true(instance.unknown.get(attribute))

    # -- unknown values ----------------------------------------------------------------------------------------

    def _unknown_value(self, instance: _Instance, address: str, expression: Any, where: str) -> Any:
        """The Unknown for an attribute, with the resource that it comes from where that is one resource."""
        references = list(_references(expression))
        shown = f"{address}.{where}"
        if not references or instance.mode == "data":
            # In a statement of a policy, "${bucket.arn}/*" must not pass for the bucket's ARN itself.
            return Unknown("known-after-apply", shown, self.location)
        written = self.configuration.known(expression, instance.path)
        if written.is_known and written.value is None:
            return None  # a variable that is null: the provider decides, as where nothing is written
        found = self.configuration.origins(references, instance.path, instance.each)
        if found.opaque or (found.data and (found.resources or len(found.data) > 1)):
            return Unknown("known-after-apply", shown, self.location)
        if found.data:
            return self._policy(next(iter(found.data)), shown)
        values = [
            Unknown("known-after-apply", f"{item.address}.{item.attribute}".rstrip("."), self.location, item)
            for item in found.resources
        ]
        if not values or (_is_document(where) and not all(_is_document(item.attribute) for item in found.resources)):
            # A text that names a resource, as a policy names a bucket's ARN, is no attribute of it.
            return Unknown("known-after-apply", shown, self.location)
        several = len(values) > 1
        if (several or _is_plural(where)) and any(item.attribute not in ("id", "") for item in found.resources):
            # ["0.0.0.0/0", eip.ip_address]: the plan hides the literal. Beside an id there are ids at most.
            return Unknown("known-after-apply", shown, self.location)
        if not several:
            return values[0]
        # One of them, or made of several: whatever is said of all of them holds.
        return OneOf(values, Unknown("known-after-apply", shown, self.location))

    def _secret_source(self, instance: _Instance, expression: Any, value: str) -> Unknown | None:
        references = list(_references(expression))
        heads = self.configuration.outside_names(references, instance.path)
        if not heads:
            return None
        if all(self._is_other(head, value, instance.path) for head in reference_heads(references)):
            return None  # made of variables and perhaps of texts in the code, as jsonencode makes it
        return Unknown("no-value" if heads[0].startswith("var.") else "known-after-apply", heads[0], self.location)

    def _is_other(self, head: str, value: str, path: ModulePath) -> bool:
        """Whether a name is surely no name of a value: a variable that is something else, or has no such member."""
        variable = ".".join(head.split(".")[:2]).partition("[")[0]
        if not self.configuration.known({"references": [variable]}, path).is_known:
            return False
        named = self.configuration.known({"references": [head]}, path)
        return not named.is_known or named.value != value

    def _policy(self, source: Reference, shown: str) -> Any:
        """A policy document that is read only during apply: it only formats what its blocks say."""
        instance = self._instances.get(source.address)
        resource = instance.resource if instance is not None else None
        if resource is not None:
            made = policy_document(resource, source.attribute)
            if made is not None:
                return made
        return Unknown("known-after-apply", shown, self.location)


#: Attributes that hold a whole document: they may name other resources, but no attribute of these is their value.
_DOCUMENTS: Final = frozenset(
    {
        "access_policies",
        "access_policy",
        "assume_role_policy",
        "assume_role_policy_document",
        "container_definitions",
        "content",
        "document",
        "inline_policy",
        "policy",
        "policy_document",
        "template_body",
        "user_data",
        "user_data_base64",
    }
)


def _is_document(path: str) -> bool:
    return path.rsplit(".", 1)[-1] in _DOCUMENTS


def _is_plural(path: str) -> bool:
    """Whether an attribute may be a list by its name: there is no schema in a plan."""
    name = next((part for part in reversed(path.split(".")) if not part.isdigit()), "")
    return name.endswith("list") or (name.endswith("s") and not name.endswith(("ss", "us", "is")))


_MODULE_PREFIX: Final = re.compile(r'^(?:module\.[^\W\d][\w-]*(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)+')


def _module_of(address: str) -> str:
    match = _MODULE_PREFIX.match(address)
    return match[0][:-1] if match else ""


def _references(expression: Any) -> Iterator[Any]:
    """The references of an expression, or of all expressions in a nested block."""
    if isinstance(expression, dict):
        if isinstance(expression.get("references"), list):
            yield from expression["references"]
        else:
            for item in expression.values():
                yield from _references(item)
    elif isinstance(expression, list):
        for item in expression:
            yield from _references(item)


def _holds_true(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_true(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_true(item) for item in value)
    return value is True
