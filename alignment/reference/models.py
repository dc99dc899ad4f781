"""Industries and places: the same for every program, never edited by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .spoken import local_name


class NaicsCode(models.Model):
    """An industry of NAICS 2022, from sector (level 2) to national industry (level 6).

    Three sectors span several prefixes and keep their range as code: "31-33", "44-45", "48-49".
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    title = models.CharField(_("title"), max_length=200)
    level = models.SmallIntegerField(_("level"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("NAICS code")
        verbose_name_plural = _("NAICS codes")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {local_name(self.code, self.title)}"

    def names(self) -> set[str]:
        """What people may call it, without case."""
        return {self.title.casefold(), local_name(self.code, self.title).casefold()}


class State(models.Model):
    """A state of the USA, the District of Columbia or Puerto Rico."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    name = models.CharField(_("name"), max_length=40)
    fips = models.CharField(_("FIPS code"), max_length=2, unique=True)
    region = models.CharField(_("region"), max_length=20, blank=True)
    division = models.CharField(_("division"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("state")
        verbose_name_plural = _("states")
        ordering = ["name"]

    def __str__(self) -> str:
        return local_name(self.code, self.name)


class Cbsa(models.Model):
    """A metropolitan or micropolitan area, delineation of July 2023."""

    class Kind(models.TextChoices):
        METRO = "metro", _("Metropolitan area")
        MICRO = "micro", _("Micropolitan area")

    code = models.CharField(_("code"), max_length=5, primary_key=True)
    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)

    class Meta:
        verbose_name = _("metropolitan area")
        verbose_name_plural = _("metropolitan areas")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class County(models.Model):
    """A county or its equivalent. Connecticut has its old counties and its planning regions."""

    fips = models.CharField(_("FIPS code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    state = models.ForeignKey(State, models.CASCADE, verbose_name=_("state"))
    cbsa = models.ForeignKey(
        Cbsa, models.SET_NULL, null=True, blank=True, verbose_name=_("metropolitan area")
    )

    class Meta:
        verbose_name = _("county")
        verbose_name_plural = _("counties")
        ordering = ["fips"]

    def __str__(self) -> str:
        return self.name


class ZipCode(models.Model):
    """The county in which a ZIP code lay in 2000."""

    zip = models.CharField(_("ZIP code"), max_length=5, primary_key=True)
    state = models.ForeignKey(State, models.CASCADE, verbose_name=_("state"))
    county = models.ForeignKey(County, models.CASCADE, verbose_name=_("county"))

    class Meta:
        verbose_name = _("ZIP code")
        verbose_name_plural = _("ZIP codes")
        ordering = ["zip"]

    def __str__(self) -> str:
        return self.zip


class City(models.Model):
    """A city by name and state, for accounts that have no ZIP code.

    ``key`` is ``names.city_key`` of the name. For some principal cities the metropolitan area is
    known but the county is not certain.
    """

    key = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    state = models.ForeignKey(State, models.CASCADE, verbose_name=_("state"))
    county = models.ForeignKey(County, models.CASCADE, null=True, verbose_name=_("county"))
    cbsa = models.ForeignKey(Cbsa, models.SET_NULL, null=True, verbose_name=_("metropolitan area"))

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["key", "state"]
        constraints = [models.UniqueConstraint(fields=["state", "key"], name="city_once_per_state")]

    def __str__(self) -> str:
        return f"{self.name}, {self.state_id}"
