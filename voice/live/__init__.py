"""Live speech over a socket: turn taking, interruption and the one processor that is our agent."""
