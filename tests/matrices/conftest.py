"""The fixtures that build spreadsheets are those of `tests/sheets`."""

from tests.sheets.conftest import matrix, ods, rezip, with_results, xlsx  # noqa: F401 (used by name)
