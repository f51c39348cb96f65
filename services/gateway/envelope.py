"""The shape of every answer: `{"ok": true, "data": …}` or `{"ok": false, "error": {…}}`; OpenAI's under `/v1`."""

from __future__ import annotations

import errno
from typing import Generic, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.contracts.errors import (
    Forbidden,
    Internal,
    NoSpace,
    NotFound,
    RateLimited,
    SokhanError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Validation,
)
from shared.telemetry import get_logger

T = TypeVar("T")
_LOG = get_logger("gateway")
_RETRY_AFTER_S = "2"


class Ok(BaseModel, Generic[T]):
    ok: bool = True
    data: T


class OkPage(BaseModel, Generic[T]):
    """`next` is the cursor of the following page, null on the last."""

    ok: bool = True
    data: list[T]
    next: str | None = None


class ErrorBody(BaseModel):
    code: str
    message: str
    hint: str | None = None
    request_id: str


class ErrorAnswer(BaseModel):
    ok: bool = False
    error: ErrorBody


class OpenAIError(BaseModel):
    message: str
    type: str
    param: str | None
    code: str


class OpenAIAnswer(BaseModel):
    error: OpenAIError


_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


def openai_error(error: SokhanError) -> OpenAIError:
    """It has no place for a hint, so that follows the message."""
    end = "" if error.message.endswith((".", "!", "?")) else "."
    return OpenAIError(
        message=f"{error.message}{end} {error.hint}" if error.hint else error.message,
        type=_OPENAI_TYPES.get(error.status, "invalid_request_error" if error.status < 500 else "server_error"),
        param=error.param,
        code=error.code.lower(),
    )


def error_response(request: Request, error: SokhanError) -> JSONResponse:
    headers = {}
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    elif isinstance(error, Unavailable):
        headers["Retry-After"] = _RETRY_AFTER_S
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if request.url.path.startswith("/v1/"):
        content = OpenAIAnswer(error=openai_error(error)).model_dump()
    else:
        body = ErrorBody(code=error.code, message=error.message, hint=error.hint, request_id=request.state.request_id)
        content = ErrorAnswer(error=body).model_dump()
    return JSONResponse(content, status_code=error.status, headers=headers)


def _from_http(error: HTTPException) -> SokhanError:
    match error.status_code:
        case 404:
            return NotFound("There is nothing at this address.", hint="See /docs for what there is.")
        case 401:
            return Unauthenticated(str(error.detail))
        case 403:
            return Forbidden(str(error.detail))
        case 413:
            return TooLarge(str(error.detail))
        case 405:
            return NotFound("This address does not know that method.", hint="See /docs for what there is.")
        case _:
            return Validation(str(error.detail))


def _from_validation(error: RequestValidationError) -> SokhanError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    message = f"{field or 'body'}: {first['msg'].removeprefix('Value error, ')}"
    invalid = Validation(message, hint="See /docs for the fields.")
    # Broken JSON has a position, not a field.
    invalid.param = field if field and first["type"] != "json_invalid" else None
    return invalid


def install_error_handlers(app: FastAPI) -> None:
    async def sokhan(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, SokhanError)
        return error_response(request, error)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return error_response(request, _from_http(error))

    async def validation(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return error_response(request, _from_validation(error))

    async def bug(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return error_response(request, NoSpace("The disk is full.", hint="Make room under SOKHAN_DATA."))
        _LOG.exception("request_crashed", exc_info=error)
        return error_response(
            request, Internal("Something went wrong inside Sokhan; the gateway's log has the details.")
        )

    app.add_exception_handler(SokhanError, sokhan)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(Exception, bug)
