"""How large a workbook may be: more than any office has, and less than what stops a computer."""

from __future__ import annotations

MOST_BYTES = 32 << 20
"""Of the file."""

MOST_UNPACKED = 256 << 20
"""Of what is in it, together."""

MOST_RATIO = 400
"""How many times larger a part may become when it is unpacked, if it is large at all."""

RATIO_FROM = 8 << 20

MOST_PARTS = 2000
MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_BLANK_ROWS = 2000
"""Behind each other; after that a sheet is taken to be at its end."""

MOST_TEXT = 32_767
"""Of one cell, as in Excel."""

SECONDS = 30.0
"""For reading a workbook."""
