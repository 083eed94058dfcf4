"""The meanings that a column can have, and the words with which entities head it."""

from enum import StrEnum


class Meaning(StrEnum):
    """A column's meaning; those in TEXTS carry the name of the Activity field that they fill."""

    ACTIVITY = "activity"
    EVENT = "event"
    NUMBER = "number"
    CODE = "code"
    PHASE = "phase"
    LINE = "line"
    BLOCK = "block"
    TARGET = "target"
    QUANTITY = "quantity"
    RESPONSIBLE = "responsible"
    GROUPS = "groups"
    DATE = "date"
    START = "start"
    END = "end"
    MONTH = "month"
    ROLE = "role"
    TOTAL = "total"
    RATE = "rate"
    ATTENDANCE = "attendance"
    QUESTIONS = "questions"
    COMMENTS = "comments"
    METRIC = "metric"
    PERIOD = "period"
    VALUE = "value"
    SOURCE = "source"
    COMMITMENT = "commitment"
    INSTANCE = "instance"
    DUE = "due"
    CLOSED = "closed"
    STATE = "state"
    ORDINAL = "ordinal"
    NOT_STORED = "not_stored"
    DESCRIPTION = "description"
    OBJECTIVE = "objective"
    PRODUCT = "product"
    UNIT = "unit"
    INDICATOR = "indicator"
    FORMULA = "formula"
    INCIDENCE = "incidence_level"
    MECHANISM = "mechanism"
    CHANNELS = "channels"
    MODALITY = "modality"
    PERIODICITY = "periodicity"
    LOCALITY = "locality"
    BUDGET = "budget"
    RESOURCES = "resources"
    ALLIANCES = "alliances"
    # Of the sheets that dependencies keep of what they did (`execution.py`); texts carry the Session field's name.
    KEY = "key"
    PLANNED = "planned"
    HELD = "held"
    DONE = "done"
    RECEIVED = "denominator"
    ATTENDED = "numerator"
    WHO = "attendance_note"
    COUNTED_BY = "attendance_source"
    SUMMARY = "summary"
    TOPICS = "topics"
    CONTRIBUTIONS = "contributions"
    RESULTS = "results"
    ACHIEVED = "achieved_incidence"
    PLACE = "place"
    REASON = "reason"
    FOOTNOTE = "footnote"
    GROUP = "group"  # a column of a group: how many of them came


M = Meaning
TEXTS = frozenset({
    M.DESCRIPTION, M.OBJECTIVE, M.PRODUCT, M.UNIT, M.INDICATOR, M.FORMULA, M.INCIDENCE, M.MECHANISM, M.CHANNELS,
    M.MODALITY, M.PERIODICITY, M.LOCALITY, M.BUDGET, M.RESOURCES, M.ALLIANCES,
})  # fmt: skip

