"""`sokhan users`, `sokhan invite`: the accounts of an installation, for administrators."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from cli.client import Client, Json
from cli.commands.account import read_secret
from cli.errors import CliError
from cli.options import AsJson, execute, output
from cli.output import Output
from cli.paths import segment
from cli.responses import items_of, one_of
from cli.settings import CliSettings
from shared.contracts.access import Role

app = typer.Typer(help="The accounts of the installation, for administrators.")
invite_app = typer.Typer()
_USERS = "/api/users"
_DATE = 16
Name = Annotated[str, typer.Argument(help="The account's name.")]


@app.callback(invoke_without_command=True)
def listing(context: typer.Context, as_json: AsJson = False) -> None:
    if context.invoked_subcommand is None:
        execute(_list(CliSettings(), output(as_json)))


@app.command("set")
def change(
    name: Name,
    role: Annotated[Role | None, typer.Option()] = None,
    state: Annotated[Literal["active", "disabled"] | None, typer.Option()] = None,
    password: Annotated[bool, typer.Option("--password", help="Give a temporary password; read from stdin.")] = False,
    as_json: AsJson = False,
) -> None:
    """Change an account's role, state or password; its sessions end."""
    body: Json = {"role": role.value if role else None, "state": state}
    if password:
        body["password"] = read_secret("Temporary password: ")
    given: Json = {key: value for key, value in body.items() if value is not None}
    if not given:
        raise typer.BadParameter("give --role, --state or --password")
    execute(_change(CliSettings(), output(as_json), name, given))


@invite_app.command()
def invite(
    role: Annotated[Role, typer.Option(help="The role of the new account.")] = Role.MEMBER,
    name: Annotated[str | None, typer.Option(help="The only account that it may make.")] = None,
    note: Annotated[str, typer.Option(help="For whom it is.")] = "",
    hours: Annotated[int, typer.Option(min=1, max=720, help="Until it expires.")] = 72,
    as_json: AsJson = False,
) -> None:
    """Make a link with which one person makes an account."""
    body: Json = {"role": role.value, "name": name, "note": note, "expiresInHours": hours}
    execute(_invite(CliSettings(), output(as_json), body))


async def _list(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = items_of(await client.get(_USERS))
    rows = [
        [
            str(user["name"]),
            str(user["role"]),
            str(user["state"]),
            str(user.get("lastLoginAt") or "never").replace("T", " ")[:_DATE],
            str(user["displayName"]),
        ]
        for user in found
    ]
    output.table([*found], ("name", "role", "state", "last login", ""), rows, "There are no accounts.")


async def _change(settings: CliSettings, output: Output, name: str, body: Json) -> None:
    async with Client(settings) as client:
        user = one_of(await client.patch(f"{_USERS}/{segment(name)}", body))
    output.result(user, f"{user['name']}: {user['role']}, {user['state']}")


async def _invite(settings: CliSettings, output: Output, body: Json) -> None:
    async with Client(settings) as client:
        made = one_of(await client.post("/api/invitations", body))
    if "link" not in made:
        raise CliError("The gateway made no invitation.")
    output.say(f"It makes one account with the role {made['role']}, once, within {body['expiresInHours']} hours:")
    output.result(made, str(made["link"]))
