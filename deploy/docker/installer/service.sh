#!/bin/sh
# service.sh NAME: installs our wheel from /dist, removes the other services, and writes the SBOM.
set -eu
export PYTHONSAFEPATH=""
/opt/installer/bin/pip --python /opt/sokhan/bin/python install --no-cache-dir --no-index --no-deps /dist/*.whl
/opt/sokhan/bin/python /opt/installer/slim.py --service "$1"
/opt/sokhan/bin/python /opt/installer/sbom.py "$1" > /opt/sokhan/sbom.json
