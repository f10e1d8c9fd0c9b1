"""The pages of the components: what one makes, what the level decides, arguments and examples, in English and Chinese.

Nothing here is told twice. Diagram and settings come from the golden recordings of the examples, the clauses from the
rules that notice when a setting is weakened, arguments and outputs from the classes, the examples are files that the
tests run. Only the words of ``docs/components/prose`` are written by hand.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from catalogue_pages import LANGUAGES, NOTICE, ROOT, code, table

from compliant_infra.baselines import catalogue as baselines
from compliant_infra.components import names
from compliant_infra.kernel.model import Text
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.regulations import catalogue as regulations

PROSE: Final = ROOT / "docs" / "components" / "prose"
EXAMPLES: Final = ROOT / "examples" / "components"
GOLDEN: Final = ROOT / "tests" / "components" / "golden"
NOTICED: Final = ROOT / "tests" / "components" / "noticed.json"

CLOUDS: Final = {"alicloud": Text("Alibaba Cloud", "阿里云"), "aws": Text("AWS China", "AWS 中国")}

#: Settings that only tie children together.
_LINKS: Final = frozenset(
    {
        *("bucket", "destination_bucket", "instance_id", "policy_arn", "resource_id", "role", "role_name"),
        *("subnet_id", "subnet_ids", "target_bucket", "target_id", "vpc_id", "vswitch_id", "vswitch_ids"),
    }
)

#: Longest text of a value in a table.
_LONGEST: Final = 48

_WORDS: Final = {
    "makes": Text("What it makes", "创建的资源"),
    "count": Text(
        "The minimal example at level 3. An arrow leads from what refers to what is referred to.",
        "三级时最小示例所创建的资源；箭头由引用方指向被引用方。",
    ),
    "levels": Text("What the level decides", "各级别对应的设置"),
    "levels-note": Text(
        "Settings of the full example of which a rule notices when they are weakened, with the clauses that ask for "
        "them. Where resources of one type differ, there are several values.",
        "完整示例中一旦弱化即会被规则发现的设置，以及要求该设置的条款；同类资源取值不同时列出多个值。",
    ),
    "setting": Text("Setting", "设置"),
    "clauses": Text("Rules and clauses", "规则与条款"),
    "arguments": Text("Arguments", "参数"),
    "common": Text(
        "Besides those that [every component takes]({link}).",
        "此外还有[所有组件共有的参数]({link})。",
    ),
    "outputs": Text("Outputs", "输出"),
    "name": Text("Name", "名称"),
    "type": Text("Type", "类型"),
    "meaning": Text("Meaning", "含义"),
    "cost": Text("What costs", "影响费用的选择"),
    "not-done": Text("What it does not do", "不包含的内容"),
    "notes": Text("Notes", "说明"),
    "minimal": Text("Minimal example", "最小示例"),
    "full": Text("Full example", "完整示例"),
    "required": Text("required", "必填"),
    "unset": Text("–", "–"),
    "token": Text("Type token", "类型标识"),
    "class": Text("Class", "类"),
    "other": Text("On the other cloud: ", "另一云平台："),
}


class Argument(NamedTuple):
    """A key of the arguments, or an output."""

    name: str
    type: str
    meaning: str


@cache
def prose() -> Mapping[str, Mapping[str, Any]]:
    """Block -> what is written by hand of it."""
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(PROSE.glob("*.toml"))}


def blocks(cloud: str) -> list[str]:
    """The components of a cloud by the names of their modules, in the order of the package."""
    tree = ast.parse((ROOT / "components" / cloud / "__init__.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Dict):
            found = ast.literal_eval(node.value)
            return [module for module in found.values() if (ROOT / "components" / cloud / f"{module}.py").exists()]
    raise ValueError(f"components/{cloud}/__init__.py names no components")


def page_name(block: str) -> str:
    """``tiered-network``."""
    return block.replace("_", "-")


def class_name(block: str) -> str:
    """``TieredNetwork``."""
    return "".join(part.capitalize() for part in block.split("_"))


# --------------------------------------------------------------------------------------------------------------
# The class
# --------------------------------------------------------------------------------------------------------------


@cache
def _classes(file: Path) -> Mapping[str, ast.ClassDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def described(node: ast.ClassDef) -> Iterator[Argument]:
    """The annotated names of a class that have a text below them."""
    for at, item in enumerate(node.body[:-1]):
        after = node.body[at + 1]
        if (
            isinstance(item, ast.AnnAssign)
            and isinstance(item.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            meaning = " ".join(after.value.value.split()).replace("``", "`")
            yield Argument(item.target.id, ast.unparse(item.annotation), meaning)


def plain_type(text: str) -> str:
    """A type for a reader: ``Input`` may be an output, ``NotRequired`` is told apart."""
    text = text.removeprefix("NotRequired[") if text.startswith("NotRequired[") else text + "]"
    return text.removesuffix("]").replace("pulumi.", "")


def arguments_of(cloud: str, block: str, language: str) -> list[str]:
    """The tables of arguments: of the component, and of the objects among them."""
    found = _classes(ROOT / "components" / cloud / f"{block}.py")
    lines: list[str] = []
    for name, node in found.items():
        keys = list(described(node))
        if name == class_name(block) or not keys or name.startswith("_"):
            continue
        if name != f"{class_name(block)}Args":
            lines += [f"### {name}", ""]
        head = (_WORDS[word].in_language(language) for word in ("name", "type", "meaning"))
        required = _WORDS["required"].in_language(language)
        rows = (
            [
                code(key.name) + ("" if key.type.startswith("NotRequired") else f" ({required})"),
                code(plain_type(key.type)),
                key.meaning,
            ]
            for key in keys
        )
        lines += [*table(head, rows), ""]
    return lines


# --------------------------------------------------------------------------------------------------------------
# What it makes
# --------------------------------------------------------------------------------------------------------------


@cache
def golden(cloud: str, example: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Baseline -> type and name of a child -> its inputs, from the golden file; empty where there is none."""
    file = GOLDEN / cloud / f"{example}.json"
    if not file.exists():
        return {}
    data: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    first = "mlps-l3" if "mlps-l3" in data else "financial-l3"
    whole = data[first]
    found = {first: whole}
    for baseline, changes in data.items():
        if baseline != first:
            found[baseline] = _applied(whole, changes)
    return {name: found[name] for name in baselines.BASELINES if name in found}


