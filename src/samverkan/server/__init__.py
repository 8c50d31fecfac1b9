"""The live server: its life, HTTP, and the pool of workers that evaluate queries."""
