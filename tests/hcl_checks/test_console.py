"""The language itself against ``terraform console``: every expression below must give the same JSON value."""

from __future__ import annotations

import json
from typing import Any

from compliant_infra.hcl_checks.expressions import compile_expression
from compliant_infra.hcl_checks.values import EvaluationError, ExpressionSyntaxError, SetValue
from compliant_infra.kernel.model import first_unknown
from tests.hcl_checks.console import ERROR, console, needs_terraform
from tests.hcl_checks.expression_scope import FakeScope, run

pytestmark = needs_terraform

LOCALS = {
    "n": "7",
    "f": "2.5",
    "s": '"hello"',
    "t": "true",
    "no": "false",
    "z": "null",
    "l": '["a", "b", "c"]',
    "e": "[]",
    "m": "{ b = 2, a = 1 }",
    "o": '{ name = "n", tags = { k = "v" }, list = [1, 2, 3], none = null }',
    "os": '[{ id = "i-1", ports = [80, 443] }, { id = "i-2", ports = [] }]',
    "om": "{ x = { id = 1 }, y = { id = 2 } }",
    "mixed": '[1, "two", true, null]',
    "deep": "[[1, 2], [3, [4, 5]]]",
    "set": 'toset(["b", "a", "c"])',
    "numeric_keys": '{ "0" = "zero", "1" = "one" }',
}

ARITHMETIC = """
1 + 2
1+2*3
(1 + 2) * 3
2 * 3 % 4
10 - 4 - 3
100 / 10 / 2
7 / 2
6 / 2
1 / 3
2 / 3 * 3
1 / 3 * 3
0.1 + 0.2
0.1 + 0.2 == 0.3
1.1 * 1.1
1e3
1E3
1e-3
1.5e3
1.50
1e21
12345678901234567890 + 1
99999999999999999999999999999999 * 10
9007199254740993
9007199254740993 - 1
5 % 3
-5 % 3
5 % -3
-5 % -3
5.5 % 2
5 % 0.3
-3
- 3
--3
-(-3)
-local.n
- local.n + 1
-local.n * 2
"5" + 1
"5" * "2"
"0x10" + 1
" 5" + 1
"5 " + 1
"1e3" + 1
"1.5" + 1
"-5" + 1
"+5" + 1
".5" + 1
"5." + 1
"" + 1
"a" + 1
true + 1
null + 1
1 + null
[] + 1
{} + 1
-"5"
-true
-null
-"x"
0 / 5
0 / 0
5 % 0
-5 % 0
local.n / local.f
local.n * local.f
local.n - 0.5
1 + 2 + 3 + 4 - 5 * 6 / 3
2 - -2
2 --2
3*-2
1.0
100.0
0.5 + 0.5
1e0
10 % 3 * 2
0.1 * 3
1.15 * 100
4.35 * 100
3 - 2.9
1e400 / 1e399
"""

LOGIC = """
true && false
true && true
false || true
false || false
!true
!false
!!true
! local.t
!local.no && local.t
true || false && false
(true || false) && false
!true || true
"true" && true
"false" || false
"1" && true
"0" || false
"yes" && true
1 && true
null && true
true && null
!null
!"true"
!"x"
!1
1 == 1
1 == 1.0
1 == 2
1 != 2
"a" == "a"
"a" == "b"
"1" == 1
true == "true"
true == true
true != false
null == null
null != 1
local.z == null
local.o.none == null
[1, 2] == [1, 2]
[1, 2] == [2, 1]
[1] == ["1"]
{a = 1} == {a = 1}
{a = 1} == {a = 2}
{a = 1, b = 2} == {b = 2, a = 1}
{a = 1} == {b = 1}
[] == []
1 == 1 == true
1 < 2 == true
1 < 2
2 <= 2
3 > 2
3 >= 4
"10" < 9
"a" < "b"
true < false
null < 1
1 < null
1 < 2 && 2 < 3
1 < 2 < 3
1 + 1 == 2
1 + 1 == 2 && 3 * 3 == 9
!(1 == 2)
!local.t == false
local.n > 5 || local.n < 0
local.s == "hello" && local.n == 7
-1 < 0
0.1 < 0.2
1/3 == 1/3
"é" == "e\\u0301"
[null] == [null]
{} == {}
local.l == ["a", "b", "c"]
local.l != []
"" == null
0 == false
"""

