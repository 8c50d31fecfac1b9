"""What is published: every address, what stands there, and its bytes."""
