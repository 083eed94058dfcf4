"""What is typed to import a spreadsheet: the file, the new plan's dates, and the decisions of the preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from display.figures import whole
from display.widgets import date_input
from matrices.reading.mending import cell_at, header_key
from matrices.workbook.grid import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from plans.models import Plan
from sheets.headings import MEANINGS
from sheets.loading.load import plan_for
from sheets.loading.result import CREATE, Choices, Result, Unknown
from sheets.mending import ROWS, Deed
from sheets.shown import Shown

MOST_BLOCKS = 100  # of the column «Línea o dependencia» that can be switched in one preview
MOST_OPTIONS = 60  # sessions offered for a note
LONGEST_MENDED = 5_000  # characters that are typed in a cell
FORM = "importar"  # the form that imports, at the end of the page; what it takes stands above it
ALL_NAMES_UNDER = 40  # unknown names: with more of them, a select offers the nearest only


class FileForm(forms.Form):
    """A spreadsheet, not opened yet: a worker does that."""

    file = forms.FileField(
        label=gettext_lazy("Hoja de cálculo"),
        help_text=gettext_lazy("Un archivo .xlsx, .xlsm, .ods, .csv o .zip de hasta 20 MB, tal como lo tiene."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.ods,.csv,.zip"}),
        error_messages={"empty": gettext_lazy("El archivo está vacío. Suba un archivo .xlsx, .xlsm, .ods o .csv.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                _(
                    "El archivo ocupa %(size)s MB; el máximo es %(limit)s MB. "
                    "Quite imágenes y hojas que no sean del plan y vuelva a subirlo."
                )
                % {"size": file.size // 2**20, "limit": MAX_BYTES // 2**20}
            )
        return file


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("Formato"),
        choices=[
            ("xlsx", gettext_lazy("Excel (.xlsx)")),
            ("ods", gettext_lazy("OpenDocument (.ods)")),
            ("zip", gettext_lazy("CSV, una hoja por archivo (.zip)")),
        ],
        widget=forms.RadioSelect,
        initial="xlsx",
    )


class NewPlanForm(forms.ModelForm):
    """How a plan that a spreadsheet will make is called, on the page that shows it."""

    class Meta:
        model = Plan
        fields = ["title", "kind", "starts_on", "ends_on"]
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM

    def clean(self):
        data = super().clean()
        if {"title", "kind", "starts_on", "ends_on"} <= data.keys():
            entity = self.instance.entity
            if Plan.objects.filter(entity=entity, title=data["title"]).exists():
                self.add_error("title", _("La entidad ya tiene un plan con ese título: impórtelo desde su página."))
            else:
                self.plan = plan_for(entity, data["title"], data["starts_on"], data["ends_on"], kind=data["kind"])
        return data

    def _post_clean(self):
        """The plan is checked whole by `plan_for`."""

    @property
    def new(self) -> dict[str, str]:
        """The plan as `Upload.new` keeps it."""
        data = self.cleaned_data
        dates = {name: data[name].isoformat() for name in ("starts_on", "ends_on")}
        return {"title": data["title"], "kind": data["kind"], **dates}


class MendForm(forms.Form):
    """One deed on a sheet, by somebody who saw it at `revision`; `shown` is the sheet as it was last read."""

    KINDS = ("cell", "meaning", "as_it_is", *ROWS)
    KIND_OF = [(kind, kind) for kind in KINDS]

    deed = forms.ChoiceField(choices=KIND_OF)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    sheet = forms.CharField(required=False, max_length=200, strip=False)
    row = forms.IntegerField(required=False, min_value=1, max_value=MAX_ROWS)
    cell = forms.CharField(required=False, max_length=12)
    text = forms.CharField(required=False, max_length=LONGEST_MENDED, strip=False)
    as_it_was = forms.BooleanField(required=False)
    header = forms.CharField(required=False, max_length=400)
    meaning = forms.ChoiceField(required=False, choices=[("", ""), *((one.value, one.value) for one in MEANINGS)])

    def __init__(self, *args, shown: Shown, **kwargs):
        super().__init__(*args, **kwargs)
        self.shown = shown

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        kind = data["deed"]
        if kind == "meaning":
            if not header_key(data["header"]):
                raise ValidationError(_("Esa columna no tiene encabezado: escríbalo en su celda."))
            data["deeds"] = [Deed("meaning", header=header_key(data["header"]), meaning=data["meaning"])]
            return data
        at = self.shown.sheet_at(data["sheet"])
        place = (data["row"], 0) if kind != "cell" else cell_at(data["cell"])
        row = self.shown.row(at, place[0]) if at is not None and place and place[0] else None
        if row is None:
            raise ValidationError(_("Esa fila ya no está en la hoja: mírela de nuevo."))
        if kind == "cell":
            if place[1] in row.covered or place[1] > MAX_COLUMNS:
                raise ValidationError(_("Esa celda está tapada por una combinada: corrija la primera de ellas."))
            text = None if data["as_it_was"] else data["text"]
            data["deeds"] = [Deed("cell", data["sheet"], cell=data["cell"], text=text)]
        else:
            data["deeds"] = [Deed(kind, data["sheet"], row.row)]
        return data


@dataclass(frozen=True)
class Select:
    """One decision of the preview: its field's name, what it is about, and each option (value, words, chosen)."""

    field: str
    name: str
    note: str
    options: list[tuple[str, str, bool]]
    is_settled: bool = False  # a new name that is like none of the entity's: it is created, and nobody needs to decide