CONDITIONALS = """
true ? 1 : 2
false ? 1 : 2
local.t ? "yes" : "no"
"true" ? 1 : 2
"x" ? 1 : 2
1 ? 1 : 2
null ? 1 : 2
true ? 1 : "a"
false ? 1 : "a"
true ? true : "a"
true ? "a" : 1
true ? 1.5 : "a"
true ? true : 1
true ? null : 1
false ? null : 1
true ? [] : [1]
true ? [1] : []
true ? [1, 2] : ["a"]
true ? [1] : ["a"]
true ? [true] : ["a", "b"]
true ? {a = 1} : {}
true ? {a = 1, b = "x"} : {}
true ? {} : {a = 1}
true ? {a = 1} : {a = "x"}
true ? {a = 1, b = true} : {a = 2, b = false}
true ? {a = 1, b = "x"} : {a = 2, b = "y"}
false ? 1 : true ? 2 : 3
false ? 1 : false ? 2 : 3
true ? false ? 1 : 2 : 3
1 == 1 ? "a" : "b"
local.n > 5 ? local.n : 0
local.z == null ? "default" : local.z
local.z != null ? local.z : "default"
true ? local.e[0] : "x"
false ? local.e[0] : "x"
(true ? local.o : null).name
true ? "a" : null
(true ? [1, 2] : [])[0]
true || false ? 1 : 2
!true ? 1 : 2
true ? 1 + 1 : 2 + 2
true ? {a = [1]} : {a = ["x"]}
true ? [[1]] : [["x"]]
local.no ? {} : local.m
local.t ? local.mixed : null
true ? "1" : 2
false ? "1" : 2
true ? [[1], ["a"]] : []
true ? [{a = 1}, {a = "x"}] : []
true ? {a = {x = 1}, b = {x = "s"}} : {}
true ? [1, null, "a"] : []
true ? {a = 1} : {b = "x"}
"${true ? [1][0] : "a"}"
"""

ACCESS = """
local.l[0]
local.l[2]
local.l[3]
local.l[-1]
local.l["1"]
local.l["x"]
local.l[1.5]
local.l[null]
local.l[true]
local.l.0
local.l.1
local.deep.1.0
local.deep.0.1
local.deep[1][1][0]
local.deep.1.1.0
local.m.a
local.m["a"]
local.m["c"]
local.m.c
local.o.tags.k
local.o["tags"]["k"]
local.o.tags["k"]
local.o.list[1]
local.o.none
local.o.none.x
local.o.missing
local.s.x
local.s[0]
local.n.x
local.n[0]
local.z.x
local.z[0]
local.l.a
local.l[*]
local.os[*].id
local.os[*].ports[0]
local.os[0].ports[0]
local.os[*].ports[*]
local.os.*.id
local.os.*.ports
local.os[*]["id"]
local.os.*.id[0]
local.os[*].id[0]
local.os[*].missing
local.e[*].id
local.z[*]
local.s[*]
local.n[*]
local.o[*].name
local.om[*]
local.om[*].x
local.set[*]
local.set[0]
local.numeric_keys["0"]
local.numeric_keys[0]
local.numeric_keys[1]
local.numeric_keys.0
local.om["x"].id
local.om["${"x"}"].id
[1, 2, 3][1]
{a = 1}.a
{a = 1}["a"]
[[1, 2], [3]][0][1]
[{a = 1}, {a = 2}][*].a
(local.l)[0]
(local.o).name
local.o.list[local.n - 6]
local.l[local.n > 5 ? 0 : 1]
"abc"[0]
null[0]
null.a
[null][0]
local.l[length(local.l) - 1]
local.deep[*][0]
local.mixed[3]
local.o . name
local.os[*].ports[*].x
local.os.0.id
local.os.0.ports.1
[for o in local.os : o.ports[*]]
local.m[true]
local.o["na${"me"}"]
"""

COLLECTIONS = """
[]
[1]
[1, 2,]
[1, "a", true, null]
[[], [[]]]
{}
{a = 1}
{a : 1}
{a = 1, b = 2}
{a = 1, b = 2,}
{"a" = 1}
{"a b" = 1}
{"${local.s}" = 1}
{(local.s) = 1}
{(local.n) = 1}
{1 = "x"}
{1.5 = "x"}
{true = 1}
{null = 1}
{(null) = 1}
{(true) = 1}
{a = 1, a = 2}
{local.s = 1}
{a-b = 1}
{a = {b = {c = 1}}}
{for = 1}
{if = 1, in = 2}
{"a" : 1, b : 2}
{"x-${local.n}" = local.n}
{(local.z) = 1}
{([]) = 1}
[,]
[1 2]
{a = 1 b = 2}
{a 1}
{,}
{a = }
[1,,2]
"""

