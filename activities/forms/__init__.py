"""Forms, by noun. They parse; actions decide."""
