"""`python -m services.gateway.analysis.plot`: a `Picture` as JSON on stdin, a PNG on stdout.

A process of its own: matplotlib would cost the gateway its memory for good, and what hangs here is ended from outside.
Exits with 3 where matplotlib is not installed.
"""

from __future__ import annotations

import io
import sys

from services.gateway.analysis.panels import Panel, Picture

NO_MATPLOTLIB = 3
_FEW = 20  # up to this many points get markers


def main() -> None:
    picture = Picture.model_validate_json(sys.stdin.buffer.read())
    try:
        import matplotlib as mpl
    except ImportError:
        raise SystemExit(NO_MATPLOTLIB) from None
    mpl.use("Agg")
    from matplotlib import pyplot

    columns = min(2, len(picture.panels))
    rows = -(-len(picture.panels) // columns)
    figure, places = pyplot.subplots(
        rows, columns, figsize=(9 if columns == 1 else 13, 4.5 * rows), squeeze=False, layout="constrained"
    )
    flat = list(places.flat)
    for axes, panel in zip(flat, picture.panels, strict=False):
        _draw(axes, panel)
    for axes in flat[len(picture.panels) :]:
        axes.axis("off")
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=110)
    sys.stdout.buffer.write(image.getvalue())


def _draw(axes: object, panel: Panel) -> None:
    # matplotlib ships no types: this function is the only place that uses it.
    for line in panel.lines:
        marker = "." if len(line.steps) < _FEW else ""
        axes.plot(line.steps, line.values, label=_plain(line.label), marker=marker, linewidth=1.0)  # type: ignore[attr-defined]
    axes.set_title(_plain(panel.title), fontsize="medium")  # type: ignore[attr-defined]
    axes.set_xlabel("step")  # type: ignore[attr-defined]
    axes.set_yscale("log" if panel.log else "linear")  # type: ignore[attr-defined]
    axes.grid(alpha=0.3)  # type: ignore[attr-defined]
    axes.legend(fontsize="small")  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    """Escapes a dollar sign, which starts a formula, and a leading underscore, which hides a label."""
    return text.replace("$", r"\$").lstrip("_")


if __name__ == "__main__":
    main()
