"""The demo host site for ASGI servers."""

import gc
import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from talk.asgi import TalkASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

# Raises ImproperlyConfigured now, rather than in the middle of the first login.
settings.SECRET_KEY  # noqa: B018  reading it is what checks it

application = TalkASGI(get_asgi_application())

# What is loaded by now stays: the garbage collector need not look at it again.
gc.freeze()
