"""What the tests of the server process share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.serving import Door, serving

from samverkan.server.http.limits import Limits


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One server for the many tests that only ask."""
    with serving(limits=Limits(linger_seconds=0.3)) as opened:
        yield opened
