"""The id of the product that a checkpoint of a run is deployed as."""

from __future__ import annotations

from shared.contracts.access import AssetAccess, may_change
from shared.contracts.names import OWN_NAMESPACE
from shared.contracts.owners import own_namespace
from shared.files import DataTree, read_access
from shared.products import origin_of


def product_id(tree: DataTree, name: str, owner: str, run: str) -> str:
    """The id below models/, in the owner's namespace. Blocking. Raises `Validation`.

    A run of the time before there were accounts keeps the id `local/…` of its product, if both were given to `owner`.
    """
    own, earlier = f"{own_namespace(owner)}/{name}", f"{OWN_NAMESPACE}/{name}"
    if own == earlier or _is_of(tree, own, run) or not _is_of(tree, earlier, run):
        return own
    access = read_access(tree.folder("model", earlier)) or AssetAccess()
    return earlier if may_change(owner, access) else own


def _is_of(tree: DataTree, asset_id: str, run: str) -> bool:
    origin = origin_of(tree.folder("model", asset_id))
    return origin is not None and origin.run_id == run
