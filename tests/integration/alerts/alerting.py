"""A platform under a real Prometheus whose alerts are hastened."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import httpx2

from shared.trust import NOBODY
from tests.support.platform import Platform
from tests.support.processes import wait_until

LIMIT_S = 60


class Alerting:
    """A platform under a Prometheus with the hastened alerts."""

    def __init__(self, built: Platform, url: str, ports: dict[str, int], environment: dict[str, str]) -> None:
        self.built, self._url, self._ports, self._environment = built, url, ports, environment

    def start(self, name: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
        self.built.environment = {**self._environment, "SOKHAN_OPS_PORT": str(self._ports[name]), **more}
        self.built.start(name)
        self.built.environment = self._environment

    def firing(self) -> set[str]:
        alerts = httpx2.get(f"{self._url}/api/v1/alerts", trust_env=False, verify=NOBODY).json()["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def wait_for(self, *names: str) -> None:
        wait_until(lambda: set(names) <= self.firing(), LIMIT_S, f"{names} fire")

    def wait_without(self, *names: str) -> None:
        wait_until(lambda: not set(names) & self.firing(), LIMIT_S, f"{names} resolve")
