"""The sentences of the reports themselves, in both languages.

They speak of findings, coverage and evidence; the assessor's own conclusions are never among them.
"""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.model import Result, SourceLocation, Text, Waiver
from compliant_infra.reports.redaction import clean
from compliant_infra.reports.report import EvidenceCounts, Report, Summary, SystemReport

VERDICT_WORDS: Final = {
    "fail": Text("fail", "未通过"),
    "pass": Text("pass", "通过"),
    "unknown": Text("undecided", "无法判定"),
    "error": Text("error", "规则出错"),
    "waived": Text("waived", "已豁免"),
}

SEVERITY_WORDS: Final = {
    "critical": Text("critical", "严重"),
    "high": Text("high", "高"),
    "medium": Text("medium", "中"),
    "low": Text("low", "低"),
}

STATE_WORDS: Final = {
    "fail": Text("with failing findings", "有未通过项"),
    "unknown": Text("with undecided findings", "有无法判定项"),
    "waived": Text("with waived findings", "有豁免项"),
    "pass": Text("rules pass", "规则通过"),
    "documented": Text("answered by evidence", "已有证据"),
    "partly": Text("rules pass, evidence needed too", "规则通过，仍需举证"),
    "not-judged": Text("no resource to judge", "没有可判定的资源"),
    "evidence": Text("evidence only", "仅靠举证"),
}

LEVEL_WORDS: Final = {"error": Text("error", "错误"), "warning": Text("warning", "警告")}

#: What keeps verdicts open, and what the user can do about it.
REASON_WORDS: Final = {
    "no-value": (
        Text("a variable has no default and no value was given", "变量没有默认值，也没有给出取值"),
        Text("give values with --var-file or --var", "用 --var-file 或 --var 给出取值"),
    ),
    "known-after-apply": (
        Text("known only after apply", "在 apply 之后才能确定"),
        Text("check the state after apply", "apply 之后检查 state"),
    ),
    "data-source": (
        Text("read from the cloud at plan time", "在 plan 时才从云端读取"),
        Text("check the plan: terraform show -json", "检查 plan：terraform show -json"),
    ),
    "module-absent": (
        Text("comes from a module that is not in the scan", "来自不在扫描范围内的模块"),
        Text("run terraform init, or check the plan", "先运行 terraform init，或检查 plan"),
    ),
    "undeclared-reference": (
        Text("refers to something that is declared nowhere", "引用了未声明的对象"),
        Text("scan the whole directory, not single files", "扫描整个目录，而不是单个文件"),
    ),
    "impure-function": (
        Text("differs from run to run", "每次运行结果不同"),
        Text("check the plan: terraform show -json", "检查 plan：terraform show -json"),
    ),
    "unsupported": (
        Text("cannot be decided from code", "无法从代码判定"),
        Text("look at the plan, or keep evidence", "检查 plan，或保留证据"),
    ),
    "outside-root": (
        Text("reads a file outside the scanned root", "读取了扫描根目录之外的文件"),
        Text("scan from a directory further up", "从更上层的目录开始扫描"),
    ),
    "limit": (
        Text("cut off by a limit of this tool", "超出本工具的上限"),
        Text("check the plan, or scan a smaller part", "检查 plan，或缩小扫描范围"),
    ),
    "not-in-scan": (
        Text("the scan is not declared to hold the whole system", "未声明本次扫描包含整个系统"),
        Text(
            "set complete = true under [system] when the scan holds everything",
            "若扫描已包含全部资源，请在 [system] 中设置 complete = true",
        ),
    ),
    "not-listed": (
        Text("needs a setting that is not given", "需要一项尚未给出的设置"),
        Text("list it in compliant-infra.toml", "在 compliant-infra.toml 中列出"),
    ),
    "ambiguous": (
        Text("depends on a condition that is not known", "取决于未知的条件"),
        Text("give values with --var-file or --var", "用 --var-file 或 --var 给出取值"),
    ),
}

NOT_OFFICIAL: Final = Text(
    "Findings, coverage and evidence; no official assessment conclusion.",
    "本报告给出检查发现、覆盖范围与证据需求，不是测评结论。",
)


#: Beside a finding that is in the file of known findings.
KNOWN: Final = Text("known", "已知")

#: Beside whatever rests on the overlay of announcements.
ANNOUNCED: Final = Text("announced, unconfirmed", "拟议，未确认")


