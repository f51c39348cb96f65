"""`python -m shared.store`: whether this code can open the store, with a sentence and status 1 if it is too new.

`sokhan up` asks before it starts anything. A store that does not answer is no refusal: the services wait for it.
"""

from __future__ import annotations

import asyncio
import sys

from shared.config import load_settings
from shared.store.migrations import StoreTooNew, check_version
from shared.store.peek import version_at
from shared.store.port import StoreUnavailable


def main() -> int:
    try:
        check_version(asyncio.run(version_at(load_settings().store.reveal())) or 0)
    except StoreTooNew as error:
        sys.stderr.write(f"{error.message} {error.hint}\n")
        return 1
    except StoreUnavailable:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
