"""The one door of the audit trail: what every entry says, whose data it keeps, and that nobody waits for it."""

import threading
from copy import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.utils import OperationalError
from django.test import override_settings
from django.test.utils import isolate_apps
from django.urls import reverse

from accounts import trail
from accounts.actions import lock_entity
from accounts.models import AuditEntry, Dependency, Entity, User
from activities.models import Activity, Attendance, Metric, Opinion, Session
from commitments.models import Commitment, FollowUp
from records import audit
from tests.factories import make_activity, make_dependency, make_entity, make_session, make_user


def written(since: int = 0) -> list[tuple]:
    entries = AuditEntry.objects.filter(pk__gt=since).order_by("pk")
    return [(entry.verb, entry.object_repr, entry.actor, entry.changes) for entry in entries]


def last() -> int:
    return AuditEntry.objects.latest("pk").pk


# --- One writer -------------------------------------------------------------------------------------------------------


def test_single_and_bulk_writes_leave_the_same_entry(plan, planner):
    activity = make_activity(plan)
    facts = {"activity": activity, "name": "Vistas", "value": Decimal("1200.5"), "period_to": date(2026, 3, 31)}
    alone = Metric(kind="views", period_from=date(2026, 3, 1), **facts)
    in_bulk = Metric(kind="plays", period_from=date(2026, 3, 1), **facts)
    since = last()
    with audit.acting_as(planner):
        alone.save()
        Metric.objects.bulk_create([in_bulk])
        audit.record_created([in_bulk], by=planner)
    said = {
        "activity": [None, activity.name],
        "name": [None, "Vistas"],
        "value": [None, "1200.5"],
        "period_from": [None, "2026-03-01"],
        "period_to": [None, "2026-03-31"],
    }
    assert written(since) == [
        ("metric.create", "Vistas: 1200.5", planner, {"id": [None, alone.pk], "kind": [None, "views"], **said}),
        ("metric.create", "Vistas: 1200.5", planner, {"id": [None, in_bulk.pk], "kind": [None, "plays"], **said}),
    ]


def test_change_and_deletion_are_alike_alone_and_in_bulk(entity, planner):
    rows = [make_dependency(entity, name) for name in ("Hacienda", "Gobierno")]
    since = last()
    before = copy(rows[1])
    rows[0].order = rows[1].order = 7
    keys = [row.pk for row in rows]
    with audit.acting_as(planner):
        rows[0].save()
        rows[0].delete()
        audit.record_changed([(before, rows[1]), (rows[1], None)], by=planner)

    def gone(pk, name):
        return {"id": [pk, None], "entity": [entity.name, None], "name": [name, None], "order": [7, None]}

    assert written(since) == [
        ("dependency.update", "Hacienda", planner, {"order": [0, 7]}),
        ("dependency.delete", "Hacienda", planner, gone(keys[0], "Hacienda")),
        ("dependency.update", "Gobierno", planner, {"order": [0, 7]}),
        ("dependency.delete", "Gobierno", planner, gone(keys[1], "Gobierno")),
    ]
    for entry in AuditEntry.objects.filter(pk__gt=since):
        assert (entry.entity, entry.actor_email, entry.object_pk) == (entity, planner.email, str(entry.object_id))


def test_values_are_kept_as_they_are(plan):
    activity = make_activity(plan)
    since, old = last(), activity.order
    activity.all_dependencies, activity.order, activity.description = True, 4, "None"
    activity.save()
    ((_verb, _name, _actor, changes),) = written(since)
    assert changes == {"all_dependencies": [False, True], "order": [old, 4], "description": ["", "None"]}


def test_instants_are_alike_alone_and_by_a_verb(plan, planner):
    entry = audit.record(
        by=planner,
        verb="plan.approve",
        target=plan,
        changes={"approved_on": [None, date(2026, 1, 15)], "at": [None, datetime(2026, 1, 15, 8, 30, tzinfo=UTC)]},
    )
    entry.refresh_from_db()
    assert entry.changes == {"approved_on": [None, "2026-01-15"], "at": [None, "2026-01-15 08:30:00+00:00"]}


