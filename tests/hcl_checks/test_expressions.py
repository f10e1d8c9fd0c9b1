"""Expressions: what unknown values, alternatives and resources do, limits, and properties over random input."""

from __future__ import annotations

import time
import unicodedata
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliant_infra.hcl_checks.expressions import (
    compile_expression,
    evaluate,
    plain,
    references,
    render_template,
)
from compliant_infra.hcl_checks.reader import Expression
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError, SetValue
from compliant_infra.kernel.model import OneOf, Reference, Unknown
from tests.hcl_checks.expression_scope import PLACE, FakeScope, run

REFERENCE = Reference("alicloud_vpc.main", "id")


def reference_to_vpc() -> Unknown:
    return Unknown("known-after-apply", "alicloud_vpc.main.id", PLACE, REFERENCE)


class Proxy:
    """A resource with a known name and an id that only the provider knows."""

    is_object_proxy = True

    def __init__(self, name: str = "main") -> None:
        self.name = name

    def attribute(self, name: str) -> Any:
        if name == "name":
            return self.name
        return Unknown("known-after-apply", f"alicloud_vpc.{self.name}.{name}", PLACE, REFERENCE)

    def whole(self) -> Any:
        return Unknown("known-after-apply", f"alicloud_vpc.{self.name}")


def alternatives(value: Any) -> tuple[Any, ...]:
    assert isinstance(value, OneOf), value
    return value.alternatives


def known(value: Any) -> Any:
    assert not isinstance(value, (Unknown, OneOf)), value
    return value


# -- unknown values


def test_an_id_is_never_null() -> None:
    values = {"local.vpc": reference_to_vpc()}
    assert run("local.vpc == null", values) is False
    assert run("null != local.vpc", values) is True
    assert run('local.vpc == null ? "none" : "some"', values) == "some"


def test_a_value_that_passes_through_keeps_its_reference() -> None:
    unknown = reference_to_vpc()
    values = {"local.vpc": unknown}
    assert run("local.vpc", values) is unknown
    assert run('"${local.vpc}"', values) is unknown
    assert run("(local.vpc)", values) is unknown
    assert run("[local.vpc][0]", values) is unknown
    assert run("{a = local.vpc}.a", values) is unknown
    assert run("true ? local.vpc : null", values) is unknown
    assert run("try(local.vpc, 1)", values) is unknown
    assert run("[for x in [local.vpc] : x][0]", values) is unknown


@pytest.mark.parametrize(
    "text",
    [
        "local.vpc + 1",
        "1 + local.vpc",
        "-local.vpc",
        "!local.vpc",
        'local.vpc == "x"',
        "local.vpc < 3",
        "local.vpc && true",
        "true && local.vpc",
        "false || local.vpc",
        "[for x in local.vpc : x]",
        "{for x in [1] : local.vpc => x}",
        "{(local.vpc) = 1}",
        "[1, 2][local.vpc]",
        "max(local.vpc...)",
        "[for x in [1] : x if local.vpc]",
        "can(local.vpc)",
        "local.vpc.x",
        "local.vpc[*].x",
        "local.vpc[0]",
        '"a-${local.vpc}"',
        "local.vpc + local.other",
        "{a = 1}[local.vpc]",
    ],
)
def test_an_operation_on_an_unknown_names_it_and_refers_to_nothing(text: str) -> None:
    value = run(text, {"local.vpc": reference_to_vpc()})
    assert type(value) is Unknown
    assert value.reason == "known-after-apply"
    assert value.expression.startswith("alicloud_vpc.main.id")
    assert value.location == PLACE
    assert value.reference is None


def test_the_first_unknown_is_the_one_that_is_named() -> None:
    assert run("var.a + var.b").expression == "var.a"
    assert run('"${var.a}${var.b}"').expression == "var.a"
    assert run("var.a && var.b").expression == "var.a"
    assert run("1 + 2 * var.b + var.a").expression == "var.b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data.x.y.z", "data.x.y.z"),
        ("var.a[0]", "var.a[0]"),
        ('var.a["k"].b', 'var.a["k"].b'),
        ("var.a[*].b", "var.a[*].b"),
        ("var.a.*.b", "var.a[*].b"),
        ("var.a.0.b", "var.a[0].b"),
    ],
)
def test_parts_of_an_unknown_are_named_by_their_traversal(text: str, expected: str) -> None:
    assert run(text).expression == expected


