"""Small reports made by hand, with one of everything that a report can hold."""

import pytest

from compliant_infra.kernel.logic import always_passes
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
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.reports.report import (
    Report,
    SystemReport,
    counts_by_rule,
    judge_clause,
    result_order,
)


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files of the reports")


def _rule(code, name, severity, title, rationale, remediation, secret=False):
    return Rule(
        code=code,
        name=name,
        severity=severity,
        title=Text(*title),
        rationale=Text(*rationale),
        remediation=Text(*remediation),
        checks={"alicloud_vpc": always_passes()},
        secret=secret,
    )


RULES = {
    rule.name: rule
    for rule in (
        _rule(
            "CN008",
            "net-sg-no-risky-port-from-any",
            Severity.CRITICAL,
            ("Risky ports are closed to the internet", "高危端口不对互联网开放"),
            (
                "Remote administration and database ports that anybody can reach are the usual way in.",
                "任何人都能访问的远程管理端口和数据库端口，是最常见的入侵途径。",
            ),
            (
                'Name the sources:\n\ncidr_ip = "10.0.0.0/8"',
                '限定来源地址：\n\ncidr_ip = "10.0.0.0/8"',
            ),
        ),
        _rule(
            "CN064",
            "identity-no-password-in-code",
            Severity.HIGH,
            ("No password stands in the code", "代码中不写口令"),
            ("Whoever can read the repository can log in.", "能读仓库的人就能登录。"),
            ("Take it from a secret store.", "改用凭据管理服务。"),
            secret=True,
        ),
        _rule(
            "CN101",
            "oss-versioning",
            Severity.MEDIUM,
            ("Object storage keeps old versions", "对象存储开启版本控制"),
            ("Overwritten and deleted objects can be restored.", "被覆盖、被删除的对象可以恢复。"),
            ('Set versioning { status = "Enabled" }.', '设置 versioning { status = "Enabled" }。'),
        ),
        _rule(
            "CN080",
            "audit-log-retention",
            Severity.LOW,
            ("Logs are kept for six months", "日志至少保存六个月"),
            ("Assessors ask for 180 days.", "测评要求保存 180 天。"),
            ("Set ttl to 180 or more.", "将 ttl 设为 180 或更大。"),
        ),
        _rule(
            "CN079",
            "audit-trail-exists",
            Severity.HIGH,
            ("An audit trail exists", "存在操作审计跟踪"),
            ("Without it nobody can tell who did what.", "没有它就无法追溯谁做了什么。"),
            ("Add an alicloud_actiontrail_trail.", "添加 alicloud_actiontrail_trail。"),
        ),
    )
}

FILES = {
    "infra/main.tf": """\
resource "alicloud_security_group_rule" "ssh" {
  type       = "ingress"
  port_range = "22/22"
  cidr_ip    = "0.0.0.0/0"
}

resource "alicloud_db_account" "app" {
  account_name     = "app"
  account_password = "Hunter2-never-shown"
}

resource "alicloud_oss_bucket" "logs" {
  bucket = "日志-logs"
}
""",
    "infra/variables.tf": 'variable "public" {\n  type = bool\n}\n\nvariable "retention" {}\n',
    "数据/桶.tf": 'resource "alicloud_oss_bucket" "备份" {\n  bucket = "backup"\n}\n',
}


def read_source(name):
    text = FILES.get(name)
    return None if text is None else text.splitlines()


def _result(rule, verdict, address, location, message=("", ""), **more):
    record = RULES[rule]
    more.setdefault("type", address.split(".")[-2] if "." in address else "")
    more.setdefault("root", "infra")
    more.setdefault("severity", record.severity)
    return Result(
        rule=rule,
        code=record.code,
        verdict=verdict,
        resource=address,
        location=location,
        message=Text(*message),
        fingerprint=f"{record.code}-{address}-{more.get('finding', '')}".lower(),
        **more,
    )


RISKY = "net-sg-no-risky-port-from-any"
PASSWORD = "identity-no-password-in-code"
VERSIONING = "oss-versioning"
RETENTION = "audit-log-retention"
TRAIL = "audit-trail-exists"


