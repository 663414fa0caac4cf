"""Approved knowledge: entries, their tariff, retrieval over them, and what is taught before a service."""
