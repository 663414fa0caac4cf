"""Servers that are killed in mid-action, customers who go on afterwards, and what must hold then."""
