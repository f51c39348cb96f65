"""The documents `voice:<id>@<machine>` of the collection `calibrations`: the calibration of a voice on a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.store import Store, Value

_COLLECTION = "calibrations"


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """`version` of the voice and `requested` precision: the conditions for which the measurement is valid."""

    version: str
    requested: str
    precision: str
    real_time_factor: float
    gain: float

    def document(self) -> dict[str, Value]:
        return {
            "version": self.version,
            "wish": self.requested,  # the field's name in stores of earlier versions
            "precision": self.precision,
            "real_time_factor": self.real_time_factor,
            "gain": self.gain,
        }

    @classmethod
    def of(cls, document: Mapping[str, Value]) -> CalibrationRecord | None:
        """The record in a document; None if another version has written it in another form."""
        names = ("version", "wish", "precision", "real_time_factor", "gain")
        version, requested, precision, factor, gain = (document.get(name) for name in names)
        if not isinstance(version, str) or not isinstance(requested, str) or not isinstance(precision, str):
            return None
        if not isinstance(factor, int | float) or not isinstance(gain, int | float):
            return None
        return cls(version, requested, precision, float(factor), float(gain))


class CalibrationRepository:
    def __init__(self, store: Store, machine: str) -> None:
        self._store = store
        self._machine = machine

    async def find(self, voice_id: str) -> CalibrationRecord | None:
        document = await self._store.get(_COLLECTION, self._id(voice_id))
        return CalibrationRecord.of(document) if document else None

    async def save(self, voice_id: str, record: CalibrationRecord) -> None:
        await self._store.upsert(_COLLECTION, self._id(voice_id), {"$set": record.document()})

    def _id(self, voice_id: str) -> str:
        return f"voice:{voice_id}@{self._machine}"
