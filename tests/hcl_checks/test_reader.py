"""The structural reader: values, places, comments, refusals, limits, growth, and agreement with other parsers."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliant_infra.hcl_checks.reader import (
    MAX_DEPTH,
    Attribute,
    Block,
    Body,
    Comment,
    Document,
    Expression,
    HCLSyntaxError,
    parse,
    parse_json,
    read_document,
)
from tests.hcl_checks.tricky_cases import ACCEPTED, EXPRESSION_ERRORS, READS, REFUSED, Is, Source

FIXTURES = Path(__file__).parent / "fixtures" / "reader"
ESTATE = (FIXTURES / "estate.tf").read_text(encoding="utf-8")


def blocks_of(body: Body) -> Iterator[Block]:
    for block in body.blocks:
        yield block
        yield from blocks_of(block.body)


def bodies_of(document: Document) -> Iterator[Body]:
    yield document.body
    for block in blocks_of(document.body):
        yield block.body


def attributes_of(document: Document) -> Iterator[Attribute]:
    for body in bodies_of(document):
        yield from body.attributes.values()


def expressions_in(value: Any) -> Iterator[Expression]:
    if type(value) is Expression:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from expressions_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from expressions_in(key)
            yield from expressions_in(item)


def same(left: Any, right: Any) -> bool:
    """Equal, with the same types at every depth."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return [(type(k), k) for k in left] == [(type(k), k) for k in right] and all(
            same(left[key], right[key]) for key in left
        )
    return bool(left == right)


def shape(body: Body) -> Any:
    """Names, values and nesting without places."""
    return (
        {name: attribute.value for name, attribute in body.attributes.items()},
        [(block.type, block.labels, shape(block.body)) for block in body.blocks],
    )


def error_of(text: str, read: Callable[[str], Document] = parse) -> HCLSyntaxError:
    with pytest.raises(HCLSyntaxError) as caught:
        read(text)
    return caught.value


# -- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READS)
def test_reads_as_terraform_does(name: str) -> None:
    source, expected = READS[name]
    document = parse(source)
    if isinstance(expected, Is):
        assert same(document.body.attributes["x"].value, expected.value)
    elif isinstance(expected, Source):
        assert same(document.body.attributes["x"].value, Expression(expected.text))
    else:
        assert expected(document), document.body


@pytest.mark.parametrize("source", ACCEPTED + EXPRESSION_ERRORS)
def test_accepts(source: str) -> None:
    parse(source)


@pytest.mark.parametrize("source", REFUSED)
def test_refuses(source: str) -> None:
    error = error_of(source)
    lines = source.split("\n")
    assert error.code == "syntax-error"
    assert error.message and error.message_zh and error.message != error.message_zh
    assert 1 <= error.line <= len(lines)
    assert 1 <= error.column <= len(lines[error.line - 1]) + 1


def test_strings_and_references_are_kept_apart() -> None:
    body = parse('a = "var.a"\nb = var.a\nc = "${var.a}"\n').body
    assert [type(body.attributes[name].value) for name in "abc"] == [str, Expression, Expression]
    assert [str(body.attributes[name].value) for name in "abc"] == ["var.a", "var.a", '"${var.a}"']


def test_huge_numbers_stay_text() -> None:
    body = parse("a = 1e999999999\nb = " + "9" * 5000 + "\nc = [1e-99999999, 1e400]\n").body
    assert body.attributes["a"].value == "1e999999999"
    assert type(parse("x = 1e" + "9" * 30).body.attributes["x"].value) is Expression
    assert len(body.attributes["b"].value) == 5000
    assert same(body.attributes["c"].value, [Expression("1e-99999999"), 10**400])


# -- regressions seen in other parsers ---------------------------------------------------------------------------


def test_closing_word_with_space_loses_no_resource() -> None:
    text = (
        'resource "aws_s3_bucket_policy" "a" {\n  policy = <<POLICY\n{"a": 1}\n POLICY \n}\n'
        'resource "aws_s3_bucket" "public" {\n  acl = "public-read"\n}\n'
        'resource "aws_s3_bucket_policy" "b" {\n  policy = <<POLICY\n{"b": 1}\nPOLICY\n}\n'
    )
    blocks = parse(text).body.blocks
    assert [block.labels[1] for block in blocks] == ["a", "public", "b"]
    assert [block.body.attributes.get("policy") and block.body.attributes["policy"].value for block in blocks] == [
        '{"a": 1}\n',
        None,
        '{"b": 1}\n',
    ]


