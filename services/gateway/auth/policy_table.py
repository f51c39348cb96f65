"""Generates the table of routes and roles in docs/security.md; with `--check` it fails if the table is stale."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from services.gateway.auth.policy import ROUTES, TOPICS, Policy
from shared.contracts.access import Role
from shared.contracts.generated import write_or_check

_BEGIN, _END = "<!-- policy table: begin -->\n", "<!-- policy table: end -->\n"
_HEAD = "| route | nobody | viewer | member | admin | an API key needs |\n|---|---|---|---|---|---|\n"


def table() -> str:
    """One row for each route, in the order of the policy, then for each kind of topic."""
    topics = {f"topic `{_topic(kind)}` of `/ws` and `/api/events`": policy for kind, policy in TOPICS.items()}
    return _HEAD + _rows({f"`{name}`": policy for name, policy in ROUTES.items()}) + _rows(topics)


def _topic(kind: str) -> str:
    return kind if kind == "system" else f"{kind}:…"


def _rows(policies: Mapping[str, Policy]) -> str:
    return "".join(f"| {name} | {' | '.join(_cells(policy))} |\n" for name, policy in policies.items())


def _cells(policy: Policy) -> list[str]:
    lowest = policy.role
    if lowest is None:
        return ["yes"] * 4 + ["nothing"]
    roles = ["no", *("yes" if role.includes(lowest) else "no" for role in Role)]
    scopes = " or ".join(f"`{scope}`" for scope in sorted(policy.scopes))
    return [*roles, "not with a key" if policy.person else scopes or "any scope"]


def main(arguments: list[str]) -> int:
    path = Path(arguments[-1])
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return write_or_check(arguments, lambda: f"{before}{_BEGIN}\n{table()}\n{_END}{after}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
