"""A site: the folder, the files in it, and asking it."""
