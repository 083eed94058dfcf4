"""The spreadsheet between its preview and its import: a private file whose random name only the person's session knows.

It holds the upload as it came and what was read of it, so that preview and import parse nothing. One per session: a
new upload, the import or a day's age removes it. Nothing of it is in the database.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from io import BytesIO

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import Entity
from plans.models import Plan
from sheets.loading.load import plan_for
from sheets.reading.reader import read
from sheets.reading.rows import Matrix

FOLDER = "imports"
KEPT_FOR = timedelta(hours=24)
SESSION_KEY = "import"


@dataclass(frozen=True)
class Upload:
    """A file that waits for its import, and where it goes: a plan, or one that the import will make (`new`)."""

    token: str
    name: str
    user: int
    entity: int
    plan: int | None
    new: dict[str, str] = field(default_factory=dict)  # title, kind, starts_on and ends_on as ISO dates

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.token}"


class _Kept(msgspec.Struct):
    """The file: the upload's bytes, and the Matrix that was read of them for a plan of these dates, encoded."""

    content: bytes
    starts_on: date
    ends_on: date
    matrix: msgspec.Raw


def keep(request, file: UploadedFile, matrix: Matrix, plan: Plan) -> Upload:
    """Keep an uploaded file, read for `plan`, for this person's preview; the one that waited before goes."""
    forget(request)
    sweep()
    token = secrets.token_urlsafe(24)
    new = {}
    if plan.pk is None:
        new = {
            "title": plan.title,
            "kind": plan.kind,
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
        }
    upload = Upload(token, file.name[:200], request.user.pk, plan.entity_id, plan.pk, new)
    file.seek(0)
    kept = _Kept(file.read(), plan.starts_on, plan.ends_on, msgspec.Raw(msgspec.msgpack.encode(matrix)))
    default_storage.save(upload.path, ContentFile(msgspec.msgpack.encode(kept)))
    request.session[SESSION_KEY] = asdict(upload)
    return upload


def waiting(request, entity: Entity, plan: Plan | None) -> Upload | None:
    """The file that this person uploaded for this plan (None: for a new one of the entity), if it is still there."""
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    upload = Upload(**kept)
    owner = (upload.user, upload.entity, upload.plan)
    if owner != (request.user.pk, entity.pk, plan.pk if plan else None) or not default_storage.exists(upload.path):
        return None
    return upload


def matrix_of(upload: Upload, plan: Plan) -> Matrix:
    """What an upload says about `plan`; read again when the plan's dates, or what a Matrix is, changed meanwhile."""
    with default_storage.open(upload.path) as file:
        kept = msgspec.msgpack.decode(file.read(), type=_Kept)
    if (kept.starts_on, kept.ends_on) == (plan.starts_on, plan.ends_on):
        with suppress(msgspec.ValidationError):
            return msgspec.msgpack.decode(kept.matrix, type=Matrix)
    return read(BytesIO(kept.content), upload.name, starts_on=plan.starts_on, ends_on=plan.ends_on)


def forget(request) -> None:
    """Remove the file that waits in this session, if any."""
    if kept := request.session.pop(SESSION_KEY, None):
        default_storage.delete(Upload(**kept).path)


def new_plan(upload: Upload, entity: Entity) -> Plan:
    """The plan that an upload without one will make. Raises ValidationError when it can no longer be."""
    new = upload.new
    dates = date.fromisoformat(new["starts_on"]), date.fromisoformat(new["ends_on"])
    return plan_for(entity, new["title"], *dates, kind=new["kind"])


def sweep() -> None:
    """Deletes the files that nobody came back for in a day; each upload does it, and the schedule."""
    if not default_storage.exists(FOLDER):
        return
    oldest = timezone.now() - KEPT_FOR
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        try:
            if default_storage.get_modified_time(path) < oldest:
                default_storage.delete(path)
        except FileNotFoundError:  # somebody else's sweep was first
            continue