def test_parts_of_what_is_no_traversal_keep_its_text() -> None:
    assert run("local.x.y", {"local.x": Unknown("impure-function", "timestamp()")}).expression == "timestamp()"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("false && var.a", False),
        ("var.a && false", False),
        ("true || var.a", True),
        ("var.a || true", True),
        ("var.a && var.b && false", False),
        ("false && null", False),
        ("true || local.nothing.x", True),
        ("!(var.a && false)", True),
        ("var.a == var.a && false", False),
        ("{a = 1, b = var.a} == {a = 2, b = 3}", False),
        ("[var.a] == []", False),
    ],
)
def test_what_decides_without_the_unknown(text: str, expected: bool) -> None:
    assert run(text, {"local.nothing": None}) is expected


def test_the_first_of_several_unknown_members_is_named() -> None:
    assert run("[var.a, var.b] == [1, 2]").expression == "var.a"
    assert type(run("var.c ? {a = var.a, b = var.b} : {a = 1, b = 2}")) is OneOf


@pytest.mark.parametrize("text", ["true && var.a", "var.a || false", "var.a && var.b", "{a = var.a} == {a = 1}"])
def test_what_the_unknown_decides(text: str) -> None:
    assert run(text).expression == "var.a"


def test_an_error_is_an_error_beside_an_unknown() -> None:
    for text in ("var.a + true", 'var.a + "x"', "null + var.a", '"${var.a}${null}"', "[][0] + var.a", "var.a && 5"):
        with pytest.raises(EvaluationError):
            run(text)


def test_unknowns_stay_inside_collections() -> None:
    value = run("[1, var.a, {b = var.b}]")
    assert value[0] == 1
    assert value[1].expression == "var.a"
    assert value[2]["b"].expression == "var.b"
    assert [type(item) for item in run("[for x in [1, var.a] : x + 1]")] == [int, Unknown]
    assert run("[var.a, 5][1]") == 5


# -- templates


def test_a_template_keeps_what_is_known() -> None:
    value = run('"acs:oss:*:*:${var.name}-${local.n}/*"', {"local.n": 5})
    assert value.reason == "no-value"
    assert value.expression == "var.name"
    first, name, rest = value.parts
    assert (first, rest) == ("acs:oss:*:*:", "-5/*")
    assert name.expression == "var.name"


def test_the_parts_of_nested_templates_are_one_level_deep() -> None:
    value = run('"<${local.inner}>"', {"local.inner": run('"a${var.x}b"')})
    assert [part if isinstance(part, str) else part.expression for part in value.parts] == ["<a", "var.x", "b>"]


def test_parts_keep_references() -> None:
    value = run('"${local.vpc}/x"', {"local.vpc": reference_to_vpc()})
    assert value.reference is None
    assert value.parts[0].reference == REFERENCE


def test_a_template_of_alternatives_is_one_of_the_texts() -> None:
    value = run('"a-${var.x ? "b" : "c"}-${local.n}"', {"local.n": 1})
    assert alternatives(value) == ("a-b-1", "a-c-1")
    assert value.condition.expression == "var.x"


def test_alternatives_beside_an_unknown_are_parts() -> None:
    value = run('"${var.x ? "b" : "c"}-${var.y}"')
    assert type(value) is Unknown
    assert value.expression == "var.x"
    assert alternatives(value.parts[0]) == ("b", "c")


def test_directives_with_unknowns() -> None:
    assert alternatives(run('"%{ if var.x }a%{ else }b%{ endif }"')) == ("a", "b")
    assert alternatives(run('"<%{ if var.x }a%{ endif }>"')) == ("<a>", "<>")
    looped = run('"%{ for x in [1, var.y] }${x},%{ endfor }"')
    assert looped.expression == "var.y"
    assert [part if isinstance(part, str) else part.expression for part in looped.parts] == ["1,", "var.y", ","]
    assert run('"%{ for x in var.l }${x},%{ endfor }"').expression == "var.l"


