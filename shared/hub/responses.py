"""Interprets the Hub's answers: parses the JSON, and maps the status to an error."""

from __future__ import annotations

import email.utils
from datetime import datetime
from typing import TypeVar

import httpx2
from pydantic import TypeAdapter, ValidationError

from shared.contracts.errors import GatedRepo, HubRefused, HubUnreachable, NotAHub, RepoNotFound
from shared.contracts.hints import Action, Hint
from shared.hub.files import Repo

RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_INVALID_LOGIN = "Invalid credentials"
_REASONS = {400: " (a bad request)", 451: " (not available for legal reasons)"}
# A longer Retry-After is shortened to this.
_MAX_RETRY_AFTER_S = 3600.0
T = TypeVar("T")


def check_response(answer: httpx2.Response, repo: Repo | None, endpoint: str) -> None:
    """Raise the error for the answer's status, `X-Error-Code` and `X-Error-Message`, if there is one.

    Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable` (retryable), `HubRefused` (not retryable).
    """
    status, code = answer.status_code, answer.headers.get("X-Error-Code")
    page = f"{endpoint}/{repo.path}" if repo else endpoint
    name = repo.id if repo else "This"
    if status in {404, 410} or code in {"RepoNotFound", "RevisionNotFound"}:
        raise RepoNotFound(
            f"There is no {repo.type} {name} with the revision {repo.revision} on the Hub."
            if repo
            else f"{endpoint} has no such page.",
            hint=f"Look at {page}; if it is private, give Sokhan your token: sokhan token set.",
        )
    if status == 401 and answer.headers.get("X-Error-Message", "").startswith(_INVALID_LOGIN):
        raise GatedRepo("The Hub does not accept your token.", hint=Hint(Action.STORE_HUB_TOKEN))
    if status in {401, 403}:
        # Anonymous requests get 401 for a missing repository as well: the Hub does not reveal what exists.
        missing = ", or does not exist" if status == 401 else ""
        raise GatedRepo(
            f"{name} is gated or private{missing}: the Hub refuses access.",
            hint=f"Check the name at {page}; ask for access there and give Sokhan your token: sokhan token set.",
        )
    if status in RETRY_STATUS or status >= 500:
        error = HubUnreachable(f"The Hub answers {status}.", hint="It is busy; Sokhan tries again by itself.")
        error.endpoint_at_fault = status >= 500
        raise error
    if status >= 400:
        reason = _REASONS.get(status, "")
        raise HubRefused(f"The Hub refuses {name} with {status}{reason}.", hint=f"Look at {page}.")


def parse_answer(shape: TypeAdapter[T], answer: httpx2.Response, endpoint: str) -> T:
    """The answer's JSON. Raises `NotAHub` for a web page, `HubRefused` for JSON of another shape."""
    try:
        return shape.validate_json(answer.content)
    except ValidationError as error:
        if all(fault["type"] == "json_invalid" for fault in error.errors(include_url=False, include_input=False)):
            raise NotAHub(
                f"{endpoint} answers with {'a web page' if _is_page(answer) else 'something else'}, not as a Hub does.",
                hint="Your network may want you to sign in: open any page in a browser. Or HF_ENDPOINT is not a Hub.",
            ) from error
        raise HubRefused(f"{endpoint} answers in an unknown format.", hint="Check that it is a Hub.") from error


def _is_page(answer: httpx2.Response) -> bool:
    return "html" in answer.headers.get("Content-Type", "") or answer.content.lstrip()[:1] == b"<"


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds in a Retry-After header, given as a number or as a date."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (email.utils.parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, min(seconds, _MAX_RETRY_AFTER_S))
