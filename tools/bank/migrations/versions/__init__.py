"""One file per step; each names the one before it."""
