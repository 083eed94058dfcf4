"""Execution by block, dependency, phase, month, group, place and modality: each row is the sum of what is behind it."""

import csv
from collections import defaultdict
from datetime import date
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse

from activities import progress
from activities.models import Activity, Session
from activities.returns import opening
from dashboard import retrace
from dashboard.breakdown import By, breakdown
from dashboard.forms import BreakdownForm, FigureForm
from dashboard.late import late
from plans.periods import Period, periods_of
from records.audit import acting_as
from tests.activities.executions import END, FEB, JAN, MAR, filled, held, percentage
from tests.factories import make_activity, make_dependency, make_plan, make_session

SPRING = Period(date(2026, 1, 1), date(2026, 6, 30))
AUTUMN = Period(date(2026, 7, 1), date(2026, 12, 31))


@pytest.fixture
def approved(entity):
    return make_plan(entity, title="Plan aprobado", state="approved", approved_on=date(2026, 1, 2))


@pytest.fixture
def varied(approved):
    """Thirty activities whose groups, places and modalities differ, some said of the space and some of the activity."""
    filled(approved, 3)
    groups = [approved.entity.groups.create(name=name) for name in ("Jóvenes", "Mujeres")]
    for at, activity in enumerate(Activity.objects.order_by("pk")):
        activity.groups.set(groups[: at % 3])
        activity.locality, activity.modality = ("Suba", "", "SUBA ")[at % 3].strip(), ("virtual", "")[at % 2]
        activity.save()
    for at, session in enumerate(Session.objects.order_by("pk")):
        session.locality, session.modality = ("", "Usme", "")[at % 3], ("", "hybrid", "")[at % 3]
        session.save()
    return approved


def behind(plan, url):
    """What the page that an address leads to adds up."""
    asked = QueryDict(urlsplit(url).query)
    places = progress.places_of(Activity.objects.filter(plan=plan).in_plan())
    groups = retrace.groups_of(plan, places, asked.get("conjunto", ""))
    group, on, month, what, until = FigureForm(asked, plan=plan, groups=groups, today=END).chosen
    assert group.code == parse_qs(urlsplit(url).query)["conjunto"][0]
    return retrace.trace(plan, on, group, month, what, until).figure


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("period", [None, SPRING, Period(date(2026, 3, 1), date(2026, 3, 31))])
def test_each_row_leads_to_the_rows_that_make_it(varied, by, period):
    found = breakdown(varied, END, by, period)
    assert found.slices and behind(varied, found.total.url) == found.total.figure
    for one in found.slices:
        assert behind(varied, one.url) == one.figure, one.url
        assert behind(varied, one.unexplained_url).unexplained == one.figure.unexplained, one.unexplained_url


def test_figure_of_the_period_beside_leads_to_its_rows(varied):
    found = breakdown(varied, END, By.BLOCK, AUTUMN, SPRING)
    for one in (*found.slices, found.total):
        assert behind(varied, one.before_url) == one.before, one.before_url


@pytest.mark.parametrize("on", [date(2026, 5, 17), END])
@pytest.mark.parametrize("by", By)
def test_rows_add_up_to_the_plan_but_those_of_dependencies_and_groups(varied, by, on):
    found = breakdown(varied, on, by)
    assert found.total.figure == progress.of_plan(varied, on=on).total
    sums = tuple(sum(getattr(one.figure, name) for one in found.slices) for name in ("planned", "executed"))
    if found.adds_up:
        assert sums == (found.total.figure.planned, found.total.figure.executed)
    else:
        assert by in (By.DEPENDENCY, By.GROUP) and sums[0] > found.total.figure.planned


