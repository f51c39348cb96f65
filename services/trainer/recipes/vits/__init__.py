"""Trains a Persian voice with VITS, from scratch or from a voice of this platform. No torch here: see `build`."""

from __future__ import annotations

from services.trainer.interface.recipe import RecipeSpec
from services.trainer.recipes.vits.parameters import VitsParameters

VITS = RecipeSpec(
    name="vits",
    title="A voice (VITS)",
    title_fa="صدا (VITS)",
    parameters=VitsParameters,
    datasets=("ljspeech", "common_voice"),
    base_models=("coqui_vits",),
    task="services.trainer.recipes.vits.build:build_task",
    makes="voice",
    takes_asr=True,
)

__all__ = ["VITS", "VitsParameters"]
