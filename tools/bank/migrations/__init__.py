"""Steps that bring a database file to the present version, oldest first in ``versions``."""
