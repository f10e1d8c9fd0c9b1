"""The classes of a cloud's package, imported when they are asked for: the SDKs are large, and one may not be there."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

#: What a cloud's components import that is not ours.
_SDKS = frozenset({"pulumi", "pulumi_alicloud", "pulumi_aws"})


def class_of(package: str, modules: Mapping[str, str], name: str) -> Any:
    """The component ``name``, or its ``<name>Args``, from the module of ``package`` that ``modules`` names for it.

    Raises AttributeError for other names, ImportError that says what to install where an SDK is not there.
    """
    module = modules.get(name.removesuffix("Args"))
    if module is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{package}.{module}"), name)
    except ModuleNotFoundError as error:
        if error.name not in _SDKS:
            raise
        raise ImportError(
            f"{name} needs the Pulumi SDK ({error.name} is not installed): pip install 'compliant-infra[pulumi]'",
            name=error.name,
        ) from error
