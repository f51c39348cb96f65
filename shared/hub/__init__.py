"""The client of the Hub: endpoints and mirrors, metadata, and the redirect guard of every request."""

from shared.hub.api_models import Card, HubAccount, RepoHit, catalog_files, license_class, trust_of
from shared.hub.client import HubClient
from shared.hub.endpoints import Endpoints, Hubs
from shared.hub.files import Listing, RemoteFile, Repo
from shared.hub.guard import MAX_HOPS, RedirectGuard
from shared.hub.network import AddressPolicy, guarded_client, hub_client
from shared.hub.responses import RETRY_STATUS, check_response, retry_after
from shared.hub.tokens import TokenVault

__all__ = [
    "MAX_HOPS",
    "RETRY_STATUS",
    "AddressPolicy",
    "Card",
    "Endpoints",
    "HubAccount",
    "HubClient",
    "Hubs",
    "Listing",
    "RedirectGuard",
    "RemoteFile",
    "Repo",
    "RepoHit",
    "TokenVault",
    "catalog_files",
    "check_response",
    "guarded_client",
    "hub_client",
    "license_class",
    "retry_after",
    "trust_of",
]
