"""Predicates on the metadata service of instances: only with a token, or off."""

from __future__ import annotations

from compliant_infra.kernel.launch_templates import READS, launch_template
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    Context,
    Outcome,
    Predicate,
    any_of,
    attribute,
    passed,
    predicate,
    undecided,
)
from compliant_infra.kernel.model import Resource, Text, Verdict

_ACCOUNT_DEFAULT = attribute("http_tokens").equals("required")


def token_required(tokens: str, endpoint: str = "") -> Predicate:
    """The token is required (optional by default), or the endpoint is disabled (enabled by default)."""
    required = attribute(tokens).equals("required", default="optional")
    if not endpoint:
        return required
    return any_of(required, attribute(endpoint).equals("disabled", default="enabled"))


@predicate(
    reads=(
        "metadata_options.http_tokens",
        "metadata_options.http_endpoint",
        "aws_ec2_instance_metadata_defaults:http_tokens",
    )
)
def aws_token_required(resource: Resource, context: Context) -> Outcome:
    """AWS: an unset option takes the account's default for the region, where the scan sets one."""
    outcome = token_required("metadata_options.http_tokens", "metadata_options.http_endpoint")(resource, context)
    if outcome.verdict is not Verdict.FAIL or _names_tokens(resource):
        return outcome
    blocked: Outcome | None = None
    for default in context.resources("aws_ec2_instance_metadata_defaults"):
        judged = _ACCOUNT_DEFAULT(default, context)
        if judged.verdict is Verdict.PASS and default.existence is None:
            return passed(Text(f"by the default of {default.address}", f"采用 {default.address} 的默认值"))
        if judged.verdict is not Verdict.FAIL:
            hidden = judged.unknown if judged.unknown is not None else default.existence
            blocked = undecided(hidden, outcome.attribute) if hidden is not None else blocked
    return blocked or outcome


def _names_tokens(resource: Resource) -> bool:
    options = resource.attributes.get("metadata_options")
    return isinstance(options, (list, tuple)) and any(
        not isinstance(item, dict) or item.get("http_tokens") is not None for item in options
    )


def from_launch_template(then: Predicate) -> Predicate:
    """An instance that writes no options itself takes those of its launch template, which has its own finding.

    Undecided where that template is not in the scan.
    """

    def judge(resource: Resource, context: Context) -> Outcome:
        if resource.attributes.get("metadata_options") is not None:
            return then(resource, context)
        named = launch_template(resource, context)
        if named is None:
            return then(resource, context)
        if isinstance(named, Resource):
            return NOT_APPLICABLE
        return undecided(
            named,
            "launch_template",
            message=Text(
                "metadata_options is not set: the launch template decides, and it is not in the scan",
                "metadata_options 未设置：由启动模板决定，而该启动模板不在扫描范围内",
            ),
        )

    return Predicate(judge, (*READS, *then.reads), then.parameters, then.comparisons)
