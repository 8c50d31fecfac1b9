"""The picture that other sites show beside a link to this one: `preview.png` in the folder of a site.

`samverkan preview` makes it; any other picture in the format PNG does as well.
"""

from __future__ import annotations

from pathlib import Path

from samverkan import confined_files
from samverkan.errors import Place, UnreadableError

FILE_NAME = "preview.png"
WIDE, HIGH = 1200, 630
"""Pixels of the picture: what readers of Open Graph show without cutting it."""
MOST_BYTES = 1_000_000

SIGNATURE = b"\x89PNG\r\n\x1a\n"  # PNG, third edition, section 5.2


def read_preview(root: Path) -> bytes | None:
    """The picture of the site in the folder `root`; None where there is none.

    Raises `UnreadableError` where the file can't be read, is no PNG, or is larger than `MOST_BYTES`.
    """
    if not confined_files.is_there(root / FILE_NAME):
        return None
    try:
        content = confined_files.read_file(root / FILE_NAME, FILE_NAME)
    except OSError:
        raise _fault("The file can't be read.", "Filen går inte att läsa.") from None
    if not content.startswith(SIGNATURE):
        raise _fault("This is no picture in the format PNG.", "Det här är ingen bild i formatet PNG.")
    if len(content) > MOST_BYTES:
        raise _fault(
            f"The picture has {len(content)} bytes; at most {MOST_BYTES} are shown by others.",
            f"Bilden har {len(content)} byte; andra visar högst {MOST_BYTES}.",
        )
    return content


def write_preview(root: Path, content: bytes) -> None:
    """Keep a picture in the site in the folder `root`; `UnreadableError` where a link would lead out of there."""
    confined_files.check_inside(root / FILE_NAME, FILE_NAME)
    (root / FILE_NAME).write_bytes(content)


def _fault(en: str, sv: str) -> UnreadableError:
    return UnreadableError(
        en, remedy="Make it anew: samverkan preview", place=Place(FILE_NAME), sv=f"{sv} Gör om den: samverkan preview"
    )
