"""Evidence: of a space, of a plan; one opened, edited, withdrawn; and its bytes, for who may read them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, may, require
from activities import evidence as verbs
from activities.access import evidence_of, evidence_or_404, readable, session_or_404
from activities.filters import EvidenceFilter
from activities.forms.evidence import AddForm, EvidenceForm, WithdrawForm
from activities.models import Evidence, Session
from plans.access import plan_or_404
from records import files
from records.filters import filtered
from records.forms import attempt
from records.models import StoredFile
from records.refusals import refuse

JSON = "application/json"  # what static/js/evidence.js asks for, a file at a time


@require_http_methods(["GET", "HEAD", "POST"])
def session_evidence(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    session = session_or_404(plan, pk)
    require(request.user, Permission.REPORT_SESSION, session)
    if session.withdrawn_on:
        return refuse(request, ValidationError(_("Este espacio se retiró del plan: no se reporta.")), session)
    form = AddForm(request.POST, request.FILES) if request.method == "POST" else AddForm()
    if request.method == "POST":
        added, refused = _received(request, form, session)
        if request.headers.get("Accept") == JSON:
            context = {"plan": plan, "entity": plan.entity, **evidence_of(session, request.user)}
            rows = render_to_string("activities/_evidence_rows.html", context, request)
            return JsonResponse({"refused": refused, "rows": rows})
        for sentence in refused:
            messages.error(request, sentence)
        if added:
            said = ngettext("Se agregó %(n)s evidencia.", "Se agregaron %(n)s evidencias.", len(added))
            messages.success(request, said % {"n": len(added)})
        if not form.errors:
            return redirect(f"{session.get_absolute_url()}#evidencias")
    context = {
        "plan": plan,
        "activity": session.activity,
        "session": session,
        **evidence_of(session, request.user),
        "add_form": form,
    }
    return render(request, "activities/session_evidence.html", context)


def _received(request, form: AddForm, session: Session) -> tuple[list[Evidence], list[str]]:
    if not form.is_valid():
        return [], [sentence for errors in form.errors.values() for sentence in errors]
    data, where = form.cleaned_data, {"plan": session.activity.plan, "session": session, "by": request.user}
    try:
        added, refused = verbs.add_several(uploads=data["files"], kind=data["kind"], **where)
        if data["url"]:
            added.append(verbs.add_link(url=data["url"], **where))
    except ValidationError as error:
        return [], error.messages
    return added, refused


@require_safe
def evidence_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    rows = plan.evidence.select_related("session__activity").order_by("-pk")
    page, filters = filtered(request, EvidenceFilter, rows, entity=plan.entity)
    page.object_list = readable(plan, page.object_list, request.user)
    for row in page.object_list:
        if row.session:
            row.session.activity.plan = plan
    context = {"plan": plan, "page": page, "filters": filters, "n_broken": plan.evidence.broken().count()}
    return render(request, "activities/evidence_list.html", context)


@require_safe
def evidence_detail(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    evidence = evidence_or_404(plan, pk, request.user)
    can_edit = not evidence.withdrawn_on and may(request.user, Permission.REPORT_SESSION, evidence)
    proof = evidence.consent_proof if evidence.consent_proof_id else None
    context = {
        "plan": plan,
        "evidence": evidence,
        "can_edit": can_edit,
        "may_read_people": may(request.user, Permission.READ_PERSONAL, evidence),
        "proof": proof,
    }
    return render(request, "activities/evidence_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    evidence = evidence_or_404(plan, pk, request.user)
    require(request.user, Permission.REPORT_SESSION, evidence)
    if evidence.withdrawn_on:
        return refuse(request, ValidationError(_("Esta evidencia se retiró: ya no cambia.")), evidence)
    name = str(evidence)
    form = EvidenceForm(request.POST or None, instance=evidence)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: verbs.save_evidence(evidence=evidence, by=request.user, seen=form.seen))
    ):
        messages.success(request, _("Se guardó la evidencia."))
        return redirect(f"{evidence.session.get_absolute_url()}#evidencias" if evidence.session else evidence)
    context = {"plan": plan, "evidence": evidence, "name": name, "form": form}
    return render(request, "activities/evidence_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_withdraw(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    evidence = evidence_or_404(plan, pk, request.user)
    require(request.user, Permission.REPORT_SESSION, evidence)
    if evidence.withdrawn_on:
        return refuse(request, ValidationError(_("Esta evidencia ya se retiró.")), evidence)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, today = form.cleaned_data["reason"], timezone.localdate()
        saved = attempt(
            form,
            lambda: verbs.withdraw_evidence(evidence=evidence, reason=reason, on=today, by=request.user),
            evidence,
        )
        if saved:
            messages.success(request, _("Se retiró la evidencia."))
            return redirect(evidence.session or plan)
    return render(request, "activities/evidence_withdraw.html", {"plan": plan, "evidence": evidence, "form": form})


@require_safe
def evidence_file(request, entity_slug, plan_slug, pk):
    evidence = evidence_or_404(plan_or_404(request, entity_slug, plan_slug), pk, request.user)
    if evidence.file is None:
        raise Http404
    return _served(request, evidence, evidence.file, as_attachment=True)


@require_safe
def evidence_picture(request, entity_slug, plan_slug, pk):
    """The size of a page; what was kept, until a worker has made it."""
    evidence = evidence_or_404(plan_or_404(request, entity_slug, plan_slug), pk, request.user)
    if not evidence.is_picture:
        raise Http404
    return _served(request, evidence, evidence.page_file or evidence.file, as_attachment=False)


def _served(request, evidence: Evidence, file: StoredFile, *, as_attachment: bool) -> HttpResponse:
    try:
        content = files.opened(file)
    except files.Damaged:
        sentence = _("El archivo guardado falta o está dañado. Avise a quien administra el sitio.")
        return refuse(request, ValidationError(sentence), evidence)
    name = evidence.download_name
    return FileResponse(content, as_attachment=as_attachment, filename=name, content_type=evidence.media_type)
