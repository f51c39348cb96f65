"""Serves the console at `/`: the bundle's files, and its page at every address that is not of the API.

The files are the same for everybody and hold no data, so they need no credential; what the page then asks of the API
does. A link from another site may open the page, while no site can frame it.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.conditional import not_modified
from services.gateway.console.bundle import INDEX, Bundle, BundleFile
from services.gateway.edge.compression import accepts_gzip

# The first segments of all other paths. Below them an unknown path is an error in JSON, not a page.
_API = frozenset({
    "api", "v1", "ws", "docs", "redoc", "openapi.json", "health", "livez", "readyz", "metrics",
})  # fmt: skip

# onnxruntime compiles WebAssembly; Mantine writes styles into the page; uPlot exports pictures as blobs.
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    # With both, speech in the browser may use several threads (SharedArrayBuffer).
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
# The route's name in the metrics.
_ROUTE = Route("/{console:path}", endpoint=lambda _: Response())


class ConsolePages:
    def __init__(self, app: ASGIApp, bundle: Bundle) -> None:
        self._app = app
        self._files = bundle.files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._file_of(scope)
        if file is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = _ROUTE
        response = await asyncio.to_thread(_response, file, Headers(scope=scope), scope["method"] == "HEAD")
        await response(scope, receive, send)

    def _file_of(self, scope: Scope) -> BundleFile | None:
        """None for what is not the console's."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return None
        name = scope["path"].strip("/")
        if name.partition("/")[0] in _API:
            return None
        if name in self._files:
            return self._files[name]
        # A missing script or picture must not be answered with a page; a person's browser asks for HTML.
        asks_for_page = not name or "text/html" in Headers(scope=scope).get("accept", "")
        return self._files.get(INDEX) if asks_for_page and not name.startswith("assets/") else None


def _response(file: BundleFile, headers: Headers, head: bool) -> Response:
    gzipped = file.gzipped if accepts_gzip(headers.get("accept-encoding", "")) else None
    tag = file.etag(gzipped=gzipped is not None)
    answer = {
        **_HEADERS,
        "ETag": tag,
        "Cache-Control": "public, max-age=31536000, immutable" if file.immutable else "no-cache",
    }
    if not_modified(headers, tag):
        return Response(status_code=304, headers=answer)
    if gzipped is not None:
        answer["Content-Encoding"] = "gzip"
    body = file.content if gzipped is None else gzipped
    answer["Content-Length"] = str(len(body))
    return Response(b"" if head else body, headers=answer, media_type=file.media_type)
