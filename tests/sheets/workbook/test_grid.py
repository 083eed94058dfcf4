"""White space and letters of columns."""

from sheets.workbook.grid import letter, tidy


def test_white_space_and_letters():
    assert tidy("  a\u00a0 b \r\n\r\n\u200b c\u0000\ufeff ") == "a b\nc"
    assert tidy("n\u0303\ud800") == "ñ"
    assert [letter(number) for number in (1, 26, 27, 500, 16384)] == ["A", "Z", "AA", "SF", "XFD"]
