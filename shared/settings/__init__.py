"""Settings in the store: those an administrator changes at run time, and voice calibrations of this machine."""

from shared.settings.calibrations import CalibrationRecord, CalibrationRepository
from shared.settings.repository import SettingsRepository

__all__ = ["CalibrationRecord", "CalibrationRepository", "SettingsRepository"]