FOR = """
[for x in local.l : x]
[for x in local.l : "${x}!"]
[for i, x in local.l : "${i}=${x}"]
[for x in local.l : x if x != "b"]
[for i, x in local.l : x if i > 0]
[for k, v in local.m : "${k}=${v}"]
[for v in local.m : v]
[for x in local.set : x]
[for k, v in local.set : "${k}${v}"]
[for x in [] : x]
[for x in {} : x]
[for x in null : x]
[for x in "abc" : x]
[for x in 5 : x]
{for x in local.l : x => "v-${x}"}
{for i, x in local.l : x => i}
{for k, v in local.m : v => k}
{for k, v in local.m : k => v if v > 1}
{for x in ["a", "b", "a"] : x => 1}
{for x in ["a", "b", "a"] : x => 1...}
{for i, x in ["a", "b", "a"] : x => i...}
{for i, x in ["a", "b", "a"] : x => i... if i > 0}
{for x in local.mixed : x => 1}
{for x in [1, 2] : x => x}
{for x in [true] : x => x}
{for x in [null] : x => 1}
{for x in [[]] : x => 1}
[for x in [1, 2] : [for y in [3, 4] : x * y]]
[for x in [1, 2] : [for x in [3, 4] : x]]
[for x in local.os : x.id]
[for x in local.os : x.ports[0] if length(x.ports) > 0]
[for p in [for o in local.os : o.ports] : p]
{for o in local.os : o.id => o}
{for k, o in local.om : k => o.id}
[for local in ["a"] : local]
[for x in local.l : x == "a" ? 1 : 2]
[for x in local.l: x]
[for x in local.l : x if true]
[for x in local.l : x if "true"]
[for x in local.l : x if null]
[for x in local.l : x if 1]
[for x, y, z in local.l : x]
[for x local.l : x]
[for x in local.l x]
[for x in local.l : k => x]
{for x in local.l : x}
[for x in local.l : x...]
[for i, c in ["x", "y"] : {(c) = i}]
[for x in [{a = [1, 2]}, {a = [3]}] : x.a[*]]
[for x in [1, 2, 3] : x if x % 2 == 1]
{for s in ["b", "a"] : s => s}
[for s in [3, 1, 2] : s][0]
[for k, v in {for x in ["q", "p"] : x => 1} : k]
[for k, v in {B = 1, a = 2, A = 3, b = 4, "10" = 5, "9" = 6} : k]
[for _ in local.l : 1]
"""

TEMPLATES = r"""
""
"a"
"${local.s}"
"${local.n}"
"${local.l}"
"${local.t}"
"x${local.n}"
"x${local.t}"
"x${local.f}"
"x${local.l}"
"x${local.o}"
"x${local.z}"
"${local.z}"
"a${"b"}c"
"a${"b${"c"}"}d"
"${1}${2}"
"${1 + 1}"
"${ 1 }"
"$"
"$$"
"$${"
"$${a}"
"$$${local.s}"
"$$$${local.s}"
"%"
"%%"
"%%{"
"%%{ if }"
"$ {a}"
"100%"
"100% ${local.s}"
"$5"
"a$"
"a$${b}c${local.n}"
"\n"
"\t\r\n"
"\"q\""
"\\"
"\\n"
"\\${local.n}"
"\u4e2d\u6587"
"\U0001F600"
"中文 ${local.s}"
"\a"
"\u12"
"\x41"
"e\u0301"
"x${1e21}"
"x${1.50}"
"x${0.1 + 0.2}"
"x${1e-7}"
"x${12345678901234567890}"
"x${-5}"
"x${true}"
"x${null}"
"%{ if true }yes%{ endif }"
"%{ if false }yes%{ endif }"
"%{ if true }yes%{ else }no%{ endif }"
"%{ if false }yes%{ else }no%{ endif }"
"%{if local.n > 5}big%{else}small%{endif}"
"a %{ if true ~} b %{~ endif } c"
"a %{~ if true ~} b %{~ endif ~} c"
"a ${~ local.s ~} b"
"a ${~ local.s } b"
"a ${ local.s ~} b"
"${~ local.s ~}"
"  ${~ local.s ~}  "
"%{ for x in local.l }${x},%{ endfor }"
"%{ for x in local.l ~} ${x} %{~ endfor }"
"%{ for i, x in local.l }${i}${x}%{ endfor }"
"%{ for k, v in local.m }${k}=${v};%{ endfor }"
"%{ for x in local.e }x%{ endfor }"
"%{ for x in local.l }%{ if x != "b" }${x}%{ endif }%{ endfor }"
"%{ for x in [1, 2] }%{ for y in [3, 4] }${x * y} %{ endfor }%{ endfor }"
"%{ if true }%{ if false }a%{ else }b%{ endif }%{ else }c%{ endif }"
"%{ if true }${local.n}%{ endif }"
"%{ if null }x%{ endif }"
"%{ if "true" }x%{ endif }"
"%{ if 1 }x%{ endif }"
"%{ for x in null }x%{ endfor }"
"%{ for x in 5 }x%{ endfor }"
"%{ if true }x"
"%{ endif }"
"%{ else }"
"%{ endfor }"
"%{ if true }a%{ endfor }"
"%{ foo }"
"%{ if true }a%{ else }b%{ else }c%{ endif }"
"${"
"${}"
"${local.s"
"${local.s local.n}"
"a
"${local.o.name}-${local.o.tags.k}"
"${local.l[0]}${local.m["a"]}"
"${[for x in local.l : "<${x}>"][0]}"
"${{a = "}"}["a"]}"
"${local.t ? "a" : "b"}"
"x${local.t ? 1 : 2}"
"${"${"${local.s}"}"}"
"${[]}"
"${{}}"
"x${[]}"
"x${{}}"
'single'
"tab	inside"
"""