def test_nothing_changed_leaves_no_entry_and_a_verb_always_one(plan, planner):
    since = last()
    plan.save()
    audit.record_changed([(plan, copy(plan))], by=planner)
    audit.record_related([(plan, [])], field="groups", operation="add", by=planner)
    audit.record(by=planner, verb="report.publish", target=plan)
    assert written(since) == [("report.publish", plan.title, planner, {})]


def test_bulk_write_without_an_actor_takes_who_acts(entity, planner, head):
    row = make_dependency(entity, "Hacienda")
    since = last()
    with audit.acting_as(planner):
        audit.record_created([row], by=None)
        audit.record_created([row], by=head)
        with audit.acting_as(None):
            audit.record_created([row], by=None)
    assert [actor for _verb, _name, actor, _changes in written(since)] == [planner, head, None]


def test_request_acts_as_its_person_and_keeps_nothing_that_it_claims(client, entity, planner):
    client.force_login(planner)
    since = last()
    forged = {"X-Correlation-Id": "x" * 300, "X-Forwarded-For": "10.0.0.1"}
    client.post(reverse("accounts:dependency_create", args=[entity.slug]), {"name": "Paz", "order": 0}, headers=forged)
    entry = AuditEntry.objects.get(pk__gt=since)
    assert (entry.verb, entry.actor, entry.cid, entry.remote_addr) == ("dependency.create", planner, None, None)


def test_row_whose_name_went_with_another_is_named_by_its_number(plan):
    group = plan.entity.groups.create(name="Juventud")
    row = Attendance.objects.create(session=make_session(make_activity(plan)), group=group, people=3)
    assert audit.name_of(row) == "Juventud: 3"
    assert audit.name_of(Attendance(pk=row.pk, group_id=0, people=3)) == f"n.º {row.pk}"


def test_saves_at_once_leave_only_what_is_put_together(plan, planner):
    session = make_session(make_activity(plan))
    before, since = copy(session), last()
    with audit.record_at_once(by=planner) as pairs:
        session.place = "Casa de la cultura"
        session.save()
        make_dependency(plan.entity)
        pairs.append((before, session))
    assert written(since) == [("session.update", str(session), planner, {"place": ["", "Casa de la cultura"]})]


@pytest.mark.parametrize("size", [1, 50])
def test_bulk_entries_are_one_statement(entity, planner, django_assert_num_queries, size):
    rows = Dependency.objects.bulk_create(Dependency(entity=entity, name=f"Unidad {n}") for n in range(size))
    ContentType.objects.get_for_model(Dependency)
    with django_assert_num_queries(1):
        audit.record_created(rows, by=planner)


# --- Nobody else writes -----------------------------------------------------------------------------------------------


def forged(entry: AuditEntry) -> AuditEntry:
    fields = ("content_type", "object_pk", "object_repr", "action", "verb", "entity")
    return AuditEntry(**{name: getattr(entry, name) for name in fields}, actor=User.objects.first())


