"""The policies inside the real checkov, against our own judgement: every fixture of the rules, plans, the command line.

checkov lives in ``.venv-checkov``, which ``make test`` prepares; without it these tests are skipped. It is started once
for all fixtures (``checkov_run.py``), while this process judges the same roots by itself.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliant_infra.assignment import Request, assignment
from compliant_infra.baselines.catalogue import PROFILES
from compliant_infra.hcl_checks.checkov_policies import folder
from compliant_infra.hcl_checks.discovery import discover
from compliant_infra.hcl_checks.modules import ModuleLibrary
from compliant_infra.hcl_checks.plan import read_plan
from compliant_infra.hcl_checks.scanning import index_for, read_root
from compliant_infra.kernel.evaluation import judge
from compliant_infra.kernel.model import Result
from compliant_infra.kernel.rules import all_rules
from tests.cli.harness import BAD, GOOD, PROVIDER, invoke
from tests.hcl_checks import recorded_plans

HERE = Path(__file__).parent
CHECKOV = HERE.parents[1] / ".venv-checkov" / "bin"
IN_FORCE = tuple(name for name in PROFILES if name != "draft-2026")
#: So large a part of the decided verdicts may be listed as not shown by checkov.
MOST_LISTED = 0.02
#: Of the recorded plans so many are given to checkov; it needs longer for a plan than for its source.
PLANS_OF_A_CLOUD = 25

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
_BASELINE = re.compile(r"#\s*baseline:\s*(\S+)")
_PARAMETER = re.compile(r"\s([a-z][a-z0-9-]+)=(\d+)\b")
_WORST = ("fail", "error", "unknown", "waived", "pass")
_SAID = {"FAILED": "fail", "PASSED": "pass", "SKIPPED": "waived"}

pytestmark = [
    pytest.mark.skipif(not (CHECKOV / "checkov").exists(), reason="no checkov in .venv-checkov: make test installs it"),
    pytest.mark.xdist_group("checkov-policies"),
]

#: What a rule says of a block: (root, block, code of the rule).
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Compared:
    """What both say of all that was judged; blocks without indexes, because checkov does not expand all instances."""

    ours: Mapping[Key, str]
    checkovs: Mapping[Key, str]
    unread: tuple[str, ...]
    roots: int


def worst(verdicts: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for key, verdict in verdicts:
        known = found.get(key, verdict)
        found[key] = min(known, verdict, key=_WORST.index)
    return found


def ours(name: str, results: Iterable[Result]) -> Iterable[tuple[Key, str]]:
    for result in results:
        block = _INDEX.sub("", result.resource)
        if not block.startswith("terraform.required_providers."):  # which is no block of checkov's
            yield (name, block, result.code), str(result.verdict)


def checkovs(name: str, records: Iterable[tuple[str, str, str]]) -> Iterable[tuple[Key, str]]:
    known = set(PROVIDERS)
    for policy, resource, verdict in records:
        block = _INDEX.sub("", resource)
        cloud, _, alias = block.partition(".")
        if cloud in known:
            block = f"provider.{cloud}" if alias == "default" else f"provider.{block}"
        elif not re.match(r"(module\.\w[\w-]*\.)*[a-z0-9]+_\w+\.", block):
            outer, _, last = block.rpartition(".")  # a module call, by its name alone
            block = f"{outer}.module.{last}" if outer else f"module.{last}"
        yield (name, block, policy.replace("CKV2_CN_", "CN")), _SAID[verdict]


PROVIDERS = ("alicloud", "aws", "tencentcloud", "google", "google-beta")


def settings_of(first: str) -> tuple[str, dict[str, int]]:
    chosen = _BASELINE.search(first)
    given = {name: int(value) for name, value in _PARAMETER.findall(first)} if chosen else {}
    return (chosen.group(1) if chosen else "mlps-l3"), given


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("policies") / "folder"
    folder.make_folder(place)
    return place


@pytest.fixture(scope="module")
def compared(policies: Path, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    base = tmp_path_factory.mktemp("roots").resolve()
    roots: dict[str, tuple[Path, Request]] = {}
    for fixture in recorded_plans.fixtures():
        name = recorded_plans.name_of(fixture)
        directory = recorded_plans.lay_out(fixture, base / name.removesuffix(".tf"))
        main = next(path for path in (directory / "main.tf", directory / "main.tf.json") if path.exists())
        baseline, parameters = settings_of(main.read_text(encoding="utf-8").split("\n", 1)[0])
        roots[name] = (directory, _write_settings(directory, baseline, parameters))
    plans: dict[str, tuple[Path, Request]] = {}
    for path in sorted((HERE / "fixtures" / "plans").glob("*/plan.json")):
        copy = base / "plans" / path.parent.name / "plan.json"
        copy.parent.mkdir(parents=True)
        shutil.copy(path, copy)
        plans[path.parent.name] = (copy, _write_settings(copy.parent, "mlps-l3", {}))
    for cloud in recorded_plans.CLOUDS:
        records = list(recorded_plans.read(cloud))
        for record in records[:: max(1, len(records) // PLANS_OF_A_CLOUD)]:
            copy = base / "plans" / record.fixture / "plan.json"
            copy.parent.mkdir(parents=True)
            copy.write_text(record.plan, encoding="utf-8")
            plans[f"plan of {record.fixture}"] = (copy, _write_settings(copy.parent, "mlps-l3", {}))
    asked, answer = base / "asked.json", base / "answer.json"
    asked.write_text(
        json.dumps(
            {
                "policies": str(policies),
                "roots": [str(directory) for directory, _ in roots.values()],
                "plans": [str(path) for path, _ in plans.values()],
            }
        ),
        encoding="utf-8",
    )
    command = [str(CHECKOV / "python"), str(HERE / "checkov_run.py"), str(asked), str(answer)]
    with subprocess.Popen(command, cwd=base, env=_environment(), stderr=subprocess.PIPE, text=True) as process:
        verdicts: list[tuple[Key, str]] = []
        for name, (directory, request) in roots.items():
            scan = read_root(ModuleLibrary(discover([str(directory)])), str(directory))
            verdicts.extend(ours(name, judge(scan, assignment(request), index_for(request)).results))
        for name, (path, request) in plans.items():
            scan = read_plan(path, path.name)
            verdicts.extend(ours(name, judge(scan, assignment(request), index_for(request)).results))
        _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-3000:]
    said = json.loads(answer.read_text(encoding="utf-8"))
    records_of = {name: said[str(path)] for name, (path, _) in {**roots, **plans}.items()}
    return Compared(
        worst(verdicts),
        worst(pair for name, found in records_of.items() for pair in checkovs(name, found["records"])),
        tuple(sorted(name for name, found in records_of.items() if found["unread"])),
        len(roots) + len(plans),
    )


def _write_settings(directory: Path, baseline: str, parameters: Mapping[str, int]) -> Request:
    lines = [f'[system]\nbaseline = "{baseline}"\nprofiles = {json.dumps(list(IN_FORCE))}\n[parameters]']
    lines += [f"{name} = {value}" for name, value in parameters.items()]
    (directory / "compliant-infra.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Request(baseline, IN_FORCE, parameters=Request.parameter_items(parameters), include_passed=True)


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMPLIANT_INFRA", "TF_VAR"))}
    return {**kept, "LOG_LEVEL": "ERROR", "PYTHONDONTWRITEBYTECODE": "1", **more}


def disagreements() -> list[dict[str, Any]]:
    content = tomllib.loads((HERE / "checkov_disagreements.toml").read_text(encoding="utf-8"))
    return list(content["disagreements"])


def test_every_fixture_agrees(compared: Compared) -> None:
    """A verdict is the same in both, nothing undecided is shown, and what checkov does not ask about is listed."""
    assert compared.roots > 1300
    listed_with_reason = disagreements()
    flips: list[str] = []
    missing: list[str] = []
    used: set[str] = set()
    listed = 0
    for key in sorted(compared.ours.keys() | compared.checkovs.keys()):
        mine, theirs = compared.ours.get(key), compared.checkovs.get(key)
        if mine == theirs or (theirs is None and mine in ("unknown", "error")):
            continue
        text = " ".join(key)
        entry = next(
            (item for item in listed_with_reason for pattern in item["where"] if fnmatch.fnmatchcase(text, pattern)),
            None,
        )
        if entry is not None and theirs is None:
            used.add(entry["reason"])
            listed += 1
        elif theirs is None:
            missing.append(f"{text}: {mine}")
        else:
            flips.append(f"{text}: {mine} in the check, {theirs} in checkov")
    assert not flips, f"{len(flips)}:\n" + "\n".join(flips[:40])
    assert not missing, f"{len(missing)}:\n" + "\n".join(missing[:40])
    decided = sum(1 for verdict in compared.ours.values() if verdict in ("pass", "fail"))
    assert decided > 14_000
    assert listed <= MOST_LISTED * decided, f"{listed} of {decided}"
    assert used == {item["reason"] for item in listed_with_reason}, "a reason without a case"


def test_what_checkov_cannot_read_is_little(compared: Compared) -> None:
    """A fixture that checkov refuses would drop out of the comparison silently."""
    assert compared.unread == ()


def test_one_policy_for_each_rule_with_all_its_metadata() -> None:
    records = {record["code"]: record for record in folder.policy_records()}
    assert set(records) == {rule.code for rule in all_rules() if rule.checks}
    record = records["CN008"]
    assert record["id"] == "CKV2_CN_008"
    assert record["category"] == "NETWORKING"
    assert "gbt22239-2019:8.1.3.2c" in record["benchmarks"]["MLPS-L3"]
    assert "alicloud_security_group_rule" in record["types"]
    assert all(item["benchmarks"] or item["category"] for item in records.values())
    used = {item["category"] for item in records.values()}
    assert used >= {"NETWORKING", "ENCRYPTION", "LOGGING", "IAM", "BACKUP_AND_RECOVERY", "SECRETS", "SUPPLY_CHAIN"}


def test_the_folder_is_the_same_each_time_and_loads_nothing_by_accident(policies: Path) -> None:
    """One module that checkov executes, no sub-folder, an archive of text and code with fixed times."""
    assert sorted(path.name for path in policies.iterdir()) == sorted(["__init__.py", folder.MODULE, folder.ARCHIVE])
    assert (policies / "__init__.py").read_bytes() == b""
    archive = (policies / folder.ARCHIVE).read_bytes()
    assert hashlib.sha256(archive).hexdigest() in (policies / folder.MODULE).read_text(encoding="utf-8")
    program = "from compliant_infra.hcl_checks.checkov_policies import folder; print(folder.digest(folder.contents()))"
    python = Path(sys.executable)
    other = subprocess.run(
        [python, "-c", program], env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == folder.digest(folder.contents.__wrapped__())
    with zipfile.ZipFile(policies / folder.ARCHIVE) as content:
        names = content.namelist()
        assert {item.date_time for item in content.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names == sorted(names)
    assert not [name for name in names if "/components/" in name or "/stacks/" in name]


def _checkov(directory: Path, *options: str, **environment: str) -> tuple[int, dict[str, Any], str]:
    command = [CHECKOV / "checkov", "-d", directory, "--framework", "terraform", "-o", "json", "--skip-download"]
    done = subprocess.run(
        [*map(str, command), *options],
        cwd=directory,
        env=_environment(**environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    first, _ = json.JSONDecoder().raw_decode(done.stdout or "{}")  # with several -d it writes one after the other
    return done.returncode, first, done.stderr


#: Of waivers: as far ahead as every baseline allows.
UNTIL = (date.today() + timedelta(days=30)).isoformat()
SKIPPED = """
resource "alicloud_security_group_rule" "let_in" {
  #checkov:skip=CKV2_CN_008:known to the team
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  security_group_id = "sg-1"
  cidr_ip           = "0.0.0.0/0"
}
"""
UNDECIDED = (
    SKIPPED.replace("let_in", "asked")
    .replace("  #checkov:skip=CKV2_CN_008:known to the team\n", "")
    .replace('"0.0.0.0/0"', 'var.office == "x" ? "10.0.0.0/8" : "0.0.0.0/0"')
)


def test_the_command_line(tmp_path: Path, policies: Path) -> None:
    """Verdicts, metadata, checkov's own skips, waivers of both kinds, and what checkov does not show."""
    root = tmp_path / "root"
    root.mkdir()
    waived = BAD.replace('"open"', '"waived"')
    inline = '# compliant-infra:ignore=CN008 reason="moves in June" owner="net" until=' + UNTIL + "\n"
    (root / "main.tf").write_text(
        PROVIDER
        + 'variable "office" {}\n'
        + BAD
        + GOOD.replace('"open"', '"closed"')
        + waived
        + inline
        + BAD.replace('"open"', '"commented"')
        + SKIPPED
        + UNDECIDED
        + 'resource "alicloud_db_account" "app" {\n  account_password = "Correct-Horse-9"\n}\n',
        encoding="utf-8",
    )
    (root / "more.tf.json").write_text('{"resource": {"alicloud_db_account": {"j": {"account_password": "Horse-1"}}}}')
    (root / "compliant-infra.toml").write_text(
        '[system]\nbaseline = "mlps-l2"\n[[waivers]]\nrule = "CN008"\nresource = "*.waived"\n'
        'reason = "legacy"\nowner = "ops"\nuntil = ' + UNTIL + "\n",
        encoding="utf-8",
    )
    report = tmp_path / "side.json"
    status, said, errors = _checkov(
        root,
        *("--external-checks-dir", *_signed(policies, tmp_path), "-c", "CKV2_CN_008,CKV2_CN_055"),
        COMPLIANT_INFRA_CHECKOV_REPORT=str(report),
    )
    assert status == 1, errors
    assert re.search("failing that are about no block.*CKV2_CN_055 alicloud_db_account.j", errors), "told, not dropped"
    results = said["results"]
    by_name = {
        kind: {item["resource"].rpartition(".")[2]: item for item in results[f"{kind}_checks"]}
        for kind in ("failed", "passed", "skipped")
    }
    assert {kind: set(items) for kind, items in by_name.items()} == {
        "failed": {"open", "app"},
        "passed": {"closed"},
        "skipped": {"waived", "commented", "let_in"},
    }
    assert "Horse" not in json.dumps(said), "secrets are hidden in the lines that checkov quotes"
    failed = by_name["failed"]["open"]
    assert failed["severity"] == "CRITICAL"
    assert failed["guideline"] == "docs/rules/net-sg-no-risky-port-from-any.md"
    assert failed["benchmarks"]["MLPS-L2"]
    assert failed["details"] and failed["check_result"]["evaluated_keys"]
    comments = {name: item["check_result"]["suppress_comment"] for name, item in by_name["skipped"].items()}
    assert comments == {
        "waived": f"waived by ops until {UNTIL}: legacy",
        "commented": f"waived by net until {UNTIL}: moves in June",
        "let_in": "known to the team",
    }
    side = json.loads(report.read_text(encoding="utf-8"))
    assert side["version"] == 1 and side["baseline"] == "mlps-l2" and side["resources"] == 8
    assert side["loaded"] == side["expected"] and "CKV2_CN_008" in side["loaded"]
    of_rule = {item["resource"].rpartition(".")[2]: item for item in side["results"] if item["id"] == "CKV2_CN_008"}
    assert {name: item["verdict"] for name, item in of_rule.items()} == {
        "open": "fail",
        "asked": "unknown",
        "waived": "waived",
        "commented": "waived",
        "let_in": "fail",
    }
    asked = of_rule["asked"]
    assert asked["reason"]["code"] == "ambiguous" and asked["shown"]
    assert asked["file"].endswith("main.tf") and asked["line"]
    assert asked["clauses"] and asked["fingerprint"] and asked["message"]["zh"]
    assert not list(tmp_path.glob("side.json.*")), "no lock is left"