def test_the_body_of_a_template_file() -> None:
    scope = FakeScope({"var.x": "hidden"})
    text = 'name: ${name}\n%{ for p in ports ~}\n- ${p}\n%{ endfor ~}\nquote: "q" \\n $${x}\n'
    assert render_template(text, {"name": "n", "ports": [80, 443]}, scope) == (
        'name: n\n- 80\n- 443\nquote: "q" \\n ${x}\n'
    )
    assert render_template("${length(l)}", {"l": [1, 2]}, scope) == 2
    assert render_template("%{ for x in l }${x}${y}%{ endfor }", {"l": [1, 2], "y": "-"}, scope) == "1-2-"
    assert render_template("", {}, scope) == ""
    assert render_template("a${b}", {"b": Unknown("no-value", "var.b")}, scope).expression == "var.b"
    with pytest.raises(EvaluationError):
        render_template("${var.x}", {}, scope)
    with pytest.raises(EvaluationError):
        render_template("${", {}, scope)


# -- alternatives


def test_an_unknown_condition_gives_one_of_the_branches() -> None:
    value = run('var.public ? "public-read" : "private"')
    assert alternatives(value) == ("public-read", "private")
    assert (value.condition.reason, value.condition.expression) == ("no-value", "var.public")


def test_the_condition_is_named_by_its_text() -> None:
    assert run('var.a == "x" && var.b ? 1 : 2').condition.expression == 'var.a == "x" && var.b'
    nested = run("(var.a ? true : false) ? 1 : 2")
    assert alternatives(nested) == (1, 2)
    assert nested.condition.reason == "no-value"


def test_equal_branches_are_one_value() -> None:
    assert run("var.a ? [1, {b = 2}] : [1, {b = 2}]") == [1, {"b": 2}]
    unknown = reference_to_vpc()
    assert run("var.a ? local.vpc : local.vpc", {"local.vpc": unknown}) is unknown


def test_branches_get_one_type() -> None:
    assert alternatives(run('var.a ? 1 : "x"')) == ("1", "x")
    assert alternatives(run("var.a ? true : null")) == (True, None)
    assert alternatives(run("var.a ? [1] : []")) == ([1], [])


def test_nested_alternatives_are_flat_and_limited() -> None:
    assert alternatives(run("var.a ? 1 : var.b ? 2 : var.c ? 3 : 1")) == (1, 2, 3)
    many = "".join(f"var.x{index} ? {index} : " for index in range(40)) + "99"
    found = alternatives(run(many))
    assert len(found) <= 16
    assert found[-1].reason == "ambiguous"
    sixteen = "".join(f"var.x{index} ? {index} : " for index in range(15)) + "99"
    assert len(alternatives(run(sixteen))) == 16


def test_a_branch_that_is_an_error() -> None:
    value = run("var.a ? [][0] : 1")
    assert (type(value), value.reason) == (Unknown, "unsupported")
    with pytest.raises(EvaluationError):
        run("var.a ? [][0] : null.x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("local.x + 1", (2, 3)),
        ("-local.x", (-1, -2)),
        ("local.x / 4", (0.25, 0.5)),
        ("local.x * local.x", (1, 2, 4)),
        ("local.x == 1", (True, False)),
        ("local.x != 1", (False, True)),
        ("local.x > 1", (False, True)),
        ("!(local.x == 1)", (False, True)),
        ("local.x == 1 && true", (True, False)),
        ("local.l[0]", ("a", "b")),
        ("local.o.k", (1, 2)),
        ("local.l[*]", (["a"], ["b", "c"])),
        ("[for x in local.l : upper(x)]", (["A"], ["B", "C"])),
        ("{for x in local.l : x => 1}", ({"a": 1}, {"b": 1, "c": 1})),
        ("[5, 6, 7][local.x]", (6, 7)),
        ('{"${local.x}" = 5}', ({"1": 5}, {"2": 5})),
        ("length(local.l)", (1, 2)),
        ("concat(local.l...)", None),
        ("max(local.ll...)", (1, 3)),
        ('"%{ if local.x == 1 }a%{ else }b%{ endif }"', ("a", "b")),
        ("local.x == 1 ? 5 : 6", (5, 6)),
    ],
)
def test_operations_are_done_for_each_alternative(text: str, expected: tuple[Any, ...] | None) -> None:
    condition = Unknown("no-value", "var.c")
    values = {
        "local.x": OneOf((1, 2), condition),
        "local.l": OneOf((["a"], ["b", "c"]), condition),
        "local.ll": OneOf(([1], [2, 3]), condition),
        "local.o": OneOf(({"k": 1}, {"k": 2}), condition),
    }
    if expected is None:
        with pytest.raises(EvaluationError):
            run(text, values)
    else:
        assert alternatives(run(text, values)) == expected


