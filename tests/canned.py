"""Canned queries as the tests of the model write them."""

from __future__ import annotations

from samverkan.model import queries
from samverkan.model.queries import Query


def canned(body: str, head: str = "", file: str = "queries/some-query.rq") -> Query:
    return queries.read_query("".join(f"#+ {line}\n" for line in head.splitlines()) + body, file)
