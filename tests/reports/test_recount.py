"""Every printed figure counted again, by a program that knows nothing of ours (recounting.py), from what was given.

Of the matrices 02 and 03 every report that there can be, and of a plan of the demonstration three months and the final.
"""

import io
import re
from collections import Counter
from datetime import date
from itertools import takewhile
from pathlib import Path

import pymupdf
import pytest
from django.core.management import call_command
from django.db import connection

from demo.load import load
from plans.models import Plan
from reports import pdf, snapshot
from tests.factories import make_entity
from tests.reports.given import NAMES, Book, of_planning, of_tables, of_tracking
from tests.reports.reading import Page, read
from tests.reports.recounting import count, numbers, whole
from tests.reports.taking import final, monthly

INPUTS = Path(__file__).parents[1] / "guard" / "inputs"
TRACKING, PLANNING = INPUTS / "03-seguimiento-mensual-2020.xlsx", INPUTS / "02-paac-rendicion-de-cuentas.xlsx"
DEMO_DAY = date(2026, 11, 21)


def imported(path: Path, start: date) -> Plan:
    entity = make_entity("recuento")
    options = {"entity": entity.slug, "title": "Plan", "start": start, "end": date(2020, 12, 31)}
    given = [f"--{name}={value}" for name, value in options.items()]
    call_command("import_plan", str(path), *given, "--create-missing", stdout=io.StringIO())
    return Plan.objects.get(entity=entity)


def compare(book: Book, taken) -> None:
    """Each figure of the pages with the one counted again."""
    edition, page = taken.edition, Page(taken)
    first, last = edition.starts_on, edition.ends_on
    assert edition.cutoff == last
    expected = count(book, first, last, DEMO_DAY)
    execution(page, expected, edition)
    misses_and_targets(page, expected)
    held(page, expected)
    people(page, expected, edition)
    promises(page, expected)
    others(page, expected)


def execution(page: Page, expected: dict, edition) -> None:
    table, figures = page.table("ejecucion", "Ejecución por estrategia"), expected["total"]
    if table:
        width = 3 if edition.whole else 6
        keep = [0, 1, 3] if edition.whole else range(6)  # a final says what fell short too
        assert [[row[0], *_figures(row[1:], keep)] for row in table.rows] == expected["blocks"]
        assert table.total == [] or _figures(table.total, keep) == figures
        for at in range(1, len(table.heads)):  # every column of counts adds up to its total
            column = [row[at] for row in table.rows]
            if table.total and all(value.replace(".", "").isdigit() for value in column):
                assert _sum(column) == _sum([table.total[at - 1]])
        assert len(figures) == width
    said = page.sections["ejecucion"].xpath(".//*[local-name()='title']")
    months = next((read(node) for node in said if read(node).startswith("Por mes: ")), "Por mes: ")
    found = {part.split(",")[0]: numbers(part) for part in months.removeprefix("Por mes: ").split("; ") if part}
    planned = any(one != "0" for values in expected["months"].values() for one in values)
    unknown = expected["unreported"] and whole(expected["unreported"]) == figures[-3]
    assert found == (expected["months"] if planned and not unknown else {})
    answer = page.texts("resumen")  # the section says it again only in other words
    lead = (
        next((text for text in page.texts("ejecucion") if text in answer), "")
        or answer[answer.index("Cuánto se hizo") + 1]
    )
    if not unknown and figures[-3] != "0":
        assert numbers(lead)[-3 if not edition.whole else 0 :][:3] == [figures[-2], figures[-3], figures[-1]]
    assert page.texts("resumen") and lead in page.texts("resumen")
    missing = [expected["missing"] if edition.whole else expected["own missing"]]
    if not unknown and missing[0]:  # "Faltaron 7: de 6 se registró la causa y de 1 no."
        head, *parts = numbers(lead[lead.index("Falt") :].split(" En lo corrido")[0])
        assert int(head) == missing[0] and (not parts or sum(int(part) for part in parts) == missing[0])
    bridge = page.sentence("ejecucion", "La línea base programó ")
    baseline, added, withdrawn, now = expected["bridge"]
    assert baseline + added - withdrawn == now
    assert numbers(bridge) == ([whole(one) for one in expected["bridge"]] if added or withdrawn else [])
    assert _sum(figures[-3:-2]) + expected["left"] == now
    finding = next(
        (
            text
            for text in map(read, page.sections["ejecucion"].xpath(".//p[@class='chart-title']"))
            if "El mes en que" in text
        ),
        "",
    )
    if finding:
        assert numbers(finding.split(".", 1)[1]) == [
            whole(one) for one in (expected["worst months"][-1], expected["missing"])
        ]
    if table and expected["excess"]:
        at = table.heads.index("Adicionales") if edition.whole else None
        noted = page.sentence("ejecucion", "Adicional a la fecha")
        assert (_sum([table.total[at - 1]]) if at else _sum(numbers(noted))) == expected["excess"]
    left = page.sentence("ejecucion", "Después del ")
    assert numbers(left) == ([whole(expected["left"])] if expected["left"] else [])
    next_up = page.sentence("resumen", "Después del ") or page.sentence("resumen", "Pasa")
    assert numbers(next_up) == [whole(expected[name]) for name in ("left", "carried") if expected[name]] + (
        [str(edition.ends_on.year + 1)] if expected["carried"] else []
    )
    where = page.sentence("ejecucion", "De lo que faltó") or page.sentence("ejecucion", "Lo que faltó")
    if where:
        total, tops = expected["missing"] - expected["to come"], []
        for kind in ("month", "block"):
            found = [units for (what, _name), units in expected["concentrated"].items() if what == kind]
            top = max(found, default=0)
            if 2 * top >= total and (len(expected["months"]) > 1 if kind == "month" else len(expected["blocks"]) > 1):
                tops.append(top)
        assert numbers(where) == ([whole(total)] if set(tops) == {total} else [whole(one) for one in (total, *tops)])


