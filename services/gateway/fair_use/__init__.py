"""Rates and quotas by owner, in one place."""

from services.gateway.fair_use.service import FairUse, UsedWindow

__all__ = ["FairUse", "UsedWindow"]