def test_unbalanced_quote_in_template_is_a_fast_error() -> None:
    text = 'x = "${replace(var.a, "b)}"\n' + 'y = "${var.a}"\n' * 20_000
    begin = time.process_time()
    assert error_of(text).line == 1
    assert time.process_time() - begin < 1


def test_comment_after_the_colon_of_for_hides_nothing() -> None:
    text = (
        "locals {\n  y = { for k, v in var.m :\n    # a comment after the colon\n    k => v\n  }\n}\n"
        'resource "alicloud_oss_bucket" "public" {\n  bucket = "b"\n  acl    = "public-read"\n}\n'
    )
    document = parse(text)
    assert [block.type for block in document.body.blocks] == ["locals", "resource"]
    assert document.body.blocks[1].body.attributes["acl"].value == "public-read"
    assert document.comments == [Comment(3, 3, "# a comment after the colon", True)]


# -- places ----------------------------------------------------------------------------------------------------

VALID = [source for source, _ in READS.values()] + [ESTATE, ESTATE.replace("\n", "\r\n")]


@pytest.mark.parametrize("text", VALID)
def test_places(text: str) -> None:
    document = parse(text)

    def line_of(offset: int) -> int:
        return text.count("\n", 0, offset) + 1

    for attribute in attributes_of(document):
        source = text[attribute.start : attribute.end]
        assert source.startswith(attribute.name)
        assert source == source.strip()
        assert (attribute.line, attribute.end_line) == (line_of(attribute.start), line_of(attribute.end))
        assert attribute.start < attribute.value_start < attribute.end
        again = parse(source + "\n").body.attributes
        assert list(again) == [attribute.name]
        assert same(again[attribute.name].value, attribute.value)
        again = parse("x = " + text[attribute.value_start : attribute.end] + "\n").body.attributes
        assert same(again["x"].value, attribute.value)
        for expression in expressions_in(attribute.value):
            assert text.startswith(expression, expression.start)
            assert expression.line == line_of(expression.start)
            assert attribute.value_start <= expression.start < attribute.end
    for block in blocks_of(document.body):
        source = text[block.start : block.end]
        assert source.startswith(block.type) and source.endswith("}")
        assert (block.line, block.end_line) == (line_of(block.start), line_of(block.end))
        assert text[block.body.start - 1] == "{" and text[block.body.end] == "}"
        again = parse(source).body.blocks
        assert [(one.type, one.labels) for one in again] == [(block.type, block.labels)]
        assert same(shape(again[0].body)[0], shape(block.body)[0])


def test_lines_of_the_estate() -> None:
    by_name = {block.labels[-1]: block for block in parse(ESTATE).body.blocks if block.labels}
    assert (by_name["logs"].line, by_name["logs"].end_line) == (35, 53)
    policy = by_name["logs"].body.attributes["policy"]
    assert (policy.line, policy.end_line) == (46, 51)
    assert by_name["ssh"].body.attributes["cidr_ip"].value.line == 59


# -- comments --------------------------------------------------------------------------------------------------


def test_comments_everywhere() -> None:
    text = (
        "# first\nx = 1 # second\n/* third\n   goes on */ y = [ // fourth\n"
        '  "#no", # fifth\n  var.a /* sixth */ + 1,\n]\n'
        'b "l" /* seventh */ { # eighth\n  // ninth\r\n  z = f(# tenth\n  "http://no", <<EOF\n# no\nEOF\n  )\n'
        '  w = { /* eleventh */ k = "${a /* twelfth */}" } // thirteenth\n} # fourteenth\n// fifteenth'
    )
    found = parse(text).comments
    assert [comment.text.split()[1] for comment in found] == [
        *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
        *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    ]
    assert found[0] == Comment(1, 1, "# first", True)
    assert found[1] == Comment(2, 2, "# second", False)
    assert found[2] == Comment(3, 4, "/* third\n   goes on */", True)
    assert found[8] == Comment(9, 9, "// ninth", True)
    assert [comment.line for comment in found[3:]] == [4, 5, 6, 8, 8, 9, 10, 15, 15, 15, 16, 17]


