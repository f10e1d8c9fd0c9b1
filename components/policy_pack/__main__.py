"""What the engine starts: finds the package that this folder belongs to, and serves its policies.

The interpreter is the one that the engine has for policy packs: it has Pulumi's SDK, and need not have this package.
The package is therefore loaded from where this folder lies, under its own name, and no folder is added to those in
which modules are looked for: what else is installed beside the package stays unseen.
"""

import importlib.util
import os
import sys

_OLDEST_PYTHON = (3, 11)


def _package_folder(here: str) -> str:
    """The folder of ``compliant_infra``: two above this one, or beside the folder above where it is a checkout."""
    for start in (here, os.path.realpath(here)):
        above = os.path.dirname(os.path.dirname(start))
        for folder in (above, os.path.join(above, "compliant_infra")):
            if os.path.isfile(os.path.join(folder, "assignment.py")):
                return folder
    raise SystemExit(
        "compliant-infra: the policy pack is not in its package any more; "
        "use the folder that `compliant-infra policy-pack-dir` prints"
    )


def _load_package(folder: str) -> None:
    path = os.path.join(folder, "__init__.py")
    specification = importlib.util.spec_from_file_location("compliant_infra", path, submodule_search_locations=[folder])
    if specification is None or specification.loader is None:
        raise SystemExit(f"compliant-infra: {path} cannot be loaded")
    package = importlib.util.module_from_spec(specification)
    sys.modules["compliant_infra"] = package
    specification.loader.exec_module(package)


def _main() -> None:
    version = tuple(sys.version_info[:2])
    if version < _OLDEST_PYTHON:
        raise SystemExit(
            f"compliant-infra: policy packs run with {sys.executable}, which is Python {version[0]}.{version[1]}; "
            f"{_OLDEST_PYTHON[0]}.{_OLDEST_PYTHON[1]} or later is needed. "
            "Put a newer one first on the PATH, or name it in PULUMI_PYTHON_CMD."
        )
    here = os.path.dirname(os.path.abspath(__file__))
    # The modules of this folder are imported as those of the package; as top-level ones they could hide others.
    sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder or ".") != os.path.realpath(here)]
    try:
        import grpc  # noqa: F401
        import pulumi  # noqa: F401
    except ImportError as error:
        raise SystemExit(
            f"compliant-infra: {sys.executable} has no module {error.name}, which policy packs need: "
            f"{sys.executable} -m pip install pulumi-policy"
        ) from None
    _load_package(_package_folder(here))
    from compliant_infra.components.policy_pack.analyzer import serve

    serve()


if __name__ == "__main__":
    _main()
