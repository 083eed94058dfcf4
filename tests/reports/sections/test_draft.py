"""The page of a draft: figures at its cut-off, what to look at before publishing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from display import dates
from reports import actions, checks, pages, snapshot
from reports.models import Report
from reports.remarks import Remark, at_text
from tests.factories import make_activity, make_plan, make_session


@pytest.fixture
def day():
    return timezone.localdate()


@pytest.fixture
def plan(entity, day):
    """Of this year and the next, so that its end is to come."""
    first = day.replace(month=1, day=1)
    return make_plan(entity, starts_on=first, ends_on=first.replace(year=first.year + 2) - timedelta(1))


@pytest.fixture
def draft(plan, planner):
    period = f"{plan.starts_on.year}-{plan.ends_on.year}"
    return actions.start_report(plan=plan, kind="final", period=period, by=planner)


def page(client, report: Report) -> str:
    html = client.get(report.get_absolute_url()).content.decode()
    return " ".join(html.split())


def found(report: Report) -> checks.Checks:
    taken = snapshot.take(report)
    return checks.of(report, taken, pages.placed(taken))


def test_sessions_to_come_are_not_late(client, planner, plan, draft, dependency, day):
    activity = make_activity(plan, dependency)
    make_session(activity, day - timedelta(1))
    for n in range(3):
        make_session(activity, day + timedelta(1 + n))
    result = found(draft)
    assert (result.unreported_count, result.missing.to_come, result.is_to_come) == (1, 3, True)
    assert [gap.planned_on for gap in result.unreported] == [day - timedelta(1)]
    client.force_login(planner)
    html = page(client, draft)
    assert f"Las cifras con corte al {dates.day(plan.ends_on)}" in html
    assert f"El corte, {dates.day(plan.ends_on)}, todavía no llega" in html
    assert "La fecha de 3 espacios no ha llegado: no están atrasados." in html
    assert "Un espacio cuya fecha ya pasó está sin reportar." in html
    assert "Las cifras, hoy" not in html


def test_what_is_missing_is_one_number_in_the_figures_and_in_what_to_look_at(
    client, planner, plan, draft, dependency, day
):
    """Of units: a session may be of several."""
    activity = make_activity(plan, dependency)
    make_session(activity, day - timedelta(2), planned_units=3)
    make_session(activity, day + timedelta(1), planned_units=2)
    held = day - timedelta(3)
    make_session(activity, held, planned_units=4, executed_units=2, held_on=held)
    client.force_login(planner)
    answer = client.get(draft.get_absolute_url())
    html = " ".join(answer.content.decode().split())
    (tile,) = [tile for tile in answer.context["tiles"] if tile.key == "sin-causa"]
    assert (tile.value, tile.label) == ("5", "espacios sin causa registrada o sin reporte")
    assert "3 espacios cuya fecha ya pasó están sin reportar." in html
    assert "2 espacios que faltaron se reportaron sin decir por qué." in html
    assert "La fecha de 2 espacios no ha llegado: no están atrasados." in html
    assert "2 espacios sin causa registrada" in html and "3 espacios sin reporte" in html


def test_cut_off_that_came_says_nothing_of_the_future(client, planner, plan, draft, dependency, day):
    make_session(make_activity(plan, dependency), day - timedelta(1))
    draft.cutoff = day
    draft.save()
    result = found(draft)
    assert (result.unreported_count, result.missing.to_come, result.is_to_come) == (1, 0, False)
    client.force_login(planner)
    html = page(client, draft)
    assert "todavía no llega" not in html
    assert f"Un espacio programado hasta el {dates.day(day)} está sin reportar." in html


def test_percentage_target_of_a_date_to_come_is_not_late(plan, draft, dependency, day):
    late = make_activity(plan, dependency, target_kind="percentage", target_value=90, name="Vencida")
    make_session(late, day - timedelta(1))
    ahead = make_activity(plan, dependency, target_kind="percentage", target_value=90, name="Por venir")
    make_session(ahead, day + timedelta(1))
    assert [target.name for target in found(draft).targets] == ["Vencida"]


def test_unknown_figure_is_told_with_the_nearest_and_the_help_names_all(client, planner, draft, plan, dependency, day):
    make_session(make_activity(plan, dependency), day, executed_units=1, held_on=day)
    draft.narrative = {"reading": "Se hizo el {ejecucion total} y {zzz}."}
    draft.save()
    assert [remark.sentence for remark in found(draft).written] == [
        "«{ejecucion total}» no es una cifra de este informe y se imprime como está escrita. "
        "¿Quiso decir «{ejecución total}»?",
        "«{zzz}» no es una cifra de este informe y se imprime como está escrita.",
    ]
    client.force_login(planner)
    html = page(client, draft)
    assert "¿Quiso decir «{ejecución total}»?" in html
    assert '<dt lang="es">{ejecución total}</dt> <dd> 100,0 % </dd>' in html


def test_missing_objective_is_said_once(plan, draft):
    said = "El plan no tiene un objetivo escrito y el informe tampoco lo dice: escríbalo en uno de los dos."
    assert found(draft).remarks == [Remark(said, at_text("objective"))]
    assert at_text("objective") not in [remark.at for remark in found(draft).empty_texts]
    draft.narrative = {"objective": "Rendir cuentas."}
    assert found(draft).remarks == []
    draft.narrative, plan.objective = {}, "Que la gente decida."
    plan.save()
    draft.plan = plan
    assert found(draft).remarks == []


def test_publishing_shows_the_checks(client, planner, plan, draft, dependency, day):
    make_session(make_activity(plan, dependency), day - timedelta(1))
    plan.state, plan.approved_on = "approved", day
    plan.save()
    client.force_login(planner)
    address = reverse("reports:report_publish", args=[plan.entity.slug, plan.slug, draft.pk])
    assert "está sin reportar" in client.get(address).content.decode()


def test_checks_ask_the_same_whatever_the_size(plan, draft, dependency, day, django_assert_max_num_queries):
    counts = []
    for size in (2, 20):
        for _each in range(size):
            make_session(make_activity(plan, dependency), day + timedelta(1))
        with django_assert_max_num_queries(72) as queries:
            found(Report.objects.get(pk=draft.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]
