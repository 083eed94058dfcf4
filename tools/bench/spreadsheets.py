"""Importing a spreadsheet against validating and inserting the same rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import openpyxl
from django.db import transaction
from django.utils import timezone

from accounts.models import Role
from activities.models import Activity, Responsibility, Session
from matrices.workbook.writing import WRITERS
from plans.models import Plan
from sheets.export import write_plan
from sheets.loading.load import load, plan_for
from sheets.reader import read
from tests.factories import make_entity, make_plan, make_user
from tools.bench.measure import Row, at_least, at_most, compare

YEAR = date(2026, 1, 1), date(2026, 12, 31)
HEADERS = (
    *("Fase", "N.º", "Actividad", "Objetivo", "Producto", "Meta", "Indicador", "Responsable", "Grupos de valor"),
    *("Modalidad", "Localidad", "Fecha programada"),
)


def rows(count: int) -> Iterator[Row]:
    """A whole import, audit trail included; both sides are rolled back, so every round starts alike."""
    content, entity = spreadsheet(count), make_entity("import")
    user = make_user(entity, Role.PLANNER)

    def matrix():
        return read(BytesIO(content), "plan.xlsx", starts_on=YEAR[0], ends_on=YEAR[1])

    def loaded(parsed, title="Plan leído", undo=True) -> None:
        with transaction.atomic():
            result = load(parsed, plan=plan_for(entity, title, *YEAR), by=user, create_missing=True)
            transaction.set_rollback(undo)
        assert not result.errors, result.errors[0]
        assert sum(item.kind == "sessions" for item in result.items) == count

    parsed = matrix()
    loaded(parsed, title="Plan guardado", undo=False)
    into = make_plan(entity)
    stored = [
        (model, [field for field in model._meta.concrete_fields if not field.primary_key], list(queryset))
        for model, queryset in (
            (Activity, Activity.objects.filter(plan__entity=entity)),
            *(
                (model, model.objects.filter(activity__plan__entity=entity))
                for model in (Session, Responsibility, Activity.groups.through)
            ),
        )
    ]

    def inserted() -> None:
        keys: dict[int, int] = {}
        with transaction.atomic():
            for model, fields, rows in stored:
                relations, copies = [field.name for field in fields if field.is_relation], []
                for row in rows:
                    parent = {"plan_id": into.pk} if model is Activity else {"activity_id": keys[row.activity_id]}
                    copy = model(**{field.attname: getattr(row, field.attname) for field in fields} | parent)
                    copy.clean_fields(exclude=relations)
                    copies.append(copy)
                model.objects.bulk_create(copies, batch_size=1000)
                # The first model is Activity: the others need its new keys.
                keys = keys or {row.pk: copy.pk for row, copy in zip(rows, copies, strict=True)}
            transaction.set_rollback(True)

    against = "`clean_fields` + `bulk_create` of the same rows, without audit trail"
    for work, ours in (("load", lambda: loaded(parsed)), ("read and load", lambda: loaded(matrix()))):
        taken, ratios = compare(3, ours, inserted)
        yield at_least(0.4, f"Import of {count:,} tidy rows: {work}", against, *taken, ratios[1])


def export(plan: Plan) -> Iterator[Row]:
    """A plan as a workbook, keys and names looked up, against its cells alone."""
    sheets: list[list[list]] = []

    class Recorder:
        def __init__(self, file) -> None: ...

        def start(self, name, headings, widths) -> None:
            sheets.append([list(headings)])

        def add(self, values) -> None:
            sheets[-1].append(list(values))

        def close(self) -> None: ...

    WRITERS["cells"] = Recorder
    write_plan(plan, BytesIO(), "cells", at=timezone.now())
    del WRITERS["cells"]

    def ours() -> None:
        write_plan(plan, BytesIO(), "xlsx", at=timezone.now())

    def written() -> None:
        book = openpyxl.Workbook(write_only=True)
        for rows in sheets:
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
        book.save(BytesIO())

    taken, ratios = compare(3, ours, written)
    count = sum(map(len, sheets))
    yield at_most(2.5, f"Export of a plan: xlsx of {count:,} rows", "openpyxl, the same cells", *taken, ratios[1])


def spreadsheet(count: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    sheet.append(HEADERS)
    for n in range(count):
        number = f"Fase {n % 20 + 1}", f"{n % 20 + 1}.{n // 20 + 1}"
        what = f"Mesa de diálogo {n} con la ciudadanía", "Acordar las prioridades", "Acta de la mesa"
        who = f"Secretaría {n % 24}", f"Grupo {n % 7}; Grupo {7 + n % 5}", "Presencial", f"Vereda {n % 90}"
        sheet.append((*number, *what, 1, "Mesas realizadas", *who, YEAR[0] + timedelta(n % 350)))
    file = BytesIO()
    book.save(file)
    return file.getvalue()
