"""The built-in functions where values are unknown or one of several, at their limits, and in errors."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
import time
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliant_infra.hcl_checks.functions import FUNCTION_NAMES, call_function
from compliant_infra.hcl_checks.values import EvaluationError, SetValue
from compliant_infra.kernel.model import OneOf, Reference, SourceLocation, Unknown
from tests.hcl_checks.expression_scope import FakeScope

PLACE = SourceLocation("main.tf", 9)


class Files(FakeScope):
    """A scope that knows a few files and directories."""

    known: ClassVar[dict[str, bytes]] = {
        "a.txt": b"hello",
        "bin": b"\xff\xfe",
        "t.tftpl": b"Hi ${n}!",
        "d/x.json": b"{}",
    }

    def read_file(self, path: str) -> bytes | Unknown:
        if path.startswith("../"):
            return Unknown("outside-root", path)
        if path not in self.known:
            raise EvaluationError(f"no file {path}")
        return self.known[path]

    def list_files(self, directory: str) -> list[str] | Unknown:
        if directory.startswith(".."):
            return Unknown("outside-root", directory)
        start = "" if directory == "." else directory + "/"
        return sorted(path.removeprefix(start) for path in self.known if path.startswith(start))


class Proxy:
    """An object proxy as the evaluator has them."""

    is_object_proxy = True

    def __init__(self, value: Any) -> None:
        self.value = value

    def attribute(self, name: str) -> Any:
        return self.value[name]

    def whole(self) -> Any:
        return self.value


def call(name: str, *arguments: Any) -> Any:
    return call_function(name, list(arguments), Files(), f"{name}(...)")


def unknown(reason: str = "no-value", **more: Any) -> Unknown:
    return Unknown(reason, "var.x", PLACE, **more)


def either(*alternatives: Any) -> OneOf:
    return OneOf(alternatives, unknown())


def assert_unknown(value: Any, reason: str) -> Unknown:
    assert type(value) is Unknown
    assert value.reason == reason
    return value


def alternatives(value: Any) -> tuple[Any, ...]:
    assert type(value) is OneOf
    return value.alternatives


# --------------------------------------------------------------------------------------------------------------
# The registry
# --------------------------------------------------------------------------------------------------------------

#: Arguments with which functions give a result.
_GROUPS: list[tuple[str, list[Any]]] = [
    ("abs ceil floor signum max min", [5]),
    ("log pow", [4, 2]),
    ("parseint", ["11", 2]),
    ("chomp lower upper title trimspace strrev md5 sha1 sha256 sha512 urlencode base64encode base64sha256", ["a"]),
    ("base64sha512 base64gzip bcrypt basename dirname pathexpand length jsonencode yamlencode yamldecode", ["a"]),
    ("tostring sensitive nonsensitive issensitive ephemeralasnull coalesce", ["a"]),
    ("abspath", ["/a"]),
    ("endswith startswith strcontains trim trimprefix trimsuffix split regex regexall rsadecrypt", ["a", "a"]),
    ("format formatlist", ["%s", "a"]),
    ("indent", [2, "a"]),
    ("join", [",", ["a"]]),
    ("replace", ["a", "a", "b"]),
    ("substr", ["abc", 0, 1]),
    ("templatestring", ["${n}", {"n": "a"}]),
    ("alltrue anytrue", [[True]]),
    ("chunklist", [["a"], 1]),
    ("coalescelist compact concat distinct flatten one reverse sort setunion setintersection tolist toset", [["a"]]),
    ("contains index", [["a"], "a"]),
    ("element", [["a"], 0]),
    ("keys values merge tomap", [{"a": "b"}]),
    ("lookup", [{"a": 1}, "a", 2]),
    ("matchkeys", [["a"], ["k"], ["k"]]),
    ("range", [3]),
    ("setproduct setsubtract zipmap", [["a"], ["b"]]),
    ("slice", [["a"], 0, 1]),
    ("sum", [[1]]),
    ("transpose", [{"a": ["b"]}]),
    ("base64decode", ["YQ=="]),
    ("csvdecode", ["a\n1"]),
    ("jsondecode", ["{}"]),
    ("textencodebase64", ["a", "UTF-8"]),
    ("textdecodebase64", ["YQ==", "UTF-8"]),
    ("file filebase64 fileexists filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512", ["a.txt"]),
    ("fileset", [".", "*"]),
    ("templatefile", ["t.tftpl", {"n": "Bo"}]),
    ("formatdate", ["YYYY", "2020-01-01T00:00:00Z"]),
    ("timeadd", ["2020-01-01T00:00:00Z", "1h"]),
    ("timecmp", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]),
    ("timestamp plantimestamp uuid", []),
    ("uuidv5", ["dns", "a"]),
    ("cidrhost", ["10.0.0.0/8", 1]),
    ("cidrnetmask", ["10.0.0.0/8"]),
    ("cidrsubnet", ["10.0.0.0/8", 8, 1]),
    ("cidrsubnets", ["10.0.0.0/8", 8]),
    ("tobool", ["true"]),
    ("tonumber", ["1"]),
]
VALID = {name: arguments for names, arguments in _GROUPS for name in names.split()}

#: Functions whose result is unknown whatever the arguments.
NEVER_KNOWN = {
    "base64gzip": "unsupported",
    "bcrypt": "impure-function",
    "issensitive": "unsupported",
    "plantimestamp": "impure-function",
    "rsadecrypt": "unsupported",
    "timestamp": "impure-function",
    "uuid": "impure-function",
}


@pytest.mark.parametrize("name", sorted(FUNCTION_NAMES))
def test_every_function(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    arguments = VALID[name]
    result = call(name, *arguments)
    reason = {**NEVER_KNOWN, "yamldecode": "unsupported"}.get(name)
    if reason is None:
        assert type(result) is not Unknown
    else:
        assert assert_unknown(result, reason).expression == f"{name}(...)"
    with pytest.raises(EvaluationError, match=name):
        call(name, *[object()] * 9) if name not in {"coalesce"} else call(name)


@pytest.mark.parametrize("name", sorted(FUNCTION_NAMES - NEVER_KNOWN.keys()))
def test_unknown_argument(name: str) -> None:
    arguments = VALID[name]
    for position in range(len(arguments)):
        changed = [*arguments[:position], unknown(reference=Reference("a.b", "id")), *arguments[position + 1 :]]
        result = call(name, *changed)
        if name == "merge" or type(result) is Unknown:
            assert_unknown(result, "no-value")
            assert result.expression == "var.x"
            assert result.location == PLACE
        else:
            assert (name, position) in {("formatlist", 1), ("lookup", 0), ("lookup", 2)}
        if name not in {"coalesce", "format", "formatlist", "nonsensitive", "sensitive", "ephemeralasnull", "replace"}:
            if name not in {"tobool", "tolist", "tomap", "tonumber", "toset", "tostring"} and type(result) is Unknown:
                assert result.reference is None


def test_names() -> None:
    assert len(FUNCTION_NAMES) == 116
    assert call("core::upper", "a") == "A"
    assert_unknown(call("provider::terraform::encode_tfvars", {}), "unsupported")
    for name in ("list", "map", "nope", "try", "can", "core::nope"):
        with pytest.raises(EvaluationError, match="no function named"):
            call(name, 1)
    with pytest.raises(EvaluationError, match="tolist"):
        call("list", 1)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("substr", ["a", 1], '"length" is missing'),
        ("upper", ["a", "b"], "too many arguments"),
        ("upper", [None], '"str": must not be null'),
        ("upper", [["a"]], "string required, but it is a list"),
        ("abs", ["x"], r"number required, but it is a string \('x'\)"),
        ("join", [",", ["a", ["b"]]], "string required as element"),
        ("keys", [["a"]], "map or object required"),
        ("element", [SetValue(["a"]), 0], "list required, but it is a set"),
        ("lookup", [{}, "k"], "no element with the key 'k'"),
        ("substr", ["a", 0.5, 1], "whole number required"),
        ("regex", ["(", "a"], "invalid regular expression"),
        ("file", ["bin"], "not UTF-8"),
        ("fileset", [".", "["], "bracket is not closed"),
        ("jsondecode", ["{"], "invalid JSON"),
        ("range", [0, 5, 0], "step must not be zero"),
        ("formatdate", ["QQ", "2020-01-01T00:00:00Z"], "no part of a timestamp"),
        ("cidrsubnet", ["10.0.0.0/24", 2, 4], "cannot number"),
    ],
)
def test_error_names_function_and_argument(name: str, arguments: list[Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message) as caught:
        call(name, *arguments)
    assert str(caught.value).startswith(name)


def test_start_up_is_lean() -> None:
    """The registry imports no family, and a family imports heavy modules when one of its functions needs them."""
    script = """
