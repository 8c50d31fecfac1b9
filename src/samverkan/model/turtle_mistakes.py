"""What is wrong with a Turtle file that the parser refuses: every mistake, at the line that has to be changed.

The parser tells where it stopped, which often is a line after the mistake. Here the text is read as Turtle 1.1
(section 6.5) has it, by a reader that goes on behind a mistake as if it were corrected. The parser has the last word:
what it refuses and this reader finds nothing wrong with, is told in the words of the parser.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from pyoxigraph import RdfFormat, parse

from samverkan.errors import Place, UnreadableError, UnreadableSiteError
from samverkan.model import pasted_characters
from samverkan.model.namespaces import WELL_KNOWN
from samverkan.model.turtle_mistake_messages import MESSAGES, PARSER, REMEDIES

_MOST = 50  # mistakes of one file
_DEEPEST = 100
_LONGEST_LINE = 5000  # characters, in which the end of a text is looked for
_LONGEST = 60  # characters of a piece in a message
_WORD_PART = r"(?:[^\s\"'<>\[\](){},;.#^@\\]|\\.)+"
_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*>"
_TOKEN = re.compile(
    rf"""
      (?P<skip>\s+|\#[^\n]*)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')(?:[^'\\\n]|\\.)*')
    | (?P<long>\"\"\"|''')
    | (?P<quote>["'])
    | (?P<newer><<\(?|\)?>>|\{{\||\|\}}|~)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<badiri><[^<>"\n]*>)
    | (?P<openiri><[^\s<>;]*)
    | (?P<mark>\^\^|\^|[.,;\[\]()])
    | (?P<at>@[\w-]*)
    | (?P<word>(?:{_WORD_PART}|\.(?=[0-9]))(?:\.*{_WORD_PART})*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REMAINING_LINE = re.compile(
    r"[^\n]*?(?=(?:@[A-Za-z][\w-]*|\^\^[\w-]*:[\w-]+)?[ \t]*[;,.]?[ \t]*(?:(?<=\s)#[^\n]*)?(?:\r?\n|\Z))"
)
_NEXT_LINES = re.compile(
    r"[^\n\"]*[^\n\";,.\s][ \t]*\n(?:[^\n\"]*\n){0,50}[^\n\"]*\"(?=(?:@[\w-]+|\^\^\S+)?[ \t]*[;,.])"
)
_OUTSIDE = re.compile(
    rf"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    rf"|{_IRI}|\#[^\n]*|(?P<other>.)",
    re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LOCAL = re.compile(r"(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*")
_ESCAPE = re.compile(r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|(?P<bad>\\.)", re.DOTALL)
_LANGUAGE = re.compile(r"@[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECLARED = re.compile(r"@?prefix\s+([^\s:<>\"']*:)\s*<([^<>\s]*)>", re.IGNORECASE)
_BOOLEANS = {"true": "true", "false": "false", "sant": "true", "falskt": "false", "ja": "true", "nej": "false"}
_CLOSING = {"[": "]", "(": ")"}
_OPENING = {"]": "[", ")": "("}


@dataclass(frozen=True)
class TurtleMistake:
    """One mistake: its line, counted from 1, what is said of it in Swedish and English, and the rule by which."""

    line: int
    sv: str
    en: str
    rule: str


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    line: int
    column: int

    @property
    def is_end(self) -> bool:
        return self.kind == "end"


def unreadable(
    error: SyntaxError | MemoryError,
    name: str,
    content: bytes,
    prefixes: Mapping[str, str] | None = None,
    *,
    relative: bool = False,
) -> UnreadableError:
    """All that is wrong with a file that the parser refuses.

    `prefixes` are those that other files declare; addresses may be `relative` where the file has an address itself.
    """
    if isinstance(error, MemoryError):
        return broken_turtle(error, name)
    found = mistakes(content.decode("utf-8", "replace"), prefixes or {}, relative=relative)
    errors = [UnreadableError(each.en, place=Place(name, each.line), sv=each.sv) for each in found]
    return errors[0] if len(errors) == 1 else UnreadableSiteError(errors)


def broken_turtle(error: SyntaxError | MemoryError, name: str) -> UnreadableError:
    """What the Turtle parser found wrong in the file `name`, in its words, where its text is not at hand."""
    if isinstance(error, MemoryError):  # the parser holds one word or text in a buffer of 16 MiB
        return UnreadableError(
            "A single text in the file is longer than 16 MB.",
            remedy="Publish it as a file of its own and link to it.",
            place=Place(name),
            sv="En enda text i filen är längre än 16 MB. Publicera den som en egen fil och länka till den.",
        )
    said = _of_parser(error)
    return UnreadableError(said.en, place=Place(name, said.line), sv=said.sv)


def broken_rdf(error: SyntaxError | MemoryError, name: str, form: str) -> UnreadableError:
    """What the parser of a format that isn't Turtle, called `form`, found wrong in the file `name`."""
    if isinstance(error, MemoryError):
        return broken_turtle(error, name)
    reason = str(error.msg).partition(": ")[2] or str(error.msg)
    return UnreadableError(
        f"This is not {form}: {reason}.",
        remedy="Correct it there, or just before.",
        place=Place(name, error.lineno),
        sv=f"Det här är inte {form}: {in_swedish(reason)}. Rätta där, eller strax före.",
    )


# What XML, HTML and JSON begin with, and no Turtle does.
_OTHER_FORMAT = re.compile(r"\ufeff?\s*(<\?xml|<!DOCTYPE|<rdf:RDF|<html|<!--|\{)", re.IGNORECASE)


def _of_parser(error: SyntaxError) -> TurtleMistake:
    reason = str(error.msg).partition(": ")[2] or str(error.msg)
    return _mistake("parser", error.lineno or 1, reason=reason, reason_sv=in_swedish(reason))


def declared(text: str) -> Mapping[str, str]:
    """The prefixes that a text declares, each with its colon, however broken the rest of it is."""
    return {found[1]: found[2] for found in _DECLARED.finditer(text)}


def mistakes(text: str, prefixes: Mapping[str, str], *, relative: bool = False) -> list[TurtleMistake]:
    """What is wrong with a Turtle document that the parser refuses, by line; there is always something."""
    if other := _OTHER_FORMAT.match(text):
        return [_mistake("other-format", text.count("\n", 0, other.end()) + 1, start=other[1])]
    plain, pasted = pasted_characters.without(text.replace("\r\n", "\n"), _OUTSIDE)
    reader = _TurtleReader(plain, prefixes, relative)
    reader.document()
    found = {each.line: each for each in reversed([*reader.found, *_words_of_parser(plain, reader)])}
    first = [TurtleMistake(pasted.line, pasted.sv, pasted.en, "pasted")] if pasted else []
    return [*first, *(found[line] for line in sorted(found))][:_MOST]


def _words_of_parser(text: str, reader: _TurtleReader) -> Iterator[TurtleMistake]:
    """What the parser says, where the reader found nothing, or nothing up to there."""
    base = "urn:base:" if reader.relative else None
    quads, first = (
        parse(text.encode(), format=RdfFormat.TURTLE, base_iri=base),
        min((m.line for m in reader.found), default=None),
    )
    try:
        for _ in quads:
            pass
    except SyntaxError as error:
        if first is None or (error.lineno or 1) < first:
            yield _of_parser(error)


def in_swedish(reason: str) -> str:
    """What the parser says, in Swedish; as it is where nobody has translated it."""
    for pattern, words in PARSER:
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return found.expand(words)
    return reason


def _mistake(rule: str, line: int, /, **slots: object) -> TurtleMistake:
    """A mistake; a slot that is a pair has a text for each language."""
    sv, en = (
        text.format(**{name: each[number] if isinstance(each, tuple) else each for name, each in slots.items()})
        for number, text in enumerate(MESSAGES[rule])
    )
    return TurtleMistake(line, sv, en, rule)


def _remedy(name: str, **slots: object) -> tuple[str, str]:
    sv, en = (text.format(**slots) for text in REMEDIES[name])
    return sv, en


@dataclass
class _TurtleReader:
    """Reads a document to its end, and notes what is wrong with it."""

    text: str
    others: Mapping[str, str]
    relative: bool = False
    found: list[TurtleMistake] = field(default_factory=list)
    place: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        self.prefixes = dict(declared(self.text))
        self.unknown: dict[str, list[int]] = {}
        self.trouble: set[int] = set()
        self.relative = self.relative or re.search(r"(?m)^\s*@?base\b", self.text, re.IGNORECASE) is not None
        self.checks: Mapping[str, Callable[[_Token], None]] = {
            "string": self._check_text,
            "iri": self._check_address,
            "badiri": self._check_bad_address,
            "openiri": self._check_open_address,
            "at": self._check_language,
        }
        self.tokens = list(self._cut())

    def tell(self, rule: str, line: int, /, **slots: object) -> None:
        """Note a mistake; a line on which a quotation mark is missing has no other."""
        if line not in self.trouble:
            self.found.append(_mistake(rule, line, **slots))

    # ------------------------------------------------------------------ pieces

    def _cut(self) -> Iterator[_Token]:
        place, line, begun = 0, 1, 0
        while place < len(self.text):
            match = _TOKEN.match(self.text, place)
            assert match is not None  # the last alternative fits all
            kind, end = match.lastgroup or "other", match.end()
            if kind in {"quote", "long"}:
                end = self._end_of_open_text(match, line)
            token = _Token(kind, self.text[place:end], place, line, place - begun)
            if kind != "skip":
                yield self._checked(token)
            newlines = token.text.count("\n")
            line, begun = line + newlines, place + token.text.rfind("\n") + 1 if newlines else begun
            place = end
        yield _Token("end", "", place, self.text.rstrip().count("\n") + 1, 0)

    def _end_of_open_text(self, match: re.Match[str], line: int) -> int:
        """Tell of a text that is not closed, and say where it ends most likely."""
        if match.lastgroup == "long":
            self.tell("unclosed-long-text", line, text=match[0])
            return len(self.text)
        if behind := _NEXT_LINES.match(self.text, match.end()):
            self.tell("text-of-several-lines", line, text=match[0] * 3)
            return behind.end()
        line_end = self.text.find("\n", match.end())
        line_end = len(self.text) if line_end < 0 else line_end
        is_long = line_end - match.end() > _LONGEST_LINE
        remaining = None if is_long else _REMAINING_LINE.match(self.text, match.end())
        end = remaining.end() if remaining else line_end
        begun = self.text.rfind("\n", 0, match.start()) + 1
        words = self.text[match.start() : end]
        if len(words) <= 1:  # the one at the beginning is missing
            words = self.text[begun : match.end()].strip()
        self.tell("unclosed-quote", line, text=_cut(words.strip()))
        self.trouble.add(line)
        return end

    def _checked(self, token: _Token) -> _Token:
        """Look at a piece alone; one that is wrong counts as what it was meant to be."""
        check = self.checks.get(token.kind)
        if check:
            check(token)
        return _Token(_KINDS.get(token.kind, token.kind), token.text, token.start, token.line, token.column)

    def _check_text(self, token: _Token) -> None:
        bad = next((found["bad"] for found in _ESCAPE.finditer(token.text) if found["bad"]), None)
        if bad:
            line = token.line + token.text[: token.text.find(bad)].count("\n")
            self.tell("bad-escape", line, text=bad)

    def _check_address(self, token: _Token) -> None:
        bare = token.text[1:-1]
        if not self.relative and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", bare):
            self.tell("no-scheme", token.line, text=_cut(token.text), bare=bare.removeprefix("//"))
        elif re.search(r"%(?![0-9A-Fa-f]{2})", bare):
            self.tell("bad-percent", token.line, text=_cut(token.text))

    def _check_bad_address(self, token: _Token) -> None:
        bare = token.text[1:-1].strip()
        bad = next((each for each in bare if each in "{}|^`\\ \t"), " ")
        names = ("mellanslag", "a space") if bad in " \t" else (bad, bad)
        meant = quote(bare, safe="/:?#[]@!$&'()*+,;=%~")
        self.tell("bad-address", token.line, text=_cut(token.text), character=names, meant=f"<{meant}>")

    def _check_open_address(self, token: _Token) -> None:
        self.tell("unclosed-address", token.line, text=_cut(token.text))

    def _check_language(self, token: _Token) -> None:
        word = token.text.lower()
        if word in {"@prefix", "@base", "@version"} or _LANGUAGE.fullmatch(token.text):
            return
        meant = token.text.replace("_", "-")
        fits = meant != token.text and _LANGUAGE.fullmatch(meant)
        self.tell(
            "bad-language", token.line, text=token.text, remedy=_remedy("meant" if fits else "language", meant=meant)
        )

    # ------------------------------------------------------------------ grammar

    @property
    def next(self) -> _Token:
        """The piece that comes next."""
        return self.tokens[self.place]

    @property
    def before(self) -> _Token:
        """The piece before it."""
        return self.tokens[max(0, self.place - 1)]

    def ahead(self, count: int) -> _Token:
        """The piece that comes so many pieces after the next."""
        return self.tokens[min(self.place + count, len(self.tokens) - 1)]

    def take(self) -> _Token:
        """Go on behind the next piece."""
        token = self.next
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def takes(self, *texts: str) -> bool:
        """Go on behind the next piece if it is a mark."""
        fits = self.next.kind == "mark" and self.next.text in texts
        if fits:
            self.take()
        return fits

    def document(self) -> None:
        """Read all statements and directives."""
        while not self.next.is_end:
            begun = self.place
            if self.next.text.lower() in _DIRECTIVES:
                self._directive()
            elif self.next.text == "." and self.next.kind == "mark":
                self.tell("stray-dot", self.take().line)
            else:
                self._statement()
            if self.place == begun:
                self._unexpected()
        for prefix, lines in self.unknown.items():
            self.tell("unknown-prefix", lines[0], prefix=prefix, lines=_more(lines), remedy=self._declaration(prefix))

    def _unexpected(self) -> None:
        token = self.take()
        self.tell(_UNEXPECTED.get(token.kind, "unexpected"), token.line, after=_shown(token), text=_cut(token.text))
        self._skip_line(token.line)

    def _skip_line(self, line: int) -> None:
        """Go on behind what stands on a line, up to a mark that ends something."""
        while not self.next.is_end and self.next.line == line and self.next.text not in _ENDS:
            self.take()

    def _skip_to_line(self, line: int) -> None:
        while not self.next.is_end and self.next.line < line:
            self.take()

    def _directive(self) -> None:
        word, line = self.take(), self.before.line
        is_prefix = word.text.lower().endswith("prefix")
        meant = "@prefix prefix: <https://…> ."
        if is_prefix and not (self.next.kind == "word" and self.next.text.endswith(":")):
            name = re.sub(r"\W", "", self.next.text) if self.next.kind == "word" else "prefix"
            self.tell("directive", line, meant=f"@prefix {name}: <https://…> .")
            self.prefixes.setdefault(f"{name}:", "")
        elif is_prefix:
            self.prefixes.setdefault(self.next.text, "")
            if self.ahead(1).kind != "iri":
                self.tell("directive", line, meant=f"@prefix {self.next.text} <https://…> .")
        elif self.next.kind not in {"iri", "string"}:
            self.tell("directive", line, meant=meant.replace("prefix prefix:", "base"))
        while self.next.line == line and not self.next.is_end and self.next.text not in _ENDS:
            self.take()
        if not self.takes(".") and word.text.startswith("@"):
            self.tell("directive-dot", line, before=_shown(self.before))

    def _statement(self) -> None:
        subject = self.next
        if self._continues():
            self.tell("dot-for-semicolon", self.before.line, before=_shown(self.ahead(-2)), after=_shown(subject))
        elif subject.kind == "mark" and subject.text in _CLOSING:
            self._bracket()
            if self.takes("."):
                return
        elif subject.text.startswith(_COMMENTS):
            self.tell("comment", subject.line, text=_cut(subject.text))
            self._skip_to_line(subject.line + 1)
            return
        elif subject.kind in {"iri", "word"} and not (subject.text == "a" or _NUMBER.fullmatch(subject.text)):
            self._name(self.take())
        elif subject.kind == "newer":
            self._newer()
        else:
            rule = "unopened" if subject.text in _OPENING else "missing-subject"
            self.tell(rule, subject.line, after=_shown(subject), opening=_OPENING.get(subject.text, ""))
            self.take()
            self._skip_line(subject.line)
            self.takes(".", ";", ",")
            return
        self._properties(".")
        if not self.takes("."):
            self._unended()

    def _continues(self) -> bool:
        """Whether what follows a dot is more about the same thing: a property and its value, further in."""
        first, second, third = (self.ahead(number) for number in range(3))
        named = first.kind in {"word", "iri"} and first.column > 0 and first.text not in _DIRECTIVES
        marked = third.kind == "mark" and third.text in {";", ",", "."}
        literal = second.kind == "string"
        return (
            named
            and self.before.text == "."
            and self.place > 1
            and (literal or (marked and second.kind in {"word", "iri"}))
        )

    def _properties(self, closing: str) -> None:
        while True:
            while self.takes(";"):
                pass
            if self._is_closed(closing) or self._begins_anew():
                return
            if not self._property(closing):
                return

    def _is_closed(self, closing: str) -> bool:
        return self.next.is_end or self.next.text in {closing, ".", "]", ")"} or self.next.text.lower() in _DIRECTIVES

    def _begins_anew(self) -> bool:
        """Whether a statement about another thing begins behind a semicolon; that is told."""
        first, second, third = (self.ahead(number) for number in range(3))
        new = first.column == 0 and first.kind in {"word", "iri"} and first.line > self.before.line
        if (
            self.depth
            or not new
            or not (second.text == "a" or (second.kind in {"word", "iri"} and third.kind != "mark"))
        ):
            return False
        if self.before.text == ";":
            self.tell(
                "semicolon-for-dot",
                self.before.line,
                before=_shown(self.ahead(-2)),
                after=_shown(first),
                line=first.line,
            )
        else:
            self.tell("missing-dot", self.before.line, before=_shown(self.before), line=first.line)
        return True

    def _property(self, closing: str) -> bool:
        """Read a property and its values; False where the statement ends without a mark."""
        token = self.next
        if token.kind in {"word", "iri"} and not _NUMBER.fullmatch(token.text) and not self._is_bare(token):
            self._name(self.take())
        elif token.kind == "newer":
            self._newer()
        else:
            self.tell("missing-property", token.line, after=_shown(token))
            self.take()
            self._skip_line(token.line)
            return self.takes(";") or self.takes(",")
        return self._values(closing)

    def _values(self, closing: str) -> bool:
        while True:
            self._value()
            while self.next.kind == "newer":
                self._newer()
            if self.takes(","):
                continue
            if self.next.text == ";" or self._is_closed(closing):
                return not self.next.is_end and self.next.text.lower() not in _DIRECTIVES
            gap = self._gap()
            if gap != ",":
                return gap == ";"

    def _gap(self) -> str:
        """Tell which mark is missing between two pieces, and go on as if it were there."""
        while self._is_misplaced(self.next):
            if mark := self._misplaced(self.before, self.next):
                return mark
        before, after = self.before, self.next
        said = {"before": _shown(before), "after": _shown(after), "line": after.line}
        if self._looks_new():
            self.tell("missing-dot", before.line, **said)
            return "."
        if after.kind == "string" or (after.line == before.line and self.ahead(1).kind == "mark"):
            self.tell("missing-comma", before.line, **said)
            return ","
        if self.ahead(1).kind == "mark" and self.ahead(1).text in _ENDS:
            self.tell("missing-comma", before.line, **said)
            return ","
        self.tell("missing-semicolon", before.line, **said)
        return ";"

    def _is_misplaced(self, token: _Token) -> bool:
        return token.kind not in {"word", "iri", "string"} or (self._is_bare(token) and token.text != "a")

    def _misplaced(self, before: _Token, after: _Token) -> str:
        """Leave out a piece that can follow nothing, and give the mark behind it; nothing where there is none."""
        rule = (
            "space-in-name"
            if after.kind == "word" and before.line == after.line
            else _UNEXPECTED.get(after.kind, "unexpected")
        )
        if before.kind == "string" and after.kind == "word" and before.start + len(before.text) == after.start:
            rule = "quote-in-text"
        if after.text.startswith(_COMMENTS):
            rule = "comment"
        if after.text == "^":
            rule = "datatype"
            after = self.ahead(1)
        if after.text in _OPENING:
            rule = "unopened"
        words = self._words(after)
        opening = _OPENING.get(after.text, "")
        self.tell(rule, after.line, before=_shown(before), after=_shown(after), text=words, opening=opening)
        self.take()
        self._skip_line(after.line)
        if self.takes(","):
            return ","
        return ";" if self.next.text == ";" or self._is_closed(".") else ""

    def _words(self, token: _Token) -> str:
        """A bare word with those that follow it on its line."""
        words, count = [token.text], 1
        while token.kind == "word" and self.ahead(count).kind == "word" and self.ahead(count).line == token.line:
            words.append(self.ahead(count).text)
            count += 1
        return _cut(" ".join(words) if token is self.next else token.text)

    def _looks_new(self) -> bool:
        """Whether a statement about another thing begins here: at the beginning of a line, or with three pieces."""
        first, second, third = (self.ahead(number) for number in range(3))
        if self.depth or first.kind == "string" or first.line == self.before.line:
            return False
        if first.column == 0 and second.kind != "mark":
            return True
        return second.text == "a" or (
            second.kind in {"word", "iri"} and third.kind in {"word", "iri", "string"} and third.line == first.line
        )

    def _unended(self) -> None:
        """A statement without a dot at its end."""
        if self.next.is_end:
            self.tell("missing-dot-at-end", self.before.line, before=_shown(self.before))
        elif self.next.text.lower() in _DIRECTIVES:
            self.tell("missing-dot", self.before.line, before=_shown(self.before), line=self.next.line)
        elif self.next.text in _OPENING:
            token = self.take()
            self.tell("unopened", token.line, after=token.text, opening=_OPENING[token.text])

    def _value(self) -> None:
        token = self.next
        if token.kind == "string":
            self.take()
            self._behind_text()
        elif token.kind == "mark" and token.text in _CLOSING:
            self._bracket()
        elif token.kind == "newer":
            self._newer()
        elif token.kind in {"word", "iri"} and not self._is_bare(token):
            if not _NUMBER.fullmatch(token.text) and token.text not in {"true", "false"}:
                self._name(token)
            self.take()
        elif token.kind in {"word", "other", "at"}:
            self._bare_value()
        elif self.before.text == ",":
            self.tell("value-after-comma", self.before.line, after=_shown(token))
        else:
            self.tell("missing-value", self.before.line, before=_shown(self.before))
            if token.text not in {*_ENDS, "]", ")"} and not token.is_end:
                self.take()

    def _behind_text(self) -> None:
        """A language or a datatype."""
        if self.next.kind == "at" and self.next.text.lower() not in _DIRECTIVES:
            self.take()
        elif self.takes("^^"):
            if self.next.kind == "iri" or (self.next.kind == "word" and ":" in self.next.text):
                self._name(self.take())
            else:
                self.tell("missing-datatype", self.before.line, after=_shown(self.next))
                if self.next.kind == "word":
                    self.take()

    def _bare_value(self) -> None:
        token, meant = self.next, None
        word = token.text.lower()
        if word in _BOOLEANS and self.ahead(1).kind == "mark":
            meant = _BOOLEANS[word]
        elif _DATE.fullmatch(token.text):
            meant = f'"{token.text}"^^xsd:date'
        elif token.text.replace(" ", "").replace("_", "").isdigit():
            meant = token.text.replace("_", "")
        rule = "meant-word" if meant else "bare-word"
        self.tell(rule, token.line, text=self._words(token), meant=meant)
        self.take()
        self._skip_line(token.line)

    def _bracket(self) -> None:
        opening = self.take()
        closing = _CLOSING[opening.text]
        self.depth += 1
        if self.depth > _DEEPEST:
            self.tell("deep", opening.line, most=_DEEPEST)
            self.place = len(self.tokens) - 1
        elif closing == "]":
            self._properties(closing)
        else:
            while not (self.next.is_end or self.next.text in {")", ".", ";", "]"}):
                begun = self.place
                self._value()
                if self.place == begun:
                    self._unexpected()
        self.depth -= 1
        if not self.takes(closing):
            self.tell("unclosed", opening.line, before=opening.text, closing=closing)

    def _newer(self) -> None:
        """Leave out what RDF 1.2 has: another check refuses it by its name."""
        opening = self.take()
        if not opening.text.startswith(("<<", "{|")):
            if opening.text == "~" and self.next.kind in {"word", "iri"}:
                self.take()
            return
        depth = 1
        while depth and not self.next.is_end:
            text = self.take().text
            depth += (text.startswith(("<<", "{|"))) - (text in {">>", ")>>", "|}"})

    def _is_bare(self, token: _Token) -> bool:
        """Whether a word is neither a name, a number nor a keyword."""
        if token.kind != "word" or ":" in token.text:
            return token.kind == "word" and token.text.startswith(("//", "/*"))
        return not (token.text in {"a", "true", "false"} or _NUMBER.fullmatch(token.text))

    def _name(self, token: _Token) -> None:
        """Look at a name: its prefix is declared, and the rest has no character that no name has."""
        prefix, colon, local = token.text.partition(":")
        if token.kind != "word" or not colon or prefix == "_":
            if token.kind == "word" and token.text not in {"a", "true", "false"}:
                self.tell("bare-word", token.line, text=_cut(token.text))
            return
        if f"{prefix}:" not in self.prefixes:
            self._unknown(f"{prefix}:", token)
        elif not _LOCAL.fullmatch(local):
            bad = next((each for each in local if not _LOCAL.fullmatch(each)), "%")
            self.tell("bad-name", token.line, character=bad, text=_cut(token.text))

    def _unknown(self, prefix: str, token: _Token) -> None:
        if token.text.startswith(("http:", "https:", "mailto:", "urn:")):
            self.tell("meant-word", token.line, text=_cut(token.text), meant=f"<{token.text}>")
        else:
            self.unknown.setdefault(prefix, []).append(token.line)

    def _declaration(self, prefix: str) -> tuple[str, str]:
        """What to do about a prefix that is not declared."""
        iri = self.others.get(prefix) or WELL_KNOWN.get(prefix[:-1])
        meant = difflib.get_close_matches(prefix, [each for each in self.prefixes if each != prefix], n=1, cutoff=0.75)
        if iri:
            return _remedy("declare", prefix=prefix, iri=iri)
        return _remedy("meant", meant=meant[0]) if meant else _remedy("declare-any", prefix=prefix)


_COMMENTS = ("//", "/*", "--")
_DIRECTIVES = frozenset({"@prefix", "prefix", "@base", "base", "@version", "version"})
_ENDS = frozenset({".", ";", ","})
_KINDS = {"quote": "string", "long": "string", "badiri": "iri", "openiri": "iri"}
_UNEXPECTED = {"word": "bare-word", "other": "bare-word", "at": "bare-word"}


def _shown(token: _Token) -> str | tuple[str, str]:
    """A piece as it stands in a message."""
    if token.is_end:
        return REMEDIES["end-of-file"]
    return f"'{token.text}'" if token.kind == "mark" else _cut(token.text)


def _cut(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= _LONGEST and line == text else f"{line[:_LONGEST]}…"


def _more(lines: Iterable[int]) -> str | tuple[str, str]:
    several = list(dict.fromkeys(lines))
    return _remedy("lines", lines=", ".join(map(str, several[:10]))) if len(several) > 1 else ""
