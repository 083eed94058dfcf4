"""The plan of the next year: made from one that may still be running, with what that one leaves to it."""