def test_comments_of_the_estate() -> None:
    found = parse(ESTATE).comments
    assert len(found) == 5
    assert found[0].text == "# 等保三级示例：存储、网络与主机"
    assert found[-1] == Comment(58, 58, '# compliant-infra:ignore=open-ports reason="bastion"', False)


# -- errors and limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = 1\nx = 2\n", 2, 1),
        ("x = 1 y = 2\n", 1, 7),
        ('a = 1\nb "中文" {\n  x = "\\q"\n}\n', 3, 8),
        ("a = 1\nb {\n  c = 1\n", 2, 1),
        ("\ufeffx = ;\n", 1, 5),
        ("x = [\n  1,\n  (2\n", 3, 3),
        ("x = 1\r\ny = \u201c1\u201d\r\n", 2, 5),
    ],
)
def test_place_of_errors(text: str, line: int, column: int) -> None:
    error = error_of(text)
    assert (error.line, error.column) == (line, column)
    assert f"line {line}, column {column}" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
        "x = " + "[" * 5000 + "1" + "]" * 5000 + "\n",
        "x = " + "{a=" * 5000 + "1" + "}" * 5000 + "\n",
        "x = " + "[{a=(" * 2000 + "1" + ")}]" * 2000 + "\n",
        'x = "' + '${"' * 5000 + '"}' * 5000 + '"\n',
        "x = <<E\n" + "${<<E\n" * 5000 + "}\nE\n" * 5000,
        "b {\n" * 5000 + "}\n" * 5000,
        "b {\n" * (MAX_DEPTH - 2) + "x = [[[1]]]\n" + "}\n" * (MAX_DEPTH - 2),
        "b {\n" * (MAX_DEPTH - 2) + "x = f(g(h(1)))\n" + "}\n" * (MAX_DEPTH - 2),
    ],
)
def test_nesting_is_limited(text: str) -> None:
    assert error_of(text).code == "limit-reached"


def test_nesting_below_the_limit() -> None:
    depth = MAX_DEPTH - 2
    parse("x = " + "[" * depth + "1" + "]" * depth + "\n")
    parse("x = " + "(" * depth + "1" + ")" * depth + "\n")
    parse("b {\n" * depth + "x = [[1]]\n" + "}\n" * depth)


def test_json_nesting_is_limited() -> None:
    assert error_of('{"locals": {"x": ' + "[" * 5000 + "]" * 5000 + "}}", parse_json).code == "limit-reached"
    assert error_of('{"locals": {"x": "' + "${" + "[" * 300 + "]" * 300 + '}"}}', parse_json).code == "limit-reached"


def test_ten_megabytes_in_one_string() -> None:
    text = 'x = "' + "abcdefghi ${a}" * 750_000 + '"\ny = "' + "z" * 10_000_000 + '"\n'
    begin = time.process_time()
    body = parse(text).body
    assert time.process_time() - begin < 10
    assert len(body.attributes["y"].value) == 10_000_000


