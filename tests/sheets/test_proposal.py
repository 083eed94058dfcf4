"""How a new plan is called before anybody typed it: by its sheet, else by its file."""

import io
from datetime import date, datetime

import pytest

from matrices.workbook.opening import open_workbook
from sheets.proposal import proposed
from tests.sheets.conftest import build_xlsx

HEADERS = ["Actividad", "Meta", "Fecha programada"]


def propose(rows, name="matriz.xlsx", taken=()):
    grids = open_workbook(io.BytesIO(build_xlsx(rows)), name)
    new = proposed(grids, name, taken=set(taken), today=date(2031, 5, 1))
    return new["title"], new["kind"], new["starts_on"][:4]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Plan de participación 2026"], HEADERS, ["Foro", 1, "1/7/26"]], ("Plan de participación 2026", "2026")),
        (
            [["Alcaldía"], ["Estrategia de diálogo"], HEADERS, ["Foro", 1, "1/7/25"]],
            ("Estrategia de diálogo 2025", "2025"),
        ),
        ([HEADERS, ["Foro", 1, datetime(2024, 3, 1)]], ("matriz 2024", "2024")),
        ([["Plan 2024-2027"], HEADERS, ["Foro", 1, "1/7/2025"], ["Foro", 1, "1/8/2027"]], ("Plan 2024-2027", "2027")),
        ([HEADERS, ["Foro", 1, None]], ("matriz 2031", "2031")),
        ([["x" * 900], HEADERS, ["Foro", 1, "1/7/26"]], ("matriz 2026", "2026")),
        ([["nada que ver"]], ("matriz 2031", "2031")),
    ],
)
def test_title_and_year_come_from_the_sheet(rows, expected):
    title, _kind, year = propose(rows)
    assert (title, year) == expected


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Plan de participación", "participation"),
        ("Estrategia de rendición de cuentas", "accountability"),
        ("Componente de diálogo", "component"),
    ],
)
def test_kind_is_told_by_the_title(title, kind):
    assert propose([[title], HEADERS, ["Foro", 1, "1/7/26"]])[1] == kind


def test_title_that_the_entity_has_gets_a_number():
    taken = {"matriz 2026", "matriz 2026 (2)"}
    assert propose([HEADERS, ["Foro", 1, "1/7/26"]], taken=taken)[0] == "matriz 2026 (3)"


def test_long_name_of_a_file_fits_in_a_title():
    title = propose([HEADERS, ["Foro", 1, "1/7/26"]], name=f"{'plan ' * 80}.xlsx")[0]
    assert len(title) <= 200 and title.endswith("2026")
