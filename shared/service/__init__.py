"""What the five services have in common: settings, signals, a store and a bus that may come later, health."""

from shared.service.health import Health
from shared.service.runtime import Service, run_service, serve_http
from shared.service.workers import build_jobs, build_worker

__all__ = ["Health", "Service", "build_jobs", "build_worker", "run_service", "serve_http"]
