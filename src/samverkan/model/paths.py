"""Every path below the base of a site, once: the folders, what stands in each, and the pages that stand alone.

A path has neither a slash at its beginning nor, for what has formats, a suffix at its end.
"""

from __future__ import annotations

from typing import NamedTuple


class PathFolder(NamedTuple):
    """A folder of the URL space, with a slash at its end.

    `bulk` says that a file in it may hold a whole graph: such files are written first, and each is a part of the
    data as a whole. `slow` says that what stands in it is made of all data, not of one thing.
    """

    path: str
    holds: str
    bulk: bool = False
    slow: bool = False


FOLDERS = (
    PathFolder("id/", "things, whose addresses lead to their documents"),
    PathFolder("doc/", "documents about things"),
    PathFolder("def/", "documents about the terms of the ontology", bulk=True),
    PathFolder("graph/", "named graphs", bulk=True, slow=True),
    PathFolder("shapes/", "files of shapes"),
    PathFolder("schema/", "the form of the JSON about things of each class, in JSON Schema"),
    PathFolder("query/", "texts and answers of canned queries"),
    PathFolder("names/", "the alphabetical index"),
    PathFolder("dump/", "everything in one file", bulk=True, slow=True),
    PathFolder("openapi/", "the description of the interface in further languages", slow=True),
    PathFolder("datasets/", "the catalogue for harvesters", slow=True),
    PathFolder("assets/", "what pages need"),
    PathFolder(".well-known/", "what is looked for at a fixed place (RFC 8615)", slow=True),
    PathFolder("release/", "earlier releases by their numbers", slow=True),
    PathFolder("timemap/", "which earlier versions of a document there are (RFC 7089)"),
)
THINGS, DOCUMENTS, TERMS, GRAPHS, SHAPES, SCHEMAS, ANSWERS, NAMES, DUMPS, INTERFACES, DATASETS, ASSETS, WELL_KNOWN = (
    folder.path for folder in FOLDERS[:13]
)
RELEASES, TIMEMAPS = (folder.path for folder in FOLDERS[13:])
SEGMENTS = frozenset(folder.path.removesuffix("/") for folder in FOLDERS)
"""The first segments of all paths that are in a folder."""
SLOW = tuple(folder.path for folder in FOLDERS if folder.slow)

START = "index"
ONTOLOGY = "def"
QUERIES = "query"
INDEX = "names"
SEARCH = "search"
SPARQL = "sparql"
DATA = "data"
VALIDATION = "validation"
ACCESSIBILITY = "accessibility"
CONTEXT = "context"
CHANGES = "changes"
DATASET = "dataset"
HEALTH = "healthz"
METRICS = "metrics"
INTERFACE = "openapi"
DUMP = f"{DUMPS}dataset"
INFERRED = f"{GRAPHS}inferred"
INFERRED_DUMP = f"{DUMPS}inferred"
SUMS = f"{DUMPS}SHA256SUMS"
CATALOGUE = f"{DATASETS}dcat"
VOID = f"{WELL_KNOWN}void"
MANIFEST = "manifest.json"
API_CATALOGUE = f"{WELL_KNOWN}api-catalog"
API_INFO = "api-info"
LINKSET = "linkset"
DATA_PACKAGE = "datapackage"
ALL_SHAPES = "shapes"
CORE_SHAPES = "shapes-core"
ROBOTS = "robots"
SITEMAP = "sitemap"

BULK = (*(folder.path for folder in FOLDERS if folder.bulk), ONTOLOGY)
"""How the paths begin that may hold a whole graph."""