SHAPES: dict[str, Callable[[int], str]] = {
    "many blocks": lambda n: "".join(f'resource "a" "b{i}" {{\n  x = 1\n}}\n' for i in range(n)),
    "many attributes in one block": lambda n: "b {\n" + "".join(f"  a{i} = var.x{i}\n" for i in range(n)) + "}\n",
    "long list": lambda n: "x = [" + ", ".join(map(str, range(n))) + "]\n",
    "list of objects": lambda n: "x = [\n" + ",\n".join(f'  {{ a = "{i}", b = [1, 2] }}' for i in range(n)) + "\n]\n",
    "long heredoc": lambda n: "x = <<EOF\n" + "some line of text here\n" * n + "EOF\n",
    "long heredoc with templates": lambda n: "x = <<EOF\n" + "a ${b} $${c}\n" * n + "EOF\n",
    "indented heredoc": lambda n: "x = <<-EOF\n" + "  some line\n" * n + "  EOF\n",
    "long string": lambda n: 'x = "' + "abcdefghij " * n + '"\n',
    "many interpolations": lambda n: 'x = "' + "a${var.b}" * n + '"\n',
    "many comments": lambda n: "# some comment text\n" * n + "x = 1\n",
    "comments in a list": lambda n: "x = [\n" + "a, # c\n" * n + "]\n",
    "operators chain": lambda n: "x = 1" + " + 1" * n + "\n",
    "lists that go on": lambda n: "x = [" + "[[1] + 1] + 1," * n + "]\n",
    "nested parens": lambda n: "x = " + "(" * (n // 20) + "1" + ")" * (n // 20) + "\n",
    "nested lists": lambda n: "x = " + "[" * (n // 20) + "1" + "]" * (n // 20) + "\n",
    "index chain": lambda n: "x = a" + "[0]" * n + "[\n",
    "unclosed quote, then text": lambda n: 'x = "abc\n' + "y = var.a\n" * n,
    "unclosed brace": lambda n: "x = {\n" + "y = var.a\n" * n,
    "unclosed heredoc": lambda n: "x = <<EOF\n" + "y = var.a\n" * n,
    "unclosed comment": lambda n: "x = 1 /" + "* a" * n,
    "unclosed template": lambda n: 'x = "${a ' + "b " * n + '"\n',
    "unclosed call": lambda n: "x = f(" + '"a", ' * n + "\n",
    "unclosed label": lambda n: "b" + ' "a' * n + "\n",
    "slashes in an unclosed string": lambda n: 'x = "' + "a\\\\" * n + "\n",
    "dollars": lambda n: 'x = "' + "$" * n + '"\n',
    "spaces before a comment": lambda n: "x = a" + "          /* */" * n + "\n",
    "spaces": lambda n: "x = [a" + " " * 10 * n + "\n",
    "long name": lambda n: "a" * 10 * n,
    "blank lines": lambda n: "\n" * n,
    "json objects": lambda n: '{"locals": {"x": [' + ", ".join(['{"a": "${b}", "c": "d"}'] * n) + "]}}",
    "json, one template": lambda n: '{"locals": {"x": "' + "${a} b" * n + '"}}',
    "json, unclosed": lambda n: '{"locals": {"x": [' + '"\\n\\t", ' * n,
    "json, blocks": lambda n: '{"resource": {"t": {' + ",\n".join(f'"r{i}": {{"a": 1}}' for i in range(n)) + "}}}",
}


def best_time(text: str) -> float:
    """The best of three, in seconds: the least disturbed."""
    read = parse_json if text.startswith("{") else parse
    best = 60.0
    for _ in range(3):
        begin = time.process_time()
        with contextlib.suppress(HCLSyntaxError):
            read(text)
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize("name", SHAPES)
def test_time_grows_linearly(name: str) -> None:
    make = SHAPES[name]
    small, large = make(1500), make(6000)
    for _ in range(6):  # a quadratic shape fails every time, a disturbed measurement does not
        ratio = best_time(large) / max(best_time(small), 0.0005)
        if ratio < 7:
            return
    pytest.fail(f"four times the text takes {ratio:.1f} times as long")


# -- JSON syntax -----------------------------------------------------------------------------------------------


def test_json_blocks_and_values() -> None:
    text = r"""{
  "//": "a comment",
  "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "configuration_aliases": ["aws.cn"]}}},
  "provider": {"aws": [{"region": "cn-north-1"}, {"alias": "b", "region": "${var.region}"}]},
  "variable": {"v": {"type": "list(string)", "default": "${not} $${raw}"}},
  "locals": [{"n": 1e3, "s": "a\\b$${c}\n%%{d}", "o": {"${upper(\"k\")}": true, "//": null}}],
  "resource": {
    "alicloud_oss_bucket": {
      "b": {
        "bucket": "${upper(\"q\")} \"z\" \\t\n$${x}",
        "provider": "alicloud.main",
        "depends_on": ["alicloud_vpc.v"],
        "lifecycle": {"ignore_changes": ["tags"], "precondition": [{"condition": "${a}", "error_message": "m"}]},
        "dynamic": {"cors_rule": {"for_each": "${var.q}", "content": {"p": "${cors_rule.value}"}}},
        "provisioner": [{"local-exec": {"command": "x", "when": "destroy"}}],
        "logging": [{"target_bucket": "t"}]
      }
    }
  },
  "module": {"m": {"source": "./m", "providers": {"aws": "aws.cn"}}},
  "moved": {"from": "a.b", "to": "${a.c}"},
  "output": null
}
"""
    document = parse_json(text)
    top = [(block.type, block.labels, block.line) for block in document.body.blocks]
    assert top == [
        ("terraform", [], 3),
        ("provider", ["aws"], 4),
        ("provider", ["aws"], 4),
        ("variable", ["v"], 5),
        ("locals", [], 6),
        ("resource", ["alicloud_oss_bucket", "b"], 9),
        ("module", ["m"], 20),
        ("moved", [], 21),
    ]
    terraform, _, second, variable, local, bucket, module, moved = (block.body for block in document.body.blocks)
    needed = terraform.blocks[0].body.attributes["aws"].value
    assert same(needed, {"source": "hashicorp/aws", "configuration_aliases": [Expression("aws.cn")]})
    assert same(second.attributes["region"].value, Expression('"${var.region}"'))
    assert same(variable.attributes["type"].value, Expression("list(string)"))
    assert same(variable.attributes["default"].value, "${not} $${raw}")
    assert same(local.attributes["n"].value, 1000)
    assert same(local.attributes["s"].value, "a\\b${c}\n%{d}")
    assert same(local.attributes["o"].value, {Expression('"${upper("k")}"'): True, "//": None})
    name = bucket.attributes["bucket"]
    assert same(name.value, Expression('"${upper("q")} \\"z\\" \\\\t\\n$${x}"'))
    assert (name.line, name.value.line) == (10, 10)
    assert text[name.start : name.end] == '"bucket": ' + text[name.value_start : name.end]
    assert text[name.value_start] == text[name.end - 1] == '"'
    assert same(bucket.attributes["provider"].value, Expression("alicloud.main"))
    assert same(bucket.attributes["depends_on"].value, [Expression("alicloud_vpc.v")])
    assert same(bucket.attributes["logging"].value, [{"target_bucket": "t"}])
    assert [(block.type, block.labels) for block in bucket.blocks] == [
        ("lifecycle", []),
        ("dynamic", ["cors_rule"]),
        ("provisioner", ["local-exec"]),
    ]
    lifecycle, dynamic, provisioner = (block.body for block in bucket.blocks)
    assert same(lifecycle.attributes["ignore_changes"].value, [Expression("tags")])
    assert [block.type for block in lifecycle.blocks] == ["precondition"]
    assert same(dynamic.blocks[0].body.attributes["p"].value, Expression('"${cors_rule.value}"'))
    assert same(provisioner.attributes["when"].value, Expression("destroy"))
    assert same(module.attributes["providers"].value, {"aws": Expression("aws.cn")})
    assert same(moved.attributes["to"].value, Expression("a.c"))
    assert document.comments == []


def test_json_template_reads_back_in_native_syntax() -> None:
    value = parse_json(r'{"locals": {"x": "é\\ \"q\" $${k} ${f(\"}\")} %{ if a }\t%{ endif }"}}').body.blocks[0].body
    expression = value.attributes["x"].value
    assert same(parse(f"x = {expression}\n").body.attributes["x"].value, expression)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"locals": {"x": 1, "x": 2}}', 1, 21),
        ('{"locals": {"x": {"a": 1,\n "a": 2}}}', 2, 2),
        ('{"locals": {"x": 1}} x', 1, 22),
        ('{"locals": {"x": 1,}}', 1, 20),
        ('{"locals": {"x": [1 2]}}', 1, 21),
        ('{"locals": {"x" 1}}', 1, 17),
        ('{"locals": {"x": 01}}', 1, 18),
        ('{"locals": {"x": True}}', 1, 18),
        ('{"locals": {"x": "a\nb"}}', 1, 18),
        ('{"locals": {"x": "\\q"}}', 1, 18),
        ('{"locals": {"x": "${a"}}', 1, 18),
        ('{"locals": {"x": "${(}"}}', 1, 18),
        ('{"locals": "x"}', 1, 12),
        ("[1]", 1, 1),
        ("", 1, 1),
    ],
)
def test_json_errors(text: str, line: int, column: int) -> None:
    error = error_of(text, parse_json)
    assert (error.line, error.column, error.code) == (line, column, "syntax-error")


