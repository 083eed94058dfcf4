"""Stored files: written once, verified when read, and deleted only when this database wrote them and lets them go."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import Entity
from records import files, tasks
from records.models import StoredFile
from tests.factories import make_entity
from tests.reports.reporting import approve, make_published

A_WEEK_LATER = files.KEPT_FOR + timedelta(seconds=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(params=["folder", "memory"])
def storage(request, tmp_path):
    """A folder, and a storage that has no paths at all, as a bucket has none."""
    ways = {
        "folder": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
        "memory": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    with override_settings(STORAGES={"default": ways[request.param], "staticfiles": {"BACKEND": ""}}):
        yield storages["default"]


def stored(storage) -> set[str]:
    folders = storage.listdir(files.FOLDER)[0] if storage.exists(files.FOLDER) else []
    return {name for folder in folders for name in storage.listdir(f"{files.FOLDER}/{folder}")[1]}


def test_bytes_are_written_once_under_their_hash(storage):
    sha256 = hashlib.sha256(b"acta").hexdigest()
    first, second = files.keep(b"acta"), files.keep(b"acta")
    assert first == second and StoredFile.objects.count() == 1
    assert (first.sha256, first.size, first.name) == (sha256, 4, f"files/{sha256[:2]}/{sha256}")
    assert stored(storage) == {sha256}
    assert files.read(first) == b"acta"


def test_several_are_kept_as_each_would_be_in_the_same_statements(storage, django_assert_num_queries):
    known = files.keep(b"acta")
    with django_assert_num_queries(1):
        one, two, same = files.keep_all([b"acta", b"lista", b"lista"])
    assert (one, two) == (known, same) and [files.read(file) for file in (one, two)] == [b"acta", b"lista"]
    with django_assert_num_queries(1):
        files.keep_all([b"a", b"b", b"c"])
    assert len(stored(storage)) == StoredFile.objects.count() == 5


def test_several_mend_what_is_damaged(storage):
    file = files.keep(b"acta")
    storage.delete(file.name)
    kept = files.keep_all([b"acta", b"lista"])
    assert [files.read(each) for each in kept] == [b"acta", b"lista"]
    assert len(stored(storage)) == 2


@pytest.mark.parametrize("damage", [b"Acta", b"", None])
def test_damaged_or_missing_bytes_are_never_given_and_are_mended_by_keeping_them_again(storage, damage, caplog):
    file = files.keep(b"acta")
    storage.delete(file.name)
    if damage is not None:
        storage.save(file.name, ContentFile(damage))
    with pytest.raises(files.Damaged):
        files.read(file)
    assert file.name in caplog.text
    again = files.keep(b"acta")
    assert again == file and files.read(again) == b"acta"
    assert len(stored(storage)) == 1


def test_write_that_breaks_off_is_written_by_the_next(storage, monkeypatch):
    def full(*_arguments):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(storage), "_save", full)
        with pytest.raises(OSError, match="No space"):
            files.keep(b"acta")
    assert not storage.exists(StoredFile.objects.get().name)
    assert files.read(files.keep(b"acta")) == b"acta"


def test_file_that_nothing_names_goes_after_a_week_and_not_before(storage, django_capture_on_commit_callbacks):
    file = files.keep(b"borrador")
    assert files.sweep() == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert files.sweep(on=timezone.now() + A_WEEK_LATER) == 1
    assert not StoredFile.objects.exists() and not storage.exists(file.name)


def test_file_kept_again_has_another_week(storage):
    files.keep(b"borrador")
    StoredFile.objects.update(kept_at=timezone.now() - A_WEEK_LATER)
    files.keep(b"borrador")
    assert files.sweep() == 0


def test_file_that_a_row_names_stays(storage, entity):
    entity.shield = files.keep(b"escudo")
    entity.save()
    assert files.sweep(on=timezone.now() + A_WEEK_LATER) == 0
    assert list(files.orphans()) == []


def test_row_that_names_a_file_keeps_it_in_the_database_itself(storage, entity):
    entity.shield = files.keep(b"escudo")
    entity.save()
    StoredFile.objects.all()._raw_delete("default")
    with pytest.raises(IntegrityError):
        connection.check_constraints()
    transaction.set_rollback(True)


@pytest.mark.parametrize("is_known", [False, True])
def test_start_on_an_empty_or_older_database_deletes_no_file_that_it_does_not_know(
    plan, is_known, django_capture_on_commit_callbacks
):
    """Another database names these files: this one is empty, or was dumped before they were written."""
    report = make_published(approve(plan), content=b"%PDF-1.7 theirs")
    name = report.file.name
    type(report).objects.all().delete()
    StoredFile.objects.all().delete()
    if is_known:
        make_published(plan, content=b"%PDF-1.7 ours")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.on_start()
        tasks.clean()
        files.sweep(on=timezone.now() + 10 * A_WEEK_LATER)
    with default_storage.open(name) as file:
        assert file.read() == b"%PDF-1.7 theirs"


def test_every_relation_to_a_file_protects_it():
    """A row that a deletion of the file took with it would be a loss that nobody asked for."""
    fields = StoredFile._meta.get_fields(include_hidden=True)
    relations = [field for field in fields if field.auto_created and field.is_relation]
    assert Entity in {relation.related_model for relation in relations}
    assert {relation.on_delete.__name__ for relation in relations} == {"PROTECT"}


def test_two_writers_of_the_same_bytes_leave_one_file(storage, monkeypatch):
    """The second writes while the first has not yet named its bytes."""
    real, entered = type(storage)._save, []

    def save(self, name, content):
        if not entered:
            entered.append(name)
            files.keep(b"acta")
        return real(self, name, content)

    monkeypatch.setattr(type(storage), "_save", save)
    file = files.keep(b"acta")
    assert StoredFile.objects.get() == file
    assert files.read(file) == b"acta"
    assert len(stored(storage)) == 1


def test_files_of_a_folder_are_not_for_everybody(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    path = tmp_path / files.keep(b"acta").name
    assert isinstance(default_storage, FileSystemStorage) or path.exists()
    assert path.stat().st_mode & 0o777 == 0o640


def test_files_of_two_entities_with_the_same_bytes_are_one(storage, entity):
    other = make_entity("otra-entidad")
    for one in (entity, other):
        one.shield = files.keep(b"escudo")
        one.save()
    assert StoredFile.objects.count() == 1
