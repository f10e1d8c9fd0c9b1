"""One call of a module: the scope in which its expressions are evaluated, and the resources that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from compliant_infra.hcl_checks.attributes import LazyAttributes, ResourceAttributes, SourceSpans
from compliant_infra.hcl_checks.configuration import FileBlock, ModuleSource, literal
from compliant_infra.hcl_checks.expansion import SINGLE, Instances, expand_count, expand_for_each, shown_key
from compliant_infra.hcl_checks.expressions import references
from compliant_infra.hcl_checks.limits import MAX_INSTANCES, MAX_MODULE_DEPTH, MAX_MODULES, MAX_RESOURCES
from compliant_infra.hcl_checks.object_values import (
    AbsentModule,
    DataProxy,
    ModuleProxy,
    PatternProxy,
    ResourceProxy,
)
from compliant_infra.hcl_checks.operations import is_proxy, whole
from compliant_infra.hcl_checks.overrides import file_of
from compliant_infra.hcl_checks.places import BlockScope, Whereabouts
from compliant_infra.hcl_checks.reader import Attribute, Body, Expression
from compliant_infra.hcl_checks.requirements import requirements_of
from compliant_infra.hcl_checks.scopes import Argument, DefaultScope, EachScope
from compliant_infra.hcl_checks.types import convert, parse_type
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError
from compliant_infra.kernel.model import (
    ModuleCall,
    OneOf,
    ProviderConfiguration,
    Resource,
    SourceLocation,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.modules import RootReader

#: Names inside names: beyond this depth chains of locals are followed without the stack.
_DEEP: Final = 50
_CALL_META: Final = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


class ModuleInstance:
    """A module with the arguments of one call. Everything is evaluated on first use and kept."""

    __slots__ = (
        "_calls",
        "_data",
        "_directory",
        "_expanded",
        "_locals",
        "_providers",
        "_resources",
        "_variables",
        "address",
        "chain",
        "creation",
        "existence",
        "inputs",
        "key",
        "parent",
        "passed",
        "reader",
        "source",
        "whereabouts",
    )

    def __init__(
        self,
        reader: RootReader,
        source: ModuleSource,
        address: str,
        parent: ModuleInstance | None,
        inputs: dict[str, Any],
        passed: dict[str, ProviderConfiguration],
        existence: Unknown | OneOf | None,
        chain: tuple[str, ...],
        key: str = "",
        creation: str = "",
    ) -> None:
        self.reader = reader
        self.whereabouts: Whereabouts = reader.whereabouts
        self.source = source
        self.address = address
        self.parent = parent
        self.inputs = inputs
        self.passed = passed
        self.existence = existence
        self.creation = creation  # see Resource.creation
        self.chain = chain  # directories from the root down to this call
        self.key = key  # "a.b", as modules.json names the call
        self._variables: dict[str, Any] = {}
        self._locals: dict[str, Any] = {}
        self._resources: dict[tuple[str, str], Any] = {}
        self._data: dict[tuple[str, str, str], Any] = {}
        self._expanded: dict[str, list[Resource]] = {}
        self._calls: dict[str, Any] = {}
        self._providers: dict[str, ProviderConfiguration] | None = None
        self._directory = reader.relative(source.directory)

    # -- Scope -------------------------------------------------------------------------------------------------

    @property
    def directory(self) -> str:
        """``path.module``, relative to the root's directory."""
        return self._directory

    def location(self) -> SourceLocation | None:
        """The place of the attribute that is being evaluated."""
        return self.whereabouts.location()

    def read_file(self, path: str) -> bytes | Unknown:
        """A file for ``file()``; paths are relative to the root's directory, as for Terraform."""
        return self.reader.read_file(path, self.location())

    def list_files(self, directory: str) -> list[str] | Unknown:
        """The files below a directory."""
        return self.reader.list_files(directory, self.location())

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """See ``values.Scope``."""
        first = names[0]
        if len(names) == 1:
            return self._undeclared(first), 1
        second = names[1]
        if first == "var":
            return self.variable(second), 2
        if first == "local":
            return self.local(second), 2
        if first == "module":
            return self.call(second), 2
        if first in ("data", "ephemeral") and len(names) > 2:
            return self.data(first, second, names[2]), 3
        if first == "path":
            if second == "module":
                return self._directory, 2
            if second == "root":
                return ".", 2
            return Unknown("outside-root", f"path.{second}"), 2
        if first in ("terraform", "tofu"):
            return Unknown("no-value", f"terraform.{second}"), 2
        if first in ("each", "count", "self"):
            return self._undeclared(f"{first}.{second}"), 2
        return self.resource(first, second), 2

    def _undeclared(self, name: str) -> Unknown:
        # Where a file of the module could not be read, the name may be declared there: that is said already.
        if not self.source.broken:
            self.reader.diagnose(
                "undeclared-reference",
                Text(f"{name} is not declared in this module", f"{name} 在本模块中没有声明"),
                self.location() or SourceLocation(self.source.display),
            )
        return Unknown("undeclared-reference", name, self.location())

    # -- variables, locals, outputs ----------------------------------------------------------------------------

    def variable(self, name: str) -> Any:
        """The value of ``var.name``, converted to its type."""
        if name in self._variables:
            return self._variables[name]
        block = self.source.variables.get(name)
        if block is None:
            value: Any = self._undeclared(f"var.{name}")
        else:
            key = (id(self), "var", name)
            if not self.reader.enter(key):
                return self._cycle(f"var.{name}", block.location)
            try:
                value = self._variable_value(name, block)
            finally:
                self.reader.leave(key)
        self._variables[name] = value
        return value

    def _variable_value(self, name: str, block: FileBlock) -> Any:
        default = block.body.attributes.get("default")
        given = name in self.inputs
        value: Any = None
        if given:
            value = self.inputs[name]
            if isinstance(value, Argument):
                value = value.evaluate()
            if value is None and default is not None and literal(block.body, "nullable") is False:
                given = False
        if not given:
            if default is None:
                return Unknown("no-value", f"var.{name}", block.location)
            value = self._value_of(default, block, DefaultScope(self))
        if value is None or is_proxy(value):
            return value
        written = block.body.attributes.get("type")
        if written is None:
            return value
        try:
            return convert(value, parse_type(str(written.value)))
        except (EvaluationError, ExpressionSyntaxError) as error:
            return Unknown("unsupported", f"var.{name}: {error}", block.location)

    def local(self, name: str) -> Any:
        """The value of ``local.name``."""
        if name in self._locals:
            return self._locals[name]
        item = self.source.locals.get(name)
        if item is None:
            value: Any = self._undeclared(f"local.{name}")
        else:
            key = (id(self), "local", name)
            if not self.reader.enter(key):
                return self._cycle(f"local.{name}", item.location)
            try:
                if self.reader.depth > _DEEP:
                    self._settle_locals(item.attribute)
                value = self.whereabouts.evaluate(item.attribute, item.file, self)
            finally:
                self.reader.leave(key)
        self._locals[name] = value
        return value

    def _settle_locals(self, attribute: Attribute) -> None:
        """Evaluate what a local refers to before itself: a long chain of locals would use up the stack."""
        declared = self.source.locals
        pending = [attribute]
        waiting: list[str] = []
        seen: set[str] = set()
        while pending:
            for name in _locals_in(pending.pop().value):
                if name in declared and name not in seen and name not in self._locals:
                    seen.add(name)
                    waiting.append(name)
                    pending.append(declared[name].attribute)
        for name in reversed(waiting):
            key = (id(self), "local", name)
            if name not in self._locals and self.reader.enter(key):
                try:
                    item = declared[name]
                    self._locals[name] = self.whereabouts.evaluate(item.attribute, item.file, self)
                finally:
                    self.reader.leave(key)

    @property
    def output_names(self) -> Mapping[str, FileBlock]:
        """The declared outputs."""
        return self.source.outputs

    def output(self, name: str) -> Any:
        """The value of an output, for the caller."""
        block = self.source.outputs.get(name)
        if block is None:
            return self._undeclared(f"{self.address}.{name}")
        attribute = block.body.attributes.get("value")
        if attribute is None:
            return None
        key = (id(self), "output", name)
        if not self.reader.enter(key):
            return self._cycle(f"{self.address}.{name}", block.location)
        try:
            return self._value_of(attribute, block, self)
        finally:
            self.reader.leave(key)

    def _value_of(self, attribute: Attribute, block: FileBlock, scope: BlockScope) -> Any:
        return self.whereabouts.evaluate(attribute, file_of(block.body, attribute, block.file), scope)

    def _cycle(self, name: str, location: SourceLocation) -> Unknown:
        if name.removeprefix("local.") not in self.source.cyclic:  # those are reported already
            self.reader.diagnose(
                "reference-cycle",
                Text(f"{name} refers to itself through others", f"{name} 经由其他引用指向自身（循环引用）"),
                location,
            )
        return Unknown("unsupported", name, location)

    # -- resources and data ------------------------------------------------------------------------------------

    def resource(self, type: str, name: str) -> Any:
        """``type.name`` as a value: a proxy, a list of them (count) or a dict (for_each)."""
        key = (type, name)
        if key not in self._resources:
            block = self.source.resources.get(key)
            shown = f"{type}.{name}"
            if block is None:
                self._resources[key] = self._undeclared(shown)
            else:
                value = self._block_value(block, shown, type, name, "managed")
                if isinstance(value, Unknown):
                    return value
                self._resources[key] = value
        return self._resources[key]

    def data(self, mode: str, type: str, name: str) -> Any:
        """``data.type.name`` (or ``ephemeral.type.name``) as a value."""
        key = (mode, type, name)
        if key not in self._data:
            block = (self.source.data if mode == "data" else self.source.ephemeral).get((type, name))
            shown = f"{mode}.{type}.{name}"
            if block is None:
                self._data[key] = self._undeclared(shown)
            else:
                value = self._block_value(block, shown, type, name, mode)
                if isinstance(value, Unknown):
                    return value
                self._data[key] = value
        return self._data[key]

    def _block_value(self, block: FileBlock, shown: str, type: str, name: str, mode: str) -> Any:
        mark = (id(self), shown)
        if not self.reader.enter(mark):
            return Unknown("known-after-apply", shown, block.location)
        try:
            instances = self._expand(block, shown)
            made = self._make_resources(block, shown, type, name, instances, mode)
        finally:
            self.reader.leave(mark)
        proxy = ResourceProxy if mode == "managed" else DataProxy
        return _as_value(instances, [proxy(item) for item in made])

    def _expand(self, block: FileBlock, shown: str) -> Instances:
        attributes = block.body.attributes
        place = block.location

        def allowed(number: int) -> bool:
            if number <= MAX_INSTANCES and self.reader.instances + number <= MAX_RESOURCES:
                return True
            self.reader.diagnose(
                "limit-reached",
                Text(
                    f"{shown} has {number} instances, beyond the limit ({MAX_INSTANCES} a block, "
                    f"{MAX_RESOURCES} in all); judged as one",
                    f"{shown} 有 {number} 个实例，超出上限（每块 {MAX_INSTANCES} 个，总共 {MAX_RESOURCES} 个）；"
                    "按一个实例判定",
                ),
                place,
            )
            return False

        count = attributes.get("count")
        if count is not None:
            return expand_count(self._value_of(count, block, self), shown, place, allowed)
        for_each = attributes.get("for_each")
        if for_each is not None:
            return expand_for_each(self._value_of(for_each, block, self), shown, place, allowed)
        return SINGLE

    def _creation(self, block: FileBlock, instances: Instances) -> str:
        """What decides whether the instances exist: equal texts, equal instances."""
        if instances.existence is None:
            return self.creation
        if instances.creation:
            return instances.creation
        written = block.body.attributes.get(instances.kind)
        text = " ".join(str(written.value).split()) if written is not None else block.block.labels[-1]
        return f"{self.creation}|{self.address}:{instances.kind}={text}"

    def _make_resources(
        self, block: FileBlock, shown: str, type: str, name: str, instances: Instances, mode: str
    ) -> list[Resource]:
        bare = f"{self.address}.{shown}" if self.address else shown
        made: list[Resource] = []
        provider = self.provider_of(block, type) if mode == "managed" else None
        location = block.location
        ignored = _ignored_changes(block)
        existence = self.existence if instances.existence is None else instances.existence
        creation = self._creation(block, instances)
        for key, value in instances.items:
            scope: BlockScope = self
            each: EachScope | None = None
            if instances.kind != "single":
                scope = each = EachScope(self, instances.kind, key, value)
            attributes = ResourceAttributes(block.body, scope, block.file)
            resource = Resource(
                root=self.reader.display,
                address=bare if key is None else f"{bare}[{shown_key(key)}]",
                type=type,
                name=name,
                attributes=attributes,
                location=location,
                module=self.address,
                provider=provider,
                spans=SourceSpans(attributes),
                existence=existence,
                mode=mode,
                ignore_changes=ignored,
                creation=creation,
            )
            if each is not None:
                each.resource = resource
            made.append(resource)
        self._expanded[shown] = made
        self.reader.instances += len(made)
        return made

    # -- module calls ------------------------------------------------------------------------------------------

    def call(self, name: str) -> Any:
        """``module.name`` as a value."""
        if name not in self._calls:
            block = self.source.modules.get(name)
            if block is None:
                self._calls[name] = self._undeclared(f"module.{name}")
            else:
                mark = (id(self), "module", name)
                if not self.reader.enter(mark):
                    return self._cycle(f"module.{name}", block.location)
                try:
                    self._calls[name] = self._expand_call(name, block)
                finally:
                    self.reader.leave(mark)
        return self._calls[name]

    def _expand_call(self, name: str, block: FileBlock) -> Any:
        address = f"{self.address}.module.{name}" if self.address else f"module.{name}"
        key = f"{self.key}.{name}" if self.key else name
        directory = self._call_directory(address, key, block)
        if directory is None:
            return AbsentModule(address, block.location)
        child = self.reader.source(directory)
        instances = self._expand(block, address)
        self.reader.instances += len(instances.items)
        self.reader.modules += len(instances.items)
        if self.reader.modules > MAX_MODULES:
            self.reader.diagnose(
                "limit-reached",
                Text(
                    f"more than {MAX_MODULES} module instances; what goes beyond is not judged",
                    f"模块实例超过 {MAX_MODULES} 个，超出部分未被判定",
                ),
                SourceLocation(self.reader.display),
            )
            return AbsentModule(address, block.location)
        passed = self._passed_providers(block)
        made: list[ModuleProxy] = []
        for item_key, item_value in instances.items:
            scope: BlockScope = self
            if instances.kind != "single":
                scope = EachScope(self, instances.kind, item_key, item_value)
            inputs: dict[str, Any] = {
                argument: Argument(attribute, file_of(block.body, attribute, block.file), scope)
                for argument, attribute in block.body.attributes.items()
                if argument not in _CALL_META
            }
            instance = ModuleInstance(
                self.reader,
                child,
                address if item_key is None else f"{address}[{shown_key(item_key)}]",
                self,
                inputs,
                passed,
                self.existence if instances.existence is None else instances.existence,
                (*self.chain, directory),
                key,
                self._creation(block, instances),
            )
            made.append(ModuleProxy(instance))
        return _as_value(instances, made)

    def _call_directory(self, address: str, key: str, block: FileBlock) -> str | None:
        """Where the called module's files are; None, with a diagnostic, where they cannot be had."""
        reader = self.reader
        source = literal(block.body, "source")
        written = block.body.attributes.get("source")
        shown = source if isinstance(source, str) else str(written.value) if written else "(none)"
        directory = reader.module_directory(key, source, self.source.directory) if isinstance(source, str) else None
        inside, present = reader.whether_readable(directory) if directory is not None else (True, False)
        if directory is not None and not inside:
            reader.diagnose(
                "path-outside-root",
                Text(f"module source {shown} is outside the scanned tree", f"模块来源 {shown} 在扫描目录之外"),
                block.location,
            )
            directory = None
        if directory is None or not present:
            mentions = frozenset(_mentions(block.body))
            reader.scan.absent_modules.append(
                ModuleCall(reader.display, address, shown, block.location, self.address, mentions)
            )
            reader.diagnose(
                "module-absent",
                Text(
                    f"{address}: module source {shown} is not in the scan; what it creates is not judged",
                    f"{address}：模块来源 {shown} 不在扫描范围内，其创建的资源未被判定",
                ),
                block.location,
                Text(
                    "run terraform init first (its .terraform/modules is read), or check the plan in JSON",
                    "请先运行 terraform init（将读取 .terraform/modules），或检查 JSON 格式的 plan",
                ),
            )
            return None
        if directory in self.chain:
            reader.diagnose(
                "module-cycle",
                Text(f"{address} calls a directory that calls it: {shown}", f"{address} 循环调用模块目录：{shown}"),
                block.location,
            )
            return None
        if len(self.chain) >= MAX_MODULE_DEPTH:
            reader.diagnose(
                "limit-reached",
                Text(
                    f"{address}: modules are nested deeper than {MAX_MODULE_DEPTH}",
                    f"{address}：模块嵌套超过 {MAX_MODULE_DEPTH} 层",
                ),
                block.location,
            )
            return None
        return directory

    # -- providers ---------------------------------------------------------------------------------------------

    def providers(self) -> dict[str, ProviderConfiguration]:
        """The configurations usable in this module: ``name`` and ``name.alias`` -> configuration."""
        if self._providers is None:
            found: dict[str, ProviderConfiguration] = {}
            if self.parent is not None:
                found.update({key: item for key, item in self.parent.providers().items() if "." not in key})
                found.update(self.passed)
            self._providers = found
            for block in self.source.providers:
                local = block.block.labels[0]
                alias = str(literal(block.body, "alias") or "")
                attributes = LazyAttributes(block.body, self, block.file)
                found[f"{local}.{alias}" if alias else local] = ProviderConfiguration(
                    name=self.cloud(local),
                    alias=alias,
                    region=whole(attributes.get("region")),
                    default_tags=_default_tags(attributes),
                    attributes=attributes,
                    location=block.location,
                )
        return self._providers

    def cloud(self, local: str) -> str:
        """The provider's type for a local name: ``required_providers`` may rename it."""
        source = self.source.provider_sources.get(local)
        return source.rsplit("/", 1)[-1] if source else local

    def provider_of(self, block: FileBlock, type: str) -> ProviderConfiguration | None:
        """The configuration that a resource uses."""
        written = block.body.attributes.get("provider")
        if written is not None:
            return self.providers().get(str(written.value).strip())
        key = type.split("_", 1)[0]
        mine = self.providers()
        if key in mine:
            return mine[key]
        return next((item for local, item in mine.items() if "." not in local and self.cloud(local) == key), None)

    def _passed_providers(self, block: FileBlock) -> dict[str, ProviderConfiguration]:
        passed: dict[str, ProviderConfiguration] = {}
        written = block.body.attributes.get("providers")
        if written is not None and isinstance(written.value, dict):
            mine = self.providers()
            for inner, outer in written.value.items():
                configuration = mine.get(str(outer).strip())
                if configuration is not None:
                    passed[str(inner).strip()] = configuration
        return passed

    def all_providers(self) -> Iterable[ProviderConfiguration]:
        """Every configuration that is written in this module or in the modules it calls."""
        known = {id(item) for item in self.passed.values()}
        if self.parent is not None:
            known |= {id(item) for item in self.parent.providers().values()}
        for configuration in self.providers().values():
            if id(configuration) not in known:
                yield configuration
        for value in self._calls.values():
            for child in _instances_in(value):
                yield from child.all_providers()

    # -- everything --------------------------------------------------------------------------------------------

    def collect(self) -> None:
        """Put every resource of this module and of its calls into the scan."""
        scan = self.reader.scan
        if (self.source.modules or self.parent is None) and self.reader.first_call_of(self.source.directory):
            scan.requirements.extend(requirements_of(self))
        for kind, name in self.source.resources:
            self.resource(kind, name)
            scan.resources.extend(self._expanded.get(f"{kind}.{name}", ()))
        for kind, name in self.source.data:
            self.data("data", kind, name)
            scan.data.extend(self._expanded.get(f"data.{kind}.{name}", ()))
        for name in self.source.modules:
            for child in _instances_in(self.call(name)):
                child.collect()


