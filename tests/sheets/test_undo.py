"""An import is undone while nothing was built on it; else a sentence says what was."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Dependency
from activities.models import Activity, Metric, Session
from plans.models import Plan, StakeholderGroup
from records import audit
from records.models import Origin, Source
from sheets.undo import blockers, imports_of, plan_of
from tests.factories import make_activity, make_commitment, make_dependency, make_session
from tests.reports.reporting import make_published
from tests.sheets.conftest import build_xlsx
from tests.sheets.test_views import ROWS


@pytest.fixture
def bring(client, planner, upload, decide):
    """A function that imports rows at an address; the Origin that they came from."""

    def act(address, rows=ROWS, name="matriz.xlsx"):
        client.force_login(planner)
        done = decide(upload(address, build_xlsx(rows), name=name), action="import")
        assert done.status_code == 302
        return Origin.objects.first()

    return act


@pytest.fixture
def undo(client):
    def act(origin, **headers):
        return client.post(reverse("sheets:import_undo", args=[origin.entity.slug, origin.pk]), follow=True)

    return act


def rows_of(plan):
    return (plan.activities.count(), Session.objects.filter(activity__plan=plan).count(), plan.phases.count())


def test_rows_of_an_import_go_and_those_of_others_stay(client, plan, address, bring, undo):
    mine = make_activity(plan, make_dependency(plan.entity, "Salud"), name="Foro")
    origin = bring(address)
    assert rows_of(plan) == (3, 2, 2)
    page = client.get(address).content.decode()
    assert reverse("sheets:import_undo", args=[plan.entity.slug, origin.pk]) in page
    told = undo(origin).content.decode()
    assert "Se deshizo la importación de «matriz.xlsx»." in told
    assert (rows_of(plan), plan.activities.get()) == ((1, 0, 0), mine)
    assert list(Dependency.objects.values_list("name", flat=True)) == ["Salud"]
    assert (StakeholderGroup.objects.count(), Origin.objects.count(), Source.objects.count()) == (0, 0, 0)
    entry = AuditEntry.objects.get(verb="origin.undo")
    assert {name: before for name, (before, _after) in entry.changes.items()} == {
        "file_name": "matriz.xlsx",
        "n_phases": 2,
        "n_activities": 2,
        "n_sessions": 2,
    }
    assert audit.entity_id_of(origin) == entry.entity_id


def test_plan_that_the_import_made_goes_too(client, entity, bring, undo):
    origin = bring(reverse("sheets:import_new", args=[entity.slug]))
    assert plan_of(origin) == Plan.objects.get()
    ask = client.get(reverse("sheets:import_undo", args=[entity.slug, origin.pk])).content.decode()
    assert "Se elimina el plan «matriz 2026»" in ask and Plan.objects.exists()
    assert undo(origin).redirect_chain[-1][0] == reverse("plans:plan_list", args=[entity.slug])
    assert not Plan.objects.exists()


def test_import_undone_twice_says_that_it_is_gone(client, plan, address, bring, undo):
    origin = bring(address)
    undo(origin)
    assert "Esa importación ya no está" in undo(origin).content.decode()
    assert AuditEntry.objects.filter(verb="origin.undo").count() == 1


def test_file_imported_twice_is_undone_once(client, plan, address, bring, undo, upload):
    origin = bring(address)
    assert imports_of(plan).count() == 1  # the second brought nothing
    upload(address, build_xlsx(ROWS))
    undo(origin)
    assert rows_of(plan) == (0, 0, 0)


BUILT = {
    "edited": lambda plan: [Activity.objects.filter(plan=plan).first().claim()],
    "session": lambda plan: make_session(Activity.objects.filter(plan=plan).first(), planned_on=date(2026, 7, 9)),
    "metric": lambda plan: Metric.objects.create(
        activity=Activity.objects.filter(plan=plan).first(),
        **{"kind": "alcance", "name": "Alcance", "value": 1},
        **{"period_from": date(2026, 3, 1), "period_to": date(2026, 3, 31)},
    ),
    "commitment": lambda plan: make_commitment(plan, session=Session.objects.filter(activity__plan=plan).first()),
    "approved": lambda plan: Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 2)),
    "published": lambda plan: make_published(plan),
}
SAYS = {
    "edited": "1 de sus filas se cambió o se reportó después.",
    "session": "Sobre lo importado se agregó después 1 fila: elimínela antes.",
    "metric": "Sobre lo importado se agregó después 1 fila: elimínela antes.",
    "commitment": "Sobre lo importado se agregó después 1 fila: elimínela antes.",
    "approved": "El plan está aprobado",
    "published": "El plan tiene 1 informe",
}


@pytest.mark.parametrize("built", BUILT)
def test_what_was_built_on_an_import_keeps_it(client, plan, address, bring, undo, built):
    origin = bring(address)
    BUILT[built](plan)
    before = rows_of(plan)
    ask = client.get(reverse("sheets:import_undo", args=[plan.entity.slug, origin.pk])).content.decode()
    assert "ya no se puede deshacer" in ask and SAYS[built] in ask
    undo(origin)
    assert (rows_of(plan), Origin.objects.count()) == (before, 1)


def test_row_of_the_plan_that_was_made_by_hand_keeps_it(entity, bring):
    origin = bring(reverse("sheets:import_new", args=[entity.slug]))
    make_activity(Plan.objects.get(), make_dependency(entity, "Salud"))
    assert blockers(origin, plan_of(origin)) == ["Sobre lo importado se agregó después 1 fila: elimínela antes."]


def test_import_that_changed_rows_of_the_plan_is_not_undone(plan, address, bring):
    bring(address)
    other = [ROWS[0], [*ROWS[1][:2], 4, *ROWS[1][3:]]]
    origin = bring(address, other)
    assert blockers(origin, plan)[0].startswith("La importación cambió")


def test_unit_that_somebody_uses_stays(plan, address, bring, undo):
    origin = bring(address)
    press = Dependency.objects.get(name="Oficina de Prensa")
    make_activity(plan, press, name="Foro")
    undo(origin)
    assert list(Dependency.objects.all()) == [press]


def test_only_planners_undo(client, plan, address, bring, control, outsider):
    origin = bring(address)
    there = reverse("sheets:import_undo", args=[plan.entity.slug, origin.pk])
    for user, status in ((control, 403), (outsider, 404)):
        client.force_login(user)
        assert [client.get(there).status_code, client.post(there).status_code] == [status, status]
    assert rows_of(plan) == (2, 2, 2)
