"""`sokhan admin`: administration on the machine itself, beside the gateway and without an account."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.client import Json
from cli.machine import act
from cli.options import AsJson, group, output
from cli.output import count, number
from cli.responses import inner, names
from cli.running import running_nats
from shared.config import load_settings

_USUAL_NATS = "nats://127.0.0.1:4222"
app = group("Administration on the machine itself, without an account.")


@app.command()
def reset(as_json: AsJson = False) -> None:
    """Make a one-time link for another administrator, such as after a lost password."""
    done = act("reset")
    out = output(as_json)
    admins = ", ".join(names(done.get("administrators"))) or "none yet"
    out.say(f"Administrators: {admins}. This makes another one, once, within {done['hours']} hours:")
    out.result(done, str(done["link"]))


@app.command("rotate-key")
def rotate_key(as_json: AsJson = False) -> None:
    """Put a new key before the old ones in the data folder; restart the services to use it."""
    done = act("rotate-key")
    sentence = "A new key is in use after the next start. Old ones still decrypt; tokens are encrypted anew then."
    output(as_json).result(done, sentence)


@app.command("events-credential")
def events_credential(as_json: AsJson = False) -> None:
    """Show the NATS user with which a program reads the events of all accounts; make it at the first time."""
    done = act("events-credential")
    nats = running_nats(load_settings().data.absolute())
    ready = nats is not None and done["user"] in nats.programs
    shown: Json = {**done, "url": nats.url if nats else None, "ready": ready}
    out = output(as_json)
    out.say("This user reads the events of every account; it can change nothing (docs/events-stream.md).")
    if not ready:
        out.say("`sokhan up` makes the user at its next start.")
    if nats is None:
        out.say(f"The platform does not run. It listens on {_USUAL_NATS} unless this port is taken; ask again then.")
    out.result(shown, f"{shown['url'] or _USUAL_NATS} user {done['user']} password {done['password']}")


@app.command()
def give(
    to: Annotated[str, typer.Option("--to", help="The name of an account.")],
    givers: Annotated[
        list[str] | None, typer.Option("--from", help="An owner; by default what was made without accounts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give jobs and assets of the time without accounts to an account. It can be repeated."""
    done = act("give", "--to", to, *(part for giver in givers or () for part in ("--from", giver)))
    jobs, assets = inner(done, "jobs"), names(done.get("assets"))
    total = sum(round(number(value)) for value in jobs.values())
    for asset in assets:
        output(as_json).say(asset)
    output(as_json).result(done, f"{count(total, 'job')} and {count(len(assets), 'asset')} belong to {to} now.")
