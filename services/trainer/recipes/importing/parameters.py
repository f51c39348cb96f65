"""The parameters of an import: its files, if a repository has several."""

from __future__ import annotations

from services.trainer.interface.parameters import RecipeParameters, parameter


class ImportParameters(RecipeParameters):
    """Names of files in the repository's folder; empty if there is only one candidate."""

    checkpoint: str = parameter(
        "", "The .pth file to read; empty where there is only one.", "فایل pth؛ اگر تنها یکی هست خالی بماند."
    )
    config: str = parameter(
        "", "The config*.json that belongs to it; empty for config.json or the only one.",
        "فایل config که از آنِ همان است؛ خالی یعنی config.json یا تنها فایل.",
    )  # fmt: skip
    language: str = parameter("fa", "What the voice speaks, as ISO 639 writes it.", "زبان صدا، به نوشتار ISO 639.")