def test_groups_and_places_are_those_of_a_recount_by_hand(varied):
    planned, executed = defaultdict(int), defaultdict(int)
    for session in Session.objects.select_related("activity").prefetch_related("activity__groups"):
        activity = session.activity
        if activity.outside_plan or activity.target_kind == "percentage":
            continue
        if session.withdrawn_on or (session.in_force_from and session.in_force_from > END) or session.planned_on > END:
            continue
        done = min(session.executed_units or 0, session.planned_units) if session.held_on else 0
        place = (session.locality or activity.locality).casefold() or "sin localidad"
        for name in (place, *([group.name for group in activity.groups.all()] or ["Sin grupo"])):
            planned[name] += session.planned_units
            executed[name] += done
    for by in (By.GROUP, By.LOCALITY):
        for one in breakdown(varied, END, by).slices:
            name = one.name if by == By.GROUP else one.name.casefold()
            assert (one.figure.planned, one.figure.executed) == (planned.pop(name), executed.pop(name))
    assert not any(planned.values())


def test_two_periods_stand_side_by_side_with_the_points_between_what_is_printed(approved, dependency):
    activity = make_activity(approved, dependency)
    held(activity, FEB, planned_units=3, executed_units=2)
    held(activity, date(2026, 8, 15), planned_units=3, executed_units=3)
    [one] = breakdown(approved, END, By.BLOCK, AUTUMN, SPRING).slices
    assert (one.figure.ratio, one.before.ratio) == (1, Fraction(2, 3))
    assert one.change == "+33,3"  # 100,0 − 66,7
    [back] = breakdown(approved, END, By.BLOCK, SPRING, AUTUMN).slices
    assert back.change == "−33,3"
    other = make_activity(approved, make_dependency(approved.entity))
    held(other, FEB)
    changes = {row.name: row.change for row in breakdown(approved, END, By.BLOCK, AUTUMN, SPRING).slices}
    assert sorted(changes.values()) == ["+33,3", "–"]  # nothing of the other was planned in autumn


def test_what_nobody_reported_is_told_from_what_was_not_held(approved):
    silent, told = make_dependency(approved.entity), make_dependency(approved.entity)
    make_session(make_activity(approved, silent), JAN)
    make_session(make_activity(approved, told), JAN, executed_units=0)
    found = breakdown(approved, END, By.BLOCK)
    assert {one.name: one.is_silent for one in found.slices} == {silent.name: True, told.name: False}
    assert {bar.label: bar.value for bar in found.bars} == {silent.name: "sin reporte", told.name: "0,0\xa0%"}


def test_periods_are_the_halves_quarters_and_months_that_the_plan_touches(entity):
    plan = make_plan(entity, starts_on=date(2026, 5, 1), ends_on=date(2026, 8, 31))
    assert list(periods_of(plan)) == [
        *("2026-S1", "2026-S2", "2026-T2", "2026-T3"),
        *("2026-05", "2026-06", "2026-07", "2026-08"),
    ]
    assert periods_of(plan)["2026-T3"] == (date(2026, 7, 1), date(2026, 9, 30))
    assert BreakdownForm(QueryDict("por=nada&periodo=2031-01&corte=hoy"), plan=plan, today=END).chosen == (
        *(By.BLOCK, END),
        *(None, None),
    )


def page_of(client, plan, **asked):
    return client.get(reverse("dashboard:execution", args=[plan.entity.slug, plan.slug]), asked)


