"""One's own reminders: what one wants of them, and turning them off from a mail without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from dashboard.models import ReminderChoice
from dashboard.reminders.forms import ChoiceForm
from dashboard.reminders.notifications import person_of
from records.audit import acting_as


@require_http_methods(["GET", "HEAD", "POST"])
def choice(request):
    own = ReminderChoice.objects.filter(person=request.user).first() or ReminderChoice(person=request.user)
    form = ChoiceForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        form.save()
        off, kept = _("No recibirá recordatorios."), _("Sus recordatorios quedaron guardados.")
        messages.success(request, off if form.instance.is_off else kept)
        return redirect("reminders:choice")
    return render(request, "dashboard/reminder_choice.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt
def off(request, token):
    """The link of a mail: mail readers open links by themselves, so that only a POST changes anything. That of the
    page, or of the reader's own button, which has no cookie (RFC 8058): the token is the right, and opens nothing else.
    """
    if not (pk := person_of(token)):
        raise Http404
    person = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        with acting_as(person):
            ReminderChoice.objects.update_or_create(person=person, defaults={"coming": False, "owed": False})
    done = ReminderChoice.objects.filter(person=person, coming=False, owed=False).exists()
    return render(request, "dashboard/reminders_off.html", {"done": done})