def _signed(policies: Path, place: Path) -> list[str]:
    """A signed copy of the folder and the option that has checkov verify it; the folder itself without openssl."""
    if shutil.which("openssl") is None:
        return [str(policies)]
    signed, key, public = place / "signed", place / "key.pem", place / "public.pem"
    shutil.copytree(policies, signed)
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    before = invoke("checkov-digest", str(signed))
    assert before.status == 0 and folder.ARCHIVE in before.out
    assert invoke("checkov-digest", str(signed), "--signing-key", str(key)).status == 0
    module = (signed / folder.MODULE).read_bytes()
    again = invoke("checkov-digest", str(signed), "--signing-key", str(key), "--format", "json")
    assert all(item["signed"] == item["name"].endswith(".py") for item in again.document["files"])
    assert (signed / folder.MODULE).read_bytes() != module, "signed anew, not twice"
    assert (signed / folder.MODULE).read_bytes().count(b"# checkov-digest: ") == 1
    assert invoke("checkov-dir", "--output", str(signed)).status == 0
    assert b"# checkov-digest: " in (signed / folder.MODULE).read_bytes(), "the signature is kept"
    assert invoke("checkov-digest", str(signed), "--signing-key", str(public)).status == 2
    return [str(signed), "--external-checks-public-key", str(public)]