SYNONYMS: dict[Meaning, str] = {
    M.ACTIVITY: "actividad, acción, tarea, iniciativa, actividad de gestión, actividad programada, nombre de la "
    "actividad, acción de participación, actividad de participación, acción a desarrollar, actividad a desarrollar, "
    "actividad a realizar, nombre de la acción, acción estratégica, actividad o espacio, actividad o acción",
    M.EVENT: "evento, nombre del evento, otro espacio, espacio, nombre del espacio, espacio de participación, "
    "espacio de diálogo, espacio realizado, nombre del espacio de participación, encuentro, nombre del encuentro",
    M.NUMBER: "no, nro, n, num, número, ítem, numeral, numeración, número de actividad, no actividad, consecutivo, "
    "nro actividad, n actividad",
    M.CODE: "código, cod, id, código de la actividad, código del compromiso",
    M.PHASE: "fase, fase del ciclo de la gestión, fase del ciclo de gestión pública, fase del ciclo, ciclo de la "
    "gestión, etapa, etapa del ciclo, etapa del ciclo de la gestión, subcomponente, subcomponente proceso, momento, "
    "fase de la participación, fase de participación, ciclo",
    M.LINE: "línea, línea estratégica, línea de acción, eje, eje estratégico, eje temático, estrategia, componente, "
    "programa, proyecto, línea de trabajo, nombre de la estrategia, elemento, dimensión",
    M.BLOCK: "línea o dependencia, dependencia o línea, línea o área, estrategia o dependencia, dependencia o "
    "estrategia, línea y dependencia, línea estratégica o dependencia",
    M.TARGET: "meta, meta producto, producto meta, meta anual, meta del indicador, meta programada, meta cuantitativa, "
    "meta numérica, meta de la actividad, meta del año, meta de la vigencia, cantidad programada, número programado, "
    "número de actividades programadas, meta planeada, meta producto entregable",
    M.QUANTITY: "cantidad",
    M.RESPONSIBLE: "responsable, dependencia responsable, área responsable, oficina responsable, proceso responsable, "
    "unidad responsable, responsable de la actividad, responsable de la ejecución, dependencia, área, oficina, "
    "secretaría, proceso, corresponsable, dependencia corresponsable, líder, dependencia líder, responsable y "
    "corresponsable, apoyo, dependencia de apoyo, responsable del compromiso, entidad responsable, quién, "
    "dependencia o área, responsable proceso, responsable dependencia, secretaría o dependencia",
    M.GROUPS: "grupo de valor, grupo de interés, grupo de valor o de interés, grupo de interés o de valor, grupo de "
    "valor interés, grupo de interés que participaron, grupo de valor que participaron, grupo, población objetivo, "
    "público objetivo, dirigido a, actor, actor involucrado, parte interesada, población, grupo poblacional, "
    "beneficiario, grupo objetivo, a quién va dirigido, público, grupo de valor involucrado, ciudadanía objetivo",
    M.DATE: "fecha, fecha programada, fecha de realización, fecha del evento, fecha de ejecución, fecha prevista, "
    "fecha planeada, fecha propuesta, fecha programada de ejecución, cronograma, cuándo, fecha de la actividad, "
    "tiempo de ejecución, día, programación, fecha estimada, fecha tentativa, fecha del espacio, fecha inicio fin, "
    "fecha programada de realización",
    M.START: "fecha inicio, fecha de inicio, fecha inicial, inicio, desde, fecha desde, inicia",
    M.END: "fecha fin, fecha final, fecha de finalización, fecha de terminación, fin, final, hasta, fecha hasta, "
    "terminación, finalización, finaliza, fecha de fin",
    M.DUE: "fecha límite, plazo, fecha máxima, vence, vencimiento, fecha de vencimiento, fecha de cumplimiento, "
    "fecha de entrega, fecha compromiso, plazo de cumplimiento, fecha límite de cumplimiento, plazo máximo",
    M.CLOSED: "fecha de cierre, fecha real de cumplimiento, cerrado, fecha en que se cumplió, fecha cumplido",
    M.PERIOD: "mes, periodo, mes o periodo, mes periodo, trimestre, periodo de medición, mes de reporte, periodo "
    "reportado, mes reportado, fecha o periodo",
    M.TOTAL: "total, totales, subtotal, gran total, total general, total programado, total ejecutado, suma, acumulado, "
    "total programada, total ejecutada, total anual, total año, total vigencia",
    M.RATE: "porcentaje de cumplimiento, porcentaje de ejecución, porcentaje de avance, porcentaje, cumplimiento, "
    "ejecución porcentaje, avance porcentaje, cumplimiento porcentaje, nivel de cumplimiento, porcentaje ejecutado",
    M.ATTENDANCE: "asistente, asistencia, número de asistentes, participante, número de participantes, persona "
    "participante, total asistentes, total participantes, cantidad de asistentes, cantidad de participantes, no de "
    "asistentes, no de participantes, persona que participaron, persona asistente, número de personas, "
    "asistencia total",
    M.QUESTIONS: "pregunta, número de preguntas, pregunta recibida, no de preguntas, pregunta formulada",
    M.COMMENTS: "comentario, número de comentarios, comentario recibido, no de comentarios",
    M.METRIC: "persona alcanzada, alcance en redes, minuto reproducido, veces compartido, compartido, reproducción, "
    "visualización, vista, interacción, reacción, me gusta, publicación, transmisión, conferencista, país, impresión, "
    "visita, escenario académico, número de reproducciones, número de visualizaciones, número de interacciones, "
    "visualización en youtube, visita a la plataforma, publicación en medios, alcance digital, cuenta alcanzada, "
    "minutos vistos, clic, descarga",
    M.VALUE: "valor, cifra, dato, resultado, valor reportado, valor del indicador, resultado del indicador",
    M.SOURCE: "fuente, fuente de información, fuente del dato, fuente de verificación del dato",
    M.COMMITMENT: "compromiso, compromiso adquirido, descripción del compromiso, acuerdo, compromiso pactado, "
    "compromiso con la ciudadanía",
    M.INSTANCE: "instancia, instancia o espacio, instancia de participación, espacio o instancia, mesa, mesa o comité, "
    "instancia formal, espacio en que se adquirió, instancia o mecanismo",
    M.STATE: "estado, estado de avance, estado del compromiso, estado de cumplimiento, estado actual",
    M.DESCRIPTION: "descripción, detalle, descripción de la actividad, descripción de la acción, en qué consiste, "
    "alcance de la actividad, descripción del espacio",
    M.OBJECTIVE: "objetivo, objetivo de la actividad, propósito, finalidad, objetivo del espacio, objetivo "
    "específico, objetivo de la acción",
    M.PRODUCT: "producto, entregable, producto entregable, producto esperado, resultado esperado, producto o "
    "resultado, producto o entregable, evidencia esperada, producto final",
    M.UNIT: "unidad de medida, unidad, medida, unidad de la meta",
    M.INDICATOR: "indicador, nombre del indicador, métrica, variable, concepto, indicador de gestión, indicador de "
    "producto, indicador de cumplimiento",
    M.FORMULA: "fórmula, fórmula del indicador, forma de cálculo, método de cálculo, fórmula de cálculo",
    M.INCIDENCE: "nivel de incidencia, alcance de la incidencia, incidencia, nivel de participación, alcance de la "
    "participación, grado de incidencia, nivel o alcance de incidencia, tipo de incidencia, nivel de incidencia de la "
    "participación",
    M.MECHANISM: "mecanismo, mecanismo de participación, tipo de espacio, tipo de acción, metodología, tipo de "
    "actividad, técnica de diálogo, espacio o mecanismo, mecanismo o espacio, mecanismo para participar, metodología "
    "de diálogo, tipo de mecanismo, tipo de espacio de participación",
    M.CHANNELS: "canal, medio, canal o medio, medio o canal, canal de difusión, medio de difusión, medio de "
    "convocatoria, canal de participación, canal de comunicación, canal y metodología, medio de participación",
    M.MODALITY: "modalidad, presencial o virtual, modalidad de la actividad, presencial virtual, forma de realización",
    M.PERIODICITY: "periodicidad, frecuencia, periodicidad de la medición",
    M.LOCALITY: "lugar, localidad, municipio, territorio, comuna, corregimiento, vereda, zona, cobertura, ubicación, "
    "comuna o corregimiento, localidad o municipio, lugar de realización, cobertura geográfica, sitio",
    M.BUDGET: "presupuesto, presupuesto asignado, costo, recurso financiero, valor presupuestado, recurso económico, "
    "presupuesto de la actividad, costo estimado, valor del presupuesto",
    M.RESOURCES: "recurso, recurso humano, recurso físico, recurso requerido, recurso necesario, recurso tecnológico",
    M.ALLIANCES: "alianza, aliado, convenio, articulación, alianza y convenio, entidad aliada",
    M.NOT_STORED: "observación, evidencia, soporte, medio de verificación, línea base, avance, seguimiento, monitoreo, "
    "logro, dificultad, hora, tema, temática, convocatoria, fecha real, cargo, correo, contacto, teléfono, ejecutado, "
    "ejecutada, realizado, fecha de corte, enlace, link, causa, reprogramación, avance cuantitativo, avance "
    "cualitativo, resultado alcanzado, objetivo institucional, objetivo estratégico, política, dimensión mipg, "
    "descripción del avance, observación de control interno, observación de planeación, fecha de seguimiento, norma, "
    "lección aprendida, programado, programada, satisfacción, aporte, motivo, justificación, nota, riesgo",
}

# words that open the name of a unit, so that what comes before them is another name
UNITS = frozenset(
    "alcaldia alta area asesor asesora centro comisaria concejo consejeria coordinacion departamento despacho "
    "direccion division entidad fondo gerencia grupo hospital instituto inspeccion jefatura oficina personeria "
    "programa secretaria seccion subdireccion subgerencia subsecretaria unidad vicerrectoria".split()
)
