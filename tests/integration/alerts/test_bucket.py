"""The alerts of the bucket of finished data: a real SeaweedFS goes away, and what cannot be published stays."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.integration.alerts.alerting import Alerting
from tests.integration.alerts.hastened import hastened_rules
from tests.support.platform import platform
from tests.support.processes import free_port, wait_until
from tests.support.prometheus import need_prometheus, prometheus
from tests.support.seaweedfs import SeaweedFs, need_seaweedfs

pytestmark = [pytest.mark.siege, pytest.mark.timeout(600), pytest.mark.xdist_group("alerts")]
# The scanner lists the bucket once a minute, and a request to a dead one is tried for 40 seconds.
_NOTICED_S = 180


def test_a_bucket_that_is_gone_and_what_it_does_not_get(tmp_path: Path) -> None:
    need_prometheus()
    need_seaweedfs()
    bucket = SeaweedFs(tmp_path / "seaweedfs")
    bucket.start()
    ports = {"scanner": free_port()}
    environment = {**bucket.environment, "SOKHAN_OPS_PORT": str(free_port())}
    try:
        with (
            platform(tmp_path / "sokhan", names=("gateway",), environment=environment) as built,
            prometheus(tmp_path / "prometheus", ports, hastened_rules()) as url,
        ):
            alerting = Alerting(built, url, ports, bucket.environment)
            alerting.start("scanner")
            built.wait_ready(("gateway", "scanner"))

            unnamed = built.data / "audio/renders/unnamed"
            unnamed.mkdir(parents=True)
            (unnamed / os.fsdecode(b"\xff.bin")).touch()
            wait_until(lambda: "SokhanBucketBehind" in alerting.firing(), _NOTICED_S, "the alert that it is behind")
            shutil.rmtree(unnamed)
            wait_until(lambda: "SokhanBucketBehind" not in alerting.firing(), _NOTICED_S, "its end")

            bucket.kill()
            wait_until(lambda: "SokhanBucketUnavailable" in alerting.firing(), _NOTICED_S, "the alert that it is away")
            bucket.start()
            wait_until(lambda: "SokhanBucketUnavailable" not in alerting.firing(), _NOTICED_S, "its end")
    finally:
        bucket.kill()
