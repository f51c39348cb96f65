"""`sokhan search`, `updates`, `token`: searches the Hub and manages the user's token."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Collection
from typing import Annotated

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.commands.catalog import license_of
from cli.errors import CliError
from cli.options import AsJson, execute, group, output
from cli.output import Output, number, short
from cli.responses import items_of, one_of
from cli.settings import CliSettings

app = typer.Typer()
token_app = group("Your Hub token, for gated and private repositories.")
app.add_typer(token_app, name="token")
_STORED = "/api/settings/huggingface/token"
_DATE = 10


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Such as: persian tts")],
    dataset: Annotated[bool, typer.Option("--dataset", help="Datasets, not models.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    as_json: AsJson = False,
) -> None:
    """Search the Hub; each result shows whether it may be downloaded here."""
    execute(_search(CliSettings(), output(as_json), " ".join(words), "dataset" if dataset else "model", limit))


@app.command()
def updates(as_json: AsJson = False) -> None:
    """List installed repositories with a newer revision on the Hub."""
    execute(_updates(CliSettings(), output(as_json)))


@token_app.command("set")
def set_token(as_json: AsJson = False) -> None:
    """Store your token, encrypted. It is read from a prompt or stdin, not from an argument, which others could see."""
    execute(_set(CliSettings(), output(as_json), _read_token()))


@token_app.command("forget")
def forget_token(as_json: AsJson = False) -> None:
    """Remove your token from Sokhan."""
    execute(_forget(CliSettings(), output(as_json)))


@token_app.command("check")
def check_token(as_json: AsJson = False) -> None:
    """Check the stored token with the Hub and show its account."""
    execute(_check(CliSettings(), output(as_json)))


def _read_token() -> str:
    try:
        text = getpass.getpass("Hub token: ") if sys.stdin.isatty() else sys.stdin.readline()
    except EOFError:
        text = ""
    if not text.strip():
        raise CliError("No token was given.", hint="Make one at https://huggingface.co/settings/tokens")
    return text.strip()


async def _search(settings: CliSettings, output: Output, words: str, kind: str, limit: int) -> None:
    async with Client(settings) as client:
        hits = items_of(await client.get("/api/sources/search", q=words, kind=kind, limit=limit))
    rows = [
        [
            str(hit["id"]),
            f"{number(hit['downloads']):,.0f}",
            f"{number(hit['likes']):,.0f}",
            str(hit.get("updatedAt") or "–")[:_DATE],
            license_of(hit),
            _allowed(hit),
        ]
        for hit in hits
    ]
    columns = ("repository", ">downloads", ">likes", "changed", "license", "allowed")
    output.table([*hits], columns, rows, f"The Hub has no results for “{words}”.")


def _allowed(hit: Json) -> str:
    if not hit["allowed"]:
        return "no"
    marks = [word for word in ("gated", "private") if hit.get(word)]
    entry = hit.get("catalogId")
    also = [f"as {entry}"] if entry and entry != hit["id"] else []
    return ", ".join(["yes", *also, *marks])


async def _updates(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = items_of(await client.get("/api/sources/installed/updates"))
        pinned = {entry["id"] for entry in items_of(await client.get("/api/sources/catalog")) if entry.get("commit")}
    rows = [
        [str(item["id"]), short(item.get("installedCommit")), short(item.get("latestCommit")), _news(item, pinned)]
        for item in found
    ]
    output.table([*found], ("id", "here", "on the Hub", ""), rows, "Nothing from the Hub is installed.")


def _news(item: Json, pinned: Collection[JsonValue]) -> str:
    if item.get("error"):
        return f"unknown: {item['error']}"
    if not item["updateAvailable"]:
        return "up to date"
    # A pull takes the commit that the catalog pins; a refresh moves the pin.
    first = f"sokhan catalog refresh {item['id']}; " if item["id"] in pinned else ""
    return f"newer: {first}sokhan pull {item['id']}"


async def _set(settings: CliSettings, output: Output, token: str) -> None:
    async with Client(settings) as client:
        stored = one_of(await client.put(_STORED, {"token": token}))
    if stored["known"]:
        output.result(stored, f"Stored, encrypted. It belongs to {stored['name']}.")
    elif stored["known"] is None:
        output.result(stored, "Stored, encrypted. The Hub could not be reached to check it.")
    else:
        output.result(
            stored, "Stored, but the Hub does not accept it. Check that it is complete; `sokhan token set` replaces it."
        )


async def _forget(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        left = one_of(await client.delete(_STORED))
    more = " The installation's token applies again." if left["hasToken"] else ""
    output.result(left, f"Removed.{more}")


async def _check(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = one_of(await client.put("/api/settings/huggingface/validate", {}))
    if not found["valid"]:
        raise CliError("The Hub does not accept the stored token.", code="UNAUTHENTICATED", hint="sokhan token set")
    output.result(found, f"The stored token belongs to {found['name']}.")
