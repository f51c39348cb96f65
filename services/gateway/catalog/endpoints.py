"""`/api/sources/catalog…` and `/api/sources/{models,datasets}/available`"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response

from services.gateway.auth import Owner
from services.gateway.catalog.schemas import CatalogItem, EntryChangeRequest, NewEntryRequest
from services.gateway.catalog.service import CatalogFilter, CatalogService
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from shared.contracts.catalog import CatalogKind

router = APIRouter(prefix="/api/sources", tags=["catalog"])

CatalogDep = Annotated[CatalogService, Depends(provided(CatalogService))]
_HUB_SAYS: dict[int | str, dict[str, Any]] = {
    403: {"model": ErrorAnswer, "description": "GATED_REPO"},
    409: {"model": ErrorAnswer, "description": "CONFLICT: changed at the same moment"},
    502: {"model": ErrorAnswer, "description": "HUB_UNREACHABLE"},
}


@router.get("/catalog", summary="The catalog: repositories that may be downloaded")
async def listing(
    catalog: CatalogDep,
    owner: Owner,
    kind: CatalogKind | None = None,
    q: Annotated[str, Query(max_length=200, examples=["صدا"])] = "",
    tag: Annotated[str | None, Query(max_length=60, examples=["piper"])] = None,
    language: Annotated[str | None, Query(max_length=60, examples=["fa"])] = None,
) -> Ok[list[CatalogItem]]:
    return Ok(data=await catalog.list(owner, CatalogFilter(kind, q, tag, language)))


@router.get("/models/available", summary="Models of the catalog")
async def models(catalog: CatalogDep, owner: Owner) -> Ok[list[CatalogItem]]:
    return Ok(data=await catalog.list(owner, CatalogFilter(repo_type="model")))


@router.get("/datasets/available", summary="Datasets of the catalog")
async def datasets(catalog: CatalogDep, owner: Owner) -> Ok[list[CatalogItem]]:
    return Ok(data=await catalog.list(owner, CatalogFilter(repo_type="dataset")))


@router.post(
    "/catalog", status_code=201, summary="Add a repository of the Hub", responses={409: {"model": ErrorAnswer}}
)
async def add(new: NewEntryRequest, response: Response, catalog: CatalogDep, admin: Owner) -> Ok[CatalogItem]:
    item = await catalog.add(new, admin)
    response.headers["Location"] = f"/api/sources/catalog/{quote(item.id)}"
    return Ok(data=item)


@router.post(
    "/catalog/{id:path}/refresh", summary="Refresh an entry from the Hub and pin its commit", responses=_HUB_SAYS
)
async def refresh(id: str, catalog: CatalogDep, admin: Owner) -> Ok[CatalogItem]:
    """Fills in commit, size, files with their hashes, license and trust; what it confirms leaves `unverified`."""
    return Ok(data=await catalog.refresh(id, admin))


@router.get("/catalog/{id:path}", summary="One entry, with its files")
async def show(id: str, catalog: CatalogDep, owner: Owner) -> Ok[CatalogItem]:
    return Ok(data=await catalog.show(id, owner))


@router.patch("/catalog/{id:path}", summary="Change an entry, pin its revision")
async def change(id: str, request: EntryChangeRequest, catalog: CatalogDep, admin: Owner) -> Ok[CatalogItem]:
    return Ok(data=await catalog.change(id, request, admin))


@router.delete("/catalog/{id:path}", summary="Remove an entry; installed files stay")
async def delete(id: str, catalog: CatalogDep, _: Owner) -> Ok[None]:
    await catalog.delete(id)
    return Ok(data=None)
