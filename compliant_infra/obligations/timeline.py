"""What is due by a day: tasks, reviews of evidence, the end of a cross-border mechanism and of waivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from compliant_infra.kernel.model import SourceLocation, Text
from compliant_infra.obligations.cross_border import extension_day
from compliant_infra.obligations.register import Register
from compliant_infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Due:
    """One thing with a day. ``kind``: task, checklist, timeline, review, cross-border or waiver."""

    day: str  # ISO date; "" for a task without one
    kind: str
    what: Text
    who: str
    location: SourceLocation
    unconfirmed: bool = False
    source: str = ""


def due(settings: Settings, register: Register | None, until: date) -> list[Due]:
    """Everything that is open and due up to a day, that day included, the earliest first; tasks without a day last."""
    found = [item for item in _everything(settings, register) if not item.day or date.fromisoformat(item.day) <= until]
    return sorted(found, key=lambda item: (item.day or "9999", item.kind, item.what.en))


def _everything(settings: Settings, register: Register | None) -> Iterator[Due]:
    if register is not None:
        for task in register.tasks:
            if not task.done:
                kind = "task" if task.kind == "own" else task.kind
                title = Text(task.title, task.title)
                yield Due(task.due, kind, title, task.team, task.location, task.unconfirmed, task.source)
        for record in register.evidence:
            if record.filled and record.next_review:
                yield Due(
                    record.next_review,
                    "review",
                    Text(f"review {record.document} ({record.clause})", f"复核 {record.document}（{record.clause}）"),
                    record.owner,
                    record.location,
                )
    declared = settings.cross_border
    if declared.mechanism != "none" and declared.valid_until:
        place = SourceLocation(settings.display, declared.line, declared.line)
        end = date.fromisoformat(declared.valid_until)
        if declared.mechanism == "assessment":
            yield Due(
                extension_day(end).isoformat(),
                "cross-border",
                Text(
                    f"ask for the extension of the security assessment (ends {end}; public holidays not counted)",
                    f"申请延长数据出境安全评估有效期（{end} 到期；未计法定节假日）",
                ),
                "",
                place,
            )
        yield Due(
            declared.valid_until,
            "cross-border",
            Text(f"the mechanism {declared.mechanism} ends", f"出境机制 {declared.mechanism} 到期"),
            "",
            place,
        )
    for waiver in settings.waivers:
        try:
            day = date.fromisoformat(waiver.until).isoformat()
        except ValueError:
            continue
        place = waiver.location or SourceLocation(settings.display)
        text = Text(
            f"waiver for {waiver.rule} ends ({waiver.resource})", f"豁免 {waiver.rule} 到期（{waiver.resource}）"
        )
        yield Due(day, "waiver", text, waiver.owner, place)
