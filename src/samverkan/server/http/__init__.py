"""HTTP/1.1 on a socket: what comes in becomes a `Request`, what goes out is a `Response`. No site, no RDF."""
