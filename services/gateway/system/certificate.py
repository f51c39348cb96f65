"""Reads when the certificate of the public address expires, as a browser would get it: a proxy in front has it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

from cryptography import x509
from prometheus_client import CollectorRegistry, Gauge

from shared.telemetry import get_logger

_LOG = get_logger("system")
_EVERY_S = 3600.0
_LIMIT_S = 10.0


class CertificateMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.expiry = Gauge(
            "sokhan_certificate_expiry_timestamp_seconds",
            "When the certificate of SOKHAN_PUBLIC_URL expires; no series without one.",
            ["host"],
            registry=registry,
        )


class CertificateMonitor:
    """`public_url`: anything but https has no certificate."""

    def __init__(self, metrics: CertificateMetrics, public_url: str | None) -> None:
        self._metrics = metrics
        self._url = urlsplit(public_url or "")

    async def run(self) -> None:
        """Read it every hour, until it is cancelled."""
        while self._url.scheme == "https" and self._url.hostname:
            await self.measure(self._url.hostname, self._url.port or 443)
            await asyncio.sleep(_EVERY_S)

    async def measure(self, host: str, port: int) -> None:
        try:
            expiry = await asyncio.to_thread(certificate_expiry, host, port)
        except (OSError, ValueError) as error:  # the address may be reachable from outside only
            _LOG.warning("certificate_not_read", host=host, reason=str(error))
            return
        self._metrics.expiry.labels(host).set(expiry)


def certificate_expiry(host: str, port: int) -> float:
    """The end of the certificate's validity, as a Unix time. Blocking. Raises `OSError`.

    The certificate is not verified: one that has expired is to be reported, not refused.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=_LIMIT_S) as connection,
        context.wrap_socket(connection, server_hostname=host) as secure,
    ):
        content = secure.getpeercert(binary_form=True)
    if content is None:
        raise OSError("the server sends no certificate")
    return x509.load_der_x509_certificate(content).not_valid_after_utc.timestamp()
