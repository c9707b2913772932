#!/bin/sh
# Back up all live routes, in a folder for each day. Folders older than KEEP_DAYS go once today's
# is there.
set -u
cd "${WORK:-/work}/repository" || exit 1
backups=${BACKUPS:-/backups}
reconciler -C "${FOLDER:-.}" backup "$backups/$(date -u +%F)" --metrics "${TMPDIR:-/tmp}/backup.prom"
code=$?
python3 "$(dirname "$0")/push.py" backup "${TMPDIR:-/tmp}/backup.prom" || exit 1
test "$code" = 0 || exit "$code"
oldest=$(date -u -d "-${KEEP_DAYS:-30} days" +%F)
for folder in "$backups"/20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]; do
  if [ "$(basename "$folder")" \< "$oldest" ]; then rm -rf "$folder"; fi
done
