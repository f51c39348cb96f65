"""Finds a run by its id, a prefix of it, or its name."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from cli.client import Client, Json
from cli.errors import CliError
from cli.responses import items_of, one_of

RunId = Annotated[str, typer.Argument(help="The run's id, a prefix of it, or its name if it is unique.", metavar="RUN")]
_PAGE = 200


async def find_run(client: Client, reference: str) -> Json:
    """The run with this id, prefix or name. Raises `CliError` if none or several match."""
    try:
        return one_of(await client.get(f"/api/training/{quote(reference, safe='')}"))
    except CliError as error:
        if error.code != "NOT_FOUND":
            raise
    runs = await _all(client)
    matches = [run for run in runs if str(run["id"]).startswith(reference)]
    matches = matches or [run for run in runs if run["name"] == reference]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise CliError(f"There is no run {reference}.", code="NOT_FOUND", hint="`sokhan runs` lists them.")
    ids = ", ".join(str(run["id"]) for run in matches[:5])
    message = f"{reference} matches {len(matches)} runs: {ids} …"
    raise CliError(message, code="VALIDATION", hint="Use a longer prefix of the id.")


async def _all(client: Client) -> list[Json]:
    runs: list[Json] = []
    query: dict[str, str | int] = {"limit": _PAGE}
    while True:
        answer = await client.get("/api/training", **query)
        runs += items_of(answer)
        following = answer.get("next")
        if not isinstance(following, str):
            return runs
        query["cursor"] = following
