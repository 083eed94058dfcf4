"""Bytes kept once, named by their SHA-256, through Django's storage: a folder, or a bucket, alike.

Written once, verified when read. Only what this database wrote and no row of it points at any more is ever deleted, and
that not before a week: a file that the database does not know may be another's.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from records.models import StoredFile

FOLDER = "files"
PIECE = 1 << 20  # bytes read at once of a file of any size
KEPT_FOR = timedelta(days=7)  # after the last time that somebody kept it: far longer than any work between two steps

logger = logging.getLogger(__name__)


class Damaged(Exception):
    """The stored bytes are missing, or are not those that were kept."""

    def __init__(self, file: StoredFile):
        super().__init__(f"{file.name}: missing or damaged")
        self.file = file


def keep(content: bytes) -> StoredFile:
    """The stored file of these bytes, written unless it is there already. Raises OSError when it cannot be written.

    Call it before the transaction that points at it: of bytes whose row is rolled back nobody knows any more.
    """
    return keep_from(BytesIO(content))


def keep_from(content: BinaryIO) -> StoredFile:
    """`keep`, of an open file of any size: it is read in pieces, twice."""
    sha256, size = _digest(content)
    [file] = _named({sha256: size})
    _write(file, content)
    return file


def keep_all(contents: Collection[bytes]) -> list[StoredFile]:
    """`keep` of each, in as many statements as of one: one, unless something is damaged."""
    by_digest = {hashlib.sha256(content).hexdigest(): content for content in contents}
    found = {file.sha256: file for file in _named({key: len(content) for key, content in by_digest.items()})}
    for key, file in found.items():
        _write(file, BytesIO(by_digest[key]))
    return [found[hashlib.sha256(content).hexdigest()] for content in contents]


def _named(sizes: dict[str, int]) -> list[StoredFile]:
    """Their rows, by SHA-256, with the name that each has or is to have: it stands before the bytes do, so that a sweep
    finds what was never finished, and either sees it kept or has gone with the row before."""
    now = timezone.now()
    # In one order, so that two who keep the same ones never wait for each other.
    rows = [StoredFile(sha256=key, size=sizes[key], name=path_of(key), kept_at=now) for key in sorted(sizes)]
    conflict = {"update_conflicts": True, "unique_fields": ["sha256"], "update_fields": ["kept_at"]}
    return StoredFile.objects.bulk_create(rows, **conflict)  # gives back their keys, and the names that they have


def _write(file: StoredFile, content: BinaryIO) -> None:
    """Puts the bytes where its row says, unless they are there and whole."""
    if _is_there(file):
        return
    content.seek(0)
    name = default_storage.save(path_of(file.sha256), File(content))
    if name == file.name:
        return
    # Beside another writer of the same bytes, or in place of damaged ones: one name stays, that of whole bytes.
    file.refresh_from_db()
    before, useless = file.name, name
    if not _is_there(file):
        if StoredFile.objects.filter(pk=file.pk, name=before).update(name=name):
            file.name, useless = name, before
        else:
            file.refresh_from_db()
    if useless and useless != file.name:
        default_storage.delete(useless)


def _is_there(file: StoredFile) -> bool:
    return bool(file.name) and default_storage.exists(file.name) and is_intact(file)


def path_of(sha256: str) -> str:
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def read(file: StoredFile) -> bytes:
    """The bytes as they were kept. Raises Damaged when they are missing or others."""
    try:
        with default_storage.open(file.name) as stored:
            content = stored.read()
    except OSError as error:
        logger.error("File %s: %s cannot be read (%s)", file.pk, file.name, error)
        raise Damaged(file) from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        logger.error("File %s: %s is not what was kept", file.pk, file.name)
        raise Damaged(file)
    return content


def opened(file: StoredFile) -> BytesIO:
    return BytesIO(read(file))


def streamed(file: StoredFile) -> File:
    """The stored file, open, verified as it was read in pieces. Raises Damaged as `read` does."""
    try:
        stored = default_storage.open(file.name)
        sha256, _size = _digest(stored)
        stored.seek(0)
    except OSError as error:
        logger.error("File %s: %s cannot be read (%s)", file.pk, file.name, error)
        raise Damaged(file) from error
    if sha256 != file.sha256:
        stored.close()
        logger.error("File %s: %s is not what was kept", file.pk, file.name)
        raise Damaged(file)
    return stored


def is_intact(file: StoredFile) -> bool:
    try:
        streamed(file).close()
    except Damaged:
        return False
    return True


def _digest(content: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size of an open file, from its beginning."""
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def forget(file: StoredFile) -> None:
    """Deletes a stored file at once, unless a row points at it: what must not be kept waits for no sweep."""
    gone, _rows = orphans().filter(pk=file.pk).delete()
    if gone:
        transaction.on_commit(lambda: default_storage.delete(file.name), robust=True)


def sweep(*, on: datetime | None = None) -> int:
    """Deletes the stored files at which no row has pointed since KEPT_FOR; returns how many."""
    limit, deleted = (on or timezone.now()) - KEPT_FOR, 0
    for file in orphans().filter(kept_at__lt=limit):
        with transaction.atomic():
            try:
                with transaction.atomic():
                    gone, _rows = orphans().filter(pk=file.pk, kept_at__lt=limit).delete()
            except models.ProtectedError:  # somebody pointed at it a moment ago
                continue
            if gone:
                # One that was never finished stands where it was to be written, if anywhere.
                name = file.name or path_of(file.sha256)
                transaction.on_commit(lambda name=name: default_storage.delete(name), robust=True)
                deleted += 1
    return deleted


def orphans() -> models.QuerySet[StoredFile]:
    """The stored files at which no row of any model points."""
    files = StoredFile.objects.all()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and not relation.concrete:
            pointing = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            files = files.exclude(Exists(pointing))
    return files
