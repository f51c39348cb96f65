"""`sokhan keys`: API keys of your account, for programs."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.options import AsJson, execute, output
from cli.output import Output
from cli.paths import segment
from cli.responses import items_of, names, one_of
from cli.settings import CliSettings
from shared.contracts.access import Scope

app = typer.Typer(help="API keys of your account, for programs.")
_KEYS = "/api/auth/keys"
_DATE = 16


@app.callback(invoke_without_command=True)
def listing(context: typer.Context, as_json: AsJson = False) -> None:
    if context.invoked_subcommand is None:
        execute(_list(CliSettings(), output(as_json)))


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for, such as “news site”.")],
    scope: Annotated[list[Scope], typer.Option(help="May be repeated.")] = [Scope.SPEECH],  # noqa: B006 - typer's way
    voice: Annotated[str | None, typer.Option(help="The only voice that it may use.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="It expires after so many days.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key; it is shown once."""
    scopes: list[JsonValue] = [item.value for item in scope]
    body: Json = {"name": name, "scopes": scopes, "voice": voice, "expiresInDays": days}
    execute(_add(CliSettings(), output(as_json), body))


@app.command()
def delete(
    key: Annotated[str, typer.Argument(help="The key's id, or its prefix.", metavar="ID")], as_json: AsJson = False
) -> None:
    """Revoke a key at once; its open streams end."""
    execute(_delete(CliSettings(), output(as_json), key.removeprefix("sk-sokhan-").partition(".")[0]))


async def _list(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = items_of(await client.get(_KEYS))
    columns = ("id", "scopes", "voice", "expires", "last used", "name")
    output.table([*found], columns, [_row(key) for key in found], "You have no API keys: sokhan keys add NAME")


def _row(key: Json) -> list[str]:
    return [
        str(key["id"]),
        ", ".join(names(key.get("scopes"))),
        str(key.get("voice") or "any"),
        _day(key.get("expiresAt")),
        _day(key.get("lastUsedAt")),
        str(key["name"]),
    ]


def _day(time: JsonValue) -> str:
    return str(time).replace("T", " ")[:_DATE] if time else "never"


async def _add(settings: CliSettings, output: Output, body: Json) -> None:
    async with Client(settings) as client:
        made = one_of(await client.post(_KEYS, body))
    output.say("Keep it now: it is not shown again.")
    output.result(made, str(made["key"]))


async def _delete(settings: CliSettings, output: Output, key: str) -> None:
    async with Client(settings) as client:
        await client.delete(f"{_KEYS}/{segment(key)}")
    output.result({"id": key}, f"The key {key} is revoked.")
