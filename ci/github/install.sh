#!/usr/bin/env bash
# Installs the tool into an environment of its own, beside what the workflow has: from the checkout of the action, so that
# action and tool are of one version, or the version that was asked for.
set -euo pipefail

home="$RUNNER_TEMP/compliant-infra-tool"
# -I: without it Python would take modules from the working directory, which is what is checked.
"${PYTHON:-python3}" -I -m venv --clear "$home"
wanted="$GITHUB_ACTION_PATH"
if [ -n "${VERSION:-}" ]; then
  case "$VERSION" in
    *[!0-9A-Za-z.+!-]*) echo "compliant-infra: no version: $VERSION" >&2; exit 2 ;;
  esac
  wanted="compliant-infra==$VERSION"
fi
"$home/bin/python" -I -m pip install --quiet --disable-pip-version-check \
  --constraint "$GITHUB_ACTION_PATH/ci/constraints.txt" -- "$wanted"
"$home/bin/compliant-infra" --version
echo "bin=$home/bin" >>"$GITHUB_OUTPUT"
