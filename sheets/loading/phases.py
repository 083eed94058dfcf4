"""Phases and lines of a plan, from the names that its activities' rows carry."""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized
from copy import copy
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_noop as _

from display.message import Message, message_of
from display.text import normalise
from matrices.reading.cells import split_number
from matrices.reading.ledger import Ledger
from matrices.reading.phases import phase_numbers
from matrices.reading.rows import ActivityRow, Text
from matrices.reading.vocabulary import stage_of
from matrices.workbook.grid import Place
from plans.models import CyclePhase, Plan, StrategicLine
from sheets.loading.approved import not_in_plan
from sheets.loading.catalogue import Names
from sheets.loading.differences import validate
from sheets.loading.values import ActivityValues, RowValues

_LONGEST = 200
_MOST = 200  # distinct phases, or lines; more of them are a column of something else
_STATED = re.compile(r"\w*\s*\d")


@dataclass(slots=True)
class PhasesAndLines:
    """Gives each activity its phase and its line; some are new, or have another name."""

    plan: Plan
    advice: Message | None  # when the plan is approved
    ledger: Ledger
    phases: list[CyclePhase]
    lines: list[StrategicLine]
    is_too_long: bool = False  # a name that no field holds, or too many of them: nothing more is compared

    def settle(self, activities: Sequence[ActivityValues], names: Names) -> dict[str, list[RowValues]]:
        """Sets `phase` and `line` among the values of these activities; returns the phases and lines that they name."""
        return {"phases": self._settle_phases(activities), "lines": self._settle_lines(activities, names)}

    def _settle_phases(self, activities: Sequence[ActivityValues]) -> list[RowValues]:
        in_phases = [activity for activity in activities if activity.source.phase]
        rows = _one_spelling([activity.source for activity in in_phases])
        numbers = phase_numbers(rows)
        places: dict[str, Place] = {}
        if self._are_too_many(numbers, rows[0].phase.place if rows else None):
            return []
        stated: set[str] = set()
        for row in rows:
            places.setdefault(row.phase.value, row.phase.place)
            if _STATED.match(row.phase.value) or row.number.split(".")[0] == str(numbers.get(row.phase.value)):
                stated.add(row.phase.value)
        found = {name: self._phase(name, number, name in stated) for name, number in numbers.items()}
        phases = self._rows(CyclePhase, list(found.items()), places, self.phases)
        by_number = {numbers[name]: phase for name, phase in found.items()}
        for activity, row in zip(in_phases, rows, strict=True):
            if activity.outside:
                continue
            prefix, dot, _rest = row.number.partition(".")
            moved = by_number.get(int(prefix)) if dot and prefix.isdigit() and row.phase_is_merged else None
            activity.set("phase", moved or found[row.phase.value], row.phase.place)
        return phases

    def _phase(self, name: str, number: int, is_stated: bool) -> CyclePhase:
        """The stored phase of this name, or of this number when the sheet states it; else a new one."""
        own = split_number(name)[1] or name
        for phase in self.phases:
            if normalise(phase.name) in (normalise(name), normalise(own)):
                return _named(phase, own)
        taken = {phase.number: phase for phase in self.phases}
        if is_stated and number in taken:
            return _named(taken[number], own)
        while number in taken:
            number += 1
        phase = CyclePhase(plan=self.plan, number=number, name=own, stage=stage_of(own))
        self.phases.append(phase)
        return phase

    def _settle_lines(self, activities: Sequence[ActivityValues], names: Names) -> list[RowValues]:
        found: dict[str, StrategicLine] = {}
        places: dict[str, Place] = {}
        for activity in activities:
            row = activity.source
            text = row.line or row.block
            if text is None or not (row.line or names.is_line(text)):
                continue
            key = normalise(text.value)
            if key not in found:
                line = next((line for line in self.lines if normalise(line.name) == key), None)
                if line is None:
                    order = max((line.order for line in self.lines), default=0) + 1
                    line = StrategicLine(plan=self.plan, name=text.value, order=order)
                    self.lines.append(line)
                found[key], places[key] = line, text.place
                if self._are_too_many(found, text.place):
                    return []
            activity.set("line", found[key], text.place)
        return self._rows(StrategicLine, list(found.items()), places, self.lines)

    def _are_too_many(self, names: Sized, place: Place | None) -> bool:
        """Whether there are more than any plan has; says so once."""
        if len(names) <= _MOST:
            return False
        self.is_too_long = True
        self.ledger.error(
            place,
            _("El archivo trae más de %(most)s nombres distintos en esta columna. Revise que sea la correcta."),
            most=_MOST,
        )
        return True

    def _rows(self, model: type[models.Model], found, places: dict[str, Place], stored) -> list[RowValues]:
        """What becomes of each, once it is known to fit."""
        rows = []
        for key, instance in found:
            before = getattr(instance, "_before", None)
            place = places[key]
            if len(instance.name) > _LONGEST:
                self.is_too_long = True
                self.ledger.error(
                    place,
                    _("El nombre tiene %(long)s caracteres y el máximo es %(limit)s. Acórtelo."),
                    long=len(instance.name),
                    limit=_LONGEST,
                )
            row = RowValues(place, str(instance), places={"name": place}, instance=instance)
            rows.append(row)
            if instance.pk is None:
                if model is CyclePhase and not instance.stage:
                    told = _(
                        "El nombre «%(name)s» no dice a qué etapa del ciclo corresponde. Elíjala después en el plan."
                    )
                    self.ledger.warn(place, told, name=instance.name)
            elif before is not None:
                row.stored, row.changes = before, [("name", before.name, instance.name)]
            else:
                row.stored = instance
            if self.advice and row.state != "unchanged":
                self.ledger.error(place, message_of(not_in_plan(instance.name, self.advice)))
        if not self.is_too_long:
            validate(model, rows, stored=stored, ledger=self.ledger)
        return rows


def _named(phase: CyclePhase, name: str) -> CyclePhase:
    if phase.name != name:
        phase._before = copy(phase)
        phase.name = name
    return phase


def _one_spelling(rows: Sequence[ActivityRow]) -> list[ActivityRow]:
    """The same rows, a phase written in two ways (accents, case) under its first spelling."""
    first: dict[str, str] = {}
    kept = []
    for row in rows:
        name = first.setdefault(normalise(row.phase.value), row.phase.value)
        kept.append(row if name == row.phase.value else replace(row, phase=Text(name, row.phase.place)))
    return kept
