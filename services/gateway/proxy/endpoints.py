"""`/api/proxy`: files of the Hub for browsers that cannot reach it"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer
from services.gateway.proxy.service import ProxyService

router = APIRouter(prefix="/api", tags=["sources"])

ProxyDep = Annotated[ProxyService, Depends(provided(ProxyService))]
_EXAMPLE = "https://huggingface.co/rhasspy/piper-voices/resolve/main/fa/fa_IR/amir/medium/fa_IR-amir-medium.onnx.json"
_REFUSED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "the file"},
    206: {"description": "the range that was asked for"},
    400: {
        "model": ErrorAnswer,
        "description": "REDIRECT_REFUSED: not the URL of a file; MODEL_NOT_ALLOWED",
    },
    413: {"model": ErrorAnswer, "description": "TOO_LARGE"},
    502: {"model": ErrorAnswer, "description": "HUB_UNREACHABLE, REDIRECT_REFUSED"},
}


@router.get("/proxy", summary="Stream a file of the Hub", responses=_REFUSED, response_class=StreamingResponse)
@router.head("/proxy", include_in_schema=False, response_class=StreamingResponse)
async def proxy(
    request: Request, proxy: ProxyDep, owner: Owner, url: Annotated[str, Query(examples=[_EXAMPLE])]
) -> StreamingResponse:
    """Serves `/<repo>/resolve/…` of what you may download, with your own Hub token. Passes Range on."""
    return await proxy.fetch(request.method, url, request.headers, owner)
