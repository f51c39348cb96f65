"""A test double of a MongoDB server: the wire protocol in front of mongomock-ng, in a process of its own.

It exists so that the Mongo adapter runs through the real PyMongo driver where no server can be had. It is not
MongoDB. What it does not model: durability (all is in memory), replica sets and elections, write concerns (accepted,
ignored), transactions and retryable writes, authentication, concurrency inside the server (commands run one after
the other, so each is atomic), query plans and the speed of indexes, multikey indexes over lists, and every command
and operator that the adapter does not use.

    python -m tests.doubles.mongod --port-file F      writes its port to F once it listens, ends with its stdin
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import mongomock_ng

from tests.doubles.mongod_rules import Raw, Refused, Unique, check_unique, check_update, correct_mongomock
from tests.doubles.mongod_wire import read_request, reply

_FIRST_BATCH = 101
"""MongoDB's own default, so that larger answers go through getMore."""

_HELLO: Raw = {
    "helloOk": True,
    "isWritablePrimary": True,
    "ismaster": True,
    "maxBsonObjectSize": 16 * 2**20,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "logicalSessionTimeoutMinutes": 30,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "readOnly": False,
}


class Mongod:
    """Answers commands. A method named after a command, in MongoDB's own spelling, is what handles it."""

    def __init__(self) -> None:
        self._client: Any = mongomock_ng.MongoClient()
        self._uniques: dict[tuple[str, str], dict[str, Unique]] = {}
        self._cursors: dict[int, list[Raw]] = {}
        self._cursor_ids = itertools.count(1)

    def answer(self, command: Raw) -> Raw:
        name = next(iter(command))
        handler: Callable[[Raw], Raw] | None = getattr(self, f"do_{name}", None)
        if handler is None:
            return {"ok": 0.0, "code": 59, "codeName": "CommandNotFound", "errmsg": f"no such command: '{name}'"}
        try:
            return {**handler(command), "ok": 1.0}
        except Refused as refusal:
            return {"ok": 0.0, **refusal.details}

    def do_hello(self, _: Raw) -> Raw:
        return dict(_HELLO)

    do_ismaster = do_isMaster = do_hello  # noqa: N815 - MongoDB's spelling

    def do_ping(self, _: Raw) -> Raw:
        return {}

    do_endSessions = do_killCursors = do_ping  # noqa: N815

    def do_insert(self, command: Raw) -> Raw:
        def insert(document: Raw) -> Raw:
            if self._collection(command).find_one({"_id": document["_id"]}) is not None:
                raise Refused(11000, "E11000 duplicate key error index: _id_", keyPattern={"_id": 1})
            check_unique(document, self._collection(command).find(), self._unique(command))
            self._collection(command).insert_one(document)
            return {"n": 1}

        return _each(command["documents"], insert, ordered=command.get("ordered", True))

    def do_update(self, command: Raw) -> Raw:
        def update(statement: Raw) -> Raw:
            before, after = self._change(command, statement["q"], statement["u"], upsert=statement.get("upsert", False))
            if after is None:
                return {"n": 0}
            return {"n": 1, "nModified": int(before is not None), "upserted": None if before else after["_id"]}

        return _each(command["updates"], update, ordered=command.get("ordered", True))

    def do_findAndModify(self, command: Raw) -> Raw:  # noqa: N802
        upsert, sort = command.get("upsert", False), command.get("sort")
        before, after = self._change(command, command["query"], command["update"], upsert=upsert, sort=sort)
        return {
            "value": after if command.get("new") else before,
            "lastErrorObject": {"n": int(after is not None), "updatedExisting": before is not None},
        }

    def do_delete(self, command: Raw) -> Raw:
        collection = self._collection(command)

        def delete(statement: Raw) -> Raw:
            remove = collection.delete_one if statement["limit"] == 1 else collection.delete_many
            return {"n": remove(statement["q"]).deleted_count}

        return _each(command["deletes"], delete, ordered=True)

    def do_find(self, command: Raw) -> Raw:
        found = self._collection(command).find(command.get("filter", {}))
        if command.get("sort"):
            found = found.sort(list(command["sort"].items()))
        limit = command.get("limit", 0)
        documents = list(found.limit(limit) if limit else found)
        return self._batch(command, documents, command.get("batchSize", _FIRST_BATCH), "firstBatch")

    def do_aggregate(self, command: Raw) -> Raw:
        documents = list(self._collection(command).aggregate(command["pipeline"]))
        return self._batch(command, documents, len(documents) + 1, "firstBatch")

    def do_getMore(self, command: Raw) -> Raw:  # noqa: N802
        rest = self._cursors.pop(command["getMore"], None)
        if rest is None:
            raise Refused(43, f"cursor id {command['getMore']} not found")
        return self._batch(command, rest, command.get("batchSize", len(rest)), "nextBatch")

    def do_createIndexes(self, command: Raw) -> Raw:  # noqa: N802
        place = self._uniques.setdefault((command["$db"], command["createIndexes"]), {})
        for index in command["indexes"]:
            if index.get("unique"):
                unique = Unique(index["name"], list(index["key"].items()), index.get("partialFilterExpression", {}))
                documents = list(self._collection(command).find())
                for n, document in enumerate(documents):
                    check_unique(document, documents[:n], [unique])
                place[index["name"]] = unique
        return {}

    def do_dropDatabase(self, command: Raw) -> Raw:  # noqa: N802
        self._client.drop_database(command["$db"])
        self._uniques = {key: uniques for key, uniques in self._uniques.items() if key[0] != command["$db"]}
        return {}

    def _change(
        self, command: Raw, query: Raw, update: Raw, *, upsert: bool, sort: Raw | None = None
    ) -> tuple[Raw | None, Raw | None]:
        """One document before and after. A refused change leaves it as it was."""
        collection = self._collection(command)
        before = collection.find_one(query, sort=list(sort.items()) if sort else None)
        if before is None and not upsert:
            return None, None
        operators = next(iter(update), "$").startswith("$")
        if operators:
            check_update(before or {}, update)
        key = query["_id"] if before is None else before["_id"]
        change = collection.update_one if operators else collection.replace_one
        change({"_id": key}, update, upsert=upsert)
        after = collection.find_one({"_id": key})
        try:
            check_unique(after, collection.find(), self._unique(command))
        except Refused:
            collection.delete_one({"_id": key})
            if before is not None:
                collection.insert_one(before)
            raise
        return before, after

    def _batch(self, command: Raw, documents: list[Raw], size: int, field: str) -> Raw:
        rest, cursor = documents[size:], 0
        if rest and not command.get("singleBatch"):
            cursor = next(self._cursor_ids)
            self._cursors[cursor] = rest
        collection = command.get("collection") or next(iter(command.values()))
        return {"cursor": {"id": cursor, "ns": f"{command['$db']}.{collection}", field: documents[:size]}}

    def _collection(self, command: Raw) -> Any:
        return self._client[command["$db"]][next(iter(command.values()))]

    def _unique(self, command: Raw) -> Iterable[Unique]:
        return self._uniques.get((command["$db"], next(iter(command.values()))), {}).values()


