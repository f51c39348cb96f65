"""`/api/lexicon`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.gateway.auth import Caller, Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok, OkPage
from services.gateway.lexicon.schemas import (
    EntryView,
    Level,
    LexiconTestRequest,
    LexiconTestView,
    NewWordRequest,
    ReadingRequest,
)
from services.gateway.lexicon.service import LexiconService

router = APIRouter(prefix="/api/lexicon", tags=["lexicon"])

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


@router.post("/test", summary="The phonemes of a text with and without an entry")
async def test(request: LexiconTestRequest, lexicon: LexiconDep, owner: Owner) -> Ok[LexiconTestView]:
    return Ok(data=await lexicon.test(request, owner))


@router.put("/{word}", summary="Set the reading of a word")
async def set_reading(word: str, request: ReadingRequest, lexicon: LexiconDep, caller: Caller) -> Ok[EntryView]:
    return Ok(data=await lexicon.set_reading(word, request.reading, request.level, caller))


@router.delete("/{word}", status_code=204, summary="Remove a word")
async def remove(word: str, lexicon: LexiconDep, caller: Caller, level: LevelQuery = None) -> None:
    await lexicon.remove(word, level, caller)
