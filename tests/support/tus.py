"""A client of tus 1.0, as small as the protocol."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import httpx2

VERSION = {"Tus-Resumable": "1.0.0"}


def metadata(**pairs: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


@dataclass
class Tus:
    """`headers`: the credential."""

    client: httpx2.Client
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx2.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, path, content=content, headers=VERSION | self.headers | given)

    def create(self, length: int, **pairs: str) -> str:
        """The path of a new upload."""
        answer = self.ask("POST", "/api/uploads", Upload_Length=str(length), Upload_Metadata=metadata(**pairs))
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def send(self, path: str, content: bytes, offset: int) -> httpx2.Response:
        return self.ask(
            "PATCH", path, content, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream"
        )

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["upload-offset"])
