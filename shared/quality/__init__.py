"""Figures of a voice's quality: its distance to recordings, and how much of its speech a recogniser understands.

Everything runs on the CPU. `acoustics` needs numpy and scipy; `recognizer` and `transcription` need torch.
"""
