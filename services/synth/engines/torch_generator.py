"""One lock for what draws from torch's random generator: transformers' voices, and building a network.

The generator belongs to the process, so seeded speech of one voice would disturb another's. `shared.vits.inference`
brings its own generators and needs no turn.
"""

from __future__ import annotations

import threading

GENERATOR = threading.Lock()
