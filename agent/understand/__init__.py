"""Understanding: from words to commands, cheapest stage first."""