def _applied(whole: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    result = {urn: inputs for urn, inputs in whole.items() if urn not in changes}
    for urn, change in changes.items():
        if change is None:
            continue
        inputs = {**whole.get(urn, {}), **change}
        result[urn] = {name: value for name, value in inputs.items() if value is not None}
    return result


def child(urn: str) -> tuple[str, str]:
    """Type token and name of a child by its shortened URN."""
    chain, _, name = urn.rpartition("::")
    return chain.rpartition("$")[2], name


def diagram(cloud: str, block: str) -> list[str]:
    """The types of what the minimal example makes, with how many, and which refers to which."""
    found = golden(cloud, f"{block}_minimal")
    if not found:
        return []
    whole = found.get("mlps-l3") or next(iter(found.values()))
    counts: dict[str, int] = {}
    for urn in whole:
        token, _ = child(urn)
        if token.startswith(f"{cloud}:"):
            counts[token] = counts.get(token, 0) + 1
    ids = {token: f"n{index}" for index, token in enumerate(sorted(counts))}
    lines = ["```mermaid", "flowchart LR", f"  subgraph {class_name(block)}"]
    for token, number in sorted(counts.items()):
        module, _, kind = token.partition(":")[2].partition(":")
        label = f"{module.partition('/')[0]}.{kind}" + (f" × {number}" if number > 1 else "")
        lines.append(f'    {ids[token]}["{label}"]')
    lines.append("  end")
    type_of = {child(urn)[1]: child(urn)[0] for urn in whole}
    edges = {
        (ids[child(urn)[0]], ids[type_of[source]])
        for urn, inputs in whole.items()
        for source in inputs.get("(from)", ())
        if child(urn)[0] in ids and type_of.get(source) in ids and child(urn)[0] != type_of[source]
    }
    lines += [f"  {start} --> {end}" for start, end in sorted(edges)]
    return [*lines, "```", ""]


# --------------------------------------------------------------------------------------------------------------
# What the level decides
# --------------------------------------------------------------------------------------------------------------


@cache
def noticed(cloud: str) -> Mapping[str, Mapping[str, list[str]]]:
    """Terraform type -> setting -> rules that notice when it is weakened."""
    if not NOTICED.exists():
        return {}
    data: dict[str, dict[str, dict[str, list[str]]]] = json.loads(NOTICED.read_text(encoding="utf-8"))
    return data[cloud]


def _values_at(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _values_at(item, path) if path else ()
        if not path:
            yield value
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values_at(value[path[0]], path[1:])


def shown(value: Any, language: str) -> str:
    """A value in a table cell."""
    if value == "04da6b54-80e4-46f7-96ec-b56ff0331ba9":
        return Text("(reference)", "（引用）").in_language(language)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if "04da6b54" in text:
        return Text("(references)", "（引用）").in_language(language)
    return code(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _attributes(cloud: str, example: str, baseline: str) -> dict[str, list[Mapping[str, Any]]]:
    """Terraform type -> the attributes of every child of it."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for urn, inputs in golden(cloud, example)[baseline].items():
        token, _ = child(urn)
        if token.startswith(f"{cloud}:"):
            settings = {name: value for name, value in inputs.items() if not name.startswith("(")}
            found.setdefault(names.terraform_type(token), []).append(names.attributes(token, settings))
    return found


@cache
def _clauses() -> Mapping[str, tuple[str, ...]]:
    """Rule -> clauses at level 3 with every profile, else under the financial baseline, else at level 4."""
    found: dict[str, tuple[str, ...]] = {}
    for baseline in ("mlps-l4", "financial-l3", "mlps-l3"):
        found.update(regulations.clauses_of_rules(baseline, frozenset(baselines.active_profiles(baseline, ["all"]))))
    return found


def _asked_by(rules: Iterable[str], depth: str, language: str) -> str:
    """The rules as links, with their first clauses."""
    parts = []
    for name in rules:
        rule = rules_by_name()[name]
        clauses = _clauses().get(name, ())
        first = [item.partition(":")[2] if item.startswith("gbt22239") else item for item in clauses[:3]]
        more = " …" if len(clauses) > 3 else ""
        folder = f"{depth}{'zh/' if language == 'zh' else ''}rules"
        parts.append(f"[{rule.code}]({folder}/{rule.name}.md) {', '.join(first)}{more}")
    return "; ".join(parts)


def settings(cloud: str, block: str, language: str, depth: str) -> list[str]:
    """The table of settings by baseline."""
    example = f"{block}_full" if golden(cloud, f"{block}_full") else f"{block}_minimal"
    levels = list(golden(cloud, example))
    if not levels:
        return []
    by_level = {baseline: _attributes(cloud, example, baseline) for baseline in levels}
    rows: list[list[str]] = []
    for kind, found in noticed(cloud).items():
        for path, rules in found.items():
            last = path.rpartition(".")[2]
            inner = any(other.startswith(f"{path}.") for other in found)
            if not rules or not path or path.startswith("tags") or last in _LINKS or inner:
                continue
            cells = []
            for baseline in levels:
                values: list[str] = []
                for item in by_level[baseline].get(kind, ()):
                    for value in _values_at(item, path.split(".")):
                        text = shown(value, language)
                        if text not in values:
                            values.append(text)
                more = " …" if len(values) > 3 else ""
                cells.append(", ".join(values[:3]) + more or _WORDS["unset"].in_language(language))
            if any(cell != _WORDS["unset"].in_language(language) for cell in cells):
                rows.append([code(f"{kind}.{path}"), *cells, _asked_by(rules, depth, language)])
    if not rows:
        return []
    head = [_WORDS["setting"].in_language(language), *levels, _WORDS["clauses"].in_language(language)]
    return [*table(head, rows), ""]


# --------------------------------------------------------------------------------------------------------------
# Pages
# --------------------------------------------------------------------------------------------------------------


def component_page(cloud: str, block: str, language: str) -> str:
    """The page of a component."""
    written = prose()[block]
    own = written.get(cloud, {})
    depth = "../" * (3 if language == "zh" else 2)
    node = _classes(ROOT / "components" / cloud / f"{block}.py")[class_name(block)]

    def word(name: str) -> str:
        return _WORDS[name].in_language(language)

    def bullets(key: str) -> list[str]:
        return [f"- {item[language]}" for item in own.get(key, ())]

    other = [item for item in CLOUDS if item != cloud and block in blocks(item)]
    lines = [
        NOTICE,
        f"# {class_name(block)} ({CLOUDS[cloud].in_language(language)})",
        "",
        f"**{written['title'][language]}.** {written['summary'][language]}"
        if language == "en"
        else f"**{written['title'][language]}。**{written['summary'][language]}",
        "",
        f"- {word('class')}: `compliant_infra.components.{cloud}.{class_name(block)}`",
        f"- {word('token')}: `compliant-infra-{cloud}:index:{class_name(block)}`",
        *(
            f"- {word('other')}[{CLOUDS[item].in_language(language)}](../{item}/{page_name(block)}.md)"
            for item in other
        ),
        "",
    ]
    for key, title in (("cost", "cost"), ("not_done", "not-done"), ("notes", "notes")):
        if own.get(key):
            lines += [f"## {word(title)}", "", *bullets(key), ""]
    drawn = diagram(cloud, block)
    if drawn:
        lines += [f"## {word('makes')}", "", word("count"), "", *drawn]
    example = (EXAMPLES / cloud / f"{block}_minimal.py").read_text(encoding="utf-8").rstrip()
    lines += [f"## {word('minimal')}", "", "```python", example, "```", ""]
    decided = settings(cloud, block, language, depth)
    if decided:
        lines += [f"## {word('levels')}", "", word("levels-note"), "", *decided]
    lines += [f"## {word('arguments')}", "", word("common").format(link="../../components.md"), ""]
    lines += arguments_of(cloud, block, language)
    outputs = list(described(node))
    if outputs:
        head = (word(name) for name in ("name", "type", "meaning"))
        rows = ([code(item.name), code(plain_type(item.type)), item.meaning] for item in outputs)
        lines += [f"## {word('outputs')}", "", *table(head, rows), ""]
    full = EXAMPLES / cloud / f"{block}_full.py"
    if full.exists():
        lines += [f"## {word('full')}", "", "```python", full.read_text(encoding="utf-8").rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def component_pages() -> dict[Path, str]:
    """Every page of a component that has words: path -> content."""
    found: dict[Path, str] = {}
    for language in LANGUAGES:
        home = ROOT / "docs" / ("zh" if language == "zh" else "") / "components"
        for cloud in CLOUDS:
            for block in blocks(cloud):
                found[home / cloud / f"{page_name(block)}.md"] = component_page(cloud, block, language)
    return found


def overview(language: str) -> str:
    """The table of the components, with links to their pages."""
    head = (
        Text("Component", "组件"),
        Text("What it is for", "用途"),
        *CLOUDS.values(),
    )
    rows = []
    for block in dict.fromkeys([*blocks("alicloud"), *blocks("aws")]):
        links = [
            f"[{CLOUDS[cloud].in_language(language)}](components/{cloud}/{page_name(block)}.md)"
            if block in blocks(cloud)
            else Text("–", "–").in_language(language)
            for cloud in CLOUDS
        ]
        rows.append([code(class_name(block)), prose()[block]["title"][language], *links])
    return "\n".join(table((word.in_language(language) for word in head), rows))


def common_arguments(language: str) -> str:
    """The table of the arguments that every component takes."""
    node = _classes(ROOT / "components" / "component.py")["CommonArgs"]
    head = (_WORDS[word].in_language(language) for word in ("name", "type", "meaning"))
    rows = ([code(item.name), code(plain_type(item.type)), item.meaning] for item in described(node))
    return "\n".join(table(head, rows))


__all__ = ["common_arguments", "component_pages", "overview"]
