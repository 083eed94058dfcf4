"""What a dependency tells planning of a month: opened, filled from its spaces, sent, accepted, and then held."""
