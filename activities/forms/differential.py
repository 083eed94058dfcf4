"""Who came by differential variable, in the report of a session: optional, and checked against the total."""

from typing import NamedTuple

from django import forms
from django.utils.translation import gettext

from activities.forms.people import PeopleForm
from activities.models import Disaggregation
from activities.models.disaggregation import CELLS, VARIABLES

Cell = tuple[str, str]  # of a variable, a value
REST = "no_data"


class Shown(NamedTuple):
    """A variable as the page draws it."""

    label: str
    fields: list[forms.BoundField]
    is_open: bool


class DifferentialForm(PeopleForm):
    """`kept_cells` = {cell: its row as read}; after `read_cells`, `cells` = {cell: people}."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        session = self.instance
        self.cells: dict[Cell, int] = {}
        # Of a session that was not held there is none, and nobody is asked.
        stored = session.disaggregations.all() if session.pk and session.held_on else ()
        self.kept_cells: dict[Cell, Disaggregation] = {(row.variable, row.value): row for row in stored}
        for variable, value in CELLS:
            name = cell_name(variable, value)
            self.fields[name] = forms.IntegerField(
                label=VARIABLES[variable].values[value],
                required=False,
                min_value=0,
                max_value=2_147_483_647,  # of the column
                widget=forms.NumberInput(attrs={"min": "0", "inputmode": "numeric", "class": "form-control"}),
            )
            row = self.kept_cells.get((variable, value))
            self.initial[name] = row and row.people

    def cell_names(self) -> list[str]:
        return [cell_name(*cell) for cell in CELLS]

    def variables(self) -> list[Shown]:
        shown = []
        for name, variable in VARIABLES.items():
            fields = [self[cell_name(name, value)] for value in variable.values]
            is_open = any(field.value() not in (None, "") or field.errors for field in fields)
            shown.append(Shown(str(variable.label), fields, is_open))
        return shown

    def are_cells_open(self) -> bool:
        return any(variable.is_open for variable in self.variables())

    def read_cells(self, data: dict) -> None:
        """Each variable tells of everybody once: never of more than came, and of all when «sin dato» is said too."""
        total = data.get("attendance_total")
        for name, variable in VARIABLES.items():
            read = {value: data.get(cell_name(name, value)) for value in variable.values}
            told = {value: people for value, people in read.items() if people is not None}
            self.cells |= {(name, value): people for value, people in told.items()}
            if not told or "attendance_total" in self.errors:
                continue
            first, counted = cell_name(name, next(iter(told))), sum(told.values())
            about = {"variable": variable.label, "counted": counted, "total": total}
            if total is None:
                self.add_error(
                    "attendance_total",
                    gettext("Para contar por «%(variable)s» diga primero cuántas personas fueron.") % about,
                )
            elif counted > total:
                self.add_error(
                    first,
                    gettext("«%(variable)s» suma %(counted)s y los asistentes son %(total)s: corrija lo uno o lo otro.")
                    % about,
                )
            elif counted < total and REST in told:
                self.add_error(
                    cell_name(name, REST),
                    gettext(
                        "«%(variable)s» suma %(counted)s y los asistentes son %(total)s. Deje vacío «sin dato» y será "
                        "lo que falta, o corrija los números."
                    )
                    % about,
                )


def cell_name(variable: str, value: str) -> str:
    return f"cell_{variable}_{value}"
