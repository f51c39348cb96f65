"""Which run is meant: by its id, the beginning of it, or its name."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from cli.client import Client, Json
from cli.errors import CliError
from cli.responses import items_of, one_of

RunId = Annotated[
    str, typer.Argument(help="The run's id, the beginning of it, or its name where one run has it.", metavar="RUN")
]
_PAGE = 200


async def find_run(client: Client, said: str) -> Json:
    """The run. Raises `CliError` where none or several are meant."""
    try:
        return one_of(await client.get(f"/api/training/{quote(said, safe='')}"))
    except CliError as error:
        if error.code != "NOT_FOUND":
            raise
    runs = await _all(client)
    meant = [run for run in runs if str(run["id"]).startswith(said)] or [run for run in runs if run["name"] == said]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise CliError(f"There is no run {said}.", code="NOT_FOUND", hint="`sokhan runs` lists them.")
    ids = ", ".join(str(run["id"]) for run in meant[:5])
    raise CliError(f"{said} may be any of {len(meant)} runs: {ids} …", code="VALIDATION", hint="Give more of the id.")


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
