"""Suites that talk to a running server over HTTP, and their reports."""