import sys
from compliant_infra.hcl_checks.functions import call_function
package = "compliant_infra.hcl_checks.functions."
assert not [name for name in sys.modules if name.startswith(package)], "families are imported early"
before = set(sys.modules)
call_function("join", [",", ["a"]], None, "")
call_function("jsonencode", [{}], None, "")
call_function("merge", [{}], None, "")
new = set(sys.modules) - before
assert package + "ip_network" not in new
heavy = {"ipaddress", "hashlib", "csv", "datetime", "re2", "base64", "zlib", "uuid", "yaml", "fractions"} & new
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", script], check=True)


# --------------------------------------------------------------------------------------------------------------
# Unknown values
# --------------------------------------------------------------------------------------------------------------


def test_unknown_inside_makes_result_unknown() -> None:
    for result in (call("sort", ["a", unknown()]), call("md5", unknown()), call("yamlencode", {"a": [unknown()]})):
        blocked = assert_unknown(result, "no-value")
        assert (blocked.expression, blocked.location, blocked.reference) == ("var.x", PLACE, None)


def test_text_parts_after_functions() -> None:
    x = unknown(reference=Reference("aws_s3_bucket.b", "id"))

    def shown(value: Any) -> list[Any]:
        assert all(isinstance(part, str) or part.reference is None or part is x for part in value.parts)
        return [part if isinstance(part, str) else "?" for part in value.parts]

    text = unknown(parts=("  A\n ", x, " B\n\n"))
    assert shown(call("trimspace", text)) == ["A\n ", "?", " B"]
    assert shown(call("chomp", text)) == ["  A\n ", "?", " B"]
    assert shown(call("trim", text, " \n")) == ["A\n ", "?", " B"]
    assert shown(call("lower", text)) == ["  a\n ", "?", " b\n\n"]
    assert shown(call("upper", unknown(parts=("a", x)))) == ["A", "?"]
    assert shown(call("indent", 2, text)) == ["  A\n   ", "?", " B\n  \n  "]
    # An unknown end may be stripped away whole, and then what stands beside it is stripped too.
    assert shown(call("trimspace", unknown(parts=(x, " B ")))) == ["?", "B"]
    assert shown(call("trimspace", unknown(parts=("\n", x, " B ", x, "\n")))) == ["?", "B", "?"]
    assert call("trimspace", unknown(parts=(x, " "))).reference is None


