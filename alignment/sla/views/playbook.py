"""Next best actions and reasons: what marketing and sales edit together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..actions import handoff_config as actions
from ..forms.handoffs import NewReasonForm, NextActionForm, ReasonChangeForm
from ..models import NextActionRule, ReasonCode
from ..queries.handoff_config import reason_rows, rules_of, signals_of

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])
edits = requires(Permission.EDIT_AGREEMENTS)


@require_safe
@requires(Permission.READ)
def next_actions(request: ProgramRequest) -> HttpResponse:
    signals = {signal.code: signal.shown_name for signal in signals_of(request.program)}
    rules = [
        (rule, [signals.get(code, code) for code in rule.signals])
        for rule in rules_of(request.program)
    ]
    return render(request, "sla/next_actions.html", {"rules": rules, "tab": "next_actions"})


@form_page
@edits
def next_action_new(request: ProgramRequest) -> HttpResponse:
    return _rule_form(request, None)


@form_page
@edits
def next_action(request: ProgramRequest, rule_id: int) -> HttpResponse:
    return _rule_form(request, _rule(request, rule_id))


@require_POST
@edits
def next_action_move(request: ProgramRequest, rule_id: int) -> HttpResponse:
    up = request.POST.get("to") == "up"
    actions.move_rule(rule=_rule(request, rule_id), up=up, by=request.user)
    return redirect("sla:next_actions", request.program.slug)


@require_POST
@edits
def next_action_delete(request: ProgramRequest, rule_id: int) -> HttpResponse:
    rule = _rule(request, rule_id)
    actions.delete_rule(rule=rule, by=request.user)
    messages.success(request, _("“%(action)s” was deleted.") % {"action": rule.action})
    return redirect("sla:next_actions", request.program.slug)


def _rule(request: ProgramRequest, rule_id: int) -> NextActionRule:
    rule = NextActionRule.objects.in_program(request.program).filter(pk=rule_id).first()
    if rule is None:
        raise Http404
    return rule


def _rule_form(request: ProgramRequest, rule: NextActionRule | None) -> HttpResponse:
    names = ("signals", "action", "talking_point", "content", "reason", "is_active")
    initial = {name: getattr(rule, name) for name in names} if rule else {}
    offered = signals_of(request.program)
    form = NextActionForm(request.POST or None, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.changes() if rule else form.cleaned_data
        save = partial(actions.save_rule, program=request.program, rule=rule, by=request.user)
        if form.run(lambda: save(**values)) is not None:
            messages.success(request, _("Saved."))
            return redirect("sla:next_actions", request.program.slug)
    context = {"form": form, "rule": rule, "tab": "next_actions"}
    return render(request, "sla/next_action.html", context, status=422 if form.errors else 200)


@form_page
@requires(Permission.READ, write=Permission.EDIT_AGREEMENTS)
def reasons(request: ProgramRequest) -> HttpResponse:
    form = NewReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add = partial(actions.add_reason, program=request.program, by=request.user)
        made = form.run(lambda: add(**form.cleaned_data))
        if made is not None:
            messages.success(request, _("“%(reason)s” can be given now.") % {"reason": made.name})
            return redirect("sla:reasons", request.program.slug)
    rows = reason_rows(request.program)
    context = {
        "uses": [(use, label, rows[use]) for use, label in ReasonCode.Use.choices],
        "form": form,
        "tab": "reasons",
    }
    return render(request, "sla/reasons.html", context, status=422 if form.errors else 200)


@form_page
@edits
def reason(request: ProgramRequest, reason_id: int) -> HttpResponse:
    row = ReasonCode.objects.in_program(request.program).filter(pk=reason_id).first()
    if row is None:
        raise Http404
    initial = {"name": row.name, "is_retired": row.is_retired}
    form = ReasonChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change = partial(actions.change_reason, reason=row, by=request.user)
        if form.run(lambda: change(**form.changes())) is not None:
            messages.success(request, _("Saved."))
            return redirect("sla:reasons", request.program.slug)
    context = {"form": form, "reason": row, "tab": "reasons"}
    return render(request, "sla/reason.html", context, status=422 if form.errors else 200)
