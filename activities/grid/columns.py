"""The columns of the table: what each holds, how wide it is, and what a heading of a pasted block means."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from display.text import normalise
from matrices.reading.columns import meaning_of
from matrices.reading.headers import Meaning as M

TEXT, LINES, CHOICE, NAMES = "text", "lines", "choice", "names"  # with what a cell is edited


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    control: str = TEXT
    choices: type[TextChoices] | None = None
    help: str = ""
    numeric: bool = False
    optional: bool = True  # it may be left out of sight


COLUMNS = (
    Column("number", _("Número")),
    Column("name", _("Actividad"), LINES, optional=False),
    Column("phase", _("Fase"), CHOICE),
    Column("lead", _("Lidera"), NAMES, help=_("Una dependencia, o «Todas las dependencias».")),
    Column("target_kind", _("Clase de meta"), CHOICE, Activity.TargetKind),
    Column("target_value", _("Meta"), numeric=True, help=_("12, 80 % o 4 encuentros.")),
    Column("unit", _("Unidad")),
    Column("indicator", _("Indicador"), LINES),
    Column("groups", _("Grupos"), NAMES, help=_("Separados por punto y coma.")),
    Column("spaces", _("Espacios"), LINES, help=_("Meses o fechas: marzo; junio; 15/09/2026.")),
    Column("periodicity", _("Periodicidad")),
    Column("incidence_level", _("Incidencia"), CHOICE, Activity.Incidence),
)
BY_KEY = {column.key: column for column in COLUMNS}
COOKIE = "convite-columns"
KEPT_FOR = 365 * 24 * 3600  # seconds

_MEANINGS = {
    **dict.fromkeys((M.NUMBER, M.CODE, M.ORDINAL), "number"),
    **dict.fromkeys((M.ACTIVITY, M.EVENT), "name"),
    M.PHASE: "phase",
    **dict.fromkeys((M.RESPONSIBLE, M.BLOCK), "lead"),
    **dict.fromkeys((M.TARGET, M.QUANTITY), "target_value"),
    M.UNIT: "unit",
    M.INDICATOR: "indicator",
    M.GROUPS: "groups",
    **dict.fromkeys((M.DATE, M.PERIOD), "spaces"),
    M.PERIODICITY: "periodicity",
    M.INCIDENCE: "incidence_level",
}


def shown(request) -> list[Column]:
    """Those that the person chose in this browser, in their order; all of them at first."""
    chosen = request.COOKIES.get(COOKIE, "").split(".")
    known = [column for column in COLUMNS if column.key in chosen or not column.optional]
    return known if len(known) > 1 else list(COLUMNS)


def of_heading(text: str) -> str:
    """The key of the column that a heading names, as an import reads it; "" for none."""
    words = normalise(text)
    for column in COLUMNS:
        if words == normalise(str(column.label)):
            return column.key
    meaning, exact = meaning_of(text)
    return _MEANINGS.get(meaning, "") if exact else ""
