"""White space, letters of columns and thousands."""

from sheets.workbook.grid import letter, thousands, tidy


def test_white_space_letters_and_thousands():
    assert tidy("  a\u00a0 b \r\n\r\n\u200b c\u0000\ufeff ") == "a b\nc"
    assert tidy("n\u0303\ud800") == "ñ"
    assert [letter(number) for number in (1, 26, 27, 500, 16384)] == ["A", "Z", "AA", "SF", "XFD"]
    assert thousands(20000) == "20.000"
