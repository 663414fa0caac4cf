"""The staff desk: who waits, who serves whom, what a colleague sees and does; the gate decides what comes of it."""
