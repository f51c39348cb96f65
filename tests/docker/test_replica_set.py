"""MongoDB of docker-compose.yml is a replica set of one member, from nothing and from a server without one."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.docker.engine import ROOT, Stack, compose_command, docker, have_image
from tests.support.processes import wait_until

SCRIPT = ROOT / "deploy/mongo/replica-set.js"
SERVED_S = 120


def commands(part: str) -> tuple[int, list[dict[str, object]]]:
    """The status of the health check with a server that plays this part, and what the server was asked."""
    program = ["node", str(Path(__file__).with_name("replica_set_check.mjs")), str(SCRIPT), part]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.node
def test_a_server_without_a_replica_set_becomes_one_of_a_single_member() -> None:
    status, asked = commands("new")
    assert status == 0
    assert asked[0] == {"auth": ["sokhan", "content of /run/secrets/mongo_root"]}
    assert asked[-1] == {"replSetInitiate": {"_id": "rs0", "members": [{"_id": 0, "host": "mongo:27017"}]}}


@pytest.mark.node
@pytest.mark.parametrize(("part", "expected"), [("member", 0), ("never-primary", 1), ("starting", 1)])
def test_any_other_server_is_left_alone(part: str, expected: int) -> None:
    status, asked = commands(part)
    assert status == expected
    assert not any("replSetInitiate" in command for command in asked)


def test_mongod_gets_a_keyfile_of_its_own(tmp_path: Path) -> None:
    for name in ("install", "docker-entrypoint.sh"):
        program = tmp_path / name
        program.write_text('#!/bin/sh\necho "${0##*/} $*"\n')
        program.chmod(0o755)
    path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    command = ["sh", str(ROOT / "deploy/mongo/start.sh"), "mongod", "--replSet=rs0"]
    done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.splitlines() == [
        "install -m 0400 -o mongodb -g mongodb /run/secrets/mongo_keyfile /keys/keyfile",
        "docker-entrypoint.sh mongod --replSet=rs0",
    ]


def test_the_parts_agree_with_each_other(tmp_path: Path) -> None:
    mongo = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["mongo"]
    mounts = dict(str(volume).split(":")[1::-1] for volume in mongo["volumes"])
    assert mounts[mongo["entrypoint"][-1]] == "./deploy/mongo/start.sh"
    assert mounts[mongo["healthcheck"]["test"][-1]] == "./deploy/mongo/replica-set.js"
    assert "mongo_keyfile" in mongo["secrets"]
    assert {"--replSet=rs0", "--keyFile=/keys/keyfile"} <= set(mongo["command"])
    assert {"CHOWN", "FOWNER"} <= set(mongo["cap_add"]), "`install -o` needs them"
    subprocess.run(["sh", shutil.copy(ROOT / "deploy/make-secrets.sh", tmp_path)], check=True, capture_output=True)
    made = tmp_path / "secrets"
    assert 6 <= len((made / "mongo_keyfile").read_text().strip()) <= 1024, "mongod's limits"
    assert all("replicaSet=rs0" in url.read_text() for url in made.glob("store_url_*"))


@pytest.fixture
def stack() -> Iterator[Stack]:
    if shutil.which("docker") is None or docker("info").returncode != 0:
        pytest.skip("there is no Docker engine to talk to")
    if not have_image(_image()):
        pytest.skip(f"{_image()} is not here and cannot be pulled")
    subprocess.run(["sh", "deploy/make-secrets.sh"], cwd=ROOT, check=True, capture_output=True, timeout=30)
    found = Stack(compose_command(), ["-f", "docker-compose.yml"])
    try:
        yield found
    finally:
        found.compose("down", "--volumes", "--timeout", "30", limit=180)


@pytest.mark.docker
@pytest.mark.timeout(900)
def test_a_new_installation_has_a_primary_and_the_services_users(stack: Stack) -> None:
    stack.compose("up", "--detach", "mongo", limit=300)
    _wait_healthy(stack)
    assert _ask(stack, "db.hello().setName") == "rs0"
    assert _ask(stack, 'db.getSiblingDB("sokhan").getUser("trainer").user') == "trainer"
    stack.compose("restart", "mongo", limit=120)
    _wait_healthy(stack)


@pytest.mark.docker
@pytest.mark.timeout(900)
def test_an_installation_without_a_replica_set_keeps_its_data(stack: Stack) -> None:
    name = f"standalone{secrets.token_hex(3)}"
    root = (ROOT / "deploy/secrets/mongo_root").read_text().strip()
    login = ("-e", "MONGO_INITDB_ROOT_USERNAME=sokhan", "-e", f"MONGO_INITDB_ROOT_PASSWORD={root}")
    docker("run", "--detach", "--name", name, *login, "-v", f"{stack.project}_mongo:/data/db", _image())
    shell = ("exec", name, "mongosh", "--quiet", "-u", "sokhan", "-p", root, "--eval")
    store = 'db.getSiblingDB("sokhan").meta.insertOne({_id: "before"}).acknowledged'
    try:
        wait_until(lambda: docker(*shell, store).stdout.strip() == "true", SERVED_S, "the server alone writes")
    finally:
        docker("stop", "-t", "60", name, limit=90)
        docker("rm", name)
    stack.compose("up", "--detach", "mongo", limit=300)
    _wait_healthy(stack)
    assert _ask(stack, "db.hello().setName") == "rs0"
    assert _ask(stack, 'db.getSiblingDB("sokhan").meta.findOne({_id: "before"})._id') == "before"


def _image() -> str:
    return str(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["mongo"]["image"])


def _wait_healthy(stack: Stack) -> None:
    def healthy() -> bool:
        found = docker("inspect", "--format", "{{.State.Health.Status}}", stack.container("mongo"))
        return found.stdout.strip() == "healthy"

    wait_until(healthy, SERVED_S, "mongo is healthy")


def _ask(stack: Stack, expression: str) -> str:
    password = "$(cat /run/secrets/mongo_root)"
    command = f"mongosh --quiet -u sokhan -p \"{password}\" --eval '{expression}'"
    return stack.compose("exec", "-T", "mongo", "sh", "-c", command).strip()
