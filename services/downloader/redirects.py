"""Which URL may follow which: the guard between a signed redirect and our users' network.

The token goes to the endpoint's exact origin only. A redirect may stay on that origin, or go to a host that the Hub
is known to use, over https on 443. An endpoint on loopback (a mirror on this machine) may redirect within loopback.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from shared.config import is_loopback
from shared.contracts.errors import RedirectRefused

# Seen in the Hub's own redirects (2026-11). Matched on a label boundary: evilhf.co is not a subdomain of hf.co.
_HUB_HOSTS = ("cdn.hf.co", "xethub.hf.co", "xethub-eu.hf.co")
_HUB_CDN_PREFIX, _HUB_CDN_DOMAINS = "cdn-lfs", ("hf.co", "huggingface.co")
_OFFICIAL = "huggingface.co"
MAX_HOPS = 5


def _port(url: SplitResult) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)


@dataclass(frozen=True, slots=True)
class RedirectGuard:
    endpoint: str

    def same_origin(self, url: str) -> bool:
        """Whether the token may go there."""
        a, b = urlsplit(self.endpoint), urlsplit(url)
        return (a.scheme, a.hostname, _port(a)) == (b.scheme, b.hostname, _port(b))

    def follow(self, current: str, location: str) -> str:
        """The absolute URL of the next hop. Raises `RedirectRefused`."""
        target = urljoin(current, location)
        if self.same_origin(target) or self._within_loopback(target) or self._hub_host(target):
            return target
        raise RedirectRefused(
            f"The Hub sent us to {urlsplit(target).hostname or 'nowhere'}, which is not one of its hosts.",
            hint="A mirror in HF_ENDPOINT must serve the files itself.",
        )

    def _within_loopback(self, target: str) -> bool:
        host = urlsplit(target).hostname
        return is_loopback(urlsplit(self.endpoint).hostname or "") and host is not None and is_loopback(host)

    def _hub_host(self, target: str) -> bool:
        url = urlsplit(target)
        host = (url.hostname or "").rstrip(".").lower()
        if url.scheme != "https" or _port(url) != 443 or url.username or urlsplit(self.endpoint).hostname != _OFFICIAL:
            return False
        if any(host == known or host.endswith(f".{known}") for known in _HUB_HOSTS):
            return True
        label, _, domain = host.partition(".")
        return label.startswith(_HUB_CDN_PREFIX) and domain in _HUB_CDN_DOMAINS
