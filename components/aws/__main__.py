"""Serves the components for AWS China to programs in other languages.

Pulumi runs this folder; nothing imports this module.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def find_package() -> None:
    """Makes ``compliant_infra`` importable: the one that this folder belongs to, in a checkout or installed."""
    # A folder that is run stands first on the path; its modules have names that others might look for.
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != FOLDER]
    root = next((parent for parent in FOLDER.parents if (parent / "compliant_infra" / "__init__.py").is_file()), None)
    if root is None:
        return  # installed apart from this folder, or an ImportError that says so
    if (root / "pyproject.toml").is_file():
        sys.path.insert(0, str(root))
    else:
        sys.path.append(str(root))  # packages of this environment come first
    import compliant_infra

    if not (root / "compliant_infra" / "components").is_dir():  # a checkout without symbolic links
        compliant_infra.__path__.append(str(root))


if __name__ == "__main__":
    find_package()
    from compliant_infra.components.plugin import serve

    serve("aws")
