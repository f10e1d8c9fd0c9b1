"""States as a Scan: the ``values`` of ``terraform show -json``, and the file ``terraform.tfstate`` itself (version 4).

A state has no configuration: every value is known, nothing refers to anything by name, and resources find each other
by equal ids. Regions of providers are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.hcl_checks.expansion import shown_key
from compliant_infra.hcl_checks.plan_configuration import mapping, sequence, text
from compliant_infra.hcl_checks.plan_values import PlannedAttributes
from compliant_infra.kernel.model import (
    Diagnostic,
    ProviderConfiguration,
    Resource,
    Scan,
    SourceLocation,
    Text,
    Unknown,
)

_PROVIDER: Final = re.compile(r'provider\["([^"\]]+)"\](?:\.([\w-]+))?$')


class _StateReader:
    """Collects the resources of one state."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.location = SourceLocation(scan.root)
        self.broken = 0
        self._providers: dict[tuple[str, str], ProviderConfiguration] = {}

    def provider(self, source: str, alias: str) -> ProviderConfiguration | None:
        """The configuration that the state names: its region is not in the state."""
        name = source.rsplit("/", 1)[-1]
        if not name or source.startswith("terraform.io/builtin/"):
            return None
        made = self._providers.get((name, alias))
        if made is None:
            address = f"provider.{name}.{alias}" if alias else f"provider.{name}"
            region = Unknown("unsupported", f"{address}.region", self.location)
            made = ProviderConfiguration(name, alias, region, location=self.location)
            self._providers[(name, alias)] = made
        return made

    def add(
        self,
        entry: Mapping[str, Any],
        address: Any,
        module: str,
        values: Any,
        sensitive: Any,
        provider: ProviderConfiguration | None,
    ) -> None:
        """One instance; what is malformed is counted."""
        kind, name, mode = entry.get("type"), entry.get("name"), entry.get("mode", "managed")
        if not (isinstance(address, str) and isinstance(kind, str) and isinstance(name, str)):
            self.broken += 1
            return
        if not isinstance(values, dict):
            self.broken += 1
            return
        if mode not in ("managed", "data"):
            return
        resource = Resource(
            root=self.scan.root,
            address=address,
            type=kind,
            name=name,
            attributes=PlannedAttributes(values, {}, sensitive, None, self._unknown),
            location=self.location,
            module=module,
            provider=provider,
            origin="state",
            mode=mode,
            filled=True,
        )
        (self.scan.resources if mode == "managed" else self.scan.data).append(resource)

    def finish(self) -> None:
        """Provider configurations in use, and a diagnostic for what could not be read."""
        self.scan.providers = list(self._providers.values())
        if self.broken:
            self.scan.diagnostics.append(
                Diagnostic(
                    "invalid-plan",
                    Text(
                        f"{self.broken} resources in the state are malformed; they are not judged",
                        f"state 中有 {self.broken} 个资源格式错误，未判定",
                    ),
                    self.scan.root,
                )
            )

    def _unknown(self, expression: Any, where: str) -> Unknown:
        return Unknown("unsupported", where, self.location)


def module_resources(module: Any) -> Iterator[Mapping[str, Any]]:
    """All resources of a tree of values (``values.root_module``), with their ``module_address``."""
    pending = [mapping(module)]
    while pending:
        node = pending.pop()
        address = text(node.get("address"))
        for entry in sequence(node.get("resources")):
            yield {**mapping(entry), "module_address": address}
        pending.extend(mapping(child) for child in reversed(sequence(node.get("child_modules"))))


def read_state_values(values: Any, scan: Scan) -> None:
    """The ``values`` of ``terraform show -json`` of a state."""
    reader = _StateReader(scan)
    for entry in module_resources(mapping(values).get("root_module")):
        if "deposed_key" in entry:
            continue
        reader.add(
            entry,
            entry.get("address"),
            entry["module_address"],
            entry.get("values"),
            entry.get("sensitive_values"),
            reader.provider(text(entry.get("provider_name")), ""),
        )
    reader.finish()


def read_state_file(document: Mapping[str, Any], scan: Scan) -> None:
    """A ``terraform.tfstate`` of version 4."""
    reader = _StateReader(scan)
    for item in sequence(document.get("resources")):
        entry = mapping(item)
        module = text(entry.get("module"))
        found = _PROVIDER.search(text(entry.get("provider")))
        provider = reader.provider(found[1], found[2] or "") if found else None
        prefix = f"{module}." if module else ""
        data = "data." if entry.get("mode") == "data" else ""
        bare = f"{prefix}{data}{text(entry.get('type'))}.{text(entry.get('name'))}"
        instances = entry.get("instances")
        if not isinstance(instances, list):
            reader.broken += 1
            continue
        for one in instances:
            instance = mapping(one)
            if "deposed" in instance:
                continue
            key = instance.get("index_key")
            reader.add(
                entry,
                bare if key is None else f"{bare}[{shown_key(key)}]",
                module,
                instance.get("attributes"),
                _sensitive(instance.get("sensitive_attributes")),
                provider,
            )
    reader.finish()


def _sensitive(paths: Any) -> dict[str, Any]:
    """``sensitive_attributes`` (paths of steps) by top-level attribute: the whole attribute is hidden."""
    found: dict[str, Any] = {}
    for path in sequence(paths):
        steps: Sequence[Any] = sequence(path)
        name = mapping(steps[0]).get("value") if steps else None
        if isinstance(name, str):
            found[name] = True
    return found
