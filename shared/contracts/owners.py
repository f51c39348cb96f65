"""The owners in the modes without accounts."""

from __future__ import annotations

LOCAL_OWNER = "local"
"""SOKHAN_AUTH=off: the one person on this machine."""
TOKEN_OWNER = "owner"  # noqa: S105 - the name of an owner
"""SOKHAN_AUTH=token: every holder of the token."""
SOLE_OWNERS = frozenset({LOCAL_OWNER, TOKEN_OWNER})
"""The owners that use the installation's Hub token (HF_TOKEN); accounts do not."""
