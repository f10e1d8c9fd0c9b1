"""The tables of the page on the crosswalk of checkov's built-in checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catalogue_pages import code, codes, table

from compliant_infra.hcl_checks.crosswalk.catalogue import (
    Crossing,
    check_order,
    checkov_version,
    crosswalk,
    without_rule,
)
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name

_CLOUDS: Final = {
    "ALI": Text("Alibaba Cloud", "阿里云"),
    "TC": Text("Tencent Cloud", "腾讯云"),
    "AWS": Text("AWS", "AWS"),
    "TF": Text("Module calls", "模块调用"),
}

_RELATIONS: Final = {
    "same": Text("same", "相同"),
    "narrower": Text("narrower", "较窄"),
    "wider": Text("wider", "较宽"),
    "related": Text("related", "相关"),
    "conflict": Text("conflict", "冲突"),
}


def crosswalk_part(language: str) -> str:
    """Conflicts, then every cloud, then what speaks for nothing; checks that relate alike share a row."""

    def say(text: Text) -> str:
        return text.in_language(language)

    found = crosswalk()
    none = without_rule()
    lines = [
        say(
            Text(
                f"checkov {checkov_version()}: {len(found) + len(none)} checks, {len(found)} of them speak for a "
                f"rule or a clause, {len(none)} for none.",
                f"checkov {checkov_version()}：共 {len(found) + len(none)} 项检查，其中 {len(found)} 项对应规则或条款，"
                f"{len(none)} 项没有对应。",
            )
        ),
        "",
        "### " + say(Text("Conflicts and cautions", "冲突与注意事项")),
        "",
    ]
    heads = (Text("checks", "检查"), Text("rule", "规则"), Text("why", "原因"), Text("do instead", "应当"))
    rows = [
        (
            _checks(checks),
            _rules((first.against,) if first.against else first.rules),
            say(first.reason),
            say(first.instead),
        )
        for checks, first in _grouped(lambda crossing: bool(crossing.instead.en))
    ]
    lines += table(map(say, heads), rows)
    heads = (
        Text("checks", "检查"),
        Text("speaks for", "对应"),
        Text("relation", "关系"),
        Text("what is not the same", "不同之处"),
    )
    for cloud, name in _CLOUDS.items():
        groups = _grouped(lambda crossing, cloud=cloud: crossing.check.split("_")[1] == cloud)
        lines += ["", f"### {say(name)}", ""]
        lines += table(
            map(say, heads),
            [
                (
                    _checks(checks),
                    _rules(first.rules) or codes(first.written),
                    say(_RELATIONS[first.relation]),
                    say(first.reason),
                )
                for checks, first in groups
            ],
        )
    by_reason: dict[Text, list[str]] = {}
    for check, reason in none.items():
        by_reason.setdefault(reason, []).append(check)
    lines += ["", "### " + say(Text("For no rule and no clause", "没有对应规则或条款")), ""]
    lines += table(
        map(say, (Text("checks", "检查"), Text("why", "原因"))),
        [(_checks(sorted(checks, key=check_order)), say(reason)) for reason, checks in by_reason.items()],
    )
    return "\n".join(lines)


def _grouped(wanted: Callable[[Crossing], bool]) -> list[tuple[list[str], Crossing]]:
    """The checks that are wanted, those that relate alike together, in the order of the first of each group."""
    groups: dict[object, list[Crossing]] = {}
    for crossing in crosswalk().values():
        if wanted(crossing):
            key = (crossing.rules, crossing.written, crossing.relation, crossing.reason, crossing.instead)
            groups.setdefault(key, []).append(crossing)
    found = [(sorted((item.check for item in members), key=check_order), members[0]) for members in groups.values()]
    return sorted(found, key=lambda item: check_order(item[0][0]))


def _checks(checks: list[str]) -> str:
    return ", ".join(map(code, checks))


def _rules(names: tuple[str, ...]) -> str:
    known = rules_by_name()
    return ", ".join(f"[{known[name].code}](rules/{name}.md) {code(name)}" for name in names)
