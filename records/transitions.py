"""One state machine for every model with a state.

A table per model gives its transitions: from, to, who may, what must hold, which fields change with the state, and
what happens then. The machine runs it; nothing else writes a state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from records import audit
from records.refusals import Blocker, NotAllowed, NotReady, Stale


@dataclass(frozen=True)
class Transition:
    """A line of a table. `needs`, `sets` and `then` get the row and the arguments of the verb (`**facts`)."""

    source: str
    to: str
    permission: str | None = None  # who may; None: no person, only a worker or another verb
    needs: tuple[Callable[..., Iterable[Blocker]], ...] = ()  # what must hold: the blockers when it does not
    sets: Callable[..., dict[str, Any]] = lambda row, **facts: {}  # the fields that change with the state
    then: Callable[..., dict[str, Any]] = lambda row, **facts: {}  # what happens; returns what the entry of `verb` adds
    verb: str = ""  # of the trail entry; without one, the row's change is logged as any other


class Machine:
    """A table of transitions; `may(user, permission, row)` decides who may."""

    def __init__(self, *transitions: Transition, may: Callable[..., bool] | None = None):
        self.table = {(transition.source, transition.to): transition for transition in transitions}
        self.may = may

    def offered(self, row: models.Model, by: models.Model) -> list[str]:
        """The states to which this person may move the row, in the table's order, whether it is ready or not."""
        return [
            transition.to
            for transition in self.table.values()
            if transition.source == row.state and transition.permission and self.may(by, transition.permission, row)
        ]

    def blockers(self, row: models.Model, to: str, **facts) -> list[Blocker]:
        needs = self.table[row.state, to].needs
        return [blocker for need in needs for blocker in need(row, **facts)]

    @transaction.atomic
    def move(self, row: models.Model, to: str, *, by: models.Model | None, seen: int | None = None, **facts) -> None:
        """Moves a `Revised` row, all or nothing: state, the fields that go with it, what happens then, the trail.

        Raises Stale when it changed since revision `seen` or its state does not lead to `to`, NotAllowed when `by` may
        not (None: a move of no person, whoever acts around it), NotReady with what is missing, ValidationError for a
        constraint.
        """
        row.claim(seen, state=row.state)  # first: from here on nobody else moves the row
        transition = self.table.get((row.state, to))
        if transition is None:
            raise Stale(
                _("De «%(state)s» no se pasa a «%(to)s».")
                % {"state": row.get_state_display(), "to": type(row).State(to).label}
            )
        if by is not None and not (transition.permission and self.may(by, transition.permission, row)):
            raise NotAllowed
        if blockers := self.blockers(row, to, **facts):
            raise NotReady(*blockers)
        values = {"state": to, **transition.sets(row, **facts)}
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        try:
            row.validate_constraints()
        except ValidationError:
            for name, value in before.items():  # the page that shows the error shows the row as stored
                setattr(row, name, value)
            raise
        if not transition.verb:
            with audit.acting_as(by) if by else nullcontext():
                row.save(update_fields=list(values))
                transition.then(row, by=by, **facts)
            return
        with audit.record_at_once(by=by):  # the verb's entry says it all
            row.save(update_fields=list(values))
        changes = {name: [before[name], value] for name, value in values.items() if before[name] != value}
        audit.record(by=by, verb=transition.verb, target=row, changes=changes | transition.then(row, by=by, **facts))

    def step(self, rows: models.QuerySet, source: str, to: str, **facts) -> bool:
        """Moves the one row of `rows` that is still at `source`; False when somebody else moved it first.

        One conditional UPDATE, for workers: `rows` selects the row and the attempt that holds it.
        """
        values = self.table[source, to].sets(None, **facts)
        return bool(rows.filter(state=source).update(state=to, **values))
