"""Predicates on who may read and write a bucket: access control lists, public access blocks, policies, referers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    IDENTITY_ATTRIBUTES,
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    as_string,
    failed,
    passed,
    predicate,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict
from compliant_infra.kernel.ownership import standing_alone
from compliant_infra.kernel.packet_filters import Truth, any_true, both, truth
from compliant_infra.kernel.policies import (
    Policy,
    Principal,
    Statement,
    allows,
    judge_policy,
    narrowing_condition,
)
from compliant_infra.kernel.sharing import own_account_ids

_PUBLIC_ACLS: Final = frozenset({"public-read", "public-read-write", "authenticated-read"})
_PUBLIC_GROUPS: Final = ("AllUsers", "AuthenticatedUsers")


def _acl_is_public(value: Any) -> Truth:
    return truth(value, lambda item: (as_string(item) or "").lower() in _PUBLIC_ACLS)


def _is_true(value: Any) -> Truth:
    return False if value is None else truth(value, lambda item: as_bool(item) is True)


def _public_acl(path: str, value: Any, by: str = "") -> Outcome:
    """The outcome of an access control list. ``by`` names the companion that holds it."""
    answer = _acl_is_public(value)
    if answer is False:
        return PASS
    where = f"{by}: " if by else ""
    where_zh = f"{by}：" if by else ""
    if answer is True:
        return failed(Text(f"{where}{path} is {show(value)}", f"{where_zh}{path} 为 {show(value)}"), "" if by else path)
    return undecided(answer, "" if by else path)


def _surely(outcome: Outcome, companion: Resource) -> Outcome:
    """A companion that may not be there decides nothing by itself."""
    return outcome if companion.existence is None else undecided(companion.existence)


# --------------------------------------------------------------------------------------------------------------
# Alibaba Cloud
# --------------------------------------------------------------------------------------------------------------


def _oss_blocked(resource: Resource, context: Context) -> tuple[Truth, str]:
    """Whether public access to the bucket is blocked, and by what."""
    blocked: Truth = False
    found = context.companions(resource, "alicloud_oss_bucket_public_access_block", "bucket", IDENTITY_ATTRIBUTES)
    shields = [*found.sure, *context.resources("alicloud_oss_account_public_access_block")]
    for shield in shields:
        answer = _is_true(shield.get("block_public_access"))
        answer = both(answer, shield.existence if shield.existence is not None else True)
        if answer is True:
            return True, shield.address
        if answer is not False:
            blocked = answer
    for shield, unknown in found.possible:
        if _is_true(shield.get("block_public_access")) is not False:
            blocked = unknown
    return blocked, ""


@predicate(
    reads=(
        "acl",
        "alicloud_oss_bucket_acl:acl",
        "alicloud_oss_bucket_acl:bucket",
        "alicloud_oss_bucket_public_access_block:block_public_access",
        "alicloud_oss_account_public_access_block:block_public_access",
    )
)
def oss_bucket(resource: Resource, context: Context) -> Outcome:
    """``alicloud_oss_bucket``: private by default; its ACL stands inline (old) or in a companion."""
    outcome = PASS
    found = context.companions(resource, "alicloud_oss_bucket_acl", "bucket", IDENTITY_ATTRIBUTES)
    if found.sure:
        outcome = several(
            _surely(_public_acl("acl", companion.get("acl"), companion.address), companion)
            if _acl_is_public(companion.get("acl")) is not False
            else PASS
            for companion in found.sure
        )
    elif resource.get("acl") is not None:
        outcome = _public_acl("acl", resource.get("acl"))
    if outcome.verdict is Verdict.PASS:
        for companion, unknown in found.possible:
            if _acl_is_public(companion.get("acl")) is not False:
                outcome = undecided(unknown)
                break
    if outcome.verdict is Verdict.PASS:
        return PASS
    shielded, by = _oss_blocked(resource, context)
    if shielded is True:
        return passed(Text(f"public access is blocked by {by}", f"公共访问已被 {by} 阻断"))
    if shielded is not False and outcome.verdict is Verdict.FAIL:
        return undecided(shielded, outcome.attribute)
    return outcome


def oss_acl() -> Predicate:
    """``alicloud_oss_bucket_acl`` whose bucket is not in the scan."""

    def judge(resource: Resource, context: Context) -> Outcome:
        return _public_acl("acl", resource.get("acl"))

    return standing_alone("bucket", ("alicloud_oss_bucket",), IDENTITY_ATTRIBUTES, Predicate(judge, ("acl",)))


# --------------------------------------------------------------------------------------------------------------
# AWS
# --------------------------------------------------------------------------------------------------------------

BLOCKS: Final = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def _open_switches(block: Resource) -> tuple[list[str], Unknown | OneOf | None]:
    """The switches of a public access block that are off, and the first that cannot be told."""
    off: list[str] = []
    unknown: Unknown | OneOf | None = None
    for name in BLOCKS:
        answer = _is_true(block.get(name))
        if answer is False:
            off.append(name)
        elif answer is not True:
            unknown = answer if unknown is None else unknown
    return off, unknown


def _grants_public(resource: Resource) -> Truth:
    """Whether an ACL's grants name a group of everyone."""
    return any_true(_grantee(uri) for uri in _grantees(resource))