def test_alternatives_that_agree_are_known() -> None:
    values = {"local.x": OneOf((1, 2), Unknown("no-value", "var.c"))}
    assert run("local.x > 0", values) is True
    assert run("local.x > 0 ? 5 : 6", values) == 5
    assert run("local.x < 0 || local.x > 5", values) is False


def test_an_error_in_one_alternative_is_unsupported_there() -> None:
    values = {"local.x": OneOf(({"k": 1}, {}), Unknown("no-value", "var.c"))}
    first, second = alternatives(run("local.x.k", values))
    assert first == 1
    assert second.reason == "unsupported"
    with pytest.raises(EvaluationError):
        run("local.x.other", values)


def test_too_many_combinations_are_ambiguous() -> None:
    condition = Unknown("no-value", "var.c")
    values = {f"local.x{index}": OneOf(tuple(range(16)), condition) for index in range(4)}
    value = run('"${local.x0}${local.x1}${local.x2}${local.x3}"', values)
    assert type(value) is Unknown
    assert run("local.x0 * 16 + local.x1", values).reason == "ambiguous"


# -- resources


def test_attributes_of_resources() -> None:
    values = {"alicloud_vpc": {"main": Proxy(), "all": [Proxy("a"), Proxy("b")], "each": {"k": Proxy("k")}}}
    assert run("alicloud_vpc.main.id", values).reference == REFERENCE
    assert run('alicloud_vpc.main["id"]', values).reference == REFERENCE
    assert run("alicloud_vpc.all[*].name", values) == ["a", "b"]
    assert run("alicloud_vpc.all[1].name", values) == "b"
    assert run('alicloud_vpc.each["k"].name', values) == "k"
    assert run("alicloud_vpc.main[*].name", values) == ["main"]
    assert run("[for v in alicloud_vpc.all : v.name]", values) == ["a", "b"]
    assert run("{for k, v in alicloud_vpc.each : k => v.name}", values) == {"k": "k"}
    assert run("one(alicloud_vpc.all[*].name)", {"alicloud_vpc": {"all": [Proxy("a")]}}) == "a"
    assert run("concat(alicloud_vpc.all, [])[0].name", values) == "a"
    assert run("true ? alicloud_vpc.main.name : 5", values) == "main"
    chosen = run("(var.x ? alicloud_vpc.all[0] : alicloud_vpc.all[1]).name", values)
    assert alternatives(chosen) == ("a", "b")


@pytest.mark.parametrize("text", ["vpc == 1", '"x${vpc}"', "vpc + 1", "[for x in vpc : x]", "jsonencode(vpc)", "!vpc"])
def test_a_resource_as_a_whole(text: str) -> None:
    assert run(text, {"vpc": Proxy()}).expression == "alicloud_vpc.main"


def test_plain_values_have_no_resources_inside() -> None:
    shared = [1, {"a": "b"}]
    assert plain(shared) is shared
    value = plain({"a": [Proxy()], "b": SetValue(["x"])})
    assert value["a"][0].expression == "alicloud_vpc.main"
    assert type(value["b"]) is SetValue
    deep: Any = []
    for _ in range(60):
        deep = [deep, deep]
    assert plain(deep) is deep


# -- functions


def test_try_and_can() -> None:
    assert run("try([][0], null.x, 3)") == 3
    assert run("try(1, var.x)") == 1
    assert run("try([][0], var.x)").expression == "var.x"
    assert run("can([][0])") is False
    assert run("can([1][0])") is True
    with pytest.raises(EvaluationError):
        run("try([][0])")


def test_functions_of_providers_are_not_run() -> None:
    value = run('provider::time::rfc3339_parse("x")')
    assert (value.reason, value.expression) == ("unsupported", 'provider::time::rfc3339_parse("x")')


def test_an_unknown_function_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no_such_function"):
        run("no_such_function(1)")


# -- the reader's values


def test_evaluate_goes_deep_and_copies_only_what_changes() -> None:
    scope = FakeScope({"var.a": 1, "var.k": "key"})
    untouched = [{"x": [1, "${not an expression}"]}]
    assert evaluate(untouched, scope) is untouched
    value = {"a": Expression("var.a + 1"), "b": untouched, Expression("var.k"): [Expression('"${var.a}"')], "c": None}
    result = evaluate(value, scope)
    assert result == {"a": 2, "b": untouched, "key": [1], "c": None}
    assert result["b"] is untouched
    assert evaluate("var.a", scope) == "var.a"
    assert evaluate(Expression("var.a"), scope) == 1


