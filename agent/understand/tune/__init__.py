"""Tuning of the embedding model on our own examples; needs torch, which nothing outside of this package does."""
