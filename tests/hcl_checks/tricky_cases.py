"""Tricky inputs for the reader, each with what Terraform makes of it, written by hand.

``READS``: name -> (source, expectation). An expectation is ``Is(value)``: the attribute x has this literal value;
``Source(text)``: x is an expression with exactly this text; or a predicate on the document.
``REFUSED`` and ``ACCEPTED``: sources that ``terraform fmt`` (1.11.4) refuses and accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from compliant_infra.hcl_checks.reader import Block, Document, Expression


class Is(NamedTuple):
    value: Any


class Source(NamedTuple):
    text: str


Expectation = Is | Source | Callable[[Document], bool]


def at(document: Document, name: str = "x") -> Any:
    return document.body.attributes[name].value


def block(document: Document, index: int = 0) -> Block:
    return document.body.blocks[index]


def _values(**wanted: Any) -> Callable[[Document], bool]:
    return lambda document: {name: at(document, name) for name in wanted} == wanted


def _dynamic(document: Document) -> bool:
    dynamic = block(document).body.blocks[0]
    content = dynamic.body.blocks[0]
    return (
        (dynamic.type, dynamic.labels, content.type, content.labels) == ("dynamic", ["s"], "content", [])
        and at_body(dynamic, "for_each") == "var.q"
        and at_body(content, "k") == "it.value"
    )


def at_body(owner: Block, name: str) -> Any:
    return owner.body.attributes[name].value


def _keys(document: Document) -> bool:
    members = at(document)
    computed = next(iter(members))
    return members == {"(var.k)": 1, "a-b": 2, "c": 3, "4": 5} and isinstance(computed, Expression)


def _nested_list(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


READS: dict[str, tuple[str, Expectation]] = {
    "heredoc": ("x = <<EOF\nline1\n  line2\nEOF\n", Is("line1\n  line2\n")),
    "heredoc-indent": ("x = <<-EOF\n    a\n      b\n    EOF\n", Is("a\n  b\n")),
    "heredoc-interp": ("x = <<EOF\nhi ${var.n}\nEOF\n", Source("<<EOF\nhi ${var.n}\nEOF")),
    "heredoc-raw-backslash": ('x = <<EOF\n"q" \\n \\\\\nEOF\n', Is('"q" \\n \\\\\n')),
    "heredoc-in-call": ('x = jsonencode(<<EOF\n{"a": 1}\nEOF\n)\n', Source('jsonencode(<<EOF\n{"a": 1}\nEOF\n)')),
    "heredoc-trailing-space": ("x = <<EOF\na\nEOF  \ny = 2\n", _values(x="a\n", y=2)),
    "heredoc-two-same-delim": ("x = <<EOF\na\nEOF\ny = <<EOF\nb\nEOF\n", _values(x="a\n", y="b\n")),
    "heredoc-delim-inside-line": ("x = <<EOF\nEOFX\n EOF2 \nEOF\n", Is("EOFX\n EOF2 \n")),
    "heredoc-empty": ("x = <<EOF\nEOF\ny = 1\n", _values(x="", y=1)),
    "heredoc-in-list": ('x = [\n  <<EOF\na\nEOF\n  ,\n  "b",\n]\n', Is(["a\n", "b"])),
    "nested-template": ('x = "a${upper("b${var.c}d")}e"\n', Source('"a${upper("b${var.c}d")}e"')),
    "escaped-quotes": ('x = "say \\"hi\\""\n', Is('say "hi"')),
    "escapes": ('x = "\\t\\n\\\\ \\u00e9"\n', Is("\t\n\\ \u00e9")),
    "escaped-interp": ('x = "$${not} 50%"\n', Is("${not} 50%")),
    "escaped-directive": ('x = "%%{if}"\n', Is("%{if}")),
    "directive": (
        'x = "%{ if var.a }x%{ else }y%{ endif }"\n',
        Source('"%{ if var.a }x%{ else }y%{ endif }"'),
    ),
    "for-list": ('x = [for s in var.l : upper(s) if s != ""]\n', Source('[for s in var.l : upper(s) if s != ""]')),
    "for-object-group": (
        "x = { for k, v in var.m : k => v... if v != null }\n",
        Source("{ for k, v in var.m : k => v... if v != null }"),
    ),
    "for-multiline": (
        "x = {\n  for k in var.l :\n  k => {\n    a = k\n  }\n}\n",
        Source("{\n  for k in var.l :\n  k => {\n    a = k\n  }\n}"),
    ),
    "conditional": ('x = var.a == "b" ? 1 : "c"\n', Source('var.a == "b" ? 1 : "c"')),
    "conditional-multiline": ("x = (\n  var.a\n  ? 1\n  : 2\n)\n", Source("(\n  var.a\n  ? 1\n  : 2\n)")),
    "conditional-in-object-multiline": (
        "x = {\n  a = (var.a\n    # note\n    ? 1\n    : 2)\n  b = 3\n}\n",
        lambda d: at(d) == {"a": "(var.a\n    # note\n    ? 1\n    : 2)", "b": 3} and type(at(d)["a"]) is Expression,
    ),
    "logical-multiline": (
        "x = alltrue([\n  var.a > 1\n  && var.b < 2,\n  true,\n])\n",
        Source("alltrue([\n  var.a > 1\n  && var.b < 2,\n  true,\n])"),
    ),
    "splat-full": ("x = var.l[*].id\n", Source("var.l[*].id")),
    "splat-attr": ("x = var.l.*.id\n", Source("var.l.*.id")),
    "legacy-index": ("x = var.l.0.id\n", Source("var.l.0.id")),
    "index": ('x = var.m["k"].x[0]\n', Source('var.m["k"].x[0]')),
    "dynamic": (
        'resource "a" "b" {\n  dynamic "s" {\n    for_each = var.q\n    iterator = it\n    content {\n'
        "      k = it.value\n    }\n  }\n}\n",
        _dynamic,
    ),
    "chinese-comment-string": ('# 注释\nx = "中文" // 尾注\n', Is("中文")),
    "chinese-identifier": ("变量 = 1\nx = 2\n", _values(变量=1, x=2)),
    "accent-identifier": ("é_1 = 1\nx = local.é_1\n", lambda d: at(d, "é_1") == 1 and at(d) == "local.é_1"),
    "crlf": (
        'x = 1\r\nb "l" {\r\n  y = "z"\r\n}\r\n',
        lambda d: at(d) == 1 and block(d).labels == ["l"] and at_body(block(d), "y") == "z",
    ),
    "crlf-heredoc": ("x = <<EOF\r\na\r\nEOF\r\ny = 1\r\n", _values(x="a\r\n", y=1)),
    "bom": ("\ufeffx = 1\n", Is(1)),
    "call-trailing-comma": ("x = merge(\n  var.a,\n  { b = 1 },\n)\n", Source("merge(\n  var.a,\n  { b = 1 },\n)")),
    "call-variadic": ("x = merge(var.l...)\n", Source("merge(var.l...)")),
    "provider-function": ('x = provider::aws::arn_parse("a")\n', Source('provider::aws::arn_parse("a")')),
    "number-exp": ("x = 1e3\n", Is(1000)),
    "number-float": ("x = 1.50\n", Is(1.5)),
    "number-negexp": ("x = 1.5E-3\n", Is(0.0015)),
    "number-big": ("x = 12345678901234567890\n", Is(12345678901234567890)),
    "number-negative": ("x = -5\n", Is(-5)),
    "null": ("x = null\n", Is(None)),
    "bool": ("x = [true, false]\n", Is([True, False])),
    "object-keys": ('x = { (var.k) = 1, "a-b" : 2, c = 3, 4 = 5 }\n', _keys),
    "object-newlines-comments": (
        "x = {\n  a = 1 # c\n  /* d */ b = 2\n\n  // e\n  c : 3,\n}\n",
        Is({"a": 1, "b": 2, "c": 3}),
    ),
    "object-quoted-template-key": (
        'x = { "${var.a}-b" = 1 }\n',
        lambda d: at(d) == {'"${var.a}-b"': 1} and type(next(iter(at(d)))) is Expression,
    ),
    "legacy-interp": ('x = "${var.x}"\n', Source('"${var.x}"')),
    "string-not-expr": ('x = "var.x"\n', Is("var.x")),
    "labels-bare": ("resource aws_x y {\n}\n", lambda d: block(d).labels == ["aws_x", "y"]),
    "block-one-line": ("b { a = 1 }\n", lambda d: at_body(block(d), "a") == 1),
    "block-empty": ('b "l" {}\nx = 1\n', lambda d: block(d).labels == ["l"] and at(d) == 1),
    "comments-everywhere": ("/* a\n b */ x = [ # c\n  1, // d\n  /* e */ 2, /* f */\n]\n", Is([1, 2])),
    "comment-like-strings": ('x = "http://a/#b /* c */"\n', Is("http://a/#b /* c */")),
    "json-string": ('x = "{\\"a\\": [1, 2]}"\n', Is('{"a": [1, 2]}')),
    "dash-name": ("my-key = 1\nx = var.my-key\n", lambda d: at(d, "my-key") == 1 and at(d) == "var.my-key"),
    "no-final-newline": ("x = 1", Is(1)),
    "deep-nesting": ("x = " + "[" * 60 + "1" + "]" * 60 + "\n", Is(_nested_list(60))),
    "same-labels-twice": (
        'p "a" {\n  x = 1\n}\np "a" {\n  x = 2\n}\n',
        lambda d: [(one.labels, at_body(one, "x")) for one in d.body.blocks] == [(["a"], 1), (["a"], 2)],
    ),
    "keyword-names": ("for = 1\nin = 2\nif = 3\nx = 4\n", _values(**{"for": 1, "in": 2, "if": 3, "x": 4})),
    "keyword-object-key": ("x = { in = 2, if = 1 }\n", Is({"in": 2, "if": 1})),
    "type-constraint": (
        'x = object({\n  a = optional(string, "q"),\n  b = list(map(number))\n})\n',
        Source('object({\n  a = optional(string, "q"),\n  b = list(map(number))\n})'),
    ),
    "operators": (
        "x = !var.a && (var.b >= 2 || -var.c % 2 == 1)\n",
        Source("!var.a && (var.b >= 2 || -var.c % 2 == 1)"),
    ),
    "paren-literal": ('x = ("a")\n', Source('("a")')),
    "empty-containers": ('x = [{}, [], ""]\n', Is([{}, [], ""])),
    "string-dollar": ('x = "a$b 10% $"\n', Is("a$b 10% $")),
    "lines": ('\n\nb "l" {\n  x = [\n    1,\n  ]\n\n}\n', lambda d: (block(d).line, block(d).end_line) == (3, 8)),
    # What follows was asked of ``terraform console``.
    "dollars-before-escape": ('x = "$$$${a"\n', Is("$$${a")),
    "dollar-before-escape": ('x = "$$${a}"\n', Is("$${a}")),
    "percent-before-escape": ('x = "%$${a}"\n', Is("%${a}")),
    "dollar-before-directive": ('x = "$%{ if true }x%{ endif }"\n', Source('"$%{ if true }x%{ endif }"')),
    "escape-before-digits": ('x = "\\u00e9ab0 \\U0001F600ab \\\\u00e9"\n', Is("\u00e9ab0 \U0001f600ab \\u00e9")),
    "long-escape": ('x = "\\U0001F600"\n', Is("\U0001f600")),
    "heredoc-blank-lines-keep-their-space": (
        "x = <<-EOF\n    a\n  \n      \n      b\n    EOF\n",
        Is("a\n  \n      \n  b\n"),
    ),
    "heredoc-tab-and-space": ("x = <<-EOF\n\ta\n  b\n  EOF\n", Is("a\n b\n")),
    "heredoc-first-line-empty": ("x = <<-EOF\n\n    a\n    EOF\n", Is("\na\n")),
    "heredoc-wide-space": ("x = <<-EOF\n\u3000a\n\u3000b\n    EOF\n", Is("a\nb\n")),
    "heredoc-escapes": ('x = <<EOF\n$${a} %%{b} \\n "\nEOF\n', Is('${a} %{b} \\n "\n')),
    "heredoc-indented-escape": ("x = <<-EOF\n   $${a\n     b\nEOF\n", Is("${a\n  b\n")),
    "heredoc-indent-crlf": ("x = <<-EOF\r\n    a\r\n  \r\n      b\r\n    EOF\r\n", Is("a\r\n  \r\n  b\r\n")),
    "heredoc-closed-by-odd-space": ("x = <<EOF\na\n\u00a0EOF\u00a0\n", Is("a\n")),
    "heredoc-word-in-template": (
        "x = <<EOF\n${<<EOF\na\nEOF\n}\nEOF\ny = 1\n",
        lambda d: at(d) == "<<EOF\n${<<EOF\na\nEOF\n}\nEOF" and at(d, "y") == 1,
    ),
    "heredoc-word-after-template": ("x = <<EOF\n${a}EOF\nEOF\n", Source("<<EOF\n${a}EOF\nEOF")),
    "heredoc-as-member": ("x = {a = <<EOF\na\nEOF\n b = 1}\n", Is({"a": "a\n", "b": 1})),
    "number-whole": ("x = 1.0\n", Is(1)),
    "number-leading-zero": ("x = 01\n", Is(1)),
    "number-exact": ("x = 123456789012345678901234567890\n", Is(123456789012345678901234567890)),
    "object-number-keys": ("x = { 1.5 = 1, 1e3 = 2, 01 = 3 }\n", Is({"1.5": 1, "1000": 2, "1": 3})),
    "object-word-keys": ("x = { true = 4, null = 5 }\n", Is({"true": 4, "null": 5})),
    "object-last-wins": ("x = { a = 1, a = 2 }\n", Is({"a": 2})),
    "object-escaped-key": ('x = { "$${x}" = 1 }\n', Is({"${x}": 1})),
    "object-for-in-quotes": ('x = { "for" = 1, forx = 2 }\n', Is({"for": 1, "forx": 2})),
    "newline-inside-template": ('x = "${a\n}"\n', Source('"${a\n}"')),
    "quote-in-comment-in-template": ('x = "${/* " */ a}"\n', Source('"${/* " */ a}"')),
    "brace-in-comment-in-template": ('x = "${ # }\n a}"\n', Source('"${ # }\n a}"')),
    "literal-then-operator": ('x = "a" == b\n', Source('"a" == b')),
    "list-then-index": ("x = [1, [2]][0]\n", Source("[1, [2]][0]")),
    "list-element-goes-on": ("x = [[1] == a, {}\n != b]\n", lambda d: at(d) == ["[1] == a", "{}\n != b"]),
    "comment-behind-value": ("x = var.a /* b */ # c\n", Source("var.a")),
    "comment-behind-element": ("x = [var.a # b\n # c\n, d /* e */]\n", lambda d: at(d) == ["var.a", "d"]),
    "comment-in-element": ("x = [a && # c\n b, /* d */ e /* f */ + g]\n", lambda d: len(at(d)) == 2),
    "comment-in-value": ("x = var.a /* b\n */ + c\n", Source("var.a /* b\n */ + c")),
    "comments-in-head": ("x /* a \n*/ = /* b\n */ 1\n", Is(1)),
    "comment-ends-line": ("x = 1 /* a\n b */\ny = 2 // z", _values(x=1, y=2)),
    "labels-touch": ('b "a"c"d"{}\n', lambda d: block(d).labels == ["a", "c", "d"]),
    "label-escapes": ('b "a\\nb" "$${c}" {}\n', lambda d: block(d).labels == ["a\nb", "${c}"]),
    "one-line-object": ("b { a = {\n b = 1\n} }\n", lambda d: at_body(block(d), "a") == {"b": 1}),
    "one-line-comments": ("b { /* c */ a = 1 /* d \n */ } # e\n", lambda d: at_body(block(d), "a") == 1),
}

REFUSED: tuple[str, ...] = (
    'x = "a\nb"\n',
    "b {\n  x = 1\n",
    "x = 1 y = 2\n",
    "x = 1\nx = 2\n",
    "x = <<EOF\na\n",
    "x = 1\n}\n",
    "b { a = 1, b = 2 }\n",
    "b { a = 1 \n}\n",
    "b {a = 1\n}\n",
    "b { c {} }\n",
    "b { c { a = 1 } }\n",
    "b {\n a = 1 }\n",
    "b {\n b {} }\n",
    "b {} c {}\n",
    "b {\n}x = 1\n",
    "b {\n\n} /* \n */ c {\n}\n",
    "b { # c\n a = 1 }\n",
    "b { /* c \n */ a = 1\n}\n",
    "b { a = <<EOF\nx\nEOF\n}\n",
    "b {{}}\n",
    "x = 1 b {}\n",
    "x = var.a b {\n}\n",
    "x = var.a y = 2\n",
    'x = "a" y = 2\n',
    "x = f(a) y = 2\n",
    "x = [1] y = 2\n",
    'x = "\\q"\n',
    'x = "\\/"\n',
    'x = "\\u00e"\n',
    'x = "\\ud800"\n',
    'x = "\\U00110000"\n',
    'x = "a" "b"\n',
    "x = a b\n",
    "x = {a = 1 b = 2}\n",
    "x = {\na = 1\n,\nb = 2}\n",
    "x = {a = 1\n\n,b=2}\n",
    "x = {a = 1 #c\n,b=2}\n",
    "x = {a = 1 /* \n */ b=2}\n",
    "x = {a = 1,,b=2}\n",
    "x = {a\n= 1}\n",
    "x = {a =\n 1}\n",
    "x = {a = b\n? c : d}\n",
    "x = {a = 1 }}\n",
    "x = {,}\n",
    "x = {a => 1}\n",
    'x = {"a" "b"}\n',
    "x = {for = 1}\n",
    "x = {for : 1}\n",
    "x = {a = 1, for k in b : k => 1}\n",
    "x = {a = 1;b = 2}\n",
    "x = [1\n2]\n",
    "x = [1,\n,2]\n",
    "x = [,]\n",
    "x = [a = 1]\n",
    "x = [1, for a in b : c]\n",
    "x = (1))\n",
    "x = (1]\n",
    "x = []}\n",
    "x = 'a'\n",
    "x = a;\n",
    "x = `a`\n",
    "x = @a\n",
    "x = a$b\n",
    "x = a = b\n",
    "x => 1\n",
    "x == 1\n",
    "x = 1 \\\n",
    "x = 1\ry = 2\n",
    "x = (a\r)\n",
    'x = "a\rb"\n',
    "x = 1\x0c\n",
    "x\u00a0= 1\n",
    "x = 1\n\ufeffy = 1\n",
    " \ufeffx = 1\n",
    "x = \u201ca\u201d\n",
    "x = f(a\uff0c b)\n",
    "a\u00b2 = 1\n",
    "\u0301a = 1\n",
    "x = \n 1\n",
    "x \n= 1\n",
    "x =",
    "x = /* a",
    "/* a",
    "b\n",
    "b",
    "b {",
    'b "l',
    'b "l"\n{\n}\n',
    'b "a${c}" {}\n',
    'b "a\n" {}\n',
    'b "a" = 1\n',
    "b 1 {}\n",
    '"b" "c" {}\n',
    '"x" = 1\n',
    "a.b = 1\n",
    "1 = 1\n",
    "x = <<EOF",
    "x = <<EOF\n",
    "x = <<EOF\na\nEOF",
    "x = <<\n",
    "x = a << b\n",
    'x = <<"EOF"\na\nEOF\n',
    "x = << EOF\na\nEOF\n",
    "x = <<EOF \na\nEOF\n",
    "x = [<<EOF\na\nEOF, 1]\n",
    "x = <<EOF\na\nEOF\n + 1\n",
    "x = <<EOF\n${a\nEOF\n",
    'x = <<EOF\n${"a\nb"}\nEOF\n',
    'x = "${"a\nb"}"\n',
    'x = "${a"\n',
    'x = "a%{ if b }\n%{ endif }"\n',
)

# Refused by Terraform for the expression itself, which is the expression parser's part: the structure is sound.
EXPRESSION_ERRORS: tuple[str, ...] = (
    "x = 1 +\n",
    "x = a & b\n",
    "x = ()\n",
    "x = f(a b)\n",
    "x = 1.5.6\n",
    'x = "%{ if a }"\n',
    "x = a~b\n",
    "x = [for]\n",
    "x = 1<<EOF\na\nEOF\n",
    "x = 1.\n",
    "x = 0x1\n",
    "x = 1a\n",
    "x = [a...]\n",
)

ACCEPTED: tuple[str, ...] = (
    "",
    "\n\n",
    "# only a comment",
    "x = - 5\n",
    "x = a ? b : c\n",
    "x = [a ? b : c]\n",
    "x = [a\n? b\n: c]\n",
    "x = {a = b ? c : d, e : 1}\n",
    "x = {a = (b\n? c : d)}\n",
    "x = {a = [b\n? c : d][0]}\n",
    "x = f({a = 1\n b = 2})\n",
    "x = ({a = 1\n b = 2})\n",
    "x = [{a = 1\n b = 2}]\n",
    "x = [\n for\n a in b : a]\n",
    "x = [\n/* a\n */for a in b : a]\n",
    "x = {for\nk in b : k => 1}\n",
    "x = { # c\n for k in b : k => 1}\n",
    'x = ["a", for]\n',
    'x = {"a" = 1, for = 2}\n',
    "x = { a.b = 1 }\n",
    "x = {-1 = 1}\n",
    "x = [1 # c\n, 2]\n",
    "x = [1 /* */ , 2]\n",
    "x = {}[0]\n",
    "x = [1].*.a\n",
    'x = "a" ? b : c\n',
    "x = true(a)\n",
    "x = trueish\n",
    "x = 1 .a\n",
    "x = null.a\n",
    'x = "${~ a ~}"\n',
    'x = "${\n<<EOF\na\nEOF\n}"\n',
    "x = f(<<EOF\na\nEOF\n,1)\n",
    "x = <<EOF\n\\u12 \\q\nEOF\n",
    "x = <<E-F\na\nE-F\n",
    "x = <<变\na\n变\n",
    "x = e\u0301\n",
    "e\u0301 = 1\n",
    'x = "a\tb"\n',
    "x = 1 # c\ry = 2\n",
    "x = (a\r\n)\n",
    'b /* a\n */ "c" {\n}\n',
    'b "" {}\n',
    "b {}",
    "b { }  # x",
    "b x-1 {}\n",
    "/* c */ x = 1\n",
    "x = true\ny = false",
)