def test_encoded_text_keeps_what_it_encodes() -> None:
    text = unknown(parts=("a", unknown()))
    for name, more in (("base64encode", ()), ("base64gzip", ()), ("textencodebase64", ("utf-8",))):
        result = call(name, text, *more)
        assert result.encoded is text
        assert not result.parts
        assert call(name, unknown(), *more).encoded is None
    assert assert_unknown(call("base64gzip", "a"), "unsupported").encoded == "a"
    assert call("trimspace", call("base64encode", text)).encoded is text
    assert call("yamlencode", {"a": text}).encoded == {"a": text}


def test_text_parts() -> None:
    x = unknown(reference=Reference("aws_s3_bucket.b", "id"))
    assert call("join", "/", ["a", x, "b"]).parts == ("a/", x, "/b")
    assert call("join", "", [x]) is x
    assert call("join", "-", ["a", unknown(parts=("p", x))]).parts == ("a-p", x)
    assert call("format", "arn:%s:%d/%s", "aws", 5, x).parts == ("arn:aws:5/", x)
    assert call("format", "%s", x) is x
    assert call("format", "%5s", x).parts == ()
    assert call("format", "%s %d", "a", x).parts[0] == "a "
    assert call("format", unknown(), "a").parts == ()
    rows = call("formatlist", "%s/*", ["a", x])
    assert rows[0] == "a/*"
    assert rows[1].parts == (x, "/*")
    assert call("join", ",", SetValue(["a", x])).parts == ()  # in which order?


def test_tests_of_partly_known_text() -> None:
    text = unknown(parts=("arn:aws-cn:", unknown(), ":root"))
    assert call("startswith", text, "arn:aws") is True
    assert call("startswith", text, "arn:gcp") is False
    assert_unknown(call("startswith", text, "arn:aws-cn:iam"), "no-value")
    assert call("endswith", text, "root") is True
    assert call("endswith", text, "user") is False
    assert_unknown(call("endswith", text, "x:root"), "no-value")
    assert call("strcontains", text, "aws-cn") is True
    assert_unknown(call("strcontains", text, "iam"), "no-value")


