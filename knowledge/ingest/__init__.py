"""A bank's own documents become passages: read, split by chapter, article and table, kept, and found again."""
