"""One lock for all uses of torch's global random generator: transformers' voices, and the initialisation of networks.

The generator is global to the process, so seeded speech of one voice would disturb another's. `shared.vits.inference`
has its own generators and does not need the lock.
"""

from __future__ import annotations

import threading

GENERATOR = threading.Lock()
