import pytest

from display.typeface import printable, width, wrap


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("ñandú «año» ¿sí? — 5 € · 1.º", "ñandú «año» ¿sí? — 5 € · 1.º"),
        ("a → b ≤ c ≥ d № 3", "a -> b <= c >= d N.º 3"),
        ("✓ hecho ✗ no", "Sí hecho No no"),
        ("1\u202f234 e\u2011mail", "1\u00a0234 e-mail"),
        ("e\u0301", "é"),  # letters typed in two parts, as some systems do
        ("ẽ ĩ", "e\u0303 i\u0303"),  # Nasa vowels keep their mark
        ("Dvořák", "Dvorák"),  # a letter loses the mark that our fonts lack
        ("fin\u200b\u202eal", "final"),
        ("漢字 😀", "·· ·"),
        ("<p>\n\t&amp;</p>", "<p>\n\t&amp;</p>"),
    ],
)
def test_text_stays_inside_our_fonts(typed, printed):
    assert printable(typed) == printed


def test_width_follows_size_and_weight():
    assert width("96,6 %", 20) == pytest.approx(2 * width("96,6 %", 10))
    assert width("Informe", 10, 700) > width("Informe", 10, 400)
    assert width("", 10) == 0


def test_lines_fit_and_nothing_is_left_out():
    text = "Subsecretaría de servicio " + "sinespacios" * 12 + " a la ciudadanía"
    lines = wrap(text, 9, 100)
    assert max(width(line, 9) for line in lines) <= 100
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrap("", 9, 100) == [""]
