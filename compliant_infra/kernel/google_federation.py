"""Google Cloud: whose tokens a provider of a workload identity pool accepts.

An issuer that signs for many tenants signs for strangers too: without a condition all of them may come in. One that
serves a single organisation needs none.
"""

from __future__ import annotations

import re
from typing import Any, Final

from compliant_infra.kernel.blocks import nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_string,
    failed,
    several,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown
from compliant_infra.kernel.patterns import lazy

#: Hosts of code and pipelines whose tokens any customer can have.
_SHARED: Final = lazy(
    r"(?:https://)?(?:token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|vstoken\.dev\.azure\.com|"
    r"agent\.buildkite\.com)(?:/.*)?",
    re.IGNORECASE,
)


def _condition(resource: Resource, issuer: str) -> Outcome:
    where = "attribute_condition"

    def missing() -> Outcome:
        return failed(
            Text(
                f"{where} is not set: every token of {issuer} is accepted, whoever asked for it",
                f"未设置 {where}：{issuer} 签发给任何人的令牌均被接受",
            ),
            where,
        )

    value = resource.get(where)
    if value is None:
        return missing()
    if isinstance(value, Unknown):
        written = any(isinstance(part, str) and part.strip() for part in value.parts)
        return PASS if written else undecided(value, where)
    return alternatives(
        value, lambda item: PASS if (as_string(item) or "").strip() else missing(), where, unset=missing
    )


def _judge(resource: Resource, context: Context) -> Outcome:
    def of_issuer(issuer: Any) -> Outcome:
        text = as_string(issuer) or ""
        return _condition(resource, text) if _SHARED.fullmatch(text) else NOT_APPLICABLE

    def in_use(disabled: Any) -> Outcome:
        if as_bool(disabled) is True:
            return NOT_APPLICABLE
        found: list[Outcome] = []
        for where, block in nested_entries(resource.attributes, "oidc"):
            if isinstance(block, Unknown | OneOf):
                found.append(undecided(block.condition if isinstance(block, OneOf) else block, where))
            else:
                found.append(alternatives(block.get("issuer_uri"), of_issuer, f"{where}.issuer_uri"))
        return several(found)

    return alternatives(resource.get("disabled", False), in_use, "disabled")


#: ``google_iam_workload_identity_pool_provider``.
POOL_PROVIDER: Final = Predicate(_judge, ("attribute_condition", "disabled", "oidc.issuer_uri"))
