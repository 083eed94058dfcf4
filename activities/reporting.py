"""The write of a report: a space and all that was told with it, at once, and once however often it arrives."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists

from accounts.models import User
from activities.beside import Part
from activities.evidence import Several
from activities.models import Attendance, Disaggregation, Session
from activities.returns.locking import days_of, months, refuse_held, save_report
from plans.models import StakeholderGroup
from plans.states import refuse_closed
from records import audit
from records.search import text_of

People = dict[StakeholderGroup, int | None]  # None: they came, not counted apart
Cells = dict[tuple[str, str], int]  # (variable, value): people


@transaction.atomic
def report_session(
    *,
    session: Session,
    before: Session | None,
    kept: dict[StakeholderGroup, Attendance],
    people: People,
    by: User,
    seen: int | None,
    kept_cells: Mapping[tuple[str, str], Disaggregation] | None = None,
    cells: Cells | None = None,
    sent_as: UUID | None = None,
    beside: Sequence[Part | Several] = (),
) -> Session:
    """Stores the report of a session, or adds one that was not programmed, with what was told `beside` it.

    `before` (None for a new one), `kept` and `kept_cells` are its rows as read, which revision `seen` guarantees. The
    number of statements does not depend on the groups: the trail of all rows is written at once. What arrives again as
    it was, `sent_as` the same form, changes nothing. Raises Stale, or ValidationError when the date of a new one is
    taken; Held when its month was accepted.
    """
    kept_cells, cells = kept_cells or {}, cells or {}
    gone = [row for group, row in kept.items() if group not in people]
    came = [
        Attendance(session=session, group=group, people=count)
        for group, count in people.items()
        if group not in kept or kept[group].people != count
    ]
    emptied = [row for cell, row in kept_cells.items() if cell not in cells]
    told = [
        Disaggregation(session=session, variable=variable, value=value, people=count)
        for (variable, value), count in cells.items()
        if (variable, value) not in kept_cells or kept_cells[variable, value].people != count
    ]
    refuse_closed(session.activity.plan)
    if before is None or months(days_of(session)) - months(days_of(before)):
        refuse_held(session.activity, days_of(session))
    is_again = before is not None and sent_as is not None and before.sent_as == sent_as
    is_changed = any((gone, came, emptied, told)) or before is None or not _same(before, session)
    session.sent_as = sent_as or session.sent_as
    with audit.record_at_once(by=by) as pairs:
        if is_changed or not is_again:
            if before is not None:
                session.search_text = text_of(session, Session.SEARCHED)
                held = [(part, rows) for part in beside if (rows := part.hold()) is not None]
                save_report(session, days_of(before), seen, *(Exists(rows) for _part, rows in held))
                for part, _rows in held:
                    part.is_held = True
            else:
                _add(session)
        if gone:
            session.attendances.filter(group__in=[row.group for row in gone]).delete()
        if came:
            Attendance.objects.bulk_create(
                came, update_conflicts=True, unique_fields=["session", "group"], update_fields=["people"]
            )
        if emptied:
            session.disaggregations.filter(pk__in=[row.pk for row in emptied]).delete()
        if told:
            key = ["session", "variable", "value"]
            Disaggregation.objects.bulk_create(told, update_conflicts=True, unique_fields=key, update_fields=["people"])
        pairs += [(before, session)]
        pairs += [(kept.get(row.group), row) for row in came]
        pairs += [(kept_cells.get((row.variable, row.value)), row) for row in told]
        pairs += [(row, None) for row in [*gone, *emptied]]
        for part in beside:
            pairs += part.save()
    return session


def _add(session: Session) -> None:
    """The database says whether it may be; only when not, which sentence says why."""
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError:
        session.validate_constraints()
        raise


def _same(before: Session, session: Session) -> bool:
    names = [field.attname for field in Session._meta.concrete_fields if field.name not in ("sent_as", "search_text")]
    return all(getattr(before, name) == getattr(session, name) for name in names)
