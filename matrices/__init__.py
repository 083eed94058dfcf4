"""What a planning office's own spreadsheet says: workbook (bytes to grid), reading (grid to rows). No database."""
