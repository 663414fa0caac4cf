"""Specimens of the sandbox's customers: ID cards, passports and faces, drawn when they are asked for and never kept
in the repository. Every document is marked 样本/SPECIMEN, and its numbers belong to no place that exists."""
