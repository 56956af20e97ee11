#!/usr/bin/env bash
# The package as users get it: packed, installed into an empty folder, and used there.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tarball=$(cd "$root" && npm pack --silent --ignore-scripts --pack-destination "$folder")
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --omit=dev "./$tarball"
npx --no-install stacktrial --version
npx --no-install stacktrial init mine.yaml
npx --no-install stacktrial validate mine.yaml node_modules/stacktrial/experiments/engine-vs-functions.yaml >/dev/null
npx --no-install stacktrial list formats
mkdir data && for i in 1 2 3; do head -c 400000 /dev/urandom | base64 >"data/$i.txt"; done
npx --no-install stacktrial --quiet run mine.yaml --exit-on inconclusive=0 >decision.txt
tail -n 1 decision.txt
node --input-type=module -e "import { studentTQuantile } from 'stacktrial'; console.log(studentTQuantile(0.975, 10));"
