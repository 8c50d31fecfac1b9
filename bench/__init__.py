"""How fast it is: a generator of large invented sites, and a runner that measures us beside our peers."""
