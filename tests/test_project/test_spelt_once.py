"""What the program knows stands in one place: a row of a table, or a constant, and nobody else spells it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import ROOT

from samverkan import formats
from samverkan.model import media_types, results
from samverkan.model.media_types import FORMATS, FormatRow

SRC = ROOT / "src" / "samverkan"
MEDIA_TYPE = re.compile(r"(?:text|application|image)/[a-z0-9.+*-]+")


@cache
def modules() -> Mapping[str, ast.Module]:
    """Every module of the program, by its path below `src/samverkan`."""
    return {path.relative_to(SRC).as_posix(): ast.parse(path.read_text()) for path in sorted(SRC.rglob("*.py"))}


@cache
def strings(module: str) -> tuple[tuple[int, str], ...]:
    """The texts of a module that are no docstrings, with their lines."""
    tree = modules()[module]
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return tuple(
        (node.lineno, node.value if isinstance(node.value, str) else node.value.decode("latin-1"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in said
    )


def spelt(pattern: re.Pattern[str], *but: str) -> Iterator[str]:
    """Where a text has a pattern, outside of some modules."""
    for module in modules():
        if module not in but:
            yield from (f"{module}:{line}: {text[:80]}" for line, text in strings(module) if pattern.search(text))


def test_a_media_type_is_spelt_in_the_table_of_formats_alone() -> None:
    every = [text for _, text in strings("model/media_types.py") if MEDIA_TYPE.fullmatch(text)]

    assert len(set(every)) == len(every) > 20
    assert list(spelt(re.compile(rf"\A{MEDIA_TYPE.pattern}\Z"), "model/media_types.py")) == []


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_each_face_of_a_format_is_one_that_there_is(form: FormatRow) -> None:
    module, _, function = form.writer.partition(".")

    assert Path(formats.__file__).with_name(f"{module}.py").is_file()
    assert any(
        isinstance(node, ast.FunctionDef) and node.name == function for node in modules()[f"formats/{module}.py"].body
    )
    assert all(name in vars(results) for name in form.writes)
    assert all(MEDIA_TYPE.fullmatch(each) for each in (form.media_type, *form.aliases))


def test_the_names_of_formats_their_suffixes_and_their_ranks_are_told_apart() -> None:
    ranks = [form.rank for form in media_types.answer_formats()]

    assert len({form.name for form in FORMATS}) == len({form.suffix for form in FORMATS}) == len(FORMATS)
    assert len(set(ranks)) == len(ranks)


def identifiers(module: str) -> Iterator[tuple[int, str]]:
    """The names that a module gives or uses, with their lines."""
    for node in ast.walk(modules()[module]):
        for field in ("id", "attr", "arg", "asname", "name"):
            name = getattr(node, field, None)
            if isinstance(name, str) and not (field == "name" and isinstance(node, ast.alias)):
                yield getattr(node, "lineno", 0), name


def test_an_engine_is_named_in_its_row_alone() -> None:
    named = re.compile(r"virtuoso|(?<!py)oxigraph", re.IGNORECASE)
    table = "store/engines.py"

    assert any(named.search(name) for _, name in identifiers(table))
    assert list(spelt(named, table)) == []
    assert [
        f"{module}:{line}: {name}"
        for module in modules()
        if module != table
        for line, name in identifiers(module)
        if named.search(name)
    ] == []


def test_a_namespace_of_a_standard_is_spelt_in_one_module() -> None:
    # The schema of SARIF is an address of a document, and CC's deeds are recognised by their start.
    host = re.compile(r"https?://(?:www\.w3\.org|purl\.org|rdfs\.org|xmlns\.com|schema\.org|www\.iana\.org|purl\.\w+)/")
    table = "model/namespaces.py"
    every = [text for _, text in strings(table) if host.search(text)]

    assert len(set(every)) == len(every) > 15
    assert list(spelt(host, table)) == []


METAPHORS = frozenset(
    {
        *(
            "told",
            "people",
            "house",
            "hall",
            "door",
            "beside",
            "rest",
            "fate",
            "fates",
            "destiny",
            "farewell",
            "farewells",
        ),
        *("cage", "shelf", "press", "tongue", "tongues", "sheet", "hands"),
    }
)
# What a function without an object may not be called; commands are called as they are typed.
BARE = frozenset({"read", "write", "get", "put", "load", "check", "first", "make", "take", "keep", "prepare", "hold"})


def test_no_two_classes_have_one_name() -> None:
    found = Counter(
        node.name.lstrip("_")
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )

    assert {name for name, count in found.items() if count > 1} == set()


def test_a_public_function_says_what_it_reads_or_writes() -> None:
    found = {
        f"{module}: {node.name}"
        for module, tree in modules().items()
        if module != "cli.py" and not module.startswith("validation/")
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in BARE
    }

    assert found == set()


def test_no_name_is_a_metaphor() -> None:
    # A workbook has sheets, as SpreadsheetML calls them (ECMA-376, part 1, section 18.2.19) and openpyxl does.
    terms = {"tables/": {"sheet"}}
    found = {
        f"{module}: {name}"
        for module in modules()
        if not module.startswith("validation/")
        for _, name in identifiers(module)
        if (METAPHORS - terms.get(module[: module.find("/") + 1], set()))
        & set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
    }

    assert found == {"model/namespaces.py: REST"}, "rdf:rest is the term of the standard"
