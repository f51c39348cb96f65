"""Fair use with the default limits, or with others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.gateway.fair_use import FairUse
from shared.access import CounterRepository
from shared.config import Settings
from shared.service.runtime import utc_now
from shared.store import Store


def fair_use(store: Store, now: Callable[[], datetime] = utc_now, **limits: int) -> FairUse:
    return FairUse(Settings(_env_file=None).model_copy(update=limits), CounterRepository(store, now))
