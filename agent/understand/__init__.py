"""From words to commands: exact forms, a classifier learned from examples, a language model for what is left."""
