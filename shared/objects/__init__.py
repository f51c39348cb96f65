"""Finished things of the data folder in a bucket that speaks S3, for machines that share no folder (ADR 39)."""

from shared.objects.access import SHARED_FOLDER, SharedFolder, UnitAccess, try_ensure

__all__ = ["SHARED_FOLDER", "SharedFolder", "UnitAccess", "try_ensure"]
