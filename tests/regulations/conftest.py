import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def compiler():
    """The compile script as a module."""
    spec = importlib.util.spec_from_file_location("compile_regulations", ROOT / "scripts" / "compile_regulations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
