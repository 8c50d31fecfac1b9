"""Where a SPARQL engine of somebody else is, and how we show it who we are."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from samverkan.errors import UsageError

PASSWORD = "SAMVERKAN_PASSWORD"  # noqa: S105 - the name of the variable, not what it holds
SECONDS = 300.0


@dataclass(frozen=True)
class Credentials:
    """A user of the engine and the password, which is never shown."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Endpoint:
    """The addresses of an engine: those of queries, updates and the graph store (SPARQL 1.1 Protocol and GSP).

    `update` and `graph_store` are empty where they are not known. `seconds` is how long one answer may take.
    """

    query: str
    update: str = ""
    graph_store: str = ""
    credentials: Credentials | None = None
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """Raises `UsageError` for an address that is not one, or that holds a password."""
        for address in filter(None, (self.query, self.update, self.graph_store)):
            _check(address)

    @property
    def shown(self) -> str:
        """The address of queries, as it may stand in a message."""
        return self.query.partition("?")[0]


def endpoint_of_json(found: Mapping[str, Any] | None) -> Endpoint | None:
    """An endpoint from the mapping that `dataclasses.asdict` makes of one, or None from None."""
    if found is None:
        return None
    known = found["credentials"]
    return Endpoint(**{**found, "credentials": Credentials(**known) if known else None})


def is_private(address: str) -> bool:
    """Whether what is sent to an address can be read by nobody on the way: it is encrypted, or stays on this machine.

    >>> [is_private(each) for each in ("https://x.org/", "http://127.0.0.1:8890/", "http://x.org/")]
    [True, True, False]
    """
    parts = urlsplit(address)
    return parts.scheme == "https" or is_here(address)


def is_here(address: str) -> bool:
    """Whether an address is on this machine.

    >>> [is_here(each) for each in ("http://localhost:7878/query", "http://[::1]/", "https://x.org/")]
    [True, True, False]
    """
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def credentials(user: str | None, file: str | None) -> Credentials | None:
    """The user with the password from a file (its first line), or else from the environment.

    Raises `UsageError` where there is a user and no password, or a file that can't be read.
    """
    if not user:
        return None
    password = _first_line(file) if file else os.environ.get(PASSWORD, "")
    if not password:
        raise UsageError(
            f"There is no password for {user}.",
            remedy=f"Put it into the variable {PASSWORD}, or name a file that holds it with --password-file.",
            sv=f"Det finns inget lösenord för {user}. "
            f"Lägg det i variabeln {PASSWORD}, eller ange en fil som innehåller det med --password-file.",
        )
    return Credentials(user, password)


def _first_line(file: str) -> str:
    try:
        return Path(file).read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(
            f"The password can't be read from {file}: {reason}.",
            remedy="Name a file with the password in its first line.",
            sv=f"Lösenordet går inte att läsa ur {file} ({reason}). Ange en fil med lösenordet på första raden.",
        ) from None


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) and address.isascii()
    except ValueError:
        sound = False
        parts = urlsplit("")
    if not sound or not address.isprintable() or " " in address:
        raise UsageError(
            "The address of the store is not one that HTTP can ask.",
            remedy="Write it whole, such as http://127.0.0.1:8890/sparql",
            sv="Adressen till lagret går inte att fråga med HTTP. Skriv den hel, som http://127.0.0.1:8890/sparql",
        )
    if parts.password is not None or parts.username is not None:
        raise UsageError(
            "The address of the store holds a user or a password.",
            remedy=f"Take them out: name the user with --user, and put the password into {PASSWORD} or a file.",
            sv="Adressen till lagret innehåller en användare eller ett lösenord. Ta bort dem: "
            f"ange användaren med --user och lägg lösenordet i {PASSWORD} eller i en fil.",
        )
