#!/bin/sh
# The entrypoint of MongoDB's container. mongod refuses a keyfile that others may read, and a secret has the owner and the
# permissions of its file on the host: mongod gets a copy of its own, in memory.
set -eu
install -m 0400 -o mongodb -g mongodb /run/secrets/mongo_keyfile /keys/keyfile
exec docker-entrypoint.sh "$@"
