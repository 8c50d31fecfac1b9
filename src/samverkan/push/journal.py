"""The journal in the store: which release it holds, which graphs that is, and who is changing it just now."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.errors import StoreError
from samverkan.model.endpoint import Endpoint
from samverkan.push.retry import pause, with_retries
from samverkan.push.writer import Writer
from samverkan.store.protocol import Graphs
from samverkan.store.remote import CHANGING, TERMS, WHOLE, Remote, journal

_LEASE = 120.0  # seconds after which a push elsewhere that says nothing more counts as dead
_RENEW = 30.0
_ATTEMPTS = 3
_AT_WORK: set[str] = set()  # the pushes of this process


@dataclass
class Journal:
    """The journal of the site with the base of `remote`, kept by `writer`."""

    remote: Remote
    writer: Writer
    _name: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    @property
    def graph(self) -> str:
        """Its named graph."""
        return journal(self.remote.base)

    def values(self, name: str) -> frozenset[str]:
        """What it says under a name."""
        return frozenset(value for each, value in self._all() if each == name)

    def _all(self) -> list[tuple[str, str]]:
        text = f"SELECT ?name ?value WHERE {{ GRAPH <{self.graph}> {{ <{self.graph}> ?name ?value }} }}"
        found = with_retries(lambda: self.remote.raw(text, Graphs((self.graph,), (self.graph,))))
        return [(_value(row[0]).removeprefix(TERMS), _value(row[1])) for row in found.rows]

    def lines(self, name: str, values: Iterable[str]) -> list[bytes]:
        """Lines of N-Triples that say something under a name."""
        about, says = NamedNode(self.graph), NamedNode(TERMS + name)
        return [f"{Triple(about, says, Literal(value))} .".encode() for value in sorted(values)]

    def say(self, new: Mapping[str, Iterable[str]]) -> None:
        """Put values in the place of those under some names: what is new first, so that readers never find nothing."""
        more, less = self.changes(new)
        self.writer.insert(self.graph, more)
        self._forget(less)

    def changes(self, new: Mapping[str, Iterable[str]]) -> tuple[list[bytes], list[bytes]]:
        """The lines that are to come and those that are to go, so that it says these values under these names."""
        wanted = {line for name, values in new.items() for line in self.lines(name, values)}
        there = {line for name, value in self._all() if name in new for line in self.lines(name, [value])}
        return sorted(wanted - there), sorted(there - wanted)

    def _forget(self, lines: Sequence[bytes]) -> None:
        if lines and self.writer.updates:
            self.writer.delete(self.graph, lines)
        elif lines:  # without updates it is written anew
            kept = [line for name, value in self._all() for line in self.lines(name, [value])]
            self.writer.replace(self.graph, [line for line in kept if line not in set(lines)])

    def changing(self) -> None:
        """From now on who reads waits, for what is there is neither old nor new; readers look for a stamp, too."""
        self.say({"stamp": self.values("stamp") or {"none"}, "state": [CHANGING]})

    def whole(
        self, release: str, graphs: Sequence[str], shared: Sequence[str], inferred: Sequence[str] = ()
    ) -> Mapping[str, Iterable[str]]:
        """What there is to say when the store holds a release: its graphs, which stand for others, and what follows."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return {
            "graph": graphs,
            "shared": shared,
            "inferred": inferred,
            "stamp": [f"{release} {now}"],
            "state": [WHOLE],
        }

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other push out; raises `StoreError` where one is under way."""
        _AT_WORK.add(self._name)
        try:
            self._take()
            yield from self._kept()
        finally:
            _AT_WORK.discard(self._name)

    def _kept(self) -> Iterator[None]:
        ended = Event()
        beating = Thread(target=self._beat, args=(ended,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()
            with suppress(StoreError):  # a lock that stays is seen to be dead: its process has ended
                self._unlock(self._is_ours)

    def _beat(self, ended: Event) -> None:
        """Say now and then that we are still at it."""
        writer = self.writer.another()
        while not ended.wait(_RENEW):
            with suppress(StoreError):
                writer.note(self.graph, self.lines("lock", [self._lock()]))

    def _take(self) -> None:
        """Put our lock there, and go on if no other is there then: of two that come at once both step back."""
        others = self._others()
        for tried in range(1, _ATTEMPTS + 1):
            if not others and not (others := self._tried()):
                return
            pause(tried)
            others = self._others()
        who = _parsed_lock(others[0]) if others else {}
        raise _busy(f"{who.get('host', '?')} {who.get('pid', '?')}")

    def _tried(self) -> list[str]:
        """The other locks that are there after we have put ours; without any it stays, and dead ones go."""
        self.writer.note(self.graph, self.lines("lock", [self._lock()]))
        if not any(map(self._is_ours, self.values("lock"))):
            raise _unseen(self.writer.endpoint)
        others = self._others()
        self._unlock(self._is_ours if others else lambda lock: not self._is_ours(lock))
        return others

    def _unlock(self, which: Callable[[str], bool]) -> None:
        self._forget(self.lines("lock", filter(which, self.values("lock"))))

    def _others(self) -> list[str]:
        return [each for each in self.values("lock") if not self._is_ours(each) and _is_alive(each)]

    def _lock(self) -> str:
        who = {"host": socket.gethostname(), "space": _space(), "pid": os.getpid(), "push": self._name}
        return json.dumps({**who, "time": round(time.time(), 3)})

    def _is_ours(self, lock: str) -> bool:
        return _parsed_lock(lock).get("push") == self._name


def _busy(who: str) -> StoreError:
    return StoreError(
        f"Another push is changing this store (host and process {who}).",
        remedy=f"Wait until it is done; one that has died counts as gone after {_LEASE:.0f} seconds.",
        sv=f"En annan push håller på att ändra det här lagret (dator och process {who}). "
        f"Vänta tills den är klar; en som har dött räknas som borta efter {_LEASE:.0f} sekunder.",
    )


def _unseen(endpoint: Endpoint) -> StoreError:
    """Changes are taken without a word and change nothing: a page to log in at, or the address of another store."""
    there = (endpoint.graph_store or endpoint.update).partition("?")[0]
    return StoreError(
        f"What is written at {there} is not seen at {endpoint.shown}.",
        remedy="Name addresses of the same store with --endpoint, --update and --graph-store.",
        sv=f"Det som skrivs på {there} syns inte på {endpoint.shown}. "
        "Ange adresser till samma lager med --endpoint, --update och --graph-store.",
    )


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))


def _space() -> str:
    """Where the numbers of processes mean the same: containers may share the name of their host, but not these."""
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""


def _is_alive(lock: str) -> bool:
    """Whether the push may still be at work: it said so lately, and on this machine we see its process."""
    found = _parsed_lock(lock)
    with suppress(KeyError, TypeError, ValueError):
        if time.time() - float(found["time"]) < _LEASE:
            if (found.get("host"), found.get("space")) != (socket.gethostname(), _space()):
                return True
            pid = int(found["pid"])
            return found.get("push") in _AT_WORK if pid == os.getpid() else _runs(pid)
    return False


def _parsed_lock(lock: str) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(lock)
        if isinstance(found, dict):
            return found
    return {}


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return pid > 0