def _results(include_passed):
    results = [
        _result(
            RISKY,
            Verdict.FAIL,
            "alicloud_security_group_rule.ssh",
            SourceLocation("infra/main.tf", 4, 4, 3),
            ("port 22 is open to 0.0.0.0/0", "22 端口对 0.0.0.0/0 开放"),
            attribute="cidr_ip",
            clauses=("8.1.3.2a", "8.1.3.2b"),
        ),
        *(
            _result(
                RISKY,
                Verdict.FAIL,
                f'module.edge["{zone}"].alicloud_security_group_rule.database',
                SourceLocation("infra/modules/edge/main.tf", 12, 18),
                ("port 3306 is open to ::/0", "3306 端口对 ::/0 开放"),
                attribute="ipv6_cidr_ip",
                finding="3306",
                clauses=("8.1.3.2a", "8.1.3.2b"),
            )
            for zone in "abcdefghijk"
        ),
        _result(
            PASSWORD,
            Verdict.FAIL,
            "alicloud_db_account.app",
            SourceLocation("infra/main.tf", 9, 9),
            ("account_password is written in the code", "account_password 直接写在代码里"),
            attribute="account_password",
            clauses=("8.1.4.1a",),
        ),
        _result(
            VERSIONING,
            Verdict.FAIL,
            "alicloud_oss_bucket.备份",
            SourceLocation("数据/桶.tf", 1, 3),
            ("versioning is not set", "未设置 versioning"),
            attribute="versioning",
            clauses=("8.1.4.9a",),
        ),
        _result(
            VERSIONING,
            Verdict.UNKNOWN,
            "alicloud_oss_bucket.logs",
            SourceLocation("infra/main.tf", 12, 14),
            ("versioning cannot be decided: it depends on var.public", "versioning 无法判定：取决于 var.public"),
            attribute="versioning",
            reason=UnknownReason("ambiguous", "var.public", SourceLocation("infra/variables.tf", 1)),
            clauses=("8.1.4.9a",),
        ),
        *(
            _result(
                RETENTION,
                Verdict.UNKNOWN,
                f"alicloud_log_store.s[{number}]",
                SourceLocation("infra/logs.tf", 3, 9),
                ("retention_period cannot be decided", "retention_period 无法判定"),
                attribute="retention_period",
                reason=UnknownReason("no-value", "var.retention", SourceLocation("infra/variables.tf", 5)),
                clauses=("8.1.4.3c",),
            )
            for number in range(3)
        ),
        _result(
            TRAIL,
            Verdict.UNKNOWN,
            "*",
            SourceLocation(""),
            ("no trail is in the scan", "扫描范围内没有操作审计跟踪"),
            type="alicloud_actiontrail_trail",
            reason=UnknownReason("not-in-scan"),
            clauses=("8.1.4.3a",),
        ),
        _result(
            RETENTION,
            Verdict.WAIVED,
            "alicloud_log_store.debug",
            SourceLocation("infra/logs.tf", 30, 36),
            ("retention_period is 7; expected at least 180", "retention_period 为 7；要求至少 180"),
            attribute="retention_period",
            waiver=Waiver(
                rule=RETENTION,
                reason="debug output, holds no audit records",
                owner="li.lei",
                until="2027-01-31",
                approver="han.meimei",
                ticket="SEC-12",
                inline=True,
                location=SourceLocation("infra/logs.tf", 29),
            ),
            clauses=("8.1.4.3c",),
        ),
        _result(
            RETENTION,
            Verdict.ERROR,
            "alicloud_log_store.odd",
            SourceLocation("infra/logs.tf", 40, 44),
            ("the rule crashed: ZeroDivisionError", "规则出错：ZeroDivisionError"),
            clauses=("8.1.4.3c",),
        ),
    ]
    if include_passed:
        results.append(
            _result(
                RISKY,
                Verdict.PASS,
                "alicloud_security_group_rule.web",
                SourceLocation("infra/web.tf", 1, 6),
                clauses=("8.1.3.2a", "8.1.3.2b"),
            )
        )
    return sorted(results, key=result_order)


