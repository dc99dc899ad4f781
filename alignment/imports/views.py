"""The import pages: upload, mapping with preview, dry run, run, repair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.duplicates.queries import COUNT_UP_TO
from alignment.core.addresses import number_in
from alignment.core.figures import file_size
from alignment.core.streaming import in_the_background
from alignment.imports import actions, forms, queries
from alignment.imports.looking import chosen
from alignment.imports.models import Import
from alignment.imports.parsing.tables import UnreadableTable
from alignment.imports.preview import preview_of
from alignment.imports.reading import columns_of
from alignment.imports.repair import problem_file
from alignment.jobs.models import Job
from alignment.jobs.views import job_context
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest
from alignment.reference.time_zones import time_zones

# Values sent by the buttons beside "This looks like a list of …".
_TARGETS_TOLD = {f"as:{kind}": kind for kind in ("accounts", "stakeholders", "engagements")}
SAMPLES = Path(settings.BASE_DIR) / "samples"
# Sample lists for each kind of import.
SAMPLE_OF: dict[str, str] = {
    Import.Target.ACCOUNTS: "sp500_constituents.csv",
    Import.Target.STAKEHOLDERS: "fictional_contacts_fr.csv",
    Import.Target.ENGAGEMENTS: "fictional_engagements_fr.csv",
    Import.Target.TOUCHES: "fictional_touches_fr.csv",
    Import.Target.SURGES: "fictional_surges.csv",
}


@require_safe
@requires(Permission.READ)
def import_list(request: ProgramRequest) -> HttpResponse:
    """All imports; htmx fetches the rows again when a job progresses."""
    page = queries.import_page(program=request.program, before=number_in(request.GET, "before"))
    template = "imports/list.html#rows" if request.htmx else "imports/list.html"
    return render(request, template, {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.IMPORT)
def import_new(request: ProgramRequest) -> HttpResponse:
    """Choose the kind of list and the file."""
    if request.method == "POST":
        form = forms.UploadForm(request.POST, request.FILES)
        if form.is_valid() and (upload := _upload(request, form)):
            return redirect("imports:detail", request.program.slug, upload.pk)
    else:
        form = forms.UploadForm(initial={"target": request.GET.get("target") or "accounts"})
    context = {
        "form": form,
        "targets": _targets(form),
        "limit": file_size(settings.IMPORT_MAX_BYTES),
    }
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ, write=Permission.IMPORT)
def import_detail(request: ProgramRequest, pk: int) -> HttpResponse:
    """One import: how it is read, what it would do, what it did, what to repair."""
    upload = _find(request, pk)
    if request.POST.get("do") in _TARGETS_TOLD:
        return _read_as_told(request, upload)
    if request.method == "POST":
        return _save(request, upload)
    context = _run_context(request, upload)
    if request.htmx:
        return render(request, "imports/detail.html#run", context)
    context |= _mapping_context(request, upload)
    return render(request, "imports/detail.html", context)


@require_POST
@requires(Permission.IMPORT)
def import_preview(request: ProgramRequest, pk: int) -> HttpResponse:
    """How the mapping on the page would read the first rows; nothing is saved."""
    context = _mapping_context(request, _find(request, pk), posted=True)
    return render(request, "imports/mapping.html", context)


@require_POST
@requires(Permission.IMPORT)
def import_discard(request: ProgramRequest, pk: int) -> HttpResponse:
    """Delete a list that was never taken in."""
    upload = _find(request, pk)
    try:
        actions.discard(upload=upload, by=request.user)
    except (actions.Busy, actions.CannotStart) as error:
        messages.error(request, str(error))
        return redirect("imports:detail", request.program.slug, upload.pk)
    messages.success(request, _("%(list)s was discarded.") % {"list": upload.file_name})
    return redirect("imports:list", request.program.slug)


@require_POST
@requires(Permission.IMPORT)
def import_delete_file(request: ProgramRequest, pk: int) -> HttpResponse:
    """Delete the file of a list that was taken in; its record stays."""
    upload = _find(request, pk)
    try:
        actions.delete_file(upload=upload, by=request.user)
        messages.success(request, _("The file of %(list)s was deleted.") % {"list": upload})
    except (actions.Busy, actions.CannotStart) as error:
        messages.error(request, str(error))
    return redirect("imports:detail", request.program.slug, upload.pk)


@require_safe
@requires(Permission.READ)
def import_problems(request: ProgramRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were not imported completely, to repair and import again."""
    upload = _find(request, pk)
    job = queries.latest_job(upload)
    if job is None:
        raise Http404
    stem = slugify(Path(upload.file_name).stem) or "import"
    # Part of a file name, so only letters that every system supports.
    name = slugify(_("%(list)s to repair") % {"list": stem})
    reply = StreamingHttpResponse(
        in_the_background(problem_file(upload=upload, job=job)),
        content_type="text/csv; charset=utf-8",
    )
    reply["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return reply


@require_safe
@requires(Permission.READ)
def import_sample(request: ProgramRequest, target: str) -> HttpResponse:
    """A sample list for trying an import."""
    name = SAMPLE_OF.get(target)
    if name is None or not (SAMPLES / name).is_file():
        raise Http404
    reply = HttpResponse((SAMPLES / name).read_bytes(), content_type="text/csv")
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def _find(request: ProgramRequest, pk: int) -> Import:
    upload = queries.find_import(program=request.program, pk=pk)
    if upload is None:
        raise Http404
    return upload


def _upload(request: ProgramRequest, form: forms.UploadForm) -> Import | None:
    file = form.cleaned_data["file"]
    try:
        return actions.create_import(
            program=request.program,
            file=file,
            file_name=file.name,
            target=form.cleaned_data["target"],
            source=form.cleaned_data["source"],
            by=request.user,
        )
    except UnreadableTable as error:
        form.add_error("file", error.message)
        return None


def _read_as_told(request: ProgramRequest, upload: Import) -> HttpResponse:
    """Switch a list to the kind that the doubt suggested, such as people instead of companies."""
    try:
        target = _TARGETS_TOLD[request.POST["do"]]
        actions.choose_target(upload=upload, target=target, by=request.user)
        messages.success(request, _("Read as what it is. Look at its columns."))
    except (actions.CannotStart, actions.Busy) as error:
        messages.error(request, str(error))
    except UnreadableTable as error:
        messages.error(request, error.message)
    except FileNotFoundError:
        messages.error(request, _("The file is no longer there. Upload it again."))
    return redirect("imports:detail", request.program.slug, upload.pk)


def _save(request: ProgramRequest, upload: Import) -> HttpResponse:
    """Save the mapping and, if asked to, start a dry run or a run."""
    wanted = request.POST.get("do", "")
    try:
        if "field-0" in request.POST:
            actions.set_mapping(
                upload=upload,
                columns=forms.mapping_from(request.POST, upload),
                source=request.POST.get("source"),
                options=forms.options_from(request.POST),
                by=request.user,
            )
        if _is_read_otherwise(request, upload):
            return _reread(request, upload)
        if request.POST.get("sheet", upload.options.get("sheet")) != upload.options.get("sheet"):
            actions.choose_sheet(upload=upload, sheet=request.POST["sheet"], by=request.user)
        elif wanted == "try":
            actions.start_dry_run(upload=upload, by=request.user)
        elif wanted == "run":
            actions.start_import(upload=upload, by=request.user)
        else:
            messages.success(request, _("Saved."))
    except (actions.CannotStart, actions.Busy, actions.BadMapping) as error:
        messages.error(request, str(error))
    except UnreadableTable as error:
        messages.error(request, error.message)
    except FileNotFoundError:
        messages.error(request, _("The file is no longer there. Upload it again."))
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect("imports:detail", request.program.slug, upload.pk)


def _is_read_otherwise(request: ProgramRequest, upload: Import) -> bool:
    known = (chosen(upload, "encoding"), chosen(upload, "separator"))
    return forms.reading_from(request.POST, upload) != known


def _reread(request: ProgramRequest, upload: Import) -> HttpResponse:
    """Read the file with the chosen options; htmx gets the form with its new columns."""
    encoding, separator = forms.reading_from(request.POST, upload)
    refused = None
    try:
        actions.choose_reading(
            upload=upload, encoding=encoding, separator=separator, by=request.user
        )
    except UnreadableTable as error:
        refused = error
    if not request.htmx and refused is None:
        messages.success(request, _("The file was read again. Look at its columns."))
        return redirect("imports:detail", request.program.slug, upload.pk)
    context = _mapping_context(request, upload)
    context["reading"] = forms.reading_of(upload, request.POST if refused else None, refused)
    status = 422 if refused else 200
    if request.htmx:
        return render(request, "imports/mapping_form.html", context, status=status)
    context |= _run_context(request, upload)
    return render(request, "imports/detail.html", context, status=status)


def _run_context(request: ProgramRequest, upload: Import) -> dict[str, Any]:
    job = queries.latest_job(upload)
    context: dict[str, Any] = {"upload": upload, "size": file_size(upload.size), "job": job}
    if job is None:
        return context
    context |= job_context(request, job)
    if job.state in (Job.State.DONE, Job.State.CANCELLED, Job.State.FAILED):
        after = number_in(request.GET, "after") or 0
        context["problems"] = queries.problem_page(upload=upload, job=job, after=after)
        context["is_first_page"] = not after
    context["duplicates"] = found = queries.duplicates_after(upload, job)
    if found and found.count:
        context["pairs"] = _pairs_in_words(found.count)
    context["dry_run"] = bool(job.parameters.get("dry_run"))
    context["nothing_taken"] = job.result.get("rejected", 0) == job.result.get("rows", 0) > 0
    context["to_repair"] = job.result.get("rejected", 0) + job.result.get("incomplete", 0)
    return context


def _pairs_in_words(count: int) -> str:
    """ "12 pairs of accounts"; "1,000+" once counting stopped."""
    shown = number_format(min(count, COUNT_UP_TO), force_grouping=True)
    shown += "+" if count > COUNT_UP_TO else ""
    words = ngettext("%(shown)s pair of accounts", "%(shown)s pairs of accounts", count)
    return words % {"shown": shown}


def _mapping_context(
    request: ProgramRequest, upload: Import, *, posted: bool = False
) -> dict[str, Any]:
    columns = forms.mapping_from(request.POST, upload) if posted else columns_of(upload)
    options = {**upload.options, **(forms.options_from(request.POST) if posted else {})}
    upload.options = options
    zone = options.get("time_zone") or upload.program.time_zone
    context: dict[str, Any] = {
        "upload": upload,
        "fields": forms.fields_of(upload),
        "reading": forms.reading_of(upload),
        "former": queries.repaired_import(upload),
        "needs": forms.needs_of(upload),
        "scales": forms.SCALES,
        "rates": [(c, options.get("rates", {}).get(c, "")) for c in forms.CURRENCIES],
        "zones": time_zones(zone),
        "zone": zone,
    }
    try:
        context["preview"] = preview_of(upload, columns, options)
    except UnreadableTable as error:
        context["unreadable"] = error.message
    except FileNotFoundError:
        context["unreadable"] = _("The file is no longer there. Upload it again.")
    return context


def _targets(form: forms.UploadForm) -> list[dict[str, Any]]:
    """The kinds of lists, each with what it is for."""
    told = {
        "accounts": (
            "building",
            _("Companies: one row each, with a name or a domain. Each is judged against the ICP."),
            _("Name, domain, city, state, ZIP, NAICS, employees, revenue…"),
        ),
        "stakeholders": (
            "users",
            _("People at companies: one row each, with an e-mail address. New ones open a lead."),
            _("E-mail, name, job title, role, company, phone, consent…"),
        ),
        "engagements": (
            "activity",
            _("What people did and when: page views, webinars, e-mails. They move the scores."),
            _("E-mail, signal, date, source, the source's id…"),
        ),
        "touches": (
            "calendar",
            _("What either team plans: each row is checked, and you see what it conflicts with."),
            _("E-mail, channel, from, until, who, message, reason…"),
        ),
        "surges": (
            "bolt",
            _("Topics that companies read about, by week, as an intent provider exports them."),
            _("Company domain or name, topic, score, week, source…"),
        ),
    }
    chosen = form["target"].value()
    return [
        {
            "value": value,
            "label": label,
            "icon": told[value][0],
            "text": told[value][1],
            "columns": told[value][2],
            "checked": value == chosen,
        }
        for value, label in Import.Target.choices
    ]
