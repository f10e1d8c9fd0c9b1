"""Fixes are whole: what an API wants together is written together, lists are added to, the edit is at the finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliant_infra.hcl_checks.fix import Fix
from tests.hcl_checks.test_fix import Bench


def mended(root: Path, rule: str, text: str) -> str:
    """The file after the fixes, white space squeezed; every finding is mended."""
    bench = Bench(root, {"main.tf": text}, rule, allow_replacement=True)
    assert bench.outcomes and all(isinstance(item, Fix) for item in bench.outcomes), bench.outcomes
    return " ".join(bench.text().split())


WHOLE = [
    pytest.param(
        "analytics-encrypted",
        'resource "aws_kinesis_stream" "a" {\n  name = "a"\n}\n',
        ['encryption_type = "KMS"', "kms_key_id = var.analytics_kms_key_arn"],
        id="a key with the way of encryption",
    ),
    pytest.param(
        "deletion-protection",
        'resource "aws_db_instance" "a" {\n  engine = "mysql"\n  deletion_protection = true\n'
        '  skip_final_snapshot = true\n  final_snapshot_identifier = "mine"\n}\n',
        ["skip_final_snapshot = false", 'final_snapshot_identifier = "mine"'],
        id="what the user has stays",
    ),
    pytest.param(
        "db-multi-az",
        'resource "aws_elasticache_replication_group" "a" {\n  description = "a"\n  num_cache_clusters = 3\n}\n',
        ["num_cache_clusters = 3", "multi_az_enabled = true", "automatic_failover_enabled = true"],
        id="no number gets smaller",
    ),
    pytest.param(
        "iam-mfa",
        'resource "aws_iam_user_login_profile" "a" {\n  user = "a"\n}\n',
        [
            '"aws_iam_group" "console_a"',
            '"aws_iam_user_group_membership" "console_a"',
            '"aws_iam_group_policy" "mfa_a"',
        ],
        id="companions that name each other",
    ),
    pytest.param(
        "tls-mutual",
        'resource "aws_lb" "a" {\n  tags = { purpose = "admin" }\n}\n'
        'resource "aws_lb_listener" "a" {\n  load_balancer_arn = aws_lb.a.arn\n  port = 443\n  protocol = "HTTPS"\n'
        '  mutual_authentication {\n    mode = "off"\n  }\n}\n',
        ['mode = "verify"', "trust_store_arn = aws_lb_trust_store.clients_a.arn", '"aws_lb_trust_store" "clients_a"'],
        id="a companion that is named",
    ),
    pytest.param(
        "rest-customer-key",
        'provider "tencentcloud" {\n  region = "ap-beijing"\n}\n'
        'resource "tencentcloud_postgresql_instance" "a" {\n  need_support_tde = 1\n  kms_key_id = "kms-guangzhou"\n'
        '  kms_region = "ap-guangzhou"\n}\n',
        ["kms_key_id = var.data_key.id", "kms_region = var.data_key.region"],
        id="variables that belong together replace together",
    ),
    pytest.param(
        "k8s-audit-on",
        'resource "aws_eks_cluster" "a" {\n  name = "a"\n  enabled_cluster_log_types = ["scheduler"]\n}\n',
        ['enabled_cluster_log_types = ["scheduler", '],
        id="a list is added to",
    ),
    pytest.param(
        "db-tls-on",
        'resource "aws_db_parameter_group" "a" {\n  family = "mysql8.0"\n  parameter {\n'
        '    name  = "max_connections"\n    value = "100"\n  }\n}\n',
        ['name = "max_connections" value = "100"', 'name = "require_secure_transport" value = "1"'],
        id="an entry is added beside the others",
    ),
    pytest.param(
        "net-sg-no-risky-port-from-any",
        'resource "aws_security_group" "a" {\n  ingress {\n    from_port = 443\n    to_port = 443\n'
        '    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n  ingress {\n    from_port = 3306\n'
        '    to_port = 3306\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n',
        [
            'from_port = 443 to_port = 443 protocol = "tcp" cidr_blocks = ["0.0.0.0/0"]',
            'from_port = 3306 to_port = 3306 protocol = "tcp" cidr_blocks = var.allowed_cidrs',
        ],
        id="the block with the finding, at its source",
    ),
]


@pytest.mark.parametrize(("rule", "text", "wanted"), WHOLE)
def test_a_fix_is_whole(tmp_path: Path, rule: str, text: str, wanted: list[str]) -> None:
    found = mended(tmp_path, rule, text)
    assert not [item for item in wanted if item not in found], found


def test_a_script_is_never_replaced_by_an_example(tmp_path: Path) -> None:
    text = 'resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\nresource "aws_s3_bucket_policy" "a" {\n'
    text += '  bucket = aws_s3_bucket.a.id\n  policy = <<-EOT\n    {"Statement": []}\n  EOT\n}\n'
    bench = Bench(tmp_path, {"main.tf": text}, "oss-https-only")
    assert bench.refusal.code == "by-hand"
    assert bench.text() == ""


def test_a_fix_says_what_to_know_before_and_what_it_asks_for(tmp_path: Path) -> None:
    fix = Bench(tmp_path, {"main.tf": 'resource "aws_lb" "a" {\n  internal = true\n}\n'}, "net-edge-logs").fix
    assert [item.name for item in fix.asks] == ["balancer_log_bucket"]
    assert fix.asks[0].what.zh.startswith("集中存放负载均衡访问日志") and fix.asks[0].what.en.startswith("Bucket")
    assert [note.en for note in fix.notes] == ["The policy of the bucket has to let the service write, or apply fails."]