TOUCHES = {
    "save": lambda entry: entry.save(),
    "save_base": lambda entry: entry.save_base(raw=True),
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: AuditEntry.objects.update(verb=""),
    "delete all": lambda entry: AuditEntry.objects.all().delete(),
    "raw delete": lambda entry: AuditEntry.objects.all()._raw_delete("default"),
    "bulk update": lambda entry: AuditEntry.objects.bulk_update([entry], ["verb"]),
    "base update": lambda entry: AuditEntry._base_manager.update(verb=""),
    "base delete": lambda entry: AuditEntry._base_manager.all().delete(),
    "update or create": lambda entry: AuditEntry.objects.update_or_create({"verb": ""}, pk=entry.pk),
    "of a row": lambda entry: entry.content_type.delete(),
    "of its actor": lambda entry: entry.actor.delete(),
    "create": lambda entry: AuditEntry.objects.create(verb="plan.approve", actor=entry.actor),
    "get or create": lambda entry: AuditEntry.objects.get_or_create(verb="plan.approve"),
    "save new": lambda entry: forged(entry).save(),
    "insert": lambda entry: forged(entry).save_base(raw=True),
    "bulk create": lambda entry: AuditEntry.objects.bulk_create([forged(entry)]),
    "upsert": lambda entry: AuditEntry.objects.bulk_create(
        [entry], update_conflicts=True, unique_fields=["pk"], update_fields=["verb"]
    ),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_entries_are_neither_forged_nor_changed_nor_deleted(entity, touch):
    entry = audit.record(by=make_user(), verb="entity.update", target=entity)
    before = list(AuditEntry.objects.order_by("pk").values())
    entry.verb = "entity.delete"
    with pytest.raises(PermissionDenied), transaction.atomic():
        touch(entry)
    assert list(AuditEntry.objects.order_by("pk").values()) == before


# --- What is tracked --------------------------------------------------------------------------------------------------


def test_relations_to_many_of_every_tracked_model_are_tracked():
    tracked = {model: set(auditlog._m2m_signals[model]) for model in audit.tracked() if auditlog._m2m_signals[model]}
    assert tracked == {
        Activity: {"groups"},
        Opinion: {"themes"},
        Commitment: {"groups", "responsible"},
        FollowUp: {"proofs"},
    }


def test_name_that_is_no_field_is_refused():
    with pytest.raises(FieldDoesNotExist):
        audit.register(Entity, personal=["author"])


# --- Data of citizens -------------------------------------------------------------------------------------------------


@pytest.fixture
def citizens(db):
    """(Contribution, Answer, Change): models with a citizen's data, part of such a row, and that refers to one."""
    with isolate_apps("portal"):

        class Contribution(models.Model):
            entity_id = models.BigIntegerField()
            author_name = models.CharField(max_length=100, blank=True)
            contact = models.JSONField(default=dict)
            text = models.TextField()

            class Meta:
                app_label = "portal"

            def __str__(self):
                return f"{self.author_name}: {self.text}"

        class Answer(models.Model):
            contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="answers")
            text = models.TextField()

            class Meta:
                app_label = "portal"

            def __str__(self):
                return f"A {self.contribution.author_name}: {self.text}"

            @property
            def entity_id(self):
                return self.contribution.entity_id

        class Change(models.Model):
            entity_id = models.BigIntegerField()
            asked_by = models.ForeignKey(Contribution, models.SET_NULL, null=True, related_name="+")

            class Meta:
                app_label = "portal"

            def __str__(self):
                return "Más cabildos"

    ours = (Contribution, Answer, Change)
    editor = connection.SchemaEditorClass(connection)
    editor.deferred_sql = []
    with connection.cursor() as cursor:
        for model in ours:
            cursor.execute(editor.table_sql(model)[0])
    audit.register(Contribution, personal=["author_name", "contact"])
    audit.register(Answer)
    audit.register(Change)
    yield ours
    for model in ours:
        auditlog.unregister(model)
        del audit._rules[model]
    audit.personal_fields.cache_clear()
    ContentType.objects.clear_cache()


def everything() -> str:
    """All that the trail keeps, as one text."""
    return str(list(AuditEntry.objects.values()))


def test_personal_field_enters_as_a_keyed_hash_by_every_way(entity, planner, citizens):
    Contribution, _Answer, _Change = citizens
    alone = Contribution.objects.create(entity_id=entity.pk, author_name="Ana Mejía", text="Más árboles")
    audit.record_created([alone], by=planner)
    audit.record_changed([(alone, None)], by=planner)
    audit.record(by=planner, verb="contribution.answer", target=alone, changes={"author_name": ["Ana Mejía", ""]})
    created, in_bulk, deleted, verb = AuditEntry.objects.filter(object_id=alone.pk, content_type__app_label="portal")[
        ::-1
    ]
    before, hashed = created.changes["author_name"]
    assert before is None and audit.HASH.fullmatch(hashed)
    assert in_bulk.changes == created.changes
    assert deleted.changes["author_name"] == [hashed, None]
    assert verb.changes == {"author_name": [hashed, ""]}
    assert created.changes["text"] == [None, "Más árboles"]
    assert {entry.object_repr for entry in (created, in_bulk, deleted, verb)} == {f"n.º {alone.pk}"}
    assert "Ana" not in everything()


