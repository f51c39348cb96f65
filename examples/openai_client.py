"""Speech with OpenAI's client: `python examples/openai_client.py TEXT FILE.mp3 [VOICE]`."""

from __future__ import annotations

import os
import sys

from openai import OpenAI


def main(text: str, target: str, voice: str = "espeak-fa") -> None:
    client = OpenAI(
        base_url=os.environ.get("SOKHAN_URL", "http://127.0.0.1:8080") + "/v1",
        api_key=os.environ.get("SOKHAN_TOKEN") or "none",
    )
    # Streamed: the first bytes are there while the rest is being spoken.
    with client.audio.speech.with_streaming_response.create(model="tts-1", voice=voice, input=text) as response:
        response.stream_to_file(target)
    print(f"{target}: {os.path.getsize(target):,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
