"""Accounts, their sessions, API keys and invitations in the store. Secrets are stored as hashes only."""

from shared.accounts.accounts import Account, AccountRepository
from shared.accounts.failures import LoginFailures
from shared.accounts.invitations import INSTALLATION_ITSELF, Invitation, InvitationRepository
from shared.accounts.keys import KEY_PREFIX, ApiKey, ApiKeyRepository
from shared.accounts.sessions import Session, SessionRepository

__all__ = [
    "INSTALLATION_ITSELF",
    "KEY_PREFIX",
    "Account",
    "AccountRepository",
    "ApiKey",
    "ApiKeyRepository",
    "Invitation",
    "InvitationRepository",
    "LoginFailures",
    "Session",
    "SessionRepository",
]
