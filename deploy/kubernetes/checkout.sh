#!/bin/sh
# Clone the repository of the route files into /work/repository, with the record of what was
# applied. The token, which a public repository does not need, stays in this container.
set -eu
helper='!f() { test "$1" != get || printf "username=%s\npassword=%s\n" "${GIT_USERNAME:-x-access-token}" "${GIT_TOKEN:-}"; }; f'
export GIT_TERMINAL_PROMPT=0
cd "${WORK:-/work}"
rm -rf repository
git -c credential.helper="$helper" clone --quiet --branch "${GIT_BRANCH:-main}" -- "$GIT_URL" repository
cd repository
git -c credential.helper="$helper" fetch --quiet origin "+refs/reconciler/*:refs/reconciler/*"
