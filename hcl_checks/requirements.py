"""What a configuration takes from others: its module calls and the providers that it requires, as pseudo-resources.

``terraform.module``: the call's own arguments (``source``, ``version``), as written.

``terraform.required_provider``, of the root only, for that is where a provider is chosen: ``source``, ``version``;
``locked``, the version in the lock file, if that names the provider; ``lock_file``, whether there is one; ``rooted``,
whether the directory surely is a root (it configures providers or a backend) and no module for others to call;
``declared``, whether ``required_providers`` names it; ``calls_modules``, whether modules may require it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from compliant_infra.hcl_checks.attributes import LazyAttributes, SourceSpans
from compliant_infra.hcl_checks.reader import Expression
from compliant_infra.hcl_checks.values import EvaluationError
from compliant_infra.kernel.model import Resource, SourceLocation, Unknown

if TYPE_CHECKING:
    from compliant_infra.hcl_checks.module_instance import ModuleInstance

LOCK_FILE: Final = ".terraform.lock.hcl"
_LOCKED: Final = re.compile(r'^provider\s+"([^"]+)"\s*\{(.*?)^\}', re.MULTILINE | re.DOTALL)
_VERSION: Final = re.compile(r'^\s*version\s*=\s*"([^"]*)"', re.MULTILINE)


def requirements_of(instance: ModuleInstance) -> Iterator[Resource]:
    """The module calls of a module, and of a root the providers that it requires. What ``init`` fetched is skipped."""
    if "/.terraform/" in f"{instance.source.directory}/":
        return
    prefix = "".join(f"module.{name}." for name in instance.key.split(".") if name)
    for name, block in instance.source.modules.items():
        attributes = LazyAttributes(block.body, instance, block.file)
        yield Resource(
            root=instance.reader.display,
            address=f"{prefix}module.{name}",
            type="terraform.module",
            name=name,
            attributes=attributes,
            location=block.location,
            module=instance.address,
            spans=SourceSpans(attributes),
            mode="requirement",
        )
    if instance.parent is None:
        yield from _providers(instance)


def _providers(instance: ModuleInstance) -> Iterator[Resource]:
    source = instance.source
    found: dict[str, tuple[dict[str, Any], SourceLocation]] = {}
    for name, requirement in source.requirements.items():
        found[name] = ({"declared": True, **_written(requirement.value)}, requirement.location)
    for block in source.providers:
        name = block.block.labels[0]
        if name not in found:
            found[name] = ({"declared": False}, block.location)
    if not found:
        return
    locked = _lock(instance)
    rooted = bool(source.providers) or source.has_backend
    for name, (attributes, location) in found.items():
        attributes["rooted"] = rooted
        attributes["calls_modules"] = bool(source.modules)
        if isinstance(locked, Unknown):
            attributes["lock_file"] = locked
        else:
            attributes["lock_file"] = locked is not None
            version = _locked_version(locked or {}, name, attributes.get("source"))
            if version is not None:
                attributes["locked"] = version
        yield Resource(
            root=instance.reader.display,
            address=f"terraform.required_providers.{name}",
            type="terraform.required_provider",
            name=name,
            attributes=attributes,
            location=location,
            mode="requirement",
        )


def _written(value: Any) -> dict[str, Any]:
    """Source and version of a requirement."""
    if not isinstance(value, Mapping):
        value = {"version": value}
    found: dict[str, Any] = {}
    for name in ("source", "version"):
        item = value.get(name)
        if isinstance(item, Expression):
            found[name] = Unknown("unsupported", str(item))
        elif item is not None:
            found[name] = item
    return found


def _lock(instance: ModuleInstance) -> dict[str, str] | Unknown | None:
    """The lock file of the root: provider addresses and versions; None where there is no such file."""
    try:
        content = instance.reader.read_file(LOCK_FILE, None)
    except EvaluationError:
        return None
    if isinstance(content, Unknown):
        return content
    text = content.decode("utf-8", errors="replace")
    return {
        address: version[1] for address, body in _LOCKED.findall(text) if (version := _VERSION.search(body)) is not None
    }


def _locked_version(locked: Mapping[str, str], name: str, source: Any) -> str | None:
    """The locked version of a provider: by its source address, else by its type, which is the local name."""
    written = source if isinstance(source, str) else ""
    for address, version in locked.items():
        plain = address.removeprefix("registry.terraform.io/").removeprefix("registry.opentofu.org/")
        if written:
            if written in (address, plain):
                return version
        elif address.rsplit("/", 1)[-1] == name:
            return version
    return None
