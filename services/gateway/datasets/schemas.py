"""A dataset as clients see it."""

from __future__ import annotations

from pydantic import Field

from services.gateway.assets.schemas import AssetView
from shared.contracts.kinds.scan import DatasetFormat
from shared.contracts.mended import Mended
from shared.contracts.names import AssetName
from shared.contracts.wire import JobId, Wire
from shared.preview.models import DatasetFigures, RowPreview


class DatasetView(AssetView):
    """`details` holds the statistics: items, characters, skipped rows; of speech hours and sample_rate in Hz too."""

    files: tuple[str, ...]
    file_count: int


class PreviewView(Wire):
    """`total` is null where nobody has counted the rows yet; `problem`: why the rows end early."""

    id: str
    format: str = Field(examples=["ljspeech", "common_voice", "text"])
    offset: int
    limit: int
    total: int | None
    more: bool
    rows: tuple[RowPreview, ...]
    problem: str | None
    statistics: DatasetFigures | None = Field(description="null with statistics=false")


class ImportRequest(Mended, Wire):
    """`uploadId`: a complete upload of `/api/uploads`; `name`: of the new dataset."""

    upload_id: JobId
    name: AssetName = Field(examples=["my-voice"])
    format: DatasetFormat = "auto"
