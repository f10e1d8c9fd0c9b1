"""compliant-infra: check, build and start cloud infrastructure against China's MLPS levels."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
#: The date of the catalogue: rules, clauses, regions, provider facts.
CATALOGUE_DATE: Final = "2026-11-22"
