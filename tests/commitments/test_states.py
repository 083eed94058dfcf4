"""What each move of a commitment asks for and changes; the table is read in tests/records/test_transitions.py."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEntry
from commitments import actions
from commitments.models import Commitment, Verification
from commitments.states import COMMITMENTS
from records.refusals import NotReady, Stale
from tests.factories import make_commitment, make_minutes

State = Commitment.State
DAY = date(2026, 4, 10)
CLOSED = {"closed_on": date(2026, 4, 1)}
START = {
    "recorded": {},
    "in_progress": {},
    "partly_done": {},
    "reported_done": CLOSED,
    "verified": {**CLOSED, "verified_on": date(2026, 4, 2)},
    "not_viable": {**CLOSED, "reason": "x"},
    "breached": {**CLOSED, "reason": "x"},
    "carried_over": {**CLOSED, "reason": "x", "carried_to_year": 2030},
}


def move(commitment, to, *, by, **facts):
    """As `move_commitment`, and with its minutes where citizens verify it."""
    COMMITMENTS.move(commitment, to, by=by, **{"on": DAY, "verification": Verification(), **facts})


@pytest.mark.parametrize("to", State.values)
@pytest.mark.parametrize("start", State.values)
def test_move_from_each_state_to_each(plan, planner, start, to):
    """State, dates, reason and year change together, and only where the table says."""
    commitment = make_commitment(plan, state=start, **START[start])
    facts = {"reason": "Falta de recursos", "carried_to_year": 2027}
    if (start, to) not in COMMITMENTS.table:
        with pytest.raises(ValidationError, match="no se pasa a"):
            actions.move_commitment(commitment=commitment, to=to, on=DAY, by=planner, **facts)
        return
    move(commitment, to, by=planner, **facts)
    commitment.refresh_from_db()
    closed = {State.VERIFIED: date(2026, 4, 1)}.get(to, DAY) if to in Commitment.CLOSED else None
    assert (commitment.state, commitment.closed_on) == (to, closed)
    assert commitment.verified_on == (DAY if to == "verified" else None)
    assert commitment.carried_to_year == (2027 if to == "carried_over" else None)
    assert commitment.reason == "Falta de recursos"
    assert AuditEntry.objects.get(verb="commitment.update").actor == planner


def test_move_needs_its_reason_its_year_and_a_possible_day(plan, planner):
    def refused(commitment, **facts):
        commitment.refresh_from_db()
        with pytest.raises(ValidationError) as error:
            actions.move_commitment(commitment=commitment, by=planner, **{"on": DAY, **facts})
        return error.value.message_dict.keys()

    opened, done = make_commitment(plan), make_commitment(plan, state="reported_done", **CLOSED)
    assert refused(opened, to="not_viable") == {"reason"}
    assert refused(opened, to="carried_over", reason="x") == {"carried_to_year"}
    assert refused(opened, to="reported_done") == {"to"}  # nothing shows it
    opened.follow_ups.create(on=DAY, progress=100, done="Se dio")
    assert refused(opened, to="reported_done", on=date(2026, 3, 15)) == {"on"}
    opened.verifications.create(
        is_kept=False, on=DAY + timedelta(1), with_whom="La mesa", found="Nada", minutes=make_minutes(plan), by=planner
    )
    assert refused(opened, to="reported_done", on=DAY + timedelta(2)) == {"to"}  # citizens found since that it was not
    assert refused(done, to="in_progress") == {"reason"}
    assert refused(done, to="verified", on=date(2026, 3, 31)) == {"__all__", "on"}  # without minutes, too early


def test_move_by_two_tells_the_second(plan, planner):
    commitment = make_commitment(plan)
    actions.move_commitment(commitment=commitment, to="in_progress", on=DAY, by=planner, seen=0)
    with pytest.raises(Stale):
        actions.move_commitment(commitment=commitment, to="reported_done", on=DAY, by=planner, seen=0)
    commitment.refresh_from_db()
    assert commitment.state == "in_progress"


@pytest.mark.parametrize(("start", "to"), COMMITMENTS.table)
def test_move_without_a_reason_leaves_none_or_is_refused(plan, planner, start, to):
    commitment = make_commitment(plan, state=start, **{"reason": "Lluvias", **START[start]})
    if to in ("not_viable", "breached", "carried_over") or start in Commitment.CLOSED and to == "in_progress":
        with pytest.raises(NotReady) as refused:
            move(commitment, to, by=planner, carried_to_year=2027)
        assert refused.value.message_dict == {"reason": ["Diga por qué."]}
    else:
        move(commitment, to, by=planner)
        assert Commitment.objects.get().reason == ""


@pytest.mark.parametrize(("start", "to"), COMMITMENTS.table)
def test_move_is_of_the_day_before_which_nothing_was_promised_or_reported(plan, planner, start, to):
    """A commitment moves from the day on which it was made; it is verified from the day on which it was reported."""
    first = date(2026, 4, 1) if to == "verified" else date(2026, 3, 16)
    facts = {"reason": "Falta de recursos", "carried_to_year": 2027}
    early, soon = (make_commitment(plan, made_on=date(2026, 3, 16), state=start, **START[start]) for _n in range(2))
    with pytest.raises(NotReady) as refused:
        move(early, to, by=planner, on=date.fromordinal(first.toordinal() - 1), **facts)
    assert refused.value.message_dict == {"on": ["Es anterior al día en que se reportó o se adquirió."]}
    move(soon, to, by=planner, on=first, **facts)
    assert Commitment.objects.get(pk=soon.pk).state == to


@pytest.mark.parametrize("fields", [{"made_on": None}, {"made_on": date(2026, 4, 30), "made_precision": "month"}])
def test_move_of_what_has_no_day_of_its_own_may_be_of_any(plan, planner, fields):
    commitment = make_commitment(plan, **fields)
    COMMITMENTS.move(commitment, "reported_done", by=planner, on=date(2026, 4, 2))
    assert Commitment.objects.get().closed_on == date(2026, 4, 2)


def test_closed_is_what_was_fulfilled_and_what_will_not_be():
    assert {state for state in START if State(state) in Commitment.CLOSED} == {
        *("reported_done", "verified", "not_viable", "breached", "carried_over"),
    }


@pytest.mark.parametrize(("state", "to"), [("recorded", "breached"), ("reported_done", "verified")])
def test_day_that_is_not_known_yet_is_no_blocker(plan, state, to):
    """A form asks what else is missing while its day is still wrong."""
    commitment = make_commitment(plan, state=state, **START[state])
    facts = {"reason": "Falta de recursos", "verification": Verification()}
    assert COMMITMENTS.blockers(commitment, to, on=None, **facts) == []
