"""Runs checkov as a library over many roots and writes down what its records say. Executed by checkov's own Python.

    python checkov_run.py REQUEST ANSWER

REQUEST is JSON: ``policies`` (the folder for external checks), ``roots`` (directories) and ``plans`` (files). ANSWER
holds for each of them the records of our policies: ``[id, resource, verdict]``, and the files that checkov could not
read.
"""

import json
import logging
import os
import sys


def main(request: str, answer: str) -> None:
    with open(request, encoding="utf-8") as file:
        asked = json.load(file)
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.plan_runner import Runner as PlanRunner
    from checkov.terraform.runner import Runner

    logging.disable(logging.CRITICAL)
    found = {}
    for kind, runner, framework in (("roots", Runner, "terraform"), ("plans", PlanRunner, "terraform_plan")):
        for path in asked[kind]:
            chosen = RunnerFilter(framework=[framework], checks=["CKV2_CN_*"], show_progress_bar=False)
            given = {"root_folder": path} if kind == "roots" else {"root_folder": None, "files": [path]}
            # Loaded once: what is registered stays so for the process.
            folders = [] if found else [asked["policies"]]
            report = runner().run(external_checks_dir=folders, runner_filter=chosen, **given)
            records = [
                [record.check_id, record.resource, record.check_result["result"].value]
                for record in (*report.passed_checks, *report.failed_checks, *report.skipped_checks)
                if record.check_id.startswith("CKV2_CN_")
            ]
            found[path] = {"records": records, "unread": sorted(map(str, report.parsing_errors))}
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(found, file)
    assert not [name for name in sys.modules if name.split(".")[0] in ("click", "rich", "re2", "pathspec")], (
        "standard library"
    )


if __name__ == "__main__":
    os.environ.pop("COMPLIANT_INFRA_CHECKOV_REPORT", None)
    main(*sys.argv[1:])
