"""A release of a site brought into somebody else's engine, and seen to be there."""

from samverkan.push.flow import Outcome, push
from samverkan.push.source import Source, of_graphs, release

__all__ = ["Outcome", "Source", "of_graphs", "push", "release"]