def test_everything_that_keeps_the_policies_out_is_loud(tmp_path: Path, policies: Path) -> None:
    """Another archive, and a baseline that does not exist: checkov must not end with status 0."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(GOOD, encoding="utf-8")
    (root / "compliant-infra.toml").write_text('[system]\nbaseline = "mlps-l9"\n', encoding="utf-8")
    given = ("--external-checks-dir", str(policies), "-d", str(tmp_path))
    _, _, errors = _checkov(root, *given)
    assert "error: " in errors and "unknown baseline mlps-l9" in errors, "of settings: told"
    assert "of several -d checkov scans the first one" in errors
    report = tmp_path / "side.json"
    changed = tmp_path / "changed"
    shutil.copytree(policies, changed)
    with (changed / folder.ARCHIVE).open("ab") as archive:
        archive.write(b"x")
    given = ("--external-checks-dir", str(changed))
    status, _, errors = _checkov(root, *given, COMPLIANT_INFRA_CHECKOV_REPORT=str(report))
    assert status == 2
    assert "is not the file that belongs here" in errors
    assert "no policy is loaded" in json.loads(report.read_text(encoding="utf-8"))["diagnostics"][0]["message"]["en"]
    status, _, errors = _checkov(root, "--external-checks-dir", str(policies), COMPLIANT_INFRA_BASELINE="mlps-l9")
    assert status == 2
    assert "unknown baseline mlps-l9" in errors


def test_the_folder_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made in the cache once, mended where it was changed; made where the user wants, and nothing overwritten."""
    environment = {"COMPLIANT_INFRA_CACHE": str(tmp_path / "cache"), "COMPLIANT_INFRA_NO_CACHE": None}
    first = invoke("checkov-dir", env=environment)
    assert first.status == 0, first.err
    place = Path(first.out.strip())
    (place / "extra.py").write_text("raise SystemExit\n", encoding="utf-8")
    again = invoke("checkov-dir", env=environment)
    assert again.out == first.out
    assert not (place / "extra.py").exists()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for cache in ("", str(tmp_path / "cache" / "checkov" / place.name / folder.MODULE)):  # none, or not a directory
        elsewhere = invoke("checkov-dir", env={**environment, "COMPLIANT_INFRA_CACHE": cache, "HOME": None})
        assert elsewhere.status == 0, "checkov that is given no folder ends with status 0"
        assert folder.is_whole(Path(elsewhere.out.strip()), folder.contents())
    own = Path(elsewhere.out.strip()).parent
    assert own.parent == tmp_path and own.stat().st_mode & 0o077 == 0
    own.chmod(0o777)
    refused = invoke("checkov-dir", env={**environment, "COMPLIANT_INFRA_CACHE": "", "HOME": None})
    assert refused.status == 2 and "not a directory of this user alone" in refused.err
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("kept", encoding="utf-8")
    refused = invoke("checkov-dir", "--output", str(mine))
    assert refused.status == 2 and "nothing was written" in refused.err
    assert (mine / "notes.txt").read_text(encoding="utf-8") == "kept"
