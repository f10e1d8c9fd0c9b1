"""Google Kubernetes Engine: who reaches the API, and what the control plane encrypts and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import entries
from compliant_infra.kernel.inbound import widest_prefix
from compliant_infra.kernel.logic import (
    PASS,
    Context,
    Outcome,
    Predicate,
    alternatives,
    as_bool,
    attribute,
    failed,
    passed,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Resource, Text, Verdict
from compliant_infra.kernel.packet_filters import Source, sources_of
from compliant_infra.kernel.public_access import open_entries

_PRIVATE: Final = "private_cluster_config"
_NETWORKS: Final = "master_authorized_networks_config"
_ENDPOINTS: Final = "control_plane_endpoints_config"


def _public(where: str) -> Outcome:
    return failed(
        Text(
            f"{where} is not true: the API has a public endpoint",
            f"{where} 未设为 true：API Server 具有公网端点",
        ),
        where,
    )


def _switch(resource: Resource, block: str, name: str, wanted: bool) -> Outcome:
    """Whether a switch in a block has this value; a fail where block or switch is not written."""
    for where, item in entries(resource.get(block), block):
        if not isinstance(item, Mapping):
            return undecided(item.condition if isinstance(item, OneOf) else item, where)
        return _is(item.get(name), wanted, _public(f"{where}.{name}"))
    return _public(f"{block}.{name}")


def _is(value: Any, wanted: bool, bad: Outcome) -> Outcome:
    """A switch that has the value, where it is written; what stands in its place otherwise."""
    if value is None:
        return bad
    return alternatives(value, lambda item: PASS if as_bool(item) is wanted else bad, bad.attribute, unset=lambda: bad)


def _without_addresses(resource: Resource) -> Outcome:
    """Direct access by address is off: only the DNS endpoint is left, which asks for an identity first."""
    for where, item in entries(resource.get(_ENDPOINTS), _ENDPOINTS):
        if not isinstance(item, Mapping):
            return undecided(item.condition if isinstance(item, OneOf) else item, where)
        for path, block in entries(item.get("ip_endpoints_config"), f"{where}.ip_endpoints_config"):
            if not isinstance(block, Mapping):
                return undecided(block.condition if isinstance(block, OneOf) else block, path)
            return _is(block.get("enabled"), False, failed(_OPEN.message, f"{path}.enabled"))
    return _OPEN


_OPEN: Final = failed(Text("the API is reached by address", "可以通过地址访问 API Server"))


def _listed(resource: Resource, context: Context) -> Outcome:
    """The public endpoint answers to listed networks only; a block without networks shuts everybody out."""
    sources: list[Source] = []
    for where, item in entries(resource.get(_NETWORKS), _NETWORKS):
        if not isinstance(item, Mapping):
            return undecided(item.condition if isinstance(item, OneOf) else item, where)
        for path, block in entries(item.get("cidr_blocks"), f"{where}.cidr_blocks"):
            if not isinstance(block, Mapping):
                return undecided(block.condition if isinstance(block, OneOf) else block, path)
            sources.extend(sources_of(block.get("cidr_block"), f"{path}.cidr_block"))
        found: Sequence[Outcome] = list(open_entries(sources, widest_prefix(context)))
        return next((one for one in found if one.verdict is Verdict.FAIL), found[0] if found else PASS)
    return failed(
        Text(f"{_NETWORKS} is not set: any address reaches the API", f"未设置 {_NETWORKS}：任意地址均可访问 API Server")
    )


def _api(resource: Resource, context: Context) -> Outcome:
    private = _switch(resource, _PRIVATE, "enable_private_endpoint", True)
    if private.verdict is not Verdict.FAIL:
        return private
    named = _without_addresses(resource)
    if named.verdict is not Verdict.FAIL:
        return named
    if context.level >= 3:
        return private
    listed = _listed(resource, context)
    return private if listed.verdict is Verdict.FAIL else listed


#: ``google_container_cluster``: the private endpoint only; below level 3 listed networks will do.
PRIVATE_API: Final = Predicate(
    _api,
    (
        f"{_PRIVATE}.enable_private_endpoint",
        f"{_ENDPOINTS}.ip_endpoints_config.enabled",
        f"{_NETWORKS}.cidr_blocks.cidr_block",
    ),
    ("widest-prefix",),
)

#: Secrets are encrypted with a key of one's own before they are stored.
SECRETS_ENCRYPTED: Final = attribute("database_encryption.state").equals("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED")

#: The service writes the audit log of the API server by itself, and nobody can turn it off.
AUDITED: Final = Predicate(
    lambda resource, context: passed(
        Text(
            "Kubernetes Engine writes the audit log of administrative requests by itself",
            "Kubernetes Engine 自动记录管理操作的审计日志",
        )
    ),
    ("name",),
)


#: Terraform deletes a cluster only where this is switched off.
DELETION: Final = attribute("deletion_protection").is_true(missing="pass")
