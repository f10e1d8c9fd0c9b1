"""Judgements as JSON: what workers send back and what the cache keeps. Compact, without anything executable.

Results repeat each other: rules, resources, places and sentences stand in tables once, results name them by position.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable
from typing import Any, Final

from compliant_infra.kernel.evaluation import Judgement
from compliant_infra.kernel.model import (
    Diagnostic,
    Result,
    Severity,
    SourceLocation,
    Text,
    UnknownReason,
    Verdict,
    Waiver,
)

_VERDICTS: Final = tuple(Verdict)
_VERDICT_POSITIONS: Final = {verdict: position for position, verdict in enumerate(_VERDICTS)}
_SEVERITIES: Final = {int(severity): severity for severity in Severity}


class _Table(dict[Hashable, int]):
    """Gives every distinct item its position, counted from the first."""

    def __missing__(self, item: Hashable) -> int:
        position = self[item] = len(self)
        return position


def dump(judgement: Judgement) -> str:
    """One judgement as JSON text."""
    rules, resources, places, texts, reasons = _Table(), _Table(), _Table(), _Table(), _Table()
    results = [
        (
            rules[item.rule, item.code, int(item.severity)],
            _VERDICT_POSITIONS[item.verdict],
            resources[item.resource, item.type],
            places[item.location],
            item.attribute,
            item.finding,
            texts[item.message],
            -1 if item.reason is None else reasons[item.reason.code, item.reason.expression, item.reason.location],
            item.fingerprint,
        )
        for item in judgement.results
    ]
    return json.dumps(
        {
            "root": judgement.root,
            "rules": list(rules),
            "resources": list(resources),
            "places": list(places),
            "texts": list(texts),
            "reasons": list(reasons),
            "results": results,
            "diagnostics": [
                [item.code, item.message, item.file, item.line, item.column, item.hint]
                for item in judgement.diagnostics
            ],
            "passes": judgement.passes,
            "judged": judgement.judged,
            "resource_count": judgement.resources,
            "files": judgement.files,
            "absent": judgement.absent_modules,
            "unjudged": dict(judgement.unjudged),
            "clouds": sorted(judgement.clouds),
            "unsupported": judgement.unsupported,
            "witnesses": {rule: sorted(clouds) for rule, clouds in judgement.witnesses.items()},
            "waivers": [[_waiver(waiver), positions] for waiver, positions in judgement.waivers],
            "sources": judgement.sources,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def load(text: str | bytes) -> Judgement:
    """The judgement of a JSON text. Raises ValueError, KeyError, TypeError or IndexError for anything else."""
    data = json.loads(text)
    return Judgement(
        root=data["root"],
        results=_results(data),
        diagnostics=[
            Diagnostic(code, Text(*message), file, line, column, Text(*hint))
            for code, message, file, line, column, hint in data["diagnostics"]
        ],
        passes=Counter(data["passes"]),
        judged=data["judged"],
        resources=data["resource_count"],
        files=data["files"],
        absent_modules=data["absent"],
        unjudged=Counter(data["unjudged"]),
        clouds=set(data["clouds"]),
        unsupported=Counter(data["unsupported"]),
        witnesses={rule: set(clouds) for rule, clouds in data["witnesses"].items()},
        waivers=[(_to_waiver(waiver), list(positions)) for waiver, positions in data["waivers"]],
        sources=data["sources"],
    )


def _results(data: dict[str, Any]) -> list[Result]:
    root = data["root"]
    rules = [(rule, code, _SEVERITIES[severity]) for rule, code, severity in data["rules"]]
    resources = data["resources"]
    places = [SourceLocation(*place) for place in data["places"]]
    texts = [Text(*sentence) for sentence in data["texts"]]
    # Position -1, the last, is that of results without a reason.
    reasons: list[UnknownReason | None] = [
        *(
            UnknownReason(code, expression, SourceLocation(*place) if place else None)
            for code, expression, place in data["reasons"]
        ),
        None,
    ]
    found: list[Result] = []
    for rule, verdict, resource, place, attribute, finding, message, reason, fingerprint in data["results"]:
        name, code, severity = rules[rule]
        address, kind = resources[resource]
        # By position, in the order of the fields: by name takes half as long again.
        found.append(
            Result(
                name,
                code,
                _VERDICTS[verdict],
                severity,
                root,
                address,
                kind,
                places[place],
                attribute,
                finding,
                texts[message],
                reasons[reason],
                (),
                None,
                fingerprint,
            )
        )
    return found


def _waiver(waiver: Waiver) -> list[Any]:
    return [
        waiver.rule,
        waiver.reason,
        waiver.owner,
        waiver.until,
        waiver.resource,
        waiver.finding,
        waiver.approver,
        waiver.ticket,
        waiver.inline,
        waiver.location,
    ]


def _to_waiver(record: list[Any]) -> Waiver:
    rule, reason, owner, until, resource, finding, approver, ticket, inline, place = record
    location = SourceLocation(*place) if place else None
    return Waiver(rule, reason, owner, until, resource, finding, approver, ticket, inline, location)
