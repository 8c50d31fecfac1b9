"""Queries on their way to an engine elsewhere and the answers back, by SPARQLWrapper: whole, or an error."""

from __future__ import annotations

import hashlib
import http.client
import io
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from SPARQLWrapper import POST, SPARQLWrapper

from samverkan.errors import StoreError, StoreSlowError, printable
from samverkan.model.endpoint import Endpoint, is_here, is_private
from samverkan.store.engines import is_timeout
from samverkan.store.protocol import Graphs

_PART = 1 << 18  # bytes
_MOST = 1 << 30  # bytes of an answer that is held in memory
_SHOWN = 300  # characters
_TAG = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SHOWN_BACK = re.compile(r"(authorization\W).*", re.IGNORECASE)
_SLOW = frozenset({408, 504})
_AUTH = frozenset({401, 403, 407})
_NOWHERE = frozenset({404, 405, 410})
NO_GRAPH = "urn:samverkan:no-graph"  # an empty list of graphs would mean all of them


@dataclass(frozen=True)
class EngineResponse:
    """A whole answer: its headers, with names in lower case, and its body."""

    headers: Mapping[str, str]
    body: bytes


class Wire:
    """The way to the queries of one engine."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Nothing is sent yet."""
        self.endpoint = endpoint
        self._opener = _opener(endpoint)

    def ask(self, form: str, text: str, accept: str, graphs: Graphs | None) -> EngineResponse:
        """Send a query of a form (SELECT, ASK, CONSTRUCT, DESCRIBE) over some graphs; see SPARQL 1.1 Protocol, 2.1.

        Raises `StoreError` for every answer that is not whole and of the type `accept`.
        """
        deadline = time.monotonic() + self.endpoint.seconds
        with self._opened(form, text, accept, graphs, deadline) as response:
            body = b"".join(_limited(_parts(response, self.endpoint), self.endpoint))
            if accept.endswith("triples") and response.length is None and not response.chunked:
                raise cut(self.endpoint, "it does not say where it ends", "det säger inte var det slutar")
            return EngineResponse(_headers(response), body)

    def graph(self, address: str, accept: str) -> Iterator[bytes]:
        """What a graph store has at an address, in parts as they come (GSP, section 5.2); raises what `ask` raises."""
        request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - http or https, as was checked
        with _as_store_errors(self.endpoint), self._sent(None, request) as response:
            _check_type(response, accept, self.endpoint)
            yield from _parts(response, self.endpoint)

    def stream(self, text: str, accept: str) -> Iterator[bytes]:
        """The answer of a CONSTRUCT query over all graphs, in parts as they come; raises what `ask` raises."""
        with self._opened("CONSTRUCT", text, accept, None, None) as response:
            yield from _parts(response, self.endpoint)

    @contextmanager
    def _opened(
        self, form: str, text: str, accept: str, graphs: Graphs | None, deadline: float | None
    ) -> Iterator[Any]:
        send = partial(self._sent, deadline)
        client = _QueryClient(self.endpoint.query, form, send)
        client.setQuery(text)
        client.setOnlyConneg(True)
        client.setMethod(POST)
        client.addCustomHttpHeader("Accept", accept)
        for name, iris in _dataset(graphs):
            client.addParameter(name, iris)
        with _as_store_errors(self.endpoint):
            response = client.query().response
            with response:
                _check_type(response, accept, self.endpoint)
                yield response

    def _sent(self, deadline: float | None, request: urllib.request.Request) -> Any:
        request.deadline = deadline  # type: ignore[attr-defined] # for `_Patient`, also where a request is sent twice
        return self._opener.open(request, timeout=self.endpoint.seconds)


class _QueryClient(SPARQLWrapper):
    """SPARQLWrapper with an opener of our own: one that follows no redirect and lets nobody see a password.

    Of what form a query is we know from a parser; SPARQLWrapper would guess, and take some for updates.
    """

    def __init__(self, address: str, form: str, send: Callable[[urllib.request.Request], Any]) -> None:
        self._form, self._send = form, send
        super().__init__(address)

    def _parseQueryType(self, query: str) -> str:  # noqa: N802, ARG002 - its name in SPARQLWrapper
        return self._form

    def _query(self) -> tuple[Any, str]:
        return self._send(self._createRequest()), self.returnFormat


