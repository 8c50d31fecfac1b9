"""Changing the files of a site: bringing them to a newer model, and making the first ones."""
