"""With whom images and snapshots are shared: named accounts, organisations, or everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from compliant_infra.kernel.blocks import elements, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_string,
    failed,
    predicate,
    same,
    several,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Unknown, Verdict

TRUSTED: Final = "trusted-accounts"
#: Data sources that tell the own account, and the attributes which do.
_OWN_ACCOUNT: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_caller_identity": ("account_id",),
    "alicloud_account": ("id",),
    "alicloud_caller_identity": ("account_id",),
    "tencentcloud_user_info": ("uin", "owner_uin", "app_id"),
}


def _everybody(where: str, shown: str) -> Outcome:
    return failed(
        Text(f"{where} is {shown}: everybody may use it", f"{where} 为 {shown}：任何人都可以使用"),
        where,
    )


def own_account_ids(context: Context) -> frozenset[str]:
    """The ids of the account that applies the code, as far as data sources have told them: in a plan, not in source."""
    answers = (source.get(name) for source in context.data_sources(*_OWN_ACCOUNT) for name in _OWN_ACCOUNT[source.type])
    return frozenset(item for item in answers if isinstance(item, str) and item)


def _own_accounts(resource: Resource) -> frozenset[str]:
    """The accounts to which the provider configuration is bound."""
    provider = resource.provider.attributes if resource.provider is not None else {}
    allowed = (*elements(provider.get("allowed_account_ids")), *elements(provider.get("account_id")))
    return frozenset(str(item) for item in allowed if not isinstance(item, (Unknown, OneOf)))


def with_account(value: Any, where: str, resource: Resource, context: Context) -> Outcome:
    """Sharing with one account: the own one and those of ``trusted-accounts`` pass, ``all`` fails, others are open."""
    if isinstance(value, Unknown) and value.reference is not None:
        source = context.data_source(value)
        if source is not None and value.reference.attribute in _OWN_ACCOUNT.get(source.type, ()):
            return PASS
        if context.resolve(value, "aws_organizations_account") is not None:
            return PASS  # an account that the same code has made in the own organisation
    own = _own_accounts(resource) | own_account_ids(context)

    def test(item: Any) -> Outcome:
        account = as_string(item) or ""
        if account.lower() == "all":
            return _everybody(where, show(item))
        if account in own or account in map(str, context.parameters[TRUSTED]):
            return PASS
        return undecided(
            Unknown("not-listed", f"account {account}"),
            where,
            message=Text(
                f"{where} names account {show(item)}, which is not in trusted-accounts",
                f"{where} 指定了账号 {show(item)}，但它不在 trusted-accounts 中",
            ),
        )

    return alternatives(value, test, where)


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    judged = list(outcomes)
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN):
        found = next((item for item in judged if item.verdict is verdict), None)
        if found is not None:
            return found
    return PASS if judged else NOT_APPLICABLE


def with_accounts(value: Any, where: str, resource: Resource, context: Context) -> Outcome:
    """A list of accounts; not applicable where it is empty or not set."""
    if isinstance(value, OneOf) or (isinstance(value, Unknown) and not value.elements):
        return alternatives(
            value, lambda item: with_accounts(item, where, resource, context), where, unset=lambda: NOT_APPLICABLE
        )
    return _worst(with_account(item, where, resource, context) for item in elements(value))


def account(path: str) -> Predicate:
    """A permission for the account that an attribute names."""

    def judge(resource: Resource, context: Context) -> Outcome:
        return with_account(resource.get(path), path, resource, context)

    return Predicate(judge, (path,), (TRUSTED,))


def accounts(path: str) -> Predicate:
    """The accounts of a list attribute."""

    def judge(resource: Resource, context: Context) -> Outcome:
        return with_accounts(resource.get(path), path, resource, context)

    return Predicate(judge, (path,), (TRUSTED,))


def accounts_of_blocks(path: str, name: str) -> Predicate:
    """The accounts that a list attribute of every block at a path names."""

    def judge(resource: Resource, context: Context) -> Outcome:
        found: list[Outcome] = []
        for where, block in nested_entries(resource.attributes, path):
            if isinstance(block, (Unknown, OneOf)):
                found.append(undecided(block, where))
            else:
                found.append(with_accounts(block.get(name), f"{where}.{name}", resource, context))
        return several(found)

    return Predicate(judge, (f"{path}.{name}",), (TRUSTED,))


#: Data sources and resources that are the own organisation, or a part of it; their ``arn`` names it.
_OWN_ORGANISATION: Final = (
    "aws_organizations_organization",
    "aws_organizations_organizational_unit",
    "aws_organizations_organizational_units",
)


def _with_organisation(value: Any, where: str, context: Context) -> Outcome:
    """The own organisation passes where the code refers to it; any other, or a literal, must be listed."""
    if isinstance(value, Unknown) and value.reference is not None:
        source = context.data_source(value)
        if source is not None and source.type in _OWN_ORGANISATION:
            return PASS
        if context.resolve(value, *_OWN_ORGANISATION) is not None:
            return PASS

    # In a plan the data source has told the name.
    answered = [source.get("arn") for source in context.data_sources(*_OWN_ORGANISATION)]

    def test(item: Any) -> Outcome:
        arn = as_string(item) or ""
        if arn in map(str, context.parameters[TRUSTED]) or arn in answered:
            return PASS
        return undecided(
            Unknown("not-listed", arn),
            where,
            message=Text(
                f"{where} names {show(item)}: whether that is your own organization cannot be seen; "
                "trusted-accounts may list it",
                f"{where} 指定了 {show(item)}，无法判断是否为自有组织；可列入 trusted-accounts",
            ),
        )

    return alternatives(value, test, where)


@predicate(reads=("group", "account_id", "organization_arn", "organizational_unit_arn"), parameters=(TRUSTED,))
def launch_permission(resource: Resource, context: Context) -> Outcome:
    """An AMI's launch permission: a group (``all`` is the only one), an account, or an organisation."""

    def named() -> Outcome:
        if resource.get("account_id") is not None:
            return with_account(resource.get("account_id"), "account_id", resource, context)
        for name in ("organization_arn", "organizational_unit_arn"):
            if resource.get(name) is not None:
                return _with_organisation(resource.get(name), name, context)
        return NOT_APPLICABLE

    def by_group(item: Any) -> Outcome:
        if not as_string(item):
            return named()
        return _everybody("group", show(item)) if same(item, "all") else PASS

    group = resource.get("group")
    return named() if group is None else alternatives(group, by_group, "group", unset=named)


_PUBLIC_GROUPS: Final = "distribution.ami_distribution_configuration.launch_permission"


@predicate(
    reads=(f"{_PUBLIC_GROUPS}.user_groups", f"{_PUBLIC_GROUPS}.user_ids"),
    parameters=(TRUSTED,),
)
def image_distribution(resource: Resource, context: Context) -> list[Outcome]:
    """Launch permissions that an image pipeline gives to what it distributes."""
    found: list[Outcome] = []
    for where, block in nested_entries(resource.attributes, _PUBLIC_GROUPS):
        if isinstance(block, (Unknown, OneOf)):
            found.append(undecided(block, where))
            continue
        found += [
            with_accounts(block.get(name), f"{where}.{name}", resource, context) for name in ("user_groups", "user_ids")
        ]
    return found
