"""The rows behind the figures as data files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from activities.models import Activity
from commitments.states import State
from display.datasets import Dataset, of_rows, word
from display.dates import Precision

if TYPE_CHECKING:
    from reports.sections.records import Facts


def datasets(facts: Facts) -> list[Dataset]:
    reported = (
        ("reported_on", "reportado_el", _("Día en que se escribió por última vez su ejecución.")),
        ("source", "origen", _("Archivo, hoja y celdas que lo dijeron; vacío: se escribió en el sistema.")),
    )
    return [
        of_rows(
            "registros-actividades",
            _("Las actividades del plan, en su orden"),
            facts.activities,
            (
                ("n", "actividad", _("Lugar de la actividad en el plan, desde 1.")),
                ("number", "numero", _("Su número en el plan.")),
                ("name", "nombre", ""),
                ("block", "estrategia_o_dependencia", _("En la que cuenta.")),
                ("phase", "fase", ""),
                (
                    word("kind", Activity.TargetKind),
                    "clase_de_meta",
                    _("Una meta en porcentaje no entra en la ejecución."),
                ),
                ("goal", "meta", ""),
                ("unit", "unidad_de_la_meta", ""),
                ("line", "linea", ""),
                ("description", "descripcion", ""),
                ("objective", "objetivo", ""),
                ("product", "producto", ""),
                ("indicator", "indicador", ""),
                ("formula", "formula", ""),
                ("incidence", "nivel_de_incidencia", ""),
                ("instance", "instancia_formal", ""),
                ("element", "elemento_de_rendicion_de_cuentas", ""),
                ("mechanism", "mecanismo", ""),
                ("channels", "canales", ""),
                ("modality", "modalidad", ""),
                ("periodicity", "periodicidad", ""),
                ("locality", "territorio", ""),
                ("budget", "presupuesto", _("Pesos.")),
                ("resources", "recursos", ""),
                ("alliances", "alianzas", ""),
                ("answering", "responsables_en_la_matriz", _("Como lo dice el archivo de donde vino.")),
            ),
        ),
        of_rows(
            "registros",
            _("Lo programado y lo reportado hasta el corte: de aquí salen las cifras de ejecución"),
            facts.sessions,
            (
                ("id", "registro", _("Identificador, siempre el mismo.")),
                ("activity", "actividad", _("Lugar de su actividad en registros-actividades.")),
                ("planned_on", "programado_para", ""),
                (word("precision", Precision), "precision", _("Si se sabe el día o solo el mes.")),
                ("planned", "programado", _("Cuánto cuenta. 0: no estaba en el plan.")),
                ("in_force_from", "vigente_desde", _("Vacío: desde la aprobación del plan.")),
                ("withdrawn_on", "retirado_el", _("Desde ese día no cuenta.")),
                ("held_on", "realizado_el", ""),
                ("executed", "ejecutado", _("Cuánto se hizo. Vacío: nadie lo reportó.")),
                ("attended", "atendidos", _("De una meta en porcentaje.")),
                ("received", "recibidos", _("De una meta en porcentaje.")),
                ("reason", "causa_de_lo_que_falto", ""),
                ("carried_to_year", "pasa_a_la_vigencia", ""),
                ("people", "asistentes", ""),
                *reported,
                ("footnote", "nota_al_pie", ""),
            ),
        ),
        of_rows(
            "registros-compromisos",
            _("Los compromisos y las fechas que dan su estado al corte"),
            facts.commitments,
            (
                ("id", "registro", _("Identificador, siempre el mismo.")),
                ("code", "codigo", ""),
                ("text", "compromiso", ""),
                ("made_on", "adquirido_el", _("Vacío: nadie escribió la fecha.")),
                (word("made_precision", Precision), "precision", _("Si se sabe el día o solo el mes.")),
                ("due_on", "plazo", _("El que regía al corte.")),
                ("promised_for", "plazo_inicial", _("Vacío: el plazo no cambió.")),
                ("closed_on", "cerrado_el", ""),
                ("closed_until", "cerrado_a_mas_tardar", _("Se cerró un día que nadie escribió, a más tardar ese.")),
                (
                    word("state", State),
                    "estado",
                    _("Cumplen los reportados como cumplidos y los verificados."),
                ),
                *reported,
                ("verified_on", "verificado_el", _("Con la ciudadanía.")),
                ("groups", "con_quienes", ""),
                ("session", "espacio", _("Registro del espacio en que se adquirió, en registros.")),
            ),
        ),
    ]
