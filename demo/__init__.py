"""The demonstration: two invented entities with a year of activity behind them. Everybody in it is made up.

What is told stands in the TOML files; `story` reads them, `agenda` makes the large entity's sessions, `rows` turns both
into rows as they would stand on a given day, and `load` puts it all together.
"""
