"""What a sheet of execution changes in the reports of a plan. Nothing is written, nor asked but what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_noop as _

from accounts.models import User
from activities.models import Activity, Disaggregation, Session
from display.message import Day, Message, message
from display.text import normalise
from matrices.reading.ledger import Ledger
from matrices.reading.names import names_of
from matrices.reading.rows import ActivityRow, Matrix, MonthCells, Number, SpaceRow, Text, When
from matrices.workbook.grid import Place
from plans.models import Plan
from records.models import Origin
from sheets.loading.differences import change_of, compare, refuse_held, tell_published
from sheets.loading.execution.reports import Report, ReportResource
from sheets.loading.execution.spaces import Spaces, Unmatched
from sheets.loading.existing import Existing
from sheets.loading.notes import Notes
from sheets.loading.result import EXTRA, OUT, Choices, Item, Result, Which, choice_key, in_order
from sheets.loading.values import ActivityValues, RowValues, SessionValues
from sheets.loading.writing import write

MOST_ASKED = 100  # rows of which somebody chooses the space: more of them are a sheet of something else
MOST_OPTIONS = 60


class ExecutionComparison:
    """As those of a plan's sheets, for who reports for `reach` (dependencies; None for all) on a day. `seen`: the
    revisions of the preview that the person read, None while there is none."""

    def __init__(
        self,
        matrix: Matrix,
        plan: Plan,
        choices: Choices,
        _create_missing: bool,
        _propose: bool,
        _cutoff: date | None,
        *,
        reach: set[int] | None,
        today: date,
        seen: Mapping[int, int] | None = None,
        lock: bool = False,
    ) -> None:
        self.matrix, self.plan, self.choices, self.lock = matrix, plan, choices, lock
        self.today, self.seen = today, seen
        self.ledger = Ledger()
        self.existing = Existing(plan, lock=lock)
        self.spaces = Spaces(plan, self.existing, reach)
        self.groups = {normalise(name): group for name, group in names_of(self.existing.groups).items()}
        self.cells: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
        counted = Disaggregation.objects.filter(session__activity__plan=plan.pk)
        for session, variable, value, people in counted.values_list("session", "variable", "value", "people"):
            self.cells[session][variable, value] = people
        self.rows: dict[str, list[RowValues]] = {"activities": [], "sessions": [], "commitments": []}
        self.asked: list[Which] = []
        self._taken: dict[int, Place] = {}  # spaces, by the row that says them
        self._unexplained: list[SessionValues] = []
        self._values: dict[int, ActivityValues] = {}  # by activity

    def write(self, result: Result, *, origin: Origin | None, by: User | None) -> None:
        write(self.rows, plan=self.plan, notes=[], origin=origin, by=by)

    def result(self) -> Result:
        sessions = [one for row in self.matrix.spaces if (one := self._of_row(row))]
        sessions += [one for row in self.matrix.activities for one in self._of_months(row)]
        notes = Notes(self.matrix.notes, sessions, self.choices.notes, self.existing, self.ledger, keeps=False)
        for session in self._unexplained:
            if not session.values.get("reason"):
                told = _("Se hizo menos de lo programado y la hoja no dice por qué: queda por explicar.")
                self.ledger.warn(session.where("executed_units"), told)
        stored = self.existing.sessions.values()
        compare(ReportResource(), sessions, plan=self.plan, advice=None, stored=stored, ledger=self.ledger)
        self.rows["sessions"] = sessions
        refuse_held(self.plan, self.rows, self.ledger, lock=self.lock)
        self._refuse_changed(sessions)
        tell_published(sessions, self.ledger)
        kept = [row for row in sessions if row.instance is not None]
        return Result(
            self.plan.slug,
            items=[
                Item(
                    "sessions", row.state, row.label, row.place, tuple(change_of(Session, *one) for one in row.changes)
                )
                for row in kept
            ],
            errors=in_order([*self.matrix.errors, *self.ledger.errors]),
            warnings=in_order([*self.matrix.warnings, *self.ledger.warnings]),
            left_out=in_order([*self.matrix.left_out, *self.ledger.left_out()]),
            not_understood=list(self.matrix.not_understood),
            notes=notes.loose,
            spaces=self.asked,
            seen={row.stored.pk: row.stored.revision for row in kept if row.state == "changed"},
        )

    def _refuse_changed(self, sessions: Sequence[SessionValues]) -> None:
        """What somebody wrote after the person saw the preview is not written over before they are told."""
        for row in sessions if self.seen is not None else ():
            if row.instance is None or row.state != "changed" or self.seen.get(row.stored.pk) == row.stored.revision:
                continue
            told = _("Alguien cambió este espacio después de la vista previa: mire qué cambiaría y vuelva a guardar.")
            self.ledger.error(row.place, told)

    # --- A row per space --------------------------------------------------------------------------------------------

    def _of_row(self, row: SpaceRow) -> SessionValues | None:
        if not row.says:
            return None if row.is_wrong else self._silent(row)
        key = choice_key(f"{row.place.sheet} {row.place.row}")
        chosen = self.choices.spaces.get(key, "")
        try:
            found = self.spaces.of_row(row)
            session, activity = found.session, found.session.activity
            if found.doubt:
                self.ledger.warn(*found.doubt)
        except Unmatched as error:
            session = next((one for one in error.options if str(one.pk) == chosen), None)
            activity = session.activity if session else error.extra if chosen == EXTRA else None
            self._ask(row, key, chosen, error, is_settled=activity is not None or chosen == OUT)
            if activity is None:
                return None
        if row.is_wrong or (session and self._is_double(session, row.place)):
            return None
        return self._reported(row, session, activity)

    def _silent(self, row: SpaceRow) -> SessionValues | None:
        """A row that was not filled in: of its space, nothing changes; of none, nobody needs to know."""
        try:
            session = self.spaces.of_row(row).session
        except Unmatched:
            return None
        return None if session.pk in self._taken else self._values_of(row.place, session, session.activity)

    def _ask(self, row: SpaceRow, key: str, chosen: str, error: Unmatched, *, is_settled: bool) -> None:
        if len(self.asked) < MOST_ASKED:
            options: list[tuple[str, str | Message]] = [
                (str(one.pk), _label(one.activity, one)) for one in error.options[:MOST_OPTIONS]
            ]
            if error.extra is not None:
                told = _("Es un espacio de «%(activity)s» que no estaba programado")
                options.append((EXTRA, message(told, activity=error.extra.name)))
            options.append((OUT, message(_("Dejar la fila por fuera"))))
            name = " ".join(text.value for text in (row.number, row.name) if text)
            self.asked.append(Which(key, name[:200], row.place, tuple(options), chosen if is_settled else ""))
        if not is_settled:
            self.ledger.error(error.place, error.told)

    def _is_double(self, session: Session, place: Place) -> bool:
        if (first := self._taken.setdefault(session.pk, place)) is place:
            return False
        cell = f"{first.sheet} · {first.row}" if first.sheet != place.sheet else str(first.row)
        self.ledger.error(place, _("La fila %(row)s ya dice qué pasó con este mismo espacio: deje una."), row=cell)
        return True

    def _reported(
        self, row: SpaceRow, session: Session | None, activity: Activity, by_month: bool = False
    ) -> SessionValues | None:
        values = self._values_of(row.place, session, activity)
        if session is None:
            values.values["planned_units"] = 0
        report = Report(row, values, today=self.today, ledger=self.ledger, by_month=by_month)
        if not report.read(self.groups, self.cells.get(session.pk, {}) if session else {}):
            return None
        if report.is_unexplained:
            self._unexplained.append(values)
        if session is None:
            values.label = _label(activity, values)
        return values

    def _values_of(self, place: Place, session: Session | None, activity: Activity) -> SessionValues:
        of = self._values.get(activity.pk)
        if of is None:
            of = ActivityValues(place, str(activity), stored=activity, instance=activity, outside=activity.outside_plan)
            of.values["name"] = activity.name
            self._values[activity.pk] = of
        values = SessionValues(place, _label(activity, session), activity=of, stored=session)
        if session is not None:
            values.values |= {"planned_on": session.planned_on, "planned_precision": session.planned_precision}
        return values

    # --- By months --------------------------------------------------------------------------------------------------

    def _of_months(self, row: ActivityRow) -> list[SessionValues]:
        told = [cells for cells in row.months if cells.executed is not None]
        if not told:
            return []
        number = Text(row.number, row.number_at or row.place) if row.number else None
        try:
            chains = self.spaces.chains_of(number, row.name)
            return [one for cells in told for one in self._of_month(chains, cells, row)]
        except Unmatched as error:
            self.ledger.error(error.place, error.told)
            return []

    def _of_month(self, chains: list[int], cells: MonthCells, row: ActivityRow) -> list[SessionValues]:
        place, done = cells.executed.place, cells.executed.value
        if not done and cells.month > self.today:
            told = _("El mes no ha terminado: este 0 no se toma como que no se hizo.")
            self.ledger.warn(place, told)
            return []
        sessions = self.spaces.in_month(chains, cells.month, place)
        if not sessions:
            if done:
                told = _("El plan no tiene espacios de «%(name)s» en %(month)s: repórtelos uno por uno.")
                self.ledger.error(place, told, name=row.name.value, month=Day(cells.month, "month"))
            return []
        if len(sessions) == 1:
            units = [done]
        elif sum(one.executed_units or 0 for one in sessions) == done and all(
            one.executed_units is not None for one in sessions
        ):
            return []
        elif done in (0, sum(one.planned_units for one in sessions)):
            units = [one.planned_units if done else 0 for one in sessions]
        else:
            told = _(
                "El plan tiene %(n)s espacios en %(month)s y no se sabe cuáles se hicieron: repórtelos uno por uno."
            )
            self.ledger.error(place, told, n=len(sessions), month=Day(cells.month, "month"))
            return []
        found = []
        for session, number in zip(sessions, units, strict=True):
            if self._is_double(session, place):
                continue
            said = SpaceRow(place, done=Number(number, place))
            is_measure = session.activity.target_kind == Activity.TargetKind.PERCENTAGE
            if is_measure:
                said = SpaceRow(place, counts={"numerator": cells.executed})
                if cells.planned is not None:
                    said.counts["denominator"] = cells.planned
            if number or is_measure:
                said.held = When(cells.month, "month", place)
            if values := self._reported(said, session, session.activity, by_month=True):
                found.append(values)
        return found


def _label(activity: Activity, session: Session | SessionValues | None) -> Message | str:
    if session is None:
        return str(activity)
    values = session.values if isinstance(session, SessionValues) else vars(session)
    day = Day(values["planned_on"], values["planned_precision"])
    return message("%(activity)s · %(date)s", activity=str(activity), date=day)