def test_hash_tells_a_value_that_came_back_and_joins_no_rows(entity, citizens):
    Contribution, _Answer, _Change = citizens
    row = Contribution.objects.create(entity_id=entity.pk, author_name="Ana Mejía", text="Más árboles")
    for name in ("Anna Mejía", "Ana Mejía"):
        row.author_name = name
        row.save()
    first, wrong, again = AuditEntry.objects.filter(content_type__model="contribution").order_by("pk")
    one, two = first.changes["author_name"][1], wrong.changes["author_name"][1]
    assert one != two
    assert wrong.changes == {"author_name": [one, two]}
    assert again.changes == {"author_name": [two, one]}
    other = Contribution.objects.create(entity_id=entity.pk, author_name="Ana Mejía", text="Más árboles")
    assert AuditEntry.objects.get(object_id=other.pk, verb="contribution.create").changes["author_name"][1] != one


def test_hash_needs_the_key_of_the_installation(citizens):
    Contribution, _Answer, _Change = citizens
    row = Contribution(pk=1, author_name="Ana Mejía")
    here = audit._hashed(row, "author_name", row.author_name)
    with override_settings(SECRET_KEY="another"):
        assert audit._hashed(row, "author_name", row.author_name) != here
    assert audit._hashed(row, "author_name", row.author_name) == here


def test_suppression_erases_the_field_and_keeps_the_act(client, entity, control, citizens):
    Contribution, _Answer, _Change = citizens
    row = Contribution.objects.create(
        entity_id=entity.pk, author_name="Ana Mejía", contact={"phone": "3001234567"}, text="Más árboles"
    )
    row.author_name, row.contact = "", {}
    row.save()
    assert "Ana" not in everything() and "3001234567" not in everything()
    entry = AuditEntry.objects.get(verb="contribution.update")
    assert sorted((change.label, change.before, change.after) for change in trail.changes(entry)) == [
        ("Author name", "(dato personal, protegido)", ""),
        ("Contact", "(dato personal, protegido)", ""),
    ]
    client.force_login(control)
    html = client.get(reverse("accounts:audit_list", args=[entity.slug])).content.decode()
    assert "(dato personal, protegido)" in html and f"n.º {row.pk}" in html and "hash:1:" not in html


def test_part_of_a_personal_row_does_not_tell_its_name(entity, planner, citizens):
    Contribution, Answer, Change = citizens
    row = Contribution.objects.create(entity_id=entity.pk, author_name="Ana Mejía", text="Más árboles")
    answer = Answer.objects.create(contribution=row, text="Con gusto")
    change = Change.objects.create(entity_id=entity.pk, asked_by=row)
    audit.record_related([(entity, [row])], field="contributions", operation="add", by=planner)
    answered, changed, joined = AuditEntry.objects.order_by("pk")[AuditEntry.objects.count() - 3 :]
    assert (answered.object_repr, changed.object_repr) == (f"n.º {answer.pk}", str(change))
    assert audit.HASH.fullmatch(answered.changes["contribution"][1])
    assert audit.HASH.fullmatch(changed.changes["asked_by"][1])
    assert joined.changes["contributions"]["objects"] == [f"n.º {row.pk}"]
    row.delete()
    assert "Ana" not in everything()


