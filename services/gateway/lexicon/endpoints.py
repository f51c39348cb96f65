"""`/api/lexicon`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.gateway.auth import Caller, Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok, OkPage
from services.gateway.lexicon.schemas import (
    EntryView,
    ImportMode,
    Level,
    LexiconImportView,
    LexiconTestRequest,
    LexiconTestView,
    NewWordRequest,
    ReadingRequest,
)
from services.gateway.lexicon.service import LexiconService

router = APIRouter(prefix="/api/lexicon", tags=["lexicon"])

_TSV = "text/tab-separated-values"
LexiconDep = Annotated[LexiconService, Depends(provided(LexiconService))]
LevelQuery = Annotated[Level | None, Query(description="by default yours; without accounts the installation's")]


@router.get("", summary="The readings of words: yours and the installation's")
async def listing(
    lexicon: LexiconDep,
    owner: Owner,
    level: Annotated[Level | None, Query(description="by default both")] = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    cursor: Annotated[int, Query(ge=0, description="`next` of the page before")] = 0,
) -> OkPage[EntryView]:
    """By word. Of a word in both levels, yours counts."""
    entries = await lexicon.entries(owner, level)
    end = cursor + limit
    return OkPage(data=entries[cursor:end], next=str(end) if end < len(entries) else None)


@router.post("", status_code=201, summary="Add a word")
async def add(request: NewWordRequest, lexicon: LexiconDep, caller: Caller) -> Ok[EntryView]:
    """It counts from the next request on. Training runs keep the lexicon that they began with."""
    return Ok(data=await lexicon.add(request, caller))


@router.get(
    "/export",
    summary="A lexicon as a file",
    response_class=Response,
    responses={200: {"content": {_TSV: {}}, "description": "lines of word, tab, reading; # begins a comment"}},
)
async def export(lexicon: LexiconDep, caller: Caller, level: LevelQuery = None) -> Response:
    """What `import` takes, with its comments."""
    text = await lexicon.export(level, caller)
    headers = {"Content-Disposition": 'attachment; filename="lexicon.tsv"', "Cache-Control": "no-store"}
    return Response(text, media_type=f"{_TSV}; charset=utf-8", headers=headers)


@router.post(
    "/import",
    summary="Import a lexicon; the report has each line that was added, changed or refused",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {_TSV: {"schema": {"type": "string"}, "example": "مهراباد\tمهرآباد\nتهران\t/tehrɒːn/\n"}},
        }
    },
)
async def import_lines(
    request: Request,
    lexicon: LexiconDep,
    caller: Caller,
    level: LevelQuery = None,
    mode: Annotated[ImportMode, Query(description="merge: other words stay; replace: they go")] = "merge",
    dry_run: Annotated[bool, Query(alias="dryRun", description="report only")] = False,
) -> Ok[LexiconImportView]:
    """The body is text in UTF-8: lines of word, tab, reading. A line that is not allowed is refused by itself; a file
    with such a line, or without any entry, replaces no lexicon.
    """
    return Ok(data=await lexicon.import_lines(await request.body(), level, mode, caller, dry=dry_run))


@router.post("/test", summary="The phonemes of a text with and without an entry")
async def test(request: LexiconTestRequest, lexicon: LexiconDep, owner: Owner) -> Ok[LexiconTestView]:
    return Ok(data=await lexicon.test(request, owner))


@router.put("/{word}", summary="Set the reading of a word")
async def set_reading(word: str, request: ReadingRequest, lexicon: LexiconDep, caller: Caller) -> Ok[EntryView]:
    return Ok(data=await lexicon.set_reading(word, request.reading, request.level, caller))


@router.delete("/{word}", status_code=204, summary="Remove a word")
async def remove(word: str, lexicon: LexiconDep, caller: Caller, level: LevelQuery = None) -> None:
    await lexicon.remove(word, level, caller)
