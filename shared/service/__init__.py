"""The common base of the five services: settings, signals, connections to store and bus, health."""

from shared.service.health import Health
from shared.service.http import serve_http
from shared.service.runtime import Service, run_service
from shared.service.workers import build_jobs, build_worker

__all__ = ["Health", "Service", "build_jobs", "build_worker", "run_service", "serve_http"]