def _figures(row: list[str], keep) -> list[str]:
    return [row[at] for at in keep]


def _sum(values) -> int:
    return sum(int(value.replace(".", "")) for value in values if value not in ("–", ""))


def misses_and_targets(page: Page, expected: dict) -> None:
    table = page.table("ejecucion", "Causas de lo que faltó") or page.table(
        "ejecucion", "Fechas de las que nadie reportó"
    )
    rows = sorted([row[0], *row[2:5]] for row in table.rows if len(row) > 1) if table else []
    assert rows == expected["misses"]
    assert _sum(row[3] for row in rows) == expected["missing"]
    silent, unreported = expected["silent"], expected["unreported"]
    tile = [value for value, label in page.tiles("resumen") if "sin causa" in label or "sin reporte" in label]
    assert tile[-1:] == ([whole(silent + unreported)] if silent + unreported else [])
    table = page.table("ejecucion", "Metas en porcentaje")
    assert ({row[0]: row[1:6] for row in table.rows} if table else {}) == expected["targets"]
    states = Counter(row[-1] for row in expected["targets"].values())
    met, counted = states["Cumplida"], states["Cumplida"] + states["No cumplida"] + states["Sin reporte"]
    if counted > 1 and counted == states["Sin reporte"]:
        assert page.sentence("resumen", f"De {whole(counted)} metas en porcentaje no hay reporte.")
    elif counted > 1:
        assert numbers(page.sentence("resumen", "Se cumpl")) == [whole(met), whole(counted)]
    table = page.table("ejecucion", "Ejecución por fase")
    found = [[row[0], row[1], row[2], row[4]] for row in table.rows] if table else []
    assert [row for row in found if row[0] != "Sin fase"] == expected["phases"]


