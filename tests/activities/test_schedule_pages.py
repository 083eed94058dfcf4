"""The page that programmes the spaces of an activity: what it proposes, what it warns of, what it saves."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import Session
from plans.models import Plan
from tests.factories import make_activity, make_dependency, make_plan, make_session

MONTHLY = {"every": "m1", "day": "2x1"}


@pytest.fixture
def activity(plan, dependency):
    return make_activity(plan, dependency, name="Mesa de salud", number="1.2")


@pytest.fixture
def signed(client, planner):
    client.force_login(planner)
    return client


def address(activity) -> str:
    return reverse("activities:schedule", args=[activity.plan.entity.slug, activity.plan.slug, activity.pk])


def proposed(client, activity, **asked) -> list[str]:
    rows = client.get(address(activity), asked).context["proposed"].rows
    return [f"{row.on:%Y-%m-%d}" if row.precision == "day" else f"{row.on:%Y-%m}" for row in rows]


def notes(client, activity, **asked) -> dict[str, str]:
    return {f"{row.on:%m-%d}": row.note for row in client.get(address(activity), asked).context["proposed"].rows}


def sent(*rows, units=1, taken=None) -> dict:
    """What the form sends of rows (day, precision)."""
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "units": units}
    for at, (on, precision) in enumerate(rows):
        data |= {f"form-{at}-on": on, f"form-{at}-precision": precision}
        if taken is None or at in taken:
            data[f"form-{at}-take"] = "on"
    return data


def stored(activity) -> list[tuple[str, str, int]]:
    rows = activity.sessions.values_list("planned_on", "planned_precision", "planned_units")
    return [(f"{on:%Y-%m-%d}", precision, units) for on, precision, units in rows]


def test_second_tuesday_of_each_month(signed, activity):
    assert proposed(signed, activity, **MONTHLY) == [
        *("2026-01-13", "2026-02-10", "2026-03-10", "2026-04-14", "2026-05-12", "2026-06-09"),
        *("2026-07-14", "2026-08-11", "2026-09-08", "2026-10-13", "2026-11-10", "2026-12-09"),  # the 8th is a holiday
    ]


def test_what_falls_on_a_rest_day_is_moved_and_says_why_and_whereto(signed, activity):
    asked = {"every": "m1", "day": "d1"}
    after, before = (notes(signed, activity, **asked, shift=shift) for shift in ("after", "before"))
    assert after["01-02"] == "Es festivo: Año Nuevo. Pasa del jueves 1 al día hábil siguiente."
    assert after["02-02"] == "Cae en domingo. Pasa del domingo 1 al día hábil siguiente."
    assert after["05-04"] == "Es festivo: Día del Trabajo. Pasa del viernes 1 al día hábil siguiente."
    assert after["04-01"] == ""
    assert before["01-02"].endswith("al día hábil siguiente.")  # the day before is outside the plan
    ends = notes(signed, activity, every="m1", day="d31")
    assert ends["01-30"] == "Cae en sábado. Pasa del sábado 31 al hábil anterior."  # the next is in February
    assert ends["02-27"] == "Febrero de 2026 no tiene día 31. Cae en sábado. Pasa del sábado 28 al hábil anterior."
    stays = notes(signed, activity, every="m12", day="d25", shift="stay")
    assert stays == {"12-25": "Es festivo: Navidad."}


def test_dates_are_typed_freely_in_one_field(signed, activity):
    typed = "3 mar, 15 de junio, 2026-09-02, noviembre"
    assert proposed(signed, activity, every="dates", dates=typed) == [
        "2026-03-03",
        "2026-06-15",
        "2026-09-02",
        "2026-11",
    ]
    assert notes(signed, activity, every="dates", dates="15 de junio") == {"06-15": "Es festivo: Sagrado Corazón."}
    assert proposed(signed, activity, every="dates", dates="el último viernes de cada mes")[0] == "2026-01-30"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31 de febrero", "no existe en el calendario"),
        ("3 mar 2031", "queda fuera del plan"),
        ("cuando se pueda", "no es una fecha"),
    ],
)
def test_dates_that_are_none_say_so(signed, activity, typed, said):
    page = signed.get(address(activity), {"every": "dates", "dates": typed})
    assert said in page.content.decode() and page.context["proposed"].rows == []


def test_date_typed_twice_is_proposed_once_and_said(signed, activity):
    page = signed.get(address(activity), {"every": "dates", "dates": "3 de marzo, 3/03"})
    assert [row.on for row in page.context["proposed"].rows] == [date(2026, 3, 3)]
    assert "3 de marzo de 2026 está dos veces: se toma una." in page.content.decode()


@pytest.mark.parametrize(
    ("periodicity", "first", "count"),
    [
        ("Mensual", "2026-01", 12),
        ("Trimestral", "2026-03", 4),
        ("Diciembre", "2026-12", 1),
        ("Enero y julio", "2026-01", 2),
        ("Mensual, de marzo a octubre", "2026-03", 8),
        ("El segundo martes de cada mes", "2026-01-13", 12),
        ("Semanal, los jueves", "2026-01-02", 53),  # the first Thursday is a holiday
        ("Permanente", None, 0),
        ("", None, 0),
    ],
)
def test_periodicity_is_the_first_suggestion(signed, activity, periodicity, first, count):
    activity.periodicity = periodicity
    activity.save()
    dates = proposed(signed, activity)
    assert (dates[0] if dates else None, len(dates)) == (first, count)
    said = "de ahí no salen fechas" in signed.get(address(activity)).content.decode()
    assert said == (periodicity == "Permanente")


def test_stored_spaces_stay_and_are_not_proposed_again(signed, activity):
    make_session(activity, date(2026, 1, 13))
    make_session(activity, date(2026, 3, 20))
    page = signed.get(address(activity), MONTHLY)
    rows = {f"{row.on:%m-%d}": row for row in page.context["proposed"].rows}
    assert "01-13" not in rows and len(rows) == 11 and page.context["proposed"].kept == 1
    assert not rows["03-10"].take and rows["04-14"].take
    assert rows["03-10"].note == "Ese mes ya tiene un espacio: márquela si quiere otro."
    html = page.content.decode()
    assert "2 espacios ya programados, que se quedan" in html and "1 ya está programada y no se repite." in html


def test_twelve_years_of_weeks_are_bounded(signed, entity):
    plan = make_plan(entity, starts_on=date(2026, 1, 1), ends_on=date(2037, 12, 31))
    activity = make_activity(plan)
    page = signed.get(address(activity), {"every": "w1", "weekday": "2"})
    assert len(page.context["proposed"].rows) == 200
    assert "Son más de las que se programan de una vez" in page.content.decode()


def test_saving_makes_the_dates_taken_and_writes_the_trail(signed, activity, planner):
    activity.modality, activity.locality = "hybrid", "Centro"
    activity.save()
    rows = [("2026-01-13", "day"), ("2026-02-10", "day"), ("2026-03-31", "month")]
    answer = signed.post(address(activity), sent(*rows, units=3, taken={0, 2}))
    assert answer.url == activity.get_absolute_url()
    assert stored(activity) == [("2026-01-13", "day", 3), ("2026-03-31", "month", 3)]
    assert {(row.modality, row.locality) for row in activity.sessions.all()} == {("hybrid", "Centro")}
    entries = AuditEntry.objects.filter(actor=planner, content_type__model="session", verb="session.create")
    assert entries.count() == 2
    page = signed.get(activity.get_absolute_url())
    assert "Se programaron 2 espacios." in page.content.decode()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("2027-01-13", "day")], "esa fecha queda por fuera"),
        ([("2026-05-12", "day"), ("2026-05-12", "day")], "Esa fecha está dos veces"),
        ([("2026-03-16", "day")], "La actividad ya tiene un espacio en esa fecha."),
        ([("2026-02-31", "day")], "válida"),
        ([("", "day")], "Escriba la fecha."),
        ([], "Marque al menos una fecha."),
    ],
)
def test_dates_that_cannot_be_saved_say_why(signed, activity, rows, said):
    make_session(activity)
    page = signed.post(address(activity), sent(*rows))
    assert page.status_code == 200 and said in page.content.decode()
    assert activity.sessions.count() == 1


def test_what_is_not_taken_is_not_read(signed, activity):
    signed.post(address(activity), sent(("2026-05-12", "day"), ("2031-01-01", "day"), taken={0}))
    assert stored(activity) == [("2026-05-12", "day", 1)]


def test_approved_plan_is_refused(signed, activity):
    Plan.objects.filter(pk=activity.plan_id).update(state="approved", approved_on=date(2026, 1, 31))
    signed.post(address(activity), sent(("2026-05-12", "day")))
    assert activity.sessions.count() == 0


def test_measuring_dates_ask_for_no_units(signed, activity):
    activity.target_kind, activity.target_value = "percentage", 100
    activity.save()
    page = signed.get(address(activity), MONTHLY)
    assert page.context["units"] is None
    signed.post(address(activity), sent(("2026-05-12", "day"), units=7))
    assert stored(activity) == [("2026-05-12", "day", 1)]


# --- Clashes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def young(entity, activity):
    group = entity.groups.create(name="Juventud")
    activity.groups.add(group)
    return group


def clashing(client, activity, **asked) -> dict[str, list[str]]:
    rows = client.get(address(activity), asked or MONTHLY).context["proposed"].rows
    return {f"{row.on:%m-%d}": [other.activity for other in row.clashes] for row in rows if row.clashes}


def test_same_group_on_the_same_day_is_told_across_plans_and_dependencies(signed, entity, plan, activity, young):
    other = make_activity(make_plan(entity, title="Otro plan"), make_dependency(entity, "Salud"), name="Foro juvenil")
    own = make_activity(plan, activity.responsibilities.get().dependency, name="Feria")
    for one in (other, own):
        one.groups.add(young)
    make_session(other, date(2026, 3, 10))
    make_session(own, date(2026, 3, 10))
    make_session(own, date(2026, 4, 30), planned_precision="month")
    make_session(own, date(2026, 5, 12), withdrawn_on=date(2026, 5, 1))
    make_session(make_activity(plan), date(2026, 6, 9))  # of nobody in common
    assert clashing(signed, activity) == {"03-10": ["Foro juvenil", "Feria"]}
    html = signed.get(address(activity), MONTHLY).content.decode()
    assert "1 coincide con otro espacio de los mismos grupos." in html
    assert (
        "2 espacios más de los mismos grupos ese día" in html
        and "Juventud: ese día también en" in html
        and "(Salud)" in html
        and "· Otro plan" in html
    )
    answer = signed.post(address(activity), sent(("2026-03-10", "day")), follow=True)
    assert activity.sessions.count() == 1  # it warns and does not block
    assert "1 día coincide con otro espacio de los mismos grupos" in answer.content.decode()


def test_closed_plans_and_other_entities_convene_nobody(signed, entity, activity, young):
    closed = make_plan(entity, state="closed", approved_on=date(2026, 1, 1), closed_on=date(2026, 2, 1))
    one = make_activity(closed)
    one.groups.add(young)
    make_session(one, date(2026, 3, 10))
    assert clashing(signed, activity) == {}


@pytest.mark.parametrize("size", [1, 30])
def test_page_takes_the_same_statements(signed, entity, plan, activity, young, django_assert_num_queries, size):
    for number in range(size):
        group = entity.groups.create(name=f"Grupo {number}")
        activity.groups.add(group)
        other = make_activity(plan, make_dependency(entity))
        other.groups.add(group, young)
        make_session(other, date(2026, 3, 10))
        make_session(activity, date(2026, 1, 1 + number))
    signed.get(address(activity), MONTHLY)
    with django_assert_num_queries(11):
        signed.get(address(activity), MONTHLY)


@pytest.mark.parametrize("size", [2, 24])  # SQLite takes more in several inserts
def test_saving_takes_the_same_statements(signed, activity, django_assert_num_queries, size):
    days = [date.fromordinal(date(2026, 2, 1).toordinal() + number) for number in range(size)]
    rows = sent(*((day.isoformat(), "day") for day in days))
    signed.get(address(activity))
    with django_assert_num_queries(16):
        signed.post(address(activity), rows)
    assert Session.objects.count() == size
