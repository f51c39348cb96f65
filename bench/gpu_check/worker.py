"""`python -m bench.gpu_check.worker`: imports what the jobs need, takes one job from stdin, answers on stdout, exits.

The imports take seconds, so `processes` starts a worker ahead of its job. Until the job it does not touch CUDA.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import cast, get_type_hints

from pydantic import BaseModel

READY = b"ready\n"
# The parent's own limit is shorter; this one ends a worker whose parent was killed.
_GRACE_S = 15


class Request(BaseModel):
    """`job`: `module:function` of a function from one model to another; `argument`: the first one's JSON."""

    job: str
    argument: str
    limit_s: float


class Reply(BaseModel):
    """Either the JSON of the result, or the error."""

    result: str | None = None
    error: str = ""


def execute(request: Request) -> Reply:
    """Run the job. Its exceptions become the reply's error."""
    module, _, name = request.job.partition(":")
    try:
        job = cast("Callable[[BaseModel], BaseModel]", getattr(importlib.import_module(module), name))
        hints = get_type_hints(job)
        hints.pop("return")
        (argument,) = cast("dict[str, type[BaseModel]]", hints).values()
        return Reply(result=job(argument.model_validate_json(request.argument)).model_dump_json())
    except Exception as error:  # any error of a job is its result
        traceback.print_exc()
        return Reply(error=f"{type(error).__name__}: {error}")


def main() -> None:
    # Libraries print to stdout: from here on that is stderr, which the parent writes to a log.
    answers = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for name in ("services.trainer.child.run", "services.trainer.recipes.vits.task", "services.synth.engines.coqui"):
        importlib.import_module(name)
    os.write(answers, READY)
    line = sys.stdin.buffer.readline()
    if not line:
        return
    request = Request.model_validate_json(line)
    signal.alarm(int(request.limit_s) + _GRACE_S)
    with os.fdopen(answers, "wb") as output:
        output.write(execute(request).model_dump_json().encode() + b"\n")


if __name__ == "__main__":
    main()
    sys.stderr.flush()
    os._exit(0)  # unloading torch takes a second, and after an error of CUDA it may hang