def test_collections_keep_what_is_known() -> None:
    x = unknown()
    assert call("merge", {"a": x, "b": 1}, None, {"b": 2}) == {"a": x, "b": 2}
    assert assert_unknown(call("merge", {"a": 1}, x), "no-value").encoded == {"a": 1}
    assert assert_unknown(call("merge", x, {}), "no-value").encoded is None
    assert assert_unknown(call("templatestring", "a${n}", x), "no-value").encoded == "a${n}"
    assert call("concat", ["a"], [x]) == ["a", x]
    assert call("length", ["a", x]) == 2
    assert call("length", {"a": x}) == 1
    assert call("length", SetValue([x])) == 1
    assert_unknown(call("length", SetValue(["a", x])), "no-value")
    assert call("keys", {"b": x, "a": x}) == ["a", "b"]
    assert call("values", {"b": 1, "a": x}) == [x, 1]
    assert call("lookup", {"a": 1, "b": x}, "a", x) == 1
    assert call("lookup", {"a": 1}, "b", x) is x
    assert call("element", [x, "b"], 3) == "b"
    assert call("slice", [x, "b"], 1, 2) == ["b"]
    assert call("chunklist", ["a", x, "c"], 2) == [["a", x], ["c"]]
    assert call("reverse", ["a", x]) == [x, "a"]
    assert call("zipmap", ["k"], [x]) == {"k": x}
    assert_unknown(call("zipmap", [x], ["v"]), "no-value")
    assert call("one", [x]) is x
    assert_unknown(call("one", SetValue(["a", x])), "no-value")
    with pytest.raises(EvaluationError):
        call("one", SetValue(["a", "b", x]))
    assert_unknown(call("transpose", {"a": ["b", x]}), "no-value")
    assert call("setunion", ["b", x], ["a"]) == ["a", "b", x]
    assert isinstance(call("setunion", ["b", x], ["a"]), SetValue)
    assert call("toset", ["b", x, "a"]) == ["a", "b", x]
    assert_unknown(call("tolist", SetValue(["a", x])), "no-value")
    assert call("tomap", {"a": x, "b": 1}) == {"a": x, "b": 1}
    assert call("tostring", x) is x
    assert call("setproduct", ["a"], [x]) == [["a", x]]


def test_order_of_a_set_with_unknowns() -> None:
    mixed = SetValue(["a", unknown()])
    for name, arguments in {
        "chunklist": [mixed, 1],
        "compact": [mixed],
        "distinct": [mixed],
        "flatten": [[mixed]],
        "formatlist": ["%s", mixed],
        "join": [",", mixed],
        "reverse": [mixed],
        "setproduct": [mixed, ["b"]],
        "tolist": [mixed],
        "zipmap": [mixed, [1, 2]],
    }.items():
        assert_unknown(call(name, *arguments), "no-value")
    assert call("contains", mixed, "a") is True
    assert call("setunion", mixed, ["b"])[:2] == ["a", "b"]


def test_flatten_where_an_element_may_be_a_list() -> None:
    x = unknown()
    id_of = unknown(reference=Reference("alicloud_vswitch.a", "id"))
    ids_of = unknown(reference=Reference("aws_instance.a", "security_groups"))
    assert call("flatten", [["a"], [{"k": x}]]) == ["a", {"k": x}]
    assert call("flatten", [["a"], id_of]) == ["a", id_of]
    assert_unknown(call("flatten", [["a"], ids_of]), "no-value")
    assert_unknown(call("flatten", [["a"], x]), "no-value")


def test_three_valued_truth() -> None:
    x = unknown()
    assert call("alltrue", [True, x, False]) is False
    assert_unknown(call("alltrue", [True, x]), "no-value")
    assert call("anytrue", [False, x, True]) is True
    assert_unknown(call("anytrue", [False, x]), "no-value")
    assert call("contains", ["a", x], "a") is True
    assert_unknown(call("contains", ["a", x], "b"), "no-value")
    assert_unknown(call("contains", ["a"], x), "no-value")
    assert call("contains", [], x) is False
    assert call("contains", [{"a": 1, "b": x}], {"a": 2, "b": 1}) is False
    assert call("index", ["a", x], "a") == 0
    assert_unknown(call("index", [x, "a"], "a"), "no-value")