def held(page: Page, expected: dict) -> None:
    found = Counter()
    for table in page.tables("realizados"):
        for row in table.rows:
            if len(row) == len(table.heads):
                found[row[0]] += int(row[-1]) if table.heads[-1] in ("Espacios", "Entregas", "Acciones") else 1
    units = page.sentence("realizados", "En ")
    name = ""
    if "realizados" in page.sections:
        for sheet in page.sections["realizados"].xpath(".//div[@class='space']"):
            name = next((" ".join((node.text or "").split()) for node in sheet.xpath("./p[@class='space-of']")), name)
            when = read(sheet.xpath(".//b[@class='space-when']")[0]).rstrip(".")
            several = [part for part in when.split(" · ") if part.endswith(("espacios", "entregas", "acciones"))]
            found[name] += int(several[0].split()[0]) if several else 1
    if expected["held"]:
        assert dict(found) == expected["held"]
        said = [expected["held units"], len(expected["held"]), expected["moved"], expected["extra"]]
        assert numbers(units)[:4][: 2 + bool(said[2]) + bool(said[3])] == [whole(one) for one in said if one]
    else:
        assert not found


def people(page: Page, expected: dict, edition) -> None:
    found = {}
    for table in page.tables("participantes", "Personas participantes"):
        months_end = table.heads.index("Personas") - 1 if "Personas" in table.heads else len(table.heads)
        for row in table.rows:
            for head, value in zip(table.heads[1:months_end], row[1:months_end], strict=True):
                if value not in ("", "–"):
                    key = (
                        head.lower()
                        if any(part.isdigit() for part in head)
                        else f"{head.lower()} {edition.ends_on.year}"
                    )
                    found[row[0], key] = value
            if months_end < len(table.heads) and row[months_end]:
                found[row[0], row[months_end]] = row[months_end + 1]
    assert found.items() <= expected["people"].items()
    lead = page.texts("participantes")[0] if found else ""
    if " se contaron personas en " in lead:
        counted = {
            name: value
            for (name, key), value in found.items()
            if key == f"{NAMES[edition.ends_on.month - 1][:3]} {edition.ends_on.year}"
        }
        assert numbers(lead) == [whole(len(counted)), max(counted.values(), key=lambda value: _sum([value]))]
    elif lead.startswith("Hay conteo"):
        assert numbers(lead) == [whole(len({name for name, _month in found}))]
    own = {
        key for key in expected["people"] if key[1] == f"{NAMES[edition.ends_on.month - 1][:3]} {edition.ends_on.year}"
    }
    assert own <= found.keys()
    if edition.whole:
        assert found == expected["people"]
    table = page.table("participantes", "Qué grupos asistieron")
    rows = {row[0]: row[1:] for row in table.rows} if table else {}
    assert rows == {
        name: [
            *([whole(own), whole(came) if came is not None else "–" if own else "0"] if not edition.whole else []),
            whole(all_of_them),
            "–" if total is None else whole(total),
        ]
        for name, (own, came, all_of_them, total) in expected["groups"].items()
    }
    measured, activity = {}, ""
    for table in page.tables("metricas"):
        months_end = table.heads.index("Valor") - 1 if "Valor" in table.heads else len(table.heads)
        for row in table.rows:
            if len(row) == 1:
                activity = row[0].removesuffix(" (fuera del plan)")
                continue
            for head, value in zip(table.heads[1:months_end], row[1:months_end], strict=True):
                if value not in ("", "–"):
                    key = (
                        head.lower()
                        if any(part.isdigit() for part in head)
                        else f"{head.lower()} {edition.ends_on.year}"
                    )
                    measured[activity, row[0], key] = value
            if months_end < len(table.heads) and row[months_end]:
                measured[activity, row[0], row[months_end]] = row[months_end + 1]
    assert measured.items() <= expected["metrics"].items()
    if edition.whole:
        assert measured == expected["metrics"]


ORDER = ("Adquiridos", "Cumplidos", "Vencidos", "En plazo", "Cerrados, sin fecha", "Cerrados sin cumplir")
SIGNS = {"overdue": "Vencido", "open": ("En plazo", "Vence el día del corte"), "undated": "Cerrado, sin fecha"}


