#!/usr/bin/env bash
# Locks the three sets of packages to one consistent choice of versions (needs uv: pip install uv).
set -euo pipefail
cd "$(dirname "$0")"
lock() {
  uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate \
    --custom-compile-command 'requirements/lock.sh' "$@"
}
lock dev.in --output-file ../requirements-dev.txt
lock full.in --constraints ../requirements-dev.txt --output-file ../requirements.txt
lock run.in --constraints ../requirements-dev.txt --output-file ../requirements-run.txt
