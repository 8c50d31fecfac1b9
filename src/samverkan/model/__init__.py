"""RDF, SPARQL and addresses: what the rest is made of. Nothing here reads a site."""
