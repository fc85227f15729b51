"""The demo host site for WSGI servers."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

# Raises ImproperlyConfigured now, rather than in the middle of the first login.
settings.SECRET_KEY  # noqa: B018  reading it is what checks it

application = get_wsgi_application()
