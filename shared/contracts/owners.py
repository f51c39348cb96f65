"""The owners in the modes without accounts."""

from __future__ import annotations

LOCAL_OWNER = "local"
"""SOKHAN_AUTH=off: the one person on this machine."""
TOKEN_OWNER = "owner"  # noqa: S105 - the name of an owner
"""SOKHAN_AUTH=token: everybody who has the token."""
SOLE_OWNERS = frozenset({LOCAL_OWNER, TOKEN_OWNER})
"""To them, and to no account, belongs what the installation has: its Hub token (HF_TOKEN)."""