def choices_of(data: QueryDict) -> Choices:
    """The decisions posted from a preview."""

    def those(prefix: str) -> dict[str, str]:
        return {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix) and value}

    notes = {name.removeprefix("note-"): tuple(data.getlist(name)) for name in data if name.startswith("note-")}
    units, groups, blocks, spaces = (those(f"{kind}-") for kind in ("dependency", "group", "block", "space"))
    return Choices(units, groups, blocks, notes, spaces, "repair" in data)


def selects_of(result: Result, dependencies: Iterable, groups: Iterable) -> dict[str, list[Select]]:
    """The decisions that a preview asks for, with what it took meanwhile already chosen."""
    dependencies, groups = list(dependencies), list(groups)
    of_units = [
        _names("dependency", unknown, dependencies, len(result.dependencies)) for unknown in result.dependencies
    ]
    of_groups = [_names("group", unknown, groups, len(result.groups)) for unknown in result.groups]
    new = [[one for one in asked if one.is_settled] for asked in (of_units, of_groups)]
    return {
        "dependencies": of_units,
        "groups": of_groups,
        "dependencies_asked": [one for one in of_units if not one.is_settled],
        "groups_asked": [one for one in of_groups if not one.is_settled],
        "new": [*new[0], *new[1]],
        "created": _created(len(new[0]), len(new[1])),
        "blocks": [
            Select(
                f"block-{block.key}",
                block.name,
                _where([block.place]),
                [
                    ("line", _("Línea estratégica"), block.taken == "line"),
                    ("dependency", _("Dependencia"), block.taken == "dependency"),
                ],
            )
            for block in result.blocks[:MOST_BLOCKS]
        ],
        "spaces": [
            Select(
                f"space-{row.key}",
                row.name,
                _where([row.place]),
                [
                    ("", _("Elija cuál espacio es"), not row.taken),
                    *((value, str(label), value == row.taken) for value, label in row.options),
                ],
            )
            for row in result.spaces
        ],
        "notes": [
            Select(
                f"note-{note.key}",
                note.text,
                _where([note.place]),
                [(key, label, key in note.taken) for key, label in note.options[:MOST_OPTIONS]],
            )
            for note in result.notes
        ],
    }


def _names(prefix: str, unknown: Unknown, existing: list, count: int) -> Select:
    taken, near = unknown.taken, [(str(pk), name) for pk, name in unknown.nearest]
    others = [(str(row.pk), row.name) for row in existing] if count < ALL_NAMES_UNDER else []
    options = [
        ("", _("Elija qué hacer"), not taken),
        *((pk, _("Es «%(name)s»") % {"name": name}, pk == taken) for pk, name in near),
        (CREATE, _("Crear «%(name)s»") % {"name": unknown.name}, taken == CREATE),
        *((pk, _("Es «%(name)s»") % {"name": name}, pk == taken) for pk, name in others if (pk, name) not in near),
    ]
    note = _where(unknown.places)
    if unknown.cell:
        note = _("%(cells)s, que dice «%(words)s»") % {"cells": note, "words": unknown.cell}
    if unknown.inside:
        note = _(
            "%(cells)s. Ahí se reconoce: %(names)s. Si son varios nombres, sepárelos en la celda con punto y coma y "
            "súbala de nuevo."
        ) % {"cells": note, "names": ", ".join(f"«{name}»" for name in unknown.inside)}
    is_settled = taken == CREATE and not near and not unknown.inside
    return Select(f"{prefix}-{unknown.key}", unknown.name, note, options[1:] if taken else options, is_settled)


def _created(units: int, groups: int) -> str:
    """ "Se crearán 4 dependencias y 8 grupos: ver"."""
    told = []
    if units:
        told.append(ngettext("%(n)s dependencia", "%(n)s dependencias", units) % {"n": whole(units)})
    if groups:
        told.append(ngettext("%(n)s grupo", "%(n)s grupos", groups) % {"n": whole(groups)})
    return _("Se crearán %(what)s: ver") % {"what": _(" y ").join(told)} if told else ""


def _where(places) -> str:
    """ "Plan · C4, C9; Metas · D2 y 12 más": the first cells that say it."""
    sheets: dict[str, list[str]] = {}
    for place in places[:3]:
        sheets.setdefault(place.sheet, []).append(f"{place.column}{place.row}")
    cells = "; ".join(f"{sheet} · {', '.join(found)}" for sheet, found in sheets.items())
    return _("%(cells)s y %(more)s más") % {"cells": cells, "more": len(places) - 3} if len(places) > 3 else cells
