"""An OTLP/HTTP collector on loopback, which stores the received traces."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


@contextmanager
def collector(userinfo: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """Its endpoint, with `userinfo` (such as `name:password@`), and the bodies received so far, uncompressed."""
    bodies: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{userinfo}127.0.0.1:{server.server_port}", bodies
    finally:
        server.shutdown()
        server.server_close()
