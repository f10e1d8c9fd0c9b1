"""Applies a remediation snippet to a Terraform directory, as a practitioner would by hand.

Blocks labelled ``this`` become blocks of an override file, once for each resource with a finding, and for each resource
of their type that is connected with it: one that it names, or that names it. Other blocks become blocks of a new file
beside it, once for each mended resource where they refer to it, else once; where a connected resource of their type is
mended instead, they are not added. A ``this`` block that names itself (``<type>.this.<argument>``) means what the
resource says there, for no resource can refer to itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from compliant_infra.hcl_checks.reader import Block, parse
from compliant_infra.hcl_checks.snippets import Snippet, names
from compliant_infra.hcl_checks.snippets import renamed as renamed_text

OVERRIDE = "remediation_override.tf"
ADDED = "remediation.tf"
_INDEX = re.compile(r"\[[^\]]*\]")
#: Types of which several stand beside each other: one that is there does not take the place of one to be added.
_SEVERAL = frozenset({"tencentcloud_vpc_flow_log"})


@dataclass(frozen=True)
class Target:
    """A block with a finding: ``kind`` is its type or ``"provider"`` or ``"module"``."""

    kind: str
    name: str
    directory: Path
    alias: str = ""


def target(address: str, directory: Path) -> Target | None:
    """The block that an address of a result means; None for a finding about the whole scan."""
    plain = _INDEX.sub("", address)
    parts = plain.split(".")
    if plain == "*" or plain.startswith("terraform."):
        return None
    if parts[0] == "provider":
        return Target("provider", parts[1], directory, parts[2] if len(parts) > 2 else "")
    if len(parts) % 2 == 0 and set(parts[::2]) == {"module"}:  # a call, of the root or of a module that it calls
        return Target("module", parts[-1], directory)
    while parts[0] == "module":
        parts = parts[2:]
    return Target(parts[0], parts[1], directory) if len(parts) == 2 else None


def _relabelled(text: str, block: Block, labels: Iterable[str]) -> str:
    """The block with other labels."""
    opening = text.index("{")
    quoted = " ".join(f'"{label}"' for label in labels)
    return f"{block.type} {quoted} {text[opening:]}"


def apply(snippet: Snippet, targets: Iterable[Target]) -> set[Target]:
    """Mend the targets that the snippet speaks of; the mended ones. Blocks for nobody are added in every directory."""
    over: dict[Path, list[str]] = defaultdict(list)
    new: dict[Path, list[str]] = defaultdict(list)
    mended: set[Target] = set()
    placed: set[int] = set()
    chosen = sorted(set(targets), key=lambda item: (str(item.directory), item.kind, item.name, item.alias))
    beside = {item: connected(item, snippet.mends.keys() | snippet.removes) for item in chosen}
    for item in chosen:
        if item.kind in snippet.removes:
            _delete(item)
            mended.add(item)
        block = snippet.mends.get(item.kind)
        companions = snippet.companions_of(item.kind)
        for other in beside[item]:
            same = [companion for companion in companions if companion.labels[0] == other.kind]
            standing = [] if other.kind in _SEVERAL else same
            placed |= {id(companion) for companion in standing}
            companions = [companion for companion in companions if companion not in standing]
            if other in chosen or other in mended:
                continue
            mended.add(other)
            if other.kind in snippet.removes:
                _delete(other)
            else:
                index = _repetition(item) and f"[{_repetition(other)}]"
                renamed = {f"{item.kind}.this": f"{item.kind}.{item.name}{index}"}
                block_beside = snippet.mends[other.kind]
                text = renamed_text(_with_own(snippet.source(block_beside), other), renamed)
                _drop_arguments(other, {nested.type for nested in block_beside.body.blocks})
                over[other.directory].append(_relabelled(text, block_beside, (other.kind, other.name)))
        if block is None and not companions:
            if beside[item]:
                mended.add(item)
            continue
        mended.add(item)
        needed = block is not None and any(
            names(snippet.source(block), ".".join(companion.labels)) for companion in companions
        )
        each = "" if needed else _repetition(item)
        renamed = {f"{item.kind}.this": f"{item.kind}.{item.name}" + (f"[{each}]" if each else "")}
        for companion in companions:
            placed.add(id(companion))
            kind, label = companion.labels
            renamed[f"{kind}.{label}"] = f"{kind}.{label}_{item.name}" + (f"[{each}]" if each else "")
        if block is not None:
            text = renamed_text(_with_own(snippet.source(block), item), renamed)
            if item.kind == "provider":
                if block.labels[0] != item.name:
                    continue
                alias = f'\n  alias = "{item.alias}"' if item.alias else ""
                over[item.directory].append(text.replace("{", "{" + alias, 1))
            else:
                labels = (item.name,) if item.kind == "module" else (item.kind, item.name)
                over[item.directory].append(_relabelled(text, block, labels))
                if item.kind != "module":
                    _drop_arguments(item, {nested.type for nested in block.body.blocks})
        for companion in companions:
            kind, label = companion.labels
            text = _relabelled(
                renamed_text(snippet.source(companion), renamed), companion, (kind, f"{label}_{item.name}")
            )
            if each:
                loop = (
                    f"for_each = {item.kind}.{item.name}"
                    if each == "each.key"
                    else f"count = length({item.kind}.{item.name})"
                )
                text = text.replace("{", "{\n  " + loop, 1)
            new[item.directory].append(text)
    new_blocks = [*snippet.added, *snippet.variables.values()]
    alone = [block for block in new_blocks if id(block) not in placed and not names(snippet.source(block), "this")]
    for directory in {item.directory for item in chosen}:
        for block in alone:
            place = over if block.type == "terraform" else new
            place[directory].append(snippet.source(block))
    for directory, texts in over.items():
        (directory / OVERRIDE).write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    for directory, texts in new.items():
        (directory / ADDED).write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    return mended


def _with_own(text: str, item: Target) -> str:
    """The text with what the resource says, where it names arguments of the resource itself."""
    reference = re.compile(rf"\b{re.escape(item.kind)}\.this\.(\w+)")
    if reference.search(text) is None:
        return text
    _, source, block = _find(item)
    own = {name: source[found.value_start : found.end] for name, found in block.body.attributes.items()}
    return reference.sub(lambda match: own[match.group(1)].strip(), text)


def connected(item: Target, kinds: Collection[str]) -> list[Target]:
    """The resources of the types, but not of the item's own, that it names or that name it, or that write the same
    bucket, directly or through others of them."""
    if item.kind in ("provider", "module"):
        return []
    waiting: dict[Target, str] = {}
    buckets: dict[Target, str] = {}
    for path in sorted(item.directory.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        for block in parse(text).body.blocks:
            if block.type == "resource":
                kind, name = block.labels
                waiting[Target(kind, name, item.directory)] = text[block.start : block.end]
                if "bucket" in block.body.attributes:
                    buckets[Target(kind, name, item.directory)] = str(block.body.attributes["bucket"].value)
    found = [item]
    texts = {item: waiting.pop(item, "")}
    for start in found:  # grows on the way
        for other, text in list(waiting.items()):
            if other.kind not in kinds or other.kind == item.kind:
                continue
            named = names(texts[start], f"{other.kind}.{other.name}")
            same = start in buckets and buckets[start] == buckets.get(other)
            if named or same or names(text, f"{start.kind}.{start.name}"):
                found.append(other)
                texts[other] = waiting.pop(other)
    return found[1:]


def _find(item: Target) -> tuple[Path, str, Block]:
    for path in sorted(item.directory.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        for block in parse(text).body.blocks:
            if block.type == "resource" and tuple(block.labels) == (item.kind, item.name):
                return path, text, block
    raise LookupError(f"{item.kind}.{item.name} in {item.directory}")


def _repetition(item: Target) -> str:
    """The index by which a companion names its resource: ``each.key``, ``count.index`` or nothing."""
    if item.kind in ("provider", "module"):
        return ""
    attributes = _find(item)[2].body.attributes
    if "for_each" in attributes:
        return "each.key"
    return "count.index" if "count" in attributes else ""


def _drop_arguments(item: Target, names: Collection[str]) -> None:
    """Take arguments away that the snippet writes as nested blocks: ``ingress = [...]`` beside ``ingress {}``."""
    path, text, block = _find(item)
    for attribute in reversed(list(block.body.attributes.values())):
        if attribute.name in names:
            text = text[: attribute.start] + text[attribute.end :]
    path.write_text(text, encoding="utf-8")


def _delete(item: Target) -> None:
    path, text, block = _find(item)
    path.write_text(text[: block.start] + text[block.end :], encoding="utf-8")
