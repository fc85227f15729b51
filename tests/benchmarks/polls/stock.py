"""The site behind Django's own ASGI handler, which gives every request a thread of its own."""

import gc

from django.core.asgi import get_asgi_application

application = get_asgi_application()
gc.freeze()
