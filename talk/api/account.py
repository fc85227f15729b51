"""The account behind a browser's cookie, looked up as Django does it, but compiled once.

Django finds it with two queries, the session and the user, which it builds anew for every
request: more work than all else that a poll or a message takes. Here the same two are run, where
a site uses Django's session store, middleware and backend as they come. Whatever is not plainly
in order is left to Django itself, which then asks again: a session that ran out, a password
that was changed, a secret key that was rotated.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import UserManager
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.db import models, router
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from talk.models.compiled import CompiledQuery

_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"
_MANAGERS: tuple[Any, ...] = (models.Manager, UserManager)
_PLACEHOLDERS: dict[type[models.Field[Any, Any]], Any] = {
    models.UUIDField: uuid.UUID(int=1),
    models.IntegerField: -1,
}
"""Kinds of primary keys, and one that no account has."""


def look_up(request: HttpRequest) -> None:
    """Remember the request's account where Django's middleware would, if it is that simple."""
    session: Any = getattr(request, "session", None)
    if type(session) is not SessionStore or not session.session_key:
        return
    if hasattr(request, "_cached_user") or _MIDDLEWARE not in settings.MIDDLEWARE:
        return
    if not hasattr(session, "_session_cache"):
        rows = _sessions()(session_key=session.session_key, now=timezone.now())
        if not rows:
            return
        # Where the store keeps what it has read.
        session.__dict__["_session_cache"] = session.decode(rows[0][0])
    account = _account_of(session)
    if account is not None:
        request.__dict__["_cached_user"] = account


def _account_of(session: Any) -> Any:
    path, pk = session.get(BACKEND_SESSION_KEY), session.get(SESSION_KEY)
    if pk is None or path not in settings.AUTHENTICATION_BACKENDS:
        return None
    backend, model = load_backend(path), get_user_model()
    if not isinstance(backend, ModelBackend) or type(backend).get_user is not ModelBackend.get_user:
        return None
    account = _find(model, pk)
    if account is None or not backend.user_can_authenticate(account):
        return None
    known = session.get(HASH_SESSION_KEY)
    is_verified = known and constant_time_compare(known, account.get_session_auth_hash())
    return account if is_verified else None


def _find(model: Any, pk: str) -> Any:
    # A manager of the site's own may look for something else each time.
    if type(model._default_manager) not in _MANAGERS:
        return None
    accounts = _accounts(model)
    if accounts is None:
        return None
    try:
        rows = accounts(pk=model._meta.pk.to_python(pk))
    except ValidationError:
        return None
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(router.db_for_read(model), names, rows[0]) if rows else None


@cache
def _accounts(model: type[models.Model]) -> CompiledQuery | None:
    key: Any = model._meta.pk
    placeholders = [each for kind, each in _PLACEHOLDERS.items() if isinstance(key, kind)]
    names = [field.attname for field in model._meta.concrete_fields]

    def query(pk: Any) -> models.QuerySet[Any, Any]:
        return model._default_manager.filter(pk=pk).values_list(*names)

    return CompiledQuery(query, pk=(key, placeholders[0])) if placeholders else None


@cache
def _sessions() -> CompiledQuery:
    stored: Any = SessionStore.get_model_class()

    def query(session_key: str, now: datetime) -> Any:
        found = stored.objects.filter(session_key=session_key, expire_date__gt=now)
        return found.values_list("session_data")

    return CompiledQuery(
        query,
        session_key=(stored._meta.get_field("session_key"), "\x01session"),
        now=(stored._meta.get_field("expire_date"), timezone.now),
    )
