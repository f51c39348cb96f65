"""`python -m services.trainer.child`: takes a `RunSpec` from its environment, trains, and reports on stdout."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback

from services.trainer.child.failures import is_expected, to_failed
from services.trainer.child.limits import limit_memory
from services.trainer.child.rank import my_rank
from services.trainer.interface.channel import ChannelHandler, PipeChannel
from services.trainer.interface.controls import Controls, listen, pause_on_terminate
from services.trainer.interface.protocol import Finished, Log, RunSpec, read_spec


def main() -> int:
    """0 after `Finished`, 1 after `Failed`. Of several processes the first receives controls and reports."""
    rank = my_rank()
    channel = PipeChannel.take_stdout(failures_only=rank > 0)
    # Level and time are fields of the message.
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[ChannelHandler(channel)])
    logging.captureWarnings(capture=True)
    controls = Controls()
    pause_on_terminate(controls)
    try:
        spec = read_spec(os.environ)
        if rank == 0:
            listen(sys.stdin.buffer, controls)
        limit_memory(spec.memory_limit)
        channel.send(_run(spec, channel, controls))
    except BaseException as error:
        if not is_expected(error):
            channel.send(Log(level="error", message=traceback.format_exc()[-7000:], time=time.time()))
        channel.send(to_failed(error))
        return 1
    return 0


def _run(spec: RunSpec, channel: PipeChannel, controls: Controls) -> Finished:
    # torch is imported here, after the spec was read: an invalid spec fails within milliseconds.
    from services.trainer.child.run import run

    return run(spec, channel, controls)


if __name__ == "__main__":
    # Not sys.exit: the control thread blocks in a read of stdin that the interpreter's shutdown cannot interrupt (it
    # aborts instead), and unloading torch takes a second. All files are closed and synced.
    os._exit(main())
