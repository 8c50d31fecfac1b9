"""One reading of the shapes into constraints, for two ways to evaluate them: in memory, and as SPARQL in a store."""
