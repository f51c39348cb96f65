"""The files of the containers, without an engine: they agree with each other and with the code."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from pydantic import AliasChoices

from shared.config import Settings
from shared.contracts.permissions import ADMIN, PERMISSIONS, PROGRAMS
from shared.store.access import ACCESS
from shared.store.access import render as render_users
from tests.support.processes import nats_binary

ROOT = Path(__file__).parents[2]
SERVICES = {"gateway", "downloader", "scanner", "trainer", "synth"}
THEIRS = {"nats", "mongo", "prometheus", "alertmanager", "grafana"}
LIGHT = {"gateway", "downloader", "scanner"}
# What a service needs at the most for its jobs to reach a safe point when NATS is down, in seconds.
STOPS_WITHIN_S = 36
DASHBOARDS = ROOT / "deploy/grafana/dashboards"
MOUNTED = "/etc/grafana/dashboards"


@pytest.fixture(scope="module")
def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def services(compose_text: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(compose_text)["services"]
    return found


@pytest.fixture(scope="module")
def stages() -> dict[str, str]:
    """The text of every stage of the Dockerfile by its name."""
    text = (ROOT / "deploy/docker/Dockerfile").read_text()
    parts = re.split(r"^FROM (\S+) AS (\S+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[2::3], parts[3::3], strict=True))


def environment(service: dict[str, object]) -> dict[str, object]:
    found = service["environment"]
    assert isinstance(found, dict)
    return found


_NUMBERS = {"SOKHAN_ACCESS_TOKEN_SECONDS", "SOKHAN_API_KEYS_PER_OWNER", "SOKHAN_KEEP_IDEMPOTENCY_KEYS_DAYS"}
"""Names that look like those of secrets."""

# What the containers fix: addresses and folders inside them, the grace period, parts that are not in these files.
FIXED = {
    "SOKHAN_DATA", "SOKHAN_UMASK", "SOKHAN_HOST", "SOKHAN_PORT", "SOKHAN_OPS_HOST", "SOKHAN_OPS_PORT",
    "SOKHAN_SHUTDOWN_SECONDS", "SOKHAN_ADMIN_LINK_FILE", "SOKHAN_NATS_REPLICAS", "SOKHAN_NATS_CREDENTIALS",
    "SOKHAN_NATS_TLS_CA", "SOKHAN_REMOTE", "SOKHAN_OBJECTS_CACHE_BYTES",
}  # fmt: skip


def test_every_setting_reaches_a_container(services: dict[str, dict[str, object]]) -> None:
    """One that is written into `.env` and handed on to nobody has no effect, and nothing says so."""
    with_bucket = yaml.safe_load((ROOT / "deploy/docker/objects.yml").read_text())["services"]
    given: set[str] = set()
    for service in [*(services[name] for name in SERVICES), *with_bucket.values()]:
        given |= set(environment(service))
        secrets = service.get("secrets", [])
        assert isinstance(secrets, list)
        given |= {secret["target"].upper() for secret in secrets}
    assert names_of_settings() - given == FIXED


def names_of_settings() -> set[str]:
    """The variables, by their first name."""
    names: set[str] = set()
    for field, info in Settings.model_fields.items():
        alias = info.validation_alias
        names.add(str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"SOKHAN_{field.upper()}")
    return names


def test_the_five_services_and_what_they_stand_on_are_there(services: dict[str, dict[str, object]]) -> None:
    assert set(services) == SERVICES | {"streams"} | THEIRS


def test_what_is_not_ours_is_pinned(services: dict[str, dict[str, object]]) -> None:
    for name in THEIRS:
        assert re.search(r":v?\d+\.\d+\.\d+", str(services[name]["image"])), name


def test_every_service_builds_its_own_target(services: dict[str, dict[str, object]], stages: dict[str, str]) -> None:
    assert set(stages) >= SERVICES
    for name in SERVICES:
        build = services[name]["build"]
        assert isinstance(build, dict)
        assert build["target"] == name
        assert (ROOT / build["dockerfile"]).is_file()


def test_a_service_runs_as_nobody_in_particular_and_hears_sigterm(stages: dict[str, str]) -> None:
    for name in SERVICES:
        assert "USER sokhan" in stages[name]
        # Exec form: a shell in between would keep the signal to itself.
        assert f'CMD ["python", "-m", "services.{name}"]' in stages[name]


def test_an_image_says_what_it_is(services: dict[str, dict[str, object]], stages: dict[str, str]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert "org.opencontainers.image.licenses=Apache-2.0" in stages["base"]
    for name in SERVICES:
        assert f'org.opencontainers.image.title="Sokhan {name}"' in stages[name]
        for label, argument in (("version", "VERSION"), ("revision", "REVISION")):
            assert f"org.opencontainers.image.{label}=${argument}" in stages[name]
        build = services[name]["build"]
        assert isinstance(build, dict)
        assert build["args"]["VERSION"] == f"${{SOKHAN_VERSION:-{version}}}"
        # Last, so that another version rebuilds no layer.
        assert stages[name].index("ARG VERSION") > stages[name].rindex("RUN ")


def test_the_image_of_the_scanner_is_built_in_one_way(services: dict[str, dict[str, object]]) -> None:
    assert services["streams"]["image"] == services["scanner"]["image"]
    assert services["streams"]["build"] == services["scanner"]["build"]


def test_an_image_has_no_installer_and_its_own_service_only(stages: dict[str, str]) -> None:
    assert "python -m venv --without-pip /opt/sokhan" in stages["base"]
    for name in SERVICES:
        assert f"/opt/installer/service.sh {name}\n" in stages[name]
        assert "from=installer" in stages[name]
        assert "COPY" not in stages[name]


def test_a_job_has_time_to_reach_a_safe_point(services: dict[str, dict[str, object]]) -> None:
    for name in SERVICES:
        assert int(str(services[name]["stop_grace_period"]).removesuffix("s")) > STOPS_WITHIN_S, name


def test_torch_is_in_no_image_that_does_not_need_it(stages: dict[str, str]) -> None:
    for name in LIGHT:
        assert f"requirements/{name}.txt" in stages[name]
        pinned = (ROOT / f"requirements/{name}.txt").read_text()
        assert not re.search(r"^(torch|coqui|transformers)", pinned, flags=re.MULTILINE), name


def test_services_are_hardened(services: dict[str, dict[str, object]]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name
        assert "privileged" not in service, name
        assert isinstance(service["pids_limit"], int), name
        assert all("size=" in str(place) for place in listed(service, "tmpfs")), name
    # MongoDB's image makes its volume its own at its first start, and then steps down.
    assert {name for name, service in services.items() if not service.get("read_only")} == {"mongo"}


def test_nothing_is_published_beyond_this_machine_by_default(services: dict[str, dict[str, object]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(published) == {"gateway", "grafana"}
    assert all("127.0.0.1" in str(ports) for ports in published.values())


def listed(service: dict[str, object], name: str) -> list[object]:
    found = service.get(name, [])
    assert isinstance(found, list)
    return found


def secrets_of(service: dict[str, object]) -> dict[str, str]:
    """The name of each secret in the container by its source."""
    secrets = [item if isinstance(item, dict) else {"source": item} for item in listed(service, "secrets")]
    return {str(item["source"]): str(item.get("target", "")) for item in secrets}


def test_no_secret_is_in_an_environment(compose_text: str, services: dict[str, dict[str, object]]) -> None:
    assert re.findall(r"\$\{(\w*(?:PASSWORD|TOKEN|SECRET|KEY)\w*)", compose_text) == []
    for name, service in services.items():
        values = service.get("environment", {})
        assert isinstance(values, dict)
        held = {key for key in values if re.search("PASSWORD|TOKEN|SECRET|KEY", key) and key not in _NUMBERS}
        assert {key for key in held if not str(values[key]).startswith("/run/secrets/")} == set(), name


def test_a_service_has_its_own_secrets_only(services: dict[str, dict[str, object]]) -> None:
    for name in SERVICES:
        held = secrets_of(services[name])
        assert held[f"nats_{name}"] == "sokhan_nats_password"
        assert held[f"store_url_{name}"] == "sokhan_store_url"
        assert environment(services[name])["SOKHAN_NATS_USER"] == name
        keys = {"secret_key", "secret_key_previous", "hf_token"}
        extra = {"gateway": {"token"} | keys, "downloader": keys}
        assert set(held) == {f"nats_{name}", f"store_url_{name}"} | extra.get(name, set())
    assert set(secrets_of(services["streams"])) == {"nats_admin"}
    assert {name for name in services if "nats_admin" in secrets_of(services[name])} == {"streams"}
    assert {name for name in services if "nats_events" in secrets_of(services[name])} == set()


def test_every_secret_is_made_by_the_script(compose_text: str, tmp_path: Path) -> None:
    script = shutil.copy(ROOT / "deploy/make-secrets.sh", tmp_path)
    made: dict[str, str] = {}
    for _ in range(2):  # the second time changes nothing
        subprocess.run(["sh", script], check=True, capture_output=True, timeout=30)
        found = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
        assert made in ({}, found)
        made = found
    wanted = {Path(secret["file"]).name for secret in yaml.safe_load(compose_text)["secrets"].values()}
    assert set(made) >= wanted
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert {*PERMISSIONS, *PROGRAMS, ADMIN} == {
        line.partition("_PASSWORD")[0].lower() for line in made["nats_passwords.conf"].splitlines()
    }
    for name in SERVICES:
        settings = load(tmp_path / "secrets", name)
        assert settings == ["mongodb", made[f"nats_{name}"].strip()]
    random = [
        text.strip() for name, text in made.items() if name.startswith(("nats_", "mongo_")) and "conf" not in name
    ]
    assert len(set(random)) == len(random) == 14
    assert all(len(text) == 48 for text in random)


def load(secrets: Path, service: str) -> list[str]:
    """The store and the bus password that a service reads from its secrets, mounted under the names of its settings."""
    mounted = secrets.parent / f"run-{service}"
    mounted.mkdir()
    shutil.copy(secrets / f"nats_{service}", mounted / "sokhan_nats_password")
    shutil.copy(secrets / f"store_url_{service}", mounted / "sokhan_store_url")
    shutil.copy(secrets / "hf_token", mounted / "hf_token")
    shutil.copy(secrets / "secret_key_previous", mounted / "sokhan_secret_key_previous")
    code = (
        "from shared.config import load_settings as s; s = s(); assert s.hf_token is None; "
        "assert s.secret_key_previous == (); "
        "print(s.store.reveal().split(':')[0], s.nats_password.get_secret_value())"
    )
    where = {"SOKHAN_SECRETS_DIR": str(mounted), "SOKHAN_DATA": str(mounted / "data"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=where, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout.split()


def test_nats_accepts_its_configuration(tmp_path: Path) -> None:
    for path in (ROOT / "deploy/nats").iterdir():
        shutil.copy(path, tmp_path)
    subprocess.run(["sh", shutil.copy(ROOT / "deploy/make-secrets.sh", tmp_path)], check=True, capture_output=True)
    shutil.copy(tmp_path / "secrets/nats_passwords.conf", tmp_path / "passwords.conf")
    command = [nats_binary(), "-t", "-c", str(tmp_path / "nats.conf")]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_services_that_read_foreign_files_are_on_internal_networks(
    compose_text: str, services: dict[str, dict[str, object]]
) -> None:
    networks = yaml.safe_load(compose_text)["networks"]
    inside = {name for name, options in networks.items() if options and options.get("internal")}
    assert inside == {"bus", "store", "metrics"}
    reach = {name: set(listed(service, "networks")) for name, service in services.items()}
    for name in ("scanner", "trainer", "synth", "streams", "nats", "mongo"):
        assert reach[name] <= inside, name
    assert {name for name in reach if "store" in reach[name]} == SERVICES | {"mongo"}
    assert {name for name in reach if "bus" in reach[name]} == SERVICES | {"nats", "streams"}
    assert not reach["grafana"] & inside


def test_the_synth_cannot_change_a_voice(services: dict[str, dict[str, object]]) -> None:
    assert services["synth"]["volumes"] == ["data:/data:ro", "audio:/data/audio", "run:/data/run"]


def test_mongodbs_users_are_fresh_and_the_least() -> None:
    script = (ROOT / "deploy/mongo/users.js").read_text()
    assert script == render_users()
    assert set(ACCESS) == SERVICES - {"gateway"}
    for name, access in ACCESS.items():
        assert not {"accounts", "sessions", "api_keys", "audit"} & {*access.writes, *access.reads}, name
        assert "settings" not in access.writes, name
    assert "settings" in ACCESS["downloader"].reads
    assert not any("settings" in access.reads for name, access in ACCESS.items() if name != "downloader")


def test_every_variable_is_documented(compose_text: str, services: dict[str, dict[str, object]]) -> None:
    handed_on = {name for s in SERVICES for name, value in environment(services[s]).items() if value is None}
    variables = set(re.findall(r"\$\{(\w+)", compose_text)) | handed_on
    manual = (ROOT / "docs/operations-reference.md").read_text()
    assert [name for name in sorted(variables) if f"`{name}`" not in manual] == []


def test_every_setting_that_a_container_gets_exists(services: dict[str, dict[str, object]]) -> None:
    known = {f"SOKHAN_{name.upper()}" for name in Settings.model_fields}
    for field in Settings.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            known |= {str(choice) for choice in field.validation_alias.choices}
    known |= {"HTTPS_PROXY", "NO_PROXY"}  # read by every program that speaks HTTP, ours included
    for name in SERVICES:
        assert set(environment(services[name])) - known == set(), name


def test_prometheus_scrapes_the_five_services_where_they_listen(stages: dict[str, str]) -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    found = {job["job_name"]: job["dns_sd_configs"][0] for job in config["scrape_configs"]}
    assert set(found) == SERVICES
    for name, discovery in found.items():
        port = re.search(r"EXPOSE (?:8080 )?(\d+)", stages[name])
        assert port
        assert (discovery["names"], discovery["type"], discovery["port"]) == ([name], "A", int(port[1]))


def test_prometheus_accepts_its_configuration() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    config = ROOT / "deploy/prometheus/prometheus.yml"
    checked = subprocess.run(["promtool", "check", "config", config], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_grafana_finds_its_dashboards_and_their_datasource(services: dict[str, dict[str, object]]) -> None:
    provisioning = ROOT / "deploy/grafana/provisioning"
    mounts = dict(str(volume).split(":")[:2] for volume in listed(services["grafana"], "volumes"))
    assert mounts["./deploy/grafana/dashboards"] == MOUNTED
    providers = yaml.safe_load((provisioning / "dashboards/sokhan.yml").read_text())["providers"]
    folders = {provider["options"]["path"] for provider in providers}
    assert folders == {f"{MOUNTED}/{folder.name}" for folder in DASHBOARDS.iterdir()}
    home = str(environment(services["grafana"])["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (DASHBOARDS / Path(home).relative_to(MOUNTED)).is_file()
    sources = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    texts = [path.read_text(encoding="utf-8") for path in DASHBOARDS.rglob("*.json")]
    uids = {panel["datasource"]["uid"] for text in texts for panel in json.loads(text)["panels"] if "targets" in panel}
    assert uids == {source["uid"] for source in sources}


def test_prometheus_keeps_the_exemplars_that_the_dashboards_ask_for(services: dict[str, dict[str, object]]) -> None:
    assert "--enable-feature=exemplar-storage" in listed(services["prometheus"], "command")


def test_a_build_never_sees_secrets_or_data() -> None:
    patterns = (ROOT / ".dockerignore").read_text().split("\n")
    assert "*" in patterns, "everything is out unless it is named"
    allowed = {pattern.removeprefix("!") for pattern in patterns if pattern.startswith("!")}
    assert allowed == {
        "pyproject.toml",
        "README.md",
        "requirements",
        "shared",
        "services",
        "cli",
        "deploy/docker/installer",
    }
