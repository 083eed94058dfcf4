"""The sections of an entity's reports: which ones each kind has, in which order, under which title."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Entity
from accounts.permissions import Permission, entity_or_404
from records.forms import attempt
from records.refusals import Stale, refuse
from reports import chapters, documents, outline
from reports.documents import Kind
from reports.forms import ChapterForm, SeenForm
from reports.models import Chapter
from reports.outline import Place

FEW = 10  # drafts that are named


@require_safe
def kind_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    counts = {"off": Count("pk", filter=Q(is_on=False)), "own": Count("pk", filter=Q(section=""))}
    changed = {row["kind"]: row for row in entity.chapters.order_by().values("kind").annotate(**counts)}
    kinds = [(kind, changed.get(kind.slug)) for kind in documents.known().values()]
    return render(request, "reports/chapter_kinds.html", {"kinds": kinds})


@require_safe
def chapter_list(request, entity_slug, word):
    entity, kind = _kind(request, entity_slug, word)
    places = outline.arranged(kind.slug, _rows(entity, kind))
    movable = [place.slug for place in places if place.is_movable]
    drafts = list(chapters.drafts(kind.slug, entity))
    context = {
        "kind": kind,
        "places": [(place, outline.usual_title(place.section, kind.slug)) for place in places],
        "first": movable[0],
        "last": movable[-1],
        "is_changed": any(place.row for place in places),
        "drafts": drafts[:FEW],
        "more": len(drafts[FEW:]),
    }
    return render(request, "reports/chapter_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_create(request, entity_slug, word):
    entity, kind = _kind(request, entity_slug, word)
    form = ChapterForm(request.POST or None, instance=Chapter(entity=entity, kind=kind.slug))
    if request.method == "POST" and form.is_valid():
        values = {"entity": entity, "kind": kind.slug, "title": form.cleaned_data["title"], "seen": form.seen}
        if added := attempt(form, lambda: chapters.add_chapter(**values, by=request.user), row=entity):
            messages.success(request, _("«%(name)s» quedó en la lista.") % {"name": added})
            return _to_list(entity, kind, added.slug)
    return render(request, "reports/chapter_form.html", {"kind": kind, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_update(request, entity_slug, word, slug):
    entity, kind = _kind(request, entity_slug, word)
    place = _place(entity, kind, slug)
    if not place.section.is_on_paper:
        raise Http404
    row = place.row or Chapter(entity=entity, kind=kind.slug, section=slug)
    row.entity = entity
    form = ChapterForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        values = {"entity": entity, "kind": kind.slug, "slug": slug, "title": form.cleaned_data["title"]}
        if attempt(form, lambda: chapters.save_chapter(**values, seen=form.seen, by=request.user), row=entity):
            messages.success(request, _("El título quedó guardado."))
            return _to_list(entity, kind, slug)
    name = outline.usual_title(place.section, kind.slug)
    return render(request, "reports/chapter_form.html", {"kind": kind, "form": form, "place": place, "name": name})


@require_POST
def chapter_switch(request, entity_slug, word, slug):
    """`to` of the form: "on", or else off."""
    entity, kind = _kind(request, entity_slug, word)
    _place(entity, kind, slug)
    values = {"entity": entity, "kind": kind.slug, "slug": slug, "is_on": request.POST.get("to") == "on"}
    return _done(request, lambda: chapters.switch_chapter(**values, by=request.user), _address(entity, kind, slug))


@require_POST
def chapter_move(request, entity_slug, word, slug):
    """`to` of the form: "up", or else down."""
    entity, kind = _kind(request, entity_slug, word)
    _place(entity, kind, slug)
    values = {"entity": entity, "kind": kind.slug, "slug": slug, "up": request.POST.get("to") == "up"}
    return _done(request, lambda: chapters.move_chapter(**values, by=request.user), _address(entity, kind, slug))


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_delete(request, entity_slug, word, slug):
    entity, kind = _kind(request, entity_slug, word)
    place = _place(entity, kind, slug)
    if not place.is_own:
        raise Http404
    form = SeenForm(request.POST or None, initial={"revision": entity.revision})
    values = {"entity": entity, "kind": kind.slug, "by": request.user}
    name = str(place.section.title)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["revision"]
        if attempt(form, lambda: chapters.delete_chapter(**values, slug=slug, seen=seen) or True, row=entity):
            messages.success(request, _("«%(name)s» ya no está en la lista.") % {"name": name})
            return _to_list(entity, kind)
    written = chapters.drafts(kind.slug, entity).filter(narrative__has_key=slug).count()
    context = {"kind": kind, "form": form, "name": name, "written": written}
    return render(request, "reports/chapter_delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_reset(request, entity_slug, word):
    entity, kind = _kind(request, entity_slug, word)
    form = SeenForm(request.POST or None, initial={"revision": entity.revision})
    values = {"entity": entity, "kind": kind.slug, "by": request.user}
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["revision"]
        if attempt(form, lambda: chapters.reset(**values, seen=seen) or True, row=entity):
            messages.success(request, _("La lista es otra vez la de fábrica."))
            return _to_list(entity, kind)
    own = [row.title for row in _rows(entity, kind) if not row.section]
    return render(request, "reports/chapter_reset.html", {"kind": kind, "form": form, "own": own})


def _kind(request, entity_slug: str, word: str) -> tuple[Entity, Kind]:
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    kind = next((kind for kind in documents.known().values() if kind.word == word), None)
    if kind is None:
        raise Http404
    return entity, kind


def _rows(entity: Entity, kind: Kind):
    return entity.chapters.filter(kind=kind.slug)


def _place(entity: Entity, kind: Kind, slug: str) -> Place:
    place = next((each for each in outline.arranged(kind.slug, _rows(entity, kind)) if each.slug == slug), None)
    if place is None:
        raise Http404
    return place


def _address(entity: Entity, kind: Kind, slug: str = "") -> str:
    return reverse("chapters:chapter_list", args=[entity.slug, kind.word]) + (slug and f"#{slug}")


def _to_list(entity: Entity, kind: Kind, slug: str = "") -> HttpResponse:
    return redirect(_address(entity, kind, slug))


def _done(request, act, to: str) -> HttpResponse:
    try:
        act()
    except Stale:
        error = ValidationError(_("Otra persona cambió la lista en ese momento: mírela y repita el cambio."))
        return refuse(request, error, to)
    except ValidationError as error:
        return refuse(request, error, to)
    return redirect(to)
