"""Spreadsheets in and out: workbook (bytes to grid), reading (grid to rows), loading (rows to tables)."""
