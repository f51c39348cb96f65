#!/bin/sh
# Writes deploy/images.lock.yml: every image of docker-compose.yml that is not ours, with the digest that the registry has
# for its tag now. Run it again to renew them, and review the changes. Needs Docker with buildx, and the registry.
set -eu
cd "$(dirname "$0")/.."
base=python:3.11-slim
digest() { docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1"; }
lock=deploy/images.lock.yml
{
  echo "# Written by deploy/pin-images.sh. Use it with COMPOSE_FILE=docker-compose.yml:$lock in .env."
  echo "services:"
  for service in nats mongo prometheus alertmanager grafana; do
    image=$(sed -n "/^  $service:/,/^  [a-z]*:\$/s/^    image: //p" docker-compose.yml | head -1)
    echo "  $service: {image: \"$image@$(digest "$image")\"}"
  done
  pinned="$base@$(digest "$base")"
  for service in gateway downloader scanner trainer synth streams; do
    echo "  $service: {build: {args: {PYTHON: \"$pinned\"}}}"
  done
} > "$lock.new"
mv "$lock.new" "$lock"
cat "$lock"
