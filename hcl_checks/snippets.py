"""A remediation snippet taken apart: what it says of the resource with the finding, and what it adds.

A block labelled ``this`` holds what the resource should say; any other block is new; ``variable`` blocks are values
that a person has to choose, and their defaults are examples.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from typing import Final

from compliant_infra.hcl_checks.reader import Attribute, Block, parse
from compliant_infra.remediations import snippet

_REFERENCE: Final = re.compile(r"\b(data\.)?(?!data\.)([a-z][a-z0-9_]*)\.([A-Za-z_][\w-]*)\b")
_MENDED: Final = re.compile(r"\b([a-z][a-z0-9_]*)\.this\b")
_VARIABLE: Final = re.compile(r"\bvar\.([A-Za-z_][\w-]*)")


class Snippet:
    """A parsed snippet."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.document = parse(text)
        self.blocks = self.document.body.blocks

    def source(self, block: Block) -> str:
        """The text of a block."""
        return self.text[block.start : block.end]

    def value(self, attribute: Attribute) -> str:
        """The text of an attribute's value."""
        return self.text[attribute.value_start : attribute.end]

    @cached_property
    def mends(self) -> Mapping[str, Block]:
        """The ``this`` blocks by type; module blocks as ``module``, provider blocks as ``provider``.

        A provider block with an alias is a configuration to be added.
        """
        found = {}
        for block in self.blocks:
            if block.type == "resource" and block.labels[1] == "this":
                found[block.labels[0]] = block
            elif block.type == "module" and block.labels[0] == "this":
                found["module"] = block
            elif block.type == "provider" and "alias" not in block.body.attributes:
                found["provider"] = block
        return found

    @cached_property
    def removes(self) -> frozenset[str]:
        """The types of which the resource with the finding is to be deleted."""
        return frozenset(
            str(block.body.attributes["from"].value).strip().split(".")[0]
            for block in self.blocks
            if block.type == "removed"
        )

    @cached_property
    def added(self) -> list[Block]:
        """The blocks that are new."""
        mending = {id(block) for block in self.mends.values()}
        return [
            block for block in self.blocks if id(block) not in mending and block.type not in ("removed", "variable")
        ]

    @cached_property
    def variables(self) -> Mapping[str, Block]:
        """The values that a person has to choose, by name."""
        return {block.labels[0]: block for block in self.blocks if block.type == "variable"}

    def companions_of(self, kind: str) -> list[Block]:
        """The added resources that belong to a mended resource of the type: those which name it or are named by it."""
        mine: list[Block] = []
        start = self.mends.get(kind)
        texts = [self.source(start)] if start is not None else []
        waiting = [
            block
            for block in self.added
            # What names a mended resource of another type belongs to that, however it hangs together with the rest.
            if block.type in ("resource", "data") and set(_MENDED.findall(self.source(block))) <= {kind}
        ]
        changed = True
        while changed:
            changed = False
            for block in list(waiting):
                name = ".".join(block.labels)
                text = self.source(block)
                named = any(names(other, name) for other in texts)
                if names(text, f"{kind}.this") or named or any(names(text, ".".join(item.labels)) for item in mine):
                    mine.append(block)
                    texts.append(text)
                    waiting.remove(block)
                    changed = True
        return mine

    def alone(self) -> list[Block]:
        """The added resources and data that name no mended resource."""
        return [
            block
            for block in self.added
            if block.type in ("resource", "data") and not _MENDED.search(self.source(block))
        ]


def names(text: str, reference: str) -> bool:
    """Whether a text names something, such as ``alicloud_disk.this``."""
    return re.search(rf"\b{re.escape(reference)}\b", text) is not None


def renamed(text: str, new: Mapping[str, str]) -> str:
    """The text with other names for what it refers to: ``{"alicloud_disk.this": "alicloud_disk.data[0]"}``."""

    def one(match: re.Match[str]) -> str:
        plain = f"{match.group(2)}.{match.group(3)}"
        return (match.group(1) or "") + new.get(plain, plain)

    return _REFERENCE.sub(one, text)


def variables_in(text: str, known: Collection[str]) -> list[str]:
    """Those of the variables that a text refers to, in order."""
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name in known]


@lru_cache(maxsize=512)
def remedy(rule: str, cloud: str) -> Snippet | None:
    """The snippet of a rule on a cloud; None where there is none."""
    text = snippet(rule, cloud)
    return Snippet(text) if text is not None else None
