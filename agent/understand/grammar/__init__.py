"""Values that a grammar can read out of words: amounts, tails, codes, choices, names."""
