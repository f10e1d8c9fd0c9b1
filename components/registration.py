"""What Pulumi knows of one resource of a program: recorded by us, or read from a preview or an export.

Standard library and the kernel's places only: no Pulumi SDK.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from compliant_infra.kernel.model import SourceLocation

#: What stands in inputs for a value that is known only after the resource is made.
UNKNOWN_SENTINEL: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

#: The key that marks an object of the wire format as something else than an object, and its value for secrets.
SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"

#: Of an unknown secret that is an encrypted setting of the stack: the setting's key. Ours, not the wire format's.
SETTING_KEY: Final = "setting"

#: The types of the stack itself and of explicit provider configurations.
STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_PREFIX: Final = "pulumi:providers:"


@dataclass(slots=True)
class Registration:
    """One resource of a Pulumi program, with the wire format's names and values.

    ``inputs`` keep the wire format: camel-case names, ``UNKNOWN_SENTINEL`` for outputs that are not known yet, secrets
    wrapped as ``{SIGNATURE_KEY: SECRET_SIGNATURE, "value": ...}``. Whole numbers are ``int``.

    ``provider`` is ``<urn of the provider>::<id>``, empty for components. ``property_dependencies`` tells for an input
    which resources its value comes from.
    """

    urn: str
    type: str  # "alicloud:oss/bucket:Bucket"
    name: str
    custom: bool
    inputs: dict[str, Any]
    parent: str = ""
    provider: str = ""
    providers: Mapping[str, str] = field(default_factory=dict)  # package -> reference, of components
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    protect: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    delete_before_replace: bool = False
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    aliases: Sequence[Any] = ()  # a URN, or the parts of one
    ignore_changes: Sequence[str] = ()
    replace_on_changes: Sequence[str] = ()
    additional_secret_outputs: Sequence[str] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    read: bool = False  # looked up with get(), not made by the program
    source: SourceLocation | None = None  # where the program makes it
