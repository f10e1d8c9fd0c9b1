"""Judgements as JSON: what workers send back and what the cache keeps. Compact, without anything executable."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from compliant_infra.kernel.evaluation import Judgement
from compliant_infra.kernel.model import (
    NO_TEXT,
    Diagnostic,
    Result,
    Severity,
    SourceLocation,
    Text,
    UnknownReason,
    Verdict,
    Waiver,
)

_VERDICTS = {verdict.value: verdict for verdict in Verdict}
_SEVERITIES = {int(severity): severity for severity in Severity}


def dump(judgement: Judgement) -> str:
    """One judgement as JSON text."""
    return json.dumps(
        {
            "root": judgement.root,
            "results": [_result(result) for result in judgement.results],
            "diagnostics": [
                [item.code, item.message, item.file, item.line, item.column, item.hint]
                for item in judgement.diagnostics
            ],
            "passes": judgement.passes,
            "judged": judgement.judged,
            "resources": judgement.resources,
            "files": judgement.files,
            "absent": judgement.absent_modules,
            "clouds": sorted(judgement.clouds),
            "unsupported": judgement.unsupported,
            "witnesses": {rule: sorted(clouds) for rule, clouds in judgement.witnesses.items()},
            "waivers": [[_waiver(waiver), positions] for waiver, positions in judgement.waivers],
            "sources": judgement.sources,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def load(text: str) -> Judgement:
    """The judgement of a JSON text. Raises ValueError, KeyError, TypeError or IndexError for anything else."""
    data = json.loads(text)
    root = data["root"]
    return Judgement(
        root=root,
        results=[_to_result(root, item) for item in data["results"]],
        diagnostics=[
            Diagnostic(code, Text(*message), file, line, column, Text(*hint))
            for code, message, file, line, column, hint in data["diagnostics"]
        ],
        passes=Counter(data["passes"]),
        judged=data["judged"],
        resources=data["resources"],
        files=data["files"],
        absent_modules=data["absent"],
        clouds=set(data["clouds"]),
        unsupported=Counter(data["unsupported"]),
        witnesses={rule: set(clouds) for rule, clouds in data["witnesses"].items()},
        waivers=[(_to_waiver(waiver), list(positions)) for waiver, positions in data["waivers"]],
        sources=data["sources"],
    )


def _result(result: Result) -> list[Any]:
    reason = result.reason
    return [
        result.rule,
        result.code,
        result.verdict,
        int(result.severity),
        result.resource,
        result.type,
        result.location,
        result.attribute,
        result.finding,
        result.message,
        result.fingerprint,
        [reason.code, reason.expression, reason.location] if reason is not None else None,
    ]


def _to_result(root: str, record: list[Any]) -> Result:
    rule, code, verdict, severity, resource, kind, place, attribute, finding, message, mark, reason = record
    return Result(
        rule=rule,
        code=code,
        verdict=_VERDICTS[verdict],
        severity=_SEVERITIES[severity],
        root=root,
        resource=resource,
        type=kind,
        location=SourceLocation(*place),
        attribute=attribute,
        finding=finding,
        message=Text(*message) if message != ["", ""] else NO_TEXT,
        reason=UnknownReason(reason[0], reason[1], SourceLocation(*reason[2]) if reason[2] else None)
        if reason is not None
        else None,
        fingerprint=mark,
    )


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
        waiver.location,
    ]


def _to_waiver(record: list[Any]) -> Waiver:
    rule, reason, owner, until, resource, finding, approver, ticket, place = record
    location = SourceLocation(*place) if place else None
    return Waiver(rule, reason, owner, until, resource, finding, approver, ticket, inline=True, location=location)
