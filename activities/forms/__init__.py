"""What is typed about what is done, by noun. Forms parse; actions decide."""
