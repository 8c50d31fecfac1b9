def document(site, language): return b"{}"
