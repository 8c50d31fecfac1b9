"""Writing to somebody else's engine over HTTP: whole requests, tried again where that can help."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from samverkan.errors import StoreError
from samverkan.model.endpoint import Credentials, Endpoint, is_here, is_private
from samverkan.push.retry import TRIES, pause
from samverkan.store import transport
from samverkan.store.engines import Engine

if TYPE_CHECKING:
    import ssl

    import httpx

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSED = frozenset({400, 413, 422, 500})
_NOWHERE = frozenset({404, 405, 410, 415})
_GOOD = 2  # the class of statuses that are a success
_UNKNOWN = 401  # who asks does not say who that is

Body = bytes | Callable[[], Iterable[bytes]]


class RefusedByStoreError(StoreError):
    """The engine does not take what it was sent, however often: it is too large, or holds what it can't."""


@dataclass(frozen=True)
class Client:
    """Requests that change an engine. Each may be sent twice: what they do is the same as once.

    Its connections are closed with `opened`.
    """

    endpoint: Endpoint
    engine: Engine
    opened: ExitStack

    def send(self, method: str, address: str, body: Body, kind: str, parameters: Mapping[str, str]) -> None:
        """Send a request until it is taken; raises `StoreError`.

        `body` is bytes, or what gives its parts anew for each try; `kind` is its media type.
        """
        for tried in range(1, TRIES + 1):
            status, message, headers = self._sent(method, address, body, kind, parameters)
            if status // 100 == _GOOD:
                return
            last = tried == TRIES or (status == HTTPStatus.INTERNAL_SERVER_ERROR and tried >= self.engine.faults)
            if (status and status not in _AGAIN) or last:
                raise self._failed(address, status, message, headers.get("location", ""))
            after = headers.get("retry-after", "")
            pause(tried, float(after) if after.isdecimal() else 0.0)

    def _sent(
        self, method: str, address: str, body: Body, kind: str, parameters: Mapping[str, str]
    ) -> tuple[int, str, Mapping[str, str]]:
        """The status (0 where there was no answer), the words and the headers of one try."""
        import httpx

        content = body if isinstance(body, bytes) else body()
        try:
            reply = self._http.request(
                method, address, params=dict(parameters), content=content, headers={"Content-Type": kind}
            )
        except (httpx.HTTPError, OSError) as error:
            return 0, str(error) or type(error).__name__, {}
        return reply.status_code, reply.text, reply.headers

    @cached_property
    def _http(self) -> httpx.Client:
        import httpx

        limits = httpx.Timeout(self.endpoint.seconds, connect=10)
        known = self.endpoint.credentials
        here = all(map(is_here, filter(None, (self.endpoint.update, self.endpoint.graph_store))))
        auth = _asked_auth(known) if known else None
        client = httpx.Client(
            auth=auth, timeout=limits, follow_redirects=False, trust_env=not here, verify=_tls(trust_env=not here)
        )
        return self.opened.enter_context(client)

    def _failed(self, address: str, status: int, message: str, location: str) -> StoreError:
        there = Endpoint(address.partition("?")[0])
        if status == 0:
            return transport.unreachable(there, message)
        if status in _REFUSED:
            said = transport.shortened(message)
            return RefusedByStoreError(
                f"{there.shown} does not take what it is sent (HTTP {status}): {said}",
                sv=f"{there.shown} tar inte emot det som skickas (HTTP {status}): {said}",
            )
        if status in _NOWHERE:
            return StoreError(
                f"Nothing takes changes at {there.shown} (HTTP {status}).",
                remedy="Name the whole address with --update or --graph-store.",
                sv=f"Inget tar emot ändringar på {there.shown} (HTTP {status}). "
                "Ange hela adressen med --update eller --graph-store.",
            )
        return transport.of_status(there, status, message, location)


@cache
def _tls(*, trust_env: bool) -> ssl.SSLContext:
    """What HTTPS trusts: read once, for a push has several clients."""
    import httpx

    return httpx.create_ssl_context(trust_env=trust_env)


def _asked_auth(known: Credentials) -> httpx.Auth:
    """Digest, which shows no password; or Basic, where nobody can listen; each where the engine asks for it.

    A request without its body asks first, as a large body would be sent twice; an engine that
    lets everybody read says who may write only to the request itself.
    """
    import httpx

    digest, basic = (kind(known.user, known.password) for kind in (httpx.DigestAuth, httpx.BasicAuth))

    def _scheme(address: httpx.URL, response: httpx.Response) -> httpx.Auth | None:
        offered = response.headers.get("www-authenticate", "").lower() if response.status_code == _UNKNOWN else ""
        if "digest" in offered:
            return digest
        return basic if "basic" in offered and is_private(str(address)) else None

    class OfferedScheme(httpx.Auth):
        def __init__(self) -> None:
            self.chosen: dict[httpx.URL, httpx.Auth | None] = {}

        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            address = request.url.copy_with(query=None)
            if address not in self.chosen:
                self.chosen[address] = found = _scheme(address, (yield httpx.Request("HEAD", address)))
                if found:  # from then on Digest knows what to answer to, and sends no body in vain
                    yield from found.auth_flow(httpx.Request("HEAD", address))
            if self.chosen[address] is None:
                self.chosen[address] = _scheme(address, (yield request))
            if chosen := self.chosen[address]:
                yield from chosen.auth_flow(request)

    return OfferedScheme()
