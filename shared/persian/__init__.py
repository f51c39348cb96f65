"""The Persian text front-end. Training and synthesis share it, so a voice gets the input that it was trained on.

Importing it loads neither torch nor the espeak-ng library nor the models of the readings: see `preload`.
"""

from shared.persian.frontend import Analysis, Frontend, TraceStage, preload, speakable

__all__ = ["Analysis", "Frontend", "TraceStage", "preload", "speakable"]
