"""Queries of a Prometheus, as Grafana sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

_LIMIT_S = 30


class QueryError(Exception):
    """Prometheus refuses the query; the message is its own."""


@dataclass(frozen=True, slots=True)
class Series:
    """`points`: pairs of a time in seconds and a value."""

    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]


class PrometheusApi:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def instant(self, expr: str, at: float) -> list[Series]:
        found = self._data("query", {"query": expr, "time": at})["result"]
        return [Series(item["metric"], [_point(item["value"])]) for item in found]

    def range(self, expr: str, start: float, end: float, step: float) -> list[Series]:
        found = self._data("query_range", {"query": expr, "start": start, "end": end, "step": step})["result"]
        return [Series(item["metric"], [_point(value) for value in item["values"]]) for item in found]

    def exemplars(self, expr: str, start: float, end: float) -> list[str]:
        """The ids of the traces in the exemplars of the series that the query reads."""
        groups = self._data("query_exemplars", {"query": expr, "start": start, "end": end})
        return [str(item["labels"]["trace_id"]) for group in groups for item in group["exemplars"]]

    def _data(self, path: str, parameters: Mapping[str, str | float]) -> Any:
        answer = httpx2.get(f"{self._url}/api/v1/{path}", params=dict(parameters), timeout=_LIMIT_S, trust_env=False)
        body = answer.json()
        if body["status"] != "success":
            raise QueryError(f"{body['error']}: {parameters['query']}")
        return body["data"]


def expanded(expr: str, rate_interval: str) -> str:
    """The query with Grafana's variables replaced."""
    return expr.replace("$__rate_interval", rate_interval)


def _point(value: Sequence[float | str]) -> tuple[float, float]:
    return float(value[0]), float(value[1])
