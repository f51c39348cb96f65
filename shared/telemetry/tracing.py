"""OpenTelemetry traces: one trace contains the HTTP request, the command, the worker and its store calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

_TRACER = trace.get_tracer("sokhan")
_PARENT = ("traceparent", "tracestate")
Attribute = str | int | float | bool


def configure_tracing(service: str, endpoint: str | None) -> None:
    """Export spans over OTLP/HTTP if an endpoint is set; without one the overhead is negligible.

    The SDK and its exporter are imported only with an endpoint: they take 10 MB of memory.
    """
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"sokhan-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)


def flush_tracing() -> None:
    """Send the remaining spans, for a bounded time; called once at shutdown."""
    shutdown = getattr(trace.get_tracer_provider(), "shutdown", None)
    if shutdown is not None:
        shutdown()


def current_trace_headers() -> dict[str, str]:
    """The W3C `traceparent` header of the current span, for a message."""
    headers: dict[str, str] = {}
    propagate.inject(headers)
    return headers


def in_trace() -> bool:
    """Whether there is a current span. Polling has none: it makes no traces."""
    return trace.get_current_span().get_span_context().is_valid


@contextmanager
def joined_span(name: str, headers: Mapping[str, str] | None) -> Iterator[None]:
    """A span of a message in the trace of its sender; nothing if the sender was in none, as a regular ping is."""
    if not (headers or {}).get("traceparent"):
        yield
        return
    with remote_span(name, headers):
        yield


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: Attribute) -> Iterator[Span]:
    with _TRACER.start_as_current_span(name, kind=kind, attributes=attributes, record_exception=False) as current:
        yield current


@contextmanager
def remote_span(
    name: str, headers: Mapping[str, str] | None, kind: SpanKind = SpanKind.CONSUMER, **attributes: Attribute
) -> Iterator[Span]:
    """A span whose parent is in the headers of a message or a request. Their other headers, `baggage`, are ignored."""
    known = {name: value for name in _PARENT if (value := (headers or {}).get(name)) is not None}
    context = propagate.extract(known)
    with _TRACER.start_as_current_span(
        name, context=context, kind=kind, attributes=attributes, record_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
