"""What changed between two states of a site: compared term by term, and told in words."""
