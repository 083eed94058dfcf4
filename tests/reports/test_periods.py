"""Reports of some days: a quarter, those between two cut-offs, or any other."""

import re
from datetime import date

import pytest
from django.urls import reverse

from reports import documents, snapshot
from reports.models import Report
from tests.factories import make_activity, make_commitment, make_plan, make_session
from tests.reports.taking import held, shown

KIND = "period"
QUARTER = (date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def as_planner(client, planner):
    client.force_login(planner)
    return client


def of(plan, first, last, *only, cutoff=None):
    period = documents.known()[KIND].period(plan, days=(first, last))
    return snapshot.take(Report(plan=plan, kind=KIND, period=period, cutoff=cutoff or last), only=only)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (*QUARTER, "enero a marzo de 2026"),
        (date(2026, 5, 1), date(2026, 8, 31), "mayo a agosto de 2026"),
        (date(2026, 2, 1), date(2026, 2, 28), "febrero de 2026"),
        (date(2026, 3, 16), date(2026, 3, 16), "el día 16 de marzo de 2026"),
        (date(2026, 3, 5), date(2026, 3, 20), "los días 5 a 20 de marzo de 2026"),
        (date(2026, 3, 5), date(2026, 4, 20), "los días 5 de marzo a 20 de abril de 2026"),
        (date(2026, 3, 5), date(2028, 3, 20), "los días 5 de marzo de 2026 a 20 de marzo de 2028"),
        (date(2026, 3, 1), date(2028, 6, 30), "marzo de 2026 a junio de 2028"),
    ],
)
def test_period_has_its_key_days_and_words(entity, first, last, words):
    plan, kind = make_plan(entity, starts_on=date(2026, 1, 1), ends_on=date(2029, 12, 31)), documents.known()[KIND]
    period = kind.period(plan, days=(first, last))
    assert period == f"{first}-a-{last}"
    assert kind.days_of(plan, period) == (first, last)
    assert kind.cutoff_of(plan, period) == last
    assert kind.words_of(plan, period) == words


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "necesita su primer día y el último"),
        ({"month": date(2026, 3, 1)}, "«Informe de un periodo» no lleva mes"),
        ({"days": (date(2026, 4, 1), date(2026, 3, 1))}, "no puede ser posterior al último"),
        ({"days": (date(2025, 12, 31), date(2026, 3, 1))}, "dentro del plan, que va del 1 de enero de 2026 al 31"),
        ({"days": (date(2026, 12, 1), date(2027, 1, 1))}, "dentro del plan"),
    ],
)
def test_period_that_makes_no_sense_is_refused(plan, given, message):
    with pytest.raises(ValueError, match=message):
        documents.known()[KIND].period(plan, **given)


def test_period_tells_of_its_days_and_of_the_plan_to_date(plan, dependency):
    activity = make_activity(plan, dependency)
    for month, executed in ((1, 1), (2, 0), (4, 1), (5, 1)):
        held(activity, date(2026, month, 15), executed, **({"held_on": None} if not executed else {}))
    taken = of(plan, date(2026, 2, 10), date(2026, 4, 20))
    facts = taken.facts("ejecucion")
    assert (facts.period.planned, facts.period.executed) == (2, 1)
    assert (facts.total.planned, facts.total.executed) == (3, 2)
    assert taken.edition.period == "los días 10 de febrero a 20 de abril de 2026"
    assert shown(taken, "ejecucion")["lead"].startswith(
        "En los días 10 de febrero a 20 de abril de 2026 se ejecutó 1 de 2 espacios"
    )
    assert [space.held_on for space in taken.facts("realizados").spaces] == [date(2026, 4, 15)]


def test_what_comes_after_a_period_is_what_is_left_of_its_month_or_the_next_one(plan, dependency):
    activity = make_activity(plan, dependency)
    for day in (date(2026, 3, 16), date(2026, 3, 25), date(2026, 4, 2)):
        make_session(activity, day)
    inside = of(plan, date(2026, 3, 1), date(2026, 3, 16), "viene")
    assert [item.planned_on.day for item in inside.facts("viene").items] == [25]
    assert shown(inside, "viene")["lead"] == "Para lo que queda de marzo de 2026 hay en el plan 1 espacio."
    quarter = of(plan, *QUARTER, "viene")
    assert [item.planned_on.day for item in quarter.facts("viene").items] == [2]
    assert shown(quarter, "viene")["lead"] == "Para abril de 2026 hay en el plan 1 espacio."


def test_period_of_one_day_counts_that_day(plan, dependency):
    activity = make_activity(plan, dependency)
    for day in (15, 16, 17):
        held(activity, date(2026, 3, day))
    make_commitment(plan, made_on=date(2026, 3, 16))
    make_commitment(plan, made_on=date(2026, 3, 15))
    taken = of(plan, date(2026, 3, 16), date(2026, 3, 16))
    assert (taken.facts("ejecucion").period.executed, taken.facts("ejecucion").total.executed) == (1, 2)
    assert shown(taken, "compromisos")["period_sentence"] == (
        "En el día 16 de marzo de 2026 se adquirió 1 compromiso y se cerraron 0."
    )


