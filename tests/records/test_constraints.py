"""What records.constraints answers about a row is what the database does with it: every constraint of every model."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations_with_replacement, product
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length

from activities.models import Activity, Responsibility
from records.constraints import Unsupported, broken_checks, condition, key_of, uniques_of

OURS = {"records", "accounts", "plans", "activities", "commitments", "sheets", "reports"}
CONSTRAINED = [
    (model, constraint)
    for model in apps.get_models()
    if model._meta.app_label in OURS
    for constraint in model._meta.constraints
]
CHECKS = [(model, one) for model, one in CONSTRAINED if isinstance(one, models.CheckConstraint)]
UNIQUES = [(model, one) for model, one in CONSTRAINED if isinstance(one, models.UniqueConstraint)]
SAMPLES = {
    "BooleanField": [False, True],
    "CharField": ["", "a"],
    "DateField": [date(2026, 1, 31), date(2026, 3, 1)],
    "DateTimeField": [datetime(2026, 1, 31, tzinfo=UTC)],
    "DecimalField": [Decimal(-1), Decimal(0), Decimal("0.5")],
    "FileField": ["", "a.pdf"],
    "ForeignKey": [1, 2],
    "JSONField": [{}],
    "TextField": ["", "a"],
    "UUIDField": [UUID(int=1), UUID(int=2)],
}


def named(pairs):
    return [pytest.param(model, constraint, id=constraint.name) for model, constraint in pairs]


def fields_of(model, *expressions):
    names = {name for one in expressions if one is not None for name, *_lookups in model._get_expr_references(one)}
    return [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in sorted(names)]


def constants_of(node, name):
    """What a condition compares the field with."""
    if isinstance(node, tuple):
        path, value = node
        values = value if isinstance(value, list | tuple | set) else [value]
        return [
            one for one in values if path.split("__")[0] == name and not isinstance(one, bool | F) and one is not None
        ]
    return [constant for child in node.children for constant in constants_of(child, name)] if node else []


def rows_of(model, fields, node):
    """Rows with every combination of what these fields may hold, also what they say only by accident."""
    values = []
    for field in fields:
        kind = "ForeignKey" if field.is_relation else field.get_internal_type()
        constants = constants_of(node, field.name)
        numbers = [-1, 0, 1, 2, *(number + 1 for number in constants if isinstance(number, int))]
        after = [day + timedelta(days=1) for day in constants if isinstance(day, date)]
        values.append([*SAMPLES.get(kind, numbers), *constants, *after, *([None] if field.null else [])])
    for combination in product(*values):
        yield model(**{field.attname: value for field, value in zip(fields, combination, strict=True)})


def nearly_alike(rows, fields):
    """The pairs of rows that differ in one field at most."""
    for one, other in combinations_with_replacement(list(rows), 2):
        if sum(getattr(one, field.attname) != getattr(other, field.attname) for field in fields) < 2:
            yield one, other


class Table:
    """A table in the place of the model's, with the columns of some fields and one constraint."""

    def __init__(self, model, fields, constraint):
        self.fields = fields
        self.name = connection.ops.quote_name(model._meta.db_table)
        editor = connection.SchemaEditorClass(connection, collect_sql=True)
        columns = [f"{connection.ops.quote_name(field.column)} {field.db_type(connection)}" for field in fields]
        is_check = isinstance(constraint, models.CheckConstraint)
        columns += [constraint.constraint_sql(model, editor)] if is_check else []
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE {self.name} ({', '.join(columns)})")
            if not is_check:
                cursor.execute(str(constraint.create_sql(model, editor)))

    def takes(self, *rows):
        """Whether the database stores these rows together; they do not stay."""
        marks = ", ".join(["%s"] * len(self.fields))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for row in rows:
                    values = [field.get_db_prep_save(field.value_from_object(row), connection) for field in self.fields]
                    cursor.execute(f"INSERT INTO {self.name} VALUES ({marks})", values)
                transaction.set_rollback(True)
        except IntegrityError:
            return False
        return True


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "constraint"), named(CHECKS))
def test_check_answers_what_the_database_does(model, constraint):
    fields, holds = fields_of(model, constraint.condition), condition(model, constraint.condition)
    table, rows = Table(model, fields, constraint), list(rows_of(model, fields, constraint.condition))
    ours = [holds(row) is not False for row in rows]
    assert ours == [table.takes(row) for row in rows]
    assert set(ours) == {True, False}


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "constraint"), named(UNIQUES))
def test_key_is_shared_by_the_rows_that_the_database_refuses_together(model, constraint):
    fields, key = fields_of(model, *constraint.expressions, constraint.condition), key_of(model, constraint)
    table = Table(model, fields, constraint)
    pairs = list(nearly_alike(rows_of(model, fields, constraint.condition), fields))
    ours = [key(one) is None or key(one) != key(other) for one, other in pairs]
    assert ours == [table.takes(one, other) for one, other in pairs]
    assert set(ours) == {True, False}


def test_broken_checks_are_told_by_their_constraint():
    activity = Activity(name="Foro", target_kind="percentage", target_value=0)
    assert [constraint.name for constraint in broken_checks(activity)] == ["activity_percentage_has_target"]
    activity.target_value = Decimal(100)
    assert broken_checks(activity) == []


def test_row_that_is_not_saved_has_a_key_of_its_own():
    first, second = Activity(name="Foro"), Activity(name="Feria")
    ((_one, one),) = [pair for pair in uniques_of(Responsibility) if pair[0].name == "responsibility_one_lead"]
    assert one(Responsibility(activity=first)) == one(Responsibility(activity=first, dependency_id=3))
    assert one(Responsibility(activity=first)) != one(Responsibility(activity=second))
    first.pk = 7
    assert one(Responsibility(activity=first)) == (7,)
    assert one(Responsibility(activity=first, part="support")) is None
    assert one(Responsibility()) is None


@pytest.mark.parametrize(
    "unknown",
    [
        Q(name__icontains="foro"),
        Q(name__gt="a"),  # each database has its own order of words
        Q(name__startswith="a"),  # SQLite's LIKE takes "a" for "A"
        Q(order__in=[F("pk")]),
        Q(name=Length("number")),
        Q(name="a") ^ Q(number="1"),
        Length("name"),
    ],
    ids=str,
)
def test_condition_that_only_the_database_knows_is_refused(unknown):
    with pytest.raises(Unsupported):
        condition(Activity, unknown)


@pytest.mark.parametrize(
    "options",
    [
        {"fields": ["number"], "nulls_distinct": False},
        {"fields": ["number"], "deferrable": models.Deferrable.DEFERRED},
        {"expressions": [Length("name")]},
    ],
    ids=str,
)
def test_uniqueness_that_only_the_database_knows_is_refused(options):
    constraint = models.UniqueConstraint(*options.pop("expressions", []), name="some", **options)
    with pytest.raises(Unsupported):
        key_of(Activity, constraint)
