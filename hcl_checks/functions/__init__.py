"""Terraform's built-in functions (1.11). A family is imported when one of its functions is called first.

``can`` and ``try`` are not here: they must not see their arguments evaluated.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from compliant_infra.hcl_checks.values import EvaluationError, Scope
from compliant_infra.kernel.model import Unknown

_NAMES: Final = {
    "numeric": "abs ceil floor log max min parseint pow signum",
    "string": (
        "chomp endswith format formatlist indent join lower regex regexall replace split startswith strcontains strrev "
        "substr templatestring title trim trimprefix trimspace trimsuffix upper"
    ),
    "collection": (
        "alltrue anytrue chunklist coalesce coalescelist compact concat contains distinct element flatten index keys "
        "length lookup matchkeys merge one range reverse setintersection setproduct setsubtract setunion slice sort "
        "sum transpose values zipmap"
    ),
    "encoding": (
        "base64decode base64encode base64gzip csvdecode jsondecode jsonencode textdecodebase64 textencodebase64 "
        "urlencode yamldecode yamlencode"
    ),
    "filesystem": "abspath basename dirname file filebase64 fileexists fileset pathexpand templatefile",
    "datetime": "formatdate plantimestamp timeadd timecmp timestamp",
    "hash_crypto": (
        "base64sha256 base64sha512 bcrypt filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 "
        "md5 rsadecrypt sha1 sha256 sha512 uuid uuidv5"
    ),
    "ip_network": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "type_conversion": (
        "ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring"
    ),
}

_FAMILIES: Final = {name: family for family, names in _NAMES.items() for name in names.split()}

#: Every function that ``call_function`` knows.
FUNCTION_NAMES: Final = frozenset(_FAMILIES)

#: Functions that Terraform had once, and what replaces them.
_REMOVED: Final = {"list": "tolist([...])", "map": "tomap({...})"}

_functions: dict[str, Any] = {}


def call_function(name: str, arguments: list[Any], scope: Scope, text: str) -> Any:
    """The result of a function for evaluated arguments.

    ``text`` is the call as written: it becomes the expression of an ``Unknown`` whose cause is the call itself.
    Raises ``EvaluationError`` where Terraform would refuse the call. The functions of providers are
    ``Unknown("unsupported")``.
    """
    name = name.removeprefix("core::")
    function = _functions.get(name)
    if function is None:
        if name.startswith("provider::"):
            return Unknown("unsupported", text, scope.location())
        family = _FAMILIES.get(name)
        if family is None:
            hint = f"; use {_REMOVED[name]}" if name in _REMOVED else ""
            raise EvaluationError(f'there is no function named "{name}"{hint}')
        _functions.update(import_module(f"{__name__}.{family}").FUNCTIONS)
        function = _functions[name]
    from compliant_infra.hcl_checks.functions.signature import Call

    return function.call(arguments, Call(name, scope, text))
