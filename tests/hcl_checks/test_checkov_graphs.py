"""What a graph of checkov's was made of, as the judge's readers are told: by graphs of the same form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compliant_infra.hcl_checks.checkov_policies.graphs import read_graph
from compliant_infra.hcl_checks.checkov_policies.sources import read_sources
from compliant_infra.kernel.model import Scan
from tests.cli.harness import lay

DISK = 'resource "alicloud_ecs_disk" "d" {\n  encrypted = var.encrypted\n}\n'


class Graph:
    """Holds vertices as checkov's default library does."""

    def __init__(self, *vertices: dict[str, Any]) -> None:
        self._vertices = vertices

    def nodes(self) -> list[tuple[str, dict[str, Any]]]:
        return [(str(number), vertex) for number, vertex in enumerate(self._vertices)]


def disk(path: Path) -> dict[str, Any]:
    conf = {"alicloud_ecs_disk": {"d": {"__address__": "alicloud_ecs_disk.d"}}}
    return {"block_type_": "resource", "file_path_": str(path), "config_": conf}


def test_a_linked_file_belongs_to_the_root_where_the_link_is(tmp_path: Path) -> None:
    """Roots that share a file give it their own variables: each has a resource of its own."""
    lay(
        tmp_path,
        {
            "common/disk.tf": DISK,
            "dev/main.tf": 'variable "encrypted" {\n  default = false\n}\n',
            "prod/main.tf": 'variable "encrypted" {\n  default = true\n}\n',
        },
    )
    for root in ("dev", "prod"):
        (tmp_path / root / "disk.tf").symlink_to("../common/disk.tf")
    (tmp_path / "also").symlink_to("dev")
    files = ["common/disk.tf", "dev/disk.tf", "prod/disk.tf", "also/disk.tf"]
    mains = [
        {"block_type_": "variable", "file_path_": str(tmp_path / root / "main.tf"), "config_": {}}
        for root in ("dev", "prod")
    ]
    sources = read_graph(Graph(*mains, *(disk(tmp_path / name) for name in files)))
    place = tmp_path.resolve()
    assert [Path(entity.root).relative_to(place).as_posix() for entity in sources.entities] == [
        *("common", "dev", "prod"),
        "dev",  # a directory has one name
    ]
    scans: dict[str, Scan] = dict(read_sources(sources).scans(lambda _: None))
    values = {Path(root).name: scan.resources[0].attributes.get("encrypted") for root, scan in scans.items()}
    assert (values["dev"], values["prod"]) == (False, True)
