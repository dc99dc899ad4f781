"""The verdict of the ICP in force on each account, criterion by criterion."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.agreements.models import Version
from alignment.people.models import Program, ProgramOwned


class Answer(models.TextChoices):
    YES = "yes", _("Match")
    NO = "no", _("No match")
    UNKNOWN = "unknown", _("Unknown")


class Verdict(ProgramOwned):
    """Bit i of the masks answers criterion i of the version; neither bit set means no."""

    # The composite key (program, account) of the migrations stands in for three plain ones: a
    # version that ruled is never deleted.
    program = models.ForeignKey(
        Program,
        models.CASCADE,
        db_index=False,
        db_constraint=False,
        verbose_name=_("program"),
    )
    account = models.OneToOneField(
        Account, models.CASCADE, primary_key=True, related_name="verdict", db_constraint=False
    )
    version = models.ForeignKey(
        Version, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    answer = models.CharField(_("verdict"), max_length=7, choices=Answer)
    grade = models.SmallIntegerField(_("graded match, 0-100"))
    yes_mask = models.IntegerField()
    unknown_mask = models.IntegerField()
    judged_at = models.DateTimeField(_("judged"))

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        indexes = [models.Index(fields=["program", "answer", "-grade"], name="verdict_answer")]

    def __str__(self) -> str:
        return self.get_answer_display()
