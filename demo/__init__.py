"""The demonstration: two invented entities with a year of activity behind them. Everybody in it is made up.

Its content is in the TOML files: `story` reads them, `agenda` generates the large entity's sessions, `rows` and
`promises` turn them into rows as of a given day, and `load` puts it all together.
"""
