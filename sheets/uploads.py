"""The spreadsheet between its preview and its import: a private file whose random name only the person's session knows.

One per session: a new upload, the import or a day's age removes it. Nothing of it is in the database.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import BinaryIO

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import Entity
from plans.models import Plan
from sheets.loading.load import plan_for

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

    def open(self) -> BinaryIO:
        return default_storage.open(self.path)


def keep(request, file: UploadedFile, entity: Entity, plan: Plan) -> Upload:
    """Keep an uploaded file for this person's preview; the one that waited before goes."""
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
    upload = Upload(token, file.name[:200], request.user.pk, entity.pk, plan.pk, new)
    default_storage.save(upload.path, file)
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
