"""The components of a cloud as a Pulumi plugin, for programs in other languages.

``__main__.py`` of a cloud's folder serves them with ``serve``; ``PulumiPlugin.yaml`` beside it tells Pulumi so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable
from typing import Any

import pulumi
import pulumi.provider
from pulumi.errors import InputPropertiesError
from pulumi.provider.experimental.analyzer import ComponentDefinition
from pulumi.provider.experimental.component import ComponentProvider

from compliant_infra import __version__
from compliant_infra.components.component import Component, ComponentError
from compliant_infra.components.guard import WaiverError, WeakenedError
from compliant_infra.components.package_schema import arguments_of, completed, component_classes, package_name
from compliant_infra.components.wire_arguments import python_arguments


class ComponentPackage(ComponentProvider):
    """Makes the components of a cloud when the engine asks for them."""

    def __init__(self, cloud: str) -> None:
        classes = component_classes(cloud)
        super().__init__(list(classes), package_name(cloud), version=__version__)
        self._arguments = {component.__name__: arguments_of(component) for component in classes}
        self.schema = json.dumps(completed(json.loads(self.schema or "{}"), cloud, classes), ensure_ascii=False)

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> pulumi.provider.ConstructResult:
        """A component. What is wrong with its arguments is said without the lines of our code."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except Exception as error:
            cause = getattr(error, "inner", error)
            if isinstance(cause, (ComponentError, WaiverError, WeakenedError)):
                # No property is named: the engine would print its value, which may be secret.
                raise InputPropertiesError(str(cause), []) from cause
            raise

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """The arguments as the component's class takes them; the component itself says what is missing or wrong."""
        return python_arguments(inputs, self._arguments[component_def.name])

    def get_state(self, instance: pulumi.ComponentResource, component_def: ComponentDefinition) -> dict[str, Any]:
        """The component's outputs, with those that every component has."""
        state = super().get_state(instance, component_def)
        if isinstance(instance, Component):
            state.update(instance.common_outputs)
            if instance.judged is not None:
                waived: Any = _waived(instance, instance.judged)
                state["waived"] = pulumi.Output.from_input(waived)
        return state


async def _waived(component: Component, judged: Awaitable[bool]) -> list[dict[str, Any]]:
    """What waivers cover once the outputs are judged. The answer waits for it: nothing else ends with its error."""
    try:
        await judged
    except WeakenedError as error:
        raise InputPropertiesError(str(error), []) from error
    return component.waived


def serve(cloud: str) -> None:
    """Serve the components of a cloud until the engine ends the process; prints the port first."""
    pulumi.provider.main(ComponentPackage(cloud), sys.argv[1:])
