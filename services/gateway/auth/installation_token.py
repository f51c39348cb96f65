"""SOKHAN_TOKEN: everybody's credential in the mode `token`, that of probes in the mode `accounts`."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from shared.accounts.secrets import hash_of, matches


@dataclass(frozen=True, slots=True)
class InstallationToken:
    secret: SecretStr | None

    def is_given(self, text: str) -> bool:
        """Whether the text is the token, in constant time. False without a token."""
        return self.hash is not None and matches(text, self.hash)

    @property
    def hash(self) -> str | None:
        """Names the token in what was opened with it: with another token that is not valid any more."""
        text = self.secret.get_secret_value() if self.secret else ""
        return hash_of(text) if text else None
