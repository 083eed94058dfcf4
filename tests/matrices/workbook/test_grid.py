"""White space and letters of columns."""

import io
import time

import pytest

from matrices.workbook.grid import Unreadable, letter, tidy
from matrices.workbook.opening import open_workbook


def test_white_space_and_letters():
    assert tidy("  a\u00a0 b \r\n\r\n\u200b c\u0000\ufeff ") == "a b\nc"
    assert tidy("n\u0303\ud800") == "ñ"
    assert [letter(number) for number in (1, 26, 27, 500, 16384)] == ["A", "Z", "AA", "SF", "XFD"]


def test_long_cell_is_refused_before_it_is_tidied():
    begun = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        open_workbook(io.BytesIO(("Actividad,Meta\n" + "Foro," + " \v" * 40_000 + "\n").encode() * 100), "plan.csv")
    assert str(caught.value) == (
        "La celda B2 de la hoja «plan» tiene más de 32.767 caracteres. Acorte su texto y vuelva a subir el archivo."
    )
    assert time.monotonic() - begun < 3