@time_machine.travel("2026-03-31T12:00Z")
def test_page_its_chart_and_its_data_say_the_same(client, approved, dependency, planner):
    activity = make_activity(approved, dependency)
    held(activity, JAN, planned_units=4, executed_units=3)
    held(activity, FEB, planned_units=4, executed_units=4)
    percentage(approved, 90)
    client.force_login(planner)
    html = page_of(client, approved, periodo="2026-02", con="2026-01").content.decode()
    assert "Lo programado en febrero de 2026, con corte al 31 de marzo de 2026" in html
    assert "+25,0" in html and "Enero de 2026: 3 de 4" in html
    answer = page_of(client, approved, por="mes", formato="csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{approved.slug}-mes-2026-03-31.csv"'
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert lines[1:] == [
        ["Enero de 2026", "4", "3", "0.75", "1"],
        ["Febrero de 2026", "4", "4", "1", "0"],
        ["Todo el plan", "8", "7", "0.875", "1"],
    ]
    for asked, change in (
        ({"periodo": "2026-02", "con": "2026-01"}, "25"),
        ({"periodo": "2026-01", "con": "2026-02"}, "-25"),
    ):
        data = page_of(client, approved, formato="csv", **asked).content.decode("utf-8-sig")
        assert [line[-1] for line in csv.reader(data.splitlines())] == ["Cambio en puntos", change, change]
    # The months of one period are not those of another: nothing stands beside them.
    assert page_of(client, approved, por="mes", formato="csv", con="2026-02").content == answer.content
    drawing = page_of(client, approved, por="mes", formato="svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert "75,0\xa0%" in drawing.content.decode() and "var(--" not in drawing.content.decode()


def test_draft_has_no_figures_yet(client, plan, planner):
    client.force_login(planner)
    answer = page_of(client, plan)
    assert answer.url == plan.get_absolute_url()


def test_period_of_several_months_leads_to_all_of_them(client, approved, dependency, planner):
    activity = make_activity(approved, dependency)
    held(activity, JAN)
    held(activity, MAR)
    held(activity, date(2026, 8, 15))
    client.force_login(planner)
    [one] = breakdown(approved, END, By.BLOCK, Period(date(2026, 1, 1), date(2026, 3, 31))).slices
    html = client.get(one.url).content.decode()
    assert "2 de 2 espacios: 100,0" in html and "Lo programado de enero de 2026 a marzo de 2026" in html
    wrong = client.get(one.url.replace("hasta=2026-03", "hasta=2025-12").replace("mes=2026-01", "mes=2026-02"))
    assert wrong.status_code == 200 and wrong.context["traced"].until is None


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("size", [3, 40])
def test_page_asks_the_same_whatever_the_size(
    client, approved, dependency, planner, by, size, django_assert_max_num_queries
):
    group = approved.entity.groups.create(name="Jóvenes")
    for number in range(size):
        activity = make_activity(approved, dependency, locality=f"Vereda {number}")
        activity.groups.add(group)
        held(activity, JAN)
        make_session(activity, FEB)
    client.force_login(planner)
    with django_assert_max_num_queries(35):
        page_of(client, approved, por=by.value, periodo="2026-S1", con="2026-S2")


def test_who_is_behind_and_how_old_the_last_report_is(approved, planner):
    one, two = make_dependency(approved.entity, name="Uno"), make_dependency(approved.entity, name="Dos")
    make_session(make_activity(approved, one), date(2026, 3, 2))
    session = make_session(make_activity(approved, two), date(2026, 3, 3))
    with time_machine.travel("2026-03-10T15:00Z"):
        session.executed_units, session.held_on = 1, date(2026, 3, 3)
        with acting_as(planner):
            session.save()
    first, second = late(approved, date(2026, 3, 13))
    assert (first.name, first.to_report, first.oldest, first.working_days) == ("Uno", 1, date(2026, 3, 2), 9)
    assert (first.reported_on, second.name, second.n) == (None, "Dos", 0)
    assert (second.reported_on, second.age) == (date(2026, 3, 10), 3)
    assert late(approved, date(2026, 3, 9))[0].reported_on is None


@time_machine.travel("2026-03-13T15:00Z")
def test_monthly_returns_whose_term_passed_are_behind_too(client, approved, dependency, planner):
    """Of January the term was the 6th of February, and of February the 6th of March."""
    held(make_activity(approved, dependency), JAN)
    opening.open_returns(approved, date(2026, 3, 13))
    assert [one.month for one in late(approved, date(2026, 3, 6))[0].returns] == ["enero de 2026"]
    [one] = late(approved, date(2026, 3, 13))
    assert [row.month for row in one.returns] == ["enero de 2026", "febrero de 2026"]
    assert (one.n, one.oldest) == (2, date(2026, 2, 6))
    client.force_login(planner)
    html = page_of(client, approved).content.decode()
    assert all(f'href="{monthly.get_absolute_url()}"' in html for monthly in approved.returns.select_related("plan"))
    assert "Al día</span>" not in html
