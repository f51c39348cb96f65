"""`python sbom.py gateway`: the Python packages of this environment on stdout, as a CycloneDX 1.6 document.

It has no time and no random serial number: the same packages give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import Distribution, distributions


def component(package: Distribution) -> dict[str, object]:
    name = re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
    url = f"pkg:pypi/{name}@{package.version}"
    described: dict[str, object] = {"type": "library", "bom-ref": url, "name": name, "version": package.version}
    described["purl"] = url
    if "License-Expression" in package.metadata:
        described["licenses"] = [{"expression": package.metadata["License-Expression"]}]
    return described


def document(service: str) -> dict[str, object]:
    found = {package.metadata["Name"]: component(package) for package in distributions()}
    components = sorted(found.values(), key=lambda item: str(item["bom-ref"]))
    ours = next(item for item in components if item["name"] == "sokhan")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": f"sokhan-{service}", "version": ours["version"]}},
        "components": [item for item in components if item is not ours],
    }


if __name__ == "__main__":
    json.dump(document(sys.argv[1]), sys.stdout, indent=1)