def number(count: int, noun: str) -> str:
    """A count with its English noun: ``1 file``, ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def denominator(report: Report, summary: Summary) -> str:
    """The first line of every report: how much of the baseline the rules can see, and which modules were not there."""
    text = coverage_text(summary.technical, summary.by_rules, summary.partly, summary.evidence)
    absent = summary.absent_modules
    if absent:
        text = Text(
            f"{text.en}; {number(absent, 'module call')} not in the scan",
            f"{text.zh}；{absent} 处模块调用不在扫描范围内",
        )
    return report.say(text)


def coverage_text(technical: int, by_rules: int, partly: int, evidence: int) -> Text:
    """How many technical clauses can be decided how."""
    return Text(
        f"{technical} technical clauses: {by_rules} decided by rules, {partly} partly, {evidence} need evidence",
        f"技术条款 {technical} 条：{by_rules} 条由规则判定，{partly} 条部分由规则判定，{evidence} 条需要举证",
    )


def register_line(report: Report, counts: EvidenceCounts) -> str:
    """How far the evidence register answers the clauses that rules alone do not decide."""
    return report.say(
        Text(
            f"evidence register: {counts.answered} of {number(counts.wanted, 'clause')} answered, "
            f"{counts.overdue} overdue, {counts.missing} missing",
            f"证据登记：{counts.wanted} 条需要举证，已有 {counts.answered} 条，"
            f"逾期 {counts.overdue} 条，缺 {counts.missing} 条",
        )
    )


def baseline_line(report: Report, system: SystemReport) -> str:
    """The system, its baseline and profiles, and whether the baseline was assumed."""
    en, zh = [f"baseline {system.baseline}"], [f"基线 {system.baseline}"]
    if system.baseline_assumed:
        en[0] += " (assumed: no settings and no --baseline)"
        zh[0] += "（默认值：既无设置也未指定 --baseline）"
    if system.grades:
        en.append(f"grades {system.grades}")
        zh.append(f"定级 {system.grades}")
    if system.profiles:
        marked = [(name, name in system.announced) for name in system.profiles]
        en.append("profiles " + ", ".join(name + f" ({ANNOUNCED.en})" * mark for name, mark in marked))
        zh.append("附加要求 " + "、".join(name + f"（{ANNOUNCED.zh}）" * mark for name, mark in marked))
    if system.drafted:
        en.append("values that only an announcement asks for: " + _values(system))
        zh.append("取值仅依据拟议要求：" + _values(system))
    if system.weakened:
        en.append("settings ask for less than the baseline: " + ", ".join(system.weakened))
        zh.append("设置低于基线要求：" + "、".join(system.weakened))
    if system.ignored_inline is not None:
        en.append(f"waivers in the code not applied: {system.ignored_inline}")
        zh.append(f"未采用代码中的豁免：{system.ignored_inline} 条")
    if system.name:
        en.insert(0, f"system {system.name}")
        zh.insert(0, f"系统 {system.name}")
    return clean(report.say(Text(" · ".join(en), " · ".join(zh))))


def _values(system: SystemReport) -> str:
    return ", ".join(f"{name} = {system.parameters.get(name)}" for name in system.drafted)


def draft_note(report: Report, result: Result) -> str:
    """What a finding rests on where that is announced only; empty where something in force asks for it."""
    drafts = {clause.id for system in report.systems for clause in system.clauses if clause.draft}
    if result.clauses and drafts.issuperset(result.clauses):
        return report.say(
            Text(
                "only an announcement asks for this (unconfirmed, not in force)",
                "仅拟议要求提出此项（未确认，尚未生效）",
            )
        )
    rule = report.rules.get(result.rule)
    named = dict.fromkeys(name for system in report.systems for name in system.drafted)
    used = [name for name in named if rule is not None and name in rule.all_parameters]
    if not used:
        return ""
    listed = ", ".join(used)
    return report.say(
        Text(
            f"judged by a value that only an announcement asks for (unconfirmed, not in force): {listed}",
            f"判定所用的取值仅依据拟议要求（未确认，尚未生效）：{listed}",
        )
    )


def waiver_text(waiver: Waiver) -> Text:
    """Who answers for a waiver, until when, and why."""
    en = [f"until {waiver.until}", f"owner {waiver.owner}"]
    zh = [f"有效期至 {waiver.until}", f"责任人 {waiver.owner}"]
    if waiver.approver:
        en.append(f"approved by {waiver.approver}")
        zh.append(f"批准人 {waiver.approver}")
    if waiver.ticket:
        en.append(f"ticket {waiver.ticket}")
        zh.append(f"工单 {waiver.ticket}")
    return Text(f"{', '.join(en)}: {waiver.reason}", f"{'，'.join(zh)}：{waiver.reason}")


def verdict_line(report: Report, summary: Summary) -> str:
    """The last line: what fails, what is open, and the exit status."""
    verdicts = summary.verdicts
    fails, unknown, status = verdicts["fail"], verdicts["unknown"], report.status
    en = [f"{fails} finding{' fails' if fails == 1 else 's fail'}", f"{unknown} undecided"]
    zh = [f"{fails} 项未通过", f"{unknown} 项无法判定"]
    if report.compared:
        known = summary.known["fail"]
        en[0] += f" ({fails - known} new, {known} known)"
        zh[0] += f"（新增 {fails - known}，已知 {known}）"
    if verdicts["error"]:
        en.append(f"{verdicts['error']} could not be judged")
        zh.append(f"{verdicts['error']} 项规则出错")
    if summary.errors:
        en.append(number(summary.errors, "error"))
        zh.append(f"{summary.errors} 个错误")
    return report.say(Text(f"{', '.join(en)}: exit status {status}", f"{'，'.join(zh)}：退出码 {status}"))


STATUS_WORDS: Final = {
    0: Text(
        "what is in the scan was read; no finding fails that counts", "扫描范围内的内容均已读取，没有计入的未通过项"
    ),
    1: Text("what is in the scan was read; findings fail", "扫描范围内的内容均已读取，存在未通过项"),
    2: Text("the job could not be done whole; see the errors", "检查未能完整完成，请查看错误"),
}


def place(location: SourceLocation) -> str:
    """``file:line`` for people, or the file alone where no line is known."""
    file = clean(location.file)
    return f"{file}:{location.line}" if location.line > 0 else file


def reason_words(report: Report, code: str) -> tuple[str, str]:
    """What blocked verdicts with this reason, and what to do about it."""
    what, advice = REASON_WORDS[code]
    return report.say(what), report.say(advice)
