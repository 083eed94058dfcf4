"""Every address of the product, what it asks for, and an entity with one row of everything that addresses name."""

from datetime import date

from django.urls import get_resolver, reverse
from django.utils import timezone

import reports.actions
import sheets.actions
from accounts.models import Role
from accounts.permissions import Permission
from activities.models import ChangeRequest, Metric, Opinion, Session
from activities.surveys import link
from commitments.models import Extension
from dashboard.reminders.notifications import token_of
from plans import versions
from records import files
from records.models import Job, Notice, Origin, Source
from reports.models import Point
from tests.activities.surveys.answering import make_answers
from tests.factories import (
    make_activity,
    make_commitment,
    make_dependency,
    make_entity,
    make_photograph,
    make_plan,
    make_session,
    make_user,
)
from tests.reports.reporting import make_job, make_published, make_report, preview_of

P = Permission
CLOSED = {"closed_on": date(2026, 4, 24)}
PUBLIC = "public"
ANYBODY = "signed in"
# What each address asks for, and which row its number names.
ROUTES = {
    "portal:home": (PUBLIC, None),
    "portal:verify": (PUBLIC, None),
    "portal:recalculate": (PUBLIC, None),
    "portal:survey": (PUBLIC, "session"),
    "portal:survey_poster": (PUBLIC, "session"),
    "portal:entity": (PUBLIC, None),
    "portal:identity_css": (PUBLIC, None),
    "portal:shield": (PUBLIC, None),
    "portal:promise_list": (PUBLIC, None),
    "portal:promise_file": (PUBLIC, None),
    "portal:promise": (PUBLIC, "commitment"),
    "portal:promise_answer": (PUBLIC, "commitment"),
    "portal:promise_proof": (PUBLIC, "commitment"),
    "portal:plan": (PUBLIC, None),
    "portal:version_list": (PUBLIC, None),
    "portal:version_compare": (PUBLIC, None),
    "portal:version_detail": (PUBLIC, None),
    "portal:report": (PUBLIC, None),
    "portal:report_pdf": (PUBLIC, None),
    "portal:report_data": (PUBLIC, None),
    "portal:report_picture": (PUBLIC, None),
    "portal:report_figures": (PUBLIC, None),
    "portal:report_figure": (PUBLIC, None),
    "portal:report_row": (PUBLIC, None),
    "accounts:panel": (ANYBODY, None),
    "accounts:notice_list": (ANYBODY, None),
    "accounts:notice_open": (ANYBODY, "notice"),
    "accounts:notices_read": (ANYBODY, None),
    "accounts:language": (ANYBODY, None),
    "accounts:service_worker": (PUBLIC, None),
    "accounts:dependency_list": (P.READ, None),
    "accounts:dependency_create": (P.EDIT_CATALOGUES, None),
    "accounts:dependency_update": (P.EDIT_CATALOGUES, "dependency"),
    "accounts:dependency_delete": (P.EDIT_CATALOGUES, "dependency"),
    "accounts:person_list": (P.MANAGE_USERS, None),
    "accounts:person_invite": (P.MANAGE_USERS, None),
    "accounts:person_detail": (P.MANAGE_USERS, "person"),
    "accounts:person_invite_again": (P.MANAGE_USERS, "person"),
    "accounts:person_remove": (P.MANAGE_USERS, "person"),
    "accounts:membership_remove": (P.MANAGE_USERS, "person"),
    "accounts:entity_update": (P.EDIT_ENTITY, None),
    "accounts:audit_list": (P.READ_AUDIT, None),
    "reminders:choice": (ANYBODY, None),
    "reminders:off": (PUBLIC, None),
    "dashboard:board": (P.READ, None),
    "dashboard:search": (P.READ, None),
    "plans:group_list": (P.READ, None),
    "plans:group_create": (P.EDIT_CATALOGUES, None),
    "plans:group_update": (P.EDIT_CATALOGUES, "group"),
    "plans:group_delete": (P.EDIT_CATALOGUES, "group"),
    "plans:cutoff_list": (P.EDIT_CATALOGUES, None),
    "sheets:import_new": (P.IMPORT_PLAN, None),
    "sheets:import_upload": (P.IMPORT_PLAN, None),
    "sheets:execution_upload": (P.REPORT_SESSION, None),
    "sheets:execution_blank": (P.REPORT_SESSION, None),
    "sheets:plan_export": (P.READ, None),
    "sheets:plan_format": (P.READ, None),
    "sheets:export_file": (P.READ, "export"),
    "sheets:source_file": (P.READ, "origin"),
    "sheets:source_sheet": (P.READ, "origin"),
    "sheets:import_undo": (P.IMPORT_PLAN, "origin"),
    "sheets:import_detail": (P.IMPORT_PLAN, "upload"),
    "sheets:import_returned": (P.IMPORT_PLAN, "upload"),
    "sheets:import_mend": (P.IMPORT_PLAN, "upload"),
    "sheets:import_cancel": (P.IMPORT_PLAN, "upload"),
    "plans:plan_list": (P.READ, None),
    "plans:plan_create": (P.EDIT_PLAN, None),
    "dashboard:plan_detail": (P.READ, None),
    "dashboard:execution": (P.READ, None),
    "dashboard:figure": (P.READ, None),
    "dashboard:remind": (P.EDIT_PLAN, None),
    "plans:plan_update": (P.EDIT_PLAN, None),
    "plans:plan_delete": (P.EDIT_PLAN, None),
    "plans:plan_approve": (P.APPROVE_PLAN, None),
    "plans:plan_reopen": (P.APPROVE_PLAN, None),
    "commitments:plan_next": (P.EDIT_PLAN, None),
    "commitments:plan_bring": (P.EDIT_PLAN, None),
    "plans:plan_adopt": (P.APPROVE_PLAN, None),
    "plans:plan_sign": (P.READ, None),
    "plans:plan_close": (P.APPROVE_PLAN, None),
    "plans:plan_archive": (P.APPROVE_PLAN, None),
    "plans:approval_document": (P.READ, None),
    "plans:structure": (P.READ, None),
    **{
        f"plans:{part}_{verb}": (P.EDIT_PLAN, None if verb == "create" else part)
        for part in ("phase", "line")
        for verb in ("create", "update", "delete", "move")
    },
    "plans:chapter_list": (P.READ, None),
    "plans:chapter_create": (P.EDIT_PLAN, None),
    "plans:chapter_lists": (P.EDIT_PLAN, None),
    "plans:chapter_detail": (P.READ, "text"),
    "plans:chapter_update": (P.EDIT_PLAN, "text"),
    "plans:chapter_delete": (P.EDIT_PLAN, "text"),
    "plans:chapter_move": (P.EDIT_PLAN, "text"),
    "plans:version_list": (P.READ, None),
    "plans:version_compare": (P.READ, None),
    "plans:version_detail": (P.READ, None),
    "activities:activity_list": (P.READ, None),
    "activities:activity_create": (P.EDIT_PLAN, None),
    "activities:activity_renumber": (P.EDIT_PLAN, None),
    "activities:activity_several": (P.EDIT_PLAN, None),
    "activities:activity_undo": (P.EDIT_PLAN, None),
    "activities:grid": (P.EDIT_PLAN, None),
    "activities:grid_new": (P.EDIT_PLAN, None),
    "activities:grid_paste": (P.EDIT_PLAN, None),
    "activities:grid_duplicate": (P.EDIT_PLAN, None),
    "activities:grid_row": (P.EDIT_PLAN, "activity"),
    "activities:grid_cell": (P.EDIT_PLAN, "activity"),
    "activities:grid_move": (P.EDIT_PLAN, "activity"),
    "activities:activity_detail": (P.READ, "activity"),
    "activities:activity_update": (P.EDIT_PLAN, "activity"),
    "activities:activity_duplicate": (P.EDIT_PLAN, "activity"),
    "activities:activity_move": (P.EDIT_PLAN, "activity"),
    "activities:activity_delete": (P.EDIT_PLAN, "activity"),
    "activities:calendar": (P.READ, None),
    "activities:coverage": (P.READ, None),
    "activities:coverage_live": (P.EDIT_PLAN, None),
    "activities:schedule": (P.EDIT_PLAN, "activity"),
    "activities:completeness": (P.READ, None),
    "activities:finding_detail": (P.READ, None),
    "activities:finding_justify": (P.EDIT_PLAN, None),
    "activities:justification_delete": (P.EDIT_PLAN, "justification"),
    "activities:session_create": (P.EDIT_PLAN, "activity"),
    "activities:session_extra": (P.REPORT_SESSION, "activity"),
    "activities:metric_create": (P.REPORT_SESSION, "activity"),
    "activities:session_detail": (P.READ, "session"),
    "activities:session_update": (P.REPORT_SESSION, "session"),
    "activities:session_explain": (P.REPORT_SESSION, "session"),
    "activities:session_evidence": (P.REPORT_SESSION, "session"),
    "activities:evidence_list": (P.READ, None),
    "activities:evidence_detail": (P.READ, "evidence"),
    "activities:evidence_update": (P.REPORT_SESSION, "evidence"),
    "activities:evidence_withdraw": (P.REPORT_SESSION, "evidence"),
    "activities:evidence_file": (P.READ, "evidence"),
    "activities:evidence_picture": (P.READ, "evidence"),
    "activities:session_plan": (P.EDIT_PLAN, "session"),
    "activities:session_delete": (P.EDIT_PLAN, "session"),
    "activities:activity_change": (P.REQUEST_CHANGE, "activity"),
    "activities:session_change": (P.REQUEST_CHANGE, "session"),
    "activities:change_list": (P.READ, None),
    "activities:change_create": (P.REQUEST_CHANGE, None),
    "activities:change_decide": (P.DECIDE_CHANGE, None),
    "activities:change_detail": (P.READ, "change"),
    "activities:change_update": (P.REQUEST_CHANGE, "change"),
    "activities:change_cancel": (P.REQUEST_CHANGE, "change"),
    "activities:change_told": (P.REQUEST_CHANGE, "change"),
    "activities:proposal_list": (P.READ, None),
    "activities:proposal_call": (P.DECIDE_CHANGE, None),
    "activities:proposal_remind": (P.DECIDE_CHANGE, None),
    "activities:proposal_none": (P.REQUEST_CHANGE, None),
    "activities:return_list": (P.READ, None),
    "activities:return_detail": (P.READ, "monthly"),
    "activities:return_withdraw": (P.REPORT_SESSION, "monthly"),
    "activities:return_decide": (P.ACCEPT_RETURN, "monthly"),
    "activities:survey_results": (P.READ, None),
    "activities:survey_session": (P.READ, "session"),
    "activities:survey_file": (P.WRITE_REPORT, None),
    "activities:opinion_next": (P.WRITE_REPORT, None),
    "activities:opinion_group": (P.WRITE_REPORT, "opinion"),
    "activities:theme_list": (P.WRITE_REPORT, None),
    "activities:theme_update": (P.WRITE_REPORT, "theme"),
    "activities:theme_delete": (P.WRITE_REPORT, "theme"),
    "activities:metric_update": (P.REPORT_SESSION, "metric"),
    "activities:metric_delete": (P.REPORT_SESSION, "metric"),
    "commitments:commitment_list": (P.READ, None),
    "commitments:commitment_board": (P.READ, None),
    "commitments:commitment_balance": (P.READ, None),
    "commitments:instance_detail": (P.READ, None),
    "commitments:commitment_create": (P.RECORD_COMMITMENT, None),
    "commitments:commitment_detail": (P.READ, "commitment"),
    "commitments:commitment_update": (P.EDIT_PLAN, "commitment"),
    "commitments:commitment_move": (P.FOLLOW_COMMITMENT, "commitment"),
    "commitments:commitment_follow": (P.FOLLOW_COMMITMENT, "commitment"),
    "commitments:commitment_delete": (P.EDIT_PLAN, "commitment"),
    "commitments:extension_ask": (P.FOLLOW_COMMITMENT, "asked"),
    "commitments:extension_decide": (P.READ, "extension"),
    "commitments:verification_create": (P.EDIT_PLAN, "declared"),
    "commitments:answer_list": (P.READ, "declared"),
    "archive:year_list": (P.READ, None),
    "archive:year_file": (P.READ, "archive"),
    "chapters:kind_list": (P.EDIT_CATALOGUES, None),
    "chapters:chapter_list": (P.EDIT_CATALOGUES, None),
    "chapters:chapter_create": (P.EDIT_CATALOGUES, None),
    "chapters:chapter_reset": (P.EDIT_CATALOGUES, None),
    "chapters:chapter_update": (P.EDIT_CATALOGUES, "chapter"),
    "chapters:chapter_switch": (P.EDIT_CATALOGUES, "chapter"),
    "chapters:chapter_move": (P.EDIT_CATALOGUES, "chapter"),
    "chapters:chapter_delete": (P.EDIT_CATALOGUES, "chapter"),
    "reports:report_list": (P.READ, None),
    "reports:report_create": (P.WRITE_REPORT, None),
    "reports:report_detail": (P.READ, "report"),  # reading it; WRITES says what saving its texts asks for
    "reports:text_save": (P.WRITE_REPORT, "report"),
    "reports:section_preview": (P.READ, "report"),
    "reports:point_create": (P.WRITE_REPORT, "report"),
    "reports:point_update": (P.WRITE_REPORT, "report"),
    "reports:point_delete": (P.WRITE_REPORT, "report"),
    "reports:outcome_update": (P.WRITE_REPORT, "report"),
    "reports:report_preview": (P.WRITE_REPORT, "report"),
    "reports:report_sign": (P.SIGN_REPORT, "report"),
    "reports:report_publish": (P.PUBLISH_REPORT, "report"),
    "reports:report_progress": (P.READ, "report"),
    "reports:report_cancel": (P.WRITE_REPORT, "report"),
    "reports:report_pdf": (P.READ, "report"),
    "reports:report_picture": (P.READ, "report"),
    "reports:report_figures": (P.READ, "report"),
    "reports:report_figure": (P.READ, "report"),
    "reports:report_row": (P.READ, "report"),
    "reports:report_correct": (P.WRITE_REPORT, "report"),
    "reports:report_delete": (P.WRITE_REPORT, "report"),
}
WRITES = {
    "reports:report_detail": P.WRITE_REPORT,
    "activities:change_detail": P.DECIDE_CHANGE,
    "activities:return_detail": P.REPORT_SESSION,
    "commitments:extension_decide": P.DECIDE_CHANGE,
    "commitments:answer_list": P.FOLLOW_COMMITMENT,
}  # where a POST asks for more than a GET


