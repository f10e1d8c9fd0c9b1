"""Secrets in code: what looks like one, where it comes from, and that no message shows it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from compliant_infra.kernel.model import Resource, SourceLocation, Unknown, Verdict
from compliant_infra.kernel.rules.encryption import SECRET_IN_CODE
from compliant_infra.kernel.secrets import is_secret_argument, names_secret, shows_secret
from tests.cli.harness import invoke
from tests.rules.fake import FakeContext, either, findings, judge, reference, resource, unknown

PASSWORD = "Fixture-Passw0rd"


@pytest.mark.parametrize(
    "text",
    [
        "export MYSQL_PASSWORD='Fixture-Passw0rd'",
        'password: "Fixture-Passw0rd"',
        "requirepass x\nDB_PASSWD=hunter22\n",
        "accessKeySecret=FixtureSecretKey0001",
        "aliyun configure --access-key-id LTAI4FixtureNoAccount00",
        "AWS_ACCESS_KEY_ID=AKIAFIXTURENOACCOUNT",
        "SecretId: AKIDFixtureNoAccountFixtureNoAccount01",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_text_shows_secret(text: str) -> None:
    assert shows_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "#!/bin/bash\nyum install -y nginx\n",
        "password=$(aws secretsmanager get-secret-value --secret-id db)",
        "password=${db_password}",
        'PASSWORD="$PASSWORD"',
        "password: {{ vault_password }}",
        "password=",
        "password=****",
        "PasswordAuthentication no",
        "password_policy=strict",
        "mysql --password-file /run/secrets/db",
        "MYSQL_ROOT_PASSWORD_FILE=/run/secrets/db",
        "secret_key=arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db",
        "https://example.com/reset-password?x=1",
        "-----BEGIN CERTIFICATE-----",
        "passwd:     files sss",
        'password = os.environ["DB_PASSWORD"]',
        "password=args.password",
        "db_password: /prod/db/password",
        "MILTAIXYZ AKIAshort",
    ],
)
def test_text_shows_none(text: str) -> None:
    assert not shows_secret(text)


@pytest.mark.parametrize("name", ["DB_PASSWORD", "redis_passwd", "API_KEY", "apiKey", "SESSION_SECRET", "AUTH_TOKEN"])
def test_names_of_secrets(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize(
    "name",
    ["DB_HOST", "DB_SECRET_ARN", "PASSWORD_FILE", "SECRET_NAME", "ACCESS_KEY_ID", "TOKEN_URL", "COMPASS", "PWDX"],
)
def test_names_of_other_things(name: str) -> None:
    assert not names_secret(name)


def test_secret_arguments() -> None:
    wanted = ["password", "account_password", "root_password", "secret_string", "psk", "password_wo", "private_key"]
    others = ["kms_encrypted_password", "password_reset_required", "secret_name", "password_policy", "key_name"]
    assert all(is_secret_argument(name) for name in wanted)
    assert not any(is_secret_argument(name) for name in others)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (PASSWORD, Verdict.FAIL),
        (12345678, Verdict.FAIL),
        ("changeme", Verdict.FAIL),
        ("", Verdict.NOT_APPLICABLE),
        (unknown("var.password", "no-value"), Verdict.PASS),
        (unknown("data.x.y", "data-source"), Verdict.PASS),
        (unknown("random_password.x.result", "known-after-apply"), Verdict.PASS),
        (unknown("module.m.password", "module-absent"), Verdict.UNKNOWN),
        (unknown("local.gone", "undeclared-reference"), Verdict.UNKNOWN),
        (either(PASSWORD, unknown()), Verdict.FAIL),
        (either(unknown(), unknown("var.y")), Verdict.PASS),
    ],
)
def test_origin_of_a_password(value: Any, verdict: Verdict) -> None:
    assert judge(SECRET_IN_CODE, resource("alicloud_rds_account", account_password=value)).verdict is verdict


def test_star_type_reads_only_secret_arguments() -> None:
    """The attributes may be lazy: no other argument is evaluated."""

    class Lazy(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            assert is_secret_argument(key), key
            return super().get(key, default)

    target = Resource(
        root=".",
        address="aws_redshift_cluster.x",
        type="aws_redshift_cluster",
        name="x",
        attributes=Lazy(cluster_identifier="dw", master_password=PASSWORD),
        location=SourceLocation("main.tf", 1),
    )
    assert findings(judge(SECRET_IN_CODE, target)) == [(Verdict.FAIL, "master_password", "master_password")]


def test_switch_named_like_a_password_is_none() -> None:
    assert judge(SECRET_IN_CODE, resource("aws_db_instance", manage_master_user_password=True)).verdict is (
        Verdict.NOT_APPLICABLE
    )


@pytest.mark.parametrize("origin", ["plan", "state", "pulumi"])
def test_value_of_a_plan_does_not_show_where_it_stands(origin: str) -> None:
    target = resource("aws_db_instance", password=PASSWORD)
    target.origin = origin
    assert judge(SECRET_IN_CODE, target).verdict is Verdict.UNKNOWN


def test_user_data_known_in_part() -> None:
    """A literal between interpolations is in the code; what is interpolated is not."""
    plain = Unknown("no-value", "user_data", parts=("#!/bin/bash\nexport DB_PASSWORD=", unknown("var.password"), "\n"))
    keyed = Unknown("no-value", "user_data", parts=("AWS_ACCESS_KEY_ID=AKIAFIXTURENOACCOUNT\n", unknown(), "\n"))
    assert judge(SECRET_IN_CODE, resource("aws_instance", user_data=plain)).verdict is Verdict.PASS
    assert judge(SECRET_IN_CODE, resource("aws_instance", user_data=keyed)).verdict is Verdict.FAIL


def test_user_data_in_base64() -> None:
    text = base64.b64encode(b"#!/bin/bash\nDB_PASSWORD=Fixture-Passw0rd\n").decode()
    clean = base64.b64encode(b"#!/bin/bash\nyum install -y nginx\n").decode()
    assert judge(SECRET_IN_CODE, resource("aws_instance", user_data_base64=text)).verdict is Verdict.FAIL
    assert judge(SECRET_IN_CODE, resource("aws_instance", user_data_base64=clean)).verdict is Verdict.PASS


def test_json_known_in_part() -> None:
    """Of a secret's JSON each member is judged by itself."""
    good = Unknown("no-value", "secret", document={"username": "app", "password": unknown("var.password")})
    bad = Unknown("no-value", "secret", document={"password": unknown("var.password"), "api_key": PASSWORD})
    assert (
        judge(SECRET_IN_CODE, resource("aws_secretsmanager_secret_version", secret_string=good)).verdict is Verdict.PASS
    )
    assert findings(judge(SECRET_IN_CODE, resource("aws_secretsmanager_secret_version", secret_string=bad))) == [
        (Verdict.FAIL, "secret_string", "secret_string.api_key")
    ]


