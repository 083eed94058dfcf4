"""What a decided request does to a plan, what it leaves as it was, and what is refused with which sentence."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts.models import AuditEntry, Role
from activities import progress
from activities.actions import delete_activity
from activities.changes import actions, notifications, wanted
from activities.models import Activity, ChangeRequest, Session
from plans import versions
from plans.models import Plan
from records.models import Notice
from records.refusals import NotAllowed, NotReady, Stale
from reports import drift
from tests.activities.changes.asking import JUN, decided, request, to
from tests.activities.executions import answered, held, percentage
from tests.factories import make_activity, make_commitment, make_dependency, make_session, make_user
from tests.reports.reporting import approve, make_published_facts

MAR, JUL, SEP = date(2026, 3, 16), date(2026, 7, 10), date(2026, 9, 10)
BEFORE = date(2026, 5, 31)


@pytest.fixture
def activity(plan, dependency):
    return make_activity(plan, dependency, name="Mesa de trabajo")


@pytest.fixture
def session(activity):
    made = make_session(activity, JUL)
    approve(activity.plan)
    return made


def bridge(plan, on):
    found = progress.of_plan(plan, on)
    return found.baseline, found.added, found.withdrawn, found.scheduled_after


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_rescheduled_session_is_withdrawn_and_its_replacement_enters(plan, session, planner):
    change = decided(
        plan, planner, "reschedule", session=session, sessions=[to(SEP)], public_note="Se movió por las lluvias."
    )
    session.refresh_from_db()
    assert (session.withdrawn_on, session.footnote) == (JUN, "")
    heir = session.replaced_by
    assert (heir.planned_on, heir.in_force_from, heir.withdrawn_on) == (SEP, JUN, None)
    assert heir.footnote == "Se movió por las lluvias."
    assert bridge(plan, BEFORE) == (1, 0, 0, 1)
    assert bridge(plan, JUN) == (1, 1, 1, 1)
    assert [(row.label, row.before, row.after) for row in wanted.told(change)] == [
        ("Programado para", "10 de julio de 2026", "10 de septiembre de 2026")
    ]


def test_approval_writes_a_version_that_says_why(plan, session, planner):
    versions.freeze(plan, reason="Línea base", by=None)
    change = decided(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    assert (change.version.number, change.version.by) == (2, planner)
    assert change.version.reason == (
        "Cambio decidido el 1 de junio de 2026. Cambiar la fecha: «Mesa de trabajo» (10 de julio de 2026)."
    )
    [row] = change.version.snapshot["activities"][0]["sessions"]
    assert row["planned_on"] == "2026-09-10"


def test_several_decided_at_once_make_one_version(plan, activity, session, planner):
    other = make_session(activity, date(2026, 8, 3))
    changes = [
        request(plan, planner, "reschedule", session=session, sessions=[to(SEP)]),
        request(plan, planner, "withdraw", session=other),
    ]
    version = actions.approve(changes=changes, by=planner, on=JUN)
    assert plan.versions.count() == 1
    assert {change.version for change in ChangeRequest.objects.all()} == {version}


def test_several_are_approved_all_or_none_and_the_hindered_one_is_named(plan, activity, session, planner):
    other = make_session(activity, date(2026, 8, 3))
    changes = [
        request(plan, planner, "reschedule", session=session, sessions=[to(SEP)]),
        request(plan, planner, "reschedule", session=other, sessions=[to(SEP)]),
    ]
    with pytest.raises(NotReady) as refused:
        actions.approve(changes=changes, by=planner, on=JUN)
    assert refused.value.messages == [
        "«Mesa de trabajo» (3 de agosto de 2026): La actividad ya tiene un espacio en esa fecha: "
        "10 de septiembre de 2026."
    ]
    assert set(ChangeRequest.objects.values_list("state", flat=True)) == {"requested"}
    assert Session.objects.filter(withdrawn_on=None).count() == 2


def test_modified_session_supersedes_the_old_one_on_the_same_date(plan, session, planner):
    decided(plan, planner, "modify", session=session, sessions=[{"planned_units": 3, "place": "Casa de la Cultura"}])
    session.refresh_from_db()
    assert (session.planned_units, session.place) == (1, "")
    heir = session.replaced_by
    assert (heir.planned_on, heir.planned_units, heir.place) == (JUL, 3, "Casa de la Cultura")
    assert Session.objects.search("casa cultura").get() == heir


def test_withdrawn_session_counts_until_the_day_of_the_decision(plan, session, planner):
    decided(plan, planner, "withdraw", session=session)
    assert bridge(plan, BEFORE) == (1, 0, 0, 1)
    assert bridge(plan, JUN) == (1, 0, 1, 0)


@pytest.mark.parametrize("planned_on", [JUN, date(2026, 5, 4)])
def test_session_is_withdrawn_only_before_its_date(plan, activity, planner, planned_on):
    session = make_session(activity, planned_on)
    approve(plan)
    with pytest.raises(NotReady, match="La fecha del espacio ya llegó"):
        request(plan, planner, "withdraw", session=session)


def test_month_has_not_come_until_its_last_day(plan, activity, planner):
    session = make_session(activity, date(2026, 6, 30), planned_precision="month")
    approve(plan)
    assert decided(plan, planner, "withdraw", session=session).state == "approved"


def test_carried_session_stays_in_force_and_says_why(plan, session, planner):
    decided(plan, planner, "carry", session=session, year=2027, public_note="Pasa al plan de 2027.")
    session.refresh_from_db()
    assert (session.withdrawn_on, session.carried_to_year) == (None, 2027)
    assert (session.reason, session.footnote) == ("Pasa al plan de 2027.", "Pasa al plan de 2027.")
    found = progress.of_plan(plan, date(2026, 12, 31))
    assert (found.carried_over, found.total.planned, found.total.unexplained) == (1, 1, 0)


def test_past_session_is_carried_by_its_report_and_not_by_a_request(plan, activity, planner):
    session = make_session(activity, date(2026, 5, 4))
    approve(plan)
    with pytest.raises(NotReady, match="diga en su reporte que no se hizo"):
        request(plan, planner, "carry", session=session, year=2027)


def test_carried_session_passes_to_a_later_year(plan, session, planner):
    with pytest.raises(NotReady, match="Diga una vigencia posterior"):
        request(plan, planner, "carry", session=session, year=2026)


def test_date_outside_the_plan_is_refused(plan, session, planner):
    with pytest.raises(NotReady) as refused:
        request(plan, planner, "reschedule", session=session, sessions=[to(date(2027, 1, 5))])
    assert refused.value.messages == [
        "5 de enero de 2027 queda por fuera del plan, que va del 1 de enero de 2026 al 31 de diciembre de 2026."
    ]


def test_date_that_the_activity_has_is_refused(plan, activity, session, planner):
    make_session(activity, SEP)
    with pytest.raises(NotReady, match="La actividad ya tiene un espacio en esa fecha: 10 de septiembre de 2026"):
        request(plan, planner, "reschedule", session=session, sessions=[to(SEP)])


def test_request_that_changes_nothing_is_refused(plan, session, planner):
    with pytest.raises(NotReady, match="Así queda igual"):
        request(plan, planner, "modify", session=session, sessions=[{}])


def test_session_has_one_open_request(plan, session, planner):
    request(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    with pytest.raises(ValidationError, match="Ya hay una solicitud sin decidir sobre ese espacio"):
        request(plan, planner, "withdraw", session=session)


def test_change_decided_after_the_report_is_refused(plan, session, planner):
    change = request(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    Session.objects.filter(pk=session.pk).update(executed_units=1, held_on=BEFORE)
    with pytest.raises(NotReady) as refused:
        actions.approve(changes=[change], by=planner, on=JUN)
    assert refused.value.messages == [
        "El espacio ya se reportó, y lo reportado no cambia por una solicitud. Si el reporte está mal, corríjalo en la "
        "página del espacio y vuelva a decidir."
    ]
    assert ChangeRequest.objects.get().state == "requested"


def test_change_of_a_session_that_changed_otherwise_is_refused(plan, session, planner):
    change = request(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    Session.objects.filter(pk=session.pk).update(planned_units=4)
    with pytest.raises(NotReady) as refused:
        actions.approve(changes=[change], by=planner, on=JUN)
    assert refused.value.messages == [
        "Mientras se decidía cambió «Cantidad programada»: devuelva la solicitud para que se pida sobre lo que hay "
        "ahora."
    ]


def test_change_of_a_withdrawn_session_is_refused(plan, activity, session, planner):
    change = request(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    decided(plan, planner, "withdraw", activity=activity)
    with pytest.raises(NotReady, match="El espacio ya no está en el plan desde el 1 de junio de 2026"):
        actions.approve(changes=[change], by=planner, on=JUN)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("draft", "volvió a borrador"), ("in_review", "en revisión"), ("closed", "está cerrado")],
)
def test_plan_that_is_not_running_takes_no_change(plan, session, planner, state, sentence):
    change = request(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    facts = {"approved_on": plan.approved_on, "closed_on": JUN} if state == "closed" else {"approved_on": None}
    Plan.objects.filter(pk=plan.pk).update(state=state, **facts)
    with pytest.raises(NotReady, match=sentence):
        actions.approve(changes=[change], by=planner, on=JUN)


def test_decided_twice_is_told(plan, session, planner):
    change = request(plan, planner, "withdraw", session=session)
    twin = ChangeRequest.objects.get()
    actions.approve(changes=[change], by=planner, on=JUN)
    with pytest.raises(Stale, match="Otra persona ya decidió o cambió esa solicitud"):
        actions.approve(changes=[twin], by=planner, on=JUN)
    assert plan.versions.count() == 1


# --- Activities -------------------------------------------------------------------------------------------------------


def test_texts_of_an_activity_change_in_place(plan, activity, session, planner):
    group = plan.entity.groups.create(name="Juventud")
    values = {"name": "Mesa de diálogo", "number": "1.2", "description": "Con actas.", "groups": [group.pk]}
    change = decided(plan, planner, "modify", activity=activity, activity_values=values)
    activity.refresh_from_db()
    assert (activity.name, activity.number, activity.withdrawn_on) == ("Mesa de diálogo", "1.2", None)
    assert (list(activity.groups.all()), Session.objects.get().withdrawn_on) == ([group], None)
    assert change.before == {"number": "", "name": "Mesa de trabajo", "description": "", "groups": []}
    assert change.after["groups"] == ["Juventud"]


def test_new_lead_goes_on_in_another_activity_with_what_is_left(plan, activity, dependency, planner):
    other = make_dependency(plan.entity, "Secretaría de Salud")
    activity.number = "1.1"
    activity.save()
    done = held(activity, MAR)
    late, coming = make_session(activity, date(2026, 5, 4)), make_session(activity, JUL)
    owed = make_commitment(plan, session=late)
    approve(plan)
    before = progress.of_plan(plan, BEFORE)
    decided(plan, planner, "modify", activity=activity, activity_values={"lead": other.pk})
    activity.refresh_from_db()
    new = activity.replacements.get()
    assert (activity.withdrawn_on, new.in_force_from, new.number) == (JUN, JUN, "1.1")
    assert new.responsibilities.get().dependency == other
    assert list(new.sessions.values_list("planned_on", flat=True)) == [coming.planned_on]
    assert Session.objects.get(pk=done.pk).withdrawn_on is None
    assert Session.objects.get(pk=late.pk).withdrawn_on is None  # whoever led then still owes it
    assert Session.objects.get(pk=coming.pk).replaced_by in new.sessions.all()
    owed.refresh_from_db()
    assert owed.session == late
    assert progress.of_plan(plan, BEFORE) == before
    after = progress.of_plan(plan, JUN)
    assert [(part.name, part.figure.planned) for part in after.blocks] == [
        ("Secretaría de Gobierno", 2),
        ("Secretaría de Salud", 0),
    ]
    assert [row["id"] for row in versions.snapshot(plan)["activities"]] == [new.pk]


def test_block_of_which_nothing_is_left_is_no_longer_told(plan, activity, session, planner):
    other = make_dependency(plan.entity, "Secretaría de Salud")
    decided(plan, planner, "modify", activity=activity, activity_values={"lead": other.pk})
    assert [part.name for part in progress.of_plan(plan, BEFORE).blocks] == ["Secretaría de Gobierno"]
    assert [part.name for part in progress.of_plan(plan, JUN).blocks] == ["Secretaría de Salud"]


def test_another_goal_in_percent_keeps_what_was_measured(plan, planner):
    activity = percentage(plan, 80)
    answered(activity, MAR, 70, 100, reason="Faltó personal.")
    make_session(activity, JUL)
    approve(plan)
    before = progress.of_plan(plan, BEFORE)
    decided(plan, planner, "modify", activity=activity, activity_values={"target_value": "60"})
    assert progress.of_plan(plan, BEFORE) == before
    found = progress.of_plan(plan, JUL)
    assert [(target.goal, target.state) for target in found.percentages] == [(80, "short"), (60, "not_reported")]


def test_goal_in_units_changes_in_place(plan, planner):
    activity = make_activity(plan, target_kind="count", target_value=2)
    approve(plan)
    decided(plan, planner, "modify", activity=activity, activity_values={"target_value": "3"})
    assert (Activity.objects.get().target_value, Activity.objects.get().withdrawn_on) == (3, None)


def test_withdrawn_activity_keeps_what_fell_due(plan, activity, planner):
    late, coming = make_session(activity, MAR), make_session(activity, JUL)
    approve(plan)
    decided(plan, planner, "withdraw", activity=activity)
    activity.refresh_from_db()
    assert activity.withdrawn_on == JUN
    assert Session.objects.get(pk=late.pk).withdrawn_on is None
    assert Session.objects.get(pk=coming.pk).withdrawn_on == JUN
    found = progress.of_plan(plan, date(2026, 12, 31))
    assert (found.total.planned, found.withdrawn) == (1, 1)


def test_added_activity_enters_on_the_day(plan, dependency, session, planner):
    values = {"name": "Feria de servicios", "lead": dependency.pk, "support": [], "groups": [], "number": "9"}
    change = decided(plan, planner, "add", activity_values=values, sessions=[to(SEP), to(date(2026, 10, 31), "month")])
    added = change.activity
    assert (added.name, added.in_force_from, added.order) == ("Feria de servicios", JUN, session.activity.order + 1)
    assert [row.in_force_from for row in added.sessions.all()] == [JUN, JUN]
    assert added.pk not in progress.of_plan(plan, BEFORE).activities
    assert bridge(plan, JUN) == (1, 2, 0, 3)


def test_sessions_are_added_to_an_activity_of_the_plan(plan, activity, session, planner):
    decided(plan, planner, "add", activity=activity, sessions=[to(SEP)])
    assert list(activity.sessions.values_list("planned_on", "in_force_from")) == [(JUL, None), (SEP, JUN)]


def test_what_is_gone_meanwhile_is_said(plan, activity, session, planner):
    line = plan.lines.create(name="Diálogo")
    change = request(plan, planner, "modify", activity=activity, activity_values={"line": line.pk})
    line.delete()
    with pytest.raises(NotReady, match="Ya no existe la línea que se pedía"):
        actions.approve(changes=[change], by=planner, on=JUN)


# --- Proposals of a draft ---------------------------------------------------------------------------------------------


def test_accepted_proposal_is_a_row_of_the_draft_and_makes_no_version(plan, dependency, head, planner):
    plan.proposals_until = JUN
    plan.save()
    values = {"name": "Feria de servicios", "lead": dependency.pk}
    change = request(plan, head, "add", dependency=dependency, reason="", activity_values=values, sessions=[to(SEP)])
    assert change.is_proposal
    assert actions.approve(changes=[change], by=planner, on=JUN) is None
    added = Activity.objects.get()
    assert (added.in_force_from, added.sessions.get().in_force_from) == (None, None)
    delete_activity(activity=added, by=planner)  # the draft is still written
    assert not plan.versions.exists()
    assert Notice.objects.get(recipient=head).kind == "change.accepted"


# --- Who, and the trail -----------------------------------------------------------------------------------------------


def test_head_asks_for_what_their_dependency_answers_for(plan, dependency, session, head):
    change = request(plan, head, "withdraw", session=session, dependency=dependency)
    assert (change.requested_by, change.state) == (head, "requested")
    other = make_user(plan.entity, Role.HEAD)
    with pytest.raises(NotAllowed):
        request(plan, other, "withdraw", session=session, dependency=other.memberships.get().dependency)


def test_head_decides_nothing(plan, dependency, session, head):
    change = request(plan, head, "withdraw", session=session, dependency=dependency)
    with pytest.raises(NotAllowed):
        actions.approve(changes=[change], by=head, on=JUN)


def test_returned_request_is_mended_and_sent_again(plan, dependency, session, head, planner):
    change = request(plan, head, "reschedule", session=session, dependency=dependency, sessions=[to(SEP)])
    with pytest.raises(NotReady, match="Diga por qué"):
        actions.send_back(changes=[ChangeRequest.objects.get()], note=" ", by=planner)
    actions.send_back(changes=[change], note="Ese día hay elecciones.", by=planner)
    assert (change.state, change.decision_note) == ("returned", "Ese día hay elecciones.")
    change.wanted["sessions"] = [{**wanted.session_values(session), **to(date(2026, 9, 17))}]
    actions.ask(change=change, by=head, on=JUN)
    assert (change.state, change.after["planned_on"], change.decision_note) == ("requested", "2026-09-17", "")
    verbs = AuditEntry.objects.filter(object_id=change.pk, content_type__model="changerequest").order_by("pk")
    assert list(verbs.values_list("verb", "actor")) == [
        ("changerequest.create", head.pk),
        ("change.return", planner.pk),
        ("changerequest.update", head.pk),
        ("change.send", head.pk),
    ]


def test_rejected_request_says_why_and_leaves_the_plan_alone(plan, dependency, session, head, planner):
    change = request(plan, head, "withdraw", session=session, dependency=dependency)
    actions.reject(changes=[change], note="La mesa es obligatoria.", by=planner, on=JUN)
    assert (change.state, change.decided_on, Session.objects.get().withdrawn_on) == ("rejected", JUN, None)
    assert Notice.objects.get(recipient=head).params["note"] == "La mesa es obligatoria."


def test_only_who_asked_desists(plan, dependency, session, head, planner):
    change = request(plan, head, "withdraw", session=session, dependency=dependency)
    with pytest.raises(NotReady, match="Solo quien la pidió"):
        actions.cancel(change=ChangeRequest.objects.get(), by=planner)
    actions.cancel(change=change, by=head)
    assert change.state == "cancelled"


def test_who_is_told(plan, dependency, session, head, planner):
    other = make_user(plan.entity, Role.HEAD, dependency)
    change = request(plan, head, "withdraw", session=session, dependency=dependency)
    assert list(Notice.objects.values_list("recipient", "kind")) == [(planner.pk, "change.asked")]
    actions.approve(changes=[change], by=planner, on=JUN)
    told = Notice.objects.filter(kind="change.decided").values_list("recipient", flat=True)
    assert set(told) == {head.pk, other.pk}


def test_trail_has_before_and_after_of_what_was_applied(plan, session, planner):
    change = decided(plan, planner, "reschedule", session=session, sessions=[to(SEP)])
    session.refresh_from_db()
    entries = AuditEntry.objects.filter(actor=planner)
    of_session = entries.get(object_id=session.pk, content_type__model="session")
    assert of_session.changes["withdrawn_on"] == [None, "2026-06-01"]
    assert entries.get(object_id=session.replaced_by_id, content_type__model="session").verb == "session.create"
    assert entries.get(verb="change.approve", object_id=change.pk).changes["state"] == ["requested", "approved"]


def test_groups_are_told_of_what_was_approved(plan, session, planner):
    change = request(
        plan, planner, "reschedule", session=session, sessions=[to(SEP)], public_note="Es en el mismo lugar."
    )
    with pytest.raises(NotReady, match="Se avisa de lo que se aprobó"):
        actions.tell_groups(change=change, on=JUN, how="Correo", by=planner)
    actions.approve(changes=[change], by=planner, on=JUN)
    change = ChangeRequest.objects.get()
    assert notifications.for_groups(change) == (
        f"{plan.entity.name} informa: «Mesa de trabajo» estaba para 10 de julio de 2026 y ahora será 10 de septiembre "
        "de 2026. Es en el mismo lugar."
    )
    actions.tell_groups(change=change, on=JUN, how="Correo a los inscritos", by=planner)
    assert (change.groups_told_on, change.groups_told_how) == (JUN, "Correo a los inscritos")


def test_asking_and_deciding_are_atomic(plan, session, planner, monkeypatch):
    change = request(plan, planner, "withdraw", session=session)
    monkeypatch.setattr(versions, "freeze", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.approve(changes=[change], by=planner, on=JUN)
    assert (Session.objects.get().withdrawn_on, ChangeRequest.objects.get().state) == (None, "requested")


def test_published_report_does_not_drift_by_a_change(plan, activity, dependency, planner):
    other = make_dependency(plan.entity, "Secretaría de Salud")
    held(activity, MAR)
    late, coming = make_session(activity, date(2026, 5, 4)), make_session(activity, JUL)
    approve(plan)
    report = make_published_facts(plan, kind="monthly", period="2026-05", cutoff=BEFORE)
    decided(plan, planner, "reschedule", session=late, sessions=[to(SEP)], public_note="Por las lluvias.")
    decided(plan, planner, "carry", session=coming, year=2027)
    decided(plan, planner, "modify", activity=activity, activity_values={"lead": other.pk})
    decided(plan, planner, "add", activity=activity.replacements.get(), sessions=[to(date(2026, 10, 1))])
    assert drift.of_reports(plan, [report]) == {}


def test_export_after_changes_comes_back_without_a_difference(plan, activity, dependency, planner, tmp_path, capsys):
    other = make_dependency(plan.entity, "Secretaría de Salud")
    activity.number = "1.1"
    activity.save()
    held(activity, MAR)
    moved, gone = make_session(activity, JUL), make_session(activity, date(2026, 8, 3))
    approve(plan)
    decided(plan, planner, "reschedule", session=moved, sessions=[to(SEP)])
    decided(plan, planner, "withdraw", session=gone)
    decided(plan, planner, "modify", activity=activity, activity_values={"lead": other.pk})
    path = str(tmp_path / "plan.xlsx")
    call_command("export_plan", plan.slug, "--output", path)
    into = ("--entity", plan.entity.slug, "--title", plan.title, "--start", "2026-01-01", "--end", "2026-12-31")
    call_command("import_plan", path, *into, "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out.partition("{")[2].join(["{", ""]))
    assert not any(told["changed"].values()) and told["errors"] == []
