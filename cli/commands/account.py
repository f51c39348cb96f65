"""`sokhan login`, `logout`, `whoami`, `register`: the session of this user at one gateway."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.errors import CliError
from cli.options import AsJson, execute, output
from cli.output import Output
from cli.responses import one_of
from cli.session import session_of
from cli.session_store import SessionStore
from cli.settings import CliSettings

app = typer.Typer()
Url = Annotated[str | None, typer.Option(help="The gateway's address; by default SOKHAN_URL, or this machine's.")]
InFile = Annotated[bool, typer.Option("--no-keyring", help="Keep the session in a 0600 file, not in the keyring.")]


@app.command()
def login(
    name: Annotated[str | None, typer.Argument(help="Your account's name.")] = None,
    url: Url = None,
    no_keyring: InFile = False,
    as_json: AsJson = False,
) -> None:
    """Sign in with a password, which is read from a prompt or from stdin."""
    settings = _settings(url)
    account = name or _ask("Name: ")
    body: Json = {"name": account, "password": read_secret("Password: ")}
    execute(_sign_in(settings, output(as_json), "/api/auth/login", body, not no_keyring))


@app.command()
def register(
    link: Annotated[str, typer.Argument(help="The link of your invitation; `-` registers without one.")],
    name: Annotated[str, typer.Option(help="2 to 32 small letters, digits, - and _; it cannot be changed later.")],
    display_name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    no_keyring: InFile = False,
    as_json: AsJson = False,
) -> None:
    """Make an account from an invitation's link, and sign in."""
    parts = urlsplit(link)
    invitation = parts.fragment.removeprefix("invitation=")
    settings = _settings(f"{parts.scheme}://{parts.netloc}" if parts.netloc else None)
    body: Json = {"name": name, "displayName": display_name, "password": _new_password()}
    if link != "-":
        if not invitation:
            raise CliError("This is not the link of an invitation.", hint="It ends in #invitation=…")
        body["invitation"] = invitation
    execute(_sign_in(settings, output(as_json), "/api/auth/register", body, not no_keyring))


@app.command()
def logout(url: Url = None, as_json: AsJson = False) -> None:
    """End the session, here and at the gateway."""
    execute(_logout(_settings(url), output(as_json)))


@app.command()
def whoami(url: Url = None, as_json: AsJson = False) -> None:
    """Show the account, the role and the scopes of this command line."""
    execute(_whoami(_settings(url), output(as_json)))


def _settings(url: str | None) -> CliSettings:
    return CliSettings() if url is None else CliSettings(url=url)


def _ask(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise CliError("Which account? `sokhan login NAME`")
    return input(prompt).strip()


def read_secret(prompt: str) -> str:
    """From the terminal without echo, or the first line of stdin. Raises `CliError` for an empty one."""
    try:
        text = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    except EOFError:
        text = ""
    if not text:
        raise CliError("No password was given.")
    return text


def _new_password() -> str:
    first = read_secret("Password (at least 10 characters): ")
    if sys.stdin.isatty() and getpass.getpass("The same again: ") != first:
        raise CliError("The two passwords are different.")
    return first


async def _sign_in(settings: CliSettings, output: Output, path: str, body: Json, keyring: bool) -> None:
    async with Client(settings, anonymous=True) as client:
        answer = one_of(await client.post(path, body))
    session = session_of(answer)
    place = SessionStore(keyring=keyring).save(settings.base, session)
    account = answer["account"]
    result: dict[str, JsonValue] = {"account": account, "address": settings.base, "storedIn": place}
    output.result(result, f"Signed in to {settings.base} as {session.name}; the session is in {place}.")


async def _logout(settings: CliSettings, output: Output) -> None:
    store = SessionStore()
    if store.load(settings.base) is None:
        raise CliError(f"There is no session at {settings.base}.")
    try:
        async with Client(settings) as client:
            await client.post("/api/auth/logout", {})
    except CliError as error:
        if error.code != "UNAUTHENTICATED":  # it has ended already
            raise
    finally:
        store.forget(settings.base)
    output.result({"address": settings.base}, f"Signed out of {settings.base}.")


async def _whoami(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        me = one_of(await client.get("/api/auth/me"))
    scopes = me.get("scopes")
    limits = f", with the scopes {', '.join(map(str, scopes))}" if isinstance(scopes, list) else ""
    if me["mode"] != "accounts":
        output.result(me, f"{settings.base} has no accounts (SOKHAN_AUTH={me['mode']}).")
        return
    output.result(me, f"{me['name']} ({me['role']}) at {settings.base}{limits}")
