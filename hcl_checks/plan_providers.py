"""The provider configurations of a plan, with their regions, and which resource uses which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliant_infra.hcl_checks.plan_configuration import (
    Configuration,
    ModulePath,
    is_expression,
    mapping,
    text,
)
from compliant_infra.kernel.logic import is_secret_name
from compliant_infra.kernel.model import ProviderConfiguration, SensitiveText, SourceLocation, Unknown


class PlanProviders:
    """``configuration.provider_config`` of a plan, evaluated as far as it is constant or names variables."""

    def __init__(self, configuration: Configuration, location: SourceLocation) -> None:
        self._configuration = configuration
        self._location = location
        self._made: dict[str, ProviderConfiguration] = {}
        self._written: set[str] = set()
        for key, item in configuration.provider_config.items():
            node = mapping(item)
            full = text(node.get("full_name")) or text(node.get("name")) or key.rsplit(":", 1)[-1].split(".", 1)[0]
            if full.startswith("terraform.io/builtin/"):
                continue
            expressions = mapping(node.get("expressions"))
            if expressions:
                self._written.add(key)
            attributes = self._block(expressions, _path(text(node.get("module_address"))), "")
            configuration_made = ProviderConfiguration(
                name=full.rsplit("/", 1)[-1],
                alias=text(node.get("alias")),
                region=attributes.get("region"),
                default_tags=_default_tags(attributes),
                attributes=attributes,
                location=location,
            )
            self._made[key] = configuration_made
        self._used: set[str] = set()

    def of(self, block: Mapping[str, Any] | None, path: ModulePath) -> ProviderConfiguration | None:
        """The configuration that a resource block uses."""
        key = text(mapping(block).get("provider_config_key"))
        if key in self._made:
            self._used.add(key)
            return self._made[key]
        return None

    def used(self) -> list[ProviderConfiguration]:
        """The configurations that are written, and those that a resource uses although they say nothing."""
        return [item for key, item in self._made.items() if key in self._written or key in self._used]

    def _block(self, expressions: Mapping[str, Any], path: ModulePath, where: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, expression in expressions.items():
            place = f"{where}.{name}" if where else name
            if is_expression(expression):
                value = self._value(expression, path, place)
            elif isinstance(expression, list):
                value = [self._block(mapping(item), path, place) for item in expression]
            else:
                value = [self._block(mapping(expression), path, place)]
            if value is not None:
                found[name] = value
        return found

    def _value(self, expression: Mapping[str, Any], path: ModulePath, place: str) -> Any:
        found = self._configuration.known(expression, path)
        if not found.is_known:
            reason = "unsupported" if found.shown else "known-after-apply"
            return Unknown(reason, found.shown or place, self._location)
        if isinstance(found.value, str) and (found.sensitive or is_secret_name(place)):
            return SensitiveText(found.value)
        return found.value


def _path(address: str) -> ModulePath:
    """A provider's module has no instance keys: ``module.a.module.b``."""
    names = [part for part in address.split(".") if part and part != "module"]
    return tuple((name, None) for name in names)


def _default_tags(attributes: Mapping[str, Any]) -> Any:
    blocks = attributes.get("default_tags")
    if isinstance(blocks, list) and blocks and isinstance(blocks[0], Mapping):
        return blocks[0].get("tags")
    return None if isinstance(blocks, list) else blocks
