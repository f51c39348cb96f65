"""A real Prometheus on loopback that scrapes given ports every second."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

from tests.support.processes import free_port, listens, wait_until

SCRAPES_S = 1
# Always fires, so that the series ALERTS exists.
_RULES = {
    "groups": [
        {"name": "test", "rules": [{"alert": "Example", "expr": "vector(1)", "labels": {"severity": "warning"}}]}
    ]
}


def need_prometheus() -> None:
    if shutil.which("prometheus") is None:
        pytest.skip("prometheus is not installed (Debian: apt install prometheus)")


@contextmanager
def prometheus(
    folder: Path, ports: Mapping[str, int], rules: Mapping[str, object] = MappingProxyType(_RULES)
) -> Iterator[str]:
    """Its URL. `ports`: of the operations endpoints by service, the label `job`."""
    folder.mkdir(parents=True)
    (folder / "rules.yml").write_text(yaml.safe_dump(dict(rules)))
    jobs = [{"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]} for name, port in ports.items()]
    interval = f"{SCRAPES_S}s"
    config = {"global": {"scrape_interval": interval, "evaluation_interval": interval}, "scrape_configs": jobs}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config | {"rule_files": ["rules.yml"]}))
    port = free_port()
    command = [
        "prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_until(lambda: listens(port), 30, f"prometheus listens; log in {folder}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
