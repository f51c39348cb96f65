"""The shape of every answer: `{"ok": true, "data": …}` or `{"ok": false, "error": {…}}`; OpenAI's under `/v1`."""

from __future__ import annotations

from typing import Generic, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection

from services.gateway.http_conventions import allowed_methods
from shared.contracts.errors import (
    Forbidden,
    Internal,
    MethodNotAllowed,
    NoSpace,
    NotFound,
    RateLimited,
    SokhanError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Validation,
)
from shared.contracts.hints import Action, Hint, HintData, hint_fields
from shared.contracts.sentences import field_name, sentence
from shared.files.disk import disk_is_full
from shared.telemetry import get_logger

T = TypeVar("T")
_LOG = get_logger("gateway")
_RETRY_AFTER_S = "2"
# nginx's number for a client that has disconnected; only the log and the metrics see it.
CLIENT_CLOSED = 499


class Ok(BaseModel, Generic[T]):
    ok: bool = True
    data: T


class OkPage(BaseModel, Generic[T]):
    """`next` is the cursor of the following page, null on the last."""

    ok: bool = True
    data: list[T]
    next: str | None = None


class ErrorBody(HintData):
    code: str
    message: str
    hint: str | None = None
    param: str | None = Field(None, description="the field of the request at fault")
    request_id: str


class ErrorAnswer(BaseModel):
    ok: bool = False
    error: ErrorBody


class OpenAIError(HintData):
    message: str
    type: str
    param: str | None
    code: str
    hint: str | None = Field(None, exclude_if=lambda hint: hint is None, description="ours: the end of the message")


class OpenAIAnswer(BaseModel):
    error: OpenAIError


_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


def openai_error(error: SokhanError) -> OpenAIError:
    """OpenAI's error has no field for a hint: it is appended to the message."""
    end = "" if error.message.endswith((".", "!", "?")) else "."
    return OpenAIError(
        message=f"{error.message}{end} {error.hint}" if error.hint else error.message,
        type=_OPENAI_TYPES.get(error.status, "invalid_request_error" if error.status < 500 else "server_error"),
        param=error.param,
        code=error.code.lower(),
        hint=error.hint if error.action else None,
        **hint_fields(error.action),
    )


def error_response(connection: HTTPConnection, error: SokhanError) -> JSONResponse:
    """The answer to a request, or to the handshake of a WebSocket."""
    connection.state.error_code = error.code  # for the audit
    content = _error_content(connection.scope["path"], connection.state.request_id, error)
    return JSONResponse(content, status_code=error.status, headers=_headers_of(error))


def _headers_of(error: SokhanError) -> dict[str, str]:
    headers = {}
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    elif isinstance(error, Unavailable):
        headers["Retry-After"] = _RETRY_AFTER_S
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    return headers


def _error_content(path: str, request_id: str, error: SokhanError) -> dict[str, object]:
    """The body of an error, in the dialect of the path."""
    if path == "/v1" or path.startswith("/v1/"):
        return OpenAIAnswer(error=openai_error(error)).model_dump()
    body = ErrorBody(
        code=error.code,
        message=error.message,
        hint=error.hint,
        param=error.param,
        **hint_fields(error.action),
        request_id=request_id,
    )
    return ErrorAnswer(error=body).model_dump()


def _from_http(error: HTTPException) -> SokhanError:
    match error.status_code:
        case 404:
            return NotFound("There is nothing at this address.", hint="See /docs for what there is.")
        case 400:  # FastAPI's status for a body that is not JSON
            return Validation("The body cannot be read.", hint="Send JSON in UTF-8, with numbers of ordinary length.")
        case 401:
            return Unauthenticated(str(error.detail))
        case 403:
            return Forbidden(str(error.detail))
        case 413:
            return TooLarge(str(error.detail))
        case _:
            return Validation(str(error.detail))


def _wrong_method(request: Request) -> MethodNotAllowed:
    allowed = allowed_methods(request.app.routes, request.scope)
    return MethodNotAllowed(
        f"{request.url.path} does not answer {request.method}, but {', '.join(allowed)}.",
        allowed=allowed,
        hint="See /docs for what there is.",
    )


def _from_validation(error: RequestValidationError) -> SokhanError:
    first = error.errors()[0]
    # Broken JSON has a position, not a field.
    field = "" if first["type"] == "json_invalid" else field_name(first["loc"])
    if first["type"] == "model_attributes_type" and isinstance(first.get("input"), bytes | str):
        return Validation(
            "The body is not read as JSON: the header Content-Type does not say that it is.",
            hint="Send Content-Type: application/json (curl: -H 'Content-Type: application/json', or --json).",
        )
    invalid = Validation(f"{field or 'body'}: {sentence(first)}", hint=Hint(Action.SEE_FIELDS))
    invalid.param = field or None
    return invalid


def install_error_handlers(app: FastAPI) -> None:
    async def known(request: Request, error: Exception) -> Response:
        match error:
            case ClientDisconnect():
                return Response(status_code=CLIENT_CLOSED)
            case SokhanError():
                return error_response(request, error)
            case RequestValidationError():
                return error_response(request, _from_validation(error))
            case HTTPException(status_code=405):
                return error_response(request, _wrong_method(request))
            case HTTPException():
                return error_response(request, _from_http(error))
        return await bug(request, error)

    async def bug(request: Request, error: Exception) -> Response:
        if disk_is_full(error):
            return error_response(request, NoSpace("The disk is full.", hint="Make room under SOKHAN_DATA."))
        _LOG.exception("request_crashed", exc_info=error)
        return error_response(
            request, Internal("Something went wrong inside Sokhan; the gateway's log has the details.")
        )

    for kind in (SokhanError, HTTPException, RequestValidationError, ClientDisconnect):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(Exception, bug)
