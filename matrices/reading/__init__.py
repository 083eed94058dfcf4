"""Grids to rows: what a planning office's own tables say, each cell with one fate. Without a database."""
