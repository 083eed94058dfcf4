"""What a dependency's own sheets say that was done, against what its plan has."""
