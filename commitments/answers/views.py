"""What citizens answered about a promise: read, replied to one or several alike, kept from the public page."""

from django.contrib import messages
from django.db.models import Case, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, may, require
from commitments.access import commitment_or_404
from commitments.answers import actions
from commitments.answers.forms import ReplyForm
from commitments.models.answer import IS_OPEN
from display.lists import paginate
from plans.access import plan_or_404
from records.forms import show
from records.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def answer_list(request, entity_slug, plan_slug, pk):
    """What waits for a reply first, the oldest on top."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    commitment = commitment_or_404(plan, pk)
    can_reply = may(request.user, Permission.FOLLOW_COMMITMENT, commitment)
    form = ReplyForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Permission.FOLLOW_COMMITMENT, commitment)
        if form.is_valid() and _act(request, commitment, form):
            return redirect(request.get_full_path())
    open_first = Case(When(IS_OPEN, then=0), default=1)
    rows = commitment.answers.select_related("replied_by").order_by(open_first, "answered_on", "pk")
    page = paginate(request, rows)
    for row in page.object_list:
        row.commitment = commitment
        row.is_marked = row.pk in form.marked
    context = {
        "plan": plan,
        "commitment": commitment,
        "page": page,
        "today": timezone.localdate(),
        "n_open": commitment.answers.open().count(),
        "can_reply": can_reply,
        "form": form,
    }
    return render(request, "commitments/answer_list.html", context)


def _act(request, commitment, form: ReplyForm) -> bool:
    """Whether it was done; else the form says why, and keeps what was written and marked."""
    marked = list(commitment.answers.filter(pk__in=form.marked))
    if len(marked) != len(form.marked):
        raise Http404
    for row in marked:
        row.commitment = commitment
    withheld = form.cleaned_data["withheld"]
    facts = {"answers": marked, "by": request.user, "seen": form.marked}
    try:
        if form.is_about_words:
            actions.withhold(withheld=withheld, **facts)
            messages.success(request, _("Se guardó qué se publica de sus palabras."))
            return True
        kept = None if withheld == form.AS_THEY_ARE else withheld
        actions.reply(text=form.cleaned_data["reply"], withheld=kept, on=timezone.localdate(), **facts)
    except Refused as error:
        show(form, error)
        return False
    n = len(marked)
    told = ngettext("Se respondió a %(n)s persona.", "Se respondió a %(n)s personas.", n) % {"n": n}
    public = _("La respuesta ya está en la página pública.")
    messages.success(request, f"{told} {public}")
    return True
