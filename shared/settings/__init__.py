"""Settings in the store: run-time settings of the platform, and voice calibrations of each machine."""

from shared.settings.calibrations import CalibrationRecord, CalibrationRepository
from shared.settings.repository import SettingsRepository

__all__ = ["CalibrationRecord", "CalibrationRepository", "SettingsRepository"]
