"""A release of a site brought into somebody else's engine, and seen to be there."""

from samverkan.push.source import Source, of_graphs, of_inferred, release, written
from samverkan.push.strategies import Outcome, push

__all__ = ["Outcome", "Source", "of_graphs", "of_inferred", "push", "release", "written"]