@pytest.mark.parametrize("text", ["[][0]", "1 +", "no_such_function()", "null.x", "1 / 0"])
def test_what_cannot_be_evaluated_is_unsupported(text: str) -> None:
    value = evaluate(Expression(text), FakeScope())
    assert (value.reason, value.location) == ("unsupported", PLACE)
    assert value.expression.startswith(f"{text} (")


def test_an_unknown_key_makes_the_object_unknown() -> None:
    assert evaluate({Expression("var.k"): 1}, FakeScope()).expression == "var.k"
    assert evaluate({Expression("null"): 1}, FakeScope()).reason == "unsupported"


# -- references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", []),
        ("var.a", ["var.a"]),
        ("var.a + local.b.c", ["var.a", "local.b.c"]),
        ('module.m["x"].id', ["module.m"]),
        ("module.m.id", ["module.m.id"]),
        ("data.a.b[*].c[var.i]", ["data.a.b", "var.i"]),
        ("data.a.b.*.c", ["data.a.b"]),
        ("[for k, v in var.l : v.x + k + local.y if v.z]", ["var.l", "local.y"]),
        ("{for v in v.l : v => v...}", ["v.l"]),
        ("[for x in [for x in a.b : x] : x]", ["a.b"]),
        (
            '"${a.b}-%{ if c.d }${e.f}%{ endif }%{ for g in h.i }${g.j}${k.l}%{ endfor }"',
            ["a.b", "c.d", "e.f", "h.i", "k.l"],
        ),
        ("f(a.b, {c = d.e, (f.g) = 1}, [h.i]...)", ["a.b", "d.e", "f.g", "h.i"]),
        ("!a.b ? -c.d : e.f", ["a.b", "c.d", "e.f"]),
        ("a.b + a.b", ["a.b"]),
        ("<<E\n${a.b}\nE\n", ["a.b"]),
        ("(a.b).c", ["a.b"]),
    ],
)
def test_references(text: str, expected: list[str]) -> None:
    assert [".".join(names) for names in references(text)] == expected


# -- limits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *[("(", ")"), ("[", "]"), ('"${', '}"'), ("!", ""), ("-", ""), ("{a=", "}"), ("true?1:", ""), ("x[", "]")],
        *[("[for a in x:", "]"), ("f(", ")"), ("1+(", ")"), ('"%{if true}', '%{endif}"'), ("x[*]", ""), ("a?", ":1")],
    ],
)
def test_deep_nesting_is_a_syntax_error(before: str, after: str) -> None:
    for count in (300, 5000):
        with pytest.raises(ExpressionSyntaxError):
            compile_expression(before * count + "1" + after * count)


@pytest.mark.parametrize("brackets", ["()", "[]"])
def test_moderate_nesting_is_evaluated(brackets: str) -> None:
    text = brackets[0] * 100 + "1" + brackets[1] * 100
    assert known(run(text)) is not None


UNKNOWN = object()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1" + "+1" * 100_000, 100_001),
        ("2" + "-1" * 50_000 + "*1" * 50_000, 2 - 50_000),
        ("true" + "&&true" * 100_000, True),
        ("1" + "==1" * 3, False),
        ("x" + "[0]" * 50_000, UNKNOWN),
        ("x" + ".a" * 20_000, UNKNOWN),
    ],
)
def test_long_chains_use_no_stack(text: str, expected: Any) -> None:
    value = run(text, {"x": Unknown("no-value", "var.x")})
    assert type(value) is Unknown if expected is UNKNOWN else value == expected


def test_numbers_are_bounded() -> None:
    assert run("9" * 1000 + " + 1") == 10**1000
    for text in ("9" * 5000, "1e5000", "1e99999999"):
        with pytest.raises(ExpressionSyntaxError):
            compile_expression(text)
    for text in ("1e3999 * 1e3999", '"1e99999" + 1', "10" + " * 1e100" * 1000):
        with pytest.raises(EvaluationError):
            run(text)
    assert run("1" + " / 3" * 500) >= 0


def test_loops_are_bounded() -> None:
    started = time.process_time()
    value = run("[for a in local.l : [for b in local.l : [for c in local.l : c]]]", {"local.l": list(range(1000))})
    assert type(value) is Unknown or any(type(item) is Unknown for item in value)
    assert time.process_time() - started < 10


