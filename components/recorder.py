"""Run a Pulumi program or a component without an engine, and keep every registration as the engine would see it.

``record(program)`` is for tests of your own programs and for judging them before they are deployed::

    recording = record(lambda: MlpsBaseline("base", args), project="shop", stack="prod", preview=True)
    assert recording.by_name("base-vpc").inputs["cidrBlock"] == "10.0.0.0/16"
    assert not recording.problems()

No ``pulumi`` executable, no provider plugin, no cloud account and no network are used. What is done as the engine does
it: URNs with the full chain of parents, duplicates refused, ``protect``, ``retain_on_delete`` and ``deleted_with``
inherited from the parent, transforms of resources, parents and the stack (which see unknown values as outputs),
configuration and its secrets, secrets in inputs and outputs, reads with ``get``, stack references, invokes (answered by
the caller), exported outputs, ``pulumi.log``.

What no recorder can do, because it is the provider's work: defaults, automatic names, validation (``problems`` does
part of it) and computed values. In a preview every value that a provider would compute is unknown, as in the engine's.
Inside the objects that a program gives, computed and optional properties look the same to a recorder: there all that
the program did not give is unknown, and a function applied to such an object as a whole (``bucket.website.apply(...)``)
does not run.

Not supported, refused with a sentence: remote components (in other languages or processes), calls of methods, and
questions whether a resource exists in the cloud. Resource hooks and state migrations are accepted and not run.

One registration order for every run: a resource comes after its parent, its provider and everything that it depends
on; among those free to come next, the smallest URN first. (Pulumi's own order depends on which value is ready first.)
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from compliant_infra.components.registration import STACK_TYPE, UNKNOWN_SENTINEL, Registration

if TYPE_CHECKING:
    from compliant_infra.components.input_checks import InputProblem
    from compliant_infra.kernel.model import Scan

#: Answers an invoke: (token, arguments) -> result, or None where it has no answer to that one.
InvokeAnswers = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]

#: Gives the values that a provider would compute; ``"id"`` is the resource's id.
ComputedValues = Callable[[Registration], Mapping[str, Any]]

#: As an answer to an invoke: the result is not known before deployment. Only for the output forms of invokes
#: (``get_zones_output``): the plain forms have no unknown.
UNKNOWN_RESULT: Final[Mapping[str, Any]] = {UNKNOWN_SENTINEL: True}


class RecordingError(Exception):
    """The program cannot be recorded, or Pulumi itself would refuse it."""


class DuplicateResourceError(RecordingError):
    """Two resources of the program have the same URN; the engine refuses such a program with the same sentence."""


class UnansweredInvokeError(RecordingError):
    """The program asks a provider (``get_zones()`` ...) and ``invokes`` has no answer.

    An engine calls the provider even in a preview. An empty answer in its place would look like "there is none", so
    the question is an error. Answer it, or answer ``UNKNOWN_RESULT``.
    """

    def __init__(self, token: str, arguments: Mapping[str, Any]) -> None:
        names = ", ".join(sorted(arguments)) or "no arguments"  # names only: a value may be a secret
        super().__init__(
            f"the program invokes {token} with {names}, and record() was given no answer: "
            f"pass invokes={{{token!r}: {{...}}}}, or a function of token and arguments"
        )
        self.token = token
        self.arguments = dict(arguments)


class UnknownStackError(RecordingError):
    """The program refers to another stack whose outputs ``stack_references`` does not give."""


class NotSupportedError(RecordingError):
    """The program uses what needs a real engine."""


class ProgramError(RecordingError):
    """The program reported an error with ``pulumi.log.error``: a deployment would fail after it."""


class Invoke(NamedTuple):
    """A question to a provider: its token, its arguments, the provider's reference ("" for the default one)."""

    token: str
    arguments: Mapping[str, Any]
    provider: str = ""


class Message(NamedTuple):
    """What the program said with ``pulumi.log``: severity is "info", "warning" or "error"; ``urn`` may be empty."""

    severity: str
    text: str
    urn: str = ""


