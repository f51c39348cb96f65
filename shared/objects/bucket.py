"""A bucket that speaks S3: small objects with conditions. Every method blocks.

Without an answer a method fails after 20 seconds; a `large` object has five minutes for its transfer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import obstore
from obstore import exceptions
from obstore.store import S3Store

from shared.contracts.errors import Unavailable
from shared.objects.errors import Changed, Unfit

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from shared.config_objects import ObjectSettings

_SMALL_S, _LARGE_S, _CONNECT_S = 10, 300, 10
# 300 s for a piece of 16 MiB: a line of 60 kB a second is enough. Everything else has some kB, so that a server that
# accepts and never answers is noticed early: somebody waits for a voice, or for the stop of a service.
_RETRIES = 4
_RETRY_S = 10


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`modified` by the clock of the bucket's server; `size` in bytes."""

    key: str
    size: int
    modified: datetime
    etag: str


class Bucket:
    """Every method raises `Unavailable` if the server does not answer or refuses the credentials."""

    def __init__(self, store: ObjectStore, large: ObjectStore | None = None) -> None:
        """`large`: the same bucket, for objects of many MB; None: `store`."""
        self._store = store
        self._large = large or store

    @classmethod
    def of(cls, settings: ObjectSettings) -> Bucket:
        """The bucket of the settings; nothing is asked yet."""
        return cls(_store(settings, _SMALL_S), _store(settings, _LARGE_S))

    def read(self, key: str, *, large: bool = False) -> tuple[bytes, str] | None:
        """The content of an object and its ETag; None if there is none."""
        with _translated():
            try:
                answer = obstore.get(self._large if large else self._store, key)
                return bytes(answer.bytes()), _etag(answer.meta["e_tag"])
            except FileNotFoundError:
                return None

    def find(self, key: str) -> StoredObject | None:
        with _translated():
            try:
                return _stored(obstore.head(self._store, key))
            except FileNotFoundError:
                return None

    def write(self, key: str, content: bytes, *, large: bool = False) -> str:
        """Write an object, over another one if there is one. Returns its ETag."""
        with _translated():
            return _etag(obstore.put(self._large if large else self._store, key, content, use_multipart=False)["e_tag"])

    def create(self, key: str, content: bytes) -> str:
        """Write an object that must not exist. Returns its ETag. Raises `Changed`."""
        with _translated():
            try:
                return _etag(obstore.put(self._store, key, content, mode="create")["e_tag"])
            except exceptions.AlreadyExistsError as error:
                raise Changed(key) from error

    def replace(self, key: str, content: bytes, etag: str) -> str:
        """Write an object over the one with this ETag. Returns the new one. Raises `Changed`."""
        with _translated():
            try:
                return _etag(obstore.put(self._store, key, content, mode={"e_tag": etag})["e_tag"])
            except (exceptions.PreconditionError, FileNotFoundError) as error:
                raise Changed(key) from error

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """The objects below a folder such as `current/`."""
        with _translated():
            for page in obstore.list(self._store, prefix.rstrip("/")):
                yield from map(_stored, page)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; a missing one is no error."""
        with _translated():
            for key in keys:
                try:
                    obstore.delete(self._store, key)
                except FileNotFoundError:
                    continue


def require_conditions(bucket: Bucket) -> None:
    """Try out whether the server keeps the conditions that a pointer needs. Raises `Unfit`, `Unavailable`.

    Some servers accept a conditional write and ignore the condition. The probe is removed.
    """
    key = f"probes/{uuid.uuid4().hex}"
    try:
        first = bucket.create(key, b"1")
        second = bucket.replace(key, b"2", first)
        for etag in (None, first):
            with suppress(Changed):
                bucket.create(key, b"3") if etag is None else bucket.replace(key, b"4", etag)
                raise Unfit("The bucket's server overwrites what it should not: it ignores If-Match or If-None-Match.")
        if bucket.read(key) != (b"2", second):
            raise Unfit("The bucket's server gives back another object than was written.")
    except Changed as error:
        raise Unfit("The bucket's server refuses a conditional write whose condition holds.") from error
    finally:
        bucket.delete([key])


def _store(settings: ObjectSettings, request_s: float) -> S3Store:
    bucket, prefix = settings.bucket
    endpoint = settings.objects_endpoint
    secret = settings.objects_secret_key
    optional = {
        "endpoint": endpoint,
        "access_key_id": settings.objects_key_id,
        "secret_access_key": secret.get_secret_value() if secret is not None else None,
    }
    return S3Store(
        bucket,
        prefix=prefix or None,
        region=settings.objects_region,
        virtual_hosted_style_request=endpoint is None,
        client_options={
            "allow_http": endpoint is not None and endpoint.startswith("http://"),
            "timeout": timedelta(seconds=request_s),
            "connect_timeout": timedelta(seconds=_CONNECT_S),
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRY_S)},
        **{name: value for name, value in optional.items() if value is not None},  # type: ignore[arg-type]
    )


def _stored(meta: obstore.ObjectMeta) -> StoredObject:
    return StoredObject(meta["path"], meta["size"], meta["last_modified"], _etag(meta["e_tag"]))


def _etag(value: str | None) -> str:
    if value is None:
        raise Unavailable("The bucket's server gives no ETag.", hint="Sokhan needs one: use another server.")
    return value


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
        raise Unavailable(
            "The bucket refuses Sokhan's key.",
            hint="Check SOKHAN_OBJECTS_KEY_ID, SOKHAN_OBJECTS_SECRET_KEY, the key's rights and this machine's clock.",
        ) from error
    except (exceptions.BaseError, ValueError) as error:  # ValueError: a key that obstore cannot parse
        raise Unavailable(
            f"The bucket does not answer: {_sentence(error)}", hint="Check SOKHAN_OBJECTS and SOKHAN_OBJECTS_ENDPOINT."
        ) from error


def _sentence(error: Exception) -> str:
    """The first line: below it the library prints its own state, and the address may hold a secret."""
    return str(error).partition("\n")[0].partition("http")[0].strip(" :")[:200] or type(error).__name__
