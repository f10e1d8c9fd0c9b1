"""What a remediation snippet changes of a resource: single edits, each of which can be left out again."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from compliant_infra.hcl_checks.attributes import LazyAttributes
from compliant_infra.hcl_checks.configuration import ModuleSource
from compliant_infra.hcl_checks.edits import Sheet, aligned, without_comments
from compliant_infra.hcl_checks.overrides import file_of, file_of_block
from compliant_infra.hcl_checks.places import BlockScope
from compliant_infra.hcl_checks.reader import Attribute, Block, Body, Expression
from compliant_infra.hcl_checks.snippets import Snippet, names, renamed
from compliant_infra.hcl_checks.value_sources import RefusedError, Sources, is_plain, module_of
from compliant_infra.kernel.model import NO_TEXT, Text
from compliant_infra.kernel.rules.record import cloud_of
from compliant_infra.remediations import fixes

#: Arguments that tell one nested block from its neighbours: they are never given another value.
_IDENTITIES: Final = ("name", "key", "id", "rule_id", "rule_name", "policy_name", "priority", "sid")
#: Types of which several stand beside each other: one that is there does not take the place of one to be added.
_SEVERAL: Final = frozenset({"tencentcloud_vpc_flow_log"})
#: Types of which a bucket, an entry or a firewall has one each: one that is there is changed instead of another being
#: added.
_ONE_EACH: Final = re.compile(
    r"(?:oss|s3|cos|storage)_bucket_\w+"
    r"|aws_(?:wafv2_web_acl|networkfirewall)_logging_configuration|aws_backup_vault_lock_configuration"
    r"|aws_config_configuration_recorder_status|aws_(?:efs_backup_policy|redshift_logging)"
)
#: Arguments that name the bucket of a resource.
_BUCKETS: Final = ("bucket", "s3_bucket_name")
_NAME: Final = re.compile(r"[\w.\[\]\"-]+")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_TRUTH: Final = re.compile(r"true|false")
_NUMERAL: Final = re.compile(r"(?<![\w.\"-])\d+(?![\w.-])|(?<=\")\d+(?=\")")


@dataclass(frozen=True, eq=False)
class Change:
    """One edit.

    ``kind``: set, add, take (an attribute), member (of an object), block, end (nested blocks), after; where the value
    stands elsewhere span (it is replaced there) or insert (an object gets it).
    """

    kind: str
    sheet: Sheet
    body: Body  # of the sheet; for ``after`` the body of the block behind which the text is added
    name: str
    text: str  # the value, the member or the block; its variables are those of the snippet
    directory: str  # of the module in which the text is evaluated
    address: str  # of the resource, without indexes
    type: str  # of the resource
    path: str  # the attribute of the resource, dotted
    ended: tuple[Block, ...] = ()
    old: str = ""  # what was there
    where: Text = NO_TEXT  # the place of the value, where it is not the attribute itself
    span: tuple[int, int] = (0, 0)  # of the value that is replaced, or of the object that gets a member
    owner: Holder | None = None  # the block that is mended; None where something is added for nobody in particular

    @property
    def pattern(self) -> tuple[str, str, str, str]:
        """What tells the change from others of the same snippet on another resource."""
        return (
            self.kind,
            self.type,
            self.path,
            re.sub(r"\W", "", self.text)[:40] if self.kind in ("block", "end") else "",
        )

    def with_number(self, number: int) -> Change | None:
        """The same with another number in it; None where it holds no other number."""
        new = _NUMERAL.sub(str(number), self.text)
        if new == self.text or self.kind in ("take", "end"):
            return None
        return replace(self, text=new)

    def without(self, element: str) -> Change | None:
        """The change that only takes an element out of what is written; None but for a list on one line with others."""
        if self.kind not in ("set", "span") or not self.old.startswith("["):
            return None
        written = self.body.attributes.get(self.name)
        start, end = self.span if self.kind == "span" else (written.value_start, written.end) if written else (0, 0)
        if "\n" in self.sheet.text[start:end]:
            return None  # what stands beside the elements would be lost
        try:
            items = json.loads(self.old)
        except ValueError:
            return None
        left = [item for item in items if item != element]
        return replace(self, text=_literal(left)) if left and len(left) < len(items) else None


@dataclass(frozen=True)
class Holder:
    """A block that holds what is to be mended, as it is evaluated: a resource, a provider, a module call."""

    kind: str  # its Terraform type; "provider", "module"
    name: str
    address: str  # without indexes
    body: Body
    file: str
    scope: BlockScope

    @property
    def source(self) -> ModuleSource:
        """The module in which it stands."""
        return module_of(self.scope).source

    @property
    def provider(self) -> str:
        """The provider configuration that it names (``alicloud.shanghai``); "" where it takes the one without alias."""
        attribute = self.body.attributes.get("provider")
        return str(attribute.value).strip() if attribute is not None and self.kind not in ("provider", "module") else ""

    @property
    def label(self) -> str:
        """How expressions of its module name it."""
        return f"{self.kind}.{self.name}"

    @property
    def index(self) -> str:
        """The index by which a companion of as many instances names it; "" where there is one."""
        if "for_each" in self.body.attributes:
            return "each.key"
        return "count.index" if "count" in self.body.attributes else ""


def holder_of(attributes: Any, kind: str, name: str, address: str) -> Holder:
    """The block behind attributes as the reader gives them. Raises RefusedError."""
    if not isinstance(attributes, LazyAttributes):
        raise RefusedError("no-source", Text("there is no block to be edited", "没有可修改的块"))
    return Holder(kind, name, address, attributes.body, attributes.file, attributes.scope)


@dataclass
class Plan:
    """What a snippet comes to for one resource."""

    changes: list[Change] = field(default_factory=list)
    blocked: list[RefusedError] = field(default_factory=list)  # what it would change and must not
    choices: bool = False  # nested blocks could be merged or added: there is another way


class Planner:
    """Turns a snippet into changes of a resource and of what hangs together with it."""

    def __init__(self, snippet: Snippet, sources: Sources, beside: bool = False, standing: bool = True) -> None:
        self.snippet = snippet
        self.sources = sources
        self.beside = beside  # nested blocks with an identity of their own are added beside those that are there
        self.standing = standing
        self.plan = Plan()
        self._there: set[int] = set()  # companions that are there already

    def mend(self, holder: Holder) -> Plan:
        """The changes that mend a finding on a resource."""
        snippet, plan = self.snippet, self.plan
        block = snippet.mends.get(holder.kind)
        if holder.kind == "provider" and block is not None and block.labels[0] != holder.name:
            block = None
        companions = snippet.companions_of(holder.kind)
        near = self._connected(holder, snippet.mends.keys() | snippet.removes | self._single(companions))
        standing: list[tuple[Holder, Block]] = []
        instead: dict[str, str] = {}
        for other in near:
            mine = snippet.mends.get(other.kind)
            if mine is not None:
                standing.append((other, mine))
            same = [item for item in companions if item.labels[0] == other.kind and item.type == "resource"]
            if same and other.kind not in _SEVERAL:
                if mine is None:
                    standing.append((other, same[0]))
                companions = [item for item in companions if item not in same]
                for item in same:  # what names the companion names the one that is there
                    index = f"[{other.index}]" if other.index else ""
                    instead.setdefault(".".join(item.labels), f"{other.label}{index}")
        if holder.kind in snippet.removes and block is None:
            plan.blocked.append(_removal(holder))
        new = {**self._names(holder, block, companions), **instead}
        if block is not None:
            self._merge(holder, block, new)
        for other, wanted in standing:
            if other.kind in snippet.removes and other.kind not in snippet.mends:
                plan.blocked.append(_removal(other))
                continue
            index = f"[{other.index}]" if holder.index and other.index else ""
            self._merge(other, wanted, {f"{holder.kind}.this": f"{holder.label}{index}"}, companion=True)
        for companion in companions:
            if id(companion) not in self._there:
                self._add(holder, companion, new)
        return plan

    def add_to(self, module: ModuleSource, sheet: Sheet, whole: Iterable[str] = ()) -> Plan:
        """The changes that add what the snippet adds for nobody in particular to a root.

        ``whole``: types of which its block ``this`` describes a resource completely.
        """
        for block in [
            *self.snippet.alone(),
            *(self.snippet.mends[kind] for kind in whole if kind in self.snippet.mends),
        ]:
            if block.type != "resource" and not self._is_named(block):
                continue
            kind, label = block.labels
            table = module.data if block.type == "data" else module.resources
            if (kind, label) in table:
                continue
            text = without_comments(self.snippet.source(block))
            self.plan.changes.append(
                Change("after", sheet, sheet.document.body, kind, text, module.directory, f"{kind}.{label}", kind, "")
            )
        return self.plan

    def _is_named(self, block: Block) -> bool:
        name = ".".join(block.labels)
        return any(names(self.snippet.source(other), name) for other in self.snippet.added if other is not block)

    # -- companions --------------------------------------------------------------------------------------------

    def _single(self, companions: Iterable[Block]) -> frozenset[str]:
        """The types of companions of which the resource has one: an existing one is changed."""
        if not self.standing:
            return frozenset()
        return frozenset(block.labels[0] for block in companions if _ONE_EACH.search(block.labels[0]))

    def _names(self, holder: Holder, block: Block | None, companions: Sequence[Block]) -> dict[str, str]:
        needed = block is not None and any(
            names(self.snippet.source(block), ".".join(companion.labels)) for companion in companions
        )
        each = "" if needed else holder.index
        index = f"[{each}]" if each else ""
        new = {f"{holder.kind}.this": f"{holder.label}{index}"}
        taken = holder.source
        for companion in companions:
            kind, label = companion.labels
            table = taken.data if companion.type == "data" else taken.resources
            wanted = f"{label}_{holder.name}"
            number = 1
            while (kind, wanted) in table:
                if _is_same(table[kind, wanted].body, companion.body):
                    self._there.add(id(companion))  # an earlier fix has added it
                    break
                number += 1
                wanted = f"{label}_{holder.name}_{number}"
            new[f"{kind}.{label}"] = f"{kind}.{wanted}{index}"
        return new

    def _add(self, holder: Holder, companion: Block, new: Mapping[str, str]) -> None:
        source = without_comments(self.snippet.source(companion))
        kind, label = companion.labels
        named = new[f"{kind}.{label}"].removeprefix(f"{kind}.")
        plain, _, index = named.partition("[")
        text = renamed(source, new)
        text = f'{companion.type} "{kind}" "{plain}" {text[text.index("{") :]}'
        meta: list[tuple[str, str]] = []
        if index:
            meta.append(
                ("for_each", holder.label) if index.startswith("each") else ("count", f"length({holder.label})")
            )
        if holder.provider and cloud_of(kind) == cloud_of(holder.kind) and "provider" not in companion.body.attributes:
            meta.append(("provider", holder.provider))  # else it would be made in another region or account
        if meta:
            head = text.index("{") + 1
            rest = text[head:].lstrip("\n")
            lines = "\n".join(aligned(meta, "  "))
            text = f"{text[:head]}\n{lines}\n\n{rest}"
        directory = holder.source.directory
        sheet = self.sources.sheet(directory, holder.file)
        body = self.sources.body(sheet, holder.body)
        prefix = _module_prefix(holder.address)
        self.plan.changes.append(
            Change("after", sheet, body, kind, text, directory, f"{prefix}{kind}.{plain}", kind, "", owner=holder)
        )

    def _connected(self, holder: Holder, kinds: Collection[str]) -> list[Holder]:
        """The resources of the types, but not of its own, that it names or that name it, or that write the same bucket,
        directly or through others of them."""
        if holder.kind in ("provider", "module") or not set(kinds) - {holder.kind}:
            return []
        instance = module_of(holder.scope)
        source = instance.source
        texts = {document.path: document.text for document in source.documents}
        waiting: dict[tuple[str, str], str] = {}
        buckets: dict[tuple[str, str], str] = {}
        own = (holder.kind, holder.name)
        for key, item in source.resources.items():
            if key == own or (key[0] in kinds and key[0] != holder.kind):
                waiting[key] = texts.get(item.file, "")[item.block.start : item.block.end]
                for name in _BUCKETS:
                    if name in item.body.attributes:
                        buckets[key] = str(item.body.attributes[name].value)
        found = [own]
        known = {own: waiting.pop(own, "")}
        for start in found:  # grows on the way
            for key, text in list(waiting.items()):
                same = start in buckets and buckets[start] == buckets.get(key)
                if same or names(known[start], ".".join(key)) or names(text, ".".join(start)):
                    found.append(key)
                    known[key] = waiting.pop(key)
        prefix = _module_prefix(holder.address)
        return [
            Holder(kind, name, f"{prefix}{kind}.{name}", item.body, item.file, instance)
            for kind, name in found[1:]
            for item in (source.resources[kind, name],)
        ]

    # -- one block ---------------------------------------------------------------------------------------------

    def _merge(self, holder: Holder, block: Block, new: Mapping[str, str], companion: bool = False) -> None:
        merger = _Merger(self, holder, new, companion)
        merger.merge(block.body, holder.body, holder.file, "", holder.scope)


class _Merger:
    """Merges one block of a snippet into one block of a file."""

    def __init__(self, planner: Planner, holder: Holder, new: Mapping[str, str], companion: bool) -> None:
        self.planner = planner
        self.snippet = planner.snippet
        self.sources = planner.sources
        self.holder = holder
        self.new = new
        self.companion = companion
        self.directory = holder.source.directory

    def merge(self, want: Body, have: Body, file: str, path: str, scope: BlockScope, keep: str = "") -> None:
        for name, attribute in want.attributes.items():
            below = f"{path}.{name}" if path else name
            if name == keep or (name == "alias" and self.holder.kind == "provider"):
                continue
            text = self.snippet.value(attribute)
            if self.companion and _NAME.fullmatch(text) and names(text, self._first()):
                continue  # what ties a companion to its resource is tied already
            try:
                self._attribute(attribute, have, file, below, scope)
            except RefusedError as refused:
                self.planner.plan.blocked.append(refused)
        by_type: dict[str, list[Block]] = {}
        for block in want.blocks:
            by_type.setdefault(_kind(block), []).append(block)
        for kind, blocks in by_type.items():
            try:
                self._blocks(kind, blocks, have, file, f"{path}.{kind}" if path else kind, scope)
            except RefusedError as refused:
                self.planner.plan.blocked.append(refused)

    def _first(self) -> str:
        return next((name for name in self.new), "")

    def _text(self, source: str) -> str:
        """Text of the snippet with the names of this place."""
        text = source
        own = re.compile(rf"\b{re.escape(self.holder.kind)}\.this\.(\w+)")
        if not self.companion or own.search(text):
            written = self.holder.body.attributes

            def value(match: re.Match[str]) -> str:
                attribute = written.get(match[1])
                if attribute is None:
                    raise RefusedError(
                        "by-hand",
                        Text(
                            f"{match[1]} of {self.holder.address} has to be written first",
                            f"须先写明 {self.holder.address} 的 {match[1]}",
                        ),
                    )
                file = file_of(self.holder.body, attribute, self.holder.file)
                return self.sources.sheet(self.directory, file).text[attribute.value_start : attribute.end].strip()

            text = own.sub(value, text)
        return renamed(text, self.new)

    def _change(self, kind: str, sheet: Sheet, body: Body, name: str, text: str, path: str, **more: Any) -> None:
        self.planner.plan.changes.append(
            Change(
                kind,
                sheet,
                body,
                name,
                text,
                self.directory,
                self.holder.address,
                self.holder.kind,
                path,
                owner=self.holder,
                **more,
            )
        )

    def _attribute(self, attribute: Attribute, have: Body, file: str, path: str, scope: BlockScope) -> None:
        name, wanted = attribute.name, attribute.value
        existing = have.attributes.get(name)
        if existing is None:
            if wanted is None:
                return
            if any(_kind(block) == name for block in have.blocks):
                raise RefusedError(
                    "by-hand", Text(f"{path} is written as blocks, not as a value", f"{path} 以块写成，而非取值")
                )
            sheet = self.sources.sheet(self.directory, file)
            self._change("add", sheet, self.sources.body(sheet, have), name, self._value(attribute), path)
            return
        here = file_of(have, existing, file)
        sheet = self.sources.sheet(self.directory, here)
        body = sheet.body_with(existing)
        if body is None:
            raise RefusedError("no-source", Text(f"{path} stands in no file", f"{path} 不在任何文件中"))
        if isinstance(wanted, dict) and isinstance(existing.value, dict):
            self._members(attribute, existing, sheet, body, path)
            return
        if _is_document(existing.value):
            raise RefusedError("by-hand", _kept(path, here, existing))
        if wanted is None:
            if not is_plain(existing.value) and not _is_name(existing.value):
                raise RefusedError("by-hand", _kept(path, here, existing))
            try:
                self.sources.check_unused(self.holder.source, self.holder.label, existing, sheet)
            except RefusedError as refused:
                refused.used = path
                raise
            self._change("take", sheet, body, name, "", path, old=str(existing.value))
            return
        if is_plain(existing.value) and existing.value == wanted and type(existing.value) is type(wanted):
            return
        if is_plain(existing.value):
            text = (
                self._longer(path, existing.value, wanted) or _in_kind(existing.value, wanted) or self._value(attribute)
            )
            self._change("set", sheet, body, name, text, path, old=_literal(existing.value))
            return
        if isinstance(existing.value, Expression) and self._value(attribute) == str(existing.value):
            return
        if not is_plain(wanted):
            raise RefusedError("by-hand", _kept(path, here, existing))
        slot = self.sources.slot(have, existing, file, scope)
        if not slot.missing and slot.value == wanted and type(slot.value) is type(wanted):
            return
        found = slot.sheet.attribute_at(slot.start)
        if found is None:
            raise RefusedError("no-source", Text(f"{path} stands in no file", f"{path} 不在任何文件中"))
        body, written = found
        if _is_document(slot.value):
            raise RefusedError("by-hand", _kept(path, here, existing))
        text = self._longer(path, slot.value, wanted) or _in_kind(slot.value, wanted) or self.snippet.value(attribute)
        self._change(
            "insert" if slot.missing else "span",
            slot.sheet,
            body,
            written.name,
            f"{slot.missing}\0{text}" if slot.missing else text,
            path,
            old="" if slot.missing else _literal(slot.value),
            where=slot.described,
            span=(slot.start, slot.end),
        )

    def _longer(self, path: str, have: Any, wanted: Any) -> str:
        """A list with the elements that it lacks, where a list is added to and not replaced; "" elsewhere."""
        if path not in fixes.appended(self.holder.kind) or not isinstance(have, list) or not isinstance(wanted, list):
            return ""
        return _literal([*have, *(item for item in wanted if item not in have)])

    def _value(self, attribute: Attribute) -> str:
        source = self.snippet.value(attribute)
        if "\n" in source and "<<" not in source:
            line = self.snippet.text.rfind("\n", 0, attribute.start) + 1
            indent = self.snippet.text[line : attribute.start]
            source = source.replace(f"\n{indent}", "\n") if not indent.strip() else source
            if "#" in source or "//" in source:
                source = without_comments(f"v = {source}").removeprefix("v = ")
        return self._text(source)

    def _members(self, wanted: Attribute, existing: Attribute, sheet: Sheet, body: Body, path: str) -> None:
        for key, value in wanted.value.items():
            plain = str(key)
            if plain in existing.value:
                if existing.value[plain] != value:
                    raise RefusedError("by-hand", _kept(f"{path}.{plain}", sheet.document.path, existing))
                continue
            shown = plain if re.fullmatch(r"[A-Za-z_][\w-]*", plain) else json.dumps(plain, ensure_ascii=False)
            text = self._text(str(value)) if isinstance(value, Expression) else _literal(value)
            self._change("member", sheet, body, wanted.name, f"{shown}\0{text}", f"{path}.{plain}")

    def _blocks(self, kind: str, wanted: list[Block], have: Body, file: str, path: str, scope: BlockScope) -> None:
        if kind in have.attributes:
            raise RefusedError(
                "by-hand", _kept(path, file_of(have, have.attributes[kind], file), have.attributes[kind])
            )
        there = [block for block in have.blocks if _kind(block) == kind]
        if all(_is_empty_dynamic(block) for block in wanted):
            for block in there:
                sheet = self.sources.sheet(self.directory, file_of_block(have, block, file))
                outer = _outer_body(sheet, block)
                self._change("end", sheet, outer, kind, "", path, ended=(block,), old=kind)
            return
        for block in wanted:
            if block.type == "dynamic" or not there:
                self._add_block(block, have, file, path)
                continue
            entry = fixes.items(self.holder.kind).get(path, "")
            identity = entry or next((name for name in _IDENTITIES if _literal_of(block, name) is not None), "")
            if identity:
                same = [item for item in there if _literal_of(item, identity) == _literal_of(block, identity)]
                if same:
                    for item in same:
                        self._into(block, item, have, file, path, scope, identity)
                    continue
                self.planner.plan.choices = self.planner.plan.choices or not entry
                if entry or self.planner.beside:
                    self._add_block(block, have, file, path)
                    continue
            if len(wanted) > 1 and not identity:
                raise RefusedError(
                    "by-hand",
                    Text(
                        f"{path}: which of the blocks is to say what, a person has to decide",
                        f"{path}：各块应如何修改须由人决定",
                    ),
                )
            for item in there:
                self._into(block, item, have, file, path, scope, identity)

    def _into(
        self, block: Block, item: Block, have: Body, file: str, path: str, scope: BlockScope, identity: str
    ) -> None:
        here = file_of_block(have, item, file)
        body = item.body
        if item.type == "dynamic":
            content = next((part for part in item.body.blocks if part.type == "content"), None)
            if content is None:
                return
            self.merge(block.body, content.body, here, path, scope, identity)
            # What the content says already helps only where the block is made at all.
            expected = Text(
                f"whether there is a block {path} is decided by an expression ({here}:{item.line})",
                f"块 {path} 是否存在由表达式决定（{here}:{item.line}）",
            )
            self.planner.plan.blocked.append(RefusedError("by-hand", expected))
            return
        self.merge(block.body, body, here, path, scope, identity)

    def _add_block(self, block: Block, have: Body, file: str, path: str) -> None:
        sheet = self.sources.sheet(self.directory, file)
        text = self._text(without_comments(_dedented(self.snippet, block)))
        self._change("block", sheet, self.sources.body(sheet, have), _kind(block), text, path)


def _outer_body(sheet: Sheet, block: Block) -> Body:
    pending = [sheet.document.body]
    while pending:
        body = pending.pop()
        if any(item is block for item in body.blocks):
            return body
        pending.extend(item.body for item in body.blocks)
    raise RefusedError("no-source", Text("the block stands in no file", "该块不在任何文件中"))


def _dedented(snippet: Snippet, block: Block) -> str:
    """A nested block of a snippet as though it stood at the left margin."""
    start = snippet.text.rfind("\n", 0, block.start) + 1
    indent = snippet.text[start : block.start]
    source = snippet.source(block)
    return source.replace(f"\n{indent}", "\n") if indent and not indent.strip() else source


def _removal(holder: Holder) -> RefusedError:
    return RefusedError(
        "by-hand",
        Text(
            f"{holder.address} would have to be deleted; that is for a person to do",
            f"需要删除 {holder.address}，须由人执行",
        ),
    )


def _kept(path: str, file: str, attribute: Attribute) -> Text:
    return Text(
        f"{path} is written as an expression ({file}:{attribute.line}), which a person has to change",
        f"{path} 以表达式写成（{file}:{attribute.line}），须由人修改",
    )


def _module_prefix(address: str) -> str:
    parts = address.split(".")
    count = 0
    while len(parts) > count + 1 and parts[count] == "module":
        count += 2
    return "".join(f"{part}." for part in parts[:count])


def _kind(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _is_same(have: Body, wanted: Body) -> bool:
    """Whether a block says what a companion would: the same arguments, the same literal values."""
    added = {"count", "for_each", "provider"}
    return set(have.attributes) - added == set(wanted.attributes) - added and all(
        have.attributes[name].value == attribute.value
        for name, attribute in wanted.attributes.items()
        if is_plain(attribute.value)
    )


def _is_empty_dynamic(block: Block) -> bool:
    each = block.body.attributes.get("for_each")
    return block.type == "dynamic" and each is not None and each.value == []


def _literal_of(block: Block, name: str) -> Any:
    attribute = block.body.attributes.get(name)
    return attribute.value if attribute is not None and isinstance(attribute.value, (str, int)) else None


def _in_kind(have: Any, wanted: Any) -> str:
    """A scalar as it is written there: a number or a truth value as a text where a text was, and the other way round;
    "" where the kind is the same, or cannot be kept."""
    if isinstance(have, str) and isinstance(wanted, (bool, int, float)):
        plain = _literal(wanted)
        known = _NUMBER if not isinstance(wanted, bool) else _TRUTH
        return f'"{plain}"' if known.fullmatch(have) else ""
    if isinstance(wanted, str) and isinstance(have, (bool, int, float)):
        known = _NUMBER if not isinstance(have, bool) else _TRUTH
        return wanted if known.fullmatch(wanted) else ""
    return ""


def _is_document(value: Any) -> bool:
    """Whether a value is a text of several lines, or JSON: a script, a policy, which no example replaces."""
    return isinstance(value, str) and not isinstance(value, Expression) and ("\n" in value or value.lstrip()[:1] == "{")


def _is_name(value: Any) -> bool:
    """Whether a value only names another: taking it away loses nothing that is written."""
    return isinstance(value, Expression) and _NAME.fullmatch(str(value)) is not None


def _literal(value: Any) -> str:
    """A literal as HCL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_literal(item)}" for key, item in value.items()) + " }"
    return str(value)