def test_period_with_nothing_in_it_says_so(plan, dependency):
    held(make_activity(plan, dependency), date(2026, 1, 15))
    taken = of(plan, date(2026, 2, 1), date(2026, 3, 31))
    assert taken.facts("ejecucion").period.planned == 0
    assert shown(taken, "ejecucion")["lead"].startswith("En febrero a marzo de 2026 no había espacios por hacer.")


def test_two_periods_are_two_reports_with_addresses_of_their_own(as_planner, plan):
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    for first, last in ((date(2026, 1, 1), date(2026, 4, 30)), (date(2026, 5, 1), date(2026, 8, 31))):
        as_planner.post(address, {"kind": KIND, "first": first, "last": last, "cutoff": ""})
    reports = list(Report.objects.order_by("starts_on"))
    assert [(report.starts_on, report.ends_on, report.cutoff) for report in reports] == [
        (date(2026, 1, 1), date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 8, 31), date(2026, 8, 31)),
    ]
    assert reports[0].public_url.endswith("/informes/periodo/2026-01-01-a-2026-04-30/v1/")
    assert reports[0].name == "Informe de un periodo · enero a abril de 2026"


def test_form_asks_only_for_what_the_kind_needs(as_planner, plan):
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    asked = {
        word: list(as_planner.get(address, {"clase": word}).context["form"].fields)
        for word in ("mensual", "final", "periodo")
    }
    assert asked == {
        "mensual": ["kind", "month", "cutoff"],
        "final": ["kind", "cutoff"],
        "periodo": ["kind", "days", "first", "last", "cutoff"],
    }
    html = as_planner.get(address, {"clase": "periodo"}).content.decode()
    assert "<span>Nuevo informe</span> Informe de un periodo" in " ".join(html.split())
    assert re.search(r'href="\?clase=periodo"\s+aria-current="true"', html)
    assert html.count("bg-body-secondary") == 1


def test_form_offers_the_quarters_inside_the_plan(as_planner, entity):
    plan = make_plan(entity, starts_on=date(2026, 2, 10), ends_on=date(2026, 8, 15))
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    none, quarters = as_planner.get(address, {"clase": "periodo"}).context["form"].fields["days"].choices
    assert none == ("", "Otros días, los de abajo")
    assert quarters == (
        "Trimestres",
        [
            ("2026-02-10-a-2026-03-31", "Los días 10 de febrero a 31 de marzo de 2026"),
            ("2026-04-01-a-2026-06-30", "Abril a junio de 2026"),
            ("2026-07-01-a-2026-08-15", "Los días 1 de julio a 15 de agosto de 2026"),
        ],
    )
    as_planner.post(address, {"kind": KIND, "days": "2026-04-01-a-2026-06-30"})
    assert Report.objects.get().period == "2026-04-01-a-2026-06-30"


def test_days_that_were_chosen_leave_the_others_unread(as_planner, plan):
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    days, hidden = "2026-04-01-a-2026-06-30", {"first": "ayer", "last": "2026-02-01"}
    as_planner.post(address, {"kind": KIND, "days": days, **hidden})
    assert Report.objects.get().period == days


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "necesita su primer día y el último"),
        ({"first": "2026-02-01"}, "Diga el primer día y el último."),
        ({"last": "2026-02-01"}, "Diga el primer día y el último."),
        ({"first": "2026-04-01", "last": "2026-02-01"}, "no puede ser posterior al último"),
        ({"first": "2025-04-01", "last": "2026-02-01"}, "dentro del plan"),
        ({"days": "2031-01-01-a-2031-03-31"}, "no es una de las opciones"),
        ({"first": "2026-02-01", "last": "2026-02-28", "cutoff": "2026-01-31"}, "El corte no puede ser anterior"),
    ],
)
def test_form_with_a_mistake_says_so(as_planner, plan, data, said):
    address = reverse("reports:report_create", args=[plan.entity.slug, plan.slug])
    assert said in as_planner.post(address, {"kind": KIND, **data}).content.decode()
    assert not Report.objects.exists()


def test_period_of_over_two_years_parts_its_months_among_tables(entity, dependency):
    plan = make_plan(entity, starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))
    activity = make_activity(plan, dependency, name="Encuentros")
    days = [date(2026 + n // 12, n % 12 + 1, 15) for n in range(28)]
    for number, day in enumerate(days):
        held(activity, day, attendance_total=10 + number)
    taken = of(plan, date(2026, 2, 1), date(2028, 4, 30))
    tables = shown(taken, "participantes")["tables"]
    people = [
        int(cell.value)
        for table in tables
        for row in table.rows
        for cell in row[1:]
        if not isinstance(cell, (str, int)) and isinstance(cell.value, int)
    ]
    assert sorted(people) == list(range(11, 38))  # each month of the period once, and none of before it
    assert max(len(table.columns) for table in tables) < 14
    assert taken.edition.period == "febrero de 2026 a abril de 2028"
    assert taken.facts("ejecucion").period.planned == 27