@dataclass(slots=True)
class Recording:
    """What a program registers."""

    project: str
    stack: str
    organization: str
    preview: bool
    registrations: list[Registration] = field(default_factory=list)
    invokes: list[Invoke] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the program exports, in the wire format of ``Registration.inputs``."""
        return next((found.outputs for found in self.registrations if found.type == STACK_TYPE), {})

    @property
    def resources(self) -> list[Registration]:
        """The registrations without the stack itself."""
        return [found for found in self.registrations if found.type != STACK_TYPE]

    def by_urn(self, urn: str) -> Registration:
        """The registration with this URN; ``KeyError`` where there is none."""
        for found in self.registrations:
            if found.urn == urn:
                return found
        raise KeyError(urn)

    def by_name(self, name: str, type_: str = "") -> Registration:
        """The one registration with this logical name (and type, where two types share the name).

        ``KeyError`` where there is none or more than one; the text names what there is.
        """
        found = [r for r in self.registrations if r.name == name and type_ in ("", r.type)]
        if len(found) == 1:
            return found[0]
        if found:
            raise KeyError(f"{name!r} is the name of {len(found)} resources: {', '.join(r.type for r in found)}")
        raise KeyError(f"no resource {name!r}; there are: {', '.join(sorted(r.name for r in self.registrations))}")

    def of_type(self, type_: str) -> list[Registration]:
        """All registrations of this type token."""
        return [found for found in self.registrations if found.type == type_]

    def children(self, urn: str) -> list[Registration]:
        """The registrations whose parent is this URN."""
        return [found for found in self.registrations if found.parent == urn]

    def scan(self) -> Scan:
        """The recording as the evaluation takes it, the same as for a Terraform configuration."""
        from compliant_infra.components.translation import scan_of

        return scan_of(self.registrations)

    def export(self) -> dict[str, Any]:
        """The recording as ``pulumi stack export`` writes it."""
        from compliant_infra.components.exports import stack_export

        return stack_export(self.registrations)

    def problems(self, *, deprecations: bool = False) -> list[InputProblem]:
        """Mistakes in the inputs that the SDK lets through: see ``input_checks``.

        With ``deprecations`` also what is outdated and still works.
        """
        from compliant_infra.components.input_checks import problems

        found = (problem for registration in self.registrations for problem in problems(registration))
        return [problem for problem in found if deprecations or not problem.is_warning]


def record(
    program: Callable[[], Any],
    *,
    project: str = "project",
    stack: str = "dev",
    organization: str = "organization",
    config: Mapping[str, str] | None = None,
    secret_config: Collection[str] = (),
    preview: bool = True,
    invokes: InvokeAnswers | Mapping[str, Mapping[str, Any]] | None = None,
    stack_references: Mapping[str, Mapping[str, Any]] | None = None,
    computed: ComputedValues | None = None,
    root: str | None = None,
) -> Recording:
    """Run the program once and return what it registers.

    ``program`` takes nothing; it may be a coroutine function, and may call ``pulumi.run``. Each call is isolated from
    others in the same process and from ``pulumi.runtime.set_mocks``; calls may run in threads (import the modules of
    the provider SDK before: their lazy loading is not safe there).

    ``config`` are configuration values; a key without a namespace belongs to the project. ``secret_config`` names
    those that are secret. ``invokes`` answers questions to providers: a mapping from token to result, or a function;
    names are the wire's (camel case). ``stack_references`` gives the outputs of other stacks by their full names; a
    value may be a secret of the wire format.

    ``preview``: as ``pulumi preview`` of a new stack, ids and computed values are unknown. Otherwise as ``pulumi up``:
    ``computed`` gives ids and computed values of a resource (also of one read with ``get``, in both modes); an id that
    it does not give is ``<name>-id``, any other computed value stays unknown. An object or list that it gives takes the
    place of the program's and counts as whole: what is not in it is None.

    ``root`` is the folder of the program: places in files are relative to it.

    An exception that the program raises, at once or in an ``apply``, comes out as it is. ``RecordingError`` and its
    subclasses tell what Pulumi would refuse or what needs an engine. Without the SDK: ``ImportError``.
    """
    try:
        import pulumi  # noqa: F401
    except ImportError as error:
        raise ImportError("recording needs the Pulumi SDK: pip install 'compliant-infra[pulumi]'") from error
    from compliant_infra.components.recording_monitor import RecordingMonitor, run_program

    monitor = RecordingMonitor(
        project=project,
        stack=stack,
        preview=preview,
        answers=_answers(invokes),
        stack_references=stack_references or {},
        computed=computed,
        root=root,
    )
    with _fewer_collections():
        run_program(
            program,
            monitor,
            organization=organization,
            config={key if ":" in key else f"{project}:{key}": value for key, value in (config or {}).items()},
            secret_keys=[key if ":" in key else f"{project}:{key}" for key in secret_config],
        )
    errors = [message.text for message in monitor.messages if message.severity == "error"]
    if errors:
        raise ProgramError("the program logged errors: " + "; ".join(errors))
    return Recording(
        project=project,
        stack=stack,
        organization=organization,
        preview=preview,
        registrations=in_order(monitor.registrations.values()),
        invokes=sorted(monitor.invokes, key=repr),
        messages=monitor.messages,
    )


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Collects garbage less often: a recording makes some hundred objects a resource, and most of them stay.

    A third of the time of a recording goes into looking for what could be freed.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 100_000), before[1], before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def in_order(registrations: Collection[Registration]) -> list[Registration]:
    """The registrations in the one order that this module promises.

    What is named as a dependency and not among the registrations is ignored; a cycle, which no program can make but a
    damaged document can, is broken at the smallest URN.
    """
    by_urn = {found.urn: found for found in registrations}
    waiting_for = {urn: {before for before in _before(found) if before in by_urn} for urn, found in by_urn.items()}
    followers: dict[str, list[str]] = {}
    for urn, before in waiting_for.items():
        before.discard(urn)
        for other in before:
            followers.setdefault(other, []).append(urn)
    ready = [urn for urn, before in waiting_for.items() if not before]
    heapify(ready)
    ordered: list[Registration] = []
    while waiting_for:
        urn = heappop(ready) if ready else min(waiting_for)
        if waiting_for.pop(urn, None) is None:
            continue
        ordered.append(by_urn[urn])
        for follower in followers.get(urn, ()):
            if follower in waiting_for:
                waiting_for[follower].discard(urn)
                if not waiting_for[follower]:
                    heappush(ready, follower)
    return ordered


def _before(registration: Registration) -> Sequence[str]:
    """What must come before the registration."""
    return (
        registration.parent,
        registration.provider.rpartition("::")[0],
        registration.deleted_with,
        *registration.dependencies,
    )


def _answers(invokes: InvokeAnswers | Mapping[str, Mapping[str, Any]] | None) -> InvokeAnswers:
    if callable(invokes):
        return invokes
    by_token = invokes or {}
    return lambda token, _: by_token.get(token)
