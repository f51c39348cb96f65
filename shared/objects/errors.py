"""What can come in the way of a publication. None of it is an error of the platform."""

from __future__ import annotations


class Changed(Exception):
    """The object is not the one that the caller has seen: somebody else has written it."""


class Unfit(Exception):
    """The bucket's server does not keep conditions: two publishers would both win."""


class Busy(Exception):
    """A download, an import or a removal is changing the unit, or the bucket was emptied: try again later."""


class Superseded(Exception):
    """Another site has published or removed the unit since this one looked."""
