"""The base of every admin page of program-owned rows.

Superusers (who run the machine) see all programs. Owners see, choose and filter only rows of
theirs. A form that an action refuses is shown again as it was typed, with the reason.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alignment.core.addresses import number_of
from alignment.core.admin_edits import EditedForm, JsonField
from alignment.core.admin_lists import MOST_COUNTED, BoundedLists, ids, searched

from .models import Membership, Program, ProgramOwned, Role, User
from .requests import signed_in

# What an action, or the database, has against a change.
REFUSALS = (ValidationError, IntegrityError, ObjectDoesNotExist)


def owned_programs(request: HttpRequest) -> list[int]:
    """Ids of the programs the signed-in person owns; asked once per request."""
    known: list[int] | None = getattr(request, "_owned_programs", None)
    if known is None:
        rows = Membership.objects.across_programs().filter(
            user_id=request.user.pk or 0, role=Role.OWNER
        )
        known = list(rows.values_list("program_id", flat=True))
        request._owned_programs = known  # type: ignore[attr-defined]
    return known


def sees_all(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


def is_program_staff(request: HttpRequest) -> bool:
    """Whether there is anything in the admin for this person: owners see their programs."""
    return bool(request.user.is_active and (sees_all(request) or owned_programs(request)))


def may_open(request: HttpRequest) -> bool:
    """Whoever is made an owner is also an admin, without the operator's doing."""
    user: Any = request.user
    return bool(user.is_active and (user.is_staff or is_program_staff(request)))


def visible_programs(request: HttpRequest) -> models.QuerySet[Program]:
    rows = Program.objects.all()
    return rows if sees_all(request) else rows.filter(pk__in=owned_programs(request))


def visible_users(request: HttpRequest) -> models.QuerySet[User]:
    """The people of programs that the signed-in person owns; superusers see everybody."""
    rows = User.objects.all()
    if sees_all(request):
        return rows
    members = Membership.objects.across_programs().filter(program__in=owned_programs(request))
    return rows.filter(pk__in=members.values("user_id"))


