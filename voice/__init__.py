"""Hearing and speaking: what turns sound into text and text into sound."""