def promises(page: Page, expected: dict) -> None:
    made, kept, overdue, *_rest = expected["balance"]
    if not made:
        assert "compromisos" not in page.sections
        assert page.sentence("resumen", "No hay compromisos")
        return
    lead = page.sentence("compromisos", "Hasta el corte se adquiri")
    parts = [made, *(one for one in (kept, overdue, *[expected["balance"][at] for at in (3, 4, 5)]) if one)]
    assert numbers(lead) == [whole(one) for one in parts]
    assert page.sentence("resumen", "Hasta el corte se adquiri").startswith(lead)
    table = page.table("compromisos", "Los compromisos por instancia")
    at = [table.heads.index(head) if head in table.heads else None for head in ORDER]
    rows = {row[0]: [0 if one is None else int(row[one]) for one in at] for row in table.rows}
    assert rows == expected["instances"]
    assert table.total == [] or [0 if one is None else int(table.total[one - 1]) for one in at] == expected["balance"]
    start, new, closed, still = (int(one) for one in numbers(page.sentence("compromisos", "Desde el comienzo"))[:4])
    assert [start, new, closed, still] == expected["equation"] and start + new - closed == still
    if first := page.sentence("compromisos", "De los cumplidos: "):
        assert numbers(first) == [whole(one) for one in expected["in time"] if one]
    if told := page.sentence("compromisos", "En "):
        new, closed, unknown = expected["period"]
        assert numbers(told)[:2] == [whole(new), whole(closed)] and (len(numbers(told)) > 2) == (unknown > 1)
        tables = [page.tables("compromisos", f"Compromisos {what}") for what in ("adquiridos", "cerrados")]
        assert [sum(len(one.rows) for one in found) for found in tables] == [new, closed]
    if told := page.sentence("compromisos", "De ", but="De los"):
        assert int(numbers(told)[0]) == expected["due"][0] == sum(int(one) for one in numbers(told)[1:-1])
    table = page.table("compromisos", "De los que vencían")
    if table:
        assert {row[0]: [int(one) for one in row[1:4]] for row in table.rows} == expected["due by instance"]
        assert [int(one) for one in table.total[:3]] == expected["due"]
    tiles = page.tiles("compromisos")
    assert tiles[0][0] == whole(made) and [value for value, label in tiles if label.startswith("vencidos")] == [
        whole(overdue)
    ]
    if expected["due"][0]:
        assert tiles[1][0] == f"{expected['due'][1]} / {expected['due'][0]}"
    listed = [table for table in page.tables("compromisos") if {"Vence", "Vencía"} & set(table.heads)]
    due = {
        row[0]: row[table.heads.index("Vence" if "Vence" in table.heads else "Vencía")]
        for table in listed
        for row in table.rows
    }
    assert due == {text: due for text, (due, _how) in expected["promises"].items()}
    for table in (table for table in listed if "Estado" in table.heads):
        for row in table.rows:
            how, state = expected["promises"][row[0]][1], row[table.heads.index("Estado")]
            assert how not in SIGNS or state in SIGNS[how], row
            assert (state in ("Vencido", "En plazo")) == (how in ("overdue", "open")) or state.startswith("Vence el")
    once = Counter(row[0] for table in listed for row in table.rows if not table.title.startswith("Compromisos "))
    assert set(once.values()) <= {1}  # what a month brought may be overdue too
    table = page.table("compromisos", "El más antiguo")
    assert ({row[0]: int(row[4]) for row in table.rows} if table else {}) == expected["late"]


def others(page: Page, expected: dict) -> None:
    rows = sorted(
        [row[1], row[2].split(",")[0], *row[3:4]]
        for table in page.tables("espacios", "Otros espacios")
        for row in table.rows
    )
    assert [row[: len(rows[0])] for row in expected["outside"]] == rows if rows else not expected["outside"]
    found = Counter()
    for table in page.tables("viene"):
        for row in table.rows:
            is_space = table.title.startswith("Programado")
            found[row[0]] += (int(row[-1]) if table.heads[-1] == "Espacios" else 1) if is_space else 0
    assert dict(found) == expected["upcoming"]
    if found:
        assert numbers(page.sentence("viene", "Para "))[: bool(sum(found.values()))] == (
            [whole(sum(found.values()))] if sum(found.values()) else []
        )
    annex = {}
    for table in page.tables("anexo"):
        at = [table.heads.index(head) for head in ("Programado", "Ejecutado", "Ejecución")]
        named = table.heads.index("Actividad")
        for row in table.rows:
            if len(row) == len(table.heads):  # the rest are percentage targets
                number = row[0] if named and row[0] != "–" else ""
                annex[" ".join(filter(None, (number, row[named])))] = [row[one] for one in at]
        if table.total:
            assert [
                _sum(annex_row[one] for annex_row in table.rows if len(annex_row) == len(table.heads)) for one in at[:2]
            ] == [_sum([table.total[one - 1]]) for one in at[:2]]
    assert annex == expected["annex"]


