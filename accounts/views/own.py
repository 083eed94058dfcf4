"""What is one's own, whatever the entity: notices, the language of mail, and the pages kept on one's phone."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from display.lists import paginate
from records import notices


@require_safe
def notice_list(request):
    page = paginate(request, request.user.notices.select_related("entity"))
    rows = [{"notice": notice, "title": notices.title(notice), "text": notices.text(notice)} for notice in page]
    return render(request, "accounts/notices.html", {"page": page, "rows": rows})


@require_POST
def notice_open(request, pk):
    notice = get_object_or_404(request.user.notices, pk=pk)
    request.user.notices.unread().filter(pk=pk).update(read_at=timezone.now())
    return redirect(notices.path_in(notice.path, get_language()) or "accounts:notice_list")


@require_POST
def notices_read(request):
    request.user.notices.unread().update(read_at=timezone.now())
    return redirect("accounts:notice_list")


@require_POST
def language(request):
    """The page `next`, which is in that language, and from now on one's mail."""
    code, to = request.POST.get("language"), request.POST.get("next", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    user = User.objects.get(pk=request.user.pk)
    user.language = code
    user.save(update_fields=["language"])
    own = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(to if own else "accounts:panel")


@login_not_required  # a browser looks for a newer one whenever it wants
@require_safe
def service_worker(request):
    """From an address of the panel: a service worker reaches the pages below its own."""
    script = Path(finders.find("js/sw.js")).read_text()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
