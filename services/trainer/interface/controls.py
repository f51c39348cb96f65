"""The controls that the child reads from stdin. The end of the stream means that the supervisor died: exit."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import BinaryIO, Literal, Protocol

from pydantic import ValidationError

from services.trainer.interface.channel import EXIT_ORPHANED
from services.trainer.interface.protocol import ChildControl

Action = Literal["stop", "pause"]
_MAX_LINE_BYTES = 1 << 20


class ControlSource(Protocol):
    """The controls that the loop reads between two steps."""

    @property
    def requested(self) -> Action | None: ...


class Controls:
    """The last requested control."""

    def __init__(self) -> None:
        self._action: Action | None = None

    @property
    def requested(self) -> Action | None:
        return self._action

    def request(self, action: Action) -> None:
        self._action = action


def listen(stream: BinaryIO, controls: Controls) -> None:
    """Read controls in a thread. Exits the process at the end of the stream."""
    threading.Thread(target=_read, args=(stream, controls), name="controls", daemon=True).start()


def pause_on_terminate(controls: Controls) -> None:
    """SIGTERM pauses. SIGINT is ignored: Ctrl-C reaches the whole process group, and the supervisor handles it."""

    def handle(_signal: int, _frame: FrameType | None) -> None:
        controls.request("pause")

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read(stream: BinaryIO, controls: Controls) -> None:
    while line := stream.readline(_MAX_LINE_BYTES):
        try:
            controls.request(ChildControl.model_validate_json(line).action)
        except ValidationError:
            continue  # a control of a newer supervisor
    # Not sys.exit: the training thread may be in torch for minutes, while a second child waits for the folder's lock.
    os._exit(EXIT_ORPHANED)
