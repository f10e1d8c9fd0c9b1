"""Alibaba Cloud Config: the run-time rules of the vendor's MLPS packs and the rules of this catalogue beside them.

The data are authored and kept in ``config_rules.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any


@dataclass(frozen=True, slots=True)
class ConfigRule:
    """A managed rule of Alibaba Cloud Config. ``decided``: ``"code"``, ``"graph"`` or ``"runtime"`` here."""

    id: str  # the vendor's identifier, misspellings included
    level2: bool  # also in the level-2 pack
    rules: tuple[str, ...]  # slugs of the rules of this catalogue on the same ground
    decided: str


@cache
def _data() -> dict[str, Any]:
    import tomllib

    return tomllib.loads((get_data(__name__, "config_rules.toml") or b"").decode("utf-8"))


@cache
def config_rules() -> tuple[ConfigRule, ...]:
    """Every rule of the level-3 pack; the level-2 pack is a part of it."""
    return tuple(
        ConfigRule(record["id"], record["level2"], tuple(record["rules"]), record["decided"])
        for record in _data()["rule"]
    )


def twins(rule: str) -> tuple[ConfigRule, ...]:
    """The run-time rules on the same ground as a rule of this catalogue."""
    return tuple(item for item in config_rules() if rule in item.rules)


def pack(level: int) -> tuple[ConfigRule, ...]:
    """The rules of the vendor's pack for a level; there is none above level 3, which is then what there is."""
    return tuple(item for item in config_rules() if level >= 3 or item.level2)


def template(level: int) -> str | None:
    """The vendor's template of the pack; None where its id is not known (level 2)."""
    return str(_data()["template"]) if level >= 3 else None


def terraform(level: int) -> Iterator[str]:
    """Terraform that turns the run-time rules of a level on, line by line."""
    rules = pack(level)
    yield f"# {len(rules)} run-time rules of Alibaba Cloud Config on the ground of MLPS level {min(level, 3)}.\n"
    yield f"# 阿里云配置审计中与等级保护第{'二' if level < 3 else '三'}级对应的 {len(rules)} 条运行时规则。\n"
    if level > 3:
        yield "# The vendor has no level-4 pack; these are the rules of level 3. 厂商没有第四级合规包，此处为第三级。\n"
    yield "# config_rules names managed rules without their scope; the provider calls it deprecated and accepts it.\n\n"
    yield 'resource "alicloud_config_configuration_recorder" "this" {}\n\n'
    yield 'resource "alicloud_config_compliance_pack" "mlps" {\n'
    yield f'  compliance_pack_name = "mlps-level-{min(level, 3)}"\n'
    yield f'  description          = "MLPS level {min(level, 3)}: run-time rules beside the checks before the merge"\n'
    yield "  risk_level           = 1\n"
    identifier = template(level)
    if identifier is not None:
        yield f'\n  compliance_pack_template_id = "{identifier}"\n'
    for rule in rules:
        yield "\n"
        if rule.rules:
            yield f"  # {', '.join(rule.rules)}\n"
        yield f'  config_rules {{\n    managed_rule_identifier = "{rule.id}"\n  }}\n'
    yield "\n  depends_on = [alicloud_config_configuration_recorder.this]\n}\n"
