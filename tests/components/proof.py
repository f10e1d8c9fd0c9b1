"""Recording the examples of the components at every baseline, and judging what comes out by the rules.

The examples are whole programs. What differs from team to team they read from the stack configuration, which is
``CONFIGURATION`` here.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.components.recorder import Recording, record
from compliant_infra.kernel.evaluation import conclude, judge
from compliant_infra.kernel.model import Result, Scan, Verdict

EXAMPLES = Path(__file__).parents[2] / "examples" / "components"

#: Cloud -> the baselines that its components carry.
BASELINES: Mapping[str, tuple[str, ...]] = {
    "alicloud": ("mlps-l2", "mlps-l3", "mlps-l4", "financial-l2", "financial-l3", "financial-l4"),
    "aws": ("mlps-l2", "mlps-l3"),
}
PROFILES: tuple[tuple[str, ...], ...] = ((), ("sm",), ("all",))

_PLACES: Mapping[str, Mapping[str, Any]] = {
    "alicloud": {
        "alicloud:region": "cn-beijing",
        "compliant-infra:zones": ["cn-beijing-h", "cn-beijing-k", "cn-beijing-l"],
        "compliant-infra:standbyRegion": "cn-hangzhou",
        "compliant-infra:standbyZones": ["cn-hangzhou-h", "cn-hangzhou-j", "cn-hangzhou-k"],
    },
    "alicloud finance": {
        "alicloud:region": "cn-shanghai-finance-1",
        "compliant-infra:zones": ["cn-shanghai-finance-1f", "cn-shanghai-finance-1g", "cn-shanghai-finance-1k"],
        "compliant-infra:standbyRegion": "cn-shenzhen-finance-1",
        "compliant-infra:standbyZones": [
            "cn-shenzhen-finance-1d",
            "cn-shenzhen-finance-1e",
            "cn-shenzhen-finance-1f",
        ],
    },
    "aws": {
        "aws:region": "cn-north-1",
        "compliant-infra:zones": ["cn-north-1a", "cn-north-1b", "cn-north-1d"],
        "compliant-infra:standbyRegion": "cn-northwest-1",
        "compliant-infra:standbyZones": ["cn-northwest-1a", "cn-northwest-1b", "cn-northwest-1c"],
    },
}

#: What a team has before it uses a component: ids of what exists, addresses of people.
_TEAM: Mapping[str, Mapping[str, str]] = {
    "alicloud": {
        "accountId": "1234567890123456",
        "kmsKeyId": "key-hzz62f1cb66fa42qo9m3x",
        "standbyKmsKeyId": "key-shh62f1cb66fa42qo9m3x",
        "kmsInstanceId": "kst-hzz62f1cb66fa42qo9m3x",
        "standbyKmsInstanceId": "kst-shh62f1cb66fa42qo9m3x",
        "vpcId": "vpc-2ze0000000000000000aa",
        "databasePassword": "Proof-0f-n0thing",
        "alertMail": "security@example.com",
    },
    "aws": {
        "accountId": "123456789012",
        "kmsKeyArn": "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "standbyKmsKeyArn": "arn:aws-cn:kms:cn-northwest-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "vpcId": "vpc-0a1b2c3d4e5f60718",
        "databasePassword": "Proof-0f-n0thing",
        "alertMail": "security@example.com",
    },
}


#: What the settings say of exports of data: there are none.
CROSS_BORDER: Mapping[str, Any] = {"mechanism": "none"}

#: What the team declares, as under ``[parameters]`` of the settings: a certificate of the platform for level 4, which
#: public regions need, and its own accounts.
PARAMETERS: Mapping[str, Any] = {
    "platform-level": 4,
    "trusted-accounts": [team["accountId"] for team in _TEAM.values()],
}


@dataclass(frozen=True)
class Case:
    """An example at a baseline with profiles."""

    cloud: str
    example: str  # "object_bucket_minimal"
    baseline: str
    profiles: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        return EXAMPLES / self.cloud / f"{self.example}.py"

    def __str__(self) -> str:
        return "-".join((self.cloud, self.example, self.baseline, *self.profiles))


def configuration(case: Case) -> dict[str, str]:
    """The stack configuration of a case, as ``pulumi config set`` would keep it."""
    finance = case.cloud == "alicloud" and case.baseline == "financial-l4"
    values: dict[str, Any] = {
        **_PLACES["alicloud finance" if finance else case.cloud],
        **{f"compliant-infra:{name}": value for name, value in _TEAM[case.cloud].items()},
        "compliant-infra:dataClass": "general",
        "compliant-infra:owner": "platform-team",
        "compliant-infra:drTier": "1",
        "compliant-infra:rto": "4h",
        "compliant-infra:rpo": "15m",
        "compliant-infra:parameters": PARAMETERS,
        "compliant-infra:baseline": case.baseline,
        "compliant-infra:profiles": ",".join(case.profiles),
    }
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}


@lru_cache(maxsize=16)  # the tests of one example follow each other
def recording(case: Case) -> Recording:
    """The example, recorded as the engine would see it in a preview."""
    return record(
        lambda: runpy.run_path(str(case.file), run_name="__main__") and None,
        project="proof",
        config=configuration(case),
        root=str(EXAMPLES),
    )


@lru_cache(maxsize=16)
def scan(case: Case) -> Scan:
    """What the rules see of the example. Nobody changes it."""
    return recording(case).scan()


def judged(scan: Scan, case: Case, *, complete: bool = False) -> list[Result]:
    """What the rules say of a scan, with the questions about the whole system where ``complete``."""
    asked = assignment(
        Request(case.baseline, case.profiles, parameters=Request.parameter_items(PARAMETERS), **CROSS_BORDER)
    )
    judgement = judge(scan, asked)
    assert not [item for item in judgement.diagnostics if item.level == "error"], judgement.diagnostics
    return [*judgement.results, *(conclude([judgement], asked, complete=True) if complete else ())]


def shown(result: Result) -> str:
    """A result on one line."""
    name = result.resource.rpartition("::")[2]
    return f"{result.verdict} {result.rule} {name}.{result.attribute}: {result.message.en}"


def failing(results: list[Result]) -> list[Result]:
    return [result for result in results if result.verdict in (Verdict.FAIL, Verdict.ERROR)]


def baselines(cloud: str, example: str) -> tuple[str, ...]:
    """The baselines at which an example runs: those of the cloud; of a composite those that it is for."""
    kind = example.partition("_baseline")[0] if "_baseline" in example else ""
    return tuple(name for name in BASELINES[cloud] if name.startswith(kind))


def profile_sets(example: str, baseline: str) -> tuple[tuple[str, ...], ...]:
    """The sets of profiles to try: all with full examples, which make everything that minimal ones make.

    ``sm`` is on under the financial baselines anyway, and in ``all``: by itself it is tried at level 3. Composites take
    seconds: the minimal one goes without profiles. Level 2 of the financial sector is level 2 with profiles on.
    """
    if example.endswith("_baseline_minimal") or baseline == "financial-l2":
        return ((),)
    without_sm = baseline != "mlps-l3" or example.endswith("_minimal")
    return tuple(profiles for profiles in PROFILES if profiles != ("sm",) or not without_sm)


def cases() -> list[Case]:
    """Every example of every cloud at every baseline that it carries, with every set of profiles."""
    return [
        Case(cloud, file.stem, baseline, profiles)
        for cloud in BASELINES
        for file in sorted((EXAMPLES / cloud).glob("*.py"))
        for baseline in baselines(cloud, file.stem)
        for profiles in profile_sets(file.stem, baseline)
    ]


def parameters(found: Iterable[Case]) -> list[Any]:
    """Cases as parameters of a test; those of one example are run by one worker, which keeps its recordings."""
    return [pytest.param(case, id=str(case), marks=pytest.mark.xdist_group(group(case))) for case in found]


def group(case: Case) -> str:
    """The name under which the tests of an example go to one worker."""
    return f"{case.cloud}-{case.example}"