class _Ticking(io.RawIOBase):
    """What comes from a socket until a deadline: a time-out of the socket would begin anew with each byte."""

    def __init__(self, connection: socket.socket, stream: io.RawIOBase, deadline: float) -> None:
        self._connection, self._stream, self._deadline = connection, stream, deadline

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        super().close()
        self._stream.close()

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._stream.readinto(buffer)


class _Answered(http.client.HTTPResponse):
    """An answer that has to be whole before a deadline."""

    def __init__(self, deadline: float | None, sock: socket.socket, *remainder: Any, **more: Any) -> None:
        super().__init__(sock, *remainder, **more)
        if deadline is not None:
            self.fp = io.BufferedReader(_Ticking(sock, self.fp.detach(), deadline))


class _Patient(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Connections whose answers end at the deadline of the request."""

    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_connected, http.client.HTTPConnection, req), req)

    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_connected, http.client.HTTPSConnection, req), req)


def _connected(kind: Any, request: Any, host: str, **more: Any) -> Any:
    connection = kind(host, **more)
    connection.response_class = partial(_Answered, request.deadline)
    return connection


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication (RFC 7616) in UTF-8; what is no Digest, or none that is known, stays refused."""

    def http_error_401(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        if req.has_header(self.auth_header):  # it was tried, and is wrong
            return None
        return _retried(fp, partial(super().http_error_401, req, fp, code, msg, headers))

    def get_algorithm_impls(self, algorithm: str) -> Any:
        kind = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}.get(algorithm.upper())
        if kind is None:
            return None, None

        def hashed(text: str) -> str:
            return kind(text.encode()).hexdigest()

        return hashed, lambda secret, text: hashed(f"{secret}:{text}")


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Basic authentication (RFC 7617); another scheme stays refused."""

    def http_error_401(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return _retried(fp, partial(super().http_error_401, req, fp, code, msg, headers))


def _retried(refusal: Any, again: Callable[[], Any]) -> Any:
    """What comes of a second try, or None where there is none; the answer to the first is then closed."""
    try:
        found = again()
    except ValueError:  # its message may hold what was to be hidden
        return None
    except BaseException:
        refusal.close()
        raise
    if found is not None:
        refusal.close()
    return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would turn the query into a GET without it, and show our password to another host."""

    def redirect_request(self, *_: object) -> None:
        return None


def _opener(endpoint: Endpoint) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect(), _Patient()]
    if is_here(endpoint.query):
        handlers.append(urllib.request.ProxyHandler({}))
    if endpoint.credentials:
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, endpoint.query, endpoint.credentials.user, endpoint.credentials.password)
        handlers.append(_Digest(known))
        if is_private(endpoint.query):
            handlers.append(_Basic(known))
    return urllib.request.build_opener(*handlers)


def _dataset(graphs: Graphs | None) -> Iterator[tuple[str, str]]:
    """The parameters that name the graphs; an empty list is one graph that nobody has."""
    if graphs is None:
        return
    for name, iris in (("default-graph-uri", graphs.default), ("named-graph-uri", graphs.named)):
        for iri in iris or (NO_GRAPH,):
            yield name, iri


def _headers(response: Any) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _check_type(response: Any, accept: str, endpoint: Endpoint) -> None:
    got = response.headers.get_content_type()
    if got != accept:
        raise StoreError(
            f"{endpoint.shown} answers with {printable(got)}, where an answer to SPARQL should be.",
            remedy="Name the address that answers queries; a page to log in at is none.",
            sv=f"{endpoint.shown} svarar med {printable(got)}, där ett svar på SPARQL borde vara. "
            "Ange adressen som svarar på frågor; en inloggningssida gör det inte.",
        )


def _parts(response: Any, endpoint: Endpoint) -> Iterator[bytes]:
    """The body in parts; an end before its time is an error, which http.client tells only in some cases."""
    try:
        while part := response.read1(_PART):
            yield part
        short = response.length  # bytes that Content-Length promised
    except http.client.IncompleteRead:
        short = 1
    if short:
        raise cut(endpoint, "the connection ended before the answer did", "förbindelsen tog slut före svaret")


