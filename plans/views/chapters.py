"""The chapters of a plan: their list, the editor of one, what it looks like."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from plans import chapters as actions
from plans.access import plan_or_404
from plans.chapters import LISTS, USUAL
from plans.forms import ChapterForm, SeenForm
from plans.models import Plan, PlanChapter
from records.forms import attempt
from records.refusals import refuse


@require_safe
def chapter_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    rows = list(plan.chapters.all())
    purposes = {row.purpose for row in rows}
    context = {
        "plan": plan,
        "rows": rows,
        "offered": [(purpose, title) for purpose, (title, _question) in USUAL.items() if purpose not in LISTS],
        "lacks_lists": plan.kind != Plan.Kind.PARTICIPATION and any(each not in purposes for each in LISTS),
    }
    return render(request, "plans/chapter_list.html", context)


@require_safe
def chapter_detail(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    return render(request, "plans/chapter_detail.html", {"plan": plan, "chapter": chapter_or_404(plan, pk)})


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_create(request, entity_slug, plan_slug):
    """`clase` of the address: a purpose, whose usual title and question the form brings."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    purpose = request.GET.get("clase", PlanChapter.Purpose.TEXT)
    title, question = USUAL.get(purpose, ("", ""))
    if title and plan.chapters.filter(title=title).exists():
        title = ""
    chapter = PlanChapter(plan=plan, purpose=purpose if question else PlanChapter.Purpose.TEXT, title=str(title))
    return edit(request, plan, chapter, question)


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    chapter = chapter_or_404(plan, pk)
    return edit(request, plan, chapter, USUAL[chapter.purpose][1])


def edit(request, plan: Plan, chapter: PlanChapter, question: str) -> HttpResponse:
    """A form sent by its button `preview` is shown, not saved."""
    name = chapter.title if chapter.pk else ""
    form = ChapterForm(request.POST or None, instance=chapter)
    preview = form.data.get("body", "") if "preview" in request.POST else None
    if preview is not None and request.htmx:
        return render(request, "plans/_chapter_preview.html", {"preview": preview[: form.longest]})
    valid = request.method == "POST" and preview is None and form.is_valid()
    if valid and attempt(form, lambda: actions.save_chapter(chapter=form.instance, by=request.user, seen=form.seen)):
        messages.success(request, _("«%(name)s» quedó guardado.") % {"name": form.instance})
        return redirect("plans:chapter_list", plan.entity.slug, plan.slug)
    context = {"plan": plan, "form": form, "chapter": chapter, "name": name, "question": question, "preview": preview}
    return render(request, "plans/chapter_form.html", context)


@require_POST
def chapter_lists(request, entity_slug, plan_slug):
    """Adds the lists of actions of accountability."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    to = reverse("plans:chapter_list", args=[plan.entity.slug, plan.slug])
    try:
        added = actions.add_lists(plan=plan, by=request.user)
    except ValidationError as error:
        return refuse(request, error, to)
    text = ngettext("Se agregó %(n)d lista de acciones.", "Se agregaron %(n)d listas de acciones.", len(added))
    messages.success(request, text % {"n": len(added)})
    return redirect(to)


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    chapter = chapter_or_404(plan, pk)
    to = reverse("plans:chapter_list", args=[plan.entity.slug, plan.slug])
    form = SeenForm(request.POST or None, initial={"revision": chapter.revision})
    if request.method == "POST" and form.is_valid():
        values = {"chapter": chapter, "seen": form.cleaned_data["revision"], "by": request.user}
        if attempt(form, lambda: actions.delete_chapter(**values) or True, row=chapter):
            messages.success(request, _("«%(name)s» ya no está en el plan.") % {"name": chapter})
            return redirect(to)
    return render(request, "plans/chapter_delete.html", {"plan": plan, "chapter": chapter, "form": form})


@require_POST
def chapter_move(request, entity_slug, plan_slug, pk):
    """`to` of the form: "up", "down", or its place from 0."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    chapter = chapter_or_404(plan, pk)
    address, to = reverse("plans:chapter_list", args=[plan.entity.slug, plan.slug]), request.POST.get("to", "")
    before = plan.chapters.filter(order__lte=chapter.order).exclude(order=chapter.order, pk__gte=chapter.pk).count()
    place = {"up": before - 1, "down": before + 1}.get(to, int(to) if to.isdecimal() and len(to) < 5 else before)
    try:
        actions.move_chapter(chapter=chapter, to=place, by=request.user)
    except ValidationError as error:
        return refuse(request, error, address)
    return redirect(f"{address}#capitulo-{pk}")


def chapter_or_404(plan: Plan, pk: int) -> PlanChapter:
    chapter = get_object_or_404(PlanChapter, plan=plan, pk=pk)
    chapter.plan = plan  # spares a query
    return chapter
