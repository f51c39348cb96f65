"""The redirect guard: decides which URLs a request may be redirected to, to protect the token and the user's network.

The token goes to the endpoint's exact origin only. A redirect may stay on that origin, or go to a known host of the
Hub, over https on 443. An endpoint on loopback (a mirror on this machine) may redirect within loopback. A mirror may
not redirect to the Hub's file servers, which are blocked wherever the Hub is. A mirror may send a URL of the Hub, in a
redirect of a renamed repository or in a `Link` header; then its path and query are requested from the mirror.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from shared.config import is_loopback
from shared.contracts.errors import RedirectRefused

# Seen in the Hub's own redirects (2026-11). Matched on a label boundary: evilhf.co is not a subdomain of hf.co.
_HUB_HOSTS = ("cdn.hf.co", "xethub.hf.co", "xethub-eu.hf.co")
_HUB_CDN_PREFIX, _HUB_CDN_DOMAINS = "cdn-lfs", ("hf.co", "huggingface.co")
OFFICIAL = "huggingface.co"
# No login, and nothing that two parsers of URLs read differently: `evil.com\\.cdn.hf.co`.
_AUTHORITY = re.compile(r"[A-Za-z0-9.-]+(:443)?")
MAX_HOPS = 5


def _port(url: SplitResult) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)


@dataclass(frozen=True, slots=True)
class RedirectGuard:
    """`extra_hosts` and their subdomains are trusted like the Hub's file servers."""

    endpoint: str
    extra_hosts: tuple[str, ...] = ()

    def same_origin(self, url: str) -> bool:
        """Whether the URL has the endpoint's origin, so that the token may be sent."""
        try:
            a, b = urlsplit(self.endpoint), urlsplit(url)
            return (a.scheme, a.hostname, _port(a)) == (b.scheme, b.hostname, _port(b))
        except ValueError:  # such as a port that is not a number
            return False

    def follow(self, current: str, location: str) -> str:
        """The absolute URL of the next hop. Raises `RedirectRefused`."""
        try:
            target = self._at_mirror(urljoin(current, location))
        except ValueError:  # such as a URL with an unclosed bracket
            target = ""
        if self.allows(target):
            return target
        raise RedirectRefused(
            f"The Hub redirects to {_host(target)[:120] or 'an invalid address'}, which is not one of its hosts.",
            hint="A mirror in HF_ENDPOINT must serve the files itself; SOKHAN_HUB_HOSTS adds a host you trust.",
        )

    def page(self, current: str, link: str) -> str:
        """The URL of the next page in a `Link` header: its path and query, at this endpoint.

        A mirror's header contains the Hub's host. Raises `RedirectRefused` for an invalid URL.
        """
        try:
            return self._here(urlsplit(urljoin(current, link)))
        except ValueError as error:
            raise RedirectRefused("The Hub's link to the next page of files is not a valid URL.") from error

    def _at_mirror(self, url: str) -> str:
        parts = urlsplit(url)
        official = parts.scheme == "https" and parts.netloc.lower() in {OFFICIAL, f"{OFFICIAL}:443"}
        return self._here(parts) if official and not self.same_origin(url) else url

    def _here(self, parts: SplitResult) -> str:
        prefix = urlsplit(self.endpoint).path.rstrip("/")
        inside = parts.path == prefix or parts.path.startswith(f"{prefix}/")
        path = parts.path if inside else prefix + parts.path
        origin = urlsplit(self.endpoint)
        return urlunsplit((origin.scheme, origin.netloc, path, parts.query, ""))

    def allows(self, url: str) -> bool:
        try:
            _ = urlsplit(url).port
        except ValueError:
            return False
        return self.same_origin(url) or self._within_loopback(url) or self._known_host(url)

    def _within_loopback(self, target: str) -> bool:
        host = _host(target)
        scheme = target.partition(":")[0]
        return is_loopback(_host(self.endpoint)) and scheme in {"http", "https"} and is_loopback(host)

    def _known_host(self, target: str) -> bool:
        try:
            url = urlsplit(target)
            if url.scheme != "https" or _port(url) != 443 or _AUTHORITY.fullmatch(url.netloc) is None:
                return False
        except ValueError:
            return False
        host = (url.hostname or "").rstrip(".")
        if _below(host, self.extra_hosts):
            return True
        if _host(self.endpoint) != OFFICIAL:
            return False
        label, _, domain = host.partition(".")
        return _below(host, _HUB_HOSTS) or (label.startswith(_HUB_CDN_PREFIX) and domain in _HUB_CDN_DOMAINS)


def _below(host: str, known: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in known)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
