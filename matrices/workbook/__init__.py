"""Bytes to grids: any supported file, opened safely, as plain cells with their places."""
