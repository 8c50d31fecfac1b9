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
PROV = "http://www.w3.org/ns/prov#"

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
        "https://schema.org/name",
    )
)

# What a site says of itself as a dataset and as a service.
DCAT = "http://www.w3.org/ns/dcat#"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
W3C_FORMATS = "http://www.w3.org/ns/formats/"
IANA_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

# What says that a thing is no longer published, and what is published in its place.
DEPRECATED = NamedNode(f"{OWL}deprecated")
REPLACED_BY = NamedNode(f"{DCTERMS}isReplacedBy")

# What names one version of an ontology.
VERSION_IRI = NamedNode(f"{OWL}versionIRI")
