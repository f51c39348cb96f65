"""`python -P -m shared.sandbox.child PARENT`: the sandboxed process. The order matters:

1. it ends with its parent
2. a namespace, capabilities and Landlock, while it has one thread
3. the modules of the function, which start threads and load libraries
4. limits and the system call filter
5. the function, which reads the first foreign byte
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
import typing
from collections.abc import Callable

from pydantic import BaseModel

from shared.contracts.errors import SokhanError
from shared.sandbox.errors import Unsupported
from shared.sandbox.filter import install_filter
from shared.sandbox.landlock import restrict_files
from shared.sandbox.limits import limit_files, limit_memory, limit_threads, limit_time
from shared.sandbox.parent import die_with_parent
from shared.sandbox.privileges import drop_capabilities, enter_user_namespace, hide_process
from shared.sandbox.protocol import BUG, MEMORY, UNSUPPORTED, FunctionCall, Outcome

_MAX_CALL_BYTES = 1 << 20
_DETAIL = 2000


def main(parent: int) -> int:
    """Write the outcome to stdout, also for refused content. Returns 0."""
    die_with_parent(parent)
    answer_to = os.dup(1)
    os.dup2(2, 1)  # keeps the output of libraries out of the answer
    call = FunctionCall.model_validate_json(sys.stdin.buffer.readline(_MAX_CALL_BYTES))
    outcome = _run(call, parent)
    line = outcome.model_dump_json().encode() + b"\n"
    while line:
        line = line[os.write(answer_to, line) :]
    return 0


def _run(call: FunctionCall, parent: int) -> Outcome:
    try:
        own_namespace = enter_user_namespace()
        drop_capabilities()
        hide_process()
        die_with_parent(parent)
        restrict_files(call.readable, call.writable)
        function, argument = _load(call.task)
        limit_time(call.limits.cpu_seconds)
        if own_namespace:
            limit_threads()
        limit_files(call.limits.file_bytes)
        install_filter()
        limit_memory(call.limits.memory_bytes, call.limits.memory_bytes + call.limits.reserve_bytes)
        answer = function(argument.model_validate(call.request))
        return Outcome(answer=answer.model_dump(mode="json"))
    except SokhanError as error:
        return Outcome(code=error.code, message=error.message, hint=error.hint)
    except Unsupported as error:
        return Outcome(code=UNSUPPORTED, message=str(error))
    except (MemoryError, RecursionError):
        return Outcome(code=MEMORY)
    except BaseException:  # of any kind: the caller logs it
        return Outcome(code=BUG, detail=traceback.format_exc()[-_DETAIL:])


def _load(task: str) -> tuple[Callable[[BaseModel], BaseModel], type[BaseModel]]:
    """The function of `module:function`, and the type of its only argument."""
    module, _, name = task.partition(":")
    function: Callable[[BaseModel], BaseModel] = getattr(importlib.import_module(module), name)
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    (argument,) = hints.values()
    return function, argument


if __name__ == "__main__":
    # Not sys.exit: the finalizers of objects from a hostile file must not run.
    os._exit(main(int(sys.argv[1])))
