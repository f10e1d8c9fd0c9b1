"""checkov's graph as what there is to judge: which files, roots, modules, variable files and plans it was made of.

checkov's own rendering of values is not taken over. It sorts lists, turns the text "true" into a truth value, compares
the *names* of variables that have no value (``var.x == "a" ? 1 : 2`` gives 2), makes one block of a ``dynamic`` whose
collection it does not know, and in a plan drops what is known after apply. The judge's own readers read what the graph
names: what they cannot know stays unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Endings of the files that are configuration; every other file with resources is a plan.
_CONFIGURATION: Final = (".tf", ".hcl", ".tofu", ".tf.json", ".tofu.json")

#: Kinds of blocks that policies are asked about.
_ASKED: Final = frozenset({"resource", "provider", "module"})


@dataclass(slots=True)
class Entity:
    """A block that checkov asks policies about, by the address that results have."""

    kind: str  # "resource", "provider", "module"
    address: str
    root: str  # the root's directory, absolute, or the plan file
    file: str  # absolute
    configuration: Any = None  # checkov's own object, kept so that its identity stays its own


@dataclass(slots=True)
class GraphSources:
    """What one graph was made of. Paths are absolute."""

    directories: dict[str, set[str]] = field(default_factory=dict)  # directory -> names of its files
    plans: set[str] = field(default_factory=set)
    entities: list[Entity] = field(default_factory=list)
    variable_files: list[tuple[str, str]] = field(default_factory=list)  # with the directory they were loaded for
    modules: dict[tuple[str, str], str] = field(default_factory=dict)  # (calling directory, name) -> directory


def nodes(graph: Any) -> Iterator[Mapping[str, Any]]:
    """The attributes of every vertex, whichever library holds the graph."""
    for node in graph.nodes():
        if isinstance(node, Mapping):
            yield node
        elif isinstance(node, tuple):  # rustworkx: the hash and the attributes
            yield node[1]
        else:  # networkx: the key
            yield graph.nodes[node]


def read_graph(graph: Any) -> GraphSources:
    """Everything that the judge needs to know of a graph."""
    sources = GraphSources()
    real: dict[str, str] = {}
    for node in nodes(graph):
        kind, path = node.get("block_type_"), node.get("file_path_")
        if not isinstance(path, str) or not isinstance(kind, str):
            continue
        path = real.get(path) or real.setdefault(path, _real(path))
        if kind == "tfvar":
            directories = [item.get("load_dir") for item in _configurations(node)]
            for directory in directories:
                if isinstance(directory, str):
                    entry = (path, os.path.realpath(directory))
                    if entry not in sources.variable_files:
                        sources.variable_files.append(entry)
            continue
        plan = not path.endswith(_CONFIGURATION)
        if plan:
            sources.plans.add(path)
        else:
            directory, name = os.path.split(path)
            sources.directories.setdefault(directory, set()).add(name)
        if kind == "module":
            _learn_module(node, os.path.dirname(path), sources)
        if kind in _ASKED and not (plan and kind == "provider"):  # of which checkov has no address in a plan
            sources.entities.extend(_entities(node, kind, path, plan))
    return sources


def _real(path: str) -> str:
    """A file by its real directory. A configuration file that is a link belongs where the link is; a plan where it is.

    Where several roots share a file by links, it is a different one in each: the variables are those of the root.
    """
    if not path.endswith(_CONFIGURATION):
        return os.path.realpath(path)
    directory, name = os.path.split(path)
    return os.path.join(os.path.realpath(directory), name)


def _configurations(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    configuration = node.get("config_")
    return (
        [item for item in configuration.values() if isinstance(item, dict)] if isinstance(configuration, dict) else ()
    )


def _callers(node: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """The module calls around a block, the outermost first: (file, name, index)."""
    calls: list[tuple[str, str, Any]] = []
    call = node.get("source_module_object_")
    while call is not None:
        get = call.get if isinstance(call, dict) else lambda name, call=call: getattr(call, name, None)
        calls.append((str(get("path")), str(get("name")), get("foreach_idx")))
        call = get("nested_tf_module")
    return calls[::-1]


def _entities(node: Mapping[str, Any], kind: str, path: str, plan: bool) -> Iterator[Entity]:
    configuration = node.get("config_")
    if not isinstance(configuration, dict):
        return
    calls = _callers(node)
    root = path if plan else os.path.dirname(_real(calls[0][0]) if calls else path)
    if kind == "resource":
        for named in configuration.values():
            for conf in named.values() if isinstance(named, dict) else ():
                if isinstance(conf, dict):
                    yield Entity(kind, str(conf.get("__address__", "")), root, path, conf)
        return
    for name, conf in configuration.items():
        if not isinstance(conf, dict):
            continue
        if kind == "provider":
            alias = conf.get("alias")
            alias = alias[0] if isinstance(alias, list) and alias else alias
            suffix = f".{alias}" if isinstance(alias, str) and alias else ""
            yield Entity(kind, f"provider.{name}{suffix}", root, path, conf)
        else:
            outer = "".join(f"module.{caller}." for _, caller, _ in calls)
            yield Entity(kind, f"{outer}module.{name.partition('[')[0]}", root, path, conf)


def _learn_module(node: Mapping[str, Any], directory: str, sources: GraphSources) -> None:
    """Where checkov found the source of a call, also of one that it has fetched."""
    for name, conf in (node.get("config_") or {}).items():
        found = conf.get("__resolved__") if isinstance(conf, dict) else None
        for item in found if isinstance(found, list) else ():
            path = getattr(item, "file_path", None)
            if isinstance(path, str):
                sources.modules[directory, name.partition("[")[0]] = os.path.dirname(_real(path))
                break