SYNTAX = """
1 +
+ 1
(1
1)
[1
{a = 1
foo(
local.
local.l[
local.l[]
local..l
local.l.-1
1 2
a b
&& true
true &&
true & false
true ? 1
true ? 1 :
? 1 : 2
1 = 1
=> 1
!
-
()
(,)
@
`a`
;
a;b
1..2
1.
.5
0x10
1_000
1e
local.l[*
local.l.**
local.l.*.*
...
[1...]
true==true
1!=2
not true
1 ** 2
local.l[*][*]
(((((1)))))
[[[[[1]]]]]
{_x = 1}
{é = 1}
{变量 = 1}
length([1, 2]...)
length([[1, 2]]...)
max([1, 2, 3]...)
max(1, [2, 3]...)
max(1, 2,)
max(1, 2...)
max([]...)
max(null...)
max({}...)
core::max(1, 2)
nope::max(1, 2)
no_such_function(1)
upper ("a")
can(local.l[5])
can(local.l[0])
try(local.l[5], "d")
try(local.l[5], local.o.x, "e")
try(local.l[5])
try(local.l[0], "d")
try(null.x, [1])
"""

# Expressions over several lines and with comments.
LINES = [
    "1 +\n2",
    "1\n+ 2",
    "(\n1\n+\n2\n)",
    "[\n1,\n2,\n]",
    "[\n1\n,\n2\n]",
    "[ # comment\n1, // two\n2 /* three */\n]",
    "{\na = 1\nb = 2\n}",
    "{\na = 1,\nb = 2\n}",
    "{\na = 1,\n\n\nb = 2\n\n}",
    "{\na = 1\n, b = 2\n}",
    "{\na = 1 # one\nb = 2 // two\nc = 3 /* x */\n}",
    "{\na = 1 /* x\n y */ \nb = 2\n}",
    "{\na = (1\n+ 2)\n}",
    "{\na = 1 +\n2\n}",
    "{\na = [\n1,\n2\n]\nb = 3\n}",
    "{\na = true ? 1 :\n2\n}",
    "{\na = true\n? 1 : 2\n}",
    "{\na\n= 1\n}",
    "{\na =\n1\n}",
    "{\na = max(\n1,\n2\n)\nb = 1\n}",
    "{\n# only a comment\n}",
    "{\na = { b = 1\nc = 2 }\n}",
    '[for x in local.l :\n# comment\nx\nif x != "a"\n]',
    "{\nfor x in local.l :\nx => 1\n}",
    "{ for x in local.l :\n x =>\n 1 }",
    "[for x in [1, 2] : {\na = x\nb = x\n}]",
    "true\n? 1\n: 2",
    "local.o\n.name",
    "local\n.o.name",
    '"${\nlocal.s\n}"',
    '"${ # comment\nlocal.s }"',
    '"a${\n{\na = 1\nb = 2\n}["b"]\n}"',
    '"a\nb"',
    "1 # comment",
    "1 // comment",
    "1 /* comment */ + 2",
    "/* a */ 1",
    "1 /* unclosed",
    "<<E\nhello\nE\n",
    "<<E\nhello ${local.s}\nE\n",
    "<<E\n${local.s}\nE\n",
    "<<E\nE\n",
    "<<E\n\nE\n",
    "<<-E\n    a\n      b\n    E\n",
    "<<-E\n    a\n\n      b\n    E\n",
    "<<-E\n    a\n   \n      b\n    E\n",
    "<<-E\n\ta\n\t\tb\n\tE\n",
    "<<-E\n    ${local.s}\n      b\n    E\n",
    "<<-E\n      ${local.s}\n    b\n    E\n",
    "<<-E\n${local.s}\n      b\n    E\n",
    "<<-E\n    a ${local.s}\n      b ${local.n} c\n    E\n",
    "<<-E\n  a\n b\nE\n",
    "<<E\n  a\n  E\n",
    "<<E\na\nEX\nE\n",
    "<<E\na\n E \nE\n",
    '<<E\n\\n \\t \\\\ "q"\nE\n',
    "<<E\n$${a} %%{b} $ % $$ %%\nE\n",
    "<<E\n%{ for x in local.l ~}\n${x}\n%{ endfor ~}\nE\n",
    "<<E\n%{ for x in local.l }\n${x}\n%{ endfor }\nE\n",
    "<<-E\n  %{ for x in local.l ~}\n    ${x}\n  %{ endfor ~}\n  E\n",
    "<<-E\n  %{~ for x in local.l ~}\n    ${x}\n  %{~ endfor ~}\n  E\n",
    "<<-E\n  %{ if local.t }\n    yes\n  %{ else }\n    no\n  %{ endif }\n  E\n",
    "<<E\n%{ if local.t ~}\n  yes\n%{ else ~}\n  no\n%{ endif ~}\nend\nE\n",
    "<<E\na ${~ local.s ~}\n   b\nE\n",
    "<<E\na\n  ${~ local.s ~}\n   b\nE\n",
    "<<E\n${jsonencode({\na = 1\n})}\nE\n",
    "<<E\n${\nlocal.s\n}\nE\n",
    "<<E\n中文\nE\n",
    "<<E\na\r\nb\r\nE\n",
    "<<-E\r\n  a\r\n    b\r\n  E\r\n",
    "{\na = <<E\nx\nE\nb = 1\n}",
    "[<<E\nx\nE\n, 1]",
    "upper(<<E\nx\nE\n)",
    '<<-E\n    a\n    ${"x\n"}\n    E\n',
    '<<-E\n  a${"b"}\n c\n  E\n',
    "<<E\n\ta\n  b\nE\n",
    "<<-E\n\u3000a\n\u3000 b\nE\n",
    "<<E F\nE F\n",
    "<<E \nx\nE\n",
    '<<"E"\nx\nE\n',
    "<< E\nx\nE\n",
    "<<E\nx\n",
    "<<E\n<<F\nF\nE\n",
    '<<E\n{"a": "${local.s}"}\nE\n',
    "<<-E\n\n    a\n    E\n",
    "<<-E\n    a\n\n    E\n",
    "<<-E\n    a \n     ${local.s} \n    E\n",
]

