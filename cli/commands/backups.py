"""`sokhan backup`, `sokhan restore`: on the machine itself, beside the gateway and without an account."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.client import Json
from cli.machine import act
from cli.options import AsJson, output
from cli.output import Output, count, number, short, size
from cli.responses import names

app = typer.Typer()


class Left(StrEnum):
    MODELS = "models"
    DATASETS = "datasets"


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet; with --verify a backup.")],
    without: Annotated[
        list[Left] | None, typer.Option(help="Leave out models or data sets of the Hub: they can be downloaded again.")
    ] = None,
    secrets: Annotated[
        Path | None, typer.Option(help="Write .env, the secret key and deploy/secrets to this new file.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Compare every file of a backup with its index.")] = False,
    as_json: AsJson = False,
) -> None:
    """Back up the store and the data folder of this machine while the platform runs."""
    out = output(as_json)
    if verify:
        found = _act(out, "verified", "verify", str(folder))
        sentence = f"{found['backup']} is whole: {_amount(found)}, {_documents(found)}; made {found['createdAt']}"
        out.result(found, f"{sentence} by Sokhan {found['sokhan']}.")
        return
    options = [part for kind in without or () for part in ("--without", kind.value)]
    options += ["--secrets", str(secrets)] if secrets is not None else []
    done = _act(out, "copied", "backup", str(folder), *options)
    _say_left_out(out, done, "Left out, it can be downloaded again")
    for key, meaning in _NOTES.items():
        for name in names(done.get(key)):
            out.say(f"{meaning}: {name}")
    if secrets is not None:
        out.say(f"Secrets in {secrets}, apart from the backup: {', '.join(names(done.get('secrets')))}")
    out.result(done, f"{done['backup']}: {_amount(done)}")


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="A backup.")],
    secrets: Annotated[Path | None, typer.Option(help="The file of `sokhan backup --secrets`.")] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty data folder and an empty store, with the platform stopped."""
    options = ["--secrets", str(secrets)] if secrets is not None else []
    out = output(as_json)
    done = _act(out, "read", "restore", str(folder), *options)
    for name in names(done.get("secrets")):
        out.say(f"Secret written: {name}")
    _say_left_out(out, done, "Not in the backup, download it again")
    out.result(done, f"Restored to {done['data']}: {_amount(done)}, {_documents(done)}. Start it with `sokhan up`.")


def _act(out: Output, verb: str, *arguments: str) -> Json:
    """The result of an action, with the bytes so far in a line of the terminal meanwhile."""
    if not out.live:
        return act(*arguments)
    with out.talk.status("starting") as line:
        return act(*arguments, on_progress=lambda bytes_: line.update(f"{verb} {size(bytes_)}"))


_NOTES = {
    "missing": "The store names it, and the data folder does not have it",
    "unsettled": "Not in the backup, because it changed all the time",
    "damaged": "In the backup as it is, and damaged: it differs from the installed file",
}


def _say_left_out(out: Output, done: Json, meaning: str) -> None:
    left = done.get("leftOut")
    for item in left if isinstance(left, list) else ():
        if isinstance(item, dict):
            kind = " --dataset" if str(item["path"]).startswith("datasets/") else ""
            out.say(f"{meaning}: sokhan pull {item['repo_id']}{kind}   ({short(item['commit'])})")


def _amount(done: Json) -> str:
    return f"{count(round(number(done['files'])), 'file')}, {size(done['bytes'])}"


def _documents(done: Json) -> str:
    return count(round(number(done["documents"])), "document")
