"""Today, which is an input: the day that is asked for, or that of SOURCE_DATE_EPOCH, or the clock's.

What depends on the day, such as "signed in the future", is the same on every machine where the day is given
(reproducible-builds.org, SOURCE_DATE_EPOCH). Nothing else that is published reads a clock.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from samverkan.errors import UsageError

EPOCH = "SOURCE_DATE_EPOCH"


def today() -> date:
    """The day of SOURCE_DATE_EPOCH, in UTC, or else the day where we are; raises `UsageError` for what is no time."""
    text = os.environ.get(EPOCH, "")
    if not text:
        return date.today()  # noqa: DTZ011 - the day of those who write the facts
    try:
        return datetime.fromtimestamp(int(text), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{EPOCH} is '{text}', which is no time.",
            remedy="Set it to a number of seconds since 1970, or unset it.",
            sv=f"{EPOCH} är '{text}', vilket inte är någon tid. Ange ett antal sekunder sedan 1970, eller ta bort den.",
        ) from None
