"""What mends a finding, as Terraform text: one snippet for each cloud and rule, ``<cloud>/<rule>.tf``.

A snippet is written like an override file. A block labelled ``this`` (``resource "alicloud_disk" "this"``) holds what
the resource with the finding should say instead: its arguments replace those of the resource, its nested blocks replace
all nested blocks of their type, and ``null`` takes an argument away. Any other block is to be added; it refers to the
mended resource as ``<type>.this``. A ``removed`` block names a resource that is to be deleted.

Where a companion of the resource is there already (a bucket's policy, the TLS switch of a database), the block ``this``
of its type mends it, and none is added. A block ``this`` that names itself means what the resource says there: no
resource can refer to itself.
"""

from __future__ import annotations

from pkgutil import get_data

from compliant_infra.kernel.rules.record import CLOUDS


def snippet(rule: str, cloud: str) -> str | None:
    """The Terraform text that mends a finding of the rule (a slug) on a cloud; None where there is none."""
    try:
        content = get_data(__name__, f"{cloud}/{rule}.tf")
    except OSError:
        return None
    return content.decode("utf-8") if content is not None else None


def snippets(rule: str) -> dict[str, str]:
    """The snippets of a rule by cloud."""
    found = {cloud: snippet(rule, cloud) for cloud in CLOUDS}
    return {cloud: text for cloud, text in found.items() if text is not None}
