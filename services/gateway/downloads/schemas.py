"""What a client says to start a download."""

from __future__ import annotations

from pydantic import Field, model_validator

from shared.contracts.specs import OWN_NAMESPACE, RepoId, RepoType
from shared.contracts.wire import Wire


class StartDownload(Wire):
    model_id: RepoId | None = Field(None, examples=["facebook/mms-tts-fas"])
    repo_id: RepoId | None = None
    repo_type: RepoType = "model"
    revision: str = Field("main", min_length=1, max_length=200)
    include: list[str] = Field(default_factory=list, max_length=100, examples=[["*.safetensors", "*.json"]])
    exclude: list[str] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _one_id(self) -> StartDownload:
        if (self.model_id is None) == (self.repo_id is None):
            raise ValueError("give either modelId or repoId, as namespace/name")
        if (self.model_id or self.repo_id or "").split("/")[0] == OWN_NAMESPACE:
            raise ValueError(f"{OWN_NAMESPACE}/… is this machine's own; it cannot be downloaded")
        return self
