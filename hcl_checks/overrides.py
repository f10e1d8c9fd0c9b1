"""Override files (``override.tf``, ``*_override.tf``): blocks merged from two files, each part with its own place."""

from __future__ import annotations

from compliant_infra.hcl_checks.reader import Attribute, Block, Body

#: Nested blocks of which Terraform merges the arguments; of all others the override replaces every block of the type.
_MERGED_BLOCKS = frozenset({"lifecycle"})


class MergedBody(Body):
    """A body made of a base and its overrides; knows which parts stand in another file than the base."""

    __slots__ = ("attribute_files", "block_files")

    def __init__(self, attributes: dict[str, Attribute], blocks: list[Block], base: Body) -> None:
        super().__init__(attributes, blocks, base.start, base.end)
        merged = base if isinstance(base, MergedBody) else None
        self.attribute_files: dict[str, str] = dict(merged.attribute_files) if merged is not None else {}
        self.block_files: dict[int, str] = dict(merged.block_files) if merged is not None else {}


def merge_bodies(base: Body, over: Body, file: str) -> MergedBody:
    """The base with an override from ``file``: arguments replace arguments, nested blocks all blocks of their type."""
    replaced = {_kind(block) for block in over.blocks} - _MERGED_BLOCKS
    kept = [block for block in base.blocks if _kind(block) not in replaced]
    added: list[Block] = []
    for block in over.blocks:
        if block.type in _MERGED_BLOCKS:
            position = next((index for index, item in enumerate(kept) if item.type == block.type), None)
            if position is not None:
                old = kept[position]
                body = merge_bodies(old.body, block.body, file)
                kept[position] = Block(old.type, old.labels, old.line, old.end_line, old.start, old.end, body)
                continue
        added.append(block)
    merged = MergedBody({**base.attributes, **over.attributes}, kept + added, base)
    merged.attribute_files.update(dict.fromkeys(over.attributes, file))
    merged.block_files.update((id(block), file) for block in added)
    return merged


def file_of(body: Body, attribute: Attribute, default: str) -> str:
    """The file in which an attribute of the body stands."""
    return body.attribute_files.get(attribute.name, default) if isinstance(body, MergedBody) else default


def file_of_block(body: Body, block: Block, default: str) -> str:
    """The file in which a nested block of the body stands."""
    return body.block_files.get(id(block), default) if isinstance(body, MergedBody) else default


def _kind(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
