"""Benchmarks; each file is one, run by `make bench`."""
