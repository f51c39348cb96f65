"""Starts a function in a sandboxed process and waits for its answer, which is as untrusted as the content."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, JsonValue, ValidationError

from shared.contracts.errors import BY_CODE, SokhanError
from shared.sandbox.environment import clean_environment
from shared.sandbox.privileges import hide_process
from shared.sandbox.protocol import BUG, MEMORY, UNSUPPORTED, FunctionCall, Outcome, Sandbox
from shared.telemetry import get_logger

_LOG = get_logger("sandbox")
_POLL_S = 0.2
_END_S = 5.0
_MAX_ANSWER_BYTES = 1 << 20
_SHOWN = 500
A = TypeVar("A", bound=BaseModel)


def run_sandboxed(
    task: str,
    request: BaseModel,
    answer: type[A],
    sandbox: Sandbox,
    *,
    readable: Sequence[Path] = (),
    writable: Sequence[Path] = (),
    stop: Callable[[], bool] = lambda: False,
) -> A | None:
    """The answer of a function, or None if `stop` ended it. Blocking; call it in a thread that lives until then.

    `task`: `module:function`, a function of one pydantic model that returns another. It reads `readable` and writes
    below `writable`, which must exist.
    Raises `sandbox.refusal`, `sandbox.raises`, `OSError`.
    """
    hide_process()
    with tempfile.TemporaryDirectory(prefix="sokhan-sandbox-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        call = FunctionCall(
            task=task,
            request=cast("dict[str, JsonValue]", request.model_dump(mode="json")),
            limits=sandbox.limits,
            readable=tuple(path.absolute() for path in readable),
            writable=(scratch, *(path.absolute() for path in writable)),
        )
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "shared.sandbox.child", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=scratch,
            env=clean_environment(scratch),
        ) as process:
            try:
                content = _exchange(process, call, sandbox, stop)
            finally:
                process.kill()
    return None if content is None else _answer(content, process.returncode, answer, sandbox)


def _exchange(
    process: subprocess.Popen[bytes], call: FunctionCall, sandbox: Sandbox, stop: Callable[[], bool]
) -> bytes | None:
    """The output of the process; None if it was stopped. Raises the refusal."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError), process.stdin:  # it has ended; its exit status gives the reason
        process.stdin.write(call.model_dump_json().encode() + b"\n")
    deadline = time.monotonic() + call.limits.seconds
    content = b""
    while len(content) <= _MAX_ANSWER_BYTES:
        if stop():
            return None
        if time.monotonic() > deadline:
            raise sandbox.refusal(f"{sandbox.subject} took longer than {call.limits.seconds:.0f} s to read.")
        if not select.select([process.stdout], [], [], _POLL_S)[0]:
            continue
        part = os.read(process.stdout.fileno(), 1 << 16)
        if not part:
            with suppress(subprocess.TimeoutExpired):  # it lives on without an answer; the caller kills it
                process.wait(_END_S)
            return content
        content += part
    raise sandbox.refusal(f"{sandbox.subject} gave an answer that is too long.")


def _answer(content: bytes, status: int, answer: type[A], sandbox: Sandbox) -> A:
    try:
        outcome = Outcome.model_validate_json(content)
        if not outcome.code:
            return answer.model_validate(outcome.answer)
    except ValidationError as error:
        cause = f"signal {-status}" if status < 0 else f"exit status {status}"
        raise sandbox.refusal(
            f"{sandbox.subject} ended the process that read it ({cause}).",
            hint="It exceeded its limits of memory or time, or the file crashed the library that reads it.",
        ) from error
    raise _error(outcome, sandbox)


def _error(outcome: Outcome, sandbox: Sandbox) -> SokhanError:
    if outcome.code == MEMORY:
        return sandbox.refusal(
            f"{sandbox.subject} needs more memory than its size explains.",
            hint="It is damaged, or made to exhaust the machine.",
        )
    if outcome.code == UNSUPPORTED:
        return sandbox.refusal(
            f"This system cannot sandbox a process, so foreign files are not read: {_printable(outcome.message)}.",
            hint="Use Linux (x86-64 or arm64) with seccomp.",
        )
    known = BY_CODE.get(outcome.code)
    if known in {sandbox.refusal, *sandbox.raises}:
        assert known is not None
        return known(_printable(outcome.message), hint=_printable(outcome.hint) if outcome.hint else None)
    if outcome.code == BUG:
        _LOG.error("sandbox_failed", subject=sandbox.subject, detail=outcome.detail)
    return sandbox.refusal(f"{sandbox.subject} cannot be read.", hint="The log has the details.")


def _printable(text: str) -> str:
    # ZWNJ is part of Persian messages.
    return "".join(c if c.isprintable() or c == "\u200c" else " " for c in text)[:_SHOWN]
