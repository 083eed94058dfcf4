"""The list of a plan's activities, one of them, and the planned side while the plan is a draft."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry, Role
from activities import actions, order
from activities.models import Activity, Session
from plans import states
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records.refusals import Stale
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_plan,
    make_session,
    make_user,
)


def at(name: str, plan: Plan, *args) -> str:
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


def approve(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=date(2026, 1, 31))


@pytest.fixture
def group(entity):
    return StakeholderGroup.objects.create(entity=entity, name="Juntas de acción comunal")


@pytest.fixture
def foreign():
    """A plan of another entity, with one of everything."""
    entity = make_entity("ajena")
    plan = make_plan(entity)
    return {
        "plan": plan,
        "dependency": make_dependency(entity, "Secretaría ajena"),
        "group": StakeholderGroup.objects.create(entity=entity, name="Grupo ajeno"),
        "phase": CyclePhase.objects.create(plan=plan, number=1, name="Fase ajena"),
        "line": StrategicLine.objects.create(plan=plan, name="Línea ajena"),
        "activity": make_activity(plan),
    }


# --- The list ---------------------------------------------------------------------------------------------------------


def rows(response) -> list:
    return [row for section in response.context["sections"] for row in section.rows]


def names(response) -> list[str]:
    return [row.activity.name for row in rows(response)]


def test_list_by_phase_with_its_sections(client, control, plan):
    second = CyclePhase.objects.create(plan=plan, number=2, name="Formulación")
    first = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico")
    make_activity(plan, name="Suelta")
    make_activity(plan, name="Feria", outside_plan=True)
    make_activity(plan, name="Plan", phase=second)
    make_activity(plan, name="Encuesta", phase=first)
    client.force_login(control)
    response = client.get(at("activity_list", plan))
    assert [(section.title, [row.activity.name for row in section.rows]) for section in response.context["index"]] == [
        ("1. Diagnóstico", ["Encuesta"]),
        ("2. Formulación", ["Plan"]),
        ("Sin fase", ["Suelta"]),
        ("Otros espacios, fuera del plan", ["Feria"]),
    ]


def test_list_filters(client, planner, plan, dependency):
    phase = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico")
    line = StrategicLine.objects.create(plan=plan, name="Línea 1")
    below = make_dependency(plan.entity, "Inspección", parent=dependency)
    told = make_activity(plan, below, name="Rendición de cuentas", phase=phase, number="1.1")
    make_session(told, date(2026, 2, 2), executed_units=1, held_on=date(2026, 2, 2))
    silent = make_activity(plan, name="Diálogo", line=line)
    make_session(silent, date(2026, 2, 2))
    make_activity(plan, name="De todas", all_dependencies=True)
    make_activity(plan, name="Feria", outside_plan=True)
    approve(plan)
    client.force_login(planner)

    def found(**query):
        return names(client.get(at("activity_list", plan), query))

    assert found(q="rendicion CUENTAS") == ["Rendición de cuentas"]
    assert found(q="1.1") == ["Rendición de cuentas"]
    assert found(phase=phase.pk) == ["Rendición de cuentas"]
    assert found(phase="ninguna") == ["Diálogo", "De todas", "Feria"]
    assert found(line=line.pk) == ["Diálogo"]
    assert found(dependency=dependency.pk) == ["Rendición de cuentas", "De todas"]
    assert found(scope="fuera") == ["Feria"]
    assert found(scope="plan") == ["Rendición de cuentas", "Diálogo", "De todas"]
    assert found(needs="reportar") == ["Diálogo"]
    assert found(needs="explicar") == []
    assert found(month="2026-02") == ["Rendición de cuentas", "Diálogo"]
    assert found(month="ninguno") == ["De todas", "Feria"]
    assert found(dependency="ninguna") == ["Diálogo", "Feria"]
    assert found(q="no existe") == []


def test_list_of_a_head_offers_their_own(client, head, plan, dependency):
    make_activity(plan, dependency, name="Mía")
    make_activity(plan, make_dependency(plan.entity), name="De otra")
    client.force_login(head)
    assert names(client.get(at("activity_list", plan), {"dependency": "mias"})) == ["Mía"]


def test_list_filter_of_another_plan_is_no_choice(client, planner, plan, foreign):
    CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico")
    make_activity(plan, name="Propia")
    client.force_login(planner)
    response = client.get(at("activity_list", plan), {"phase": foreign["phase"].pk})
    assert response.context["filters"].errors.keys() == {"phase"}
    assert names(response) == ["Propia"]
    response = client.get(at("activity_list", plan), {"dependency": foreign["dependency"].pk})
    assert response.context["filters"].errors.keys() == {"dependency"}


@pytest.mark.parametrize("size", [3, 250])
def test_list_queries_do_not_grow(client, planner, plan, dependency, size, django_assert_num_queries):
    phase = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico")
    for n in range(size):
        activity = make_activity(plan, dependency, phase=phase, number=f"1.{n}")
        make_session(activity, date(2026, 2, 2))
        make_session(activity, date(2026, 3, 2))
    client.force_login(planner)
    client.get(at("activity_list", plan))
    for sort, statements in (("", 22), ("?sort=avance", 25), ("?sort=-responsable", 21)):
        with django_assert_num_queries(statements):
            assert client.get(at("activity_list", plan) + sort).status_code == 200


@time_machine.travel(date(2026, 3, 1))
def test_list_tells_the_one_thing_that_each_activity_needs(client, planner, plan):
    def states(**fields):
        activity = make_activity(plan, name=fields.pop("name"))
        make_session(activity, date(2026, 1, 6), **fields)
        return activity

    done = {"executed_units": 1, "held_on": date(2026, 1, 7)}
    make_session(states(name="A", reason=""), date(2026, 1, 7), executed_units=0)
    states(name="B", executed_units=0)
    states(name="C", executed_units=0, reason="Sin quórum")
    states(name="D", planned_units=2, **done)
    states(name="E", **done)
    make_session(states(name="F", **done), date(2026, 5, 31), planned_precision="month", planned_units=3)
    make_activity(plan, name="G")
    make_session(make_activity(plan, name="H"), date(2026, 4, 8))
    approve(plan)
    client.force_login(planner)
    response = client.get(at("activity_list", plan))
    told = [
        (row.activity.name, row.facts.executed, row.facts.planned, row.facts.state[1], row.day)
        for row in rows(response)
    ]
    assert told == [
        ("A", 0, 2, "Falta reportar", ""),
        ("B", 0, 1, "Falta explicar", ""),
        ("C", 0, 1, "Explicada", ""),
        ("D", 1, 2, "Falta explicar", ""),
        ("E", 1, 1, "Completa", ""),
        ("F", 1, 4, "Al día", "may 2026"),
        ("G", 0, 0, "Sin fecha", ""),
        ("H", 0, 1, "Programada", "8\u00a0abr\u00a02026"),
    ]
    assert [(one.label, one.count) for one in response.context["shortcuts"]] == [
        ("Sin responsable", 8),
        ("Sin fecha", 1),
        ("Falta reportar", 1),
        ("Falta explicar", 3),
    ]
    for one in response.context["shortcuts"]:
        found = client.get(f"{at('activity_list', plan)}?{one.query}")
        assert len(names(found)) == one.count
        assert [again.label for again in found.context["shortcuts"] if again.current] == [one.label]


def test_list_of_a_draft_says_nothing_of_execution(client, planner, plan):
    make_session(make_activity(plan), date(2025, 1, 5), planned_units=3)
    client.force_login(planner)
    response = client.get(at("activity_list", plan))
    html = response.content.decode()
    assert "Falta reportar" not in html and "Avance" not in html
    (row,) = rows(response)
    assert (row.facts.planned, row.day) == (3, "5\u00a0ene\u00a02025")


@time_machine.travel(date(2026, 3, 1))
def test_list_sorts_by_a_column(client, planner, plan, dependency):
    later = make_activity(plan, dependency, name="Árbol")
    make_session(later, date(2026, 9, 1))
    sooner = make_activity(plan, make_dependency(plan.entity, "Alcaldía"), name="bosque")
    make_session(sooner, date(2026, 4, 1))
    make_session(sooner, date(2026, 1, 1), executed_units=1, held_on=date(2026, 1, 1))
    make_activity(plan, name="Claro")
    approve(plan)
    client.force_login(planner)

    def found(sort):
        return names(client.get(at("activity_list", plan), {"sort": sort}))

    assert found("nombre") == ["Árbol", "bosque", "Claro"]
    assert found("-nombre") == ["Claro", "bosque", "Árbol"]
    assert found("responsable") == ["bosque", "Árbol", "Claro"]
    assert found("fecha") == ["bosque", "Árbol", "Claro"]
    assert found("-fecha") == ["Árbol", "bosque", "Claro"]
    assert found("avance") == ["Árbol", "bosque", "Claro"]
    assert found("estado")[0] == "Claro"
    assert found("otra") == ["Árbol", "bosque", "Claro"]


def test_list_takes_filters_out_one_by_one(client, planner, plan, dependency):
    make_activity(plan, dependency, name="Rendición de cuentas")
    client.force_login(planner)
    response = client.get(at("activity_list", plan), {"q": "rendicion", "dependency": dependency.pk, "sort": "nombre"})
    assert response.context["filters"].chips == [
        ("Número o nombre: «rendicion»", f"?dependency={dependency.pk}&sort=nombre"),
        ("Dependencia: Secretaría de Gobierno", "?q=rendicion&sort=nombre"),
    ]


def test_list_names_who_leads_and_counts_the_rest(client, planner, plan, dependency):
    activity = make_activity(plan, name="Mesa")
    for name in ("Hacienda", "Prensa"):
        activity.responsibilities.create(dependency=make_dependency(plan.entity, name), part="support")
    activity.responsibilities.create(dependency=dependency, part="lead")
    client.force_login(planner)
    (row,) = rows(client.get(at("activity_list", plan)))
    assert (row.names, row.others) == (["Secretaría de Gobierno", "Hacienda", "Prensa"], "+2 apoyan")


def test_list_leads_to_each_phase_on_its_page(client, planner, plan):
    first, second = (CyclePhase.objects.create(plan=plan, number=n, name=f"Fase {n}") for n in (1, 2))
    for phase, size in ((first, 201), (second, 3)):
        for _n in range(size):
            make_activity(plan, phase=phase)
    client.force_login(planner)
    response = client.get(at("activity_list", plan))
    assert [(one.anchor, one.count, one.page) for one in response.context["index"]] == [
        (f"fase-{first.pk}", 201, 1),
        (f"fase-{second.pk}", 3, 2),
    ]
    assert f'href="?page=2#fase-{second.pk}"' in response.content.decode()


def test_list_shows_only_the_buttons_that_one_can_use(client, planner, head, control, plan):
    make_activity(plan)
    make_activity(plan)

    def page(user):
        client.force_login(user)
        return client.get(at("activity_list", plan)).content.decode()

    assert "Renumerar" in page(planner) and "Nueva actividad" in page(planner) and "Elegir «" in page(planner)
    for user in (head, control):
        assert "Renumerar" not in page(user) and "Nueva actividad" not in page(user) and "Elegir «" not in page(user)
    approve(plan)
    assert "Renumerar" not in page(planner) and "Elegir «" not in page(planner)
    assert "Nuevo espacio fuera del plan" in page(planner)


# --- Create and change ------------------------------------------------------------------------------------------------


def test_create_needs_only_a_name(client, planner, plan):
    make_activity(plan, order=7)
    client.force_login(planner)
    response = client.post(at("activity_create", plan), {"name": "  Mesa   de paz "})
    activity = Activity.objects.get(name="Mesa de paz")
    assert response.url == activity.get_absolute_url()
    assert (activity.order, activity.plan, activity.number) == (8, plan, "")
    entry = AuditEntry.objects.get(verb="activity.create", object_id=activity.pk)
    assert (entry.actor, entry.entity) == (planner, plan.entity)


def test_create_with_everything(client, planner, plan, dependency, group):
    support = make_dependency(plan.entity, "Secretaría de Hacienda")
    phase = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico")
    client.force_login(planner)
    client.post(
        at("activity_create", plan),
        {
            "name": "Encuesta",
            "number": "1.1",
            "phase": phase.pk,
            "lead": dependency.pk,
            "support": [support.pk],
            "groups": [group.pk],
            "target_kind": "count",
            "target_value": "4",
            "unit": "informes",
        },
    )
    activity = Activity.objects.get()
    assert [(row.dependency, row.part) for row in activity.responsibilities.all()] == [
        (dependency, "lead"),
        (support, "support"),
    ]
    assert (activity.phase, list(activity.groups.all()), activity.target_value) == (phase, [group], 4)
    assert AuditEntry.objects.filter(verb="responsibility.create").count() == 2


def test_create_with_the_months_in_which_it_is_done(client, planner, plan):
    client.force_login(planner)
    client.post(at("activity_create", plan), {"name": "Encuesta", "months": ["2026-03", "2026-12"]})
    sessions = plan.activities.get().sessions.all()
    assert [(row.planned_on, row.planned_precision, row.planned_units) for row in sessions] == [
        (date(2026, 3, 31), "month", 1),
        (date(2026, 12, 31), "month", 1),
    ]
    assert AuditEntry.objects.filter(verb="session.create", actor=planner).count() == 2
    response = client.post(at("activity_create", plan), {"name": "Otra", "months": ["2027-01"]})
    assert response.context["form"].errors.keys() == {"months"}
    assert "months" not in client.get(at("activity_update", plan, plan.activities.get().pk)).context["form"].fields


def test_create_says_how_long_a_name_may_be_instead_of_cutting_it(client, planner, plan):
    client.force_login(planner)
    response = client.post(at("activity_create", plan), {"name": "paz " * 126})
    assert response.context["form"].errors["name"] == ["Tiene 503 caracteres y caben 500: acórtelo."]
    assert 'maxlength="500"' not in str(response.context["form"]["name"])


def test_create_refuses_what_is_not_of_the_plan(client, planner, plan, foreign):
    client.force_login(planner)
    for name in ("phase", "line"):  # offered at all only when the plan has some
        (CyclePhase if name == "phase" else StrategicLine).objects.create(
            plan=plan, name="Propia", **({"number": 1} if name == "phase" else {})
        )
    response = client.post(
        at("activity_create", plan),
        {
            "name": "Intrusa",
            "phase": foreign["phase"].pk,
            "line": foreign["line"].pk,
            "lead": foreign["dependency"].pk,
            "support": [foreign["dependency"].pk],
            "groups": [foreign["group"].pk],
        },
    )
    assert response.context["form"].errors.keys() == {"phase", "line", "lead", "support", "groups"}
    assert "ajen" not in response.content.decode()
    assert not Activity.objects.filter(plan=plan).exists()


def test_create_tells_each_rule(client, planner, plan, dependency):
    make_activity(plan, number="1.1")
    client.force_login(planner)

    def errors(**data):
        form = client.post(at("activity_create", plan), {"name": "A", **data}).context["form"]
        return {name: list(messages) for name, messages in form.errors.items()}

    assert errors(number="1.1") == {"__all__": ["El plan ya tiene una actividad con ese número."]}
    assert errors(target_kind="percentage") == {"target_value": ["Una meta en porcentaje dice cuál, mayor que cero."]}
    assert errors(target_value="3") == {"target_kind": ["Diga si la meta es una cantidad, un porcentaje o un hito."]}
    assert errors(lead=dependency.pk, support=[dependency.pk]) == {
        "support": ["«Secretaría de Gobierno» ya lidera: no la marque también aquí."]
    }
    assert errors(name="") == {"name": ["Este campo es obligatorio."]}


def test_update_exchanges_who_leads(client, planner, plan, dependency):
    other = make_dependency(plan.entity, "Hacienda")
    activity = make_activity(plan, dependency, name="Mesa")
    activity.responsibilities.create(dependency=other, part="support")
    client.force_login(planner)
    client.post(
        at("activity_update", plan, activity.pk),
        {"name": "Mesa", "lead": other.pk, "support": [dependency.pk], "revision": 0},
    )
    assert {row.dependency.name: row.part for row in activity.responsibilities.all()} == {
        "Hacienda": "lead",
        "Secretaría de Gobierno": "support",
    }


def test_update_by_two_tells_the_second_and_loses_nothing(client, planner, plan):
    activity = make_activity(plan, name="Mesa")
    client.force_login(planner)
    url = at("activity_update", plan, activity.pk)
    client.post(url, {"name": "Mesa", "product": "Un acta", "revision": 0})
    response = client.post(url, {"name": "Mesa ampliada", "product": "Dos actas", "revision": 0})
    form = response.context["form"]
    assert {clash.name: (clash.stored, clash.typed) for clash in form.clashes} == {
        "name": ("Mesa", "Mesa ampliada"),
        "product": ("Un acta", "Dos actas"),
    }
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    assert "Mesa ampliada" in response.content.decode() and "Dos actas" in response.content.decode()
    activity.refresh_from_db()
    assert (activity.name, activity.product) == ("Mesa", "Un acta")
    client.post(url, {"name": "Mesa ampliada", "product": "Dos actas", "revision": form.data["revision"]})
    activity.refresh_from_db()
    assert (activity.name, activity.product, activity.revision) == ("Mesa ampliada", "Dos actas", 2)


def test_second_editor_chooses_field_by_field(client, planner, plan, dependency):
    """Name: both wrote. Product: only the other. Unit: only the second. Lead: both, by its name."""
    hacienda = make_dependency(plan.entity, "Hacienda")
    activity = make_activity(plan, name="Mesa", product="Un acta", unit="mesas")
    client.force_login(planner)
    url = at("activity_update", plan, activity.pk)
    read = client.get(url).context["form"]["revision"].value()
    sent = {"name": "Mesa", "product": "Un acta", "unit": "mesas", "revision": read}
    client.post(url, sent | {"name": "Mesa de una", "product": "Dos actas", "lead": hacienda.pk})
    sent |= {"name": "Mesa de la otra", "unit": "encuentros", "lead": dependency.pk}

    form = client.post(url, sent).context["form"]
    assert [(clash.name, clash.stored, clash.typed, clash.keep) for clash in form.clashes] == [
        ("name", "Mesa de una", "Mesa de la otra", ""),
        ("product", "Dos actas", "Un acta", "stored"),
        ("lead", "Hacienda", "Secretaría de Gobierno", ""),
    ]

    sent |= {"revision": form["revision"].value(), "clash": ["name", "lead", "product"], "keep-product": "stored"}
    form = client.post(url, sent | {"keep-name": "typed"}).context["form"]
    assert form.non_field_errors() == ["Escoja en cada dato cuál texto queda."]
    assert [(clash.name, clash.keep) for clash in form.clashes] == [("name", "typed"), ("lead", "")]

    answer = client.post(url, sent | {"keep-name": "typed", "keep-lead": "stored"})
    assert answer.status_code == 302
    activity.refresh_from_db()
    assert (activity.name, activity.product, activity.unit) == ("Mesa de la otra", "Dos actas", "encuentros")
    assert activity.responsibilities.get().dependency == hacienda


def test_update_without_revision_is_stale(client, planner, plan):
    activity = make_activity(plan, name="Mesa")
    client.force_login(planner)
    client.post(at("activity_update", plan, activity.pk), {"name": "Otra"})
    activity.refresh_from_db()
    assert activity.name == "Mesa"


def test_form_of_an_activity_keeps_what_it_has(client, planner, plan, dependency, group):
    activity = make_activity(plan, dependency)
    activity.groups.add(group)
    client.force_login(planner)
    form = client.get(at("activity_update", plan, activity.pk)).context["form"]
    assert (form["lead"].value(), form["groups"].value()) == (dependency.pk, [group.pk])


# --- Approved plans ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("activity_update", "get"),
        ("activity_update", "post"),
        ("activity_duplicate", "post"),
        ("activity_move", "post"),
        ("activity_delete", "get"),
        ("activity_delete", "post"),
        ("session_create", "get"),
        ("session_create", "post"),
    ],
)
def test_approved_plan_explains_instead_of_editing(client, planner, plan, name, method):
    activity = make_activity(plan, name="Mesa")
    approve(plan)
    client.force_login(planner)
    response = getattr(client, method)(at(name, plan, activity.pk), {"name": "X", "revision": 0}, follow=True)
    assert response.redirect_chain[0][1] == 302
    assert "El plan está aprobado y lo que promete ya no se edita." in response.content.decode()
    assert [one.name for one in plan.activities.all()] == ["Mesa"]


def test_approval_in_between_keeps_what_was_typed(plan, planner):
    """The form was open when somebody else approved."""
    activity = make_activity(plan)
    approve(plan)
    activity.name = "Cambiada"
    with pytest.raises(states.Frozen):
        actions.save_activity(activity=activity, lead=None, support=[], groups=[], by=planner, seen=0)


def test_approved_plan_takes_other_spaces(client, planner, plan):
    approve(plan)
    client.force_login(planner)
    client.post(at("activity_create", plan), {"name": "Feria", "outside_plan": ""})
    activity = Activity.objects.get()
    assert activity.outside_plan
    client.post(at("activity_update", plan, activity.pk), {"name": "Feria 2", "outside_plan": "", "revision": 0})
    activity.refresh_from_db()
    assert (activity.name, activity.outside_plan) == ("Feria 2", True)


def test_approved_plan_does_not_let_an_activity_out(plan, planner):
    activity = make_activity(plan)
    approve(plan)
    activity.outside_plan = True
    with pytest.raises(states.Frozen):
        actions.save_activity(activity=activity, lead=None, support=[], groups=[], by=planner, seen=0)


# --- Order, numbers, copies, deletion ---------------------------------------------------------------------------------


def test_move_to_any_place_in_one_step(client, planner, plan):
    first, second = (CyclePhase.objects.create(plan=plan, number=n, name=f"Fase {n}") for n in (1, 2))
    a, b, c = (make_activity(plan, name=name, phase=first, order=1) for name in "ABC")
    make_activity(plan, name="D", phase=second, order=9)
    make_activity(plan, name="Feria", outside_plan=True)
    client.force_login(planner)

    def order():
        return [(row.name, row.phase and row.phase.number) for row in plan.activities.by_phase()]

    form = client.get(at("activity_move", plan, b.pk)).context["form"]
    assert [(phase, [words for _place, words in options]) for phase, options in form.fields["place"].choices] == [
        ("Fase 1", ["De primera", "Después de «A»", "Después de «C»"]),
        ("Fase 2", ["De primera", "Después de «D»"]),
        ("Sin fase", ["De primera"]),
    ]
    assert form.initial["place"] == f"{first.pk}:{a.pk}"
    response = client.post(at("activity_move", plan, c.pk), {"place": f"{first.pk}:0"})
    assert response.url == f"{at('activity_list', plan)}#actividad-{c.pk}"
    assert order() == [("C", 1), ("A", 1), ("B", 1), ("D", 2), ("Feria", None)]
    client.post(at("activity_move", plan, a.pk), {"place": f"{second.pk}:0"})
    assert order() == [("C", 1), ("B", 1), ("A", 2), ("D", 2), ("Feria", None)]
    entry = AuditEntry.objects.filter(verb="activity.update", object_id=a.pk).latest("pk")
    assert (entry.actor, entry.changes["phase"]) == (planner, ["Fase 1", "Fase 2"])
    a.refresh_from_db()
    assert a.revision == 1


def test_move_behind_what_left_the_phase_is_told(client, planner, plan):
    phase = CyclePhase.objects.create(plan=plan, number=1, name="Diagnóstico")
    a, b = make_activity(plan, phase=phase), make_activity(plan)
    with pytest.raises(Stale):
        order.move_activity(activity=a, phase=phase.pk, after=b.pk, by=planner)


def test_renumber_by_phase_even_when_two_exchange(client, planner, plan):
    phase = CyclePhase.objects.create(plan=plan, number=2, name="Formulación")
    make_activity(plan, name="A", phase=phase, number="2.2")
    make_activity(plan, name="B", phase=phase, number="2.1")
    make_activity(plan, name="C", number="")
    make_activity(plan, name="D", number="1", outside_plan=True)
    client.force_login(planner)
    page = client.get(at("activity_renumber", plan))
    assert len(page.context["changes"]) == 4
    client.post(at("activity_renumber", plan))
    assert dict(plan.activities.values_list("name", "number")) == {"A": "2.1", "B": "2.2", "C": "1", "D": ""}
    assert AuditEntry.objects.filter(verb="activity.update", actor=planner).count() == 4
    assert client.get(at("activity_renumber", plan)).context["changes"] == []


def test_duplicate_copies_the_planned_side_only(client, planner, plan, dependency, group):
    activity = make_activity(plan, dependency, name="Mesa", number="1.1", product="Acta")
    activity.groups.add(group)
    make_session(activity, date(2026, 3, 1), executed_units=1, held_on=date(2026, 3, 1), attendance_total=40)
    make_session(activity, date(2026, 3, 9), planned_units=0, executed_units=1, held_on=date(2026, 3, 9))
    client.force_login(planner)
    client.post(at("activity_duplicate", plan, activity.pk))
    twin = plan.activities.get(name="Mesa (copia)")
    assert (twin.number, twin.product, list(twin.groups.all())) == ("", "Acta", [group])
    assert [row.dependency for row in twin.responsibilities.all()] == [dependency]
    (session,) = twin.sessions.all()
    assert (session.planned_on, session.executed_units, session.attendance_total) == (date(2026, 3, 1), None, None)
    assert plan.activities.get(pk=activity.pk).name == "Mesa"
    assert AuditEntry.objects.filter(verb="session.create", object_id=session.pk, actor=planner).exists()


def test_delete_says_what_goes_and_deletes(client, planner, plan):
    activity = make_activity(plan, name="Mesa")
    make_session(activity)
    client.force_login(planner)
    page = client.get(at("activity_delete", plan, activity.pk)).content.decode()
    assert "Se elimina 1 espacio programado." in page and "Se eliminan 0 métricas." in page
    client.post(at("activity_delete", plan, activity.pk))
    assert not plan.activities.exists() and not Session.objects.exists()
    assert AuditEntry.objects.filter(verb="activity.delete", actor=planner).count() == 1


def test_delete_refuses_what_was_reported_or_promised(client, planner, plan):
    activity = make_activity(plan, name="Mesa")
    session = make_session(activity, executed_units=0, reason="Sin quórum")
    make_commitment(plan, session=session)
    client.force_login(planner)
    for method in (client.get, client.post):
        page = method(at("activity_delete", plan, activity.pk), follow=True).content.decode()
        assert "1 espacio tiene ejecución reportada" in page
        assert "1 compromiso se adquirió en sus espacios" in page
    assert plan.activities.exists()


# --- One activity -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 80])
def test_detail_queries_do_not_grow(client, head, plan, dependency, group, size, django_assert_num_queries):
    activity = make_activity(plan, dependency)
    for n in range(size):
        session = make_session(activity, date.fromordinal(date(2026, 1, 1).toordinal() + n))
        session.attendances.create(group=group, people=n)
        make_commitment(plan, session=session)
        activity.metrics.create(
            kind="alcance", name="Alcance", value=n, period_from=session.planned_on, period_to=session.planned_on
        )
    client.force_login(head)
    client.get(at("activity_detail", plan, activity.pk))
    with django_assert_num_queries(19):
        response = client.get(at("activity_detail", plan, activity.pk))
    assert len(response.context["page"].object_list) == min(size, 50)


def test_detail_offers_what_one_may_do(client, planner, head, control, plan, dependency):
    mine, other = make_activity(plan, dependency), make_activity(plan, make_dependency(plan.entity))
    for activity in (mine, other):
        make_session(activity)

    def offered(user, activity):
        client.force_login(user)
        context = client.get(at("activity_detail", plan, activity.pk)).context
        return context["can_edit"], context["can_report"]

    assert offered(planner, mine) == (True, True)
    assert offered(head, mine) == (False, True)
    assert offered(head, other) == (False, False)
    assert offered(control, mine) == (False, False)
    approve(plan)
    assert offered(planner, mine) == (False, True)


def page_of(client, user, activity) -> str:
    client.force_login(user)
    return client.get(activity.get_absolute_url()).content.decode()


@time_machine.travel(date(2026, 4, 1))
def test_detail_tells_each_space_and_leads_to_what_it_needs(client, planner, plan, group):
    activity = make_activity(plan)
    make_session(activity, date(2026, 1, 5))
    short = make_session(activity, date(2026, 1, 6), executed_units=0)
    make_session(activity, date(2026, 1, 7), executed_units=0, reason="Sin quórum")
    told = make_session(activity, date(2026, 1, 8), executed_units=1, held_on=date(2026, 1, 8), attendance_total=84)
    told.attendances.create(group=group, people=84)
    draft = page_of(client, planner, activity)
    assert "Falta reportar" not in draft and "Espacio no programado" not in draft and ">Reportar" not in draft
    approve(plan)
    client.force_login(planner)
    response = client.get(activity.get_absolute_url())
    assert [words for _session, _state, _code, words in response.context["page"].object_list] == [
        "Falta reportar",
        "Falta explicar",
        "No se hizo",
        "Hecho",
    ]
    html = response.content.decode()
    assert at("session_explain", plan, short.pk) in html and "1 grupo" in html


def test_detail_shows_a_goal_that_is_a_sentence_and_its_unit(client, planner, plan):
    said = make_activity(plan, product="Realizar cuatro ferias de servicios", unit="Ferias realizadas")
    html = page_of(client, planner, said)
    assert "Meta (texto)" in html and "Unidad de medida" in html and "Ferias realizadas" in html
    assert "Sin meta" not in html and "Producto" not in html
    counted = make_activity(plan, product="Un acta", target_kind="count", target_value=4, unit="ferias")
    html = page_of(client, planner, counted)
    assert "Producto" in html and "4 ferias" in html and "Meta (texto)" not in html


# --- Who gets in ------------------------------------------------------------------------------------------------------

PLANNER_ONLY = ("activity_update", "activity_delete", "session_create")


def test_pages_of_the_planned_side_are_for_planners(client, plan, head, control, administrator, outsider):
    activity = make_activity(plan)
    for user, status in ((head, 403), (control, 403), (administrator, 403), (outsider, 404)):
        client.force_login(user)
        for name in PLANNER_ONLY:
            assert client.get(at(name, plan, activity.pk)).status_code == status
        for name in ("activity_duplicate", "activity_move"):
            assert client.post(at(name, plan, activity.pk)).status_code == status
        for name in ("activity_create", "activity_renumber"):
            assert client.get(at(name, plan)).status_code == status
        readable = 404 if status == 404 else 200
        assert client.get(at("activity_list", plan)).status_code == readable
        assert client.get(at("activity_detail", plan, activity.pk)).status_code == readable


def test_activity_of_another_plan_is_not_found(client, planner, plan, foreign):
    sibling = make_activity(make_plan(plan.entity))
    client.force_login(planner)
    for activity in (foreign["activity"], sibling):
        for name in ("activity_detail", *PLANNER_ONLY, "session_extra", "metric_create"):
            assert client.get(at(name, plan, activity.pk)).status_code == 404
    theirs = foreign["plan"]
    assert client.get(at("activity_detail", theirs, foreign["activity"].pk)).status_code == 404


def test_head_of_a_part_cannot_report_the_whole(client, plan, dependency):
    below = make_dependency(plan.entity, parent=dependency)
    activity = make_activity(plan, dependency)
    client.force_login(make_user(plan.entity, Role.HEAD, below))
    assert client.get(at("session_extra", plan, activity.pk)).status_code == 403


def test_pages_of_a_percentage_target_tell_what_was_attended_of_what_was_received(client, planner, plan, dependency):
    activity = make_activity(plan, dependency, name="Respuestas", target_kind="percentage", target_value=100)
    make_session(activity, date(2026, 1, 31), held_on=date(2026, 1, 31), numerator=337, denominator=348, reason="Paro")
    make_session(activity, date(2026, 12, 31))
    client.force_login(planner)
    with time_machine.travel(date(2026, 4, 1)):
        found = client.get(activity.get_absolute_url())
        listed = client.get(reverse("activities:activity_list", args=[plan.entity.slug, plan.slug]))
    html = found.content.decode()
    assert found.context["bars"] == []
    assert "337 de 348: 96,8\u00a0% de una meta de 100\u00a0%" in html
    assert "Cortes de la meta" in html and "1 de 2 cortes reportados" in html
    (row,) = rows(listed)
    assert row.facts.state == ("", "")  # a draft: follow-up begins with the approval
    assert "337 de 348" in listed.content.decode()