def test_only_what_is_declared_is_covered(plan, citizens):
    """Nobody hides a value by writing it as a hash or as a mask."""
    Contribution, _Answer, _Change = citizens
    values = (None, f"hash:1:{'0' * 32}")
    assert trail.mask_of(Contribution, "author_name", values) == "(dato personal, protegido)"
    assert trail.mask_of(Contribution, "author_name", (None, "de antes")) == "(dato personal, protegido)"
    assert trail.mask_of(Contribution, "text", values) == ""
    plan.objective = "***"
    plan.save()
    (change,) = trail.changes(AuditEntry.objects.get(verb="plan.update"))
    assert change.after == "***"


def test_password_of_people_made_in_bulk_stays_secret(planner):
    person = User.objects.bulk_create([User(email="luz@example.org", full_name="Luz", password="md5$salt$hash")])[0]
    audit.record_created([person], by=planner)
    assert AuditEntry.objects.get(verb="user.create", object_id=person.pk).changes["password"] == [None, "••••"]


# --- Nobody waits -----------------------------------------------------------------------------------------------------


def elsewhere(verb) -> Exception | None:
    """Runs it in a transaction of another connection that gives up where it would wait; what it raised."""
    raised = []

    def run():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                verb()
        except OperationalError as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return raised[0] if raised else None


@pytest.mark.parametrize(
    "touch",
    [
        lambda table: models.QuerySet(AuditEntry).update(verb="plan.approve"),
        lambda table: models.QuerySet(AuditEntry).delete(),
        lambda table: sql(f"UPDATE {table} SET verb = ''"),
        lambda table: sql(f"DELETE FROM {table}"),
    ],
)
def test_database_itself_refuses_to_change_an_entry(entity, touch):
    audit.record(by=make_user(), verb="entity.update", target=entity)
    before = list(AuditEntry.objects.order_by("pk").values())
    with pytest.raises(IntegrityError, match="never changed nor deleted"), transaction.atomic():
        touch(AuditEntry._meta.db_table)
    assert list(AuditEntry.objects.order_by("pk").values()) == before


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_trail_and_leaves_it_guarded(entity):
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    audit.record(by=None, verb="entity.update", target=make_entity("otra"))
    with pytest.raises(IntegrityError):
        sql(f"DELETE FROM {AuditEntry._meta.db_table}")


@pytest.mark.django_db(transaction=True)
def test_guard_of_the_trail_can_be_taken_back(entity):
    """Its migration, backwards and forwards: on both databases the entries stay."""
    migration = import_module("accounts.migrations.0012_trail_refuses_sql")
    with connection.schema_editor() as editor:
        migration.remove(None, editor)
    sql(f"UPDATE {AuditEntry._meta.db_table} SET verb = 'entity.update'")
    with connection.schema_editor() as editor:
        migration.add(None, editor)
    with pytest.raises(IntegrityError):
        sql(f"UPDATE {AuditEntry._meta.db_table} SET verb = ''")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
@pytest.mark.parametrize("first", ["verb", "save", "bulk", "people"])
def test_two_transactions_record_in_one_entity_without_waiting(entity, plan, planner, first):
    rows = Session.objects.bulk_create(
        Session(activity=make_activity(plan), planned_on=date(2026, 3, day)) for day in (1, 2)
    )

    def save(row):
        row.place = "Casa de la cultura"
        row.save()

    def bulk(row):
        audit.record_created([row], by=planner)

    firsts = {
        "verb": lambda: audit.record(by=planner, verb="session.report", target=rows[0]),
        "save": lambda: save(rows[0]),
        "bulk": lambda: bulk(rows[0]),
        "people": lambda: lock_entity(entity),  # as the administration of its people does
    }
    with transaction.atomic():
        firsts[first]()
        since = last()
        assert elsewhere(lambda: save(rows[1])) is None
        assert elsewhere(lambda: bulk(rows[1])) is None
        assert elsewhere(lambda: audit.record(by=planner, verb="session.report", target=rows[1])) is None
    assert [verb for verb, *_rest in written(since)] == ["session.update", "session.create", "session.report"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
def test_who_would_wait_is_seen(entity):
    with transaction.atomic():
        lock_entity(entity)
        assert "lock timeout" in str(elsewhere(lambda: lock_entity(entity)))
