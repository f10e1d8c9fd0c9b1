"""What is pinned, and which scripts run what they download."""

from __future__ import annotations

import time

import pytest

from compliant_infra.kernel.model import Verdict
from compliant_infra.kernel.rules import rules_by_name
from tests.rules.fake import FakeContext, judge, reference, resource

RULE = rules_by_name()["iac-supply-chain"]
ANY = {"approved-module-sources": []}


@pytest.mark.parametrize(
    ("source", "version", "verdict"),
    [
        ("./modules/x", None, Verdict.NOT_APPLICABLE),
        ("../x", "~> 1.0", Verdict.NOT_APPLICABLE),
        ("terraform-aws-modules/vpc/aws", "5.8.1", Verdict.PASS),
        ("terraform-aws-modules/vpc/aws", "= 5.8.1", Verdict.PASS),
        ("terraform-aws-modules/vpc/aws", "5.8.1-beta.2", Verdict.PASS),
        ("terraform-aws-modules/vpc/aws", "5.8", Verdict.FAIL),
        ("terraform-aws-modules/vpc/aws", "!= 5.8.1", Verdict.FAIL),
        ("terraform-aws-modules/vpc/aws", ">= 5.8.1", Verdict.FAIL),
        ("terraform-aws-modules/iam/aws//modules/iam-user", None, Verdict.FAIL),
        ("modules.example.cn/infra/vpc/alicloud", "1.0.0", Verdict.PASS),
        ("modules.example.cn:8443/infra/vpc/alicloud", None, Verdict.FAIL),
        ("github.com/hashicorp/example", None, Verdict.FAIL),
        ("github.com/hashicorp/example?ref=v1.2.0", None, Verdict.PASS),
        ("git@github.com:hashicorp/example.git?ref=1.2.0", None, Verdict.PASS),
        ("git::https://example.cn/x.git?ref=9f3c2b1", None, Verdict.PASS),
        ("git::https://example.cn/x.git?ref=refs/tags/stable", None, Verdict.PASS),
        ("git::https://example.cn/x.git?ref=refs/heads/1.2", None, Verdict.FAIL),
        ("git::https://example.cn/x.git?depth=1", None, Verdict.FAIL),
        ("git::https://example.cn/x.git?ref=HEAD", None, Verdict.FAIL),
        ("git::https://example.cn/x.git?ref=production", None, Verdict.UNKNOWN),
        ("https://gitlab.example.cn/x/y.git", None, Verdict.FAIL),
        ("hg::https://example.cn/x?rev=v1", None, Verdict.PASS),
        ("oci://modules.example.cn/modules/vpc?digest=sha256:00", None, Verdict.PASS),
        ("oci://modules.example.cn/modules/vpc", None, Verdict.FAIL),
        ("https://example.cn/x.zip", None, Verdict.UNKNOWN),
        ("https://example.cn/x.zip?checksum=sha256:00", None, Verdict.PASS),
        ("http://example.cn/x.zip?checksum=sha256:00", None, Verdict.FAIL),
    ],
)
def test_module_sources(source: str, version: str | None, verdict: Verdict) -> None:
    call = resource("terraform.module", source=source, version=version)
    assert judge(RULE, call, FakeContext([call], parameters=ANY)).verdict is verdict


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("alibaba/vpc/alicloud", Verdict.PASS),
        ("git::https://git.example.cn/infra/x.git?ref=v1.0.0", Verdict.PASS),
        ("git::https://git.example.com/infra/x.git?ref=v1.0.0", Verdict.FAIL),
        ("./local", Verdict.NOT_APPLICABLE),
    ],
)
def test_approved_sources(source: str, verdict: Verdict) -> None:
    call = resource("terraform.module", source=source, version="1.0.0")
    context = FakeContext([call], parameters={"approved-module-sources": ["alibaba/", "https://git.example.cn/"]})
    assert judge(RULE, call, context).verdict is verdict


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"locked": "1.2.3", "lock_file": True, "rooted": True}, Verdict.PASS),
        ({"version": "1.2.3", "lock_file": False, "rooted": True, "declared": True}, Verdict.PASS),
        ({"version": "~> 1.2", "lock_file": False, "rooted": True, "declared": True}, Verdict.FAIL),
        ({"version": "~> 1.2", "lock_file": True, "rooted": True, "declared": True}, Verdict.FAIL),
        ({"version": "~> 1.2", "lock_file": False, "rooted": False, "declared": True}, Verdict.UNKNOWN),
        ({"lock_file": False, "rooted": True, "declared": False, "calls_modules": True}, Verdict.UNKNOWN),
        ({"lock_file": False, "rooted": True, "declared": False, "calls_modules": False}, Verdict.FAIL),
    ],
)
def test_required_providers(attributes: dict[str, object], verdict: Verdict) -> None:
    required = resource("terraform.required_provider", "alicloud", **attributes)
    assert judge(RULE, required, FakeContext([required], parameters=ANY)).verdict is verdict