def test_first_that_is_something() -> None:
    x = unknown()
    assert call("coalesce", "", "a", x) == "a"
    assert alternatives(call("coalesce", x, "a")) == (x, "a")
    assert_unknown(call("coalesce", x, unknown()), "no-value")
    assert alternatives(call("lookup", unknown(), "k", "a"))[1] == "a"
    assert_unknown(call("lookup", unknown(), "k", None), "no-value")
    assert_unknown(call("lookup", unknown(), "k"), "no-value")
    sure = unknown(reference=Reference("a.b", "id"))
    assert call("coalesce", None, sure, "a") is sure
    assert call("coalescelist", [], ["a"], x) == ["a"]
    assert call("coalescelist", [x], ["a"]) == [x]
    assert_unknown(call("coalescelist", x, ["a"]), "no-value")
    assert call("compact", ["", "a"]) == ["a"]
    assert_unknown(call("compact", ["a", x]), "no-value")
    assert call("compact", ["", sure]) == [sure]


def test_distinct() -> None:
    x = unknown()
    assert_unknown(call("distinct", ["a", x]), "no-value")
    assert call("distinct", [x, x]) == [x]
    assert call("distinct", [{"a": 1, "b": x}, {"a": 2, "b": x}]) == [{"a": 1, "b": x}, {"a": 2, "b": x}]


def test_json_documents() -> None:
    policy = {"Statement": [{"Resource": unknown(), "Effect": "Allow"}]}
    text = assert_unknown(call("jsonencode", policy), "no-value")
    assert text.document == policy
    assert call("jsondecode", text) is text.document
    assert_unknown(call("jsondecode", unknown()), "no-value")
    assert_unknown(call("base64encode", text), "no-value")
    assert alternatives(call("jsonencode", either(1, 2))) == ("1", "2")
    assert type(call("jsonencode", {"a": either(1, 2)}).document["a"]) is OneOf


def test_marks_are_passed() -> None:
    x = unknown(reference=Reference("a.b", "id"))
    for name in ("sensitive", "nonsensitive", "ephemeralasnull"):
        assert call(name, x) is x
        assert call(name, {"a": x}) == {"a": x}


# --------------------------------------------------------------------------------------------------------------
# One of several values
# --------------------------------------------------------------------------------------------------------------


def test_alternatives_are_tried_each() -> None:
    assert alternatives(call("upper", either("a", "b"))) == ("A", "B")
    assert call("upper", either("a", "A")) == "A"
    assert call("length", either(["a"], ["b"])) == 1
    condition = unknown("data-source")
    result = call("upper", OneOf(["a", "b"], condition))
    assert result.condition is condition


def test_alternatives_inside_collections() -> None:
    assert alternatives(call("contains", ["a", either("b", "c")], "b")) == (True, False)
    assert alternatives(call("join", "-", ["x", either("b", "c")])) == ("x-b", "x-c")
    assert alternatives(call("alltrue", [True, either(True, False)])) == (True, False)
    assert call("alltrue", [False, either(True, False)]) is False
    inner = either("x", "y")
    assert call("merge", {"a": inner}) == {"a": inner}
    assert call("concat", [inner], ["b"]) == [inner, "b"]


def test_same_alternatives_go_together() -> None:
    value = either("a", "b")
    assert alternatives(call("format", "%s%s", value, value)) == ("aa", "bb")
    assert alternatives(call("format", "%s%s", value, either("a", "b"))) == ("aa", "ab", "ba", "bb")


def test_alternatives_that_are_unknown_or_wrong() -> None:
    upper, blocked = alternatives(call("upper", either("a", unknown("data-source"))))
    assert upper == "A"
    assert_unknown(blocked, "data-source")
    known, wrong = alternatives(call("abs", either(-1, "x")))
    assert known == 1
    assert_unknown(wrong, "unsupported")
    with pytest.raises(EvaluationError):
        call("abs", either("x", "y"))


def test_too_many_alternatives() -> None:
    many = [either("a", "b") for _ in range(5)]
    assert_unknown(call("sort", many), "ambiguous")
    assert call("contains", ["z", *many], "z") is True
    assert_unknown(call("contains", many, "z"), "no-value")
    assert_unknown(call("max", *[either(1, 2) for _ in range(5)]), "ambiguous")


