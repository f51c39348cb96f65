"""The exemplar of an observation: the trace in which it was made."""

from __future__ import annotations

from opentelemetry import trace


def current_exemplar() -> dict[str, str] | None:
    """The id of the current trace if it is recorded, else None. OpenMetrics limits an exemplar to 128 characters."""
    context = trace.get_current_span().get_span_context()
    if not (context.is_valid and context.trace_flags.sampled):
        return None
    return {"trace_id": f"{context.trace_id:032x}"}
