"""Fair use with the default limits, or with others."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.fair_use import FairUse, Limits
from shared.access import CounterRepository
from shared.config import Settings
from shared.service.runtime import utc_now
from shared.store import Store


def fair_use(store: Store, **limits: int) -> FairUse:
    return FairUse(replace(Limits.of(Settings(_env_file=None)), **limits), CounterRepository(store, utc_now))
