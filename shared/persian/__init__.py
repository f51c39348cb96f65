"""The Persian text front-end: training and synthesis use the same one, so a voice hears what it was taught.

Light on purpose: importing it loads neither torch nor the espeak-ng library.
"""

from shared.persian.frontend import Analysis, Frontend, TraceStage, speakable

__all__ = ["Analysis", "Frontend", "TraceStage", "speakable"]
