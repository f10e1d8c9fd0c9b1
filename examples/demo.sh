#!/bin/sh
# The main job on the bundled example estate: check it, show the findings, write the report in every format.
# Needs compliant-infra on PATH, no network and no Terraform. Run from the repository root: make demo
set -eu

estate=examples/estate
out=demo-reports
formats="json sarif junit markdown csv gitlab comment"

fail() {
	echo "demo: $1" >&2
	exit 1
}

file_of() {
	case $1 in
	junit) echo "$out/report.junit.xml" ;;
	markdown) echo "$out/report.md" ;;
	gitlab) echo "$out/report.code-quality.json" ;;
	comment) echo "$out/comment.md" ;;
	*) echo "$out/report.$1" ;;
	esac
}

command -v compliant-infra >/dev/null 2>&1 || fail "compliant-infra is not on PATH; run: make demo"
[ -d "$estate" ] || fail "$estate is not here; run from the repository root"

mkdir -p "$out"
options=
for format in $formats; do
	file=$(file_of "$format")
	rm -f "$file"
	options="$options --report $format=$file"
done

echo "== $(compliant-infra --version)"
echo "== What the level asks for: compliant-infra coverage --baseline mlps-l3"
compliant-infra coverage --baseline mlps-l3 >"$out/coverage.txt"
sed -n 1p "$out/coverage.txt"

echo
echo "== Checking $estate, the Terraform of a fictional insurer on three clouds"
echo "   compliant-infra check $estate"
status=0
# shellcheck disable=SC2086 # the options are words of their own
compliant-infra check "$estate" --output "$out/report.txt" $options || status=$?
[ -s "$out/report.txt" ] || fail "the check wrote no report (exit status $status)"

lines=$(wc -l <"$out/report.txt" | tr -d ' ')
first=34
last=14
if [ "$lines" -gt $((first + last)) ]; then
	sed -n "1,${first}p" "$out/report.txt"
	echo
	echo "   ... $((lines - first - last)) more lines in $out/report.txt ..."
	echo
	tail -n "$last" "$out/report.txt"
else
	cat "$out/report.txt"
fi

echo
[ "$status" -eq 1 ] || fail "exit status $status, expected 1: the estate has defects on purpose"
echo "== Exit status 1: everything was read and some results fail, as they should here."
echo "   0 would mean that nothing fails, 2 that the job could not be done whole."

echo
echo "== The same report for people and machines"
for format in $formats; do
	file=$(file_of "$format")
	[ -s "$file" ] || fail "$file is missing"
	printf '   %9d bytes  %s\n' "$(wc -c <"$file")" "$file"
done

echo
echo "== What can be mended by the tool: a diff, proved by all rules; nothing is written"
echo "   compliant-infra fix $estate"
status=0
compliant-infra fix "$estate" >"$out/fix.diff" 2>"$out/fix.txt" || status=$?
[ "$status" -eq 1 ] || fail "exit status $status, expected 1: some findings are for a person to mend"
grep '^mended ' "$out/fix.txt"
echo "   diff in $out/fix.diff, what is left and why in $out/fix.txt"

echo
echo "== Living with the rest: what is known does not block, what is new does"
echo "   compliant-infra check $estate --write-known known-findings.json; compliant-infra check $estate --known known-findings.json"
rm -f "$out/known-findings.json"
compliant-infra check "$estate" --write-known "$out/known-findings.json" --output "$out/known.txt"
status=0
compliant-infra check "$estate" --known "$out/known-findings.json" --output "$out/known.txt" || status=$?
[ "$status" -eq 0 ] || fail "exit status $status, expected 0: nothing is new"
tail -n 2 "$out/known.txt"

echo
echo "== Running a Pulumi program without engine or account: a level-3 baseline in two regions"
echo "   compliant-infra check examples/components --run-program --stack demo"
status=0
compliant-infra check examples/components --run-program --stack demo --output "$out/orders.txt" || status=$?
[ -s "$out/orders.txt" ] || fail "the check wrote no report (exit status $status)"
echo
cat "$out/orders.txt"
echo
[ "$status" -eq 0 ] || fail "exit status $status, expected 0: the baseline passes its own rules"
echo "== Exit status 0: what the components make passes the rules of its level."

echo
echo "== Starting a project of a starter stack, and checking it"
echo "   compliant-infra new terraform-aws-l3 shop; compliant-infra check shop"
place=$(mktemp -d) # not in a folder that git ignores: the check would leave it out
trap 'rm -rf "$place"' EXIT
compliant-infra new terraform-aws-l3 "$place/shop" --yes >"$out/new.txt"
status=0
compliant-infra check "$place/shop" --output "$out/shop.txt" || status=$?
[ "$status" -eq 0 ] || fail "exit status $status, expected 0: a new project passes its level"
sed -n 1,3p "$out/shop.txt"
grep -E "^  (fail|undecided|pass|resources) " "$out/shop.txt"

echo
echo "Next: compliant-infra explain net-sg-no-risky-port-from-any; compliant-infra check YOUR/TERRAFORM"
