"""Mails, in a text and an HTML form each, sent once the change they tell of is committed.

The words are templates below ``talk/mail/`` that a site may replace.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

logger = logging.getLogger("talk.mail")


def written(template: str, address: str, context: Mapping[str, Any]) -> EmailMultiAlternatives:
    """A mail to one address, in the language that is active now."""
    about, words = f"talk/mail/{template}", dict(context)
    subject = render_to_string(f"{about}_subject.txt", words)
    mail = EmailMultiAlternatives(
        # In one line, whatever the room is called.
        subject=" ".join(subject.split()),
        body=render_to_string(f"{about}.txt", words),
        to=[address],
    )
    mail.attach_alternative(render_to_string(f"{about}.html", words), "text/html")
    return mail


def send_after_commit(mails: Sequence[EmailMultiAlternatives], *, using: str) -> None:
    """Send mails once the current transaction is committed, or never if it is rolled back.

    A mail server that refuses is told to the log ``talk.mail`` and to nobody else: what the
    mail was about has happened, and can be mailed again.
    """
    if mails:
        transaction.on_commit(partial(_send, mails), using=using)


def _send(mails: Sequence[EmailMultiAlternatives]) -> None:
    try:
        connection = _connection()
        connection.open()
    except Exception:  # of whatever kind the site's mail backend has
        logger.exception("No mail server; %s mails were not sent", len(mails))
        return
    for mail in mails:
        try:
            connection.send_messages([mail])
        except Exception:
            # One address that is refused must not keep the others from theirs.
            logger.exception("A mail was not sent")
    try:
        connection.close()
    except Exception:
        # All that could be sent has been: how the connection ends matters to nobody.
        logger.exception("Leaving the mail server failed")


def _connection() -> Any:
    """To the mail server, as ``MAILERS`` or, before Django 6.1, ``EMAIL_BACKEND`` names it."""
    mailers: Any = getattr(django_mail, "mailers", None)
    return django_mail.get_connection() if mailers is None else mailers.default