DIAGNOSTICS = [
    Diagnostic(
        "syntax-error",
        Text("an expression is expected here", "此处应为表达式"),
        "infra/broken.tf",
        7,
        12,
        Text("terraform validate shows the same place", "terraform validate 会指出同一处"),
    ),
    Diagnostic(
        "module-absent",
        Text('module "vpc" has no readable source', '模块 "vpc" 的来源无法读取'),
        "infra/net.tf",
        3,
        hint=Text("run terraform init", "请先运行 terraform init"),
    ),
]

_TITLES = {
    "8.1.3.2a": ("Access control at the boundary: deny by default", "边界访问控制：默认拒绝"),
    "8.1.3.2b": ("Access control at the boundary: minimal rules", "边界访问控制：规则最小化"),
    "8.1.4.1a": ("Identification: unique accounts, complex credentials", "身份鉴别：标识唯一，鉴别信息复杂"),
    "8.1.4.3a": ("Security audit: every user is covered", "安全审计：覆盖每个用户"),
    "8.1.4.3c": ("Security audit: records are protected", "安全审计：记录受保护"),
    "8.1.4.9a": ("Backup of important data", "重要数据的备份"),
    "8.1.4.8a": ("Confidentiality in transit", "传输保密性"),
    "8.1.4.10a": ("Residual information", "剩余信息保护"),
    "8.1.10.1": ("Management of the environment", "环境管理"),
}


def _clauses(results, passes):
    by_rule = counts_by_rule(results, passes)

    def clause(id, decided, *rules, **more):
        return judge_clause(id=id, title=Text(*_TITLES[id]), decided=decided, rules=rules, by_rule=by_rule, **more)

    return [
        clause("8.1.3.2a", "rules", RISKY, high_risk=True),
        clause("8.1.3.2b", "partly", RISKY),
        clause("8.1.4.1a", "partly", PASSWORD, high_risk=True),
        clause("8.1.4.3a", "partly", TRAIL),
        clause("8.1.4.3c", "partly", RETENTION),
        clause("8.1.4.9a", "rules", VERSIONING),
        clause("8.1.4.8a", "rules", "transit-tls"),
        clause("8.1.4.10a", "evidence", responsible="provider"),
        clause("8.1.10.1", "evidence", technical=False, draft=True),
    ]


@pytest.fixture
def one_report():
    """A report of one system with everything in it; ``language`` and ``include_passed`` as given."""

    def make(language="en", include_passed=False, **more):
        results = _results(include_passed)
        passes = {RISKY: 1, VERSIONING: 40}
        system = SystemReport(
            name="payments",
            baseline="mlps-l3",
            level=3,
            results=results,
            passes=passes,
            clauses=_clauses(results, passes),
            diagnostics=list(DIAGNOSTICS),
            baseline_assumed=True,
            profiles=("localisation",),
            grades="S3A2G3",
            resources=61,
            files=9,
            roots=["infra"],
            absent_modules=1,
        )
        return Report(
            version="0.1.0",
            catalogue="2026-11-01",
            systems=[system],
            rules=RULES,
            language=language,
            include_passed=include_passed,
            sources=read_source,
            exit_status=2,
            **more,
        )

    return make


@pytest.fixture
def two_systems(one_report):
    """A report of two systems: the one above and a clean one at another baseline."""

    def make(language="en"):
        report = one_report(language)
        clean = SystemReport(
            name="门户",
            baseline="mlps-l2",
            level=2,
            passes={VERSIONING: 2},
            clauses=_clauses([], {VERSIONING: 2}),
            resources=2,
            files=1,
            roots=["portal"],
        )
        report.systems.append(clean)
        return report

    return make


@pytest.fixture
def make_result():
    """Make a result of one of the sample's rules with any text in it."""
    return _result


@pytest.fixture
def report_of():
    """A report of one system that holds these results and nothing else."""

    def make(results, *, language="en", sources=None, diagnostics=(), name="payments", passes=None):
        system = SystemReport(
            name=name,
            baseline="mlps-l3",
            level=3,
            results=list(results),
            passes=passes or {},
            clauses=_clauses(list(results), passes or {}),
            diagnostics=list(diagnostics),
        )
        return Report("0.1.0", "2026-11-01", [system], RULES, language=language, sources=sources)

    return make
