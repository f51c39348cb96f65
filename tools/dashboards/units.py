"""Values in the units of the panels, about as Grafana writes them."""

from __future__ import annotations

from tools.dashboards.model import Unit

_SECONDS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"))
_BYTES = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
_SUFFIXES: dict[Unit, str] = {"reqps": " req/s", "ops": " ops/s", "celsius": " °C", "short": ""}


def formatted(value: float, unit: Unit) -> str:
    match unit:
        case "s":
            return _scaled(value, _SECONDS) or f"{value:.3g} s"
        case "bytes":
            return _scaled(value, _BYTES) or f"{value:.3g} B"
        case "Bps":
            return (_scaled(value, _BYTES) or f"{value:.3g} B") + "/s"
        case "percentunit":
            return f"{100 * value:.3g} %"
        case _:
            return f"{value:.3g}{_SUFFIXES[unit]}"


def _scaled(value: float, scale: tuple[tuple[float, str], ...]) -> str | None:
    return next((f"{value / size:.3g} {name}" for size, name in scale if abs(value) >= size), None)
