#!/bin/sh
# requirements.sh FILE: installs what FILE pins, by its hashes, into /opt/sokhan, and removes what no service runs.
set -eu
export PYTHONSAFEPATH=""
/opt/installer/bin/pip --python /opt/sokhan/bin/python install --no-deps --require-hashes --requirement "$1"
/opt/sokhan/bin/python /opt/installer/slim.py