def test_generated_password_by_reference() -> None:
    generated = resource("random_password", name="db")
    target = resource("aws_db_instance", password=reference(generated, "result"))
    assert judge(SECRET_IN_CODE, target, FakeContext([target, generated])).verdict is Verdict.PASS


def test_no_message_shows_the_secret() -> None:
    targets = [
        resource("aws_db_instance", password=PASSWORD),
        resource("aws_instance", user_data=f"DB_PASSWORD={PASSWORD}"),
        resource("alicloud_fcv3_function", environment_variables={"DB_PASSWORD": PASSWORD}),
        _parameter(),
    ]
    for target in targets:
        outcome = judge(SECRET_IN_CODE, target)
        assert outcome.verdict is Verdict.FAIL
        for part in outcome.parts or (outcome,):
            assert PASSWORD not in "".join([*part.message, part.attribute, part.finding])


def _parameter() -> Resource:
    target = resource("aws_ssm_parameter", value=PASSWORD)
    target.attributes = {**target.attributes, "type": "SecureString"}
    return target


@pytest.mark.parametrize(("line", "verdict"), [(3, Verdict.FAIL), (0, Verdict.UNKNOWN)])
def test_credentials_of_a_provider(line: int, verdict: Verdict) -> None:
    """In code a finding; a provider configuration without a line was read from a plan."""
    target = resource("provider.alicloud", secret_key=PASSWORD)
    target.mode = "provider"
    target.location = SourceLocation("main.tf" if line else "plan.json", line)
    assert judge(SECRET_IN_CODE, target).verdict is verdict


GIVEN = """\
variable "pw" {
  type      = string
  sensitive = true
}
variable "db_password" {}
variable "other" {}
resource "alicloud_db_account" "sensitive" {
  account_password = var.pw
}
resource "alicloud_db_account" "named" {
  account_password = var.db_password
}
resource "alicloud_db_account" "plain" {
  account_password = var.other
}
resource "alicloud_fcv3_function" "f" {
  environment_variables = { PASSWORD = var.pw, URL = "mysql://app:${var.pw}@db/x" }
}
"""


def test_secrets_of_the_command_line_stand_in_no_file(tmp_path):
    """A value given with --var for a sensitive variable is judged as one from outside, and shown nowhere."""
    (tmp_path / "main.tf").write_text(GIVEN, encoding="utf-8")
    given = [f"--var={name}=Sup3r-Secret!" for name in ("pw", "db_password", "other")]
    answer = invoke("check", str(tmp_path), "--only", "CN055", "--include-passed", "--format", "json", *given)
    verdicts = {item["resource"]: item["verdict"] for item in answer.results}
    assert verdicts == {
        "alicloud_db_account.sensitive": "pass",
        "alicloud_db_account.named": "pass",
        "alicloud_db_account.plain": "fail",  # nothing says that it is a secret: it could be in any file
        "alicloud_fcv3_function.f": "pass",
    }
    assert "Sup3r" not in answer.out + answer.err
    file = tmp_path / "secret.tfvars"
    file.write_text('pw = "Sup3r-Secret!"\n', encoding="utf-8")
    answer = invoke("check", str(tmp_path), "--only", "CN055", "--format", "json", "--var-file", str(file))
    assert {item["resource"] for item in answer.results if item["verdict"] == "fail"} >= {
        "alicloud_db_account.sensitive"
    }
