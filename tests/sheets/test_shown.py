"""A sheet as it was read, kept in pieces: each cell with its fate, and one line per activity."""

import io
from datetime import date

import pytest

from matrices.reading.mending import Mending, mend
from matrices.workbook.opening import open_workbook
from plans.models import Plan
from sheets import shown
from sheets.loading.load import foresee
from sheets.reader import read_grids
from tests.sheets.conftest import YEAR, build_xlsx
from tests.sheets.test_round_trip import exported

HEADERS = ["No", "Actividad", "Meta", "Unidad de medida", "Responsable", "Fecha programada"]


@pytest.fixture
def look(plan):
    """A function that reads rows for the plan; the sheet as its import shows it."""

    def act(rows, mending=Mending(), merged=()):  # noqa: B008 (frozen)
        content = rows if isinstance(rows, bytes) else build_xlsx(rows, merged)
        grids = open_workbook(io.BytesIO(content), "plan.xlsx")
        before = mend(grids, mending)
        matrix = read_grids(grids, **YEAR, mending=mending)
        result, found = foresee(matrix, plan=plan)
        return shown.Shown(io.BytesIO(shown.write(grids, matrix, result, found, before)))

    return act


def told(line):
    return (line.number, line.name, line.state, line.owners, str(line.target), [str(day) for day in line.dates])


def test_line_says_the_activity_as_it_will_be(look):
    rows = [
        HEADERS,
        ["1.1", "Encuesta", "80%", None, "Prensa; Salud", "29/05/26"],
        ["1.2", "Foro", 3, "foros", "Todas las dependencias", "marzo, abril y mayo"],
        ["1.3", "Feria", "Que todo el barrio la conozca", None, None, None],
    ]
    sheet = look(rows)
    lines = sheet.lines(range(3))
    assert told(lines[0]) == ("1.1", "Encuesta", "created", ("Prensa", "Salud"), "80\u00a0%", ["29 de mayo de 2026"])
    assert told(lines[1])[3:] == (
        ("Todas las dependencias",),
        "3 foros",
        ["marzo de 2026", "abril de 2026", "mayo de 2026"],
    )
    assert (str(lines[2].target), lines[2].product, lines[2].block) == ("", "Que todo el barrio la conozca", "")
    assert sheet.index.doubtful_lines == (2,)


def test_shifted_row_is_no_doubt_of_the_activity_above(look):
    rows = [
        HEADERS[:3] + HEADERS[4:],
        ["1.1", "Encuesta de necesidades", 1, "Prensa", "29/05/26"],
        ["1.2", None, "Publicar lo que se acordó en la plaza", 1, "Prensa", "30/07/26"],
        ["1.3", "Feria de servicios", 1, "Prensa", "30/08/26"],
    ]
    sheet = look(rows)
    assert [line.doubts for line in sheet.lines(range(2))] == [(), ()]
    assert (sheet.row(0, 3).is_doubtful, sheet.row(0, 3).repair[:9]) == (True, "«No: 1.2 ")
    assert sheet.index.sheets[0].doubtful == (2,)


def test_activity_in_error_is_a_line_too(look):
    (line,) = look([HEADERS, ["1.1", "Encuesta", 1, None, "Prensa", "31/02/26"]]).lines([0])
    assert (line.state, [(fate, place.cell) for fate, place, _message in line.doubts]) == ("error", [("error", "F2")])


def test_emptied_row_stays_in_sight(look):
    rows = [HEADERS, ["1.1", "Encuesta", 1, None, "Prensa", "29/05/26"], [None, "sobra"]]
    sheet = look(rows, Mending(cells={"Plan": {"B3": ""}}))
    (cell,) = sheet.row(0, 3).cells
    assert (cell.text, cell.was, sheet.index.n_lines) == ("", "sobra", 1)


def test_row_that_holds_nothing_is_none(look):
    sheet = look([HEADERS, ["1.1", "Encuesta", 1, None, "Prensa", "29/05/26"]])
    assert [sheet.row(0, number) for number in (0, 3, 10**9)] == [None, None, None]


def test_pieces_of_a_long_sheet_hold_each_row_once(look):
    rows = [["Actividad", "Meta"], *([f"{n}. Foro del barrio {n}", 1] for n in range(1, 200))]
    sheet = look(rows)
    assert [sheet.row(0, n + 1).cells[0].text for n in (1, 49, 50, 51, 199)] == [
        f"{n}. Foro del barrio {n}" for n in (1, 49, 50, 51, 199)
    ]
    assert [line.number for line in sheet.lines([0, 49, 50, 198])] == ["1", "50", "51", "199"]


def test_exported_plan_has_its_lines_too(look, plan):
    plan.activities.create(name="Foro", number="1.1").sessions.create(planned_on=date(2026, 3, 5), planned_units=1)
    sheet = look(exported(Plan.objects.get()))
    (line,) = sheet.lines([0])
    assert told(line) == ("1.1", "Foro", "unchanged", (), "", ["5 de marzo de 2026"])
    assert sheet.index.n_lines == 1
