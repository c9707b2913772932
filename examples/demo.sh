#!/usr/bin/env bash
# The whole loop against a local incident.io: init, validate, plan, apply, plan again.
# Nothing is sent to any real account; the sandbox ends with this script.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
reconciler sandbox --port 0 --ready-file "$work/ready" >"$work/sandbox.log" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  [ -s "$work/ready" ] && break
  kill -0 "$sandbox" 2>/dev/null || { cat "$work/sandbox.log"; exit 1; }
  sleep 0.1
done
[ -s "$work/ready" ] || { echo "the sandbox did not start:"; cat "$work/sandbox.log"; exit 1; }
# shellcheck disable=SC1091
source "$work/ready" # export INCIDENT_ENDPOINT=… INCIDENT_API_KEY=…

# A copy, so that the run's folder (its backup and journal) goes with the demo.
cp -r routes reconciler.yaml directory.lock.json "$work/"
cd "$work"
# The sandbox is an account of its own, whichever one reconciler.yaml names.
sed -i.before 's|^account: .*|account: https://sandbox.invalid/acme|' reconciler.yaml
rm reconciler.yaml.before

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
run() {
  printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
  "$@"
}

git init -q "$work/first"
run reconciler -C first init --yes --ci none
echo
echo "So a new repository begins. From here on: files that were written before a live edit."
run reconciler validate
run reconciler table
run reconciler plan
run reconciler apply --auto-approve
run reconciler plan --detailed-exitcode
echo
echo "The drift is gone: the second plan found nothing to do."

# A change as a pull request would show it: from a base commit, as the comment that GitHub draws.
git init -q
git add routes reconciler.yaml directory.lock.json
git -c user.name=demo -c user.email=demo@example.com -c commit.gpgsign=false commit -q -m "As it is live"
sed -i.before 's/path: Engineering On-Call/path: Platform On-Call/' routes/production-alerts.yaml
rm routes/production-alerts.yaml.before
run reconciler plan --base HEAD --scope changed --comment comment.md
echo
echo "A pull request that pages another target for production alerts would get this comment:"
echo
cat comment.md
echo
echo "The same as a page, to open in a browser:"
mkdir -p "$OLDPWD/.reconciler"
run reconciler page --base HEAD --out "$OLDPWD/.reconciler/routes.html"
