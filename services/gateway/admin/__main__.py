"""`python -m services.gateway.admin`: administration on the machine itself, without an account.

The right to do so is that of reading the data folder and the store's password. Prints one JSON object; an error is a
sentence on standard error, with exit status 1. `sokhan admin` runs it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping

from services.gateway.admin import backups
from services.gateway.admin.actions import Giving, events_credential, reset, rotate_key
from shared.accounts import AccountRepository, InvitationRepository
from shared.config import load_settings
from shared.contracts.errors import SokhanError
from shared.contracts.owners import SOLE_OWNERS
from shared.files import DataTree
from shared.hub import TokenVault
from shared.private_files import use_umask
from shared.secret_keys import load_secret_keys
from shared.service.runtime import utc_now
from shared.store import open_store


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="services.gateway.admin")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("reset", help="a one-time link for another administrator")
    actions.add_parser("rotate-key", help="a new key before the old ones")
    actions.add_parser("events-credential", help="the NATS user of programs that read events")
    give = actions.add_parser("give", help="give jobs and assets of the time without accounts to an account")
    give.add_argument("--to", required=True, help="the name of an account")
    give.add_argument("--from", dest="givers", action="append", help="an owner; by default what has no account")
    backups.add_parsers(actions)
    given = parser.parse_args(arguments)
    try:
        print(json.dumps(asyncio.run(_run(given)), ensure_ascii=False))  # noqa: T201 - the program's output
    except SokhanError as error:
        sys.stderr.write(f"{error.message} {error.hint or ''}".strip() + "\n")
        return 1
    return 0


async def _run(given: argparse.Namespace) -> Mapping[str, object]:
    settings = load_settings(to_restore=given.action == backups.RESTORE)
    use_umask(settings.umask)
    if given.action in backups.ACTIONS:
        return await backups.run(given, settings)
    if given.action == "rotate-key":
        return rotate_key(settings)
    if given.action == "events-credential":
        return events_credential(settings)
    store = await open_store(settings.store.reveal())
    accounts = AccountRepository(store, utc_now)
    try:
        if given.action == "give":
            tree = DataTree(settings.data.absolute())
            keys = load_secret_keys(settings.secret_key, settings.secret_key_previous, tree.root)
            giving = Giving(store, tree, accounts, TokenVault(store, keys, None, utc_now))
            return await giving(given.to, given.givers or sorted(SOLE_OWNERS))
        return await reset(settings, accounts, InvitationRepository(store, utc_now))
    finally:
        await store.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
