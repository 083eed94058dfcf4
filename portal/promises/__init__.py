"""What an entity promised citizens, live: the list with its honest total, each promise, and what citizens answer."""
