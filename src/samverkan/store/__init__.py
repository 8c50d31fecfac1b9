"""SPARQL in, Answer out: from the memory of this process, or from somebody else's engine."""

from samverkan.store.embedded import Embedded
from samverkan.store.large import Large
from samverkan.store.protocol import Graphs, Store

__all__ = ["Embedded", "Graphs", "Large", "Store"]
