"""Staff pages of commitments: list, detail, changes and follow-ups."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Min
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.filters import DependencyFilter
from accounts.permissions import Permission, limited_to, may, memberships, require
from activities.evidence import add_several
from activities.models import Responsibility, Session
from commitments import actions, timeline
from commitments.access import commitment_or_404
from commitments.board import is_first_look
from commitments.filters import OPEN, CommitmentFilter
from commitments.forms import CommitmentForm, FollowUpForm, MoveForm
from commitments.models import Commitment, FollowUp
from commitments.models.answer import IS_OPEN, reply_by
from commitments.standing import Standing, stands
from commitments.states import CLOSED, COMMITMENTS, State
from commitments.states import OPEN as OPEN_STATES
from display.lists import paginate
from plans.access import plan_or_404
from plans.models import Plan
from records import drift, sources
from records.filters import filtered
from records.forms import attempt
from records.refusals import refuse

CLOSED_TOO = ("q", "standing", "state", "waits", "made", "figure")  # filters that may look for what is closed


@require_safe
def commitment_list(request, entity_slug, plan_slug):
    """What is late first, what is closed last. Heads begin with their own, and the address says so; one that asks for
    something, as a figure's does, is taken as it is."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    if is_first_look(request, plan):
        return redirect(f"{request.path}?dependency={DependencyFilter.MINE}")
    commitments = plan.commitments.prefetch_related("responsible")
    page, filters = filtered(request, CommitmentFilter, commitments, plan=plan, today=today)
    on = filters.cutoff
    page.object_list = page.object_list.at(on)
    counted = filters.qs.order_by().aggregate(**{each: Count("pk", filter=stands(each, on)) for each in Standing})
    context = {
        "plan": plan,
        "page": page,
        "filters": filters,
        "shortcuts": filters.shortcuts(),
        "today": today,
        "on": on,
        "open_rows": [row for row in page.object_list if row.is_open],
        "closed_rows": [row for row in page.object_list if not row.is_open],
        "n_closed": sum(n for each, n in counted.items() if each not in OPEN),
        "standings": [(each, counted[each]) for each in Standing if counted[each]],
        "is_searched": any(filters.form.cleaned_data.get(name) for name in CLOSED_TOO),
        "can_add": may(request.user, Permission.RECORD_COMMITMENT, plan),
    }
    return render(request, "commitments/commitment_list.html", context)


