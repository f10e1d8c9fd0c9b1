"""Whether arguments have the types that a component's TypedDict declares: no checker looks at most programs."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from inspect import isawaitable
from types import UnionType
from typing import Any, Final, ForwardRef, NotRequired, Required, Union, get_args, get_origin, is_typeddict

import pulumi

from compliant_infra.components.guard import WaiverArgs

_KINDS: Final[Mapping[type, str]] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
}

_TOO_LATE: Final = "must be plain, not an output: outputs are known too late to decide what is made"


def wrong_arguments(args: Mapping[str, Any], typed: type, *, promised: bool = False) -> Iterator[str]:
    """A sentence for each argument that is missing, misspelt or of another type. No value is shown: it may be secret.

    ``typed`` is a TypedDict. None stands for "not given". Where ``pulumi.Input`` is declared an output is good,
    elsewhere a value must be plain: structure is decided before an output is known. ``promised``: it may be an output
    everywhere, because another component gives it that knows what stays the same.
    """
    for problem in _object(args, typed, ""):
        if not (promised and problem.endswith(_TOO_LATE)):
            yield problem


def _object(value: Mapping[str, Any], typed: type, path: str) -> Iterator[str]:
    declared: Mapping[str, Any] = typed.__annotations__
    strange = sorted(str(name) for name in value if name not in declared)
    if strange:
        where = f"{path} takes" if path else "takes"
        yield f"{where} no argument {', '.join(strange)}; it takes {', '.join(sorted(declared))}"
    for name, annotation in declared.items():
        given = value.get(name)
        at = f"{path}.{name}" if path else name
        required = get_origin(annotation) is not NotRequired
        if given is None:
            if required:
                yield f"{at} is missing"
        elif required and isinstance(given, str) and not given.strip():
            yield f"{at} is empty"
        else:
            yield from _problems(given, annotation, at)


def _problems(value: Any, annotation: Any, at: str) -> Iterator[str]:
    origin = get_origin(annotation)
    if annotation is WaiverArgs:  # which has errors of its own
        return
    if annotation is Any:
        if not at.startswith("overrides") and _has_output(value):
            yield _plain(at)
        return
    if origin in (NotRequired, Required):
        yield from _problems(value, get_args(annotation)[0], at)
    elif origin in (Union, UnionType):
        yield from _union(value, get_args(annotation), at)
    elif isinstance(value, pulumi.Output) or isawaitable(value):
        yield _plain(at)
    elif is_typeddict(annotation) or origin in (dict, Mapping):
        if not isinstance(value, Mapping):
            yield f"{at} must be {_KINDS[dict]}, not {_kind(value)}"
        elif origin in (dict, Mapping):
            for key, inner in value.items():
                if not isinstance(key, str):
                    yield f"{at} must have texts for keys, not {_kind(key)}"
                yield from _problems(inner, get_args(annotation)[1], f"{at}[{key!r}]")
        else:
            yield from _object(value, annotation, at)
    elif origin in (list, Sequence):
        if not isinstance(value, (list, tuple)):
            yield f"{at} must be {_KINDS[list]}, not {_kind(value)}"
            return
        for index, inner in enumerate(value):
            if isinstance(inner, str) and not inner.strip():
                yield f"{at}[{index}] is empty"
            yield from _problems(inner, get_args(annotation)[0], f"{at}[{index}]")
    elif isinstance(annotation, type):
        yield from _scalar(value, annotation, at)


def _union(value: Any, members: tuple[Any, ...], at: str) -> Iterator[str]:
    """``Input[T]``, ``T | None``: good where one member takes it."""
    if isinstance(value, pulumi.Output) or isawaitable(value):
        if not any(isinstance(member, ForwardRef) or get_origin(member) is pulumi.Output for member in members):
            yield _plain(at)
        return
    plain = [
        member
        for member in members
        if not isinstance(member, ForwardRef) and get_origin(member) not in (pulumi.Output, Awaitable)
    ]
    found = [list(_problems(value, member, at)) for member in plain]
    if found and all(found):
        yield from found[0]


def _scalar(value: Any, wanted: type, at: str) -> Iterator[str]:
    fits = isinstance(value, wanted)
    if wanted is float:
        fits = isinstance(value, (int, float))
    if isinstance(value, bool) and wanted is not bool:
        fits = False
    if not fits:
        yield f"{at} must be {_KINDS.get(wanted, f'a {wanted.__name__}')}, not {_kind(value)}"
    elif isinstance(value, int) and value < 0:
        yield f"{at} must not be negative"


def _kind(value: Any) -> str:
    found = next((words for kind, words in _KINDS.items() if isinstance(value, kind)), "")
    return found or ("nothing" if value is None else f"a {type(value).__name__}")


def _plain(at: str) -> str:
    return f"{at} {_TOO_LATE}"


def _has_output(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_output, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_output, value))
    return isinstance(value, pulumi.Output) or isawaitable(value)