def test_object_proxies() -> None:
    assert call("keys", Proxy({"a": 1})) == ["a"]
    assert_unknown(call("keys", Proxy(unknown())), "no-value")
    assert call("jsonencode", {"o": [Proxy({"a": 1})]}) == '{"o":[{"a":1}]}'
    inner = Proxy({"id": "x"})
    assert call("element", [inner], 0) is inner
    assert call("values", {"k": inner})[0] is inner


# --------------------------------------------------------------------------------------------------------------
# Files
# --------------------------------------------------------------------------------------------------------------


def test_files() -> None:
    assert call("file", "a.txt") == "hello"
    assert call("filebase64", "bin") == "//4="
    assert call("filemd5", "bin") == "f3b25701fe362ec84616a93a45ce9998"
    assert call("fileexists", "a.txt") is True
    assert call("fileexists", "b.txt") is False
    with pytest.raises(EvaluationError, match="directory"):
        call("fileexists", "d")
    assert call("templatefile", "t.tftpl", {"n": "Bo"}) == "Hi Bo!"
    assert call("templatefile", "t.tftpl", {"n": unknown()}).parts[0] == "Hi "
    assert call("fileset", "d", "**") == ["x.json"]
    for name in ("file", "filebase64", "fileexists", "filesha256", "filebase64sha512"):
        assert_unknown(call(name, "../x"), "outside-root")
    assert_unknown(call("templatefile", "../x", {}), "outside-root")
    assert_unknown(call("fileset", "d", "../../*"), "outside-root")
    assert_unknown(call("pathexpand", "~/x"), "outside-root")
    assert_unknown(call("abspath", "x"), "outside-root")


# --------------------------------------------------------------------------------------------------------------
# Limits
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("setproduct", [list(range(400)), list(range(400))]),
        ("replace", ["a" * 10_000, "a", "b" * 10_000]),
        ("replace", ["a" * 10_000, "/a/", "b" * 10_000]),
        ("indent", [10**9, "a\nb"]),
        ("indent", [10_000, "\n" * 10_000]),
        ("format", ["%99999999d", 1]),
        ("format", ["%.99999999f", 1]),
        ("join", ["x" * 1_000_000, ["a"] * 20]),
        ("regexall", ["a", "a" * 200_000]),
        ("split", ["", "a" * 200_000]),
        ("concat", [[1] * 60_000, [2] * 60_000]),
        ("jsondecode", ["[" * 50_000 + "]" * 50_000]),
        ("jsondecode", ["[" * 150 + "]" * 150]),
        ("fileset", [".", "*" * 5000]),
    ],
)
def test_results_are_bounded(name: str, arguments: list[Any]) -> None:
    started = time.perf_counter()
    assert_unknown(call(name, *arguments), "limit")
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("pow", [10, 100_000]),
        ("pow", [-8, 0.5]),
        ("range", [10**9]),
        ("range", [0, 1, 1e-9]),
        ("parseint", ["z" * 5000, 36]),
        ("tonumber", ["1e999999"]),
        ("tonumber", ["9" * 5000]),
        ("jsondecode", ["1e999999"]),
        ("timeadd", ["2020-01-01T00:00:00Z", "9" * 100 + "h"]),
        ("regex", ["a{1000}{1000}", "a"]),
    ],
)
def test_too_great_is_an_error(name: str, arguments: list[Any]) -> None:
    with pytest.raises(EvaluationError):
        call(name, *arguments)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 50_000 + "!"),
        ("(a|aa)+$", "a" * 50_000 + "!"),
        ("(a*)*b", "a" * 50_000),
        ("(x+x+)+y", "x" * 50_000),
    ],
)
def test_patterns_do_not_hang(pattern: str, text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(EvaluationError, match="does not match"):
        call("regex", pattern, text)
    assert call("regexall", pattern, text) == []
    assert call("replace", text, f"/{pattern}/", "") == text
    assert call("fileset", ".", "*a" * 400 + "b") == []
    assert time.perf_counter() - started < 3


def test_without_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    assert_unknown(call("regex", "a", "a"), "unsupported")
    assert_unknown(call("regexall", "a", "a"), "unsupported")
    assert_unknown(call("replace", "a", "/a/", "b"), "unsupported")
    assert call("replace", "a", "a", "b") == "b"


def test_yaml_aliases_are_bounded() -> None:
    pytest.importorskip("yaml")
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    with pytest.raises(EvaluationError, match="too many values"):
        call("yamldecode", "\n".join(lines))


# --------------------------------------------------------------------------------------------------------------
# Properties
# --------------------------------------------------------------------------------------------------------------

ipv4 = st.builds(
    lambda address, length: ipaddress.IPv4Network((address, length), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)
ipv6 = st.builds(
    lambda address, length: ipaddress.IPv6Network((address, length), strict=False),
    st.integers(2**100, 2**128 - 1),
    st.integers(0, 128),
)


@settings(max_examples=60, deadline=None)
@given(ipv4 | ipv6, st.data())
def test_networks_as_ipaddress_has_them(network: Any, data: st.DataObject) -> None:
    host = data.draw(st.integers(0, network.num_addresses - 1))
    assert call("cidrhost", str(network), host) == str(network[host])
    assert call("cidrhost", str(network), host - network.num_addresses) == str(network[host])
    added = data.draw(st.integers(0, min(12, network.max_prefixlen - network.prefixlen)))
    part = data.draw(st.integers(0, 2**added - 1))
    size = 2 ** (network.max_prefixlen - network.prefixlen - added)
    expected = f"{network[part * size]}/{network.prefixlen + added}"
    assert call("cidrsubnet", str(network), added, part) == expected
    if network.version == 4:
        assert call("cidrnetmask", str(network)) == str(network.netmask)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_subnets_do_not_overlap(new_bits: list[int]) -> None:
    try:
        texts = call("cidrsubnets", "10.0.0.0/8", *new_bits)
    except EvaluationError:
        assert len(new_bits) > 1
        return
    networks = [ipaddress.ip_network(text) for text in texts]
    assert [network.prefixlen for network in networks] == [8 + added for added in new_bits]
    for earlier, later in pairwise(networks):
        assert earlier.broadcast_address < later.network_address


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(json_values)
def test_json_is_json(value: Any) -> None:
    assert json.loads(call("jsonencode", value)) == value


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=30))
def test_texts(text: str) -> None:
    assert call("base64decode", call("base64encode", "a" + text + "b")).startswith("a")
    assert len(call("strrev", text)) == len(text)
    assert call("strrev", call("strrev", "ab")) == "ab"
    assert call("substr", text, 0, -1) == text
    assert call("join", ",", call("split", ",", text)) == text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d"])), st.lists(st.sampled_from(["a", "b", "c", "d"])))
