"""A month that planning accepted of a dependency takes nothing more from a file."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from accounts.models import Dependency
from activities.models import Session
from sheets.export import write_plan
from sheets.loading.load import load
from sheets.reader import read
from tests.activities.returning import accepted, approve
from tests.sheets.loading.matrices import MERGED, MONTHLY, counted, run, said

SENTENCE = (
    "Planeación ya aceptó el formato interno de marzo de 2026 de «Secretaría de Salud», y lo reportado de ese mes no "
    "cambia. Planeación puede reabrirlo, con un motivo."
)
MAY_10 = date(2026, 5, 11)


@pytest.fixture
def rows():
    found = [list(row) for row in MONTHLY[:5]]
    found[3][4] = 1
    return found


@pytest.fixture
def held(matrix, plan, rows, head, planner):
    run(matrix(rows, merged=MERGED), plan)
    approve(plan)
    unit = Dependency.objects.get(entity=plan.entity, name="Secretaría de Salud")
    return accepted(plan, unit, head=planner, planner=planner, on=MAY_10)


def test_the_same_file_again_is_taken(matrix, plan, rows, held):
    result = run(matrix(rows, merged=MERGED), plan)
    assert (result.errors, counted(result, "changed")) == ([], {})


def test_what_it_would_change_of_the_month_is_an_error_at_its_cell(matrix, plan, rows, held):
    rows[3][4], rows[2][4], rows[4][6] = 0, 1, 3
    for dry in (True, False):
        assert said(run(matrix(rows, merged=MERGED), plan, dry_run=dry).errors) == [("E4", SENTENCE)]
    assert Session.objects.get(activity__name="Mesas de salud", planned_on=date(2026, 3, 31)).executed_units == 1


def test_other_months_and_other_owners_are_taken(matrix, plan, rows, held):
    rows[2][4], rows[4][6] = 1, 3
    result = run(matrix(rows, merged=MERGED), plan)
    assert (result.errors, counted(result, "changed")) == ([], {"sessions": 2})


def test_nor_does_an_exported_plan_that_comes_back(plan, planner, held):
    file = BytesIO()
    write_plan(plan, file, "xlsx", at=timezone.now())
    book = openpyxl.load_workbook(file)
    sheet = next(one for one in book if "Cantidad ejecutada" in [cell.value for cell in one[1]])
    heads = [cell.value for cell in sheet[1]]
    column, names = heads.index("Cantidad ejecutada") + 1, heads.index("Actividad") + 1
    row = next(
        at
        for at in range(2, sheet.max_row + 1)
        if "Mesas" in str(sheet.cell(at, names).value) and sheet.cell(at, column).value == 1
    )
    sheet.cell(row, column).value = 2
    changed = BytesIO()
    book.save(changed)
    changed.seek(0)
    found = read(changed, "plan.xlsx", starts_on=plan.starts_on, ends_on=plan.ends_on)
    result = load(found, plan=plan, by=planner)
    assert [str(each.message) for each in result.errors] == [SENTENCE]
    assert result.errors[0].place.row == row
