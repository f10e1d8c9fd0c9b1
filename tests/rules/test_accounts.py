"""Hard questions of the rules on sessions, accounts and duties: durations, scripts, roles with several policies."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.scanning import read_root
from compliant_infra.kernel import evaluation
from compliant_infra.kernel.model import Reference, Resource, Unknown, Verdict
from compliant_infra.kernel.rules import rules_by_name
from compliant_infra.kernel.rules.sessions import iso_seconds
from tests.rules.fake import FakeContext, either, judge, reference, resource, unknown

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE
PARAMETERS = {
    "login-max-failures": 5,
    "login-lockout-minutes": 5,
    "role-session-seconds": 14400,
    "default-account-names": ["root", "admin", "sa", "postgres"],
}

ASSIGNED = assignment(Request("mlps-l3", frozenset()))


def verdict(code: str, target: Resource, *others: Resource) -> Verdict:
    context = FakeContext([target, *others], parameters=PARAMETERS)
    return judge(rules_by_name()[code], target, context).verdict


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1H", 3600),
        ("PT4H30M", 16200),
        ("PT90M", 5400),
        ("PT3600S", 3600),
        ("P1D", 86400),
        ("P1DT1H", 90000),
        ("PT0S", 0),
        ("P", None),
        ("PT", None),
        ("1H", None),
        ("PT1H ", None),
        ("PT１H", None),
        ("", None),
        (3600, None),
        (None, None),
    ],
)
def test_durations_are_iso_8601(text: Any, seconds: int | None) -> None:
    assert iso_seconds(text) == seconds


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [(None, PASS), (5, PASS), ("1", PASS), (6, FAIL), (0, FAIL), ("x", FAIL), (unknown(), UNKNOWN)],
)
def test_no_limit_of_failures_is_none(attempts: Any, expected: Verdict) -> None:
    assert verdict("CN065", resource("alicloud_ram_account_password_policy", max_login_attempts=attempts)) is expected


def script(*lines: str) -> str:
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (script("#!/bin/bash", "yum update -y"), PASS),
        (script("#!/bin/bash", "PasswordAuthentication yes"), FAIL),
        (script("#!/bin/bash", "# PasswordAuthentication yes"), PASS),
        (script("sed -i 's/PasswordAuthentication no/PasswordAuthentication yes/' /etc/ssh/sshd_config"), FAIL),
        (script("sed -i 's/PasswordAuthentication yes/PasswordAuthentication no/' /etc/ssh/sshd_config"), PASS),
        (script("sed -i 's/^#*PasswordAuthentication.*/PasswordAuthentication yes/' /etc/ssh/sshd_config"), FAIL),
        (script("#cloud-config", "ssh_pwauth: true"), FAIL),
        (script("#cloud-config", "ssh_pwauth: 'yes'"), FAIL),
        (script("#cloud-config", "ssh_pwauth: false"), PASS),
        (script("#cloud-config", "# ssh_pwauth: true"), PASS),
        (either(script("ssh_pwauth: true"), script("ssh_pwauth: false")), UNKNOWN),
        (either(script("ssh_pwauth: true"), script("ssh_pwauth: yes")), FAIL),
        (unknown("var.user_data"), UNKNOWN),
        (Unknown("no-value", "template", parts=("ssh_pwauth: true\nhost: ", unknown("var.host"))), FAIL),
        (Unknown("no-value", "template", parts=("host: ", unknown("var.host"))), UNKNOWN),
    ],
)
def test_scripts_that_let_passwords_in(text: Any, expected: Verdict) -> None:
    assert verdict("CN074", resource("aws_instance", key_name="ops", user_data=text)) is expected
    if isinstance(text, str):
        encoded = base64.b64encode(text.encode()).decode()
        assert verdict("CN074", resource("aws_instance", user_data_base64=encoded)) is expected


def test_a_script_may_name_other_resources() -> None:
    address = resource("aws_eip")
    text = Unknown("known-after-apply", "template", parts=("host: ", reference(address, "public_ip"), "\n"))
    assert verdict("CN074", resource("aws_instance", user_data=text), address) is PASS


@pytest.mark.parametrize(
    ("image", "asked", "expected"),
    [
        ("ubuntu_22_04_x64_20G_alibase_20240530.vhd", {}, FAIL),
        ("win2022_21H2_x64_dtc_zh-cn_40G_alibase.vhd", {}, NOT_APPLICABLE),
        ("m-bp1h46wfpjsjastcxxxx", {}, FAIL),
        ("data", {"name_regex": "^ubuntu_22"}, FAIL),
        ("data", {"name_regex": "^win2019"}, NOT_APPLICABLE),
        ("data", {"os_type": "windows", "name_regex": "^golden"}, NOT_APPLICABLE),
        ("data", {"owners": "self"}, UNKNOWN),
        (unknown("var.image"), {}, UNKNOWN),
        (None, {}, UNKNOWN),
    ],
)
def test_windows_hosts_take_no_key_pair(image: Any, asked: dict[str, Any], expected: Verdict) -> None:
    source = resource("alicloud_images", "linux", address="data.alicloud_images.linux", **asked)
    if isinstance(image, str) and image == "data":
        image = Unknown("data-source", "data.alicloud_images.linux.images[0].id")
    host = resource("alicloud_instance", image_id=image, password="Fixture-only-1")
    assert verdict("CN074", host, source) is expected


def test_the_data_source_of_an_outer_module_is_found() -> None:
    address = "module.app.data.alicloud_images.linux"
    source = resource("alicloud_images", "linux", address=address, os_type="windows")
    image = Unknown("data-source", "data.alicloud_images.linux.ids[0]")
    host = resource("alicloud_instance", image_id=image, password="Fixture-only-1", module="module.app.module.host[0]")
    assert verdict("CN074", host, source) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Root", FAIL), ("orders", PASS), ("root_app", PASS), ("", PASS), (either("sa", "app"), UNKNOWN)],
)
def test_default_names_are_compared_without_case(name: Any, expected: Verdict) -> None:
    assert verdict("CN077", resource("alicloud_rds_account", account_name=name)) is expected


def document(*statements: tuple[str, Any, Any]) -> str:
    return json.dumps({"Statement": [{"Effect": e, "Action": a, "Resource": r} for e, a, r in statements]})


WRITE, CLEAN = ("Allow", "logs:PutLogEvents", "*"), ("Allow", "logs:Delete*", "*")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (document(WRITE), PASS),
        (document(CLEAN), PASS),
        (document(WRITE, CLEAN), FAIL),
        (document(("Allow", "*", "*")), FAIL),
        (document(("Allow", ["logs:*"], "*"), ("Deny", ["logs:Delete*", "cloudtrail:*"], "*")), PASS),
        (document(("Allow", "logs:*", "*"), ("Deny", "logs:Delete*", "arn:aws-cn:logs:*:*:log-group:audit")), FAIL),
        (document(("Allow", "ec2:*", "*")), PASS),
        ("not json", UNKNOWN),
    ],
)
def test_one_policy_holds_both(policy: str, expected: Verdict) -> None:
    assert verdict("CN072", resource("aws_iam_policy", policy=policy)) is expected


def test_a_denial_under_a_condition_takes_nothing_back() -> None:
    statements = [
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": ["logs:Delete*", "cloudtrail:*"],
            "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        },
    ]
    assert verdict("CN072", resource("aws_iam_policy", policy=json.dumps({"Statement": statements}))) is FAIL


def role_with(*documents: str) -> tuple[Resource, list[Resource]]:
    role = resource("aws_iam_role", "app", name_="app")
    parts: list[Resource] = []
    for index, text in enumerate(documents):
        policy = resource("aws_iam_policy", f"p{index}", policy=text)
        arn = Unknown("known-after-apply", f"{policy.address}.arn", reference=Reference(policy.address, "arn"))
        parts += [policy, resource("aws_iam_role_policy_attachment", f"a{index}", role="app", policy_arn=arn)]
    return role, parts


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ((), NOT_APPLICABLE),
        ((document(WRITE),), PASS),
        ((document(WRITE), document(CLEAN)), FAIL),
        ((document(WRITE), document(CLEAN), document(("Deny", ["logs:Delete*", "cloudtrail:*"], "*"))), PASS),
        ((document(WRITE), "not json"), UNKNOWN),
    ],
)
def test_the_policies_of_a_role_count_together(documents: tuple[str, ...], expected: Verdict) -> None:
    role, parts = role_with(*documents)
    assert verdict("CN072", role, *parts) is expected


MEMBERSHIP = """
resource "tencentcloud_cam_group_membership" "audit" {
  group_id   = tencentcloud_cam_group.audit.id
  user_names = ["li.wei"]
}
"""


@pytest.mark.parametrize(
    ("text", "complete", "expected"),
    [
        ("", False, Verdict.UNKNOWN),
        ("", True, Verdict.FAIL),
        (MEMBERSHIP, True, None),
        ('variable "more" {}\n', True, Verdict.FAIL),
        (
            'module "members" {\n  source = "./none"\n  group  = tencentcloud_cam_group.audit.id\n}\n',
            True,
            Verdict.UNKNOWN,
        ),
    ],
)
def test_a_group_without_members_fails_where_the_scan_is_the_whole_system(
    tmp_path: Path, text: str, complete: bool, expected: Verdict | None
) -> None:
    (tmp_path / "main.tf").write_text(f'resource "tencentcloud_cam_group" "audit" {{\n  name = "a"\n}}\n{text}')
    judgement = evaluation.judge(read_root(ModuleLibrary(discover([str(tmp_path)])), str(tmp_path)), ASSIGNED)
    evaluation.conclude([judgement], ASSIGNED, complete)
    found = [item for item in judgement.results if item.code == "CN071"]
    assert [item.verdict for item in found] == ([] if expected is None else [expected])
    assert all((item.reason is None) == (expected is Verdict.FAIL) for item in found)


def test_a_group_that_may_not_be_made_stays_undecided(tmp_path: Path) -> None:
    text = 'variable "n" {\n  type = number\n}\nresource "aws_iam_group" "a" {\n  count = var.n\n  name  = "a"\n}\n'
    (tmp_path / "main.tf").write_text(text)
    judgement = evaluation.judge(read_root(ModuleLibrary(discover([str(tmp_path)])), str(tmp_path)), ASSIGNED)
    evaluation.conclude([judgement], ASSIGNED, complete=True)
    assert [item.verdict for item in judgement.results if item.code == "CN071"] == [Verdict.UNKNOWN]


def test_another_root_may_hold_the_members(tmp_path: Path) -> None:
    judgements = []
    for name in ("groups", "members"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text('resource "tencentcloud_cam_group" "audit" {\n  name = "a"\n}\n')
        root = str(tmp_path / name)
        judgements.append(evaluation.judge(read_root(ModuleLibrary(discover([root])), root), ASSIGNED))
    evaluation.conclude(judgements, ASSIGNED, complete=True)
    found = [item.verdict for judgement in judgements for item in judgement.results if item.code == "CN071"]
    assert found == [Verdict.UNKNOWN, Verdict.UNKNOWN]
