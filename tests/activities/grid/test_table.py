"""The table of a draft's activities: its cells as texts, one saved at a time, rows as forms, and the way back."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from activities.grid import writing
from activities.grid.catalogue import Unread, of_plan
from activities.grid.rows import rows_of
from activities.models import Activity, Responsibility, Session
from plans.models import Plan
from records.refusals import Stale
from tests.factories import make_activity, make_commitment, make_dependency, make_session


def at(name: str, plan, *args) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


@pytest.fixture
def full(plan, dependency):
    """An activity with something in every column."""
    phase = plan.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
    plan.phases.create(number=2, name="Seguimiento y evaluación", stage="evaluation")
    activity = make_activity(
        plan,
        dependency,
        number="1.1",
        name="Encuesta",
        phase=phase,
        target_kind="percentage",
        target_value="82.5",
        unit="respuestas",
        indicator="Respuestas\n/ solicitudes",
        periodicity="Trimestral",
        incidence_level="consultation",
    )
    for name in ("Mujeres rurales", "Adultos mayores"):
        activity.groups.add(plan.entity.groups.create(name=name))
    make_session(activity, date(2026, 3, 31), planned_precision="month")
    make_session(activity, date(2026, 9, 15))
    return activity


def texts_of(activity) -> dict:
    activity = Activity.objects.get(pk=activity.pk)
    return rows_of([activity])[activity.pk].texts(of_plan(activity.plan))


def test_cells_say_the_row_and_are_read_back_as_they_are(full):
    texts = texts_of(full)
    assert texts == {
        "number": "1.1",
        "name": "Encuesta",
        "phase": "1. Diagnóstico",
        "lead": "Secretaría de Gobierno",
        "target_kind": "Porcentaje",
        "target_value": "82,5 %",
        "unit": "respuestas",
        "indicator": "Respuestas\n/ solicitudes",
        "groups": "Adultos mayores; Mujeres rurales",
        "spaces": "mar; 15 sep",
        "periodicity": "Trimestral",
        "incidence_level": "Consulta",
    }
    catalogue, row = of_plan(full.plan), rows_of([full])[full.pk]
    again = row.with_values({key: catalogue.read(key, text) for key, text in texts.items()})
    assert again.texts(catalogue) == texts
    assert (again.kept.phase, set(again.kept.groups), again.days) == (row.kept.phase, set(row.kept.groups), row.days)


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("name", " ", "Una actividad tiene nombre."),
        ("phase", "Cierre", "«Cierre» no está entre las de este plan."),
        ("lead", "Secretaria de Gobiernos", "¿Quiso decir «Secretaría de Gobierno»?"),
        ("groups", "Mujeres rurales; Marcianos", "«Marcianos» no es un grupo de esta entidad."),
        ("groups", "Todos los grupos de valor", "es un conjunto: escriba cuáles grupos son."),
        ("target_value", "=1+1", "«=1+1» no es una cantidad: escriba 12, 80 % o 4 encuentros."),
        ("target_value", "1234567890123", "dígitos"),
        ("spaces", "31/02/2026", "31/02/2026"),
        ("spaces", "marzo de 2031", "queda fuera del plan"),
        ("spaces", "enero a junio", "Escriba cada mes o cada fecha"),
        ("incidence_level", "Alta", "no es una de las opciones"),
        ("number", "1" * 21, "20"),
    ],
)
def test_text_that_its_cell_cannot_hold_is_told(full, key, text, sentence):
    with pytest.raises(Unread) as told:
        of_plan(full.plan).read(key, text)
    assert sentence in told.value.messages[0]


def cell(client, activity, key, text, was):
    answer = client.post(at("grid_cell", activity.plan, activity.pk), {"column": key, "text": text, "was": was})
    return answer.status_code, answer.json()


def test_cell_is_saved_by_itself_with_its_trail(client, planner, full):
    hacienda = make_dependency(full.plan.entity, "Hacienda", aliases="Sec. Hacienda")
    client.force_login(planner)
    status, answer = cell(client, full, "lead", "sec hacienda; Secretaría de Gobierno", "Secretaría de Gobierno")
    assert (status, answer["state"], answer["revision"], answer["texts"]["lead"]) == (200, "saved", 1, "Hacienda")
    parts = {row.dependency.name: row.part for row in full.responsibilities.all()}
    assert parts == {"Hacienda": "lead", "Secretaría de Gobierno": "support"}
    assert AuditEntry.objects.get(verb="responsibility.create", actor=planner, changes__dependency__1=str(hacienda))

    _status, answer = cell(client, full, "target_value", "4 encuentros", "82,5 %")
    assert (answer["texts"]["target_value"], answer["texts"]["unit"]) == ("4 %", "respuestas")
    cell(client, full, "target_kind", "Cantidad", "Porcentaje")
    entry = AuditEntry.objects.get(verb="activity.update", object_id=full.pk, changes__has_key="target_kind")
    assert (entry.actor, entry.changes) == (planner, {"target_kind": ["percentage", "count"]})

    _status, answer = cell(client, full, "spaces", "marzo; junio; 15/09/2026", "mar; 15 sep")
    assert answer["texts"]["spaces"] == "mar; jun; 15 sep"
    assert AuditEntry.objects.filter(verb="session.create", actor=planner).count() == 1
    cell(client, full, "spaces", "jun", "mar; jun; 15 sep")
    assert list(full.sessions.values_list("planned_on", flat=True)) == [date(2026, 6, 30)]
    assert AuditEntry.objects.filter(verb="session.delete", actor=planner).count() == 2


def test_goal_gives_its_kind_and_its_unit(client, planner, plan):
    activity = make_activity(plan)
    client.force_login(planner)
    _status, answer = cell(client, activity, "target_value", "4 encuentros", "")
    told = {key: answer["texts"][key] for key in ("target_kind", "target_value", "unit")}
    assert told == {"target_kind": "Cantidad", "target_value": "4", "unit": "encuentros"}
    _status, answer = cell(client, activity, "target_value", "90%", "4")
    assert (answer["texts"]["target_kind"], answer["texts"]["target_value"]) == ("Porcentaje", "90 %")


@pytest.mark.parametrize(
    ("key", "text", "was", "sentence"),
    [
        ("number", "2.1", "1.1", "Otra actividad ya tiene el número 2.1."),
        ("target_value", "", "82,5 %", "Una meta en porcentaje dice cuál, mayor que cero."),
        ("target_kind", "", "Porcentaje", "Diga si la meta es una cantidad, un porcentaje o un hito."),
        ("spaces", "", "mar; 15 sep", "Del espacio de 15 sep 2026 hay más que la fecha: quítelo en su página."),
        ("lead", "Nadie conocido", "Secretaría de Gobierno", "«Nadie conocido» no es una dependencia"),
    ],
)
def test_refused_cell_says_why_and_changes_nothing(client, planner, full, key, text, was, sentence):
    make_activity(full.plan, number="2.1")
    session = full.sessions.get(planned_on=date(2026, 9, 15))
    session.place = "Salón comunal"
    session.save()
    before = texts_of(full)
    client.force_login(planner)
    status, answer = cell(client, full, key, text, was)
    assert (status, answer["state"]) == (409, "refused")
    assert sentence in answer["told"]
    assert texts_of(full) == before


def test_space_with_a_promise_is_not_taken_away(client, planner, full):
    make_commitment(full.plan, session=full.sessions.first())
    client.force_login(planner)
    status, answer = cell(client, full, "spaces", "15 sep", "mar; 15 sep")
    assert (status, answer["told"][:30]) == (409, "Del espacio de mar 2026 hay má")


def test_cell_that_another_changed_shows_both_and_another_cell_is_saved(client, planner, full):
    client.force_login(planner)
    cell(client, full, "name", "Encuesta de una", "Encuesta")
    status, answer = cell(client, full, "name", "Encuesta de la otra", "Encuesta")
    assert (status, answer["state"], answer["stored"]) == (409, "stale", "Encuesta de una")
    assert cell(client, full, "unit", "encuestas", "respuestas")[0] == 200
    assert cell(client, full, "name", "Encuesta de la otra", "Encuesta de una")[0] == 200
    full.refresh_from_db()
    assert (full.name, full.unit, full.revision) == ("Encuesta de la otra", "encuestas", 3)


def test_approved_plan_takes_nothing(client, planner, full):
    Plan.objects.filter(pk=full.plan_id).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))
    client.force_login(planner)
    before = texts_of(full)
    assert cell(client, full, "name", "Otra", "Encuesta")[0] == 409
    assert client.post(at("grid_move", full.plan, full.pk), {"phase": "", "after": ""}).status_code == 409
    for name, args in (("grid", []), ("grid_new", []), ("grid_paste", []), ("grid_row", [full.pk])):
        assert client.get(at(name, full.plan, *args)).status_code == 302
    client.post(at("grid_new", full.plan), {"name": "Nueva"})
    client.post(at("grid_duplicate", full.plan), {"rows": [f"{full.pk}:0"]})
    client.post(at("grid_paste", full.plan), {"block": "Actividad\tMeta\nOtra\t3", "do": "apply"})
    client.post(at("grid_row", full.plan, full.pk), {"name": "Otra", "revision": 0})
    assert texts_of(full) == before
    assert Activity.objects.count() == 1


def test_row_is_a_form_of_the_same_texts(client, planner, full):
    client.force_login(planner)
    page = client.get(at("grid_row", full.plan, full.pk))
    sent = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    refused = client.post(at("grid_row", full.plan, full.pk), sent | {"lead": "Marte", "unit": "cartas"})
    assert refused.status_code == 200
    assert refused.context["form"].errors["lead"][0].startswith("«Marte» no es una dependencia de esta entidad.")
    assert 'value="Marte"' in refused.content.decode()
    answer = client.post(at("grid_row", full.plan, full.pk), sent | {"unit": "cartas", "groups": "mujeres RURALES"})
    assert answer.url == f"{at('grid', full.plan)}?fila={full.pk}"
    assert (texts_of(full)["unit"], texts_of(full)["groups"]) == ("cartas", "Mujeres rurales")

    stale = client.post(at("grid_row", full.plan, full.pk), sent | {"unit": "llamadas"}).context["form"]
    told = [(clash.name, clash.stored, clash.typed, clash.keep) for clash in stale.clashes]
    assert told == [
        ("unit", "cartas", "llamadas", ""),
        ("groups", "Mujeres rurales", "Adultos mayores; Mujeres rurales", "stored"),
    ]


def test_new_row_goes_to_the_end_of_its_phase(client, planner, full):
    last = make_activity(full.plan, phase=full.plan.phases.get(number=2))
    client.force_login(planner)
    answer = client.post(
        at("grid_new", full.plan),
        {"name": "Foro", "phase": "diagnostico", "spaces": "abr", "lead": "Todas las dependencias"},
        headers={"accept": "application/json"},
    ).json()
    assert (answer["state"], answer["texts"]["phase"]) == ("saved", "1. Diagnóstico")
    made = Activity.objects.get(pk=answer["pk"])
    assert (made.all_dependencies, made.order, made.search_text) == (True, last.order + 1, "foro")
    assert [row.name for row in full.plan.activities.by_phase()][1] == "Foro"
    assert AuditEntry.objects.filter(verb="activity.create", object_id=made.pk, actor=planner).count() == 1
    told = client.post(at("grid_new", full.plan), {"unit": "x"}, headers={"accept": "application/json"})
    assert (told.status_code, list(told.json()["told"])) == (409, ["name"])


def test_row_is_moved_to_another_phase_and_stale_place_is_told(client, planner, full):
    second = full.plan.phases.get(number=2)
    other = make_activity(full.plan, phase=second, order=500, name="Cierre")
    client.force_login(planner)
    answer = client.post(at("grid_move", full.plan, full.pk), {"phase": second.pk, "after": other.pk}).json()
    assert (answer["texts"]["phase"], answer["section"]) == ("2. Seguimiento y evaluación", f"fase-{second.pk}")
    assert [row.name for row in full.plan.activities.by_phase()] == ["Cierre", "Encuesta"]
    Activity.objects.filter(pk=other.pk).delete()
    told = client.post(at("grid_move", full.plan, full.pk), {"phase": second.pk, "after": other.pk})
    assert (told.status_code, told.json()["state"]) == (409, "refused")
    assert client.post(at("grid_move", full.plan, full.pk), {"phase": "9" * 18}).status_code == 409


def test_row_that_changes_phase_goes_to_its_end_and_a_move_touches_no_other(client, planner, full):
    second = full.plan.phases.get(number=2)
    others = [make_activity(full.plan, phase=second, order=n + 90, name=f"Cierre {n}") for n in range(3)]
    client.force_login(planner)
    cell(client, full, "phase", "2", "1. Diagnóstico")
    assert [row.name for row in full.plan.activities.by_phase()] == ["Cierre 0", "Cierre 1", "Cierre 2", "Encuesta"]
    before = AuditEntry.objects.count()
    client.post(at("grid_move", full.plan, full.pk), {"phase": second.pk, "after": others[1].pk})
    assert [row.name for row in full.plan.activities.by_phase()] == ["Cierre 0", "Cierre 1", "Encuesta", "Cierre 2"]
    assert AuditEntry.objects.count() == before + 2  # the two that changed places


def test_copies_of_several_rows(client, planner, full):
    client.force_login(planner)
    answer = client.post(at("grid_duplicate", full.plan), {"rows": [f"{full.pk}:0"], "from": "grid"}, follow=True)
    assert "Se duplicó 1 actividad." in answer.content.decode()
    copy = Activity.objects.exclude(pk=full.pk).get()
    assert texts_of(copy) == texts_of(full) | {"number": "", "name": "Encuesta (copia)"}


def test_columns_chosen_stay(client, planner, full):
    client.force_login(planner)
    client.get(at("grid", full.plan), {"columnas": ["name", "unit", "zzz"]})
    assert [column.key for column in client.get(at("grid", full.plan)).context["columns"]] == ["name", "unit"]


def test_several_come_back_to_the_table(client, planner, full):
    client.force_login(planner)
    asked = {"rows": [f"{full.pk}:0"], "from": "grid"}
    page = client.post(at("activity_several", full.plan), asked | {"do": "ask"}).content.decode()
    assert f'href="{at("grid", full.plan)}"' in page and 'name="from" value="grid"' in page
    answer = client.post(at("activity_several", full.plan), asked | {"do": "delete"})
    assert answer.url == at("grid", full.plan)
    assert client.get(answer.url).context["undo"] == "Se eliminó 1 actividad."


def test_written_rows_are_put_back(plan, planner, full):
    before, twin = texts_of(full), make_activity(plan, number="1.2", name="Foro")
    catalogue = of_plan(plan)
    asked = {"number": "1.2", "name": "Otra", "lead": "", "groups": "", "spaces": "dic", "phase": "", "unit": "x"}
    values = {key: catalogue.read(key, text) for key, text in asked.items()}
    written = writing.write(
        plan=plan,
        seen={full.pk: 0, twin.pk: 0},
        asked=[(full.pk, values), (twin.pk, {"number": "1.1"}), (None, {"name": "Nueva", "number": "7"})],
        by=planner,
    )
    assert (written.changed, written.made) == (2, 1)
    assert texts_of(full) == before | asked
    assert writing.undo(plan=plan, stash=written.stash, by=planner) == 3
    assert texts_of(full) == before
    assert list(plan.activities.values_list("number", flat=True).order_by("number")) == ["1.1", "1.2"]
    with pytest.raises(Stale):
        writing.undo(plan=plan, stash=written.stash, by=planner)


@pytest.mark.parametrize("number", [3, 30])
def test_statements_do_not_grow(client, planner, full, number):
    for n in range(number):
        row = make_activity(full.plan, make_dependency(full.plan.entity), number=f"2.{n}", phase=full.phase)
        row.groups.set(full.groups.all())
        make_session(row, date(2026, 5, 5))
    client.force_login(planner)
    ContentType.objects.get_for_models(Activity, Responsibility, Session)  # known from the first entry on
    client.get(at("grid", full.plan))
    rows = list(full.plan.activities.by_phase())
    client.post(at("grid_move", full.plan, rows[2].pk), {"phase": full.phase_id, "after": rows[0].pk})
    steps = {
        "open": lambda: client.get(at("grid", full.plan)),
        "name": lambda: cell(client, full, "name", "Otra", "Encuesta"),
        "lead": lambda: cell(client, full, "lead", "", "Secretaría de Gobierno"),
        "spaces": lambda: cell(client, full, "spaces", "mar; abr", "mar; 15 sep"),
        "move": lambda: client.post(
            at("grid_move", full.plan, rows[1].pk), {"phase": full.phase_id, "after": rows[0].pk}
        ),
        "new": lambda: client.post(
            at("grid_new", full.plan), {"name": "Nueva"}, headers={"accept": "application/json"}
        ),
    }
    counts = {}
    for name, step in steps.items():
        with CaptureQueriesContext(connection) as statements:
            assert step() is not None
        counts[name] = len(statements)
    assert counts == {"open": 15, "name": 31, "lead": 33, "spaces": 43, "move": 29, "new": 20}
