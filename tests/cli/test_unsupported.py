"""Resources of providers without rules: counted and named; a selection of rules makes no provider one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.harness import GOOD, PROVIDER, invoke

STRANGERS = """\
resource "azurerm_storage_account" "one" {
  name = "one"
}

resource "azurerm_storage_account" "many" {
  count = 2
  name  = "many-${count.index}"
}

resource "huaweicloud_obs_bucket" "logs" {
  bucket = "logs"
}

resource "kubernetes_namespace" "shop" {}

resource "helm_release" "shop" {}

resource "random_id" "suffix" {
  byte_length = 4
}

resource "null_resource" "wait" {}

resource "time_sleep" "wait" {}
"""


def not_judged(tree: Path, *options: str) -> set[str]:
    answer = invoke("check", str(tree), "--format", "json", *options)
    return {
        item["message"]["en"] if isinstance(item["message"], dict) else item["message"]
        for item in answer.document["diagnostics"]
        if item["code"] == "unsupported-provider"
    }


def test_strangers_are_counted_and_named(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(PROVIDER + GOOD + STRANGERS, encoding="utf-8")
    found = not_judged(tmp_path)
    assert {message.partition(" not judged")[0] for message in found} == {
        "3 resources of provider azurerm",
        "1 resource of provider huaweicloud",
        "1 resource of provider kubernetes",
        "1 resource of provider helm",
    }


@pytest.mark.parametrize("rule", ["CN127", "CN129", "net-sg-no-risky-port-from-any", "CN091"])
def test_a_selection_makes_no_cloud_a_stranger(tmp_path: Path, rule: str) -> None:
    """A cloud that no selected rule judges is still one that the catalogue has rules for."""
    bucket = 'resource "google_storage_bucket" "logs" {\n  name = "logs"\n  location = "asia-east2"\n}\n'
    (tmp_path / "main.tf").write_text(PROVIDER + GOOD + bucket, encoding="utf-8")
    assert not_judged(tmp_path, "--only", rule) == set()


def test_a_selection_leaves_strangers_strange(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(PROVIDER + GOOD + STRANGERS, encoding="utf-8")
    assert len(not_judged(tmp_path, "--only", "CN127")) == 4
