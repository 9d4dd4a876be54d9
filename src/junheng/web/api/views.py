"""Pages about the API: one's tokens, and the description that programs read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts.access import Request, allowed, open_to_all
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.api import services
from junheng.web.api.doors import api
from junheng.web.api.forms import TokenForm
from junheng.web.api.models import Token


@require_safe
@allowed(*services.OFFERED)
def tokens(request: Request) -> HttpResponse:
    """Show one's own tokens."""
    return _page(request, TokenForm(request.user))


def _page(request: Request, form: TokenForm, secret: str = "", status: int = 200) -> HttpResponse:
    mine = request.user.tokens.all()
    context = {"tokens": mine, "form": form, "secret": secret, "today": timezone.localdate()}
    return render(request, "api/tokens.html", context, status=status)


@require_POST
@allowed(*services.OFFERED)
def give(request: Request) -> HttpResponse:
    """Give a new token and show its secret, once."""
    form = TokenForm(request.user, request.POST)
    if form.is_valid():
        try:
            _token, secret = services.give(
                **form.cleaned_data, by=request.user, today=timezone.localdate()
            )
        except WebRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _page(request, TokenForm(request.user), secret)
    return _page(request, form, status=422)


@require_POST
@allowed(*services.OFFERED)
def revoke(request: Request, pk: int) -> HttpResponse:
    """Take one of one's own tokens back."""
    token = get_object_or_404(Token, pk=pk, account=request.user)
    services.revoke(token, by=request.user)
    return redirect("api:tokens")


@require_safe
@open_to_all
def description(_request: HttpRequest) -> JsonResponse:
    """Give the OpenAPI description."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/v1/"))
