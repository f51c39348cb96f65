#!/bin/sh
# Prints the Secrets that the chart and the values in deploy/k8s/values name, from the files of deploy/make-secrets.sh:
#   deploy/make-secrets.sh
#   deploy/k8s/secrets.sh | kubectl --namespace sokhan apply --server-side -f -
# MONGO is MongoDB's address as the pods see it. Needs kubectl, and no cluster.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
secrets="${SECRETS:-$here/../secrets}"
mongo="${MONGO:-sokhan-mongo-rs0:27017/sokhan?authSource=sokhan&replicaSet=rs0}"

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

secret() { # name, key=file...
  name=$1
  shift
  for pair in "$@"; do
    set -- "$@" "--from-file=$pair"
    shift
  done
  kubectl create secret generic "$name" "$@" --dry-run=client --output=yaml
  echo ---
}

for user in gateway downloader scanner trainer synth; do
  printf 'mongodb://%s:%s@%s\n' "$user" "$(cat "$secrets/mongo_$user")" "$mongo" > "$made/store_url_$user"
done
secret sokhan-gateway sokhan_nats_password="$secrets/nats_gateway" sokhan_store_url="$made/store_url_gateway" \
  sokhan_token="$secrets/token"
for user in downloader scanner trainer synth; do
  secret "sokhan-$user" sokhan_nats_password="$secrets/nats_$user" sokhan_store_url="$made/store_url_$user"
done
secret sokhan-streams sokhan_nats_password="$secrets/nats_admin"
secret sokhan-keys sokhan_secret_key="$secrets/secret_key" sokhan_secret_key_previous="$secrets/secret_key_previous" \
  hf_token="$secrets/hf_token"
secret nats-users users.conf="$here/../nats/users.conf" passwords.conf="$secrets/nats_passwords.conf"
# MongoDB takes a password as it is, with a line end if there is one.
for user in gateway downloader scanner trainer synth; do tr -d '\n' < "$secrets/mongo_$user" > "$made/$user"; done
secret sokhan-mongo-users gateway="$made/gateway" downloader="$made/downloader" scanner="$made/scanner" \
  trainer="$made/trainer" synth="$made/synth"
