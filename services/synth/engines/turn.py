"""One lock for every voice that speaks through torch.

torch's random generator belongs to the process, so seeded speech of one voice would disturb another's. Every sentence
uses all cores anyway: taking turns costs nothing.
"""

from __future__ import annotations

import threading

TURN = threading.Lock()
