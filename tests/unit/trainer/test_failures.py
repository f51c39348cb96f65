"""Which code an exception becomes, and that stdout carries the protocol alone."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest
import torch

from services.trainer.child.failures import is_expected, to_failed
from services.trainer.interface.protocol import Step, parse_message
from shared.contracts.errors import BadDataset, Diverged

CASES = [
    (BadDataset("x"), "BAD_DATASET"),
    (Diverged("x", hint="y"), "DIVERGED"),
    (MemoryError(), "OUT_OF_MEMORY"),
    (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "OUT_OF_MEMORY"),
    (RuntimeError("[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory"), "OUT_OF_MEMORY"),
    (OSError(errno.ENOSPC, "No space left on device"), "NO_SPACE"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), "NO_SPACE"),
    (RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"), "NO_SPACE"),
    (OSError(errno.EACCES, "Permission denied"), "INTERNAL"),
    (ZeroDivisionError("division by zero"), "INTERNAL"),
    (KeyboardInterrupt(), "INTERNAL"),
]


@pytest.mark.parametrize(("error", "code"), CASES)
def test_code(error: BaseException, code: str) -> None:
    failed = to_failed(error)
    assert failed.code == code
    assert failed.message.endswith(".") or failed.message == "x"
    assert is_expected(error) is (code != "INTERNAL")


def test_an_internal_error_tells_no_internals() -> None:
    assert "password" not in to_failed(ValueError("password=hunter2")).message


def test_what_libraries_print_never_reaches_the_pipe() -> None:
    code = """
import os, sys, logging, ctypes, subprocess
from services.trainer.interface.channel import PipeChannel, ChannelHandler
from services.trainer.interface.protocol import Failed
channel = PipeChannel.take_stdout()
print("python prints"); sys.stdout.write("and writes"); sys.stdout.flush()
os.write(1, b"a C library writes")
subprocess.run([sys.executable, "-c", "print('a child prints')"])
logging.basicConfig(handlers=[ChannelHandler(channel)]); logging.warning("a log line\\nof two")
logging.warning("%d", "not a number")
channel.send(Failed(code="X", message="m"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    messages = [parse_message(line) for line in done.stdout.splitlines()]
    assert [m.type for m in messages] == ["log", "failed"]
    assert b"python prints" in done.stderr
    assert b"a C library writes" in done.stderr
    assert b"a child prints" in done.stderr


def test_an_infinite_value_survives_the_pipe() -> None:
    step = Step(
        step=1, epoch=0, time=0.0, values={"loss_kl": float("inf")}, learning_rate=1e-3, grad_norm=0.0,
        step_time=0.1, samples_per_second=1.0,
    )  # fmt: skip
    assert parse_message(step.line()) == step
