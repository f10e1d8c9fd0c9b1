"""Resources, data sources and module calls as values of the expression language (see ``values.ObjectProxy``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from compliant_infra.hcl_checks.policy_documents import policy_document
from compliant_infra.hcl_checks.rendered_texts import rendered_text
from compliant_infra.kernel.model import OneOf, Reference, Resource, SourceLocation, Unknown


class Outputs(Protocol):
    """A module instance, as far as its proxy needs it."""

    def output(self, name: str) -> Any:
        """The value of an output."""

    @property
    def output_names(self) -> Mapping[str, Any]:
        """The declared outputs by name."""


class ResourceProxy:
    """A resource instance as a value: what is written is known, the rest is known after apply."""

    __slots__ = ("_made", "resource")
    is_object_proxy = True
    reason: str = "known-after-apply"

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self._made: dict[str, Any] = {}

    def attribute(self, name: str) -> Any:
        """The attribute's value; Unknown with a reference where only the provider knows it."""
        if name in self._made:
            return self._made[name]
        resource = self.resource
        value = self._special(name)
        if value is None:
            value = resource.attributes.get(name)
        if value is None:
            value = Unknown(
                self.reason, f"{resource.address}.{name}", resource.location, Reference(resource.address, name)
            )
        elif type(value) is Unknown and value.reference is None:
            value = Unknown(
                value.reason,
                value.expression,
                value.location,
                Reference(resource.address, name),
                value.parts,
                value.document,
                value.encoded,
            )
        self._made[name] = value
        return value

    def _special(self, name: str) -> Any:
        return None

    def whole(self) -> Any:
        """The object as one value: unknown as a whole."""
        resource = self.resource
        return Unknown(self.reason, resource.address, resource.location, Reference(resource.address, ""))


class DataProxy(ResourceProxy):
    """A data source as a value: policy documents and templates are computed here, the rest is read from the cloud."""

    __slots__ = ()
    reason = "data-source"

    def _special(self, name: str) -> Any:
        found = policy_document(self.resource, name)
        return rendered_text(self.resource, name) if found is None else found


class ModuleProxy:
    """A module call as a value: its outputs."""

    __slots__ = ("_made", "instance")
    is_object_proxy = True

    def __init__(self, instance: Outputs) -> None:
        self.instance = instance
        self._made: dict[str, Any] = {}

    def attribute(self, name: str) -> Any:
        """The value of an output."""
        if name not in self._made:
            self._made[name] = self.instance.output(name)
        return self._made[name]

    def whole(self) -> Any:
        """All outputs as an object."""
        return {name: self.attribute(name) for name in self.instance.output_names}


class AbsentModule:
    """A module whose source is not there: every output is unknown."""

    __slots__ = ("_address", "_location")
    is_object_proxy = True

    def __init__(self, address: str, location: SourceLocation) -> None:
        self._address = address
        self._location = location

    def attribute(self, name: str) -> Any:
        """Unknown: the module is absent."""
        return Unknown("module-absent", f"{self._address}.{name}", self._location)

    def whole(self) -> Any:
        """Unknown: the module is absent."""
        return Unknown("module-absent", self._address, self._location)


class PatternProxy:
    """Instances of unknown number, all like one pattern.

    An index that is unknown itself (``x[each.key]``) means the pattern, and so does 0 where there is one instance at
    most; any other index means one certain instance among them. ``existence`` is the unknown that decides how many
    there are, ``creation`` as in ``Resource.creation``.
    """

    __slots__ = ("creation", "existence", "pattern", "single")
    is_object_proxy = True

    def __init__(
        self, pattern: Any, existence: Unknown | OneOf | None = None, creation: str = "", single: bool = False
    ) -> None:
        self.pattern = pattern
        self.existence = existence
        self.creation = creation
        self.single = single

    def element(self, key: Any) -> Any:
        """``x[key]``."""
        if isinstance(key, (Unknown, OneOf)) or not isinstance(self.pattern, ResourceProxy):
            return self.pattern
        if self.single and key in (0, "0"):
            return self.pattern
        return ElementProxy(self.pattern.resource, key)

    def attribute(self, name: str) -> Any:
        """A number gives an instance; any other name is the pattern's attribute."""
        if name.isdigit():
            return self.element(int(name))
        return self.pattern.attribute(name)

    def whole(self) -> Any:
        """Unknown as a whole."""
        return self.pattern.whole()


class ElementProxy(ResourceProxy):
    """One certain instance among an unknown number: what is written is the pattern's, its identity is its own."""

    __slots__ = ("_address",)

    def __init__(self, pattern: Resource, key: Any) -> None:
        super().__init__(pattern)
        self._address = f"{pattern.address}[{json.dumps(key, ensure_ascii=False)}]"

    def attribute(self, name: str) -> Any:
        """The attribute's value; an unknown one refers to this instance."""
        value = super().attribute(name)
        if not isinstance(value, Unknown) or value.reference is None:
            return value
        expression = f"{self._address}.{name}"
        return Unknown(value.reason, expression, value.location, Reference(self._address, name))
