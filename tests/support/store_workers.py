"""What the other processes of the suite do. Each prints `ready`, waits for a line on stdin, then works.

python -m tests.support.store_workers claim|write|open URL
"""

from __future__ import annotations

import asyncio
import sys

from shared.store import Change, open_store


def say(line: str) -> None:
    """In one write, past every buffer: what was said stays said when the process is killed."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def wait_for_go() -> None:
    say("ready")
    await asyncio.to_thread(sys.stdin.readline)


async def claim(url: str) -> None:
    """Take a queued download, wait for a second line, then take all there are; print each id."""
    store = await open_store(url)
    await wait_for_go()
    first = True
    while True:
        change: Change = {"$set": {"state": "running", "lease.worker": "w"}, "$inc": {"attempt": 1}}
        claimed = await store.update("downloads", {"state": "queued"}, change, sort=[("available_at", 1)])
        if claimed is None:
            break
        say(str(claimed["id"]))
        if first:
            await asyncio.to_thread(sys.stdin.readline)
            first = False
    await store.close()


async def write(url: str) -> None:
    """Insert without end; print each id once the insert has returned."""
    store = await open_store(url)
    await wait_for_go()
    n = 0
    while True:
        await store.insert("audit", {"id": f"{n:06d}", "text": "x" * 2000})
        say(f"{n:06d}")
        n += 1


async def open_only(url: str) -> None:
    await wait_for_go()
    store = await open_store(url)
    say(str(await store.get("meta", "schema") is not None))
    await store.close()


if __name__ == "__main__":
    work = {"claim": claim, "write": write, "open": open_only}[sys.argv[1]]
    asyncio.run(work(sys.argv[2]))
