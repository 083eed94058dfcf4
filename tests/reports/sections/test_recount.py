"""Workbook 03 counted again, cell by cell, by a program that knows nothing of ours."""

import io
from calendar import monthrange
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from plans.models import Plan
from tests.factories import make_entity
from tests.reports.taking import final, monthly, printed, shown

BOOK = Path(__file__).parents[2] / "guard" / "inputs" / "03-seguimiento-mensual-2020.xlsx"
NAMES = "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre".split()
MONTHS = [7, 8, 9, 10, 11, 12, None]  # None: the final report
SHORT = [name[:3] for name in NAMES]


@pytest.fixture
def plan(db):
    entity = make_entity("recuento")
    options = {"entity": entity.slug, "title": "Plan", "start": "2020-07-01", "end": "2020-12-31"}
    given = [f"--{name}={value}" for name, value in options.items()]
    call_command("import_plan", str(BOOK), *given, "--create-missing", stdout=io.StringIO())
    return Plan.objects.get(entity=entity)


def sheet(name):
    rows = openpyxl.load_workbook(BOOK, data_only=True)[name].iter_rows(values_only=True)
    return [row for row in rows if any(row)]


def measures():
    """(activity, first month, last month, indicator, value) of each row."""
    for activity, period, indicator, value in sheet("Participantes y métricas")[1:]:
        months = [NAMES.index(name) + 1 for name in period.split("-")]
        yield activity, months[0], months[-1], indicator, value


def cells(tables):
    """{((heading, line), column): figure} of the tables; the column of a period is its words."""
    found, heading = {}, ""
    for table in tables:
        heads, *rows = printed(table)
        for row in rows:
            if len(row) == 1:
                heading = row[0]
                continue
            name = (heading, row[0].split(" [")[0])
            period = next((heads.index(name) - 1 for name in ("Valor", "Personas") if name in heads), len(heads))
            for at, (head, value) in enumerate(zip(heads[1:], row[1:], strict=True), 1):
                if value not in ("", "–") and at < period:
                    found[name, head] = value
            if period < len(row) and row[period]:
                found[name, row[period]] = row[period + 1]
    return found


def expected(until, people):
    result = {}
    for activity, first, last, indicator, value in measures():
        if last <= until and (indicator == "Participantes") is people:
            column = SHORT[first - 1] if first == last else f"{NAMES[first - 1]} a {NAMES[last - 1]}".lower()
            outside = " (fuera del plan)" if activity.startswith("Campus") else ""
            name = ("", activity) if people else (activity + outside, indicator)
            result[name, column] = f"{value:,}".replace(",", ".")
    return result


def test_figures_of_every_report_are_those_of_the_sheet(plan):
    for month in MONTHS:
        taken = monthly(plan, date(2020, month, 1)) if month else final(plan)
        for slug, people in (("participantes", True), ("metricas", False)):
            context = shown(taken, slug)
            assert (cells(context["tables"]) if context else {}) == expected(month or 12, people)


def held_in(month):
    """{(activity, last day of the month): executed} of the sheet; of every month for None."""
    heads, _sub, *rows = sheet("Programado y ejecutado")[1:]
    return {
        (row[1], date(2020, number, monthrange(2020, number)[1])): row[at + 1]
        for row in rows
        for at, number in ((at, NAMES.index(heads[at]) + 1) for at in range(3, 15, 2))
        if row[1] and row[at + 1] and month in (None, number)
    }


def test_spaces_held_are_those_executed_in_the_sheet(plan):
    for month in MONTHS:
        taken = monthly(plan, date(2020, month, 1), "realizados") if month else final(plan, "realizados")
        spaces = taken.facts("realizados").spaces
        assert {(space.activity, space.held_on): space.units for space in spaces} == held_in(month)
        start = f"En {NAMES[month - 1].lower()} de 2020" if month else "En todo el plan"
        total = sum(held_in(month).values())
        assert shown(taken, "realizados")["lead"].startswith(f"{start} se hicieron {total} espacios, de ")


def test_spaces_outside_the_plan_are_those_of_the_sheet(plan):
    context = shown(final(plan, "espacios"), "espacios")
    found = {row[1].split(" [")[0]: [int(value) for value in row[3:]] for row in printed(context["space_table"])[1:]}
    reach = {row[0].split(". ", 1)[1]: row[1:] for row in printed(context["metric_tables"][0])[1:]}
    for _n, name, _day, people, reached, minutes, shares, questions, comments in sheet("Otros espacios")[1:]:
        assert found[name] == [int(people.split()[0]), questions, comments]
        assert reach[name] == [f"{value:,}".replace(",", ".") for value in (reached, minutes, shares)]
    assert len(found) == len(reach) == 5
