"""Conversations as customers hold them, over the HTTP contract."""
