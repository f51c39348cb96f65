#!/usr/bin/env bash
# Gathers the wheels that `bench.gpu_check` needs into gpu-bundle/, for a machine with Python 3.12, torch and numpy but
# without registries. The versions are those of requirements/; torch's own dependencies come with torch.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-.venv/bin/python}"
target="${1:-gpu-bundle}"
max_mb=60

# What the imports of `bench.gpu_check` reach. Coqui's other dependencies (numba, scikit-learn, pandas, transformers …)
# are never imported: shared/vits/compat.py and shared/vits/mel.py replace what would import them.
packages=(
  # Coqui's VITS and its Trainer; librosa is imported as a name only, its functions load numba when they are used
  coqui-tts coqui-tts-trainer coqpit-config monotonic-alignment-search anyascii six librosa lazy-loader
  scipy soundfile cffi pycparser
  # training
  accelerate safetensors psutil nvidia-ml-py pyyaml packaging
  # Persian and the rest of shared
  espeakng-loader persiantools
  pydantic pydantic-core pydantic-settings annotated-types typing-inspection python-dotenv
  structlog prometheus-client opentelemetry-api opentelemetry-sdk opentelemetry-semantic-conventions
  # Coqui's Trainer
  tqdm rich pygments
)

mkdir -p "$target"
rm -f "$target"/*.whl "$target"/requirements.txt
for name in "${packages[@]}"; do
  # The lock may hold two versions of a package: the newer one is for Python 3.12.
  pin="$(grep -hE "^${name}==" requirements/trainer.txt requirements/synth.txt | cut -d' ' -f1 | sort -uV | tail -1)"
  [ -n "$pin" ] || { echo "requirements/ has no ${name}" >&2; exit 1; }
  echo "$pin" >> "$target/requirements.txt"
done
"$python" -m pip download -qq --disable-pip-version-check --no-deps --only-binary=:all: \
  --implementation cp --python-version 3.12 --abi cp312 --abi abi3 --abi none \
  --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_17_x86_64 \
  --platform manylinux2014_x86_64 --platform manylinux_2_5_x86_64 --platform manylinux1_x86_64 --platform any \
  --dest "$target" -r "$target/requirements.txt"

size="$(du --bytes --total "$target"/*.whl | tail -1 | cut -f1)"
ls -lS "$target"/*.whl | awk '{printf "%8.2f MB  %s\n", $5 / 1e6, $NF}'
echo "$(ls "$target"/*.whl | wc -l) wheels, $((size / 1000000)) MB in $target/"
[ "$size" -le "$((max_mb * 1000000))" ] || { echo "More than ${max_mb} MB." >&2; exit 1; }
