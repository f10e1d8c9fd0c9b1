"""Policy documents written as data sources: what ``.json`` or ``.document`` of them will be.

``aws_iam_policy_document`` and ``alicloud_ram_policy_document`` only format what their blocks say, so their result is
known as far as the blocks are. Names of blocks and defaults: the providers' documentation of these data sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compliant_infra.hcl_checks.functions import call_function
from compliant_infra.hcl_checks.variables import ConstantScope
from compliant_infra.kernel.model import OneOf, Resource, Unknown


def policy_document(data: Resource, name: str) -> Any:
    """The value of ``data.<type>.<name>.<attribute>``; None where this is not a policy's text."""
    if data.type == "aws_iam_policy_document" and name in ("json", "minified_json"):
        return _text(_aws(data), data)
    if data.type == "alicloud_ram_policy_document" and name == "document":
        return _text(_alicloud(data), data)
    return None


def _text(document: Any, data: Resource) -> Any:
    if isinstance(document, Unknown):
        return document
    return call_function("jsonencode", [document], ConstantScope(data.location), f"data.{data.type}.{data.name}")


def _blocks(container: Mapping[str, Any], name: str) -> Any:
    value = container.get(name)
    if value is None:
        return []
    return value if isinstance(value, (list, Unknown, OneOf)) else [value]


def _for_each_alternative(blocks: Any, make: Callable[[Any], Any]) -> Any:
    if isinstance(blocks, OneOf):
        return OneOf([make(item) for item in blocks.alternatives], blocks.condition)
    return make(blocks)