def test_sets(left: list[str], right: list[str]) -> None:
    assert call("setunion", left, right) == sorted(set(left) | set(right))
    assert call("setintersection", left, right) == sorted(set(left) & set(right))
    assert call("setsubtract", left, right) == sorted(set(left) - set(right))
    assert call("distinct", left) == list(dict.fromkeys(left))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("ab*"), max_size=8), st.text(alphabet="ab", max_size=8))
def test_file_patterns(pattern: list[str], name: str) -> None:
    import fnmatch

    class One(FakeScope):
        def list_files(self, directory: str) -> list[str] | Unknown:
            return ["x" + name]

    text = "x" + "".join(pattern)
    expected = ["x" + name] if fnmatch.fnmatchcase("x" + name, text) else []
    assert call_function("fileset", [".", text], One(), "") == expected


def test_replace_keeps_what_is_known_around_an_unknown_replacement() -> None:
    arn = Unknown("known-after-apply", "aws_s3_bucket.b.arn", reference=Reference("aws_s3_bucket.b", "arn"))
    value = call_function("replace", ["a BUCKET/* BUCKET", "BUCKET", arn], FakeScope(), "replace(...)")
    assert value.parts == ("a ", arn, "/* ", arn)
    assert call_function("replace", ["BUCKET", "BUCKET", arn], FakeScope(), "replace(...)") is arn
    policy = Unknown("known-after-apply", "x", document={"Statement": [{"Resource": ["BUCKET/*"]}]})
    replaced = call_function("replace", [policy, "BUCKET", arn], FakeScope(), "replace(...)")
    assert replaced.document["Statement"][0]["Resource"][0].parts == (arn, "/*")


def test_concat_keeps_what_an_unknown_list_is_added_to() -> None:
    more = unknown()
    value = call("concat", ["a", ""], more, ["b"])
    assert (value.expression, value.elements) == ("var.x", ("a", "", "b"))
    assert call("compact", value).elements == ("a", "b")
    assert call("concat", value, ["c"]).elements == ("a", "", "b", "c")
    assert type(call("length", value)) is Unknown
