"""The HTTP server of a service: uvicorn with limits on connections and deadlines for slow clients (ADR 25)."""

from shared.service.http.connections import ConnectionLimits, Connections, network_of
from shared.service.http.security_headers import SECURITY_HEADERS
from shared.service.http.server import serve_http

__all__ = ["SECURITY_HEADERS", "ConnectionLimits", "Connections", "network_of", "serve_http"]