def _each(statements: list[Raw], write: Callable[[Raw], Raw], *, ordered: bool) -> Raw:
    answer: Raw = {"n": 0, "nModified": 0}
    for n, statement in enumerate(statements):
        try:
            done = write(statement)
        except Refused as refusal:
            answer.setdefault("writeErrors", []).append({"index": n, **refusal.details})
            if ordered:
                break
            continue
        answer["n"] += done["n"]
        answer["nModified"] += done.get("nModified", 0)
        if done.get("upserted") is not None:
            answer.setdefault("upserted", []).append({"index": n, "_id": done["upserted"]})
    return answer


async def listen(host: str, port: int) -> asyncio.Server:
    """A double of its own, answering at this address; port 0 takes a free one."""
    correct_mongomock()
    mongod = Mongod()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await read_request(reader)
                writer.write(reply(request, mongod.answer(request.command)))
                await writer.drain()
        writer.close()

    return await asyncio.start_server(talk, host, port)


async def serve(port_file: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    server = await listen("127.0.0.1", 0)
    unfinished = port_file.with_suffix(".part")
    unfinished.write_text(str(server.sockets[0].getsockname()[1]))
    unfinished.replace(port_file)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port-file", type=Path, required=True)
    asyncio.run(serve(arguments.parse_args().port_file))
