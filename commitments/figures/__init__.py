"""The pages of a plan's promises together: their board, their balance, and those of an instance over the years."""
