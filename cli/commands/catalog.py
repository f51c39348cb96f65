"""`sokhan catalog`: lists and maintains the downloadable repositories."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.errors import CliError
from cli.options import AsJson, IsDataset, execute, output
from cli.output import Output, count, short, size
from cli.paths import segments
from cli.responses import inner, items_of, objects, one_of, strings
from cli.settings import CliSettings

app = typer.Typer(help="The downloadable repositories. Without a subcommand: lists them.")
Kind = Literal["tts", "llm", "dataset", "asr", "g2p"]
KindOption = Annotated[Kind | None, typer.Option(help="Only of this kind.")]
Words = Annotated[str, typer.Option("-q", "--query", help="Only entries with these words, Persian or English.")]
EntryId = Annotated[str, typer.Argument(metavar="ID", help="The id of an entry, as `sokhan catalog` shows it.")]
_BASE = "/api/sources/catalog"
_SHOWN = 40


@app.callback(invoke_without_command=True)
def catalog(context: typer.Context, kind: KindOption = None, q: Words = "", as_json: AsJson = False) -> None:
    if context.invoked_subcommand is None:
        execute(_list(CliSettings(), output(as_json), kind, q))


@app.command("list")
def listing(kind: KindOption = None, q: Words = "", as_json: AsJson = False) -> None:
    """List the catalog, or the matching entries."""
    execute(_list(CliSettings(), output(as_json), kind, q))


@app.command()
def show(entry: EntryId, as_json: AsJson = False) -> None:
    """Show one entry, with its files."""
    execute(_show(CliSettings(), output(as_json), entry))


@app.command()
def add(
    repo: Annotated[str, typer.Argument(help="namespace/name on the Hub.")],
    dataset: IsDataset = False,
    kind: Annotated[Kind | None, typer.Option(help="The kind of model; not needed for a dataset.")] = None,
    id_: Annotated[str | None, typer.Option("--id", help="Its id here; by default the repository's.")] = None,
    include: Annotated[list[str] | None, typer.Option(help="Only files that match; needs an --id.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Not the files that match.")] = None,
    revision: Annotated[str | None, typer.Option(help="The branch, tag or commit to follow.")] = None,
    name_fa: Annotated[str | None, typer.Option(help="Its name in Persian.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Its name in English.")] = None,
    as_json: AsJson = False,
) -> None:
    """Allow a repository of the Hub (administrators)."""
    if kind is None and not dataset:
        raise typer.BadParameter("the kind of model is required: tts, llm, asr or g2p", param_hint="--kind")
    name: Json = {language: words for language, words in (("fa", name_fa), ("en", name_en)) if words}
    request: Json = {"repoId": repo, "repoType": "dataset" if dataset else "model", "kind": kind or "dataset"}
    given: Json = {
        "id": id_,
        "include": strings(include),
        "exclude": strings(exclude),
        "revision": revision,
        "name": name,
    }
    request |= {key: value for key, value in given.items() if value}
    execute(_add(CliSettings(), output(as_json), request))


@app.command()
def remove(entry: EntryId, as_json: AsJson = False) -> None:
    """Remove an entry (administrators); installed assets stay."""
    execute(_remove(CliSettings(), output(as_json), entry))


@app.command()
def refresh(
    entries: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="All when none is given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pin the current state of the Hub: commit, sizes, hashes, license (administrators)."""
    execute(_refresh(CliSettings(), output(as_json), entries or []))


async def _list(settings: CliSettings, output: Output, kind: str | None, words: str) -> None:
    query = {"q": words} | ({"kind": kind} if kind else {})
    async with Client(settings) as client:
        found = items_of(await client.get(_BASE, **query))
    rows = [
        [str(entry["id"]), str(entry["kind"]), size_of(entry), license_of(entry), _status(entry), name_of(entry)]
        for entry in found
    ]
    columns = ("id", "kind", ">size", "license", "here", "name")
    output.table([*found], columns, rows, "Nothing in the catalog matches.")


