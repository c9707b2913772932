#!/bin/sh
# Compare the live routes with the files, and push the metrics, also of a run that failed.
set -u
cd "${WORK:-/work}/repository" || exit 1
reconciler -C "${FOLDER:-.}" plan --record local --metrics "${TMPDIR:-/tmp}/plan.prom"
code=$?
python3 "$(dirname "$0")/push.py" plan "${TMPDIR:-/tmp}/plan.prom" || exit 1
exit "$code"