def _grantees(resource: Resource) -> Iterator[Any]:
    for policy in _each(resource.get("access_control_policy")):
        for grant in _each(policy.get("grant") if isinstance(policy, Mapping) else policy):
            for grantee in _each(grant.get("grantee") if isinstance(grant, Mapping) else grant):
                yield grantee.get("uri") if isinstance(grantee, Mapping) else grantee
    for grant in _each(resource.get("grant")):
        yield grant.get("uri") if isinstance(grant, Mapping) else grant


def _each(value: Any) -> Sequence[Any]:
    return () if value is None else value if isinstance(value, (list, tuple)) else (value,)


def _grantee(uri: Any) -> Truth:
    if uri is None:
        return False
    return truth(uri, lambda item: (as_string(item) or "").rstrip("/").endswith(_PUBLIC_GROUPS))


def _s3_acl(resource: Resource, by: str = "") -> Outcome:
    outcome = _public_acl("acl", resource.get("acl"), by)
    if outcome.verdict is not Verdict.PASS:
        return outcome
    answer = _grants_public(resource)
    path = "grant" if resource.type == "aws_s3_bucket" else "access_control_policy"
    if answer is True:
        where, where_zh = (f"{by}: ", f"{by}：") if by else ("", "")
        return failed(
            Text(f"{where}{path} names a group of everyone", f"{where_zh}{path} 授权给所有人组"), "" if by else path
        )
    return PASS if answer is False else undecided(answer, "" if by else path)


@predicate(
    reads=(
        "acl",
        "grant.uri",
        *(f"aws_s3_bucket_public_access_block:{name}" for name in BLOCKS),
        *(f"aws_s3_account_public_access_block:{name}" for name in BLOCKS),
        "aws_s3_bucket_acl:acl",
        "aws_s3_bucket_acl:access_control_policy.grant.grantee.uri",
    )
)
def s3_bucket(resource: Resource, context: Context) -> Outcome:
    """``aws_s3_bucket``: blocked by default since 2023; an explicit block decides, else the ACL."""
    found = context.companions(resource, "aws_s3_bucket_public_access_block", "bucket", IDENTITY_ATTRIBUTES)
    for block in found.sure:
        off, unknown = _open_switches(block)
        if off:
            listed = ", ".join(off)
            return _surely(
                failed(
                    Text(f"{block.address}: {listed} not true", f"{block.address}：{listed} 未设为 true"),
                ),
                block,
            )
        if unknown is not None:
            return undecided(unknown)
        if block.existence is None:
            return passed(Text(f"public access is blocked by {block.address}", f"公共访问已被 {block.address} 阻断"))
        return undecided(block.existence)
    for block in context.resources("aws_s3_account_public_access_block"):
        off, unknown = _open_switches(block)
        if not off and unknown is None and block.existence is None:
            return passed(Text(f"public access is blocked by {block.address}", f"公共访问已被 {block.address} 阻断"))
    outcome = _s3_acl(resource)
    if outcome.verdict is Verdict.PASS:
        acls = context.companions(resource, "aws_s3_bucket_acl", "bucket", IDENTITY_ATTRIBUTES)
        outcome = several(
            [
                PASS,
                *(
                    _surely(judged, companion)
                    for companion in acls.sure
                    if (judged := _s3_acl(companion, companion.address)).verdict is not Verdict.PASS
                ),
                *(
                    undecided(unknown)
                    for companion, unknown in acls.possible
                    if _s3_acl(companion, companion.address).verdict is not Verdict.PASS
                ),
            ]
        )
    if found.possible and outcome.verdict is not Verdict.UNKNOWN:
        block, unknown = found.possible[0]
        off, _ = _open_switches(block)
        if outcome.verdict is Verdict.FAIL or off:
            return undecided(unknown)
    return outcome


