"""The text of a new evidence register: a record for every clause that needs one, and the first tasks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pkgutil import get_data
from typing import Any, Final

from compliant_infra.regulations.catalogue import Clause

_HEAD: Final = """\
# Evidence register of compliant-infra: what answers the clauses that code cannot decide.
# 证据登记册：代码无法判定的条款由谁、以何文件举证。
#
# A record answers its clause once owner, document and date are filled in; document is a path relative to this file or
# a link. next-review: after that day the record counts as overdue. A point such as "8.1.6" answers everything below it.
# 填写 owner、document、date 后该记录生效；document 为相对本文件的路径或链接；超过 next-review 视为逾期。
# clause 可以写到控制点（如 "8.1.6"），即覆盖其下全部条款。
"""

_RESPONSIBLE: Final = {"tenant": "tenant 租户", "provider": "provider 云服务商", "shared": "shared 双方"}


def skeleton(clauses: Iterable[Clause], tasks: bool = True) -> Iterator[str]:
    """The register in pieces: head, one record per clause, and the tasks."""
    yield _HEAD
    yield from records(clauses)
    if tasks:
        yield from first_tasks()


def wanting(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The clauses that rules alone do not decide."""
    return (clause for clause in clauses if clause.decided != "rules")


def records(clauses: Iterable[Clause]) -> Iterator[str]:
    """An empty record for each clause that needs one."""
    for clause in wanting(clauses):
        marks = [_RESPONSIBLE[clause.responsible]]
        if clause.letters > 1:
            marks.append(f"{clause.letters} letters（{clause.letters} 项要求）")
        if clause.decided == "partly":
            marks.append("partly decided by rules 部分由规则判定")
        if clause.high_risk:
            marks.append(f"high risk 高风险 {clause.high_risk}")
        if clause.draft:
            marks.append("announced, unconfirmed 拟议，未确认")
        yield (
            f"\n# {clause.title.zh} · {clause.title.en}\n# {' · '.join(marks)}\n"
            f"[[evidence]]\nclause = {_quoted(clause.id)}\n"
            'statement = ""\nowner = ""\ndocument = ""\ndate = ""\nnext-review = ""\n'
        )


def first_tasks() -> Iterator[str]:
    """The checklist and the timeline with which a register begins, marked as unconfirmed."""
    import tomllib

    data: dict[str, Any] = tomllib.loads((get_data(__name__, "tasks.toml") or b"").decode("utf-8"))
    source = f"{data['source']['zh']} · {data['source']['en']}"
    yield "\n# Tasks; compliant-infra timeline shows what is due. 任务；compliant-infra timeline 显示到期事项。\n"
    for task in data["task"]:
        yield (
            f"\n[[tasks]]\ntitle = {_quoted(task['title']['zh'] + ' · ' + task['title']['en'])}\n"
            f"kind = {_quoted(task['kind'])}\ndue = {task['due'].isoformat()}\n"
            f"team = {_quoted(task['team']['zh'] + ' · ' + task['team']['en'])}\ndone = false\n"
            f"unconfirmed = true\nsource = {_quoted(source)}\n"
        )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
