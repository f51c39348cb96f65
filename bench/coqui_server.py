"""Coqui's own `tts-server` on loopback, over our stand-in for torchaudio (shared/vits/compat.py says why).

python -m bench.coqui_server --model_path … --config_path … --port …
"""

from __future__ import annotations

import importlib

import shared.vits.compat  # noqa: F401 - before TTS, or TTS does not import


def main() -> None:
    server = importlib.import_module("TTS.server.server")
    # Its own main() listens on every interface.
    server.app.run(host="127.0.0.1", port=server.args.port)


if __name__ == "__main__":
    main()
