"""What a program in another language gives a component, as the component's Python class takes it.

A plugin gets arguments with the names of the schema (camel case), numbers as floats, and values that are unknown or
secret as outputs. The component's TypedDict says what each of them is.

Objects without declared properties (tags, statements of policies, ``overrides``) keep the names that they have.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import UnionType
from typing import Any, Final, ForwardRef, NotRequired, Required, TypeVar, Union, get_args, get_origin, is_typeddict

import pulumi
from pulumi.output import Unknown
from pulumi.provider.experimental.util import camel_case

T = TypeVar("T")

#: From here on two whole numbers are one float.
_LARGEST_EXACT: Final = 2**53

_LISTS: Final = (list, Sequence)
_OBJECTS: Final = (dict, Mapping)


def python_arguments(given: Mapping[str, Any], typed: type) -> dict[str, Any]:
    """The arguments of ``typed``, a TypedDict, from those that came over the wire.

    What is not declared is handed on under its name: the component refuses it with its own sentence.
    """
    return _object(given, typed, _as_it_is)


def _object(given: Mapping[str, Any], typed: Any, leaf: Callable[[Any], Any]) -> dict[str, Any]:
    declared: Mapping[str, Any] = typed.__annotations__
    names = {camel_case(name): name for name in declared}
    found: dict[str, Any] = {}
    for name, value in sorted(given.items()):
        if value is None or name.startswith("__"):  # what the engine adds for itself
            continue
        python = names.get(name, name)
        found[python] = _converted(value, declared.get(python, Any), leaf)
    return found


def _converted(value: Any, annotation: Any, leaf: Callable[[Any], Any]) -> Any:
    """One value; ``leaf`` is what happens to values where outputs are allowed."""
    origin = get_origin(annotation)
    if origin in (NotRequired, Required):
        return _converted(value, get_args(annotation)[0], leaf)
    if isinstance(value, Unknown):
        return pulumi.Output.from_input(value)
    if origin in (Union, UnionType):
        return _of_union(value, get_args(annotation), leaf)
    if isinstance(value, pulumi.Output):
        return _opened(value, annotation)
    if isinstance(value, Mapping):
        if is_typeddict(annotation):
            return _object(value, annotation, leaf)
        inner = get_args(annotation)[1] if origin in _OBJECTS else Any
        # In one order: the wire has none, and some objects become texts, which must not change from run to run.
        return {name: _converted(item, inner, leaf) for name, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        inner = get_args(annotation)[0] if origin in _LISTS else Any
        return [_converted(item, inner, leaf) for item in value]
    return _scalar(value, annotation)


def _of_union(value: Any, members: tuple[Any, ...], leaf: Callable[[Any], Any]) -> Any:
    """``Input[T]``, ``T | None``."""
    plain = [
        member
        for member in members
        if member is not type(None) and not isinstance(member, ForwardRef) and not _is_promise(member)
    ]
    if not any(map(_is_promise, members)):
        return _converted(value, plain[0], leaf)
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _converted(known, plain[0], _as_it_is))
    return leaf(_converted(value, plain[0], leaf))


def _is_promise(member: Any) -> bool:
    """Whether a member of a union stands for an output: ``Output[T]``, in ``pulumi.Input`` by its name only."""
    return isinstance(member, ForwardRef) or get_origin(member) is pulumi.Output


def _opened(output: pulumi.Output[Any], annotation: Any) -> Any:
    """An object or a list that came as one output, because something in it is secret or comes from a resource.

    It becomes plain where that is declared, and an output (secret, from the same resources) where one is allowed in it.
    What is not known, or allows no output anywhere, stays as it is: the component says what is wrong with that.
    """
    if not _allows_outputs(annotation) or not _now(output.is_known()):
        return output
    return _converted(_now(output.future()), annotation, lambda value: output.apply(lambda _: value))


def _allows_outputs(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if is_typeddict(annotation):
        return any(map(_allows_outputs, annotation.__annotations__.values()))
    if origin in (Union, UnionType) and any(map(_is_promise, get_args(annotation))):
        return True
    return origin is not None and any(map(_allows_outputs, get_args(annotation)))


def _now(coroutine: Coroutine[Any, Any, T]) -> T | None:
    """What a coroutine returns that waits for nothing any more; None for one that does."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    return None


def _as_it_is(value: Any) -> Any:
    return value


def _scalar(value: Any, annotation: Any) -> Any:
    """Every number comes as a float: 7.0 is 7, 0.5 stays.

    Pulumi makes numbers of texts of digits in the configuration, where a program in YAML reads them: account numbers
    become texts again, unless they are so long that digits may be lost. (Texts that begin with 0 it leaves alone.)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if annotation is str and type(value) is int and 0 <= value < _LARGEST_EXACT:
        return str(value)
    return value
