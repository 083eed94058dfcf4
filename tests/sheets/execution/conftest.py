"""A dependency's plan of 2026 seen on 30 June, and what its own sheet says of it."""

from datetime import date
from functools import partial
from io import BytesIO

import pytest
import time_machine

from accounts.permissions import Permission, limited_to
from activities.models import Session
from display.text import normalise
from matrices.reading.names import names_of
from matrices.workbook.opening import open_workbook
from records.models import Origin
from sheets.loading.execution.comparison import ExecutionComparison
from sheets.loading.load import load
from sheets.loading.result import Choices
from sheets.reader import read_execution
from tests.factories import make_activity, make_session
from tests.sheets.conftest import build_xlsx

TODAY = date(2026, 6, 30)
HEAD = [
    *("No", "Actividad", "Fecha programada", "Fecha en que se hizo", "Cuántos se hicieron", "Asistentes"),
    *("Mujeres", "Aportes", "Resultados", "Motivo si no se hizo", "Detalle del motivo"),
]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-06-30T15:00:00Z", tick=True):
        yield


@pytest.fixture
def encounter(plan, dependency):
    """With a space on 16 March."""
    activity = make_activity(plan, dependency, number="1.1", name="Encuentro con las juntas")
    make_session(activity, date(2026, 3, 16))
    return activity


@pytest.fixture
def bring(plan, head, encounter):
    """A function that reads rows of a sheet, or a file, and brings it in as the head of the dependency."""

    def act(rows, *, by=head, spaces=None, seen=None, dry_run=False, name="hoja.xlsx", **ways):
        content = (
            rows if isinstance(rows, bytes) else build_xlsx(rows if isinstance(rows, dict) else {"H": rows}, **ways)
        )
        groups = {normalise(one) for one in names_of(plan.entity.groups.all())}
        dates = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
        matrix = read_execution(open_workbook(BytesIO(content), name), groups=groups, **dates)
        reach = limited_to(by, Permission.REPORT_SESSION, plan.entity_id)
        compared = partial(ExecutionComparison, reach=reach, today=TODAY, seen=seen)
        choices = Choices(spaces=spaces or {})
        ways = {"origin": None, "dry_run": dry_run}
        return load(matrix, plan=plan, by=by, choices=choices, compared=compared, **ways)

    return act


@pytest.fixture
def one(bring, encounter):
    """A function that brings one row of the encounter of 16 March, by the names of its cells; the Result."""

    def act(**cells):
        names = {
            "planned": "Fecha programada", "held": "Fecha en que se hizo", "done": "Cuántos se hicieron",
            "people": "Asistentes", "women": "Mujeres", "told": "Aportes", "why": "Motivo si no se hizo",
            "more": "Detalle del motivo",
        }  # fmt: skip
        row = dict(zip(HEAD, ["1.1", "Encuentro con las juntas", "16/03/26", *[None] * 8], strict=True))
        row |= {names[name]: value for name, value in cells.items()}
        return bring([HEAD, list(row.values())])

    return act


@pytest.fixture
def space(encounter):
    """A function that gives the space of the encounter as it is stored now."""

    def act() -> Session:
        return Session.objects.get(activity=encounter)

    return act


def said(result):
    """The errors, each with its cell."""
    return [(one.place.cell, str(one.message)) for one in result.errors]


def doubts(result):
    return [(one.place.cell, str(one.message)) for one in result.warnings]


def changes(result):
    """{space: [(field, before, after)]} of what would change or is new."""
    return {
        str(item.label): [(str(one.label), str(one.before), str(one.after)) for one in item.changes]
        for item in result.items
        if item.state != "unchanged"
    }


def origin_of(plan, by):
    return Origin(entity=plan.entity, file_name="hoja.xlsx", brought_by=by)
