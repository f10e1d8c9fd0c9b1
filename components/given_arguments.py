"""What a component adds to the arguments that it was given."""

from collections.abc import Mapping
from typing import Any


def with_defaults(args: Any, **defaults: Any) -> Any:
    """The arguments, with defaults for those that are not given (None, or not there).

    What is no object comes back as it is: the component then says what it takes.
    """
    if args is not None and not isinstance(args, Mapping):
        return args
    return {**defaults, **{name: value for name, value in (args or {}).items() if value is not None}}