# --- The plans --------------------------------------------------------------------------------------------------------


def reports_of(plan: Plan, months=None):
    for number in months or range(plan.starts_on.month, 13):
        yield monthly(plan, date(plan.starts_on.year, number, 1))
    yield final(plan)


@pytest.mark.parametrize(
    ("path", "start", "counted"),
    [(TRACKING, date(2020, 7, 1), of_tracking), (PLANNING, date(2020, 1, 1), of_planning)],
    ids=["tracking", "planning"],
)
def test_reports_of_a_matrix_print_what_its_cells_say(db, path, start, counted):
    plan, book = imported(path, start), counted(path)
    for taken in reports_of(plan):
        compare(book, taken)


@pytest.mark.paper
def test_reports_of_the_demonstration_print_what_its_tables_hold(db):
    load(DEMO_DAY)
    plan = Plan.objects.get(slug="san-jacinto-plan-2025")
    with connection.cursor() as cursor:
        book = of_tables(cursor, plan.slug)
    for taken in reports_of(plan, months=(3, 7, 10)):
        compare(book, taken)


@pytest.fixture
def paper():
    """A function: the text of a report's PDF, page by page."""

    def text(taken) -> list[str]:
        with pymupdf.open(stream=pdf.render(taken, fingerprint=snapshot.sha256(taken))) as document:
            return [sheet.get_text().replace("\u00a0", " ") for sheet in document]

    return text


def follows(text: str, taken) -> None:
    """Every figure of every table stands in the PDF, in the order of the HTML that was compared."""
    text, at = "".join(text.split()), 0
    for tables in Page(taken).found.values():
        for table in tables:
            for row in (*table.rows, ["", *table.total]):
                shown = takewhile(re.compile(r"(?:[\d.]+(?:,\d)?(?: %)?|–|no aplica)?$").match, row[:0:-1])
                at = text.find("".join("".join(reversed(list(shown))).split()), at)
                assert at >= 0, (table.title, row)


@pytest.mark.paper
def test_paper_of_a_final_report_prints_the_five_percentages_of_the_matrix_and_6_of_8_commitments(db, paper):
    taken = final(imported(TRACKING, date(2020, 7, 1)))
    cover, summary, execution, *_rest = sheets = paper(taken)
    follows("".join(sheets), taken)
    assert cover.split("\n")[1:5] == ["96,6 %", "de ejecución", "199 de 206", "espacios"]
    assert "199 de 206\nespacios del plan: 96,6 %\n1\nespacio sin causa registrada\n2\ncompromisos vencidos" in summary
    said = execution[execution.index("Tabla 1") :].split("\n")
    shares = [line for line in said if line.endswith(" %")]
    assert shares == ["96,3 %", "98,7 %", "71,4 %", "100,0 %", "100,0 %", "96,6 %"]
    assert "6 / 8 cumplidos / los que vencían hasta el corte: 75,0 %" in " ".join("".join(sheets).split())


@pytest.mark.paper
def test_paper_of_october_says_nothing_overdue_nor_unkept_that_the_matrix_does_not(db, paper):
    taken = monthly(imported(TRACKING, date(2020, 7, 1)), date(2020, 10, 1))
    sheets = paper(taken)
    text = "".join(sheets)
    follows(text, taken)
    assert sheets[0].split("\n")[1:7] == [
        "100,0 %",
        "del plan a la fecha",
        "134 de 134",
        "espacios",
        "38 de 38 espacios",
        "en octubre de 2020",
    ]
    assert "2 en plazo; 6 cerrados, sin" in sheets[1] and "\n0\nvencidos\n" in text
    assert not any(
        word in text for word in ("Vencido\n", "Incumplido", "Cerrado sin cumplir", "No viable", "de atraso")
    )
