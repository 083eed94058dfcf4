"""What a column of a sheet may mean, in words for whoever chooses."""

from django.utils.translation import gettext_lazy as _

from matrices.reading.headers import Meaning as M

MEANINGS = {
    M.ACTIVITY: _("Actividad"),
    M.NUMBER: _("Número"),
    M.PHASE: _("Fase"),
    M.LINE: _("Línea estratégica"),
    M.BLOCK: _("Línea o dependencia"),
    M.TARGET: _("Meta"),
    M.UNIT: _("Unidad de medida"),
    M.RESPONSIBLE: _("Responsables"),
    M.DATE: _("Fecha"),
    M.START: _("Fecha de inicio"),
    M.END: _("Fecha de fin"),
    M.PERIODICITY: _("Periodicidad"),
    M.GROUPS: _("Grupos de valor"),
    M.PRODUCT: _("Producto"),
    M.INDICATOR: _("Indicador"),
    M.FORMULA: _("Fórmula del indicador"),
    M.DESCRIPTION: _("Descripción"),
    M.OBJECTIVE: _("Objetivo"),
    M.INCIDENCE: _("Nivel de incidencia"),
    M.MECHANISM: _("Mecanismo"),
    M.CHANNELS: _("Canales"),
    M.MODALITY: _("Modalidad"),
    M.LOCALITY: _("Lugar"),
    M.BUDGET: _("Presupuesto"),
    M.RESOURCES: _("Recursos"),
    M.ALLIANCES: _("Alianzas"),
    M.ATTENDANCE: _("Asistentes"),
    M.QUESTIONS: _("Preguntas"),
    M.COMMENTS: _("Comentarios"),
    M.METRIC: _("Métrica"),
    M.VALUE: _("Valor de la métrica"),
    M.PERIOD: _("Periodo"),
    M.SOURCE: _("Fuente"),
    M.COMMITMENT: _("Compromiso"),
    M.INSTANCE: _("Instancia"),
    M.DUE: _("Plazo"),
    M.CLOSED: _("Fecha de cierre"),
    M.STATE: _("Estado"),
    M.TOTAL: _("Total: se calcula de nuevo"),
    M.NOT_STORED: _("No se importa"),
}
# What the reader finds by itself and nobody chooses.
FOUND = {
    M.EVENT: _("Espacio"),
    M.CODE: _("Código"),
    M.QUANTITY: _("Cantidad"),
    M.MONTH: _("Mes"),
    M.ROLE: _("Programado o ejecutado"),
    M.RATE: _("Porcentaje"),
    M.ORDINAL: _("Número de orden"),
    M.KEY: _("Clave"),
    M.PLANNED: _("Programado para"),
    M.HELD: _("Fecha en que se hizo"),
    M.DONE: _("Cuántos se hicieron"),
    M.RECEIVED: _("Recibidos"),
    M.ATTENDED: _("Atendidos"),
    M.WHO: _("Quiénes asistieron"),
    M.COUNTED_BY: _("Fuente del conteo"),
    M.SUMMARY: _("Resumen"),
    M.TOPICS: _("Temas"),
    M.CONTRIBUTIONS: _("Aportes"),
    M.RESULTS: _("Resultados"),
    M.ACHIEVED: _("Incidencia lograda"),
    M.PLACE: _("Lugar"),
    M.REASON: _("Motivo"),
    M.FOOTNOTE: _("Nota al pie"),
    M.GROUP: _("Personas de un grupo"),
}


def in_words(meaning: str) -> str:
    """A Meaning in words; of "", that nobody knows it."""
    return str({**MEANINGS, **FOUND}[M(meaning)]) if meaning else str(_("No se reconoce"))
