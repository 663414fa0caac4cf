"""The teller: understanding, the turn's graph and what it says; model files, language model, settings."""
