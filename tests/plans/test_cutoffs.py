"""The cut-offs of an entity: one page for all of them, and the periods of a plan between them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEntry, Entity
from plans.cutoffs import Cutoff, periods
from tests.factories import make_entity, make_plan

THREE = ((4, 30, "Primer corte"), (8, 31, "Segundo corte"), (12, 31, "Tercer corte"))


def url(entity):
    return reverse("plans:cutoff_list", args=[entity.slug])


def typed(*rows, revision=0, stored=0):
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": stored, "revision": revision}
    for at, (month, day, name) in enumerate(rows):
        data |= {f"form-{at}-month": month, f"form-{at}-day": day, f"form-{at}-name": name}
    return data


def stored(entity):
    return list(entity.cutoffs.values_list("month", "day", "name"))


@pytest.fixture
def as_planner(client, planner):
    client.force_login(planner)
    return client


def test_cutoffs_are_written_changed_and_taken_away_on_one_page(as_planner, entity):
    assert as_planner.post(url(entity), typed(*THREE, ("", "", ""))).status_code == 302
    assert stored(entity) == list(THREE)
    revision = Entity.objects.get(pk=entity.pk).revision
    page = as_planner.get(url(entity))
    assert [form.initial.get("name") for form in page.context["formset"]][:4] == [*(row[2] for row in THREE), None]
    changed = ((4, 30, "Corte de abril"), ("", "", ""), (12, 31, "Tercer corte"))
    as_planner.post(url(entity), typed(*changed, revision=revision, stored=3))
    assert stored(entity) == [(4, 30, "Corte de abril"), (12, 31, "Tercer corte")]
    assert AuditEntry.objects.filter(content_type__model="cutoff").count() == 3 + 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(4, 31, "Corte")], "Ese mes no tiene ese día."),
        ([(2, 30, "Corte")], "Ese mes no tiene ese día."),
        ([(13, 1, "Corte")], "no es una de las opciones"),
        ([(4, 0, "Corte")], "mayor o igual"),
        ([(4, "", "Corte")], "Diga el día, el mes y el nombre"),
        ([(4, 30, "")], "Diga el día, el mes y el nombre"),
        ([(4, 30, "Uno"), (4, 30, "Otro")], "Dos cortes caen el mismo día"),
        ([(4, 30, "x" * 300)], "80 caracteres"),
        ([(1 + n % 12, 1 + n // 12, "Corte") for n in range(25)], "24"),
    ],
)
def test_cutoff_that_is_no_day_is_refused(as_planner, entity, rows, said):
    answer = as_planner.post(url(entity), typed(*rows))
    assert said in answer.content.decode()
    assert stored(entity) == []


def test_second_person_is_told_and_keeps_what_they_typed(as_planner, entity):
    as_planner.post(url(entity), typed(THREE[0]))
    answer = as_planner.post(url(entity), typed(THREE[1]))
    assert "Otra persona cambió los datos de la entidad" in answer.content.decode()
    assert "Segundo corte" in answer.content.decode()
    assert stored(entity) == [THREE[0]]
    as_planner.post(url(entity), typed(THREE[1], revision=answer.context["revision"]))
    assert stored(entity) == [THREE[1]]


@pytest.mark.parametrize("fields", [{"month": 4, "day": 31}, {"month": 13, "day": 1}, {"month": 2, "day": 30}])
def test_database_refuses_a_day_that_no_month_has(entity, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Cutoff.objects.create(entity=entity, name="Corte", **fields)


def test_periods_go_from_a_cutoff_to_the_next_inside_the_plan(entity):
    rows = [Cutoff(month=month, day=day, name=name) for month, day, name in THREE]
    assert periods(rows, date(2026, 1, 1), date(2026, 12, 31)) == [
        ("Primer corte", date(2026, 1, 1), date(2026, 4, 30)),
        ("Segundo corte", date(2026, 5, 1), date(2026, 8, 31)),
        ("Tercer corte", date(2026, 9, 1), date(2026, 12, 31)),
    ]
    assert periods(rows, date(2026, 7, 15), date(2027, 2, 10)) == [
        ("Segundo corte", date(2026, 7, 15), date(2026, 8, 31)),
        ("Tercer corte", date(2026, 9, 1), date(2026, 12, 31)),
        ("Primer corte", date(2027, 1, 1), date(2027, 2, 10)),
    ]
    assert periods([], date(2026, 1, 1), date(2026, 12, 31)) == []
    [february] = [Cutoff(month=2, day=29, name="Febrero")]
    assert (february.on(2027), february.on(2028)) == (date(2027, 2, 28), date(2028, 2, 29))


def test_new_report_of_a_period_offers_the_cutoffs_first(as_planner, entity):
    for month, day, name in THREE:
        entity.cutoffs.create(month=month, day=day, name=name)
    make_entity("otra").cutoffs.create(month=6, day=30, name="Ajeno")
    plan = make_plan(entity)
    address = reverse("reports:report_create", args=[entity.slug, plan.slug])
    _none, own, quarters = as_planner.get(address, {"clase": "periodo"}).context["form"].fields["days"].choices
    assert own == (
        "Cortes de la entidad",
        [
            ("2026-01-01-a-2026-04-30", "Primer corte: enero a abril de 2026"),
            ("2026-05-01-a-2026-08-31", "Segundo corte: mayo a agosto de 2026"),
            ("2026-09-01-a-2026-12-31", "Tercer corte: septiembre a diciembre de 2026"),
        ],
    )
    assert quarters[0] == "Trimestres"
    as_planner.post(address, {"kind": "period", "days": "2026-05-01-a-2026-08-31"})
    assert plan.reports.get().ends_on == date(2026, 8, 31)
