"""The language model: embedded in this process or any OpenAI-compatible endpoint, behind one port."""
