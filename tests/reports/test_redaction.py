import pytest

from compliant_infra.kernel.model import SourceLocation
from compliant_infra.reports.excerpts import Excerpts
from compliant_infra.reports.redaction import hide_literals, mask, protected_lines, shown, shown_expression


def visible(source):
    """What an excerpt could show of every line of a file."""
    lines = source.splitlines()
    protected = protected_lines(lines)
    return "\n".join(shown(line, protected.get(number)) for number, line in enumerate(lines, 1))


@pytest.mark.parametrize(
    "source",
    [
        'password = "hunter2"',
        '  account_password   =   "hunter2"   # was "hunter2"',
        "password = var.x # hunter2",
        'password = "${join("", ["hunter2"])}"',
        'password = join("", [\n  "hunter2",\n])',
        'variable "db_password" {\n  default = "hunter2"\n}',
        'output "token" {\n  value = "hunter2"\n}',
        'environment = {\n  A = "x"\n  B = "hunter2"\n}',
        'resource "x" "y" {\n  environment_variables {\n    name  = "A"\n    value = "hunter2"\n  }\n}',
        'resource "x" "y" { password = "hunter2" }',
        'locals {\n  secrets = [\n    "hunter2",\n  ]\n}',
        'resource "x" "y" {\n  provisioner "remote-exec" {\n    inline = ["login -p hunter2"]\n  }\n}',
        'resource "x" "y" {\n  user_data = <<-EOF\n    echo hunter2\n  EOF\n}',
        'resource "x" "y" {\n  user_data = base64encode(<<EOF\nhunter2\nEOF\n  )\n}',
        'resource "x" "y" {\n  content = <<EOF\nlogin hunter2\nEOF\n}',
        'policy = <<EOF\n{"Password": "hunter2"}\nEOF',
        '{\n  "password":\n    "hunter2"\n}',
        '{\n  "account_password": "hunter2"\n}',
        "/*\n password was hunter2\n*/",
        'pin_token = 4711\nx = { api_key = "hunter2", b = 1 }',
        'access_key = "hunter2',
    ],
)
def test_secrets_are_not_shown(source):
    text = visible(source)
    assert "hunter2" not in text
    assert "4711" not in text
    assert "***" in text


@pytest.mark.parametrize(
    "source",
    [
        'resource "alicloud_kms_secret" "a" {\n  rotation = "7d"\n}',
        'cidr_ip = "0.0.0.0/0"',
        'policy = <<EOF\n{"Effect": "Allow", "Action": "*"}\nEOF',
        'resource "x" "y" {\n  password = var.password\n  name     = "kept"\n}',
        'password = "x"\nname = "kept"'.replace('"x"', "var.x"),
        'tags = {\n  a = "]"\n  b = "}"\n}\nafter = "kept"',
    ],
)
def test_what_is_no_secret_stays_as_it_is(source):
    assert visible(source) == source


def test_protection_ends_with_its_brackets():
    text = visible('environment = {\n  A = "hunter2"\n}\nname = "kept"')
    assert text == 'environment = {\n  A = "***"\n}\nname = "kept"'


def test_a_heredoc_ends_at_its_marker_alone():
    text = visible("user_data = <<EOF\nEOF2 hunter2\n  EOF\nname = 1")
    assert text == "user_data = <<EOF\n***\n  EOF\nname = 1"


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ('password = "a" == "b" ? 1 : 2', 'password = "***" ? 1 : ***'),
        ('  "password" : "a",', '  "password" : "***",'),
        ('  "pin": 12', '  "pin": ***'),
        ("pin = 12 // 34", "pin = *** // ***"),
        ("password = var.password", "password = var.password"),
    ],
)
def test_literals_are_hidden_and_the_rest_is_kept(line, hidden):
    assert hide_literals(line) == hidden


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("id LTAI5tAbCdEf0123456789 end", "id LTAI*** end"),
        ("AKIAIOSFODNN7EXAMPLE.", "AKIA***."),
        ("AKID0123456789abcdef0123456789abcdef0123", "AKID***"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE+/=\n-----END PRIVATE KEY-----\n.", "-----BEGIN***."),
        ('"-----BEGIN X-----\\nMIIE\\n-----END X-----\\n"', '"-----BEGIN***"'),
        ("token=STS.NUabcdefgh12345", "token=STS.***"),
        ("ASIAIOSFODNN7EXAMPLE", "ASIA***"),
        ("LTAI and AKIA alone", "LTAI and AKIA alone"),
        ("nothing", "nothing"),
    ],
)
def test_keys_are_masked(text, masked):
    assert mask(text) == masked


def test_expressions_about_secrets_lose_their_literals():
    expression = 'var.a ? "hunter2" : "x"'
    assert shown_expression(expression, "account_password", False) == 'var.a ? "***"'
    assert shown_expression(expression, "name", True) == 'var.a ? "***"'
    assert shown_expression(expression, "name", False) == expression


def quote(source, line, attribute="", *, secret=False, context=1, file="main.tf", width=60):
    excerpts = Excerpts(lambda name: source.splitlines())
    return excerpts.quote(SourceLocation(file, line), attribute, secret=secret, context=context, width=width)


def test_the_attribute_is_underlined_by_terminal_columns():
    lines = quote('a = 1\n  备 = 1, cidr_ip = "x"\n\nb = 2', 2, "ingress.0.cidr_ip")
    assert [line.number for line in lines] == [1, 2]
    assert lines[1].mark == (10, 7)


def test_without_the_attribute_the_text_of_the_line_is_underlined():
    (line,) = quote('  resource "a" "b" {', 1, "encrypted")
    assert line.mark == (2, 18)


def test_a_name_inside_another_is_not_underlined():
    (line,) = quote("ipv6_cidr_ip = 1, cidr_ip = 2", 1, "cidr_ip")
    assert line.mark == (18, 7)


def test_long_lines_are_cut():
    (line,) = quote('x = "' + "长" * 500 + '"', 1, "x", width=20)
    assert line.text.endswith("…")
    assert line.mark == (0, 1)


@pytest.mark.parametrize("file", ["plan.json", "terraform.tfstate", "__main__.py", "Pulumi.dev.yaml"])
def test_only_files_whose_structure_is_known_are_quoted(file):
    assert quote('password = "hunter2"', 1, file=file) == []


def test_rules_about_secrets_show_no_literal_at_all():
    lines = quote('a = "hunter2"\nb = "hunter2"\nc = "hunter2"', 2, "b", secret=True)
    assert [line.text for line in lines] == ['a = "***"', 'b = "***"', 'c = "***"']


def test_places_that_do_not_exist_are_not_quoted():
    assert quote("a = 1", 0) == []
    assert quote("a = 1", 9) == []
    missing = Excerpts(lambda name: None).quote(SourceLocation("a.tf", 1), "", secret=False, context=1, width=60)
    assert missing == []


def test_a_file_is_read_once():
    read = []

    def source(name):
        read.append(name)
        return ["a = 1"]

    excerpts = Excerpts(source)
    for _ in range(3):
        excerpts.quote(SourceLocation("a.tf", 1), "a", secret=False, context=0, width=60)
    assert read == ["a.tf"]