def visible_rows(request: HttpRequest, model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows of a model that the signed-in person may see or choose."""
    if model is Program:
        return visible_programs(request)
    if model is User:
        return visible_users(request)
    if issubclass(model, ProgramOwned):
        rows = model.objects.across_programs()
        return rows if sees_all(request) else rows.filter(program__in=owned_programs(request))
    return model._default_manager.all()


def offered_rows(request: HttpRequest, model: type[models.Model]) -> models.QuerySet[Any]:
    """The visible rows in the order in which a list offers them: by name, where they have one."""
    rows = visible_rows(request, model)
    if rows.ordered:
        return rows
    has_name = any(field.name == "name" for field in model._meta.fields)
    return rows.order_by("name", "pk") if has_name else rows.order_by("pk")


class ScopedForm(EditedForm):
    """Leaves uniqueness to the database: Django would look for duplicates in all programs."""

    def validate_unique(self) -> None:
        pass

    def _post_clean(self) -> None:
        self.instance.validate_constraints = lambda **_exclude: None
        super()._post_clean()
        del self.instance.validate_constraints


class ProgramFilter(admin.SimpleListFilter):
    """Lists only visible programs; Django's own filter would list everybody's."""

    title = _("program")
    parameter_name = "program"
    column = "program"

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(str(p.pk), p.name) for p in visible_programs(request).order_by("name")[:100]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        number = number_of(value)
        return queryset.none() if number is None else queryset.filter(**{self.column: number})


class RowSelect(AutocompleteSelect):
    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, ids(value), attr)


class ShownAgain(BoundedLists):
    """Its forms are those of `core.admin_edits`."""

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        refused = getattr(request, "_refused", None)
        return form if refused is None else type(form.__name__, (form,), {"refused": refused})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A form whose action refuses is rolled back and shown again, as it was typed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except REFUSALS as error:
            request._refused = _refusal(error)  # type: ignore[attr-defined]
        return super().changeform_view(request, *args, **kwargs)


class ProgramScopedAdmin(ShownAgain):
    """Rows of the programs that the person owns. Read-only unless a subclass says otherwise."""

    may_add: ClassVar[bool] = False
    may_change: ClassVar[bool] = False
    may_delete: ClassVar[bool] = False
    form = ScopedForm
    formfield_overrides: ClassVar[Any] = {models.JSONField: {"form_class": JsonField}}
    list_per_page = 50
    list_max_show_all = 50
    list_filter: ClassVar[Any] = (ProgramFilter,)
    save_as = False
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = visible_rows(request, self.model)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """No column of a long list: there is no index for each, so a click would take half a minute
        of ten million rows."""
        rows = visible_rows(request, self.model).order_by()
        if rows[:MOST_COUNTED].count() == MOST_COUNTED:
            return ()
        return super().get_sortable_by(request)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        found = self.find(request, queryset, searched(search_term))
        if found is None:
            return super().get_search_results(request, queryset, search_term)
        return found, False

    def find(self, request: HttpRequest, rows: Any, text: str) -> models.QuerySet[Any] | None:
        """Rows found by an index, where `search_fields` would read all; None: there is none."""
        return None

    def get_list_display(self, request: HttpRequest) -> Any:
        """Whoever sees a single program isn't told its name in every row."""
        columns = super().get_list_display(request)
        if columns[0] == "program" or sees_all(request) or len(owned_programs(request)) > 1:
            return columns
        return [name for name in columns if name != "program"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """The rows that a foreign key may be set to."""
        return offered_rows(request, db_field.remote_field.model)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", offered_rows(request, db_field.remote_field.model))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", offered_rows(request, db_field.remote_field.model))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A row never moves to another program."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "program") if obj is not None and self._has_program() else fields

    def _has_program(self) -> bool:
        return issubclass(self.model, ProgramOwned)

    def _may(self, request: HttpRequest, obj: Any) -> bool:
        if not is_program_staff(request):
            return False
        if obj is None or sees_all(request) or not self._has_program():
            return True
        return obj.program_id in owned_programs(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_program_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and is_program_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self._may(request, obj)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """An action's refusal is a message, and everything is rolled back."""
        try:
            return super().delete_view(request, *args, **kwargs)
        except REFUSALS as error:
            messages.error(request, " ".join(_refusal(error).messages))
        return HttpResponseRedirect(request.get_full_path())


def _refusal(error: Exception) -> ValidationError:
    if isinstance(error, ValidationError):
        return error
    if isinstance(error, ObjectDoesNotExist):
        return ValidationError(_("Somebody else meanwhile deleted it."))
    return ValidationError(_("There is already such a row."))


class WrittenForm(ScopedForm):
    def _get_validation_exclusions(self) -> set[str]:
        """Leaves numbers to the action, which says what makes sense: Django would first say what
        the column can hold."""
        left: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        numbers = (f for f in self._meta.model._meta.fields if isinstance(f, models.IntegerField))
        return left | {field.name for field in numbers if field.name in self.fields}


class WrittenAdmin(ProgramScopedAdmin):
    """Rows whose `written` fields are changed by the same action as on the pages.

    Other fields are read-only. Rows can be added where `may_add` says so.
    """

    written: ClassVar[tuple[str, ...]]
    form = WrittenForm
    may_change = True
    actions = None

    def write(self, row: Any, *, by: User, is_new: bool, **said: Any) -> models.Model:
        """Save with the room's action; raises `ValidationError` as the action does."""
        raise NotImplementedError

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("program", *self.written, *(self._shown() if obj is not None else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("program", *self._shown()) if obj is not None else ()

    def _shown(self) -> list[str]:
        meta = self.model._meta
        names = [field.name for field in (*meta.fields, *meta.many_to_many)]
        return [name for name in names if name not in ("id", "program", *self.written)]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        wanted = form.changed_data if change else self.written
        said = {name: getattr(obj, name) for name in wanted if name in self.written}
        by = signed_in(request)
        obj.pk = self.write(obj, by=by, is_new=not change, **said).pk
