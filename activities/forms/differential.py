"""Who came by differential variable, in the report of a session: optional, and checked against the total."""

from typing import NamedTuple

from django import forms

from activities import report_rules
from activities.forms.people import PeopleForm
from activities.models import Disaggregation
from activities.models.disaggregation import CELLS, VARIABLES

Cell = tuple[str, str]  # of a variable, a value


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
        for cell in CELLS:
            if (people := data.get(cell_name(*cell))) is not None:
                self.cells[cell] = people
        for variable, value, wrong in report_rules.of_differential(self.cells, data.get("attendance_total")):
            if "attendance_total" not in self.errors:
                self.add_error(cell_name(variable, value) if value else "attendance_total", str(wrong))


def cell_name(variable: str, value: str) -> str:
    return f"cell_{variable}_{value}"