def _limited(parts: Iterator[bytes], endpoint: Endpoint) -> Iterator[bytes]:
    """Parts that fit into memory; raises `StoreError` where they don't."""
    size = 0
    for part in parts:
        size += len(part)
        if size > _MOST:
            raise cut(endpoint, f"it is larger than {_MOST >> 20} MB", f"det är större än {_MOST >> 20} MB")
        yield part


@contextmanager
def _as_store_errors(endpoint: Endpoint) -> Iterator[None]:
    """Turn whatever goes wrong on the way into words."""
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            message = _hidden(_message(error), endpoint)
            raise of_status(endpoint, error.code, message, error.headers.get("Location", "")) from None
    except TimeoutError:
        raise slow(endpoint) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise slow(endpoint) from None
        raise unreachable(endpoint, error.reason) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise unreachable(endpoint, error) from None


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return error.read(_PART).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""


def _hidden(message: str, endpoint: Endpoint) -> str:
    """A message without who we are, which an engine that shows what it was sent would tell."""
    known = endpoint.credentials
    shown = _SHOWN_BACK.sub(r"\1 …", message)
    return shown.replace(known.password, "…") if known else shown


def shortened(message: str) -> str:
    """The first words of what an engine said, without its markup."""
    return " ".join(printable(_TAG.sub(" ", message)).split())[:_SHOWN]


def of_status(endpoint: Endpoint, status: int, message: str, location: str = "") -> StoreError:
    """What an HTTP status that is no success says, with the words of the engine."""
    said = shortened(message)
    if status in _SLOW or is_timeout(message):
        return slow(endpoint)
    if status in _AUTH:
        return StoreError(
            f"{endpoint.shown} does not let us in (HTTP {status}).",
            remedy="Name a user that may do this with --user, and put the password into SAMVERKAN_PASSWORD. "
            "A password is sent unencrypted to no other machine.",
            sv=f"{endpoint.shown} släpper inte in oss (HTTP {status}). Ange en användare som får göra detta med --user "
            "och lägg lösenordet i SAMVERKAN_PASSWORD. Till andra datorer skickas inget lösenord okrypterat.",
        )
    if status // 100 == 3:  # noqa: PLR2004 - the class of redirects
        where = printable(location.partition("?")[0])[:_SHOWN]
        return StoreError(
            f"{endpoint.shown} leads elsewhere: {where}.",
            remedy="Name that address, if you trust it.",
            sv=f"{endpoint.shown} leder någon annanstans: {where}. Ange den adressen, om du litar på den.",
        )
    if status in _NOWHERE:
        return StoreError(
            f"Nothing answers queries at {endpoint.shown} (HTTP {status}).",
            remedy="Name the whole address, such as http://127.0.0.1:8890/sparql",
            sv=f"Inget svarar på frågor på {endpoint.shown} (HTTP {status}). Ange hela adressen, "
            "som http://127.0.0.1:8890/sparql",
        )
    return StoreError(
        f"{endpoint.shown} can't do this (HTTP {status}): {said}",
        sv=f"{endpoint.shown} klarar inte det här (HTTP {status}): {said}",
    )


def slow(endpoint: Endpoint) -> StoreSlowError:
    """The engine took too long."""
    return StoreSlowError(
        f"{endpoint.shown} did not answer in time.",
        remedy="Ask for less, or allow more time, here or in the settings of the engine.",
        sv=f"{endpoint.shown} svarade inte i tid. Fråga efter mindre, eller ge längre tid, här eller i motorns "
        "inställningar.",
    )


def unreachable(endpoint: Endpoint, reason: object) -> StoreError:
    """The engine is not there, or the connection to it broke."""
    why = getattr(reason, "strerror", None) or printable(str(reason)) or type(reason).__name__
    return StoreError(
        f"{endpoint.shown} can't be reached: {why}.",
        remedy="Start the engine, or mend the address.",
        sv=f"{endpoint.shown} går inte att nå ({why}). Starta motorn eller rätta adressen.",
    )


def cut(endpoint: Endpoint, en: str, sv: str) -> StoreError:
    """The engine gave a part of the answer only."""
    return StoreError(
        f"The answer of {endpoint.shown} is cut: {en}.",
        remedy="Ask for less, or raise the limit in the settings of the engine.",
        sv=f"Svaret från {endpoint.shown} är avkortat: {sv}. "
        "Fråga efter mindre, eller höj gränsen i motorns inställningar.",
    )
