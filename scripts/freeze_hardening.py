"""Write what the catalogue asks today as the newest version of the hardening: components/versions.json.

``python scripts/freeze_hardening.py 2026.1`` writes or overwrites that version. A version that has been released is
never overwritten: stacks keep it. Then the next one is written beside it, and what components do anew asks
``Hardening.since``.
"""

from __future__ import annotations

import json
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

from compliant_infra.baselines import catalogue
from compliant_infra.kernel.rules import all_rules
from compliant_infra.regulations import catalogue as regulations

FILE = Path(__file__).parent.parent / "components" / "versions.json"


def of_today() -> dict[str, Any]:
    """Rules by the baselines, and baselines with one profile or two, under which they are in force; parameters.

    A profile may ask for more where another one is on.
    """
    rules: dict[str, list[str]] = {rule.name: [] for rule in all_rules()}
    for baseline in catalogue.BASELINES:
        plain = regulations.rule_names(baseline, frozenset(catalogue.active_profiles(baseline)))
        for name in plain:
            rules[name].append(baseline)
        for profiles in (*combinations(catalogue.PROFILES, 1), *combinations(catalogue.PROFILES, 2)):
            active = frozenset(catalogue.active_profiles(baseline, profiles))
            for name in regulations.rule_names(baseline, active) - plain:
                if not any(f"{baseline}+{profile}" in rules[name] for profile in profiles):
                    rules[name].append("+".join((baseline, *profiles)))
    return {
        "rules": {name: sorted(found) for name, found in sorted(rules.items())},
        "parameters": {
            name: {"default": record.default, "values": dict(sorted(record.values.items()))}
            for name, record in sorted(catalogue.parameter_records().items())
        },
    }


def main(version: str) -> None:
    """Write the version."""
    versions = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    versions[version] = of_today()
    content = json.dumps(dict(sorted(versions.items())), indent=1, ensure_ascii=False, sort_keys=False)
    FILE.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
