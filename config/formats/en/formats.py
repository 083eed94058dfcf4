"""Dates of the English pages, the day first like the short ones («21 Nov 2026») and like those of the Spanish pages."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
