"""Components that a plugin makes for a program in another language are those that a Python program makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

from compliant_infra.components.component import Component
from compliant_infra.components.package_schema import arguments_of, package_name
from compliant_infra.components.recorder import Recording
from tests.components.plugin_process import Plugin, on_the_wire, running
from tests.components.proof import Case, configuration, failing, judged, recording

EXAMPLES = {
    "alicloud": (
        "audit_trail_minimal",
        "cache_minimal",
        "key_ring_minimal",
        "mlps_baseline_minimal",
        "object_bucket_full",
        "object_bucket_minimal",
        "relational_database_minimal",
        "secret_store_minimal",
        "tiered_network_minimal",
    ),
    "aws": (
        "cache_minimal",
        "mlps_baseline_minimal",
        "object_bucket_full",
        "object_bucket_minimal",
        "relational_database_minimal",
        "tiered_network_minimal",
    ),
}
CASES = [Case(cloud, example, "mlps-l3") for cloud, names in EXAMPLES.items() for example in names]


@pytest.fixture(scope="module")
def plugins() -> Iterator[dict[str, Plugin]]:
    with running("alicloud") as alicloud, running("aws") as aws:
        yield {"alicloud": alicloud, "aws": aws}


def made(case: Case, monkeypatch: pytest.MonkeyPatch) -> tuple[Recording, list[tuple[type[Component], str, Any]]]:
    """The recording of a Python example, and the components that its program makes: class, name, arguments."""
    calls: list[tuple[type[Component], str, Any]] = []
    original = Component.__init__

    def remembered(self: Component, name: str, args: Any, opts: Any, typed: type) -> None:
        if opts is None or not isinstance(opts.parent, Component):
            calls.append((type(self), name, args))
        original(self, name, args, opts, typed)

    with monkeypatch.context() as patched:
        patched.setattr(Component, "__init__", remembered)
        return recording.__wrapped__(case), calls


def of_components(found: Recording) -> dict[str, dict[str, Any]]:
    """The components and what is below them, by URN, without the places in the program."""
    return {
        item.urn: {**asdict(item), "source": None, "inputs": read(item.inputs), "outputs": read(item.outputs)}
        for item in found.registrations
        if "compliant-infra-" in item.urn.split("::")[2]
    }


def read(value: Any) -> Any:
    """A value in which texts that are JSON are read: objects have no order on the wire."""
    if isinstance(value, dict):
        return {key: read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [read(item) for item in value]
    return json.loads(value) if isinstance(value, str) and value[:2] in ('{"', "[{") else value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_plugin_makes_what_a_python_program_makes(
    case: Case, plugins: dict[str, Plugin], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, calls = made(case, monkeypatch)
    plugin = plugins[case.cloud]
    wire = [
        (
            component.__name__,
            name,
            on_the_wire(args, arguments_of(component), plugin.providers),
            expected.by_name(name, f"{package_name(case.cloud)}:index:{component.__name__}").dependencies,
        )
        for component, name, args in calls
    ]
    found = plugin.construct(wire, configuration(case))
    theirs, ours = of_components(found), of_components(expected)
    assert theirs.keys() == ours.keys()
    for urn, registration in ours.items():
        assert theirs[urn] == registration
    assert len(found.resources) > len(calls)
    if case.example.endswith("_minimal"):
        assert not failing(judged(found.scan(), case))
