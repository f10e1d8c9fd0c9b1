"""Type constraints: parsing, conversion, defaults of optional attributes, unknown values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliant_infra.hcl_checks.types import Type, convert, parse_type
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError, SetValue
from compliant_infra.kernel.model import OneOf, Reference, Unknown
from tests.hcl_checks.console import ERROR, console, needs_terraform
from tests.hcl_checks.expression_scope import run

#: (type, value as an expression); Terraform converts a variable's default in the same way.
CONVERSIONS = [
    ("string", '"a"'),
    ("string", "5"),
    ("string", "1.50"),
    ("string", "true"),
    ("string", "null"),
    ("string", "[]"),
    ("number", "5"),
    ("number", '"5"'),
    ("number", '"1.5"'),
    ("number", '"1e2"'),
    ("number", '"x"'),
    ("number", "true"),
    ("bool", "true"),
    ("bool", '"true"'),
    ("bool", '"1"'),
    ("bool", '"0"'),
    ("bool", "1"),
    ("bool", '"yes"'),
    ("any", '[1, "a", true]'),
    ("any", "null"),
    ("list(string)", '["a", 1, true, null]'),
    ("list(string)", "[]"),
    ("list(string)", '"a"'),
    ("list(string)", "{}"),
    ("list(number)", '["1", 2]'),
    ("list(number)", '["x"]'),
    ("list(any)", '[1, "a", true]'),
    ("list(any)", '[{ a = 1 }, { a = "x" }]'),
    ("list(list(string))", "[[1], [], [true]]"),
    ("list", '["a", 1]'),
    ("set(string)", '["b", "a", "b"]'),
    ("set(number)", '["3", 1, 3]'),
    ("set(any)", '["b", "a"]'),
    ("map(string)", '{ a = 1, b = "x" }'),
    ("map(string)", "[]"),
    ("map(any)", '{ a = 1, b = "x" }'),
    ("map(list(number))", '{ a = ["1"] }'),
    ("map", "{ a = 1 }"),
    ("tuple([string, number])", '[1, "2"]'),
    ("tuple([string])", '["a", "b"]'),
    ("tuple([])", "[]"),
    ("object({})", "{ a = 1 }"),
    ("object({ a = string })", "{ a = 1, b = 2 }"),
    ("object({ a = string })", "{ b = 2 }"),
    ("object({ a = string })", "[]"),
    ("object({ a = string, b = number })", '{ a = 1, b = "2" }'),
    ("object({ a = optional(string) })", "{}"),
    ("object({ a = optional(string, 5) })", "{}"),
    ("object({ a = optional(string, 5) })", "{ a = null }"),
    ("object({ a = optional(string, 5) })", '{ a = "x" }'),
    ("object({ a = optional(string, null) })", "{}"),
    ("object({ a = optional(list(string), []) })", "{}"),
    ("object({ a = optional(object({ b = optional(number, 3) }), {}) })", "{}"),
    ("object({ a = optional(object({ b = optional(number, 3) })) })", "{}"),
    ("object({ a = optional(object({ b = optional(number, 3), c = string })) })", '{ a = { c = "x" } }'),
    ("list(object({ a = optional(bool, true), b = string }))", "[{ b = 1 }, { a = false, b = 2 }]"),
    ('map(object({ a = optional(string, "d"), p = optional(list(number), [80]) }))', '{ x = {}, y = { p = ["1"] } }'),
    ('set(object({ a = optional(string, "d") }))', '[{}, { a = "d" }]'),
    ("object({ a = optional(any) })", "{ a = [1] }"),
    ("object({ a = optional(map(string), { k = 1 }) })", "{}"),
    ("object({\n  a = string # comment\n  b = optional(number, 1)\n})", '{ a = "x" }'),
    ("tuple([object({ a = optional(number, 1) })])", "[{}]"),
    ('object({ a = object({ b = object({ c = optional(string, "deep") }) }) })', "{ a = { b = {} } }"),
    ("map(map(string))", "{ a = { b = 1 } }"),
    ("map(bool)", '{ a = "true" }'),
    ("object({ a = list(string) })", "{ a = null }"),
]


@needs_terraform
def test_values_convert_as_in_terraform() -> None:
    different = []
    # A default that does not fit makes the whole configuration invalid, so each such case stands alone.
    fits = [_converted(*case) is not ERROR for case in CONVERSIONS]
    cases = [case for case, fit in zip(CONVERSIONS, fits, strict=True) if fit]
    main = "".join(
        f'variable "v{index}" {{\n  type = {type_}\n  default = {value}\n}}\n'
        for index, (type_, value) in enumerate(cases)
    )
    for index, theirs in enumerate(console([f"var.v{index}" for index in range(len(cases))], main)):
        ours = _converted(*cases[index])
        if json.dumps(ours, sort_keys=True) != json.dumps(theirs, sort_keys=True):
            different.append((cases[index], ours, theirs))
    assert not different, different


@needs_terraform
@pytest.mark.parametrize(
    "case", [case for case in CONVERSIONS if case[1] in ('"yes"', '["x"]', "{ b = 2 }")], ids=lambda case: case[0]
)
def test_terraform_refuses_what_does_not_fit(case: tuple[str, str]) -> None:
    assert _converted(*case) is ERROR
    with pytest.raises(AssertionError, match="gave no result"):
        console(["var.v"], f'variable "v" {{\n  type = {case[0]}\n  default = {case[1]}\n}}\n')


def _converted(type_: str, value: str) -> Any:
    try:
        return convert(run(value), parse_type(type_))
    except EvaluationError:
        return ERROR


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("string", "[]"),
        ("number", '"x"'),
        ("number", "true"),
        ("bool", "1"),
        ("bool", '"yes"'),
        ("list(string)", '"a"'),
        ("list(string)", "{}"),
        ("list(number)", '["x"]'),
        ("map(string)", "[]"),
        ("tuple([string])", '["a", "b"]'),
        ("object({ a = string })", "{ b = 2 }"),
        ("object({ a = string })", "[]"),
    ],
)
def test_what_does_not_fit_is_an_error(type_: str, value: str) -> None:
    assert _converted(type_, value) is ERROR


@pytest.mark.parametrize(
    "text",
    [
        "text",
        "list(string, number)",
        "list()",
        "object([])",
        "object({ a = 5 })",
        "object({ a = optional() })",
        'object({ a = optional(number, "x") })',
        "object({ a = optional(number, var.x) })",
        "tuple(string)",
        "optional(string)",
        "5",
        '"number"',
        "list(",
        "list(string...)",
        "var.x",
        "",
    ],
)
def test_what_is_no_type_is_a_syntax_error(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        parse_type(text)


def test_a_type_prints_as_it_is_written() -> None:
    text = "object({a = list(string), b = optional(map(number)), c = tuple([bool, any])})"
    assert str(parse_type(text)) == text


def test_the_quoted_types_of_old_configurations() -> None:
    assert parse_type('"string"') == parse_type("string")
    assert parse_type('"list"') == parse_type("list(string)")
    assert parse_type('"map"') == parse_type("map(string)")


def test_the_kinds_of_values() -> None:
    assert type(convert(["b", "a", "b"], parse_type("set(string)"))) is SetValue
    assert type(convert(SetValue(["a"]), parse_type("list(string)"))) is list
    assert parse_type("set(string)") == Type("set", element=Type("string"))


def test_unknown_values_stay_what_they_are() -> None:
    unknown = Unknown("known-after-apply", "a.b.id", None, Reference("a.b", "id"))
    assert convert(unknown, parse_type("number")) is unknown
    assert convert([unknown, 1], parse_type("list(string)")) == [unknown, "1"]
    assert convert({"a": unknown}, parse_type("object({ a = number, b = optional(string, 1) })")) == {
        "a": unknown,
        "b": "1",
    }
    assert convert({"k": unknown}, parse_type("map(any)"))["k"] is unknown


def test_every_alternative_is_converted() -> None:
    condition = Unknown("no-value", "var.x")
    converted = convert(OneOf((1, "2"), condition), parse_type("string"))
    assert converted.alternatives == ("1", "2")
    assert converted.condition is condition
    assert convert(OneOf((1, "1"), condition), parse_type("string")) == "1"
    with pytest.raises(EvaluationError):
        convert(OneOf(([], {}), condition), parse_type("string"))
    half = convert(OneOf((True, "x"), condition), parse_type("bool"))
    assert half.alternatives[0] is True
    assert half.alternatives[1].reason == "unsupported"


class Proxy:
    is_object_proxy = True

    def attribute(self, name: str) -> Any:
        return {"id": Unknown("known-after-apply", "x.y.id"), "port": "80"}[name]

    def whole(self) -> Any:
        return Unknown("known-after-apply", "x.y")


def test_a_resource_gives_the_attributes_that_an_object_type_names() -> None:
    converted = convert(Proxy(), parse_type("object({ id = string, port = number })"))
    assert converted["port"] == 80
    assert converted["id"].expression == "x.y.id"
    assert convert(Proxy(), parse_type("map(string)")).expression == "x.y"
    proxy = Proxy()
    assert convert(proxy, parse_type("any")) is proxy
