#!/bin/sh
# torch.sh INDEX: installs torch, from INDEX or, if it is empty, from PyPI. With the hashes of `make lock-torch` nothing else
# is installed; without them, the version that is named here and what it needs.
set -eu
export PYTHONSAFEPATH=""
index=$1
pinned=/requirements/torch-$([ -n "$index" ] && echo cpu || echo cuda).txt
pip() { /opt/installer/bin/pip --python /opt/sokhan/bin/python "$@"; }
if [ -f "$pinned" ]; then
  pip install ${index:+--extra-index-url "$index"} --no-deps --require-hashes --requirement "$pinned"
else
  pip install ${index:+--index-url "$index"} torch==2.13.0
fi
/opt/sokhan/bin/python /opt/installer/slim.py