def test_json_variables_mean_themselves() -> None:
    body = parse_json('{"a": "${x}", "resource": {"b": 1}}', "terraform.tfvars.json").body
    assert same({name: one.value for name, one in body.attributes.items()}, {"a": "${x}", "resource": {"b": 1}})


# -- files -----------------------------------------------------------------------------------------------------


def test_read_document(tmp_path: Path) -> None:
    native, other, marked = tmp_path / "a.tf", tmp_path / "b.tofu.json", tmp_path / "c.tf"
    native.write_bytes('x = "中"\r\n'.encode())
    other.write_bytes(b'{"locals": {"x": 1}}')
    marked.write_bytes(b"\xef\xbb\xbfx = 1\n")
    document = read_document(native, "dir/a.tf")
    assert (document.path, document.text, document.had_bom) == ("dir/a.tf", 'x = "中"\r\n', False)
    assert read_document(other, "b").body.blocks[0].type == "locals"
    document = read_document(marked, "c")
    assert (document.text, document.had_bom, document.body.attributes["x"].start) == ("x = 1\n", True, 0)


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"x = 1\n# \xe4\xb8\xad\xff\n", 2, 4),
        ("x = 1\n".encode("utf-16"), 1, 1),
        ("# 中文\n".encode("gb18030"), 1, 3),
    ],
)
def test_bad_encoding(tmp_path: Path, data: bytes, line: int, column: int) -> None:
    path = tmp_path / "a.tf"
    path.write_bytes(data)
    with pytest.raises(HCLSyntaxError) as caught:
        read_document(path, "a.tf")
    assert (caught.value.code, caught.value.line, caught.value.column) == ("bad-encoding", line, column)


