"""The core bank behind its port: a double-entry ledger and the sandbox's stories."""