@pytest.mark.parametrize(
    "script",
    [
        "curl -fsSL https://get.example.cn/x.sh | sh",
        "curl -s https://get.example.cn/x.sh | sudo -E bash -s -- --yes",
        "wget -qO- https://get.example.cn/x.sh \\\n  | /bin/bash",
        "curl https://get.example.cn/x.py | python3 -",
        "bash <(curl -s https://get.example.cn/x.sh)",
        'sh -c "$(wget -O- https://get.example.cn/x.sh)"',
        'bash -lc "$(curl -L https://get.example.cn/x.sh)"',
        "eval `curl -s https://get.example.cn/x.sh`",
        "source <(curl -s https://get.example.cn/x.sh)",
        'curl "https://get.example.cn/x.sh?a=1&b=2" | bash',
        "curl -s https://get.example.cn/x.sh | tee /var/log/x.sh | sh",
        "iwr https://get.example.cn/x.ps1 | iex",
        "iex ((New-Object Net.WebClient).DownloadString('https://get.example.cn/x.ps1'))",
    ],
)
def test_scripts_from_the_network(script: str) -> None:
    server = resource("aws_instance", user_data=f"#!/bin/bash\nset -e\n{script}\n")
    outcome = judge(RULE, server, FakeContext([server], parameters=ANY))
    assert outcome.verdict is Verdict.FAIL
    assert "example" not in outcome.message.en


@pytest.mark.parametrize(
    "script",
    [
        "curl -s https://api.example.cn/health | jq .status",
        "curl -o x.tgz https://get.example.cn/x.tgz; sha256sum -c x.sum && bash x/install.sh",
        "curl -s http://169.254.169.254/latest/meta-data/instance-id | tee /etc/id\nsh /opt/start.sh",
        "echo curl | bash-completion",
        "curl -s https://api.example.cn/x | bash-completion",
        "curl -s https://api.example.cn/x | python3 -m json.tool",
        "wget https://get.example.cn/x.rpm && rpm -i x.rpm",
        "curl -s https://get.example.cn/x.tgz | tar xz -C /opt\nls /opt | sh -n",
        "curl -d 'a|sh' https://api.example.cn/x",
    ],
)
def test_other_downloads(script: str) -> None:
    server = resource("aws_instance", user_data=script)
    assert judge(RULE, server, FakeContext([server], parameters=ANY)).verdict is Verdict.PASS


def test_the_id_of_another_resource_is_no_script() -> None:
    bucket = resource("aws_s3_bucket")
    server = resource("aws_instance", user_data=reference(bucket))
    assert judge(RULE, server, FakeContext([server, bucket], parameters=ANY)).verdict is Verdict.PASS


@pytest.mark.parametrize("words", ["curl ", "curl '", "bash -c ", "iwr ", "iex "])
def test_long_scripts_take_no_long_time(words: str) -> None:
    server = resource("aws_instance", user_data=words * 10_000)
    started = time.process_time()
    assert judge(RULE, server, FakeContext([server], parameters=ANY)).verdict is Verdict.PASS
    assert time.process_time() - started < 5
