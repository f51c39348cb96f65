"""Which URL may follow which: the guard between a signed redirect and our users' network.

The token goes to the endpoint's exact origin only. A redirect may stay on that origin, or go to a host that the Hub
is known to use, over https on 443. An endpoint on loopback (a mirror on this machine) may redirect within loopback.
With a mirror the data stays on the mirror: the Hub's own file servers are behind the same block as the Hub. A mirror
may pass on an address of the Hub itself, in a redirect of a renamed repository or in a `Link` header: of such an
address the path and the query count, and the mirror is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from shared.config import is_loopback
from shared.contracts.errors import RedirectRefused

# Seen in the Hub's own redirects (2026-11). Matched on a label boundary: evilhf.co is not a subdomain of hf.co.
_HUB_HOSTS = ("cdn.hf.co", "xethub.hf.co", "xethub-eu.hf.co")
_HUB_CDN_PREFIX, _HUB_CDN_DOMAINS = "cdn-lfs", ("hf.co", "huggingface.co")
OFFICIAL = "huggingface.co"
MAX_HOPS = 5


def _port(url: SplitResult) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)


@dataclass(frozen=True, slots=True)
class RedirectGuard:
    """`extra_hosts` are trusted like the Hub's own file servers, with every host below them."""

    endpoint: str
    extra_hosts: tuple[str, ...] = ()

    def same_origin(self, url: str) -> bool:
        """Whether the token may go there."""
        try:
            a, b = urlsplit(self.endpoint), urlsplit(url)
            return (a.scheme, a.hostname, _port(a)) == (b.scheme, b.hostname, _port(b))
        except ValueError:  # a port that is no number
            return False

    def follow(self, current: str, location: str) -> str:
        """The absolute URL of the next hop. Raises `RedirectRefused`."""
        try:
            target = self._at_mirror(urljoin(current, location))
        except ValueError:  # such as an address whose brackets do not close
            target = ""
        if self.allows(target):
            return target
        raise RedirectRefused(
            f"The Hub sent us to {_host(target)[:120] or 'nowhere'}, which is not one of its hosts.",
            hint="A mirror in HF_ENDPOINT must serve the files itself; SOKHAN_HUB_HOSTS adds a host you trust.",
        )

    def page(self, current: str, link: str) -> str:
        """The URL of the next page that a `Link` header names: its path and query, at this endpoint.

        A mirror passes on the host that the Hub wrote. Raises `RedirectRefused` for what is not a URL.
        """
        try:
            return self._here(urlsplit(urljoin(current, link)))
        except ValueError as error:
            raise RedirectRefused("The Hub's next page of files has no valid address.") from error

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
            if url.scheme != "https" or _port(url) != 443 or url.username or url.password:
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
