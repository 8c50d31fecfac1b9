"""The IRIs of the standards that the engine itself speaks of, and no domain's."""

from __future__ import annotations

from pyoxigraph import NamedNode

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
SCHEMA = "https://schema.org/"
PERSON = "http://www.w3.org/ns/person#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"

TYPE = NamedNode(f"{RDF}type")
FIRST = NamedNode(f"{RDF}first")
REST = NamedNode(f"{RDF}rest")
NIL = NamedNode(f"{RDF}nil")
SUBCLASS = NamedNode(f"{RDFS}subClassOf")

# What names a thing, the most telling first.
LABELS = tuple(
    NamedNode(iri)
    for iri in (
        f"{SKOS}prefLabel",
        f"{RDFS}label",
        f"{DCTERMS}title",
        f"{FOAF}name",
        f"{VCARD}fn",
        f"{SCHEMA}name",
        f"{OA}exact",  # a quotation is called by what it quotes
    )
)

# Organisations.
ORG = "http://www.w3.org/ns/org#"

# What says from which concept scheme the values of a property are (The RDF Data Cube Vocabulary, section 6.3).
CODE_LIST = NamedNode("http://purl.org/linked-data/cube#codeList")

# What says that something has personal data (Data Privacy Vocabulary), for what means the same elsewhere.
PERSONAL_DATA = NamedNode("https://w3id.org/dpv#hasPersonalData")

# What a site says of itself as a dataset and as a service, and of its queries.
DCAT = "http://www.w3.org/ns/dcat#"
DCATAP = "http://data.europa.eu/r5r/"
SPDX = "http://spdx.org/rdf/terms#"
SPARQL_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"
EU_AUTHORITY = "http://publications.europa.eu/resource/authority/"
SCHEMA_HTTP = "http://schema.org/"  # as it was called first, and many still write it
SPARQL_EXAMPLES = "https://purl.expasy.org/sparql-examples/ontology#"
COLLECTION = "http://purl.org/dc/dcmitype/Collection"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
SPARQL_RESULTS = "http://www.w3.org/2005/sparql-results#"
W3C_FORMATS = "http://www.w3.org/ns/formats/"
IANA_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

# What the forms of JSON-LD are called, and the vocabulary of metadata about tables.
JSON_LD_PROFILES = "http://www.w3.org/ns/json-ld#"
CSVW = "http://www.w3.org/ns/csvw"

# How a feed (RFC 4287), a picture (SVG 2) and a description of changes (Changeset) say what they are.
ATOM = "http://www.w3.org/2005/Atom"
SVG = "http://www.w3.org/2000/svg"
CHANGESET = "http://purl.org/vocab/changeset/schema#"

# What XML has for itself, and no prefix may stand for (Namespaces in XML 1.0, section 3).
XMLNS = "http://www.w3.org/2000/xmlns/"

# What says that a thing is no longer published, and what is published in its place.
DEPRECATED = NamedNode(f"{OWL}deprecated")
REPLACED_BY = NamedNode(f"{DCTERMS}isReplacedBy")

# What names one version of an ontology.
VERSION_IRI = NamedNode(f"{OWL}versionIRI")

# How the prefixes of standards are usually called: what a file may have forgotten to declare.
WELL_KNOWN = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "sh": SH,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "dct": DCTERMS,
    "foaf": FOAF,
    "vcard": VCARD,
    "schema": SCHEMA,
    "person": PERSON,
    "prov": PROV,
    "oa": OA,
    "org": ORG,
    "dcat": DCAT,
    "void": VOID,
}
