"""Uploaded lists and their problem rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alignment.imports.parsing.doubts import Doubt, from_json
from alignment.jobs.models import Job
from alignment.people.models import ProgramOwned

if TYPE_CHECKING:
    from alignment.imports.parsing.targets import Kind


class Import(ProgramOwned):
    class Target(models.TextChoices):
        ACCOUNTS = "accounts", _("Accounts")
        STAKEHOLDERS = "stakeholders", _("People")
        ENGAGEMENTS = "engagements", _("Engagements")
        TOUCHES = "touches", _("Planned touches")
        SURGES = "surges", _("Intent surges")

    target = models.CharField(_("what it holds"), max_length=12, choices=Target)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/", max_length=255)
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.BigIntegerField(_("size in bytes"))
    # False once somebody deleted the file of a list that was taken in; the record of it stays.
    file_kept = models.BooleanField(_("the file is kept"), default=True, db_default=True)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(_("source"), max_length=60, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict)
    options = models.JSONField(_("options"), default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    dry_run_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    # The search for near-duplicates that was started after the run.
    duplicates_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["program", "-id"], name="import_program")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kind(self) -> Kind:
        """The target as the parsers know it: a plain string, because their process loads no models."""
        return cast("Kind", str(self.target))

    @property
    def warnings(self) -> list[str]:
        """What a person should check before importing the file, in the active language."""
        return [doubt.message for doubt in self.doubts]

    @property
    def doubts(self) -> list[Doubt]:
        return from_json(self.options.get("doubts", ()))


class ImportProblem(ProgramOwned):
    """A row that was not imported completely, as read, with its errors."""

    source_import = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    row = models.BigIntegerField(_("row"))
    cells = models.JSONField(_("cells"))
    errors = models.JSONField(_("errors"))

    class Meta:
        verbose_name = _("import problem")
        verbose_name_plural = _("import problems")
        constraints = [
            models.UniqueConstraint(fields=["job", "row"], name="one_problem_row_per_job"),
        ]

    def __str__(self) -> str:
        return str(self.row)
