"""What the tests of engines elsewhere share: who asks, what is asked, and what is answered."""

from __future__ import annotations

import base64
import traceback
from typing import Any

from tests.engines import Engine
from tests.faulty import Faulty

from samverkan.errors import SamverkanError
from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.model.results import Table
from samverkan.store import Embedded
from samverkan.store.remote import TERMS, Remote, journal

XSD = "http://www.w3.org/2001/XMLSchema#"
SECRET = "nobody-may-read-this-åäö"
TOKEN = base64.b64encode(f"reader:{SECRET}".encode()).decode()
HIDDEN = "hidden"
KNOWN = Credentials("reader", SECRET)
BASIC = 'Basic realm="x"'

TABLE = (
    b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1",'
    b'"datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}'
)
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER (?x + ?y + ?z > 5) }"
ASKED = "SELECT ?x { ?s ?p ?x }"


def remote(engine: Engine, name: str, **more: Any) -> Remote:
    base = f"https://{name}.example/"
    return Remote(Endpoint(engine.query, **{"seconds": 30, **more}), (f"{base}graph/a",), base)


def numbers(size: int) -> bytes:
    return "".join(f'<urn:s{n}> <urn:p> "{n}"^^<{XSD}integer> .\n' for n in range(size)).encode()


def rows(store: Remote | Embedded, sparql: str) -> tuple[tuple[object, ...], ...]:
    answer = store.query(sparql)
    assert isinstance(answer, Table)
    return answer.rows


def fake(faulty: Faulty, host: str = "127.0.0.1", **more: Any) -> Remote:
    address = f"http://{host}:{faulty.port}/sparql"
    return Remote(Endpoint(address, **{"seconds": 5, **more}), ("urn:graph",), "urn:base/")


def told(error: BaseException) -> str:
    """All that an error may show anywhere."""
    swedish = error.message("sv") if isinstance(error, SamverkanError) else ""
    return "\n".join((str(error), repr(error), swedish, *traceback.format_exception(error)))


def say(engine: Engine, store: Remote, state: str) -> None:
    graph = journal(store.base)
    engine.put(graph, f'<{graph}> <{TERMS}state> "{state}" .\n<{graph}> <{TERMS}stamp> "one" .\n'.encode())