def s3_acl() -> Predicate:
    """``aws_s3_bucket_acl`` whose bucket is not in the scan."""

    def judge(resource: Resource, context: Context) -> Outcome:
        return _s3_acl(resource)

    reads = ("acl", "access_control_policy.grant.grantee.uri")
    return standing_alone("bucket", ("aws_s3_bucket",), IDENTITY_ATTRIBUTES, Predicate(judge, reads))


@predicate(reads=BLOCKS)
def public_access_block(resource: Resource, context: Context) -> Iterable[Outcome]:
    """All four switches are on; each is off where it is not written."""
    outcomes: list[Outcome] = []
    for name in BLOCKS:
        value = resource.get(name)
        answer = _is_true(value)
        if answer is True:
            outcomes.append(PASS)
        elif answer is False:
            outcomes.append(
                failed(
                    Text(f"{name} is not set and defaults to false", f"{name} 未设置，默认为 false")
                    if value is None
                    else Text(f"{name} is {show(value)}; expected true", f"{name} 为 {show(value)}；应为 true"),
                    name,
                    name,
                )
            )
        else:
            outcomes.append(undecided(answer, name, name))
    return outcomes


def lone_public_access_block() -> Predicate:
    """``aws_s3_bucket_public_access_block`` whose bucket is not in the scan."""
    return standing_alone("bucket", ("aws_s3_bucket",), IDENTITY_ATTRIBUTES, public_access_block)


# --------------------------------------------------------------------------------------------------------------
# Tencent Cloud
# --------------------------------------------------------------------------------------------------------------


@predicate(reads=("acl", "acl_body"))
def cos_bucket(resource: Resource, context: Context) -> Outcome:
    """``tencentcloud_cos_bucket``: ``acl_body`` overwrites ``acl``; both default to private."""
    body = resource.get("acl_body")

    def short_form() -> Outcome:
        return _public_acl("acl", resource.get("acl", "private"))

    def test(item: Any) -> Outcome:
        text = as_string(item) or ""
        if not text.strip():
            return short_form()
        if any(f"/groups/global/{name}" in text for name in _PUBLIC_GROUPS):
            return failed(Text("acl_body grants access to everyone", "acl_body 向所有人授权"), "acl_body")
        return PASS

    if isinstance(body, Unknown) and body.parts:
        written = "".join(part for part in body.parts if isinstance(part, str))
        outcome = test(written)
        if outcome.verdict is Verdict.FAIL:
            return outcome
    return alternatives(body, test, "acl_body", unset=short_form) if body is not None else short_form()


# --------------------------------------------------------------------------------------------------------------
# Policies
# --------------------------------------------------------------------------------------------------------------


def _statements(policy: Policy, path: str, trusted: frozenset[str], pinned: bool, widest: int) -> Iterator[Outcome]:
    for statement in policy.statements:
        permitted = allows(statement)
        if permitted is False:
            continue
        for outcome in _statement(statement, path, trusted, pinned, widest):
            if permitted is True or outcome.verdict is not Verdict.FAIL:
                yield outcome
            elif isinstance(permitted, (Unknown, OneOf)):
                yield undecided(permitted, path, outcome.finding)
    for hidden in policy.unknown_statements:
        yield undecided(hidden, path)
    yield PASS


def _statement(
    statement: Statement, path: str, trusted: frozenset[str], pinned: bool, widest: int
) -> Iterator[Outcome]:
    if statement.not_principals is not None:
        yield _anyone(statement, path, "NotPrincipal", trusted, widest)
        return
    for principal in statement.principals or ():
        if not isinstance(principal, Principal):
            yield undecided(principal, path, statement.label)
        elif principal.kind == "anyone":
            yield _anyone(statement, path, show(principal.value), trusted, widest)
        elif principal.kind == "account":
            yield _account(statement, principal, path, trusted)
    if pinned and statement.principals:
        narrow = narrowing_condition(statement, widest)
        if narrow is False:
            label = statement.label
            yield failed(
                Text(
                    f"statement {label} does not pin the source address or VPC",
                    f"语句 {label} 未限定来源地址或 VPC",
                ),
                path,
                f"{label} source",
            )
        elif isinstance(narrow, (Unknown, OneOf)):
            yield undecided(narrow, path, f"{statement.label} source")


