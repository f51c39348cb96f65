"""Publishes a unit, and kills itself before or after its n-th write to the bucket.

python -m tests.support.dying_publisher <site> <unit> <S3 URL> <prefix> <writes> <before|after>
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from shared.objects.bucket import Bucket
from tests.support.objects import site
from tests.support.seaweedfs import bucket_at


class DyingBucket(Bucket):
    """`left`: the writes until the death."""

    left = 0
    after = False
    one_by_one = threading.Lock()

    def write(self, key: str, content: bytes, *, large: bool = False) -> str:
        return self._counted(lambda: super(DyingBucket, self).write(key, content, large=large))

    def create(self, key: str, content: bytes) -> str:
        return self._counted(lambda: super(DyingBucket, self).create(key, content))

    def replace(self, key: str, content: bytes, etag: str) -> str:
        return self._counted(lambda: super(DyingBucket, self).replace(key, content, etag))

    def _counted(self, write: Callable[[], str]) -> str:
        with self.one_by_one:
            self.left -= 1
            if self.left == 0 and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            etag = write()
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return etag


def main() -> None:
    folder, unit, url, prefix, writes, when = sys.argv[1:]
    bucket = bucket_at(url, prefix)
    bucket.__class__ = DyingBucket
    assert isinstance(bucket, DyingBucket)
    bucket.left, bucket.after = int(writes), when == "after"
    site(Path(folder), bucket).publish(unit)


if __name__ == "__main__":
    main()