async def _show(settings: CliSettings, output: Output, entry: str) -> None:
    async with Client(settings) as client:
        found = one_of(await client.get(f"{_BASE}/{segments(entry)}"))
    if output.as_json:
        output.result(found, "")
        return
    lines = {
        "name": name_of(found),
        "": str(inner(found, "description").get("fa") or inner(found, "description").get("en") or ""),
        "repository": f"{found['repoId']} ({found['repoType']}, {found['revision']})",
        "commit": short(found.get("commit")),
        "size": size_of(found),
        "license": license_of(found),
        "here": _status(found),
        "problem": str(found.get("problem") or ""),
        "unverified": ", ".join(_words(found, "unverified")),
        "recipes": ", ".join(_words(found, "recipes")),
        "engines": ", ".join(_words(found, "engines")),
    }
    output.result(None, str(found["id"]))
    for label, value in lines.items():
        if value:
            output.result(None, f"  {label:<11} {value}")
    files = objects(found["files"])
    if files:
        rows = [[size(file["size"]), str(file["path"])] for file in files[:_SHOWN]]
        output.table(None, (">size", "file"), rows, "")
    if len(files) > _SHOWN:
        output.result(None, f"… and {len(files) - _SHOWN:,} more (--json lists all)")


async def _add(settings: CliSettings, output: Output, request: Json) -> None:
    async with Client(settings) as client:
        found = one_of(await client.post(_BASE, request))
    output.result(
        found, f"{found['id']} may be downloaded now. Fill in its sizes: sokhan catalog refresh {found['id']}"
    )


async def _remove(settings: CliSettings, output: Output, entry: str) -> None:
    async with Client(settings) as client:
        await client.delete(f"{_BASE}/{segments(entry)}")
    output.result({"id": entry, "removed": True}, f"{entry} was removed from the catalog.")


async def _refresh(settings: CliSettings, output: Output, entries: list[str]) -> None:
    """Refresh entries and print a line for each; a failure does not stop the others."""
    results: list[JsonValue] = []
    failed = 0
    async with Client(settings) as client:
        chosen = entries or [str(entry["id"]) for entry in items_of(await client.get(_BASE))]
        width = max((len(entry) for entry in chosen), default=0)
        for entry in chosen:
            try:
                found = one_of(await client.post(f"{_BASE}/{segments(entry)}/refresh", {}))
            except CliError as error:
                if error.code in {"", "FORBIDDEN", "UNAUTHENTICATED"}:
                    raise  # it would fail for the other entries too
                failed += 1
                reason = f"{error.message} {error.hint or ''}".strip()
                results.append({"id": entry, "ok": False, "error": {"code": error.code, "message": error.message}})
                _print_line(output, f"{entry:<{width}}  failed: {reason} ({error.code})")
                continue
            results.append({"id": entry, "ok": True, "commit": found["commit"], "size": found["size"]})
            files = count(len(objects(found["files"])), "file")
            _print_line(
                output,
                f"{entry:<{width}}  {short(found['commit'])}  {size(found['size'])}, {files}, {license_of(found)}",
            )
    if output.as_json:
        output.result(results, "")
    if failed:
        raise CliError(
            f"{failed} of {len(chosen)} entries could not be refreshed.",
            code="HUB_UNREACHABLE" if failed == len(chosen) else "",
        )


def _print_line(output: Output, sentence: str) -> None:
    if not output.as_json:
        output.result(None, sentence)


def size_of(entry: Json) -> str:
    return "?" if entry.get("size") is None else size(entry["size"])


def license_of(entry: Json) -> str:
    license_, class_ = entry.get("license"), entry.get("licenseClass")
    return str(license_ or "?") if class_ in {"free", "unknown", None} else f"{license_ or '?'} ({class_})"


def name_of(entry: Json) -> str:
    name = inner(entry, "name")
    return str(name.get("fa") or name.get("en") or "")


def _status(entry: Json) -> str:
    if entry.get("installed"):
        return "yes"
    if entry.get("job"):
        return str(inner(entry, "job").get("state"))
    return str(entry.get("status") or "–")


def _words(entry: Json, name: str) -> list[str]:
    values = entry.get(name)
    return [str(value) for value in values] if isinstance(values, list) else []
