"""How a text file is written, so that it can be written again in the same way."""

from __future__ import annotations

import codecs
from dataclasses import dataclass


@dataclass(frozen=True)
class TextStyle:
    """How a file is written: with a byte order mark, and with which ends of lines."""

    mark: bytes
    ends_in_crlf: bool

    @classmethod
    def of(cls, content: bytes) -> TextStyle:
        """The style of a file as it is."""
        mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        lines = content.count(b"\n")
        return cls(mark, ends_in_crlf=lines > 0 and content.count(b"\r\n") == lines)

    def read(self, content: bytes) -> str:
        """The text of a file."""
        text = content.removeprefix(self.mark).decode()
        return text.replace("\r\n", "\n") if self.ends_in_crlf else text

    def written(self, text: str) -> bytes:
        """A text as a file."""
        return self.mark + (text.replace("\n", "\r\n") if self.ends_in_crlf else text).encode()
