"""The columns of a plan's sheets, declared once: template, export and import of what was exported."""
