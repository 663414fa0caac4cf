"""What customers and staff see, and the HTTP contract behind it."""
