"""The starter stacks that there are, and what is to be known of each."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

from compliant_infra.kernel.model import Text

#: Where the stacks are: beside this module, in a checkout and in an installed package.
FOLDER: Final = Path(__file__).parent

#: Folders that tools leave in a stack that somebody tried in place; they are never copied.
_LEFT_BY_TOOLS: Final = frozenset({"__pycache__", ".terraform", ".pytest_cache", ".ruff_cache", "venv", ".venv"})
_STATE_OF_TOOLS: Final = (".pyc", ".terraform.lock.hcl", ".tfstate", ".tfstate.backup")


@dataclass(frozen=True, slots=True)
class Setting:
    """What differs from team to team, besides what every stack has."""

    key: str  # Terraform variable; key of the stack configuration
    value: Any
    about: Text
    is_open: bool = False  # an example that has to be replaced before anything is deployed
    level: int = 0  # from which MLPS level on it is needed; 0: at every one
    profile: str = ""  # with which profile alone it is needed; "": with and without any

    def is_needed(self, level: int, profiles: Collection[str]) -> bool:
        """Whether a project of this level with these profiles, ``all`` resolved, needs it."""
        return level >= self.level and (not self.profile or self.profile in profiles)


@dataclass(frozen=True, slots=True)
class Template:
    """A starter stack."""

    name: str
    kind: str  # "pulumi" or "terraform"
    cloud: str
    baseline: str  # where none is chosen
    baselines: tuple[str, ...]  # with which a project passes
    profiles: tuple[str, ...]  # on without being asked for
    other_profiles: tuple[tuple[str, ...], ...]  # sets with which it passes too
    region: str
    standby_region: str  # "" where there is no second region
    regions: tuple[str, ...]  # the only ones that it can be made in; empty: all that its baseline takes
    min_zones: int
    title: Text
    summary: Text
    files: tuple[str, ...]  # what a reader looks at first
    modules: tuple[str, ...]  # Terraform modules that it has in common with others of its cloud
    parameters: Mapping[str, Any]
    settings: tuple[Setting, ...]

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return FOLDER / self.name

    def paths(self) -> Iterator[PurePosixPath]:
        """Its files, hidden ones too, relative to its folder and in order."""
        for directory, folders, files in os.walk(self.folder):
            folders[:] = sorted(set(folders) - _LEFT_BY_TOOLS)
            for file in sorted(files):
                if not file.endswith(_STATE_OF_TOOLS):
                    yield PurePosixPath(Path(directory, file).relative_to(self.folder).as_posix())


@cache
def templates() -> Mapping[str, Template]:
    """Every starter stack by name, in the order of the names."""
    return {path.stem: _template(path) for path in sorted(FOLDER.glob("*.toml")) if path.with_suffix("").is_dir()}


def _template(path: Path) -> Template:
    with path.open("rb") as stream:
        record = tomllib.load(stream)
    return Template(
        name=path.stem,
        kind=record["kind"],
        cloud=record["cloud"],
        baseline=record["baseline"],
        baselines=tuple(record["baselines"]),
        profiles=tuple(record.get("profiles", ())),
        other_profiles=tuple(tuple(item) for item in record.get("other-profiles", ())),
        region=record["region"],
        standby_region=record.get("standby-region", ""),
        regions=tuple(record.get("regions", ())),
        min_zones=record.get("min-zones", 1),
        title=Text(**record["title"]),
        summary=Text(**record["summary"]),
        files=tuple(record["files"]),
        modules=tuple(record.get("modules", ())),
        parameters=record.get("parameters", {}),
        settings=tuple(
            Setting(
                item["key"],
                item["value"],
                Text(**item["about"]),
                item.get("open", False),
                item.get("level", 0),
                item.get("profile", ""),
            )
            for item in record.get("settings", ())
        ),
    )


@cache
def usual_zones() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Zones to begin with: cloud -> region -> zone ids. Which of them an account is offered, its console tells."""
    with (FOLDER / "_shared" / "zones.toml").open("rb") as stream:
        record = tomllib.load(stream)
    return {cloud: {region: tuple(zones) for region, zones in regions.items()} for cloud, regions in record.items()}
