"""Plots a run's losses as a PNG."""

from __future__ import annotations

from pathlib import Path

from cli.client import Json
from cli.output import number
from cli.responses import names, objects

_FEW = 20  # with fewer points, such as evaluations, the points are marked


def plot_losses(metrics: Json, target: Path) -> int:
    """Plot every loss over the steps. Returns the number of points. `metrics`: the answer of `/metrics`."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    points, keys = objects(metrics["points"]), names(metrics["keys"])
    figure, axes = pyplot.subplots(figsize=(9, 5))
    for key in keys:
        if "loss" not in key:
            continue
        drawn = [(number(point["step"]), number(point[key])) for point in points if key in point]
        marker = "." if len(drawn) < _FEW else ""
        axes.plot([step for step, _ in drawn], [value for _, value in drawn], label=key, marker=marker)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.set_yscale("log")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=110)
    pyplot.close(figure)
    return len(points)
