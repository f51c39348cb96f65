"""Who reaches whom, over the committed objects of every example: policies, Service, route and Ingress."""

from __future__ import annotations

import pytest

from tests.support.kubernetes import SERVICES, Manifest, Pod, examples, of_kind, pods, selects

every_example = pytest.mark.parametrize("objects", [pytest.param(found, id=name) for name, found in examples().items()])
_BUS, _STORE, _NAMES, _BUCKET = 4222, 27017, 53, 9000


def _policies(objects: list[Manifest], pod: Pod) -> list[Manifest]:
    """The specs of the policies that select a pod."""
    specs = [found["spec"] for found in of_kind(objects, "NetworkPolicy")]
    return [spec for spec in specs if selects(spec["podSelector"], pod.labels)]


def _rules(objects: list[Manifest], pod: Pod, direction: str) -> list[Manifest]:
    return [rule for spec in _policies(objects, pod) for rule in spec.get(direction, ())]


def _ports(rules: list[Manifest]) -> set[int | str]:
    return {port["port"] for rule in rules for port in rule["ports"]}


@every_example
def test_everything_is_denied_first_for_every_pod(objects: list[Manifest]) -> None:
    for pod in pods(objects):
        denies = [
            spec
            for spec in _policies(objects, pod)
            if set(spec["policyTypes"]) == {"Ingress", "Egress"} and not {"ingress", "egress"} & spec.keys()
        ]
        assert denies, pod.component


@every_example
def test_only_the_gateway_and_the_downloader_reach_outside(objects: list[Manifest]) -> None:
    for pod in pods(objects):
        blocks = [peer for rule in _rules(objects, pod, "egress") for peer in rule["to"] if "ipBlock" in peer]
        assert bool(blocks) == (pod.component in {"gateway", "downloader"}), pod.component


@every_example
def test_the_internet_does_not_include_the_cluster(objects: list[Manifest]) -> None:
    for found in of_kind(objects, "NetworkPolicy"):
        for rule in found["spec"].get("egress", ()):
            wide = [peer["ipBlock"] for peer in rule["to"] if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"]
            for block in wide:
                assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(block["except"])


@every_example
def test_each_pod_reaches_what_it_needs_and_no_more(objects: list[Manifest]) -> None:
    for pod in pods(objects):
        inside = [rule for rule in _rules(objects, pod, "egress") if all("ipBlock" not in peer for peer in rule["to"])]
        expected = {_BUS, _NAMES} | ({_STORE} if pod.component in SERVICES else set())
        if any(variable == "SOKHAN_OBJECTS" for variable in pod.environment):
            expected |= {_BUCKET}
        assert _ports(inside) - {4318} == expected, pod.component


@every_example
def test_only_the_gateway_has_clients(objects: list[Manifest]) -> None:
    for pod in pods(objects):
        expected = {"operations", "http"} if pod.component == "gateway" else {"operations"}
        assert _ports(_rules(objects, pod, "ingress")) == expected, pod.component


@every_example
def test_a_policy_names_whom_it_allows(objects: list[Manifest]) -> None:
    for found in of_kind(objects, "NetworkPolicy"):
        for rule in found["spec"].get("egress", ()):
            assert rule["to"], found["metadata"]["name"]
            assert all(rule["to"]), found["metadata"]["name"]


@every_example
def test_the_service_is_the_gateways(objects: list[Manifest]) -> None:
    (service,) = of_kind(objects, "Service")
    chosen = [
        pod.component for pod in pods(objects) if selects({"matchLabels": service["spec"]["selector"]}, pod.labels)
    ]
    assert chosen == ["gateway"]
    (port,) = service["spec"]["ports"]
    assert (port["name"], port["targetPort"]) == ("http", "http")


def test_the_scanner_and_remote_workers_reach_the_bucket() -> None:
    with_bucket = {pod.component for pod in pods(examples()["remote"]) if "SOKHAN_OBJECTS" in pod.environment}
    assert with_bucket == {"scanner", "trainer", "synth"}


def test_a_route_has_no_limit_that_would_end_a_socket_or_an_event_stream() -> None:
    (route,) = of_kind(examples()["everything"], "HTTPRoute")
    (rule,) = route["spec"]["rules"]
    assert rule["timeouts"] == {"request": "0s", "backendRequest": "0s"}
    assert rule["backendRefs"] == [{"name": "sokhan-gateway", "port": 80}]


def test_an_ingress_holds_sockets_open_streams_answers_and_takes_large_uploads() -> None:
    (ingress,) = of_kind(examples()["accounts-ingress"], "Ingress")
    annotations = ingress["metadata"]["annotations"]
    assert annotations["nginx.org/websocket-services"] == "sokhan-gateway"
    for prefix, long, off in (("nginx.org", "3600s", "False"), ("nginx.ingress.kubernetes.io", "3600", "off")):
        assert annotations[f"{prefix}/proxy-read-timeout"] == annotations[f"{prefix}/proxy-send-timeout"] == long
        assert annotations[f"{prefix}/proxy-buffering"] == off
    assert (
        annotations["nginx.org/client-max-body-size"]
        == annotations["nginx.ingress.kubernetes.io/proxy-body-size"]
        == "0"
    )
    (backend,) = [path["backend"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
    assert backend["service"] == {"name": "sokhan-gateway", "port": {"name": "http"}}


def test_prometheus_scrapes_the_operations_port_of_every_service() -> None:
    objects = examples()["everything"]
    (monitor,) = of_kind(objects, "PodMonitor")
    assert [endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]] == ["operations"]
    assert monitor["spec"]["jobLabel"] == "app.kubernetes.io/component"
    chosen = {pod.component for pod in pods(objects) if selects(monitor["spec"]["selector"], pod.labels)}
    assert chosen >= set(SERVICES)
