"""What a version freezes, and what changed between two of them."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from activities.models import Activity
from plans import versions
from plans.actions import approve, reopen
from plans.versions import Change, compare, freeze, snapshot
from tests.factories import make_activity, make_dependency, make_session

ON = date(2026, 1, 15)


@pytest.fixture
def full(plan):
    """A plan with a phase, a line, two groups and an activity with two sessions."""
    plan.objective = "Escuchar"
    plan.save()
    plan.chapters.create(title="Presentación", body="Por qué")
    signer = User.objects.create_user("lorena@example.org", full_name="Lorena Ossa", position="Gerente")
    plan.signatories.create(stage="approved", person=signer)
    phase = plan.phases.create(number=2, name="Diálogo", stage="implementation")
    line = plan.lines.create(name="Gobierno abierto")
    activity = make_activity(
        plan,
        make_dependency(plan.entity, "Gobierno"),
        number="2.1",
        name="Foro",
        phase=phase,
        line=line,
        target_kind="count",
        target_value=Decimal("2.50"),
        budget=1500000,
    )
    activity.responsibilities.create(dependency=make_dependency(plan.entity, "Planeación"), part="support")
    activity.groups.add(plan.entity.groups.create(name="Juventud"), plan.entity.groups.create(name="Gremios"))
    make_session(activity, date(2026, 3, 16), planned_units=2, place="Plaza", hour=time(9, 30))
    make_session(activity, date(2026, 4, 30), planned_precision="month", executed_units=1, held_on=date(2026, 4, 12))
    make_session(activity, date(2026, 5, 30), withdrawn_on=date(2026, 2, 1))
    return plan


def url(plan, name, *args):
    return reverse(f"plans:{name}", args=[plan.entity.slug, plan.slug, *args])


def test_snapshot_is_whole_with_labels_resolved(full):
    activity = full.activities.get()
    first, second = activity.sessions.filter(withdrawn_on=None)
    content = snapshot(full)
    assert content["plan"] == {
        "title": full.title,
        "kind": "Plan de participación ciudadana",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "parent_instrument": "",
        "objective": "Escuchar",
        "who_may_participate": "Cualquier persona",
        "participation_means": "En la plaza y por el sitio web",
        "responsible_units": "Planeación",
        "notes": "",
    }
    assert content["schema"] == 2
    chapter = full.chapters.get()
    assert content["chapters"] == [
        {"id": chapter.pk, "title": "Presentación", "purpose": "Texto, antes de la matriz", "body": "Por qué"}
    ]
    assert content["signatories"] == [
        {"id": "approved", "stage": "Aprobó", "person": "Lorena Ossa", "position": "Gerente"}
    ]
    phase, line = full.phases.get(), full.lines.get()
    assert content["phases"] == [{"id": phase.pk, "number": 2, "name": "Diálogo", "stage": "Implementación"}]
    assert content["lines"] == [{"id": line.pk, "name": "Gobierno abierto"}]
    assert [(group["name"], group["kind"]) for group in content["groups"]] == [
        ("Gremios", "Grupo de valor"),
        ("Juventud", "Grupo de valor"),
    ]
    (row,) = content["activities"]
    assert {name: value for name, value in row.items() if value != ""} == {
        "id": activity.pk,
        "number": "2.1",
        "name": "Foro",
        "phase": "2. Diálogo",
        "line": "Gobierno abierto",
        "target_kind": "Cantidad",
        "target_value": "2.5",
        "budget": 1500000,
        "responsible": ["Gobierno (lidera)", "Planeación (apoya)"],
        "groups": ["Gremios", "Juventud"],
        "sessions": [
            {
                "id": first.pk,
                "planned_on": "2026-03-16",
                "planned_units": 2,
                "modality": "",
                "place": "Plaza",
                "locality": "",
                "hour": "09:30:00",
            },
            {
                "id": second.pk,
                "planned_on": "2026-04",
                "planned_units": 1,
                "modality": "",
                "place": "",
                "locality": "",
                "hour": "",
            },
        ],
    }


def test_snapshot_speaks_the_source_language_whoever_approves(full):
    with translation.override("en"):
        assert snapshot(full)["activities"][0]["target_kind"] == "Cantidad"


@pytest.mark.parametrize("size", [2, 60])
def test_freeze_asks_the_same_number_of_queries(plan, planner, django_assert_num_queries, size):
    for number in range(size):
        phase = plan.phases.create(number=number + 1, name="F")
        activity = make_activity(plan, make_dependency(plan.entity), phase=phase)
        activity.groups.add(plan.entity.groups.create(name=f"Grupo {number}"))
        make_session(activity)
    freeze(plan, reason="La primera", by=planner)  # the process then knows the content types
    # number; activities, groups, who answers, its names, sessions; phases, lines, chapters, signatories; what
    # activities and sessions go on from; the version and its trail
    with django_assert_num_queries(14):
        freeze(plan, reason="Línea base", by=planner)


def test_compare_equal_versions_finds_nothing(full):
    assert compare(snapshot(full), snapshot(full)) == []


def test_compare_tells_each_difference_field_by_field(full):
    before = snapshot(full)
    entity = full.entity
    full.objective, full.ends_on = "Escuchar y responder", date(2026, 11, 30)
    full.save()
    full.phases.update(name="Diálogos")
    full.phases.create(number=3, name="Cierre")
    foro = full.activities.get()
    foro.number, foro.budget, foro.target_value, foro.line = "2.2", None, Decimal("1234.5"), None
    foro.save()
    full.lines.all().delete()
    foro.responsibilities.get(part="support").delete()
    foro.groups.remove(entity.groups.get(name="Gremios"))
    first, second = foro.sessions.filter(withdrawn_on=None)
    first.planned_on, first.place = date(2026, 3, 17), ""
    first.save()
    second.delete()
    cabildo = make_activity(full, name="Cabildo", number="3.1")
    make_session(cabildo, date(2026, 10, 31), planned_precision="month")

    plan, phases, lines, groups, activities, sessions = compare(before, snapshot(full))
    assert (plan.title, plan.changed) == (
        "Plan",
        [
            (
                full.title,
                [
                    Change("Termina", "31 de diciembre de 2026", "30 de noviembre de 2026"),
                    Change("Objetivo", "Escuchar", "Escuchar y responder"),
                ],
            )
        ],
    )
    assert (phases.title, phases.added, phases.removed, phases.changed) == (
        "Fases",
        ["3. Cierre"],
        [],
        [("2. Diálogos", [Change("Nombre", "Diálogo", "Diálogos")])],
    )
    assert (lines.title, lines.added, lines.removed) == ("Líneas estratégicas", [], ["Gobierno abierto"])
    assert (groups.title, groups.added, groups.removed) == ("Grupos de valor y de interés", [], ["Gremios"])
    assert (activities.title, activities.added, activities.removed) == ("Actividades", ["3.1 Cabildo"], [])
    assert activities.changed == [
        (
            "2.2 Foro",
            [
                Change("Número", "2.1", "2.2"),
                Change("Fase", "2. Diálogo", "2. Diálogos"),
                Change("Línea", "Gobierno abierto", ""),
                Change("Meta", "2,5", "1.234,5"),
                Change("Presupuesto en pesos", "1.500.000", ""),
                Change("Responsables", "Gobierno (lidera)\nPlaneación (apoya)", "Gobierno (lidera)"),
                Change("Grupos de valor y de interés", "Gremios\nJuventud", "Juventud"),
            ],
        )
    ]
    assert (sessions.title, sessions.added, sessions.removed) == (
        "Espacios",
        ["3.1 Cabildo · octubre de 2026"],
        ["2.1 Foro · abril de 2026"],
    )
    assert sessions.changed == [
        (
            "2.2 Foro · 17 de marzo de 2026",
            [
                Change("Programado para", "16 de marzo de 2026", "17 de marzo de 2026"),
                Change("Lugar o enlace", "Plaza", ""),
            ],
        )
    ]


def test_compare_tells_chapters_and_signatories(full):
    before = snapshot(full)
    full.chapters.update(body="Por qué y para qué")
    full.chapters.create(title="Alcance", purpose="closing", order=2)
    full.signatories.update(person=User.objects.create_user("ana@example.org", full_name="Ana Ruiz"))
    chapters, signatories = compare(before, snapshot(full))
    assert (chapters.title, chapters.added, chapters.changed) == (
        "Capítulos",
        ["Alcance"],
        [("Presentación", [Change("Texto", "Por qué", "Por qué y para qué")])],
    )
    assert signatories.changed == [
        ("Aprobó: Ana Ruiz", [Change("Quién", "Lorena Ossa", "Ana Ruiz"), Change("Cargo", "Gerente", "")])
    ]


def test_withdrawn_activities_are_in_no_version_and_count_as_removed(full):
    before = snapshot(full)
    full.activities.update(withdrawn_on=date(2026, 6, 1))
    after = snapshot(full)
    assert after["activities"] == []
    groups, activities, sessions = compare(before, after)
    assert (groups.removed, activities.removed) == (["Gremios", "Juventud"], ["2.1 Foro"])
    assert sessions.removed == ["2.1 Foro · 16 de marzo de 2026", "2.1 Foro · abril de 2026"]


def test_compare_reads_a_version_from_before_chapters(full):
    old = {name: rows for name, rows in snapshot(full).items() if name not in ("chapters", "signatories")}
    old["schema"] = 1
    del old["plan"]["who_may_participate"]
    plan, chapters, signatories = compare(old, snapshot(full))
    assert plan.changed == [(full.title, [Change("Quiénes pueden participar", "", "Cualquier persona")])]
    assert (chapters.added, signatories.added) == (["Presentación"], ["Aprobó: Lorena Ossa"])


def test_compare_the_other_way_round_exchanges_added_and_removed(full):
    before = snapshot(full)
    make_activity(full, name="Cabildo")
    after = snapshot(full)
    assert (compare(before, after)[0].added, compare(after, before)[0].removed) == (["Cabildo"], ["Cabildo"])


def test_what_is_held_besides_the_plan_is_no_change_of_it(full):
    before = snapshot(full)
    make_session(make_activity(full, name="Feria", outside_plan=True))
    make_session(full.activities.get(name="Foro"), date(2026, 8, 20), planned_units=0)
    assert compare(before, snapshot(full)) == []


def test_execution_is_no_change_of_the_plan(full):
    before = snapshot(full)
    session = full.activities.get().sessions.first()
    session.executed_units, session.held_on, session.attendance_total = 2, date(2026, 3, 16), 40
    session.save()
    assert compare(before, snapshot(full)) == []


def test_fields_that_an_old_version_lacks_count_as_empty(full):
    old = snapshot(full)
    del old["activities"][0]["alliances"]
    assert compare(old, snapshot(full)) == []
    full.activities.update(alliances="Universidad")
    (activities,) = compare(old, snapshot(full))
    assert activities.changed == [("2.1 Foro", [Change("Alianzas", "", "Universidad")])]


@pytest.fixture
def approved_twice(full, planner):
    approve(plan=full, by=planner, on=ON)
    reopen(plan=full, reason="Faltó", by=planner)
    make_activity(full, make_dependency(full.entity), name="Cabildo")
    approve(plan=full, by=planner, on=ON, reason="Se agregó el cabildo")
    return full


def test_pages_show_versions_to_whoever_reads(client, approved_twice, control):
    client.force_login(control)
    listed = client.get(url(approved_twice, "version_list")).content.decode()
    assert listed.index("Se agregó el cabildo") < listed.index("Línea base")
    first = client.get(url(approved_twice, "version_detail", 1)).content.decode()
    assert "2.1 Foro" in first
    assert "16 de marzo de 2026 · cuenta 2" in first
    assert "abril de 2026 · cuenta 1" in first
    assert "Cabildo" not in first
    assert client.get(url(approved_twice, "version_detail", 3)).status_code == 404


@pytest.mark.parametrize("query", ["", "?de=1&a=2", "?de=2&a=1", "?de=99&a=x"])
def test_compare_page_goes_from_the_older_to_the_newer(client, approved_twice, control, query):
    client.force_login(control)
    answer = client.get(url(approved_twice, "version_compare") + query)
    assert (answer.context["older"].number, answer.context["newer"].number) == (1, 2)
    assert [(row.kind, row.name, row.state) for row in answer.context["page"]] == [("Actividades", "Cabildo", "added")]
    assert "Cabildo" in answer.content.decode()


def test_compare_page_of_a_version_with_itself(client, approved_twice, control):
    client.force_login(control)
    html = client.get(url(approved_twice, "version_compare") + "?de=1&a=1").content.decode()
    assert "Las dos prometen exactamente lo mismo." in html


def test_compare_page_marks_the_words_that_changed(client, full, planner):
    full.objective = "Escuchar a la gente del campo y responderle"
    full.save()
    freeze(full, reason="Una", by=planner)
    full.objective = "Escuchar a la gente del río y responderle por escrito"
    full.save()
    freeze(full, reason="Otra", by=planner)
    client.force_login(planner)
    html = client.get(url(full, "version_compare") + "?de=1&a=2").content.decode()
    hidden = "<span class='visually-hidden'>{}: </span>"
    assert f"Escuchar a la gente del <del>{hidden.format('quitado')}campo</del> y responderle</td>" in html
    assert f"<ins>{hidden.format('agregado')}río</ins> y responderle <ins>" in html
    assert '<th scope="col">Versión 1</th>' in html and 'data-label="Versión 2"' in html


def test_what_is_written_now_is_compared_with_the_last_version(client, approved_twice, planner):
    reopen(plan=approved_twice, reason="Falta la feria", by=planner)
    make_activity(approved_twice, name="Feria")
    client.force_login(planner)
    answer = client.get(url(approved_twice, "version_compare"))
    assert (answer.context["older"].number, answer.context["newer"].name) == (2, "Lo que está escrito ahora")
    assert [(row.name, row.state) for row in answer.context["page"]] == [("Feria", "added")]
    answer = client.get(url(approved_twice, "version_compare") + "?de=ahora&a=1")
    assert (answer.context["older"].number, answer.context["newer"].number) == (1, None)
    approve(plan=approved_twice, by=planner, on=ON, reason="Se agregó la feria")
    assert client.get(url(approved_twice, "version_compare") + "?a=ahora").context["newer"].number == 3


@pytest.mark.parametrize("size", [10, 2000])
def test_comparing_a_large_plan_is_paged_and_asks_the_same_number_of_queries(
    client, plan, planner, django_assert_num_queries, size
):
    Activity.objects.bulk_create(Activity(plan=plan, name=f"Mesa {n}", number=str(n), order=n) for n in range(size))
    freeze(plan, reason="Una", by=planner)
    plan.activities.update(objective="Escuchar a quienes viven en la ribera")
    freeze(plan, reason="Otra", by=planner)
    client.force_login(planner)
    with django_assert_num_queries(7):  # session, person, entity, roles, plan, numbers, both versions
        answer = client.get(url(plan, "version_compare") + "?de=1&a=2")
    [count] = answer.context["counts"]
    assert (count.kind, count.changed) == ("Actividades", size)
    assert len(answer.context["page"]) == min(size, 50)


def test_pages_without_versions_say_what_is_missing(client, plan, planner):
    client.force_login(planner)
    assert "El plan todavía no se ha aprobado." in client.get(url(plan, "version_list")).content.decode()
    html = client.get(url(plan, "version_compare")).content.decode()
    assert "Hacen falta dos versiones aprobadas para comparar." in html


@pytest.mark.parametrize("size", [2, 60])
def test_list_asks_the_same_number_of_queries(client, full, planner, django_assert_num_queries, size):
    for _number in range(size):
        freeze(full, reason="Prueba", by=planner)
    client.force_login(planner)
    with django_assert_num_queries(8):  # session, person, entity, roles, plan, count, versions, numbers
        client.get(url(full, "version_list"))


@pytest.mark.parametrize("size", [2, 60])
def test_detail_and_comparison_ask_the_same_number_of_queries(client, full, planner, django_assert_num_queries, size):
    for _number in range(size):
        make_session(make_activity(full))
    freeze(full, reason="Una", by=planner)
    full.activities.update(objective="Otro")
    freeze(full, reason="Otra", by=planner)
    client.force_login(planner)
    with django_assert_num_queries(6):  # session, person, entity, roles, plan, version
        client.get(url(full, "version_detail", 1))
    with django_assert_num_queries(7):  # and the numbers that there are
        client.get(url(full, "version_compare") + "?de=1&a=2")


def test_written_keeps_zero_apart_from_nothing(full):
    assert versions.written(type(full.activities.get().sessions.first()), "planned_units", 0) == "0"
