"""Checks the bucket of finished data, if the settings have one. Writes one probe object, and removes it."""

from __future__ import annotations

from shared.config import Settings
from shared.contracts.errors import Unavailable
from shared.doctor.report import Finding, ok, problem
from shared.objects.errors import Unfit

CHECK = "objects"


def check_objects(settings: Settings) -> list[Finding]:
    """Blocking. Nothing without SOKHAN_OBJECTS."""
    if settings.objects is None:
        return []
    from shared.objects.bucket import Bucket, require_conditions

    try:
        require_conditions(Bucket.of(settings))
    except Unavailable as error:
        return [problem(CHECK, f"{settings.objects}: {error.message}", error.hint)]
    except Unfit as error:
        return [problem(CHECK, f"{settings.objects}: {error}", "Use a server that keeps conditions (docs/objects.md).")]
    return [ok(CHECK, f"{settings.objects} takes, gives back and protects objects.")]
