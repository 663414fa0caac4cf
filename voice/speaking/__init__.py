"""Speaking: from a speech text to clauses of sound with mouth shapes."""
