"""Typed request and reply: the caller gets an error of the service as the same exception."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NoRespondersError
from pydantic import ValidationError

from shared.bus.client import Bus
from shared.bus.publisher import BusUnavailable
from shared.contracts.errors import Internal, SokhanError, TooLarge, Unavailable
from shared.contracts.errors import Validation as InvalidRequest
from shared.contracts.rpc import ErrorInfo, Failure
from shared.contracts.sentences import sentence
from shared.contracts.wire import Wire
from shared.telemetry import current_trace_headers, get_logger, joined_span

_LOG = get_logger("bus")
_FAILURE_HEADER = "Sokhan-Failure"
# Requests beyond this number wait; each may hold a thread.
_CONCURRENT = 64
_NO_RESPONDERS = "503"
# For a process that has been started since the last request; on one machine an answer takes a millisecond.
_OTHERS_S = 0.05

Request = TypeVar("Request", bound=Wire)
Reply = TypeVar("Reply", bound=Wire)


async def call(bus: Bus, subject: str, request: Wire, reply: type[Reply], *, timeout: float) -> Reply:
    """Send a request and return the reply. `timeout` in seconds.

    Raises the service's error, or `Unavailable` if the service does not run or does not answer in time.
    """
    service = subject.split(".")[1]
    started = time.perf_counter()
    try:
        message = await bus.client.request(subject, request.to_wire(), timeout=timeout, headers=current_trace_headers())
    except NoRespondersError as error:
        raise not_running(service) from error
    except (TimeoutError, NatsError) as error:
        raise Unavailable(f"The {service} service did not answer within {timeout:g} s.") from error
    bus.took("request", time.perf_counter() - started)
    if message.headers and _FAILURE_HEADER in message.headers:
        raise Failure.model_validate_json(message.data).error.error()
    return reply.model_validate_json(message.data)


async def call_all(
    bus: Bus, subject: str, request: Wire, reply: type[Reply], *, expected: int, timeout: float
) -> list[Reply]:
    """Send a request to every process of a service and return their replies.

    `expected`: the number that answered last; after as many, others get `_OTHERS_S` more. `timeout` in seconds, for
    all. Raises `Unavailable` if none answers.
    """
    service = subject.split(".")[1]
    client, replies = bus.client, []
    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox)
    clock = asyncio.get_running_loop().time
    deadline = clock() + timeout
    try:
        await client.publish(subject, request.to_wire(), reply=inbox, headers=current_trace_headers())
        while (left := deadline - clock()) > 0:
            message = await subscription.next_msg(timeout=left)
            if message.headers and message.headers.get("Status") == _NO_RESPONDERS:
                raise not_running(service)
            if not (message.headers and _FAILURE_HEADER in message.headers):
                replies.append(reply.model_validate_json(message.data))
            if len(replies) >= expected:
                deadline = min(deadline, clock() + _OTHERS_S)
    except (TimeoutError, NatsError) as error:
        if not replies:
            raise Unavailable(f"The {service} service did not answer within {timeout:g} s.") from error
    finally:
        with contextlib.suppress(NatsError):
            await subscription.unsubscribe()
    return replies


def not_running(service: str) -> Unavailable:
    return Unavailable(
        f"The {service} service is not running.",
        hint="`sokhan up` or your container engine restarts it; try again later.",
    )


async def serve(
    bus: Bus,
    subject: str,
    request: type[Request],
    handler: Callable[[Request], Awaitable[Wire]],
    *,
    queue: str,
) -> None:
    """Answer requests with `handler`; services in the same queue group share them."""
    slots = asyncio.Semaphore(_CONCURRENT)

    async def answer(message: Msg) -> None:
        async with slots:
            started = time.perf_counter()
            headers: dict[str, str] = {}
            try:
                with joined_span(subject, message.headers):
                    body = (await handler(request.model_validate_json(message.data))).to_wire()
            except SokhanError as error:
                headers, body = _failure(error)
            except ValidationError as error:
                headers, body = _failure(
                    InvalidRequest(f"The request on {subject} cannot be read: {sentence(error.errors()[0])}")
                )
            except Exception:
                _LOG.exception("rpc_failed", subject=subject)
                headers, body = _failure(Internal("Something went wrong inside Sokhan; its log has the details."))
            _LOG.debug("rpc_answered", subject=subject, seconds=time.perf_counter() - started)
            await _reply(bus, message, body, headers)

    async def receive(message: Msg) -> None:
        bus.spawn(answer(message), f"rpc {subject}")

    await bus.subscribe(subject, receive, queue=queue)


def _failure(error: SokhanError) -> tuple[dict[str, str], bytes]:
    return {_FAILURE_HEADER: error.code}, Failure(error=ErrorInfo.of(error)).to_wire()


async def _reply(bus: Bus, message: Msg, body: bytes, headers: dict[str, str]) -> None:
    try:
        try:
            await bus.client.publish(message.reply, body, headers=headers or None)
        except MaxPayloadError:
            headers, body = _failure(TooLarge(f"The answer has {len(body):,} bytes, more than the bus carries."))
            await bus.client.publish(message.reply, body, headers=headers)
    except (NatsError, BusUnavailable) as error:
        _LOG.warning("reply_undelivered", subject=message.subject, reason=str(error))
