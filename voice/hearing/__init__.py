"""Hearing: recognition, helped by what may be said now, and repair by sound."""