def test_absent_file_is_the_callers() -> None:
    with pytest.raises(OSError):
        read_document(FIXTURES / "absent.tf", "absent.tf")


# -- generated texts -------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b1", "c-d", "_e", "for", "in", "null", "变量", "é", "type"])
STRINGS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)) | st.sampled_from('${}%"\\\n\r\t#/*e\U0001f6000a'),
    max_size=12,
)
SCALARS = st.none() | st.booleans() | st.integers() | st.integers(-(10**30), 10**30) | STRINGS
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
SOURCES = st.sampled_from(
    [
        "var.a",
        "!a && b",
        'f("}", [1], { a = "${b}" })',
        '"x${y["z"]}"',
        "[for a in b : a]",
        "{for a in b : a => a}",
        "(1\n+ 2)",
        "a.*.b[0]",
        "<<-E\n  ${a}\n  E",
        "f(<<E\nx\nE\n)",
    ]
).map(Expression)
VALUES = st.recursive(
    SCALARS | NUMBERS | SOURCES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=3),
    max_leaves=6,
)
SPACES = st.sampled_from(["", " ", "  ", "\t", " /* c */ ", "/* c\n# */"])
LINE_ENDS = st.sampled_from(["\n", "\r\n", " # c\n", ' // "${\n', "\n\n\t\n", "/* */\n"])
BREAKS = st.sampled_from(["", " ", "\n", " # c ]\n", "/* } */", "\r\n"])


def quoted(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("${", "$${"), ("%{", "%%{")):
        text = text.replace(plain, escaped)
    text = text.replace("e", "\\u0065").replace("\U0001f600", "\\U0001F600")
    return f'"{text}"'


def printed(draw: st.DrawFn, value: Any) -> str:
    if type(value) is Expression:
        return str(value)
    if isinstance(value, list):
        parts = [draw(BREAKS) + printed(draw, item) + after(item) + draw(BREAKS) for item in value]
        return "[" + ",".join(parts) + "]"
    if isinstance(value, dict):
        members = [
            f"{quoted(key)} {draw(st.sampled_from('=:'))} {printed(draw, item)}{after(item) or draw(LINE_ENDS)}"
            for key, item in value.items()
        ]
        return "{" + draw(BREAKS) + "".join(members) + "}"
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value)


def after(value: Any) -> str:
    """A heredoc ends with its line."""
    return "\n" if type(value) is Expression and value.startswith("<<") else ""


@st.composite
def body_texts(draw: st.DrawFn, depth: int = 2) -> tuple[str, Any]:
    """A text, and the shape that must be read from it."""
    attributes: dict[str, Any] = {}
    blocks: list[Any] = []
    text = ""
    for _ in range(draw(st.integers(0, 3))):
        text += draw(BREAKS)
        if depth and draw(st.booleans()):
            head, labels = draw(NAMES), draw(st.lists(STRINGS, max_size=2))
            inner, wanted = draw(body_texts(depth - 1))
            heads = "".join(draw(SPACES) + quoted(label) for label in labels)
            text += f"{head}{heads}{draw(SPACES)}{{{draw(LINE_ENDS)}{inner}}}{draw(LINE_ENDS)}"
            blocks.append((head, labels, wanted))
        else:
            name = draw(NAMES)
            if name in attributes:
                continue
            attributes[name] = value = draw(VALUES)
            end = "\n" if after(value) else draw(LINE_ENDS)
            text += f"{name}{draw(SPACES)}={draw(SPACES)}{printed(draw, value)}{end}"
    return text, (attributes, blocks)


