#!/usr/bin/env bash
# Pins torch and what it needs with their hashes, for the images: torch-cpu.txt from PyTorch's index, torch-cuda.txt from
# PyPI. The Dockerfile takes a file that is here, and installs nothing that is not in it.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-uv}"
compile() { # name, index options...
  local name="$1"; shift
  echo "torch==2.13.0" | "$uv" pip compile - --python-version 3.11 --python-platform x86_64-unknown-linux-gnu \
    --generate-hashes --quiet --no-emit-index-url --no-annotate --no-header -c requirements/dev.txt \
    "$@" -o "requirements/torch-$name.txt"
}
compile cuda --index-url https://pypi.org/simple
compile cpu --index-url https://pypi.org/simple --extra-index-url https://download.pytorch.org/whl/cpu
