#!/usr/bin/env bash
# Runs the check for the action: reports into a folder of the runner, the summary of the step, the outputs. Its own exit
# status is 0 whatever the check says, so that later steps can hand the reports on; the output `status` has the check's.
set -euo pipefail

# Isolated: without -I Python would take modules from the working directory, which is what is checked.
python() { "$TOOL/python" -I "$@"; }

reports="$(mktemp -d "$RUNNER_TEMP/compliant-infra.XXXXXX")"
options=()
paths=()

# One value a line; empty lines and spaces around are nothing. Nothing is expanded.
lines() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [ -n "$line" ]; then printf '%s\n' "$line"; fi
  done <<<"$1"
}

option() { if [ -n "$2" ]; then options+=("$1=$2"); fi; }

option --baseline "${GATE_BASELINE:-}"
while IFS= read -r profile; do options+=("--profile=$profile"); done < <(lines "${GATE_PROFILES:-}")
option --fail-on "${GATE_FAIL_ON:-}"
option --known "${GATE_KNOWN:-}"
option --lang "${GATE_LANG:-}"
while IFS= read -r further; do options+=("$further"); done < <(lines "${GATE_ARGS:-}")
while IFS= read -r path; do paths+=("$path"); done < <(lines "${GATE_PATHS:-.}")

export COMPLIANT_INFRA_SOURCE_URL="${GITHUB_SERVER_URL:-}/${GITHUB_REPOSITORY:-}/blob/${GITHUB_SHA:-}"
if [ -z "${GITHUB_SERVER_URL:-}" ]; then COMPLIANT_INFRA_SOURCE_URL=""; fi

if [ -n "${GITHUB_WORKSPACE:-}" ] && [ -z "${GIT_CONFIG_COUNT:-}" ]; then
  # In a container the checkout belongs to another user, and git wants to be told that this one is meant.
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$GITHUB_WORKSPACE"
fi

# The log shows names from the repository: none of them may be taken for a command to the runner.
sarif="$reports/compliant-infra.sarif"
pause="$(python -c 'import secrets; print(secrets.token_hex(16))')"
echo "::stop-commands::$pause"
status=0
if [ -n "${GATE_SINCE:-}${GATE_NEW_SINCE:-}" ] && [ "${GATE_SARIF:-}" = true ]; then
  # Code scanning takes what an upload lacks for mended, so that report is always of everything.
  "$TOOL/compliant-infra" check ${options[@]+"${options[@]}"} --fail-on=none --format=sarif --output="$sarif" \
    -- ${paths[@]+"${paths[@]}"} >/dev/null 2>&1 || echo "compliant-infra: the SARIF report of everything is not whole"
else
  options+=("--report=sarif=$sarif")
fi
if [ -n "${GATE_BASE:-}" ] && [ -z "${GATE_SINCE:-}${GATE_NEW_SINCE:-}" ]; then
  if git merge-base "$GATE_BASE" HEAD >/dev/null 2>&1; then
    option --review "$GATE_BASE"
  else
    echo "compliant-infra: what this change alters of the gate is not told; it needs a checkout with fetch-depth: 0"
  fi
fi
option --since "${GATE_SINCE:-}"
option --new-since "${GATE_NEW_SINCE:-}"
"$TOOL/compliant-infra" check ${options[@]+"${options[@]}"} \
  --report "json=$reports/compliant-infra.json" --report "comment=$reports/comment.md" \
  -- ${paths[@]+"${paths[@]}"} || status=$?
echo
echo "::$pause::"
case "$status" in 0 | 1 | 2) ;; *) status=2 ;; esac
# Without its reports nothing was judged, whatever the command says of itself: an option such as --help ends with 0.
for report in "$sarif" "$reports/compliant-infra.json" "$reports/comment.md"; do
  if [ ! -f "$report" ]; then status=2; fi
done

{
  echo "status=$status"
  for report in sarif:compliant-infra.sarif json:compliant-infra.json comment:comment.md; do
    if [ -f "$reports/${report#*:}" ]; then echo "${report%%:*}=$reports/${report#*:}"; fi
  done
} >>"$GITHUB_OUTPUT"
if [ ! -f "$reports/compliant-infra.json" ] || [ ! -f "$reports/comment.md" ]; then
  echo "### compliant-infra: the check was not done; see the log / 检查未完成，请查看日志" >>"$GITHUB_STEP_SUMMARY"
  exit 0
fi
tail -n +2 "$reports/comment.md" >>"$GITHUB_STEP_SUMMARY" # the first line is for those who post it
python - "$reports/compliant-infra.json" >>"$GITHUB_OUTPUT" <<'PROGRAM'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as stream:
    results = json.load(stream)["results"]
counts = {"failing": 0, "known": 0, "undecided": 0, "waived": 0}
for result in results:
    verdict = result["verdict"]
    name = {"unknown": "undecided", "fail": "known" if result.get("known") else "failing"}.get(verdict, verdict)
    if name in counts:
        counts[name] += 1
for name, count in counts.items():
    print(f"{name}={count}")
PROGRAM
