"""The expiry of the public certificate, from a TLS server on loopback."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry

from services.gateway.system.certificate import CertificateMetrics, CertificateMonitor
from tests.support.tls import EXPIRED, tls_server


async def test_an_expired_certificate_is_reported_not_refused(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    monitor = CertificateMonitor(CertificateMetrics(registry), None)
    with tls_server(tmp_path) as port:
        await monitor.measure("127.0.0.1", port)
    found = registry.get_sample_value("sokhan_certificate_expiry_timestamp_seconds", {"host": "127.0.0.1"})
    assert found == EXPIRED.timestamp()


async def test_an_address_out_of_reach_has_no_series() -> None:
    registry = CollectorRegistry()
    await CertificateMonitor(CertificateMetrics(registry), None).measure("127.0.0.1", 9)
    assert registry.get_sample_value("sokhan_certificate_expiry_timestamp_seconds", {"host": "127.0.0.1"}) is None


async def test_without_https_nothing_is_read() -> None:
    for url in (None, "http://sokhan.example", "https://"):
        await CertificateMonitor(CertificateMetrics(CollectorRegistry()), url).run()
