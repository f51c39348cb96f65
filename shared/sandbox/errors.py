"""The error of a system that cannot isolate a process."""

from __future__ import annotations


class Unsupported(Exception):
    """The kernel lacks a required measure. The message is the reason."""