def _as_value(instances: Instances, proxies: list[Any]) -> Any:
    if instances.kind == "single":
        return proxies[0]
    if instances.is_pattern:
        single = instances.kind == "count" and type(instances.items[0][1]) is int
        creation = getattr(getattr(proxies[0], "resource", None), "creation", "")
        return PatternProxy(proxies[0], instances.existence, creation, single)
    if instances.kind == "count":
        return proxies
    return {str(key): proxy for (key, _), proxy in zip(instances.items, proxies, strict=True)}


def _instances_in(value: Any) -> Iterable[ModuleInstance]:
    if isinstance(value, ModuleProxy):
        if isinstance(value.instance, ModuleInstance):
            yield value.instance
    elif isinstance(value, PatternProxy):
        yield from _instances_in(value.pattern)
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _instances_in(item)


def _locals_in(value: Any) -> Iterable[str]:
    """The locals that a value as written refers to."""
    if type(value) is Expression:
        try:
            for names in references(str(value)):
                if names[0] == "local" and len(names) > 1:
                    yield names[1]
        except ExpressionSyntaxError:
            return
    elif isinstance(value, list):
        for item in value:
            yield from _locals_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _locals_in(key)
            yield from _locals_in(item)


def _ignored_changes(block: FileBlock) -> tuple[str, ...]:
    for nested in block.body.blocks:
        if nested.type == "lifecycle":
            attribute = nested.body.attributes.get("ignore_changes")
            if attribute is None:
                return ()
            if isinstance(attribute.value, list):
                return tuple(str(item) for item in attribute.value)
            return (str(attribute.value),)
    return ()


def _default_tags(attributes: Mapping[str, Any]) -> Any:
    blocks = attributes.get("default_tags")
    if isinstance(blocks, list) and blocks and isinstance(blocks[0], Mapping):
        return blocks[0].get("tags")
    return None if isinstance(blocks, list) else blocks


_MENTION: Final = re.compile(r"(?<![\w.])([a-z][a-z0-9]*_\w+\.[A-Za-z_][\w-]*)")


def _mentions(value: Any) -> Iterator[str]:
    """The resources that the arguments of a call name, as ``type.name``."""
    if isinstance(value, Body):
        for attribute in value.attributes.values():
            yield from _mentions(attribute.value)
        for block in value.blocks:
            yield from _mentions(block.body)
    elif isinstance(value, Expression):
        yield from _MENTION.findall(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _mentions(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _mentions(item)
