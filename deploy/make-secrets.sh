#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, one file each; files that exist stay unchanged.
# The folder is its owner's only. The files in it are readable, for a container sees one of them and runs as another user.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
cd secrets

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
make() { # name, content
  if [ ! -e "$1" ]; then printf '%s\n' "$2" > "$1"; fi
  chmod 644 "$1"
}

make token "$(random)"
make secret_key "$(random)"
make grafana_password "$(random)"
make hf_token ""
make secret_key_previous ""
make mongo_root "$(random)"
make mongo_keyfile "$(random)"

passwords=""
for user in admin gateway downloader scanner trainer synth events; do
  make "nats_$user" "$(random)"
  name=$(printf '%s' "$user" | tr '[:lower:]' '[:upper:]')
  passwords="$passwords${name}_PASSWORD: \"$(cat "nats_$user")\"
"
done
printf '%s' "$passwords" > nats_passwords.conf
chmod 644 nats_passwords.conf

for user in gateway downloader scanner trainer synth; do
  make "mongo_$user" "$(random)"
  printf 'mongodb://%s:%s@mongo:27017/sokhan?authSource=sokhan&replicaSet=rs0\n' "$user" "$(cat "mongo_$user")" > "store_url_$user"
  chmod 644 "store_url_$user"
done
echo "The secrets are in $(pwd)"
