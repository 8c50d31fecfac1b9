"""Three states of a file become one: the changes of both sides, with the bytes of what neither has changed."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT

from samverkan.authoring.merging import merge
from samverkan.model.turtle_pieces import properties, statements, values

P = "@prefix e: <urn:e:> .\n"
# What was, what the site has, what is new, what becomes of it, and what is a conflict.
TURTLE = {
    "values that both have added": (
        "e:a e:p e:b , e:c ;\n  e:q e:d .",
        "e:a e:p e:b , e:c , e:own ;\n  e:q e:d .",
        "e:a e:p e:b , e:new ;\n  e:q e:d .",
        "e:a e:p e:b , e:own , e:new ;\n  e:q e:d .",
        [],
    ),
    "different properties of one statement, with comments": (
        "e:a e:p e:b ; # one\n  e:q e:d ;\n .",
        "e:a e:p e:b ; # one\n  e:q e:x ; # mine\n .",
        "e:a e:p e:c ; # one\n  e:q e:d ;\n  e:r e:s .",
        "e:a e:p e:c ;  # one\n  e:q e:x ;  # mine\n  e:r e:s .",
        [],
    ),
    "a comment before the mark": (
        "e:a e:p e:b # one\n ; e:q e:d .",
        "e:a e:p e:b # one\n ; e:q e:x .",
        "e:a e:p e:c # one\n ; e:q e:d .",
        "e:a e:p e:c ;  # one\n e:q e:x .",
        [],
    ),
    "a list that both have changed": (
        "e:a e:in ( e:b ) ; e:q 1 .",
        "e:a e:in ( e:b e:own ) ; e:q 1 .",
        "e:a e:in ( e:b e:new ) ; e:q 2 .",
        "e:a e:in ( e:b e:own ) ; e:q 2 .",
        ["<urn:e:a> <urn:e:in>"],
    ),
    "nodes without names": (
        "e:a e:p [ e:x e:y ; e:z ( 1 2 ) ] ; e:q 1 .\n[] e:p 1 .",
        "e:a e:p [ e:x e:y ; e:z ( 1 2 ) ] ; e:q 2 .\n[] e:p 1 . [] e:own 1 .",
        "e:a e:p [ e:x e:n ; e:z ( 1 2 ) ] ; e:q 1 .\n[] e:p 2 .",
        "e:a e:p [ e:x e:n ; e:z ( 1 2 ) ] ; e:q 2 .\n[] e:p 2 . [] e:own 1 .",
        [],
    ),
    "a statement that the site has removed and the model has changed": (
        "e:a e:p e:b .\ne:z e:p e:b .",
        "e:z e:p e:b .",
        "e:a e:p e:c .\ne:z e:p e:b .",
        "e:z e:p e:b .",
        ["<urn:e:a>"],
    ),
    "a statement that the model has removed and the site has changed": (
        "e:a e:p e:b .\ne:z e:p e:b .",
        "e:a e:p e:own .\ne:z e:p e:b .",
        "e:z e:p e:b .",
        "e:a e:p e:own .\ne:z e:p e:b .",
        ["<urn:e:a>"],
    ),
    "a file that a tool has written anew, with another prefix and order": (
        "e:a e:p e:b .\ne:z e:p e:b .",
        "@prefix f: <urn:e:> .\nf:z  f:p  f:b .\nf:a f:p f:b .",
        "e:a e:p e:b ; e:q e:c .\ne:z e:p e:b .",
        "@prefix f: <urn:e:> .\nf:z  f:p  f:b .\ne:a e:p e:b ; e:q e:c .",
        [],
    ),
    "the same that both have added": (
        "e:a e:p e:b .",
        "e:a e:p e:b .\ne:n e:p e:b .",
        "e:a e:p e:b .\ne:n  e:p  e:b .",
        "e:a e:p e:b .\ne:n e:p e:b .",
        [],
    ),
    "things that both have added at the end": (
        "e:a e:p e:b .\n",
        "e:a e:p e:b .\n\n# ours\ne:own e:p e:b .\n",
        "e:a e:p e:b .\n\n# theirs\ne:new e:p e:b .\n",
        "e:a e:p e:b .\n\n# theirs\ne:new e:p e:b .\n\n# ours\ne:own e:p e:b .\n",
        [],
    ),
    "a file of the site that is broken": ("e:a e:p e:b .", "e:a e:p ; ..", "e:a e:p e:c .", "e:a e:p ; ..", [""]),
}


@pytest.mark.parametrize("case", TURTLE)
def test_turtle_is_merged_by_what_it_says(case: str) -> None:
    base, ours, new, result, conflicts = TURTLE[case]
    found = merge("shapes/x.ttl", P + base, P + ours, P + new)
    assert (found.text, [each.about for each in found.conflicts]) == (P + result, conflicts)


LINES = {
    "changes apart": ("1\n2\n3\n4\n", "1\nown\n2\n3\n4\n", "1\n2\n3\nnew\n", "1\nown\n2\n3\nnew\n", 0),
    "the same change": ("1\n2\n", "1\nx\n", "1\nx\n", "1\nx\n", 0),
    "the same line": ("1\n2\n3\n", "1\nown\n3\n", "0\nnew\n3\n", "1\nown\n3\n", 1),
    "something added at the end by both": ("1\n", "1\nown\n", "1\nnew\n", "1\nown\n", 1),
}


@pytest.mark.parametrize("case", LINES)
def test_queries_are_merged_by_line_or_stay_whole(case: str) -> None:
    base, ours, new, result, conflicts = LINES[case]
    found = merge("queries/x.rq", base, ours, new)
    assert (found.text, len(found.conflicts)) == (result, conflicts)


CONTEXT = '{{\n  "@context": {{\n    "a": "urn:a",\n{}    "b": {}{}\n  }}\n}}\n'


def test_a_context_is_merged_by_term_and_its_commas_are_right() -> None:
    base, ours, new = (
        CONTEXT.format("", '"urn:b"', ""),
        CONTEXT.format('    "own": "urn:own",\n', '"urn:b"', ',\n    "last": "urn:last"'),
        CONTEXT.format('    "new": {"@id": "urn:new"},\n', '"urn:other"', ""),
    )
    found = merge("ontology/context.jsonld", base, ours, new)
    between = '    "new": {"@id": "urn:new"},\n    "own": "urn:own",\n'
    assert found.conflicts == []
    assert found.text == CONTEXT.format(between, '"urn:other"', ',\n    "last": "urn:last"')


def test_pieces_put_together_again_are_the_file() -> None:
    files = [
        path for folder in ("ontology", "shapes", "data", "earlier", "tests") for path in (ROOT / folder).rglob("*.ttl")
    ]
    assert len(files) > 80
    for path in files:
        text = path.read_bytes().decode()
        found = statements(text)
        assert found.written == text
        for piece in found.pieces:
            if not piece.is_directive:
                assert properties(piece).written == piece.text
                assert all(values(each).written == each.text for each in properties(piece).pieces)
