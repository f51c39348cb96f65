"""The middleware around every route, outermost first.

`RequestGuard` (the head's size and form), `RequestContext` (id, trace, metrics, log), CORS, `ConsolePages` (the web
console's files), `BrowserGuard` (foreign pages, without authentication), `HttpConventions`, `Authentication`,
`AuditTrail`, `RequestRate`, `BodyGuard` (size and depth).
"""

from services.gateway.edge.audit import AuditTrail
from services.gateway.edge.authentication import Authentication
from services.gateway.edge.bodies import BodyGuard, BodyLimit
from services.gateway.edge.browsers import BrowserGuard
from services.gateway.edge.compression import Compression
from services.gateway.edge.context import RequestContext
from services.gateway.edge.guard import RequestGuard
from services.gateway.edge.rate import RequestRate

__all__ = [
    "AuditTrail",
    "Authentication",
    "BodyGuard",
    "BodyLimit",
    "BrowserGuard",
    "Compression",
    "RequestContext",
    "RequestGuard",
    "RequestRate",
]
