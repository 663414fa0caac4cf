"""What the bank can do: the core bank, the gate before it and the services; no other package changes an account."""