BLOCKS = [ARITHMETIC, LOGIC, CONDITIONALS, ACCESS, COLLECTIONS, FOR, TEMPLATES, SYNTAX]
EXPRESSIONS = [line for block in BLOCKS for line in block.strip("\n").split("\n")] + LINES


def _scope() -> FakeScope:
    scope = FakeScope()
    for name, text in LOCALS.items():
        scope.values[f"local.{name}"] = SetValue.of(["b", "a", "c"]) if name == "set" else run(text)
    return scope


def _ours(text: str, scope: FakeScope) -> Any:
    try:
        value = compile_expression(text)(scope)
        return repr(value) if first_unknown(value) is not None else value
    except (EvaluationError, ExpressionSyntaxError):
        return ERROR


def _canonical(value: Any) -> str:
    """A form in which true is not 1 and the order of keys does not count."""
    return repr(value) if value is ERROR else json.dumps(value, sort_keys=True)


def test_there_are_enough_expressions() -> None:
    assert len(set(EXPRESSIONS)) >= 350


def test_values_are_those_of_terraform() -> None:
    main = "locals {\n" + "".join(f"  {name} = {text}\n" for name, text in LOCALS.items()) + "}\n"
    scope = _scope()
    different = [
        (text, ours, theirs)
        for text, theirs in zip(EXPRESSIONS, console(EXPRESSIONS, main), strict=True)
        if _canonical(ours := _ours(text, scope)) != _canonical(theirs)
    ]
    assert not different, "\n".join(f"{text!r}: {ours!r}, Terraform {theirs!r}" for text, ours, theirs in different)
