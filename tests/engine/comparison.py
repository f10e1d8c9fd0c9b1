"""How what an engine says of a program is held against what the recorder says: states, and verdicts of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.recorder import Recording
from compliant_infra.components.registration import PROVIDER_PREFIX, STACK_TYPE, Registration
from compliant_infra.components.translation import scan_of
from compliant_infra.kernel.evaluation import conclude, judge
from tests.components.proof import CROSS_BORDER, PARAMETERS
from tests.engine.standin.computed import computed_values, identifier

#: Rule, name in the URN, attribute, verdict; and how often.
Verdicts = Counter[tuple[str, str, str, str]]

_IN_PROJECT: Final = "project:///"


def verdicts(registrations: Iterable[Registration], baseline: str, profiles: tuple[str, ...] = ()) -> Verdicts:
    """Everything that the rules say at a baseline, what passes and the questions about the whole system included."""
    request = Request(
        baseline,
        profiles,
        parameters=Request.parameter_items(PARAMETERS),
        include_passed=True,
        **CROSS_BORDER,
    )
    asked = assignment(request)
    judgement = judge(scan_of(registrations), asked)
    assert not [item for item in judgement.diagnostics if item.level == "error"], judgement.diagnostics
    results = [*judgement.results, *conclude([judgement], asked, complete=True)]
    return Counter(
        (result.rule, result.resource.rpartition("::")[2], result.attribute, str(result.verdict)) for result in results
    )


def as_deployed(registration: Registration, provider_ids: Mapping[str, str] | None = None) -> dict[str, Any]:
    """For the recorder: the id and the computed values that the stand-in plugin gives.

    Ids of providers are the engine's own and new in every stack; ``provider_ids`` has those of one, by URN.
    """
    if registration.type == STACK_TYPE:
        return {}
    if registration.type.startswith(PROVIDER_PREFIX):
        return {"id": provider_ids[registration.urn]} if provider_ids else {}
    values = computed_values(registration.type, registration.name, registration.inputs)
    return {"id": identifier(registration.urn), **values}


def provider_ids(export: Mapping[str, Any]) -> dict[str, str]:
    """The ids of the providers in an engine's export, by URN."""
    states = export["deployment"]["resources"]
    return {state["urn"]: state["id"] for state in states if state["type"].startswith(PROVIDER_PREFIX)}


def states_of_recording(recording: Recording) -> list[dict[str, Any]]:
    """The states in the recorder's export, without outputs where it is of a preview.

    Aliases are left out: a program declares them, and the engine's state has the one by which it found a former
    resource, which a new stack has none of.
    """
    left_out = {"aliases", "outputs"} if recording.preview else {"aliases"}
    states = recording.export()["deployment"]["resources"]
    return [{key: value for key, value in state.items() if key not in left_out} for state in states]


def states_of_preview(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The new states in an engine's preview, without outputs: those of something new are nobody's yet."""
    states = [step["newState"] for step in document["steps"]]
    return [_comparable({key: value for key, value in state.items() if key != "outputs"}) for state in states]


def states_of_export(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The states in an engine's export."""
    return [_comparable(state) for state in document["deployment"]["resources"]]


def _comparable(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state with the frames of the program only, as the recorder keeps no other, and with sets in order."""
    frames = [frame for frame in state.get("stackTrace") or () if _of_program(frame.get("sourcePosition", ""))]
    found = {**state, "stackTrace": frames}
    if "propertyDependencies" in state:  # the engine's order within them differs from run to run
        found["propertyDependencies"] = {key: sorted(urns) for key, urns in state["propertyDependencies"].items()}
    return found


def _of_program(position: str) -> bool:
    """Whether a place is in the project's folder, and not in a library that lies there or elsewhere."""
    path = position.removeprefix(_IN_PROJECT).split("/")
    return position.startswith(_IN_PROJECT) and not {"..", "site-packages"}.intersection(path)
