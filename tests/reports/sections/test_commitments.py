"""What a report says of commitments: its sentences, tiles and tables, on exact figures and on every day of a year."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest

from display import palette
from display.tables import Cell
from reports import pages, snapshot
from reports.models import Report
from reports.scope import Scope
from reports.sections.commitments import collect
from reports.sections.commitments import view as shown
from tests.commitments.test_every_day import invent, recount, stored
from tests.factories import make_commitment, make_dependency

OCT = date(2026, 10, 31)


def monthly(plan, period="2026-10", **fields) -> snapshot.Snapshot:
    cutoff = fields.pop("cutoff", OCT)
    return snapshot.take(Report(plan=plan, kind="monthly", period=period, cutoff=cutoff, narrative=fields))


def final(plan, cutoff=date(2026, 12, 31), **texts) -> snapshot.Snapshot:
    return snapshot.take(Report(plan=plan, kind="final", period="2026", cutoff=cutoff, narrative=texts))


def context(facts: snapshot.Snapshot) -> dict:
    return shown.view(facts.facts("compromisos"), facts)


def values(row) -> list:
    return [cell.value if isinstance(cell, Cell) else cell for cell in row]


def kept(plan, closed_on, **fields):
    return make_commitment(plan, state="reported_done", closed_on=closed_on, **{"made_on": date(2026, 8, 3), **fields})


@pytest.fixture
def board(plan):
    """At the end of October nine were due: six fulfilled, two overdue, one on that very day. And one is to come."""
    for n in range(6):
        kept(plan, date(2026, 10, 1 + n), due_on=date(2026, 10, 4), instance="Mesa de víctimas")
    late = {"made_on": date(2026, 8, 3), "instance": "Consejo de planeación"}
    make_commitment(plan, text="Publicar el acta", due_on=date(2026, 9, 30), code="C-07", **late)
    make_commitment(plan, text="Abrir la oficina", due_on=date(2026, 10, 30), state="in_progress", **late)
    make_commitment(plan, text="Responder hoy", due_on=OCT, **late)
    make_commitment(plan, text="Después", made_on=date(2026, 10, 6), due_on=date(2026, 11, 20))
    return plan


def test_deadline_on_the_cut_off_is_due_and_said(board):
    facts = monthly(board)
    page = context(facts)
    assert page["lead"] == (
        "Hasta el corte se adquirieron 10 compromisos con la ciudadanía: 6 cumplidos, 2 vencidos y 2 en plazo."
    )
    assert page["sentences"] == [
        "De 9 que vencían hasta el corte: 6 cumplidos, 2 vencidos y 1 que vence el día del corte. "
        "El cumplimiento es de 66,7\u00a0%.",
        "De los cumplidos: 4 a tiempo y 2 después del plazo.",
    ]
    assert [(tile.value, tile.label) for tile in page["tiles"]] == [
        ("10", "adquiridos hasta el corte"),
        ("6\u00a0/\u00a09", "cumplidos / los que vencían hasta el corte: 66,7\u00a0%"),
        ("2", "vencidos; el más antiguo vencía el 30 de septiembre de 2026"),
        ("1", "vence el día del corte"),
    ]
    assert [values(row) for row in page["instance_table"].rows] == [
        ["Mesa de víctimas", 6, 6, 0, 0],
        ["Consejo de planeación", 3, 0, 2, 1],
        ["Sin instancia", 1, 0, 0, 1],
    ]
    assert values(page["instance_table"].total) == ["Total", 10, 6, 2, 2]
    assert page["instance_table"].notes == ("De los que están en plazo, 1 vence el día del corte.",)
    assert [values(row) for row in page["due_table"].rows] == [
        ["Mesa de víctimas", 6, 6, 0, 0, Fraction(1)],
        ["Consejo de planeación", 3, 0, 2, 1, Fraction(0)],
    ]
    assert values(page["due_table"].total) == ["Total", 9, 6, 2, 1, Fraction(2, 3)]


def test_overdue_ones_come_first_and_no_state_is_invented(board):
    page = context(monthly(board))
    new, closed = page["period_tables"]
    states = [row[-1] for row in (*new.rows, *closed.rows[:1], *page["item_table"].rows)]
    assert [(cell.value, cell.aside, cell.state) for cell in states] == [
        ("En plazo", "", "open"),  # «En avance» is a state of today: nobody wrote that it was October's
        ("Reportado como cumplido", "", "fulfilled"),
        ("Vence el día del corte", "", "open"),
    ]
    assert page["overdue_table"].title == "El más antiguo lleva 31 días de atraso"
    assert page["overdue_table"].rows[0][0] == Cell("Publicar el acta", aside="C-07 · Consejo de planeación")
    assert [values(row)[1:] for row in page["overdue_table"].rows] == [
        ["–", "3 ago 2026".replace(" ", "\u00a0"), date(2026, 9, 30), 31],
        ["–", "3 ago 2026".replace(" ", "\u00a0"), date(2026, 10, 30), 1],
    ]


def test_no_commitment_is_listed_twice(board):
    for taken in (monthly(board), final(board), monthly(board, "2026-11", cutoff=date(2026, 11, 30))):
        page = context(taken)
        tables = [*page["period_tables"], page["overdue_table"], page["unkept_table"], page["item_table"]]
        named = [values(row)[0] for table in tables for row in table.rows]
        assert sorted(named) == sorted(item.text for item in taken.facts("compromisos").items)
        assert not page["is_all"]


def test_month_is_told_apart_from_the_balance_to_date(board):
    page = context(monthly(board))
    assert (
        page["equation"]
        == "Desde el comienzo del periodo hasta el corte: 9 abiertos + 1 nuevo − 6 cerrados = 4 abiertos."
    )
    assert page["period_sentence"] == "En octubre de 2026 se adquirió 1 compromiso y se cerraron 6."
    new, closed = page["period_tables"]
    assert [values(row)[0] for row in new.rows] == ["Después"]
    assert len(closed.rows) == 6
    november = context(monthly(board, "2026-11", cutoff=date(2026, 11, 30)))
    assert november["period_sentence"] == "En noviembre de 2026 se adquirieron 0 compromisos y se cerraron 0."
    assert november["period_tables"] == []
    whole = context(final(board))
    assert (whole["period_sentence"], whole["period_tables"]) == ("", [])
    assert (
        whole["equation"]
        == "Desde el comienzo del plan hasta el corte: 0 abiertos + 10 nuevos − 6 cerrados = 4 abiertos."
    )


def test_month_with_a_later_cut_off_claims_nothing_of_after_it(board):
    make_commitment(board, made_on=date(2026, 11, 3), due_on=date(2026, 12, 1))
    kept(board, date(2026, 11, 4), due_on=date(2026, 11, 5))
    page = context(monthly(board, cutoff=date(2026, 11, 15)))
    assert page["period_sentence"] == "En octubre de 2026 se adquirió 1 compromiso y se cerraron 6."
    assert page["equation"].endswith("10 abiertos + 2 nuevos − 7 cerrados = 5 abiertos.")


def sheet(plan) -> None:
    """The commitments of the third matrix, a year of six months: six «Cumplido» without a date."""
    unknown = {"state": "reported_done", "closed_until": date(2026, 12, 31)}
    for due_on in ((7, 31), (8, 14), (8, 31), (9, 30), (10, 30), (12, 15)):
        make_commitment(plan, made_on=date(2026, 7, 1), due_on=date(2026, *due_on), **unknown)
    make_commitment(plan, made_on=OCT, made_precision="month", due_on=date(2026, 11, 20), state="in_progress")
    make_commitment(plan, made_on=date(2026, 9, 1), due_on=date(2026, 11, 30), state="in_progress")
    make_commitment(plan, made_on=date(2026, 11, 1), due_on=date(2027, 2, 26), state="in_progress")


def test_closed_on_an_unknown_day_is_neither_fulfilled_nor_overdue_before_its_last_possible_day(plan):
    sheet(plan)
    facts = monthly(plan)
    page, told = context(facts), facts.facts("compromisos")
    assert (told.fulfilled, told.overdue, told.closed, told.due, told.undated, told.undated_due) == (0, 0, 0, 0, 6, 5)
    assert page["lead"] == (
        "Hasta el corte se adquirieron 8 compromisos con la ciudadanía: 2 en plazo; 6 cerrados, sin fecha."
    )
    assert page["sentences"] == [
        "De los compromisos, 6 se cerraron en un día que nadie registró, a más tardar el 31 de diciembre de 2026: no "
        "se sabe si al corte ya estaban cerrados, y no cuentan como cumplidos, "
        "ni como vencidos, ni entre los que vencían."
    ]
    assert [tile.value for tile in page["tiles"]] == ["8", "–", "0", "6"]
    assert not page["overdue_table"]
    assert not page["due_table"]
    assert [values(row)[-2:] for row in page["item_table"].rows] == [["", "En plazo"]] + [
        ["sin fecha", "Cerrado, sin fecha"]
    ] * 6  # the other one in time is the month's own
    assert shown.tokens(told)["cumplimiento de compromisos"] == "–"


def test_closed_on_an_unknown_day_counts_from_the_last_that_it_can_have_been(plan):
    sheet(plan)
    facts = final(plan, commitments="Se cumplió el {cumplimiento de compromisos}.")
    page = context(facts)
    assert page["lead"] == (
        "Hasta el corte se adquirieron 9 compromisos con la ciudadanía: 6 cumplidos, 2 vencidos y 1 en plazo."
    )
    assert page["sentences"] == [
        "De 8 que vencían hasta el corte: 6 cumplidos y 2 vencidos. El cumplimiento es de 75,0\u00a0%.",
        "De los cumplidos: 6 en un día que nadie registró.",
    ]
    assert page["tiles"][1].value == "6\u00a0/\u00a08"
    assert [section.texts for section in facts.sections if section.slug == "compromisos"] == [
        {"commitments": "Se cumplió el 75,0\u00a0%."}
    ]
    december = context(monthly(plan, "2026-12", cutoff=date(2026, 12, 31)))
    assert december["period_sentence"] == (
        "En diciembre de 2026 se adquirieron 0 compromisos y se cerraron 0. "
        "Otros 6, cerrados a más tardar en este periodo, no dicen qué día: pudo ser antes."
    )
    assert december["period_tables"] == []


def test_nothing_due_does_not_apply(plan):
    make_commitment(plan, made_on=date(2026, 10, 6), due_on=date(2026, 11, 20))
    page = context(monthly(plan))
    assert [(tile.value, tile.label) for tile in page["tiles"]][1] == (
        "no aplica",
        "el cumplimiento: ninguno vencía hasta el corte",
    )
    assert page["sentences"] == []


def test_closed_without_being_kept_says_why(plan, dependency):
    fields = {"made_on": date(2026, 8, 3), "due_on": date(2026, 9, 30)}
    late = make_commitment(plan, text="Vía", state="not_viable", closed_on=OCT, reason="Sin\n recursos", **fields)
    late.responsible.add(dependency, make_dependency(plan.entity, "Zona rural"))
    year = {"state": "carried_over", "carried_to_year": 2027, "reason": "Falta el estudio"}
    make_commitment(plan, text="Puente", closed_on=date(2026, 9, 1), **year, **fields)
    make_commitment(plan, text="Después", closed_on=date(2026, 11, 1), **year, **fields)
    page = context(monthly(plan))
    assert page["sentences"] == [
        "De 3 que vencían hasta el corte: 1 vencido y 2 cerrados sin cumplir. El cumplimiento es de 0,0\u00a0%."
    ]
    august = "3\u00a0ago\u00a02026"
    [closed] = page["period_tables"]  # the month's own stands there, with its reason, and not twice
    assert [values(row) for row in closed.rows] == [
        ["Vía", august, date(2026, 9, 30), date(2026, 10, 31), "No viable", "Sin recursos"]
    ]
    assert closed.rows[0][0].aside == f"{dependency.name}; Zona rural"
    assert page["unkept_table"].rows[0][3].aside == "1\u00a0sep\u00a02026"
    assert [values(row) for row in page["unkept_table"].rows] == [
        ["Puente", august, date(2026, 9, 30), "Pasa a la vigencia 2027", "Falta el estudio"]
    ]


def test_follow_ups_stop_at_the_cut_off(plan):
    commitment = make_commitment(plan, text="Vía", made_on=date(2026, 8, 3), due_on=date(2026, 9, 30))
    for on, progress in ((date(2026, 9, 1), 10), (date(2026, 10, 9), 40), (date(2026, 11, 1), 100)):
        commitment.follow_ups.create(on=on, progress=progress, done=f"Van {progress}\nde cien")
    page = context(monthly(plan))
    assert [values(row) for row in page["follow_up_table"].rows] == [
        ["Vía", date(2026, 10, 9), "40\u00a0%", "Van 40 de cien"]
    ]
    assert page["overdue_table"].rows[0][-1] == "9\u00a0oct\u00a02026, 40\u00a0%: Van 40 de cien"
    assert len(context(final(plan))["follow_up_table"].rows) == 3


def test_collecting_asks_the_same_whatever_the_number(plan, dependency, django_assert_num_queries):
    for size in (2, 30):
        for _each in range(size):
            make_commitment(plan).responsible.add(dependency)
        scope = Scope(plan=plan, first=plan.starts_on, last=plan.ends_on, cutoff=OCT, today=OCT)
        with django_assert_num_queries(5):
            collect(scope)


def test_page_shows_what_was_promised_without_the_database(board, django_assert_num_queries):
    facts = monthly(board, commitments="Falta el acta.")
    with django_assert_num_queries(0):
        html = next(each.html for each in pages.placed(facts) if each.section.slug == "compromisos")
    assert html.count("<table") == 8
    assert "Falta el acta." in html
    assert "Abrir la oficina" in html


def test_public_page_says_the_same_as_the_section(board):
    facts = monthly(board)
    shown_there, page = pages.headline(facts, palette.derive("#0b3d73", "#1f7a4d")), context(facts)
    assert (shown_there.commitments_lead, shown_there.commitments_tiles) == (page["lead"], page["tiles"])


def number(text: str, what: str) -> int:
    """The figure before some words: 6 of "6 cumplidos"; 0 when they are not there."""
    match = re.search(rf"(\d+) (?:{what})", text)
    return int(match[1]) if match else 0


@pytest.mark.parametrize("seed", [5, pytest.param(6, marks=pytest.mark.once)])
def test_headline_and_tables_add_up_on_every_day_of_a_year(plan, seed):
    invent(plan, seed, 40)
    rows = stored(plan)
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        facts = collect(Scope(plan=plan, first=day.replace(day=1), last=day, cutoff=day, today=day))
        told = recount(rows, day, day.replace(day=1))
        lead, due = shown.lead(facts), shown.due_sentence(facts)
        standing = ("fulfilled", "overdue", "open", "unknown", "unkept")
        told["open"] = told["today"] + told["later"]
        words = (r"cumplidos?\b", "vencido", "en plazo", "cerrados?, sin fecha", "cerrados? sin cumplir")
        assert [number(lead, what) for what in words] == [told[name] for name in standing], day
        assert number(lead, "compromisos?") == told["made"]
        if due:
            assert number(due, "que vencían?") == told["due"]
            found = [number(due, what) for what in (r"cumplidos?\b", "vencidos?", "que vencen? el día")]
            assert found == [told["kept of due"], told["overdue"], told["today"]]
            assert sum(found) + number(due, "cerrados? sin cumplir") == told["due"]
        else:
            assert told["due"] == 0
        table = shown.instance_table(facts, day)
        columns = list(zip(*(values(row)[1:] for row in table.rows), strict=True))
        if table.total:
            assert [sum(column) for column in columns] == values(table.total)[1:]
        assert [sum(values(row)[2:]) for row in table.rows] == [values(row)[1] for row in table.rows]
        items = [item.standing for item in facts.items]
        names = ("fulfilled", "overdue", "open", "undated", "closed")
        assert [items.count(name) for name in names] == [told[name] for name in standing]
        assert sum(item.made_in_period for item in facts.items) == told["new"]
        assert sum(item.closed_in_period for item in facts.items) == told["ended"]
        late = shown.overdue_table(facts.items)
        assert len(late.rows) == told["overdue"]
