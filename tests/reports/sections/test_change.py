"""What changed since the last published report of the same kind: from what it froze, never counted again."""

import json
from datetime import date

import pytest

from reports import chapters, snapshot
from reports.models import Report
from tests.factories import make_activity, make_commitment, make_session
from tests.reports.reporting import approve, make_published, make_report
from tests.reports.taking import JAN, held, printed, shown

FEB = date(2026, 2, 28)


@pytest.fixture
def busy(plan, dependency):
    """January: 1 of 2, nobody says why. February: 2 of 2, and a commitment that is overdue."""
    activity = make_activity(approve(plan), dependency)
    held(activity, JAN, attendance_total=30)
    make_session(activity, date(2026, 1, 15), executed_units=0)
    held(activity, date(2026, 2, 10), attendance_total=25)
    held(activity, date(2026, 2, 11))
    make_commitment(plan, made_on=JAN, due_on=date(2026, 2, 20))
    return plan


def publish(plan, kind="monthly", period="2026-01", cutoff=JAN, **fields) -> Report:
    draft = make_report(plan, kind=kind, period=period, cutoff=cutoff)
    stored = json.loads(snapshot.canonical(snapshot.take(draft)))
    draft.delete()
    return make_published(plan, kind=kind, period=period, cutoff=cutoff, snapshot=stored, number="2026-007", **fields)


def february(plan) -> snapshot.Snapshot:
    return snapshot.take(make_report(plan, kind="monthly", period="2026-02", cutoff=FEB))


def test_change_is_told_in_a_sentence_and_a_table(busy):
    publish(busy)
    taken = february(busy)
    context = shown(taken, "cambio")
    said = (
        "Desde el informe de enero de 2026 (2026-007): lo ejecutado pasó de 1 de 2 (50,0\u00a0%) a 3 de 4 "
        "(75,0\u00a0%); lo que no tiene causa registrada o reporte: 1, igual; los compromisos vencidos: de 0 a 1."
    )
    assert context["lead"] == said
    assert printed(context["change_table"]) == [
        ["Al corte", "31\u00a0ene\u00a02026", "28\u00a0feb\u00a02026", "Cambio"],
        ["Ejecutado, de lo programado", "1 de 2 (50,0\u00a0%)", "3 de 4 (75,0\u00a0%)", "+2 [+25 puntos]"],
        ["Sin causa registrada o sin reporte", "1", "1", "igual"],
        ["Compromisos vencidos", "0", "1", "+1"],
        ["Personas: lo más alto de una actividad en un mes del informe", "30", "25", "−5"],
    ]
    assert ("Qué cambió", said) in shown(taken, "resumen")["findings"]


def test_figures_of_before_are_those_that_were_published(busy):
    publish(busy)
    busy.activities.get().sessions.filter(executed_units=0).update(executed_units=1, held_on=JAN)
    assert "de 1 de 2 (50,0\u00a0%) a 4 de 4" in shown(february(busy), "cambio")["lead"]


def test_first_report_of_its_kind_tells_of_no_change(busy):
    publish(busy, kind="period", period="2026-01-01-a-2026-01-31")
    assert shown(february(busy), "cambio") is None


def test_report_that_was_replaced_or_comes_later_is_not_the_last(busy):
    publish(busy, state=Report.State.SUPERSEDED)
    publish(busy, period="2026-03", cutoff=date(2026, 3, 31))
    assert shown(february(busy), "cambio") is None


def test_report_of_the_first_schema_is_not_compared(busy):
    make_published(busy, kind="monthly", period="2026-01", cutoff=JAN, snapshot={"schema": 1})
    assert shown(february(busy), "cambio") is None


def test_change_comes_back_from_its_json(busy):
    publish(busy)
    taken = february(busy)
    assert snapshot.load(json.loads(snapshot.canonical(taken))) == taken


def test_report_that_leaves_out_all_that_is_compared_has_no_change(busy, planner):
    publish(busy)
    for slug in ("ejecucion", "compromisos", "participantes"):
        chapters.switch_chapter(entity=busy.entity, kind="monthly", slug=slug, is_on=False, by=planner)
    assert shown(february(busy), "cambio") is None