def shapes_equal(left: Any, right: Any) -> bool:
    return same(left[0], right[0]) and all(
        one[:2] == other[:2] and shapes_equal(one[2], other[2]) for one, other in zip(left[1], right[1], strict=True)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body_texts())
def test_printed_bodies_read_the_same(case: tuple[str, Any]) -> None:
    text, wanted = case
    assert shapes_equal(shape(parse(text).body), wanted)


FRAGMENTS = st.sampled_from(
    [
        '"',
        "${",
        "}",
        "{",
        "[",
        "]",
        "(",
        ")",
        "\n",
        "\r",
        "#",
        "/*",
        "*/",
        "<<EOF\n",
        "EOF\n",
        "=",
        ",",
        "\\",
        "for ",
        "é",
        "\u0301",
        "\x00",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VALID), st.data())
def test_damaged_texts_are_read_or_refused(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        text = text[:at] + data.draw(st.just("") | FRAGMENTS) + text[at + cut :]
    begin = time.process_time()
    try:
        document = parse(text)
    except HCLSyntaxError as error:
        assert error.line >= 1 and error.column >= 1 and error.message_zh
    else:
        for attribute in attributes_of(document):
            again = parse(text[attribute.start : attribute.end] + "\n").body.attributes[attribute.name]
            assert same(again.value, attribute.value)
        assert all(text.count("\n", 0, text.index(one.text)) < one.line for one in document.comments)
    assert time.process_time() - begin < 2


@settings(max_examples=100, deadline=None)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(STRINGS, inner), max_leaves=8))
def test_json_values_read_the_same(value: Any) -> None:
    escaped = json.dumps(value).replace("${", "$${").replace("%{", "%%{")
    body = parse_json(f'{{"locals": {{"x": {escaped}}}}}').body.blocks[0].body
    assert same(body.attributes["x"].value, value)


# -- agreement with other parsers ------------------------------------------------------------------------------


def refused_by_terraform(sources: list[str], directory: Path) -> set[int]:
    """The indexes of the sources that ``terraform fmt`` refuses."""
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on the PATH")
    paths = []
    for index, source in enumerate(sources):
        path = directory / f"case{index:04d}.tf"
        path.write_bytes(source.encode())
        paths.append(path.name)
    run = subprocess.run(
        [terraform, "fmt", "-no-color", "-write=false", "-list=false", *paths],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = run.stderr + run.stdout
    return {index for index, path in enumerate(paths) if f"on {path} line" in output}


def test_terraform_agrees(tmp_path: Path) -> None:
    accepted = [source for source, _ in READS.values()] + list(ACCEPTED) + [ESTATE]
    refused = [*REFUSED, *EXPRESSION_ERRORS]
    sources = accepted + refused
    wrong = refused_by_terraform(sources, tmp_path) ^ set(range(len(accepted), len(sources)))
    assert [sources[index] for index in sorted(wrong)] == []


def test_python_hcl2_sees_the_same_blocks() -> None:
    hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 is not installed")
    if not hasattr(hcl2, "SerializationOptions"):
        pytest.skip("the installed hcl2 module is not python-hcl2 8")
    options = hcl2.SerializationOptions(strip_string_quotes=True, with_comments=False)
    texts = [ESTATE, *(path.read_text(encoding="utf-8") for path in sorted(FIXTURES.rglob("*.tf")))]

    def labelled(type: str, value: Any, labels: list[str]) -> tuple[str, list[str]]:
        while not value.get("__is_block__"):
            label, value = next(iter(value.items()))
            labels = [*labels, label]
        return type, labels

    for text in texts:
        tree = hcl2.loads(text, serialization_options=options)
        theirs = sorted(labelled(name, one, []) for name, many in tree.items() for one in many)
        ours = sorted((block.type, block.labels) for block in parse(text).body.blocks)
        assert ours == theirs
        assert len(ours) > 3