def needed(name: str, method: str) -> Permission:
    return WRITES.get(name, ROUTES[name][0]) if method == "post" else ROUTES[name][0]


def addresses() -> dict[str, set[str]]:
    """The parameters of every address of ours, by its name; allauth's own stand under /cuenta/."""
    found = {}

    def walk(patterns, namespace, parameters):
        for pattern in patterns:
            more = parameters | set(pattern.pattern.regex.groupindex)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, pattern.namespace or namespace, more)
            elif namespace:
                found[f"{namespace}:{pattern.name}"] = more

    walk(get_resolver().url_patterns, None, set())
    return found


class World:
    """An entity with one row of everything that an address can name."""

    def __init__(self, slug: str, session: Session | None = None):
        """`session`: one that is there already, led by a dependency; then its plan is the plan."""
        plan = session.activity.plan if session else None
        entity = self.entity = plan.entity if plan else make_entity(slug)
        lead = session.activity.responsibilities.get().dependency if session else make_dependency(entity)
        unit = self.dependency = lead
        self.users = {
            Role.ADMINISTRATOR: make_user(entity, Role.ADMINISTRATOR),
            Role.PLANNER: make_user(entity, Role.PLANNER),
            Role.HEAD: make_user(entity, Role.HEAD, unit),
            Role.CONTROL: make_user(entity, Role.CONTROL),
        }
        self.head_of_another = make_user(entity, Role.HEAD)
        self.person = self.users[Role.CONTROL]
        self.notice = Notice.objects.create(recipient=self.users[Role.PLANNER], entity=entity, kind="job.failed")
        plan = self.plan = plan or make_plan(entity)
        self.group, _made = entity.groups.get_or_create(name="Ciudadanía")
        self.phase = plan.phases.create(number=1, name="Diagnóstico", stage="diagnosis")
        self.line = plan.lines.create(name="Línea de diálogo")
        self.text = plan.chapters.create(title="Presentación", body="## Por qué\n\n- Para conversar")
        self.activity = session.activity if session else make_activity(plan, unit)
        self.session = session or make_session(self.activity)
        self.change = ChangeRequest.objects.create(
            plan=plan,
            kind="withdraw",
            activity=self.activity,
            session=self.session,
            dependency=unit,
            reason="agenda",
            requested_by=self.users[Role.HEAD],
        )
        self.metric = Metric.objects.create(
            activity=self.activity,
            kind="alcance",
            name="Alcance",
            value=10,
            period_from=date(2026, 3, 1),
            period_to=date(2026, 3, 31),
        )
        self.monthly = plan.returns.create(dependency=unit, month=date(2026, 1, 31))
        make_answers(self.session, 5, liked="El salón")
        self.opinion = Opinion.objects.filter(response__session=self.session).first()
        self.theme = plan.themes.create(name="El lugar")
        self.justification = plan.justifications.create(finding="sin-objetivo", reason="Está en el decreto.")
        self.evidence = make_photograph(self.session, visibility="public", people="nobody", alt_text="Una mesa")
        self.commitment = make_commitment(plan)
        self.commitment.responsible.add(unit)
        self.asked, self.declared = make_commitment(plan), make_commitment(plan, state="reported_done", **CLOSED)
        self.asked.responsible.add(unit)
        self.declared.responsible.add(unit)
        self.extension = Extension.objects.create(
            commitment=self.commitment,
            due_on=date(2026, 7, 31),
            due_before=self.commitment.due_on,
            reason="Faltan los estudios",
            asked_by=self.users[Role.HEAD],
            asked_on=date(2026, 4, 1),
        )
        self.answer = self.declared.answers.create(
            kind="disputes", text="No llegó", same_text="1", answered_on=date(2026, 5, 4)
        )
        versions.freeze(plan, reason="Línea base", by=None)
        self.report = make_report(plan, kind="final", period="2026", cutoff=date(2026, 12, 31), pages=9)
        preview_of(self.report, b"%PDF-1.7")
        make_job(self.report, state="done", finished_at=timezone.now())
        before = make_published(plan, kind="monthly", period="2026-02", cutoff=date(2026, 2, 28))
        self.earlier = Point.objects.create(report=before, kind="recommendation", number=1, text="Avisar antes.")
        self.point = Point.objects.create(report=self.report, kind="observation", number=1, text="Vino poca gente.")
        self.chapter = entity.chapters.create(kind="final", title="Cómo se financió")
        planner = self.users[Role.PLANNER]
        self.export = sheets.actions.export(plan=plan, format="zip", by=planner)
        Job.objects.filter(pk=self.export.pk).update(
            state="done", finished_at=timezone.now(), lease_until=None, result=files.keep(b"PK")
        )
        self.archive = reports.actions.request_archive(entity=entity, year=2026, by=planner)
        Job.objects.filter(pk=self.archive.pk).update(
            state="done", finished_at=timezone.now(), lease_until=None, result=files.keep(b"PK")
        )
        self.origin = Origin.objects.create(
            entity=entity,
            file=files.keep(b"Actividad;Meta"),
            file_name="matriz.csv",
            brought_at=timezone.now(),
            brought_by=planner,
        )
        Source.objects.create(origin=self.origin, target=plan, row=0)
        self.upload = sheets.actions.upload(content=b"Actividad;Meta", name="matriz.csv", plan=plan, by=planner)
        self.upload.returned = files.keep(b"PK")
        self.upload.save()

    def _slug(self, name: str, rows: "World") -> str:
        if name.startswith("chapters:"):
            return rows.chapter.slug
        return "recomendaciones" if name == "reports:point_create" else "ejecucion"

    def address(self, name: str, rows: "World | None" = None) -> str:
        """The address of `name` in this entity, its numbered row taken from `rows` (this entity's by default)."""
        rows = rows or self
        _needs, row = ROUTES[name]
        values = {
            "entity_slug": self.entity.slug,
            "plan_slug": self.plan.slug,
            "pk": row and getattr(rows, row).pk,
            "membership_pk": rows.person.memberships.get().pk,
            "number": 1,
            "code": link.code_of(self.session) if name.startswith("portal:") else "sin-indicador",
            "digest": "abcdef12",
            "name": "reading",
            "word": "final",
            "slug": self._slug(name, rows),
            "point": rows.point.pk,
            "earlier": rows.earlier.pk,
            "kind": "final",
            "period": "2026",
            "version": 1,
            "file": "datos.json",
            "key": "total",
            "token": token_of(rows.person),
            "row": rows.session.pk,
            "sha256": rows.evidence.file.sha256,
            "proof": rows.evidence.pk,
        }
        return reverse(name, kwargs={key: values[key] for key in addresses()[name] if key in values})
