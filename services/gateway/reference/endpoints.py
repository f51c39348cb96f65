"""`/docs` and `/redoc`: the API reference, with scripts and styles that this gateway serves itself.

FastAPI's own pages load them from a public CDN and stay blank where it is not reachable.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

router = APIRouter(include_in_schema=False)

_STATIC = Path(__file__).parent / "static"
_ASSETS = "/docs/assets"
_FAVICON = f"{_ASSETS}/favicon-32x32.png"
_OPENAPI = "/openapi.json"
Asset = Literal["favicon-32x32.png", "redoc.standalone.js", "swagger-ui-bundle.js", "swagger-ui.css"]

# The scripts ask other hosts for a logo and a validator; a browser must not. Redoc searches in a worker made of a blob.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
)


@router.get("/docs")
async def swagger(request: Request) -> HTMLResponse:
    """Swagger UI, where a request can be tried out."""
    page = get_swagger_ui_html(
        openapi_url=_OPENAPI,
        title=f"{request.app.title}: API",
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=_FAVICON,
        swagger_ui_parameters={"validatorUrl": None},
    )
    return _restricted(page)


@router.get("/redoc")
async def redoc(request: Request) -> HTMLResponse:
    """Redoc, for reading."""
    page = get_redoc_html(
        openapi_url=_OPENAPI,
        title=f"{request.app.title}: API",
        redoc_js_url=f"{_ASSETS}/redoc.standalone.js",
        redoc_favicon_url=_FAVICON,
        with_google_fonts=False,
    )
    return _restricted(page)


@router.get(f"{_ASSETS}/{{name}}")
async def asset(name: Asset) -> FileResponse:
    """One of the vendored files."""
    return FileResponse(_STATIC / name, headers={"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"})


def _restricted(page: HTMLResponse) -> HTMLResponse:
    page.headers["Content-Security-Policy"] = _POLICY
    return page
