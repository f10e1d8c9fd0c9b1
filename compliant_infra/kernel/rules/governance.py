"""What is asked of the system's own records: evidence that is still reviewed, a route for data that leaves the country.

These rules judge no resource. Their results come from the settings and the evidence register.
"""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule

EVIDENCE_CURRENT: Final = Rule(
    code="CN127",
    name="evidence-current",
    severity=Severity.MEDIUM,
    title=Text("Evidence is there and reviewed in time", "证据文件存在且按期复核"),
    rationale=Text(
        "A document that nobody has looked at since its review was due, or that is not where the register says, "
        "answers no assessor: the clause is open although it looks closed.",
        "复核逾期或已不在登记位置的文件无法向测评人员证明任何事项：条款看似已有证据，实则悬空。",
    ),
    remediation=Text(
        "Review the document and set date and next-review of its record in evidence.toml, or correct document.",
        "复核该文件并更新 evidence.toml 中对应记录的 date 与 next-review，或更正 document 路径。",
    ),
    checks={},
)

EXPORT_ROUTE: Final = Rule(
    code="CN128",
    name="loc-export-route",
    severity=Severity.HIGH,
    title=Text("A valid route is declared for data that leaves the country", "数据出境已声明有效的合规路径"),
    rationale=Text(
        "Personal information or important data that leaves mainland China by the wrong procedure, or after its "
        "approval has lapsed, is exported illegally, whatever the infrastructure looks like.",
        "个人信息或重要数据若未按规定路径出境，或批准期限已过，即构成违法出境，与基础设施是否合规无关。",
    ),
    remediation=Text(
        "Declare [cross-border] in compliant-infra.toml: mechanism, valid-until, people, sensitive-people, "
        'important-data, critical-infrastructure; mechanism = "none" says that nothing leaves. '
        "compliant-infra explain cross-border names the route that the numbers give.",
        "在 compliant-infra.toml 的 [cross-border] 中声明 mechanism、valid-until、people、sensitive-people、"
        'important-data、critical-infrastructure；mechanism = "none" 表示数据不出境。'
        "compliant-infra explain cross-border 给出适用的合规路径。",
    ),
    checks={},
)

RULES: Final[tuple[Rule, ...]] = (EVIDENCE_CURRENT, EXPORT_ROUTE)