def test_texts_are_bounded() -> None:
    value = run('"${local.t}' + "${local.t}" * 20 + '"', {"local.t": "x" * 1_000_000})
    assert value.reason == "limit"
    assert run('"%{ for x in range(1000) }${local.t}%{ endfor }"', {"local.t": "x" * 1_000_000}).reason == "limit"


def test_syntax_errors_say_where() -> None:
    for text, offset in (("1 + ", 4), ("[1 2]", 3), ("a b", 2), ('"a${"', 4), ("1 + @", 4)):
        with pytest.raises(ExpressionSyntaxError) as caught:
            compile_expression(text)
        assert caught.value.offset == offset, text


def test_compiled_expressions_are_kept_by_text() -> None:
    assert compile_expression("var.a + 12345") is compile_expression("var.a + 12345")


# -- properties


@st.composite
def numbers(draw: st.DrawFn, depth: int = 4) -> tuple[str, Fraction]:
    """An arithmetic expression in full parentheses or with precedence, and its value."""
    if depth == 0 or draw(st.booleans()):
        value = draw(st.integers(0, 50) | st.decimals(0, 9, places=2))
        return str(value), Fraction(str(value))
    kind = draw(st.sampled_from(["+", "-", "*", "negative"]))
    left, left_value = draw(numbers(depth=depth - 1))
    if kind == "negative":
        return f"-({left})", -left_value
    right, right_value = draw(numbers(depth=depth - 1))
    text = f"({left}) {kind} ({right})"
    return text, {"+": left_value + right_value, "-": left_value - right_value, "*": left_value * right_value}[kind]


@given(numbers())
@settings(max_examples=150, deadline=None)
def test_arithmetic_is_exact(case: tuple[str, Fraction]) -> None:
    text, expected = case
    value = run(text)
    assert value == (expected.numerator if expected.denominator == 1 else float(expected))
    assert type(value) is (int if expected.denominator == 1 else float)


@given(st.lists(st.tuples(st.sampled_from(["+", "-", "*", "%"]), st.integers(1, 30)), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_precedence_is_that_of_python(steps: list[tuple[str, int]]) -> None:
    # Operands are positive and the remainder is taken of products only, where both languages agree.
    text = "7" + "".join(f" {operator} {operand}" for operator, operand in steps)
    assert run(text) == eval(text)


@given(
    st.recursive(
        st.sampled_from(["true", "false"]),
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||", "==", "!="]), inner)
            | st.builds("!({})".format, inner)
        ),
    )
)
@settings(max_examples=150, deadline=None)
def test_logic_agrees_with_python(text: str) -> None:
    python = text.replace("true", "True").replace("false", "False")
    python = python.replace("!(", " not (").replace("&&", "and").replace("||", "or")
    assert run(text) is eval(_comparable(python))


def _comparable(text: str) -> str:
    """``not`` binds weaker than ``==`` in Python: put it into parentheses together with its operand."""
    while (at := text.find(" not (")) >= 0:
        depth, end = 0, at + 5
        while True:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        text = f"{text[:at]}(NOT {text[at + 5 : end]}){text[end:]}"
    return text.replace("NOT", "not")


LETTERS = st.sampled_from(
    [
        *'"$%{}~()[]a1.*?:\n =,#\\é!-<',
        *("<<E\n", "E\n", "for ", " in ", "if ", "endif", "=>", "...", "/*", "::", "&&", "${", "%{"),
    ]
)


@given(st.text(max_size=60) | st.lists(LETTERS, max_size=40).map("".join))
@settings(max_examples=400, deadline=2000)
def test_any_text_is_an_expression_or_a_syntax_error(text: str) -> None:
    try:
        compile_expression(text)
    except ExpressionSyntaxError as error:
        assert 0 <= error.offset <= len(text)
    with suppress(EvaluationError):
        render_template(text, {}, FakeScope())


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_text_can_be_quoted(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    escaped = escaped.replace("${", "$${").replace("%{", "%%{")
    assert run(f'"{escaped}"') == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "unit", ['"', "${", '"${', "(", "[", "/*", "<<E\n", "%{if a}", "a.", "!", "$", '"a" ', "<<-E\n  a\n"]
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    def seconds(count: int) -> float:
        started = time.process_time()
        with suppress(ExpressionSyntaxError):
            compile_expression(unit * count)
        return time.process_time() - started

    assert seconds(20_000) < 2
