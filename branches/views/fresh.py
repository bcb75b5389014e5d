"""Acts that need a fresh login: who logged in minutes ago is asked again, and what they sent is kept meanwhile."""

from functools import partial, wraps
from urllib.parse import urlencode, urlsplit

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from branches.forms.accounts import AgainForm
from branches.visits import is_fresh


def fresh_login(view=None, *, file_from=""):
    """For exports, grants and the like: asks for the password again where it was given more than five minutes ago.

    A page leads to the question and back. A form is not lost: its fields travel hidden through the question.
    ``file_from`` names the page that offers the file which the view sends. A browser stays where it is when a file
    comes, and must not be left at a question that has been answered: a page in between hands the file over.
    """
    if view is None:
        return partial(fresh_login, file_from=file_from)

    @wraps(view)
    @sensitive_post_parameters("again-password", "again-code")
    def asked(request, *args, **kwargs):
        if is_fresh(request.session.confirmed_at, timezone.now()):
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect(f"{reverse('login-again')}?{urlencode({'next': request.get_full_path()})}")
        form = AgainForm(request.POST if "again-password" in request.POST else None, request=request)
        if form.is_valid():
            request.session.confirm(timezone.now())
            if file_from:
                return _hand_over(request, file_from, request.get_full_path(), _page(request, form, request.POST)["hidden"])
            return view(request, *args, **kwargs)
        return render(request, "registration/login_again.html", _page(request, form, request.POST), status=403)

    asked.file_from = file_from
    return asked


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login_again(request):
    """The question by itself; ``next`` is the page that asked."""
    form = AgainForm(request.POST or None, request=request)
    if form.is_valid():
        request.session.confirm(timezone.now())
        return lead_back(request, next_of(request))
    return render(
        request,
        "registration/login_again.html",
        _page(request, form, {"next": next_of(request)}),
        status=422 if form.errors else 200,
    )


def lead_back(request, wanted):
    """The way to the page ``wanted`` of this site that asked; where it sends a file, by way of a page that stays."""
    try:
        file_from = getattr(resolve(urlsplit(wanted).path).func, "file_from", "")
    except Http404:
        file_from = ""
    return _hand_over(request, file_from, wanted) if file_from else redirect(wanted)


def _hand_over(request, file_from, file_url, sent=None):
    """The page on which a browser stays while it saves the file; what was ``sent`` goes along with the next click."""
    query = urlsplit(file_url).query
    back_url = reverse(file_from) + (f"?{query}" if query else "")
    return render(request, "registration/confirmed.html", {"file_url": file_url, "sent": sent, "back_url": back_url})


def _page(request, form, sent):
    """What the question shows: its own fields, and hidden ones with all that was sent."""
    own = {"csrfmiddlewaretoken", *(form.add_prefix(name) for name in form.fields)}
    lists = sent.lists() if hasattr(sent, "lists") else ((name, [value]) for name, value in sent.items())
    return {
        "form": form,
        "hidden": [(name, value) for name, values in lists if name not in own for value in values],
        "is_from_institute": request.session.get("way") == "institute",
    }


def next_of(request):
    """Where to go afterwards: a page of this site, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_own and wanted.startswith("/") else "/"