def _anyone(statement: Statement, path: str, shown: str, trusted: frozenset[str], widest: int) -> Outcome:
    narrow = narrowing_condition(statement, widest, trusted)
    if narrow is True:
        return PASS
    label = statement.label
    if isinstance(narrow, (Unknown, OneOf)):
        return undecided(narrow, path, label)
    return failed(
        Text(
            f"statement {label} lets anyone in ({shown}) and no condition narrows it",
            f"语句 {label} 允许任何人访问（{shown}），且没有条件加以限定",
        ),
        path,
        label,
    )


def _account(statement: Statement, principal: Principal, path: str, trusted: frozenset[str]) -> Outcome:
    if principal.own:
        return PASS
    label = statement.label

    def test(value: Any) -> Outcome:
        if str(value) in trusted:
            return PASS
        return undecided(
            Unknown("not-listed", f"account {value}"),
            path,
            f"{label} {value}",
            Text(
                f"statement {label} lets account {value} in, which is not in trusted-accounts",
                f"语句 {label} 允许账号 {value} 访问，但它不在 trusted-accounts 中",
            ),
        )

    return alternatives(principal.account if principal.account is not None else principal.value, test, path)


def _own_accounts(resource: Resource) -> frozenset[str]:
    provider = resource.provider
    if provider is None:
        return frozenset()
    listed = provider.attributes.get("allowed_account_ids")
    items = listed if isinstance(listed, (list, tuple)) else [provider.attributes.get("account_id")]
    return frozenset(str(item) for item in items if isinstance(item, (str, int)))


@predicate(reads=("policy",), parameters=("trusted-accounts", "require-source-condition", "widest-prefix"))
def scoped_policy(resource: Resource, context: Context) -> Outcome:
    """No statement lets everyone in, and every account that one names is a trusted one."""
    value = resource.get("policy")
    if value is None or (isinstance(value, str) and not value.strip()):
        return NOT_APPLICABLE
    own = _own_accounts(resource) | own_account_ids(context)
    trusted = frozenset(str(item) for item in context.parameters["trusted-accounts"]) | own
    pinned = bool(context.parameters.get("require-source-condition", False))
    test = partial(_statements, path="policy", trusted=trusted, pinned=pinned, widest=widest_prefix(context))
    return judge_policy(value, "policy", test)


# --------------------------------------------------------------------------------------------------------------
# Referers
# --------------------------------------------------------------------------------------------------------------


def referer(path: str, list_path: str, empty: Mapping[Any, bool]) -> Predicate:
    """A referer allow-list that does not let requests without a referer pass."""
    block, _, name = path.rpartition(".")

    @predicate(reads=(path, list_path))
    def judge(resource: Resource, context: Context) -> Iterable[Outcome]:
        holders: Sequence[tuple[Mapping[str, Any], str]] = [(resource.attributes, "")]
        if block:
            holders = [
                (item, f"{block}.{index}.")
                for index, item in enumerate(_each(resource.get(block)))
                if isinstance(item, Mapping)
            ]
        return [_referer(holder, where, name, list_path.rpartition(".")[2]) for holder, where in holders]

    def _referer(holder: Mapping[str, Any], where: str, name: str, listed: str) -> Outcome:
        names = holder.get(listed)
        if names is None or (isinstance(names, (list, tuple)) and not names):
            return NOT_APPLICABLE
        value = holder.get(name)
        if value is None:
            return NOT_APPLICABLE

        def test(item: Any) -> Outcome:
            text = (as_string(item) or "").lower()
            if empty.get(text, False):
                return failed(
                    Text(
                        f"{where}{name} is {show(item)}: the referer allow-list is passed by leaving the referer out",
                        f"{where}{name} 为 {show(item)}：不带 Referer 即可绕过防盗链白名单",
                    ),
                    f"{where}{name}",
                )
            return PASS

        outcome = alternatives(value, test, f"{where}{name}")
        if outcome.verdict is Verdict.FAIL and isinstance(names, (Unknown, OneOf)):
            return undecided(names, f"{where}{listed}")  # without any name there is no allow-list
        return outcome

    return judge
