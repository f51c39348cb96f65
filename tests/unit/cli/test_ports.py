"""The ports of `sokhan up`."""

from __future__ import annotations

import socket

import pytest

from cli.errors import CliError
from cli.ports import operations_ports
from tests.support.processes import free_port

SERVICES = ("gateway", "synth")


def test_each_service_has_the_port_after_the_one_before() -> None:
    first = free_port(together=2)
    assert operations_ports(SERVICES, "127.0.0.1", first) == {"gateway": first, "synth": first + 1}


def test_zero_is_any_free_port_for_each() -> None:
    assert operations_ports(SERVICES, "127.0.0.1", 0) == {"gateway": 0, "synth": 0}


def test_a_port_that_is_taken_is_named() -> None:
    first = free_port(together=2)
    with socket.create_server(("127.0.0.1", first + 1)), pytest.raises(CliError, match=str(first + 1)) as refused:
        operations_ports(SERVICES, "127.0.0.1", first)
    assert "SOKHAN_OPS_PORT" in (refused.value.hint or "")


def test_the_last_port_is_65535() -> None:
    with pytest.raises(CliError, match="SOKHAN_OPS_PORT"):
        operations_ports(SERVICES, "127.0.0.1", 65_535)
