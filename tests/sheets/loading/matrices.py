"""Rows of matrices as planning offices write them, and what a load of them says."""

from accounts.models import AuditEntry, Dependency
from activities.models import Activity, Session
from plans.models import CyclePhase, StakeholderGroup
from sheets.loading.load import load

MONTHLY = [
    ["Línea o dependencia", "Actividad", "Grupos de interés", "Marzo", None, "Abril", None],
    [None, None, None, "P", "E", "P", "E"],
    ["Estrategia de barrios", "Talleres de barrio", "Ciudadanía; Mujeres", 2, 2, 3, 1],
    ["Secretaría de Salud", "Mesas de salud", "Ciudadanía", 1, None, 1, 0],
    [None, "Foros", None, 0, None, None, 2],
    ["* En abril los talleres de la vereda pasan a la vigencia 2027."],
    ["* Las mesas se aplazaron por la lluvia."],
]
MERGED = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "A4:A5"]
DATED = [
    ["Fase", "Actividad", "Meta", "Responsable", "Fecha programada"],
    ["Diagnóstico", "1.1 Encuesta", 1, "Secretaría de Planeación\nDespacho Alcalde", "29/05/26"],
    ["Ejecución", "2.1 Audiencia", 2, "Todas las Dependencias", "30/06/26"],
    ["Ejecución", "2.2 Informes", "100%", "Despacho Alcalde", "28/02/26\n30/08/26"],
]
COMMITMENTS = ["Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"]


def run(found, plan, **ways):
    return load(found, plan=plan, by=None, **{"create_missing": True, **ways})


def said(remarks):
    return [(f"{one.place.column}{one.place.row}", str(one.message)) for one in remarks]


def written(change):
    return str(change.label), str(change.before), str(change.after)


def counted(result, state="created"):
    return {kind: count for kind, count in result.counts(state).items() if count}


def rows_stored():
    return [
        model.objects.count() for model in (Activity, Session, Dependency, StakeholderGroup, CyclePhase, AuditEntry)
    ]