@require_safe
def commitment_detail(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    commitment = commitment_or_404(plan, pk)
    today = timezone.localdate()
    can_edit = may(request.user, Permission.EDIT_PLAN, commitment)
    can_follow = may(request.user, Permission.FOLLOW_COMMITMENT, commitment)
    offered = COMMITMENTS.offered(commitment, request.user)
    is_open = commitment.state in OPEN_STATES
    is_over = plan.state in (Plan.State.CLOSED, Plan.State.ARCHIVED)
    extension = commitment.extensions.to_decide().select_related("asked_by").first() if is_open else None
    answers = commitment.answers.aggregate(
        n=Count("pk"), n_open=Count("pk", filter=IS_OPEN), oldest=Min("answered_on", filter=IS_OPEN)
    )
    context = {
        "plan": plan,
        "commitment": commitment,
        "row": commitment.at(today),
        "today": today,
        "page": paginate(request, timeline.events_of(commitment)),
        "sources": sources.of(commitment),
        "extension": extension,
        "answers": answers,
        "reply_by": answers["oldest"] and reply_by(answers["oldest"]),
        "is_unowned": is_open and not commitment.is_owned(today),
        "can_edit": can_edit,
        "can_delete": can_edit and not actions.deletion_blockers(commitment),
        "can_follow": can_follow,
        "can_extend": can_follow and is_open and not extension and commitment.holds_deadline and not is_over,
        "can_verify": State.VERIFIED in offered and not is_over,
        "can_move": any(state != State.VERIFIED for state in offered),
    }
    return render(request, "commitments/commitment_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_create(request, entity_slug, plan_slug):
    """With ?session=<pk>, filled in from that session and its activity; 404 when it is not of the plan."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.RECORD_COMMITMENT)
    own = [
        membership.dependency_id for membership in memberships(request.user, plan.entity_id) if membership.dependency_id
    ]
    initial: dict = {"responsible": own}
    session = None
    if pk := request.GET.get("session"):
        if not pk.isdecimal() or len(pk) > 18:  # longer than the column holds
            raise Http404
        session = get_object_or_404(Session.objects.select_related("activity"), pk=pk, activity__plan=plan)
        session.activity.plan = plan
        leading = [
            row.dependency_id for row in session.activity.responsibilities.all() if row.part == Responsibility.Part.LEAD
        ]
        initial = {
            "session": session.pk,
            "instance": session.activity.formal_instance or session.activity.name[:200],
            "made_on": session.held_on,
            "month_only": bool(session.held_on) and session.held_precision == "month",
            "responsible": own or leading,
            "all_dependencies": session.activity.all_dependencies,
            "groups": [group.pk for group in session.activity.groups.all()],
        }
    require(request.user, Permission.RECORD_COMMITMENT, session or plan)
    return edit(request, Commitment(plan=plan), initial, session)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    return edit(request, commitment_or_404(plan, pk), {})


def edit(request, commitment: Commitment, initial: dict, origin: Session | None = None) -> HttpResponse:
    is_new, promise = commitment.pk is None, commitment.text
    limit = limited_to(request.user, Permission.RECORD_COMMITMENT, commitment.entity_id)
    form = CommitmentForm(request.POST or None, instance=commitment, initial=initial, limit=limit)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        saved = attempt(
            form,
            lambda: actions.save_commitment(
                commitment=commitment,
                responsible=data["responsible"],
                groups=data["groups"],
                by=request.user,
                seen=form.seen,
            ),
        )
        if saved:
            messages.success(request, _("Se guardó el compromiso."))
            return redirect(saved)
    context = {"plan": commitment.plan, "commitment": commitment, "is_new": is_new, "form": form}
    context |= {"promise": promise, "origin": origin, "can_extend": commitment.state in OPEN_STATES}
    return render(request, "commitments/commitment_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_move(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    commitment = commitment_or_404(plan, pk)
    require(request.user, Permission.FOLLOW_COMMITMENT, commitment)
    # Verified is what a verification with citizens leaves it, on its own page.
    moves = [state for state in COMMITMENTS.offered(commitment, request.user) if state != State.VERIFIED]
    if not moves and request.method != "POST":
        return refuse(
            request,
            ValidationError(_("El compromiso está cerrado: solo planeación lo reabre o lo verifica.")),
            commitment,
        )
    form = MoveForm(request.POST or None, commitment=commitment, moves=moves)
    if not moves:
        form.closed_meanwhile()
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        seen = data.pop("revision")
        is_day_known = not data.pop("is_day_unknown")
        moved = attempt(
            form,
            lambda: actions.move_commitment(
                # -1 is no revision: a form that came without one is stale.
                commitment=commitment,
                by=request.user,
                seen=-1 if seen is None else seen,
                is_day_known=is_day_known,
                **data,
            ),
            commitment,
        )
        if moved:
            messages.success(request, _("Ahora está: %(state)s.") % {"state": commitment.get_state_display()})
            return redirect(commitment)
    context = {"plan": plan, "commitment": commitment, "is_closed": commitment.state in CLOSED, "form": form}
    return render(request, "commitments/commitment_move.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_follow(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    commitment = commitment_or_404(plan, pk)
    require(request.user, Permission.FOLLOW_COMMITMENT, commitment)
    form = FollowUpForm(
        request.POST or None,
        request.FILES or None,
        instance=FollowUp(commitment=commitment),
        initial={"on": timezone.localdate(), "revision": commitment.revision},
        may_close=State.REPORTED_DONE in COMMITMENTS.offered(commitment, request.user),
    )
    if request.method == "POST" and form.is_valid():
        is_fulfilled, by = form.is_fulfilled, request.user
        refused: list[str] = []

        def follow() -> FollowUp:
            # Before the follow-up, whose transaction their bytes must outlive; sent again, they are the same rows.
            proofs, sentences = add_several(plan=plan, session=None, uploads=form.cleaned_data["files"], by=by)
            refused.extend(sentences)
            return actions.add_follow_up(
                follow_up=form.instance, by=by, is_fulfilled=is_fulfilled, proofs=proofs, seen=form.seen
            )

        if attempt(form, follow, commitment):
            for sentence in refused:
                messages.error(request, sentence)
            done = _("Se agregó el seguimiento y quedó reportado como cumplido.")
            messages.success(request, done if is_fulfilled else _("Se agregó el seguimiento."))
            return redirect(commitment)
        for sentence in refused:
            form.add_error("files", sentence)
    context = {"plan": plan, "commitment": commitment, "form": form}
    return render(request, "commitments/commitment_follow.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    commitment = commitment_or_404(plan, pk)
    if blockers := actions.deletion_blockers(commitment):
        return refuse(request, ValidationError(blockers), commitment)
    if request.method == "POST":
        try:
            actions.delete_commitment(commitment=commitment, by=request.user)
        except ValidationError as error:
            return refuse(request, error, commitment)
        messages.success(request, _("Se eliminó el compromiso."))
        return redirect("commitments:commitment_list", plan.entity.slug, plan.slug)
    context = {"plan": plan, "commitment": commitment, "consequences": drift.of_deletion(commitment)}
    return render(request, "commitments/commitment_delete.html", context)
