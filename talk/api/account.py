"""The account behind a browser's cookie, looked up as Django does it, but compiled once.

Django finds it with two queries, the session and the user, which it builds anew for every
request: more work than all else that a poll or a message takes. Here the same two are run, where
a site uses Django's session store, middleware and backend as they come; and from a browser's
second request on, both in one, as it is known by then whose session it will turn out to be.
Whatever is not plainly in order is left to Django itself, which then asks again: a session that
ran out, a password that was changed, a secret key that was rotated.
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
from django.db.models import Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from talk.models.compiled import CompiledQuery
from talk.recent import Recent

_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"
_MANAGERS: tuple[Any, ...] = (models.Manager, UserManager)
_PLACEHOLDERS: dict[type[models.Field[Any, Any]], Any] = {
    models.UUIDField: uuid.UUID(int=1),
    models.IntegerField: -1,
}
"""Kinds of primary keys, and one that no account has."""

REMEMBERED = 10_000
"""Of how many browsers a process knows whose they were."""

_owners: Recent[str, Any] = Recent(REMEMBERED)
"""Primary keys of accounts by session keys. Only a hint of what to ask for."""

Row = tuple[Any, ...]


def look_up(request: HttpRequest) -> None:
    """Remember the request's account where Django's middleware would, if it is that simple."""
    session: Any = getattr(request, "session", None)
    if type(session) is not SessionStore or not session.session_key:
        return
    if hasattr(request, "_cached_user") or _MIDDLEWARE not in settings.MIDDLEWARE:
        return
    row: Row | None = None
    if not hasattr(session, "_session_cache"):
        text, row = _read(session.session_key)
        if text is None:
            return
        # Where the store keeps what it has read.
        session.__dict__["_session_cache"] = session.decode(text)
    account = _account_of(session, row)
    if account is not None:
        request.__dict__["_cached_user"] = account
        _owners[session.session_key] = account.pk


def _read(session_key: str) -> tuple[str | None, Row | None]:
    """What is stored of a session, and the account that it belonged to when last seen."""
    owner, both = _owners.get(session_key), _accounts_with_session(get_user_model())
    now = timezone.now()
    rows: list[Row] = []
    if owner is not None and both is not None:
        rows = both(pk=owner, session_key=session_key, now=now)
    if rows:
        *row, text = rows[0]
        return text, tuple(row)
    rows = _sessions()(session_key=session_key, now=now)
    return (rows[0][0] if rows else None), None


def _account_of(session: Any, row: Row | None) -> Any:
    path, pk = session.get(BACKEND_SESSION_KEY), session.get(SESSION_KEY)
    if pk is None or path not in settings.AUTHENTICATION_BACKENDS:
        return None
    backend, model = load_backend(path), get_user_model()
    if not isinstance(backend, ModelBackend) or type(backend).get_user is not ModelBackend.get_user:
        return None
    account = _find(model, pk, row)
    if account is None or not backend.user_can_authenticate(account):
        return None
    known = session.get(HASH_SESSION_KEY)
    is_verified = known and constant_time_compare(known, account.get_session_auth_hash())
    return account if is_verified else None


def _find(model: Any, pk: str, row: Row | None) -> Any:
    """The account, from its row if it is the one that was expected."""
    accounts = _accounts(model)
    if accounts is None:
        return None
    try:
        key = model._meta.pk.to_python(pk)
    except ValidationError:
        return None
    names = _columns(model)
    if row is None or row[names.index(model._meta.pk.attname)] != key:
        rows = accounts(pk=key)
        row = rows[0] if rows else None
    return None if row is None else model.from_db(router.db_for_read(model), names, row)


# The queries, compiled once -----------------------------------------------------------------


def _accounts(model: Any) -> CompiledQuery | None:
    return None if _key_of(model) is None else _compiled_accounts(model)


def _accounts_with_session(model: Any) -> CompiledQuery | None:
    is_one_database = router.db_for_read(model) == router.db_for_read(_stored())
    is_possible = is_one_database and _key_of(model) is not None
    return _compiled_accounts_with_session(model) if is_possible else None


def _key_of(model: Any) -> Any:
    """The primary key, and a placeholder for it; None where there is more to it than that."""
    # A manager of the site's own may look for something else each time.
    if type(model._default_manager) not in _MANAGERS:
        return None
    key = model._meta.pk
    known = [each for kind, each in _PLACEHOLDERS.items() if isinstance(key, kind)]
    return (key, known[0]) if known else None


def _stored() -> Any:
    return SessionStore.get_model_class()


@cache
def _columns(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _compiled_accounts(model: Any) -> CompiledQuery:
    def query(pk: Any) -> models.QuerySet[Any, Any]:
        found: models.QuerySet[Any, Any] = model._default_manager.filter(pk=pk)
        return found.values_list(*_columns(model))

    return CompiledQuery(query, pk=_key_of(model))


@cache
def _compiled_accounts_with_session(model: Any) -> CompiledQuery:
    def query(pk: Any, session_key: str, now: datetime) -> models.QuerySet[Any, Any]:
        found: models.QuerySet[Any, Any] = model._default_manager.filter(pk=pk)
        return found.values_list(*_columns(model), Subquery(_stored_text(session_key, now)))

    return CompiledQuery(query, pk=_key_of(model), **_session_parameters())


@cache
def _sessions() -> CompiledQuery:
    return CompiledQuery(_stored_text, **_session_parameters())


def _stored_text(session_key: str, now: datetime) -> Any:
    found = _stored().objects.filter(session_key=session_key, expire_date__gt=now)
    return found.values_list("session_data")


def _session_parameters() -> dict[str, Any]:
    fields = _stored()._meta.get_field
    return {
        "session_key": (fields("session_key"), "\x01session"),
        "now": (fields("expire_date"), timezone.now),
    }
