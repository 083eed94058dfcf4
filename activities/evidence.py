"""Writes of evidence: added once however often it is sent, edited, withdrawn. Nothing of it is erased."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from celery import shared_task
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Evidence, Session
from plans.models import Plan
from plans.states import refuse_closed
from records import audit, contents, files, jobs
from records.audit import Pair, acting_as
from records.contents import JPEG, Content
from records.models import Job, StoredFile
from records.refusals import Refused

SIZES = "evidence.sizes"  # the job that makes those of a picture
WAITS_FOR = files.KEPT_FOR - timedelta(days=1)  # a file that was sent with a form that was refused
TOLD = ("kind", "file_name", "media_type", "sha256", "width", "height")  # of a file that waits
NOT_TYPED = ("plan", "session", "file", "page_file", "paper_file", "consent_proof", "added_by", "withdrawn_by")


def add_evidence(
    *, plan: Plan, session: Session | None, upload, by: User, kind: str = "", caption: str = "", alt: str = ""
) -> Evidence:
    """Keeps an uploaded file as evidence of the space, or of the plan alone; private until somebody says otherwise.

    The same bytes of the same space are the same row, whoever sends them again and however many at once. Without a
    kind a picture is a photograph and the rest a document. Raises Closed, or ValidationError with one sentence about
    this file; then nothing of it is stored. Outside a transaction: its bytes are kept before its row is.
    """
    refuse_closed(plan)
    content = contents.read(upload)
    if same := _same(plan, session, content.sha256):
        return same
    evidence = _of(plan, session, upload, content, kind)
    evidence.caption, evidence.alt_text = caption.strip(), alt.strip()
    return _added(evidence, content, by=by)


def add_several(
    *, plan: Plan, session: Session | None, uploads: Iterable, by: User, kind: str = ""
) -> tuple[list[Evidence], list[str]]:
    """What entered, and a sentence about each file that did not; as many statements as for one. Raises Closed."""
    refuse_closed(plan)
    sent = Several(plan=plan, session=session, uploads=uploads, by=by, kind=kind)
    with transaction.atomic():
        audit.record_changed(sent.save(), by=by)
    return sent.finished()


class Several:
    """Files that arrive together, their bytes kept when it is made: before the transaction that stores their rows.

    Until then they are of no space. The tokens of `waiting` go into a form that was refused, and come back with its
    next try; of one that nobody tries again the bytes go by themselves (`files.sweep`).
    """

    def __init__(
        self,
        *,
        plan: Plan,
        session: Session | None,
        uploads: Iterable,
        by: User,
        kind: str = "",
        waiting: Iterable[str] = (),
    ):
        self.plan, self.session, self.by, self.kind = plan, session, by, kind
        self.refused: list[str] = []
        self.added: list[Evidence] = []
        self.left: list = []  # uploads that somebody else sent at the same moment
        self._sent: dict[str, tuple[Evidence, Any]] = {}  # by SHA-256: the row and its upload, None of one that waited
        self._tokens: dict[str, str] = {}  # by SHA-256, of those that waited
        bodies: dict[str, bytes] = {}
        for token in waiting:
            self._take(token)
        for upload in uploads:
            try:
                content = contents.read(upload)
            except ValidationError as error:
                self.refused += error.messages
                continue
            row = _of(plan, session, upload, content, kind)
            row.added_by, row.added_at = by, timezone.now()
            try:
                row.clean_fields(exclude=NOT_TYPED)
            except ValidationError as error:
                self.refused += _named(row, error)
                continue
            if content.sha256 not in self._tokens:
                self._sent[content.sha256], bodies[content.sha256] = (row, upload), content.body
        if bodies:
            for sha256, file in zip(bodies, files.keep_all(list(bodies.values())), strict=True):
                self._sent[sha256][0].file = file

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """(name, token) of each file that is in no space yet."""
        return [
            (row.file_name, self._tokens.get(sha256) or signing.dumps(self._told(row), salt=self._salt))
            for sha256, (row, _upload) in self._sent.items()
        ]

    @property
    def _salt(self) -> str:
        return f"activities.evidence.waiting:{self.by.pk}"

    def _told(self, row: Evidence) -> list:
        return [row.file.pk, row.file.sha256, *(getattr(row, name) for name in TOLD)]

    def _take(self, token: str) -> None:
        try:
            pk, sha256, *told = signing.loads(token, salt=self._salt, max_age=WAITS_FOR)
        except signing.BadSignature:
            sentence = _("Un archivo que había enviado ya no está guardado, porque pasó una semana: envíelo otra vez.")
            self.refused.append(sentence)
            return
        row = Evidence(plan=self.plan, session=self.session, **dict(zip(TOLD, told, strict=True)))
        row.file, row.added_by, row.added_at = StoredFile(pk=pk, sha256=sha256), self.by, timezone.now()
        self._sent[row.sha256], self._tokens[row.sha256] = (row, None), token

    def hold(self) -> None:
        """It locks nothing beside the space."""

    def save(self) -> list[Pair]:
        """Inside a transaction: what it wrote, for the trail. What is there already is not added again."""
        if not self._sent:
            return []
        new = [row for row, _upload in self._sent.values()]
        if not self._stored(new):
            rows = Evidence.objects.standing().filter(plan=self.plan, session=self.session, sha256__in=self._sent)
            there = {row.sha256: row for row in rows}
            self.added += there.values()
            new = [row for row in new if row.sha256 not in there]
            if new and not self._stored(new):
                self.left = [upload for row in new if (upload := self._sent[row.sha256][1])]
                return []
        self.added += new
        if any(row.is_picture for row in new):
            transaction.on_commit(ask_sizes.delay, robust=True)
        return [(None, row) for row in new]

    def finished(self) -> tuple[list[Evidence], list[str]]:
        """After the transaction: what entered, and a sentence about each file that did not."""
        for upload in self.left:
            where = {"plan": self.plan, "session": self.session, "kind": self.kind}
            try:
                self.added.append(add_evidence(upload=upload, by=self.by, **where))
            except Refused:
                raise
            except ValidationError as error:
                self.refused += error.messages
        return self.added, self.refused

    @staticmethod
    def _stored(rows: list[Evidence]) -> bool:
        """Whether they entered: not when one is there already, or is of a kind that it cannot be."""
        try:
            with transaction.atomic():
                Evidence.objects.bulk_create(rows)
        except IntegrityError:
            return False
        return True


@shared_task
def ask_sizes() -> None:
    """The jobs of pictures that have neither sizes nor a job: asked for by a worker, so that who sends twelve of them
    with a report waits for none."""
    kind = ContentType.objects.get_for_model(Evidence)
    asked = Job.objects.filter(kind=SIZES, target_type=kind, target_id=OuterRef("pk"))
    recent = Evidence.objects.standing().filter(
        media_type=JPEG, page_file=None, added_at__gt=timezone.now() - WAITS_FOR
    )
    for row in recent.exclude(Exists(asked)).select_related("plan", "added_by"):
        jobs.request(SIZES, row, by=row.added_by)


def _of(plan: Plan, session: Session | None, upload, content: Content, kind: str) -> Evidence:
    return Evidence(
        plan=plan,
        session=session,
        kind=kind or (Evidence.Kind.PHOTOGRAPH if content.width else Evidence.Kind.DOCUMENT),
        file_name=contents.name_of(upload),
        media_type=content.media_type,
        sha256=content.sha256,
        width=content.width,
        height=content.height,
    )


def add_link(*, plan: Plan, session: Session | None, url: str, by: User, caption: str = "") -> Evidence:
    """The address of something published elsewhere, once. Raises Closed, or ValidationError with a sentence."""
    refuse_closed(plan)
    sha256 = contents.digest(url.encode())
    if same := _same(plan, session, sha256):
        return same
    evidence = Evidence(
        plan=plan, session=session, kind=Evidence.Kind.LINK, url=url, sha256=sha256, caption=caption.strip()
    )
    return _added(evidence, None, by=by)


def _same(plan: Plan, session: Session | None, sha256: str) -> Evidence | None:
    return Evidence.objects.standing().filter(plan=plan, session=session, sha256=sha256).first()


def _added(evidence: Evidence, content: Content | None, *, by: User) -> Evidence:
    evidence.added_by, evidence.added_at = by, timezone.now()
    try:
        evidence.clean_fields(exclude=NOT_TYPED)
        if content:
            evidence.file = files.keep(content.body)
        evidence.validate_constraints()
        with transaction.atomic(), acting_as(by):
            evidence.save()
            if evidence.is_picture:
                jobs.request(SIZES, evidence, by=by)
    except (ValidationError, IntegrityError) as error:
        if same := _same(evidence.plan, evidence.session, evidence.sha256):  # sent twice at the same moment
            return same
        if isinstance(error, IntegrityError):
            raise
        raise ValidationError(_named(evidence, error)) from error
    return evidence


def _named(evidence: Evidence, error: ValidationError) -> list[str]:
    """Each sentence with the file that it is about: many are sent at once."""
    told = []
    for name, sentences in error.message_dict.items():
        about = evidence.file_name or evidence.url
        if name != NON_FIELD_ERRORS:
            about = f"{about} · {Evidence._meta.get_field(name).verbose_name}"
        told += [f"«{about}»: {sentence}" for sentence in sentences]
    return told


@transaction.atomic
def save_evidence(*, evidence: Evidence, by: User, seen: int | None = None) -> Evidence:
    """Stores what somebody wrote about it. Raises Stale, Refused when it was withdrawn, or ValidationError with the
    sentence of the constraint that it breaks."""
    if evidence.withdrawn_on:
        raise Refused(_("Esta evidencia se retiró: ya no cambia."))
    evidence.claim(seen, withdrawn_on=None)
    evidence.validate_constraints()
    with acting_as(by):
        evidence.save()
    return evidence


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, reason: str, on: date, by: User, seen: int | None = None) -> Evidence:
    """It stays stored and in the trail, and is shown no more but to who may read what is personal.

    Raises Stale, or ValidationError without a reason.
    """
    evidence.claim(seen, withdrawn_on=None)
    evidence.visibility = Evidence.Visibility.PRIVATE
    evidence.withdrawn_on, evidence.withdrawn_by, evidence.withdrawn_reason = on, by, reason.strip()
    if not evidence.withdrawn_reason:
        raise ValidationError({"reason": _("Diga por qué se retira.")})
    evidence.validate_constraints()
    with acting_as(by):
        evidence.save()
    return evidence
