"""`python -m bench.hf_snapshot REPO FOLDER`: huggingface_hub fetches a repository; its cost as one line of JSON.

The clock starts after the imports. Ctrl-C ends it as it would end anybody's script.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from huggingface_hub import snapshot_download


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    repo, folder = sys.argv[1:]
    started, cpu_before = time.perf_counter(), cpu()
    snapshot_download(repo, local_dir=folder)
    print(json.dumps({"seconds": time.perf_counter() - started, "cpu": cpu() - cpu_before}))


if __name__ == "__main__":
    main()
