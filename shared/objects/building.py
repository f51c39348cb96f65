"""Builds what the settings ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry

from shared.config_objects import ObjectSettings
from shared.files.layout import DataTree
from shared.objects.access import SharedFolder, UnitAccess
from shared.objects.metrics import ObjectMetrics
from shared.objects.records import SiteRecords
from shared.objects.remote import RemoteFolder
from shared.objects.site import Site
from shared.objects.units import BucketUnits


def build_site(settings: ObjectSettings, tree: DataTree, now: Callable[[], datetime]) -> Site:
    """The data folder beside the bucket of the settings, which have one. Nothing is asked yet."""
    from shared.objects.bucket import Bucket

    grace = timedelta(hours=settings.objects_grace_hours)
    units = BucketUnits(Bucket.of(settings), now, refresh_after=grace / 2)
    # What is known of one bucket is wrong for another: its pieces, its ETags.
    bucket = hashlib.sha256((settings.objects or "").encode()).hexdigest()[:16]
    return Site(tree, units, SiteRecords(tree.root / "run" / "objects" / bucket))


def build_access(
    settings: ObjectSettings,
    tree: DataTree,
    now: Callable[[], datetime],
    registry: CollectorRegistry,
    announce: Callable[[str], Awaitable[None]],
) -> UnitAccess:
    """How a worker reaches units: the folder that it shares with the gateway, or a cache of its own."""
    if not settings.remote:
        return SharedFolder()
    site = build_site(settings, tree, now)
    return RemoteFolder(site, settings.objects_cache_bytes, ObjectMetrics(registry), announce)
