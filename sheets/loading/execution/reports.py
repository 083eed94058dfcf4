"""What a row of a sheet of execution reports of its space, under the rules of the space's own form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_noop as _

from activities import report_rules
from activities.models import Activity, Session
from activities.models.reasons import Reason
from display.dates import Precision
from display.message import Day, message
from display.text import normalise
from matrices.reading.ledger import Ledger
from matrices.reading.rows import SpaceRow
from matrices.reading.vocabulary import incidences_of, modality_of
from matrices.workbook.grid import one_line
from plans.models import Plan, StakeholderGroup
from sheets.loading.sheet_resource import SheetResource
from sheets.loading.values import SessionValues, whole
from sheets.resources.declared import SessionSheet

Cells = Mapping[tuple[str, str], int]  # of a differential count
_REASONS = {normalise(reason.own_words): reason for reason in Reason}
_HEADS = {normalise(reason.own_words.split(":")[0]): reason for reason in Reason}


class ReportResource(SheetResource):
    """A report changes nothing that was planned; a space that nobody programmed is of its activity."""

    sheet = SessionSheet

    def parents(self, row: SessionValues, plan: Plan) -> dict:
        return {} if row.stored else {"activity": row.activity.instance}

    def related_changes(self, row: SessionValues):
        before = dict(row.stored.present_now.values())
        after = before | dict(row.present or ())
        return [("present", _people(before), _people(after))] if before != after else []


def _people(present: Mapping[StakeholderGroup, int | None]) -> list[str]:
    return [group.name if people is None else f"{group.name}: {people}" for group, people in present.items()]


class Report:
    """Fills `values` (of a space of the plan, or of one that nobody programmed) with what `row` says.

    What is wrong is told at its cell; `by_month`: the sheet only has room for how many, so that what is missing is
    asked about, and not refused.
    """

    def __init__(
        self, row: SpaceRow, values: SessionValues, *, today: date, ledger: Ledger, by_month: bool = False
    ) -> None:
        self.row, self.values, self.today, self.ledger, self.by_month = row, values, today, ledger, by_month
        self.activity: Activity = values.activity.instance
        self.stored: Session | None = values.stored
        self.is_unexplained = False
        self.planned = self.stored.planned_units if self.stored else 0
        self.is_measure = bool(self.planned) and self.activity.target_kind == Activity.TargetKind.PERCENTAGE

    def read(self, groups: Mapping[str, StakeholderGroup], cells: Cells) -> bool:
        """Whether it may be written."""
        errors = len(self.ledger.errors)
        if self.row.says:
            self._read(groups, cells)
        return len(self.ledger.errors) == errors

    def _read(self, groups: Mapping[str, StakeholderGroup], cells: Cells) -> None:
        stored, row = self.stored, self.row
        if stored and stored.carried_to_year and (row.done or row.answer or row.held or row.counts):
            told = _("Este espacio pasa a la vigencia %(year)s. Si sí se hizo, repórtelo en su página.")
            self.ledger.error(row.place, told, year=str(stored.carried_to_year))
            return
        units = self._units()
        if units == 0 and row.done and not row.reasons and self._is_to_come():
            told = _("Todavía no llega su fecha: este 0 no se toma como que no se hizo.")
            self.ledger.release(row.done.place).leave(row.done.place, told)
        elif units == 0:
            self._not_held()
        elif units is None and not self._is_held():
            self._error("done", _("La fila no dice si se hizo: escriba cuántos se hicieron, «sí» o «no»."))
        else:
            self._held(units, groups, cells)

    # --- Whether it was held ----------------------------------------------------------------------------------------

    def _is_held(self) -> bool:
        return bool(self.stored and self.stored.held_on)

    def _is_to_come(self) -> bool:
        return bool(self.stored and self.stored.planned_on > self.today)

    def _units(self) -> int | None:
        """How many were done; None when the row adds to what was reported of one that was held."""
        row, counts = self.row, self.row.counts
        if row.done is not None:
            return whole(row.done, self.ledger)
        if row.answer is not None:
            return 0 if row.answer.value == "no" else self.planned or 1
        if self._is_held():
            return None
        return (self.planned or 1) if row.held or counts or row.people else None

    def _not_held(self) -> None:
        row, ledger = self.row, self.ledger
        if self.stored is None or not self.planned:
            self._error("done", _("Lo que no estaba programado y no se hizo no se reporta: quite esta fila."))
            return
        if self._is_held():
            told = _("Ya se reportó que este espacio se hizo (%(date)s). Si no fue así, cámbielo en su página.")
            self._error("done", told, date=Day(self.stored.held_on, self.stored.held_precision))
            return
        if row.held:
            ledger.error(
                row.held.place, _("Dice que no se hizo y trae la fecha en que se hizo: deje lo uno o lo otro.")
            )
        for number in [*row.counts.values(), *row.people.values()]:
            if number.value:
                ledger.error(number.place, _("Dice que no se hizo y trae esta cantidad: deje lo uno o lo otro."))
        for name, text in row.texts.items():
            if name == "footnote":
                self.values.set(name, text.value, text.place)
            else:
                ledger.release(text.place).leave(text.place, _("No se hizo: este dato no se guarda."))
        self.values.set("executed_units", 0, self._where("done"))
        self._why(is_short=True)

    def _held(self, units: int | None, groups: Mapping[str, StakeholderGroup], cells: Cells) -> None:
        self._day()
        self._counts(groups, cells)
        self._texts()
        if self.is_measure:
            self._measure()
        elif units is not None:
            self.values.set("executed_units", units, self._where("done"))
            if self.planned and (doubt := report_rules.doubt_of_units(units, self.planned)):
                self.ledger.warn(self._where("done"), doubt)
        reported = Session(
            activity=self.activity,
            planned_units=self.planned,
            **{name: self._said(name) for name in ("executed_units", "denominator", "numerator")},
        )
        is_whole = (reported.numerator is None) == (reported.denominator is None)
        self._why(is_short=bool(self.planned) and is_whole and report_rules.is_short(reported, self.today))

    def _day(self) -> None:
        held, stored = self.row.held, self.stored
        if held is None and self._is_held():
            return
        if held is not None and self.by_month and self._is_held():
            return  # the day that somebody reported is more exact than a month
        if held is None and stored is None:
            self._error("held", _("Diga en qué fecha se hizo."))
            return
        place = held.place if held else self._where("done")
        on, precision = (held.on, held.precision) if held else (stored.planned_on, stored.planned_precision)
        if wrong := report_rules.of_day(on, precision, self.activity.plan, self.today):
            self.ledger.error(place, wrong if held else message(_("Diga en qué fecha se hizo.")))
            return
        if held is None and precision == Precision.DAY:
            told = _("La fila no dice en qué fecha se hizo: queda la programada, %(date)s.")
            self.ledger.warn(place, told, date=Day(on, precision))
        self.values.set("held_on", on, place)
        self.values.set("held_precision", precision, place)
        if stored is None:
            self.values.set("planned_on", on, place)
            self.values.set("planned_precision", precision, place)

    def _measure(self) -> None:
        received, attended = self._said("denominator"), self._said("numerator")
        if received is None and attended is None:
            self._error("done", _("La meta es un porcentaje: diga cuántos se recibieron y se atendieron."))
        elif wrong := report_rules.of_ratio(received, attended):
            self._error(wrong[0], wrong[1])

    # --- Who came, what came of it ----------------------------------------------------------------------------------

    def _counts(self, groups: Mapping[str, StakeholderGroup], cells: Cells) -> None:
        row, values = self.row, self.values
        for name, number in row.counts.items():
            if name in ("numerator", "denominator") and not self.is_measure:
                told = _("La meta de esta actividad no es un porcentaje: este dato no se guarda.")
                self.ledger.release(number.place).leave(number.place, told)
            elif (count := whole(number, self.ledger)) is not None:
                values.set(name, count, number.place)
        told = [(groups[name], whole(number, self.ledger), number.place) for name, number in row.people.items()]
        if told:
            values.present = [(group, people) for group, people, _place in told]
            values.places["present"] = told[0][2]
        people = self.stored.present_now if self.stored else {}
        people = {pk: count for pk, (_group, count) in people.items()} | {group.pk: n for group, n, _place in told}
        counted = sum(count or 0 for count in people.values())
        total = self._said("attendance_total")
        if total is None and told:  # reports read the total, which counts everybody
            values.set("attendance_total", counted, told[0][2])
        elif wrong := report_rules.of_groups(counted, total):
            self._error("attendance_total", wrong)
        if "attendance_total" in values.values:
            if doubt := report_rules.doubt_of_people(total):
                self.ledger.warn(values.where("attendance_total"), doubt)
            for _variable, _value, wrong in report_rules.of_differential(cells, self._said("attendance_total")):
                self._error("attendance_total", wrong)

    def _texts(self) -> None:
        for name, text in self.row.texts.items():
            value = text.value
            if name == "modality":
                value = modality_of(value)
            elif name == "achieved_incidence":
                value = next(iter(incidences_of(value)), "")
            elif name in ("place", "locality", "attendance_note", "attendance_source"):
                value = one_line(value)
            if value:
                self.values.set(name, value, text.place)
            else:
                told = _("«%(words)s» no está entre lo que se puede elegir: no se guarda.")
                self.ledger.release(text.place).leave(text.place, told, words=one_line(text.value)[:60])

    # --- Why it was not held, or not all of it ----------------------------------------------------------------------

    def _why(self, *, is_short: bool) -> None:
        row, values, stored = self.row, self.values, self.stored
        if not is_short:
            for text in row.reasons:
                told = _("Se hizo todo lo programado: el motivo no se guarda.")
                self.ledger.release(text.place).leave(text.place, told)
            if stored and not stored.carried_to_year:
                for name in ("reason_kind", "reason"):
                    if getattr(stored, name):
                        values.values[name] = ""
            return
        kind, words = self._reason()
        if kind:
            place = row.reasons[0].place
            values.set("reason_kind", kind, place)
            values.set("reason", words, place)
        elif stored and stored.reason:
            return
        elif self.by_month:
            self.is_unexplained = True
        elif self._said("executed_units") == 0:
            told = _("Diga por qué no se hizo: %(reasons)s.")
            reasons = ", ".join(f"«{reason.own_words}»" for reason in Reason)
            self._error("reason", message(told, reasons=reasons))
        else:
            self._error("reason", report_rules.of_shortfall())

    def _reason(self) -> tuple[str, str]:
        """Of the list, and in the words of the sheet; what is not of the list is «Otro motivo»."""
        kind, words = "", []
        for text in self.row.reasons:
            said = normalise(text.value)
            found = _REASONS.get(said) or _HEADS.get(said)
            if found and not kind:
                kind = found
            else:
                words.append(text.value)
        text = "; ".join(dict.fromkeys(words))
        if not kind and text:
            kind = Reason.OTHER
            place = self.row.reasons[0].place
            self.ledger.warn(place, _("No es un motivo de la lista: queda como «Otro motivo», con estas palabras."))
        if kind == Reason.OTHER and report_rules.is_unwritten(text):
            self._error("reason", _("Si es otro motivo, escriba cuál."))
        return kind, Reason(kind).own_words if kind and report_rules.is_unwritten(text) else text

    # --- Both ---------------------------------------------------------------------------------------------------------

    def _said(self, name: str):
        return self.values.values.get(name, getattr(self.stored, name, None))

    def _where(self, name: str):
        """The cell of a field, else of the row."""
        row = self.row
        found = {
            "done": row.done or row.answer,
            "held": row.held,
            "reason": row.reasons[0] if row.reasons else None,
        }.get(name)
        return found.place if found else self.values.where(name)

    def _error(self, name: str, told, **params) -> None:
        self.ledger.error(self._where(name), told, **params)
