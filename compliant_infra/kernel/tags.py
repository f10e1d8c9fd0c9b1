"""Tags of resources: the words by which an organisation says what a resource holds and where it belongs.

Keys are compared without regard to case, hyphens and underscores: ``DataClass`` is ``data-class``. A resource's own tag
goes before the provider's ``default_tags``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compliant_infra.kernel.logic import Context, as_string
from compliant_infra.kernel.model import OneOf, Resource, Unknown
from compliant_infra.kernel.packet_filters import Truth, truth


def plain(word: str) -> str:
    """A key or a value as it is compared."""
    return word.strip().casefold().replace("_", "-")


def plain_key(key: str) -> str:
    """A key as it is compared."""
    return plain(key).replace("-", "")


def tag(resource: Resource, keys: Iterable[str]) -> Any:
    """The value of the resource's tag with one of these keys; None where it surely has none.

    May be Unknown, or a OneOf of which alternatives may be None.
    """
    wanted = {plain_key(key) for key in keys}
    defaults = resource.provider.default_tags if resource.provider is not None else None
    return _first(_found(resource.attributes.get("tags"), wanted), defaults, wanted)


def _first(own: Any, defaults: Any, wanted: set[str]) -> Any:
    if own is None:
        return _found(defaults, wanted)
    if type(own) is OneOf and any(item is None for item in own.alternatives):
        inherited = _found(defaults, wanted)
        if inherited is not None and type(inherited) is not OneOf:
            return OneOf([inherited if item is None else item for item in own.alternatives], own.condition)
    return own


def _found(tags: Any, wanted: set[str]) -> Any:
    if type(tags) is Unknown:
        return tags
    if type(tags) is OneOf:
        values = [_found(item, wanted) for item in tags.alternatives]
        flat = [item for value in values for item in (value.alternatives if type(value) is OneOf else (value,))]
        if all(item is None or isinstance(item, str) for item in flat) and len(set(flat)) == 1:
            return flat[0]
        return OneOf(flat, tags.condition)
    if isinstance(tags, Mapping):
        for key in tags:
            if isinstance(key, str) and plain_key(key) in wanted:
                value = tags[key]
                if value is not None:
                    return value
    return None


def words(context: Context, parameter: str) -> tuple[str, ...]:
    """A list parameter as texts."""
    return tuple(str(item) for item in context.parameters[parameter])


def among(value: Any, wanted: Iterable[str]) -> Truth:
    """Whether a tag's value is one of these words; a tag that is not there is none of them."""
    listed = {plain(item) for item in wanted}

    def test(item: Any) -> Truth:
        if item is None:
            return False
        text = as_string(item)
        return text is not None and plain(text) in listed

    return truth(value, test)


def data_class(resource: Resource, context: Context) -> Any:
    """The declared class of the data that a store holds; None where none is declared."""
    return tag(resource, words(context, "data-class-tags"))


def holds_personal_information(resource: Resource, context: Context) -> Truth:
    """Whether the declared class is one of personal information."""
    return among(data_class(resource, context), words(context, "personal-data-classes"))
