"""Data sources that only put local text into another form: templates and the archives of cloud-init.

``template_file`` (provider template) renders a template with its ``vars``. ``cloudinit_config`` (provider cloudinit)
and the older ``template_cloudinit_config`` pack the contents of their ``part`` blocks: the result itself is not
computed, what was packed stays with it. What such a data source gives is in the code, not read from a cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compliant_infra.hcl_checks.values import EvaluationError
from compliant_infra.hcl_checks.variables import ConstantScope
from compliant_infra.kernel.model import OneOf, Resource, Unknown

_ARCHIVES: Final = ("cloudinit_config", "template_cloudinit_config")


def rendered_text(data: Resource, name: str) -> Any:
    """The value of ``data.<type>.<name>.rendered``; None where this data source renders nothing."""
    if name != "rendered":
        return None
    if data.type == "template_file":
        return _template(data)
    return _archive(data) if data.type in _ARCHIVES else None


def _hidden(data: Resource) -> Unknown:
    return Unknown("unsupported", f"{data.address}.rendered", data.location)


def _template(data: Resource) -> Any:
    template = data.attributes.get("template")
    if isinstance(template, OneOf):
        return OneOf([_rendered(item, data) for item in template.alternatives], template.condition)
    return _rendered(template, data)


def _rendered(template: Any, data: Resource) -> Any:
    from compliant_infra.hcl_checks.expressions import render_template

    if isinstance(template, Unknown) and not template.parts:
        return template
    variables = data.attributes.get("vars", {})
    if not isinstance(template, str) or not isinstance(variables, Mapping):
        # The text (or its variables) cannot be put together: what is known of the template is shown all the same.
        hidden = _hidden(data)
        return Unknown(hidden.reason, hidden.expression, hidden.location, encoded=[template, hidden])
    try:
        return render_template(template, variables, ConstantScope(data.location))
    except EvaluationError:
        return _hidden(data)


def _archive(data: Resource) -> Unknown:
    parts = data.attributes.get("part")
    contents = [
        part.get("content") if isinstance(part, Mapping) else _hidden(data)
        for part in (parts if isinstance(parts, list) else [parts])
    ]
    return Unknown("data-source", f"{data.address}.rendered", data.location, encoded=contents)
