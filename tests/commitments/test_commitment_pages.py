"""Commitments: the list, one of them, its changes of state, and who may do what."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from commitments import actions, forms, timeline
from commitments.models import FollowUp
from commitments.verifications.actions import verify
from plans.models import Plan, StakeholderGroup
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_minutes,
    make_plan,
    make_session,
)


def at(name: str, plan: Plan, *args) -> str:
    return reverse(f"commitments:{name}", args=[plan.entity.slug, plan.slug, *args])


@pytest.fixture
def commitment(plan, dependency):
    commitment = make_commitment(plan, text="Reparar la vía", instance="Mesa rural")
    commitment.responsible.add(dependency)
    return commitment


# --- The list ---------------------------------------------------------------------------------------------------------


def texts(response) -> list[str]:
    return [row.commitment.text for row in response.context["page"].object_list]


def test_list_filters(client, control, plan, dependency):
    today = timezone.localdate()
    soon, late = today + timedelta(30), today - timedelta(10)
    below = make_dependency(plan.entity, parent=dependency)
    make_commitment(plan, text="Vencido", due_on=late, instance="Consejo de Planeación", made_on=None).responsible.add(
        below
    )
    make_commitment(plan, text="Abierto", due_on=soon, all_dependencies=True, made_on=None)
    make_commitment(plan, text="Hecho", due_on=late, state="reported_done", closed_on=late, made_on=None)
    make_commitment(plan, text="Inviable", due_on=late, state="not_viable", closed_on=late, reason="x", made_on=None)
    client.force_login(control)

    def found(**query):
        return texts(client.get(at("commitment_list", plan), query))

    assert found(standing="overdue") == ["Vencido"]
    assert found(standing="open") == ["Abierto"]
    assert found(standing="fulfilled") == ["Hecho"]
    assert found(standing="closed") == ["Inviable"]
    assert found(state="not_viable") == ["Inviable"]
    assert found(dependency=dependency.pk) == ["Vencido", "Abierto"]
    assert found(q="consejo planeacion") == ["Vencido"]
    page = client.get(at("commitment_list", plan)).content.decode()
    assert "hace 10 días" not in page and "Nuevo compromiso" not in page


@pytest.mark.parametrize("query", [{"standing": "nunca"}, {"state": "x"}, {"dependency": "mias"}, {"dependency": "9"}])
def test_list_with_what_is_no_choice_says_so_and_stays_whole(client, planner, commitment, query):
    client.force_login(planner)
    response = client.get(at("commitment_list", commitment.plan), {"q": "zzz", **query})
    assert response.context["filters"].errors.keys() == query.keys()
    assert "no es una de las opciones" in response.content.decode()
    assert texts(response) == ["Reparar la vía"]


def test_list_of_a_head_offers_their_own(client, head, plan, commitment):
    make_commitment(plan)
    client.force_login(head)
    assert client.get(at("commitment_list", plan)).url.endswith("/compromisos/?dependency=mias")
    assert len(texts(client.get(at("commitment_list", plan), {"standing": "overdue"}))) == 2  # behind a figure: all
    assert texts(client.get(at("commitment_list", plan), follow=True)) == ["Reparar la vía"]
    assert len(texts(client.get(at("commitment_list", plan), {"dependency": ""}))) == 2


def test_list_begins_with_what_is_late_and_folds_what_is_closed(client, planner, plan):
    today = timezone.localdate()
    late, soon = today - timedelta(10), today + timedelta(30)
    make_commitment(plan, text="Hecho", due_on=late, state="reported_done", closed_on=late, made_on=None)
    make_commitment(plan, text="En plazo", due_on=soon, made_on=None)
    make_commitment(plan, text="Vencido", due_on=late, made_on=None)
    client.force_login(planner)
    page = client.get(at("commitment_list", plan))
    assert texts(page) == ["Vencido", "En plazo", "Hecho"]
    assert [row.commitment.text for row in page.context["closed_rows"]] == ["Hecho"]
    html = " ".join(page.content.decode().split())
    assert "<strong>3 compromisos</strong>" in html and ">Vencido: 1</a>" in html and "?standing=fulfilled" in html
    assert '<details class="fold" > <summary> 1 cerrado </summary>' in html
    html = " ".join(client.get(at("commitment_list", plan), {"q": "hecho"}).content.decode().split())
    assert '<details class="fold" open>' in html


@pytest.mark.parametrize("size", [3, 60])
def test_list_queries_do_not_grow(client, head, plan, dependency, size, django_assert_num_queries):
    for _n in range(size):
        make_commitment(plan).responsible.add(dependency)
    client.force_login(head)
    address = at("commitment_list", plan) + "?dependency=mias"
    client.get(address)
    with django_assert_num_queries(17):
        response = client.get(address)
    assert len(response.context["page"].object_list) == min(size, 50)


@pytest.mark.parametrize("size", [1, 30])
def test_detail_queries_do_not_grow(client, planner, plan, commitment, size, django_assert_num_queries):
    for n in range(size):
        actions.add_follow_up(
            follow_up=FollowUp(commitment=commitment, on=date(2026, 4, 1), progress=n, done="Obra"), by=planner
        )
    client.force_login(planner)
    client.get(at("commitment_detail", plan, commitment.pk))
    with django_assert_num_queries(19):
        assert client.get(at("commitment_detail", plan, commitment.pk)).status_code == 200


# --- Create, change, delete -------------------------------------------------------------------------------------------


def test_create_from_a_session(client, planner, plan, dependency):
    group = StakeholderGroup.objects.create(entity=plan.entity, name="Mujeres")
    activity = make_activity(plan, dependency, formal_instance="Consejo de mujeres")
    activity.groups.add(group)
    session = make_session(activity, executed_units=1, held_on=date(2026, 3, 17))
    client.force_login(planner)
    url = f"{at('commitment_create', plan)}?session={session.pk}"
    form = client.get(url).context["form"]
    assert (form["session"].value(), form["instance"].value()) == (session.pk, "Consejo de mujeres")
    assert (form["made_on"].value(), form["responsible"].value(), form["groups"].value()) == (
        date(2026, 3, 17),
        [dependency.pk],
        [group.pk],
    )
    data = {"session": session.pk, "instance": "Consejo de mujeres", "made_on": "2026-03-17"}
    data |= {"text": "Abrir la casa", "due_on": "2026-06-30", "responsible": [dependency.pk], "groups": [group.pk]}
    response = client.post(url, data)
    commitment = plan.commitments.get()
    assert commitment.code == "C-2026-001"
    assert response.url == commitment.get_absolute_url()
    assert (commitment.session, commitment.made_on, commitment.state) == (session, date(2026, 3, 17), "recorded")
    assert (list(commitment.responsible.all()), list(commitment.groups.all())) == ([dependency], [group])
    verbs = set(AuditEntry.objects.filter(actor=planner, object_id=commitment.pk).values_list("verb", flat=True))
    assert verbs == {"commitment.create", "commitment.update"}  # the row, then who answers and to whom


def test_page_offers_the_newest_sessions_and_the_chosen_one(client, planner, plan, dependency, monkeypatch):
    monkeypatch.setattr(forms, "OFFERED", 2)
    activity = make_activity(plan, dependency)
    days = [date(2026, month, 10) for month in (1, 2, 3)]
    oldest, middle, newest = (make_session(activity, planned_on=day, held_on=day, executed_units=1).pk for day in days)
    client.force_login(planner)

    def offered(query: str) -> list:
        form = client.get(at("commitment_create", plan) + query).context["form"]
        return [getattr(value, "value", value) for value, _label in form.fields["session"].choices]

    assert offered("") == ["", newest, middle]
    assert offered(f"?session={oldest}") == ["", oldest, newest]


def test_create_with_only_the_month(client, planner, plan):
    client.force_login(planner)
    data = {"text": "A", "due_on": "2026-02-15", "made_on": "2026-02-20", "month_only": "on"}
    client.post(at("commitment_create", plan), data)
    commitment = plan.commitments.get()
    assert (commitment.made_on, commitment.made_precision) == (date(2026, 2, 28), "month")


def test_create_tells_each_rule(client, planner, plan):
    make_commitment(plan, text="Vía", instance="Mesa", made_on=date(2026, 3, 1), code="C1")
    make_commitment(plan, text="Agua", instance="Mesa", made_on=None)
    client.force_login(planner)

    def errors(**data):
        data = {"text": "A", "due_on": "2026-06-30", **data}
        return dict(client.post(at("commitment_create", plan), data).context["form"].errors.items())

    assert errors(due_on="") == {"due_on": ["Este campo es obligatorio."]}
    assert errors(made_on="2026-07-01") == {"due_on": ["El plazo no puede ser anterior al día en que se adquirió."]}
    assert errors(made_on="2098-07-01", due_on="2098-08-01") == {"made_on": ["Esa fecha todavía no llega."]}
    assert errors(text="Vía", instance="Mesa", made_on="2026-03-01") == {
        "__all__": ["Ese compromiso ya está: la misma instancia, la misma fecha, el mismo texto."]
    }
    assert errors(text="Agua", instance="Mesa") == {
        "__all__": ["Ese compromiso ya está: la misma instancia y el mismo texto."]
    }
    assert errors(code="C1") == {"__all__": ["El plan ya tiene un compromiso con ese código."]}


def test_create_refuses_what_is_not_of_the_plan(client, planner, plan):
    other = make_entity("ajena")
    foreign = make_session(make_activity(make_plan(other)), executed_units=1, held_on=date(2026, 3, 16))
    sibling = make_session(make_activity(make_plan(plan.entity)), executed_units=1, held_on=date(2026, 3, 16))
    group = StakeholderGroup.objects.create(entity=other, name="Grupo ajeno")
    dependency = make_dependency(other, "Secretaría ajena")
    client.force_login(planner)
    for session in (foreign, sibling):
        data = {"text": "A", "due_on": "2026-06-30", "session": session.pk}
        data |= {"responsible": [dependency.pk], "groups": [group.pk]}
        response = client.post(at("commitment_create", plan), data)
        assert response.context["form"].errors.keys() == {"session", "responsible", "groups"}
        assert client.get(f"{at('commitment_create', plan)}?session={session.pk}").status_code == 404
    assert client.get(f"{at('commitment_create', plan)}?session=x").status_code == 404
    assert not plan.commitments.exists()


def test_update_by_two_tells_the_second_and_loses_nothing(client, planner, plan, commitment):
    client.force_login(planner)
    url = at("commitment_update", plan, commitment.pk)
    data = {"text": "Reparar la vía", "due_on": "2026-05-31", "instance": "Mesa rural", "made_on": "2026-03-16"}
    client.post(url, data | {"revision": 0, "code": "C-1"})
    response = client.post(url, data | {"revision": 0, "text": "Pavimentar la vía", "code": "C-2"})
    form = response.context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    told = {clash.name: (clash.stored, clash.typed) for clash in form.clashes}
    assert told == {"code": ("C-1", "C-2"), "text": ("Reparar la vía", "Pavimentar la vía")}
    assert "Pavimentar la vía" in response.content.decode()
    client.post(url, data | {"revision": form.data["revision"], "text": "Pavimentar la vía", "code": "C-2"})
    commitment.refresh_from_db()
    assert (commitment.text, commitment.code, commitment.revision) == ("Pavimentar la vía", "C-2", 2)
    assert not commitment.responsible.exists()


def test_delete_only_what_nobody_worked_on(client, planner, plan, commitment):
    followed = make_commitment(plan)
    actions.add_follow_up(
        follow_up=FollowUp(commitment=followed, on=date(2026, 4, 1), progress=10, done="Obra"), by=planner
    )
    client.force_login(planner)
    page = client.post(at("commitment_delete", plan, followed.pk), follow=True).content.decode()
    assert "lo prometido a la ciudadanía no se borra" in page
    assert client.get(at("commitment_delete", plan, commitment.pk)).status_code == 200
    client.post(at("commitment_delete", plan, commitment.pk))
    assert list(plan.commitments.all()) == [followed]


def test_promise_that_was_told_is_not_erased_and_its_other_words_stay_to_be_read(client, planner, plan, commitment):
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=date(2026, 1, 15))
    plan.refresh_from_db()
    client.force_login(planner)
    page = client.post(at("commitment_delete", plan, commitment.pk), follow=True).content.decode()
    assert "lo prometido a la ciudadanía no se borra" in page and plan.commitments.exists()
    data = {"text": "Estudiar si se repara la vía", "made_on": "2026-03-16", "revision": 0}
    assert client.post(at("commitment_update", plan, commitment.pk), data).status_code == 302
    told = [event for event in timeline.events_of(plan.commitments.get()) if event.kind == "reworded"]
    assert [(event.title, event.text) for event in told] == [("Cambió lo que dice. Antes decía:", "Reparar la vía")]
    public = client.get(reverse("portal:promise", args=[plan.entity.slug, commitment.pk])).content.decode()
    assert "Antes decía:" in public and "Reparar la vía" in public


# --- States -----------------------------------------------------------------------------------------------------------


def test_move_page_of_two_keeps_what_was_typed(client, planner, plan, commitment):
    client.force_login(planner)
    url = at("commitment_move", plan, commitment.pk)
    client.post(url, {"to": "in_progress", "on": "2026-04-01", "revision": 0})
    data = {"to": "not_viable", "on": "2026-04-02", "reason": "Sin recursos", "revision": 0}
    response = client.post(url, data)
    form = response.context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0]
    assert "Sin recursos" in response.content.decode() and "En avance" in response.content.decode()
    assert client.post(url, data | {"revision": form.data["revision"]}).status_code == 302
    commitment.refresh_from_db()
    assert (commitment.state, commitment.reason) == ("not_viable", "Sin recursos")


def test_move_page_tells_each_rule(client, planner, plan, commitment):
    client.force_login(planner)

    def errors(**data):
        data = {"on": "2026-04-01", "revision": 0, **data}
        return dict(client.post(at("commitment_move", plan, commitment.pk), data).context["form"].errors.items())

    assert errors().keys() == {"to"}
    assert errors(to="breached") == {"reason": ["Diga por qué."]}
    assert errors(to="carried_over", reason="x") == {"carried_to_year": ["Diga a qué vigencia pasa."]}
    assert errors(to="carried_over", reason="x", carried_to_year="2026") == {
        "carried_to_year": ["Escriba un año posterior a 2026."]
    }
    assert errors(to="not_viable", reason="x", on="2999-01-01") == {"on": ["Esa fecha todavía no llega."]}
    assert errors(to="not_viable", reason="x", on="2026-01-01") == {
        "on": ["Es anterior al día en que se reportó o se adquirió."]
    }
    assert errors(to="verified").keys() == {"to"}


def test_move_reads_only_what_its_state_asks_for(client, planner, plan, commitment):
    client.force_login(planner)
    hidden = {"reason": "Sobra", "carried_to_year": "mañana", "is_day_unknown": "on"}
    data = {"to": "in_progress", "on": "2999-04-01", "revision": 0, **hidden}
    assert client.post(at("commitment_move", plan, commitment.pk), data).status_code == 302
    commitment.follow_ups.create(on=date(2026, 4, 1), progress=100, done="Se hizo")
    data |= {"to": "reported_done", "on": "2026-04-01", "revision": 1, "is_day_unknown": ""}
    assert client.post(at("commitment_move", plan, commitment.pk), data).status_code == 302
    commitment.refresh_from_db()
    assert (commitment.state, commitment.reason, commitment.closed_on) == ("reported_done", "", date(2026, 4, 1))


def test_who_comes_second_to_close_it_loses_nothing(client, head, planner, plan, commitment):
    client.force_login(head)
    facts = {"reason": "Sin contrato", "on": date(2026, 4, 1)}
    actions.move_commitment(commitment=commitment, to="breached", by=planner, **facts)
    data = {"to": "not_viable", "on": "2026-04-02", "reason": "El terreno es de otro municipio", "revision": 0}
    answer = client.post(at("commitment_move", plan, commitment.pk), data)
    page = answer.content.decode()
    assert "Otra persona cerró este compromiso mientras usted escribía: está «Incumplido»" in page
    assert "El terreno es de otro municipio" in page and answer.context["form"].errors.keys() == {"__all__"}
    commitment.refresh_from_db()
    assert (commitment.state, commitment.reason) == ("breached", "Sin contrato")


def test_deadline_of_another_century_is_a_slip(client, planner, plan, commitment):
    client.force_login(planner)
    far = {
        "text": "Sembrar",
        "due_on": "9999-12-31",
        "made_on": "2026-03-16",
        "instance": "Mesa",
        "all_dependencies": "on",
    }
    form = client.post(at("commitment_create", plan), far).context["form"]
    assert form.errors == {"due_on": ["Revise el año: el plazo es a más tardar el 31 de diciembre de 2099."]}


def test_moves_of_a_head_are_what_one_can_tell(client, head, planner, plan, commitment):
    client.force_login(head)
    form = client.get(at("commitment_move", plan, commitment.pk)).context["form"]
    assert [value for value, _label in form.fields["to"].choices] == [
        "in_progress",
        "reported_done",
        "partly_done",
        "not_viable",
    ]
    assert "carried_to_year" not in form.fields
    response = client.post(
        at("commitment_move", plan, commitment.pk), {"to": "breached", "on": "2026-04-01", "reason": "x", "revision": 0}
    )
    assert response.context["form"].errors.keys() == {"to"}
    done = {"to": "reported_done", "on": "2026-04-01", "revision": 0}
    response = client.post(at("commitment_move", plan, commitment.pk), done)
    assert response.context["form"].errors["to"] == [
        "Agregue un seguimiento de 100 %: dice qué se hizo y qué lo muestra, y pregunta si quedó cumplido."
    ]
    commitment.follow_ups.create(on=date(2026, 4, 1), progress=100, done="Se hizo")
    client.post(at("commitment_move", plan, commitment.pk), done)
    commitment.refresh_from_db()
    assert (commitment.state, commitment.closed_on) == ("reported_done", date(2026, 4, 1))
    page = client.get(at("commitment_move", plan, commitment.pk), follow=True).content.decode()
    assert "solo planeación lo reabre o lo verifica" in page and "Cambiar el estado" not in page
    client.force_login(planner)
    form = client.get(at("commitment_move", plan, commitment.pk)).context["form"]
    assert [value for value, _label in form.fields["to"].choices] == ["in_progress"]  # verified with citizens: its page


# --- Follow-ups -------------------------------------------------------------------------------------------------------


def test_follow_up_by_the_head(client, head, plan, commitment):
    client.force_login(head)
    url = at("commitment_follow", plan, commitment.pk)
    assert client.get(url).context["form"]["on"].value() == timezone.localdate()
    errors = client.post(url, {"on": "2999-01-01", "progress": "101"}).context["form"].errors
    assert errors.keys() == {"on", "progress", "done"}
    client.post(url, {"on": "2026-04-01", "progress": "40", "done": "Se contrató", "evidence": "https://example.org/a"})
    follow_up = commitment.follow_ups.get()
    assert (follow_up.by, follow_up.progress, follow_up.on) == (head, 40, date(2026, 4, 1))
    assert AuditEntry.objects.get(verb="followup.create").actor == head
    commitment.refresh_from_db()
    assert commitment.state == "in_progress"  # it was "recorded"
    page = client.get(at("commitment_detail", plan, commitment.pk)).content.decode()
    assert "Se contrató" in page and 'href="https://example.org/a"' in page


def test_follow_up_that_fulfils_is_one_save(client, head, plan, commitment):
    client.force_login(head)
    url = at("commitment_follow", plan, commitment.pk)
    done = {"on": "2026-04-01", "done": "Se entregó la obra", "evidence": "Acta 7, en el archivo"}

    def errors(**data):
        return dict(client.post(url, {**done, **data}).context["form"].errors.items())

    assert errors(progress="100") == {"fulfilled": ["El avance es 100 %: ¿quedó cumplido?"]}
    assert errors(progress="80", fulfilled="yes") == {"progress": ["Si quedó cumplido, el avance es 100."]}
    assert errors(fulfilled="no") == {"progress": ["Diga cuánto se avanzó, de 0 a 100."]}
    assert errors(progress="100", fulfilled="quizás").keys() == {"fulfilled"}
    unshown = "Dice que está todo hecho: adjunte la evidencia, diga dónde está, o escriba por qué no la hay."
    assert errors(fulfilled="yes", evidence=" ") == {"evidence": [unshown]}
    assert errors(progress="100", fulfilled="no", evidence="") == {"evidence": [unshown]}
    early = errors(fulfilled="yes", on="2026-01-01")
    assert early == {"on": ["Es anterior al día en que se reportó o se adquirió."]}
    assert not commitment.follow_ups.exists()
    assert client.post(url, {**done, "progress": "100", "fulfilled": "no"}).status_code == 302
    page = client.post(url, {**done, "fulfilled": "yes"}, follow=True)
    commitment.refresh_from_db()
    assert (commitment.state, commitment.closed_on) == ("reported_done", date(2026, 4, 1))
    assert [row.progress for row in commitment.follow_ups.all()] == [100, 100]
    assert "Se agregó el seguimiento y quedó reportado como cumplido." in page.content.decode()


def test_follow_up_of_what_is_closed_asks_nothing_and_tells_who_comes_second(client, planner, plan, commitment):
    client.force_login(planner)
    commitment.follow_ups.create(on=date(2026, 4, 1), progress=100, done="Se hizo")
    actions.move_commitment(commitment=commitment, to="reported_done", on=date(2026, 4, 1), by=planner)
    url = at("commitment_follow", plan, commitment.pk)
    assert "fulfilled" not in client.get(url).context["form"].fields
    data = {"on": "2026-04-02", "progress": "100", "done": "Se pintó", "evidence": "Fotografías en la alcaldía"}
    page = client.post(url, {**data, "fulfilled": "yes"}).content.decode()
    assert "Otra persona cerró este compromiso mientras usted escribía" in page and "Se pintó" in page
    client.post(url, data)
    commitment.refresh_from_db()
    assert (commitment.closed_on, commitment.follow_ups.count()) == (date(2026, 4, 1), 2)


def test_follow_up_over_what_changed_closes_nothing(client, head, planner, plan, commitment):
    client.force_login(head)
    url = at("commitment_follow", plan, commitment.pk)
    read = client.get(url).context["form"]["revision"].value()
    actions.move_commitment(commitment=commitment, to="partly_done", on=date(2026, 4, 1), by=planner)
    data = {"on": "2026-04-02", "done": "Se entregó", "evidence": "Acta 7", "fulfilled": "yes", "revision": read}
    form = client.post(url, data).context["form"]
    assert "Otra persona cambió estos datos" in form.non_field_errors()[0] and form["done"].value() == "Se entregó"
    assert not commitment.follow_ups.exists()
    assert client.post(url, data | {"revision": form.data["revision"]}).status_code == 302
    commitment.refresh_from_db()
    assert commitment.state == "reported_done"


# --- One promise's story ----------------------------------------------------------------------------------------------


def test_timeline_tells_what_happened_and_who_did_it(client, head, planner, control, plan, dependency):
    client.force_login(planner)
    data = {"text": "Abrir la casa", "due_on": "2026-06-30", "made_on": "2026-03-16", "instance": "Mesa"}
    client.post(at("commitment_create", plan), data | {"responsible": [dependency.pk]})
    promise = plan.commitments.get()
    client.force_login(head)
    follow = at("commitment_follow", plan, promise.pk)
    client.post(follow, {"on": "2026-04-01", "progress": "40", "done": "Se contrató"})
    opened = {"on": "2026-05-02", "progress": "100", "done": "Se abrió", "evidence": "Acta", "fulfilled": "yes"}
    client.post(follow, opened)
    client.force_login(planner)
    move = at("commitment_move", plan, promise.pk)
    client.post(move, {"to": "in_progress", "on": "2026-05-20", "reason": "Cerró otra vez", "revision": 2})

    client.force_login(head)
    page = client.get(at("commitment_detail", plan, promise.pk))
    told = [(event.kind, event.on, event.who, event.text) for event in page.context["page"]]
    today, by = timezone.localdate(), (planner.full_name, head.full_name)
    assert told == [
        ("made", date(2026, 3, 16), by[0], "Mesa"),
        ("followed", date(2026, 4, 1), by[1], "Se contrató"),
        ("followed", date(2026, 5, 2), by[1], "Se abrió"),
        ("reported_done", date(2026, 5, 2), by[1], ""),
        ("in_progress", today, by[1], ""),
        ("in_progress", today, by[0], "Cerró otra vez"),
    ]
    assert '<h1 class="promise-title">Abrir la casa</h1>' in page.content.decode()


def test_timeline_of_what_a_file_brought_ends_in_its_state(client, control, plan):
    promise = make_commitment(plan, state="breached", closed_until=date(2026, 5, 31), reason="No hubo recursos")
    client.force_login(control)
    page = client.get(at("commitment_detail", plan, promise.pk))
    assert [(event.kind, event.on) for event in page.context["page"]] == [
        ("made", date(2026, 3, 16)),
        ("breached", None),
    ]


# --- What heads promise -----------------------------------------------------------------------------------------------


def test_head_records_what_their_dependency_promised(client, head, plan, dependency):
    activity = make_activity(plan, dependency, name="Mesa rural")
    session = make_session(activity, executed_units=1, held_on=date(2026, 3, 17))
    client.force_login(head)
    url = f"{at('commitment_create', plan)}?session={session.pk}"
    assert url in client.get(session.get_absolute_url()).content.decode()
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in ("session", "instance", "responsible")}
    assert (data["instance"], data["responsible"]) == ("Mesa rural", [dependency.pk])
    client.post(url, data | {"text": "Arreglar el puente", "due_on": "2026-06-30", "made_on": "2026-03-17"})
    promise = plan.commitments.get()
    assert list(promise.responsible.all()) == [dependency]
    assert client.get(at("commitment_update", plan, promise.pk)).status_code == 403


def test_head_promises_for_nobody_else(client, head, plan, dependency):
    other = make_dependency(plan.entity)
    mine, foreign = make_activity(plan, dependency), make_activity(plan, other)
    of_all = make_activity(plan, all_dependencies=True)
    on = date(2026, 3, 17)
    mine, foreign, of_all = (make_session(row, executed_units=1, held_on=on) for row in (mine, foreign, of_all))
    client.force_login(head)
    url = at("commitment_create", plan)
    assert client.get(f"{url}?session={foreign.pk}").status_code == 403
    assert client.post(f"{url}?session={foreign.pk}", {"text": "A", "due_on": "2026-06-30"}).status_code == 403
    assert client.get(url).context["form"]["responsible"].value() == [dependency.pk]

    def errors(**data):
        return client.post(url, {"text": "A", "due_on": "2026-06-30", **data}).context["form"].errors.keys()

    assert errors(responsible=[other.pk]) == errors() == {"responsible"}
    assert errors(responsible=[dependency.pk], session=foreign.pk) == {"session"}
    assert errors(all_dependencies="on", session=mine.pk) == errors(all_dependencies="on") == {"all_dependencies"}
    assert not plan.commitments.exists()
    client.post(url, {"text": "A", "due_on": "2026-06-30", "all_dependencies": "on", "session": of_all.pk})
    assert plan.commitments.get().all_dependencies


# --- Who gets in ------------------------------------------------------------------------------------------------------


def test_commitment_pages_by_role(client, plan, commitment, planner, head, control, administrator, outsider):
    other = make_commitment(plan)
    expected = {
        # detail, follow and move own, follow another's, edit
        planner: (200, 200, 200, 200, 200),
        head: (200, 200, 200, 403, 403),
        control: (200, 403, 403, 403, 403),
        administrator: (200, 403, 403, 403, 403),
        outsider: (404, 404, 404, 404, 404),
    }
    for user, statuses in expected.items():
        client.force_login(user)
        pages = (
            ("commitment_detail", commitment),
            ("commitment_follow", commitment),
            ("commitment_move", commitment),
            ("commitment_follow", other),
            ("commitment_update", commitment),
        )
        assert tuple(client.get(at(name, plan, one.pk)).status_code for name, one in pages) == statuses
        assert client.get(at("commitment_create", plan)).status_code == statuses[-1]  # a head has nothing here
        assert client.get(at("commitment_delete", plan, commitment.pk)).status_code == statuses[-1]
        assert client.get(at("commitment_list", plan), {"dependency": ""}).status_code == statuses[0]


def test_commitment_of_another_plan_is_not_found(client, planner, plan):
    sibling = make_commitment(make_plan(plan.entity))
    foreign = make_commitment(make_plan(make_entity("ajena")))
    client.force_login(planner)
    for commitment in (sibling, foreign):
        for name in ("detail", "update", "move", "follow", "delete"):
            assert client.get(at(f"commitment_{name}", plan, commitment.pk)).status_code == 404


def test_everything_that_a_move_lacks_is_said_at_once(client, planner, plan, commitment):
    client.force_login(planner)
    late = (timezone.localdate() + timedelta(1)).isoformat()
    data = {"to": "carried_over", "on": late, "reason": "", "carried_to_year": "", "revision": commitment.revision}
    form = client.post(at("commitment_move", plan, commitment.pk), data).context["form"]
    assert form.errors == {
        "on": ["Esa fecha todavía no llega."],
        "reason": ["Diga por qué."],
        "carried_to_year": ["Diga a qué vigencia pasa."],
    }


def test_commitment_closed_on_a_day_that_nobody_wrote_down(client, planner, plan, commitment):
    client.force_login(planner)
    commitment.follow_ups.create(on=date(2026, 4, 1), progress=100, done="Se hizo")
    form = {"to": "reported_done", "on": "2026-04-01", "is_day_unknown": "on", "revision": 0}
    client.post(at("commitment_move", plan, commitment.pk), form)
    commitment.refresh_from_db()
    assert (commitment.closed_on, commitment.closed_until) == (None, date(2026, 4, 1))
    page = client.get(at("commitment_detail", plan, commitment.pk)).content.decode()
    assert "Cerrado en un día que no se sabe" in page and "A más tardar el 1 de abril de 2026" in page
    minutes = make_minutes(plan)
    said = {"is_kept": True, "with_whom": "La mesa", "found": "Quedó hecha", "minutes": minutes}
    verify(commitment=commitment, on=date(2026, 3, 20), by=planner, **said)
    commitment.refresh_from_db()
    assert (commitment.verified_on, commitment.closed_until) == (date(2026, 3, 20), date(2026, 3, 20))
    reopened = {"to": "in_progress", "on": "2026-04-02", "reason": "Falta algo", "revision": 2}
    client.post(at("commitment_move", plan, commitment.pk), reopened)
    commitment.refresh_from_db()
    assert (commitment.state, commitment.closed_on, commitment.closed_until) == ("in_progress", None, None)


def test_what_is_due_today_is_said_in_the_list(client, control, plan):
    today = timezone.localdate()
    make_activity(plan)
    Plan.objects.filter(pk=plan.pk).update(state="approved", approved_on=today)  # a draft promises nothing yet
    make_commitment(plan, text="Hoy", due_on=today, made_on=None)
    make_commitment(plan, text="Ayer", due_on=today - timedelta(1), made_on=None)
    unknown = {"state": "reported_done", "closed_until": today + timedelta(1)}
    make_commitment(plan, text="Cerrado", due_on=today, made_on=None, **unknown)
    client.force_login(control)
    html = client.get(at("commitment_list", plan)).content.decode()
    assert (html.count("Vence hoy"), html.count(" Vencido</span>"), html.count(">ayer</span>")) == (1, 1, 1)
    glance = client.get(plan.get_absolute_url()).content.decode()
    assert "1 vence hoy" in glance
    assert "1 cerrado, sin fecha" in glance and "1 vencido" in glance
    assert texts(client.get(at("commitment_list", plan), {"standing": "undated"})) == ["Cerrado"]


def test_promise_that_nobody_answers_for_any_more_says_so_and_planning_names_who_does(
    client, planner, head, plan, dependency, commitment
):
    dependency.valid_to = timezone.localdate() - timedelta(1)
    dependency.save()
    client.force_login(planner)
    html = client.get(at("commitment_detail", plan, commitment.pk)).content.decode()
    assert "Hoy nadie responde por este compromiso" in html and "(existe hasta el" in html
    assert at("commitment_update", plan, commitment.pk) in html
    assert texts(client.get(at("commitment_list", plan), {"waits": "owner"})) == ["Reparar la vía"]
    commitment.responsible.add(make_dependency(plan.entity))
    assert texts(client.get(at("commitment_list", plan), {"waits": "owner"})) == []
    assert "Hoy nadie responde" not in client.get(at("commitment_detail", plan, commitment.pk)).content.decode()