def _one_or_many(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    return value


def _aws(data: Resource) -> Any:
    """The document of ``aws_iam_policy_document``.

    Statements of the same ``sid`` replace each other: the data source's own over those of its sources, those of
    override documents over all. ``source_json`` and ``override_json`` are the older names for one document each.
    """
    attributes = data.attributes
    sources = _statements_of(data, "source_json", "source_policy_documents")
    overrides = _statements_of(data, "override_json", "override_policy_documents")
    for blocked in (sources, overrides):
        if isinstance(blocked, (Unknown, OneOf)):
            return blocked
    version = attributes.get("version") or "2012-10-17"

    def document(blocks: Any) -> Any:
        own = [blocks] if isinstance(blocks, Unknown) else list(map(_aws_statement, blocks))
        return {"Version": version, "Statement": _replacing(_replacing(sources, own), overrides)}

    return _for_each_alternative(_blocks(attributes, "statement"), document)


def _statements_of(data: Resource, single: str, several: str) -> Any:
    """The statements of the documents that two arguments name: a list, or the unknown that hides them."""
    documents: list[Any] = []
    for name in (single, several):
        value = data.attributes.get(name)
        if isinstance(value, (Unknown, OneOf)) and name == several:
            return value
        if isinstance(value, list):
            documents.extend(value)
        elif isinstance(value, (Unknown, OneOf)) or value:
            documents.append(value)
    statements: list[Any] = []
    for text in documents:
        inner = call_function("jsondecode", [text], ConstantScope(data.location), several)
        if isinstance(inner, (Unknown, OneOf)):
            return inner
        found = inner.get("Statement", []) if isinstance(inner, Mapping) else []
        statements.extend(found if isinstance(found, list) else [found])
    return statements


def _replacing(statements: list[Any], later: list[Any]) -> list[Any]:
    """The statements with later ones in place of those of the same sid; later ones without a match follow."""
    merged = list(statements)
    for statement in later:
        sid = _sid(statement)
        place = next((at for at, known in enumerate(merged) if sid and _sid(known) == sid), None)
        if place is None:
            merged.append(statement)
        else:
            merged[place] = statement
    return merged


def _sid(statement: Any) -> str:
    sid = statement.get("Sid") if isinstance(statement, Mapping) else None
    return sid if isinstance(sid, str) else ""


def _aws_statement(block: Any) -> Any:
    if not isinstance(block, Mapping):
        return block
    statement: dict[str, Any] = {"Effect": block.get("effect") or "Allow"}
    if block.get("sid") is not None:
        statement["Sid"] = block.get("sid")
    for source, target in (
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ):
        value = block.get(source)
        if value is not None:
            statement[target] = _one_or_many(value)
    for source, target in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        found = _blocks(block, source)
        if type(found) in (Unknown, OneOf):
            statement[target] = found
        elif found:
            statement[target] = _aws_principals(found)
    conditions = _blocks(block, "condition")
    if type(conditions) in (Unknown, OneOf):
        statement["Condition"] = conditions
    elif conditions:
        statement["Condition"] = _conditions(conditions, "test", "values")
    return statement


def _aws_principals(blocks: list[Any]) -> Any:
    principals: dict[str, Any] = {}
    for block in blocks:
        if not isinstance(block, Mapping):
            return block
        kind = block.get("type")
        identifiers = block.get("identifiers")
        if type(kind) in (Unknown, OneOf):
            return kind
        if kind == "*":
            return "*"
        known = principals.get(str(kind))
        merged = [*known, *identifiers] if isinstance(known, list) and isinstance(identifiers, list) else identifiers
        principals[str(kind)] = merged
    return {kind: _one_or_many(value) for kind, value in principals.items()}


def _conditions(blocks: list[Any], operator: str, values: str) -> Any:
    conditions: dict[str, dict[str, Any]] = {}
    for block in blocks:
        if not isinstance(block, Mapping):
            return block
        test, variable = block.get(operator), _claim(block.get("variable"))
        for part in (test, variable):
            if type(part) in (Unknown, OneOf):
                return part
        conditions.setdefault(str(test), {})[str(variable)] = block.get(values)
    return conditions


def _claim(variable: Any) -> Any:
    """The key of a token's claim, whose issuer may be unknown (``${...}:sub``): what it says is the claim.

    The issuer of a cluster is known only after apply; as elsewhere in policies, its expression stands for it. So it
    does for the name of a tag (``aws:ResourceTag/${...}``), where the key itself is known.
    """
    if not isinstance(variable, Unknown) or not variable.parts:
        return variable
    if isinstance(variable.parts[0], str) and "/" in variable.parts[0]:
        return "".join(map(_written, variable.parts))
    if len(variable.parts) == 2:
        issuer, claim = variable.parts
        if isinstance(issuer, Unknown) and claim in (":sub", ":aud"):
            return f"{_written(issuer)}{claim}"
    return variable


def _written(part: Any) -> str:
    if isinstance(part, str):
        return part
    unknown = part.condition if isinstance(part, OneOf) else part
    return f"${{{unknown.expression}}}"


def _alicloud(data: Resource) -> Any:
    version = data.attributes.get("version") or "1"

    def document(blocks: Any) -> Any:
        if isinstance(blocks, Unknown):
            return {"Version": version, "Statement": [blocks]}
        return {"Version": version, "Statement": list(map(_alicloud_statement, blocks))}

    return _for_each_alternative(_blocks(data.attributes, "statement"), document)


def _alicloud_statement(block: Any) -> Any:
    if not isinstance(block, Mapping):
        return block
    statement: dict[str, Any] = {"Effect": block.get("effect") or "Allow"}
    for source, target in (("action", "Action"), ("resource", "Resource")):
        value = block.get(source)
        if value is not None:
            statement[target] = _one_or_many(value)
    principals = _blocks(block, "principal")
    if type(principals) in (Unknown, OneOf):
        statement["Principal"] = principals
    elif principals:
        statement["Principal"] = {
            str(item.get("entity")): item.get("identifiers") for item in principals if isinstance(item, Mapping)
        }
    conditions = _blocks(block, "condition")
    if type(conditions) in (Unknown, OneOf):
        statement["Condition"] = conditions
    elif conditions:
        statement["Condition"] = _conditions(conditions, "operator", "values")
    return statement
