"""How the admin hands its work to the operations, and passes on what they refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst

from talk.admin.generic import ModelAdmin, ModelForm
from talk.admin.refusals import explain
from talk.errors import TalkError


class OperationForm(ModelForm):
    """A form that is written by operations, and shows what they refuse among its errors."""

    refusal: ClassVar[TalkError | None] = None

    def clean(self) -> dict[str, Any] | None:
        if self.refusal is not None:
            raise ValidationError(capfirst(explain(self.refusal)))
        return super().clean()

    def offer(self, field: str, choices: Iterable[Any]) -> None:
        """Let a field choose among these members of an enumeration only, if it is there."""
        if field in self.fields:
            chooser = cast(forms.ChoiceField, self.fields[field])
            chooser.choices = [(each, each.label) for each in choices]

    def write(self) -> None:
        """Call the operations that turn what is stored into what the form says."""
        raise NotImplementedError


class OperationsAdmin(ModelAdmin):
    """An admin whose changes are operations: a refusal undoes all of it and is told."""

    form = OperationForm
    parts: ClassVar[tuple[type[Model], ...]] = ()
    """Models that belong to this one: deleting them with it needs no permission of their own."""

    def describe(self, objects: Iterable[Any]) -> list[tuple[str, str]]:
        """Name and circumstances of each object, for whoever is about to act on them."""
        raise NotImplementedError

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """All but Django's bulk deletion, which would not hear a refusal."""
        # From Django 6.1 on, actions are also offered elsewhere than in lists.
        where = {} if action_location is None else {"action_location": action_location}
        actions = super().get_actions(request, **where)
        actions.pop("delete_selected", None)
        return actions

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[OperationForm]:
        form = cast(type[OperationForm], super().get_form(request, obj, change=change, **kwargs))
        form.refusal = getattr(request, "talk_refusal", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except TalkError as refusal:
            # Everything is rolled back: once more, as if the form had known from the start.
            vars(request)["talk_refusal"] = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: OperationForm, change: bool) -> None:
        form.write()

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except TalkError as refusal:
            self.message_user(request, capfirst(explain(refusal)), messages.ERROR)
            name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for instance in queryset:
            self.delete_model(request, instance)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        listed, count, missing, protected = super().get_deleted_objects(objs, request)
        missing -= {part._meta.verbose_name for part in self.parts}
        return listed, count, missing, protected
