"""The tables of states, read as tables; and the machine that runs them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.permissions import may
from commitments.states import COMMITMENTS
from plans.states import PLANS
from records import audit
from records.jobs import JOBS
from records.models import Job
from records.refusals import Blocker, NotReady, Stale
from records.transitions import Machine, Transition
from reports.states import REPORTS
from tests.factories import make_activity, make_commitment, make_plan, make_session
from tests.reports.reporting import make_job, make_report

TELLS, DECIDES = "follow_commitment", "edit_plan"


def table(machine):
    return {key: transition.permission for key, transition in machine.table.items()}


def test_plan_is_signed_by_whom_it_names_and_moved_by_planning():
    assert table(PLANS) == {
        ("draft", "in_review"): "approve_plan",
        ("in_review", "draft"): "signs",
        ("in_review", "approved"): "approves",
        ("draft", "approved"): "approve_plan",
        ("approved", "draft"): "approve_plan",
        ("approved", "closed"): "approve_plan",
        ("closed", "approved"): "approve_plan",
        ("closed", "archived"): "approve_plan",
        ("archived", "closed"): "approve_plan",
    }


def test_report_is_published_by_a_person_and_superseded_by_its_correction():
    assert table(REPORTS) == {("draft", "published"): "publish_report", ("published", "superseded"): None}


def test_job_is_moved_by_workers_alone():
    assert table(JOBS) == {
        ("queued", "running"): None,
        ("queued", "queued"): None,
        ("queued", "failed"): None,
        ("queued", "cancelled"): None,
        ("running", "queued"): None,
        ("running", "done"): None,
        ("running", "failed"): None,
        ("running", "cancelled"): None,
    }


def test_commitment_is_told_by_who_follows_it_and_decided_by_planning():
    told = {"in_progress", "reported_done", "partly_done", "not_viable"}
    still = ["recorded", "in_progress", "partly_done"]
    assert table(COMMITMENTS) == {
        **{(state, to): TELLS for state in still for to in told if to != state},
        **{(state, to): DECIDES for state in still for to in ("breached", "carried_over")},
        ("reported_done", "verified"): DECIDES,
        **{
            (state, "in_progress"): DECIDES
            for state in ("reported_done", "verified", "not_viable", "breached", "carried_over")
        },
    }


@pytest.mark.parametrize("machine", [PLANS, REPORTS, JOBS, COMMITMENTS])
def test_every_state_of_a_table_exists_and_can_be_reached_or_left(machine):
    states = {PLANS: "draft in_review approved closed archived", REPORTS: "draft published superseded"}.get(
        machine, ""
    ).split()
    named = {state for key in machine.table for state in key}
    assert named == set(states) if states else len(named) > 3


def test_move_by_somebody_without_the_right_changes_nothing(plan, control):
    commitment = make_commitment(plan)
    with pytest.raises(PermissionDenied):
        COMMITMENTS.move(commitment, "in_progress", by=control, on=date(2026, 4, 1))
    commitment.refresh_from_db()
    assert (commitment.state, commitment.revision) == ("recorded", 0)


def test_move_that_is_no_persons_is_refused_to_every_person(plan, planner):
    machine = Machine(Transition("draft", "approved"), may=lambda *_asked: True)
    with pytest.raises(PermissionDenied):
        machine.move(plan, "approved", by=planner)
    plan.refresh_from_db()
    assert (plan.state, plan.revision) == ("draft", 0)


def test_move_of_a_row_that_somebody_else_moved_first_is_stale(plan, planner):
    first, second = make_commitment(plan), plan.commitments.get()
    COMMITMENTS.move(first, "in_progress", by=planner, on=date(2026, 4, 1))
    with pytest.raises(Stale):
        COMMITMENTS.move(second, "reported_done", by=planner, on=date(2026, 4, 2))
    assert plan.commitments.get().state == "in_progress"


def test_move_without_what_must_hold_names_each_field(plan, planner):
    with pytest.raises(NotReady) as refused:
        COMMITMENTS.move(make_commitment(plan), "carried_over", by=planner, on=date(2026, 1, 1))
    assert refused.value.message_dict == {
        "reason": ["Diga por qué."],
        "carried_to_year": ["Diga a qué vigencia pasa."],
        "on": ["Es anterior al día en que se reportó o se adquirió."],
    }
    assert plan.commitments.get().revision == 0


def test_move_that_the_table_does_not_know_says_from_where_to_where(plan, planner):
    commitment = make_commitment(plan)
    with pytest.raises(Stale) as refused:
        COMMITMENTS.move(commitment, "verified", by=planner, on=date(2026, 4, 1))
    assert refused.value.messages == ["De «Registrado» no se pasa a «Verificado con la ciudadanía»."]
    assert (plan.commitments.get().state, plan.commitments.get().revision) == ("recorded", 0)


def test_move_from_a_revision_that_is_gone_is_stale(plan, planner):
    commitment = make_commitment(plan)
    with pytest.raises(Stale):
        COMMITMENTS.move(commitment, "in_progress", by=planner, seen=7, on=date(2026, 4, 1))
    assert plan.commitments.get().state == "recorded"


def test_move_changes_the_row_in_hand_as_the_stored_one(plan, planner):
    commitment = make_commitment(plan, text="Dar el acta")
    type(commitment).objects.update(text="Dar el acta firmada", search_text="")  # another field, by somebody else
    COMMITMENTS.move(commitment, "reported_done", by=planner, on=date(2026, 4, 1))
    row = plan.commitments.get()
    assert (commitment.state, commitment.closed_on, commitment.revision) == ("reported_done", date(2026, 4, 1), 1)
    assert (row.state, row.closed_on, row.revision) == ("reported_done", date(2026, 4, 1), 1)
    assert row.text == "Dar el acta firmada"


def test_move_without_a_person_is_the_systems_and_asks_no_right(plan):
    commitment = make_commitment(plan)
    COMMITMENTS.move(commitment, "breached", by=None, on=date(2026, 4, 1), reason="Venció el plazo")
    assert plan.commitments.get().state == "breached"
    assert AuditEntry.objects.get(verb="commitment.update").actor is None


def test_move_of_no_person_is_in_the_name_of_whoever_acts_around_it(plan, planner):
    commitment = make_commitment(plan)
    with audit.acting_as(planner):
        COMMITMENTS.move(commitment, "in_progress", by=None, on=date(2026, 4, 1))
    assert AuditEntry.objects.get(verb="commitment.update").actor == planner


def test_offered_is_what_this_person_may_from_this_state(plan, planner, control):
    commitment = make_commitment(plan, state="partly_done")
    assert COMMITMENTS.offered(commitment, planner) == [
        *("in_progress", "reported_done", "not_viable", "breached", "carried_over"),
    ]
    assert COMMITMENTS.offered(commitment, control) == []
    plan.state = "approved"
    assert (PLANS.offered(plan, planner), PLANS.offered(plan, control)) == (["draft", "closed"], [])
    report = make_report(plan)
    assert REPORTS.offered(report, planner) == ["published"]
    report.state = "published"
    assert REPORTS.offered(report, planner) == []  # its correction supersedes it, nobody else


def test_offered_is_nothing_that_no_person_moves(plan, planner):
    everything = Machine(Transition("draft", "approved"), may=lambda user, permission, row: True)
    assert everything.offered(plan, planner) == []


def test_move_that_a_constraint_refuses_leaves_the_row_as_it_was(plan, planner):
    commitment = make_commitment(plan)
    broken = Machine(
        Transition("recorded", "verified", DECIDES, sets=lambda row, **facts: {"verified_on": date(2026, 4, 1)}),
        may=may,
    )
    with pytest.raises(ValidationError) as refused:
        broken.move(commitment, "verified", by=planner)
    assert refused.value.messages == [
        "Un compromiso cerrado dice qué día, o a más tardar cuándo; uno abierto no lleva esas fechas."
    ]
    assert (commitment.state, commitment.verified_on) == ("recorded", None)
    assert (plan.commitments.get().state, plan.commitments.get().revision) == ("recorded", 0)


@pytest.mark.parametrize("verb", ["", "commitment.begin"])
def test_what_happens_with_a_move_is_told_the_row_who_and_the_facts(plan, planner, verb):
    happened = []

    def then(row, *, by, **facts):
        happened.append((row.state, by, facts))
        return {"minutes": ["", "Acta 3"]}

    commitment, other = make_commitment(plan, reason="Lluvias"), make_commitment(make_plan(plan.entity))
    sets = {"reason": "Lluvias", "code": "C-1"}
    machine = Machine(
        Transition("recorded", "in_progress", DECIDES, sets=lambda row, **facts: sets, then=then, verb=verb), may=may
    )
    machine.move(commitment, "in_progress", by=planner, on=date(2026, 4, 1))
    assert happened == [("in_progress", planner, {"on": date(2026, 4, 1)})]
    row = plan.commitments.get()
    assert (row.state, row.code, row.reason) == ("in_progress", "C-1", "Lluvias")
    other.refresh_from_db()
    assert (other.state, other.code, other.revision) == ("recorded", "", 0)
    entry = AuditEntry.objects.get(verb=verb or "commitment.update")
    assert entry.actor == planner
    told = {"state": ["recorded", "in_progress"], "code": ["", "C-1"]}  # what changed, and no more
    assert entry.changes == (told | {"minutes": ["", "Acta 3"]} if verb else told)


def test_move_that_fails_half_way_leaves_nothing(plan, planner):
    def then(row, **facts):
        raise OSError("No space left on device")

    commitment = make_commitment(plan)
    with pytest.raises(OSError, match="No space"):
        Machine(Transition("recorded", "in_progress", DECIDES, then=then), may=may).move(
            commitment, "in_progress", by=planner
        )
    assert (plan.commitments.get().state, plan.commitments.get().revision) == ("recorded", 0)


def test_blockers_are_those_of_that_move(plan):
    commitment = make_commitment(plan)
    assert COMMITMENTS.blockers(commitment, "in_progress", on=date(2026, 4, 1)) == []
    assert COMMITMENTS.blockers(commitment, "breached", on=date(2026, 1, 1)) == [
        Blocker("Diga por qué.", field="reason"),
        Blocker("Es anterior al día en que se reportó o se adquirió.", field="on"),
    ]


def test_move_with_a_verb_leaves_one_entry_with_what_changed(plan, planner):
    make_session(make_activity(plan))
    PLANS.move(plan, "approved", by=planner, on=date(2026, 1, 15), reason="")
    AuditEntry.objects.get(verb="plan.approve")
    assert not AuditEntry.objects.filter(verb="plan.update").exists()


def test_step_of_a_job_that_another_attempt_holds_changes_nothing(plan, planner):
    report = make_report(plan)
    job = make_job(report, state="running", attempt=2)
    late = Job.objects.filter(pk=job.pk, attempt=1)
    assert JOBS.step(late, "running", "done", at=timezone.now()) is False
    assert JOBS.step(Job.objects.filter(pk=job.pk, attempt=2), "running", "done", at=timezone.now()) is True
    job.refresh_from_db()
    assert (job.state, job.progress) == ("done", 100)
    assert JOBS.step(Job.objects.filter(pk=job.pk), "running", "done", at=timezone.now()) is False
