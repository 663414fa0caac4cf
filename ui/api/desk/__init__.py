"""The staff desk over HTTP: sign-in, queue and cases for colleagues, and the customer's side of a case."""
