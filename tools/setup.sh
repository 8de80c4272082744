#!/usr/bin/env bash
# Make everything the program needs, inside this folder: virtual environment, locked packages, front-end assets.
# Runs again at no cost: a stamp holds the hash of what it was made from.
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$name"; return; }
  done
  echo "jiuzhu needs Python 3.11 or newer with the venv module (Debian: apt install python3 python3-venv)." >&2
  exit 1
}

stamp_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

# Python packages: the lock covers the build backend too, so nothing is fetched unhashed.
want=$(stamp_of requirements.lock pyproject.toml)
if [ "$(cat .venv/.stamp 2>/dev/null || true)" != "$want" ]; then
  [ -x .venv/bin/python ] || "$(find_python)" -m venv .venv
  echo "Installing Python packages …"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$want" > .venv/.stamp
fi

# Foreign workers that the REST door is tried with: for tests only.
if [ "${1:-}" = --tools ]; then
  want=$(stamp_of requirements-clients.lock)
  if [ "$(cat .venv/.clients 2>/dev/null || true)" != "$want" ]; then
    echo "Installing foreign workers for tests …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-clients.lock
    echo "$want" > .venv/.clients
  fi
fi

# The process-mining tool that replays event logs: for tests only, large, and apart from everything else.
if [ "${1:-}" = --tools ]; then
  want=$(stamp_of requirements-mining.lock)
  if [ "$(cat .venv/mining/.stamp 2>/dev/null || true)" != "$want" ]; then
    echo "Installing the process-mining tool for tests …"
    .venv/bin/python -m venv --clear .venv/mining
    .venv/mining/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mining.lock
    echo "$want" > .venv/mining/.stamp
  fi
fi

# Node: the system's if it is 20 or newer, else a copy inside the virtual environment.
if ! node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null || ! command -v npm >/dev/null; then
  if ! [ -x .venv/bin/npm ]; then
    echo "Installing Node into .venv …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
  fi
  export PATH="$PWD/.venv/bin:$PATH"
fi

# Front-end packages of one folder, by its lock.
npm_ci() {
  local folder=$1 want
  want=$(stamp_of "$folder/package-lock.json")
  [ "$(cat "$folder/node_modules/.stamp" 2>/dev/null || true)" = "$want" ] && return
  echo "Installing front-end packages of $folder …"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  echo "$want" > "$folder/node_modules/.stamp"
}

npm_ci webui
(cd webui && npm run --silent vendor)
if [ "${1:-}" = --tools ]; then npm_ci tools/diagrams; npm_ci tests/clients; fi
