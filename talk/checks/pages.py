"""Talk in the site's pages: what templates and files need, and what a mesh is good for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.checks import CheckMessage, Info, Warning
from django.core.files.storage import InvalidStorageError, storages

from talk.checks.value import Check, require_integer, value_of
from talk.conf import settings as talk_settings

REQUEST = "django.template.context_processors.request"
DJANGO_TEMPLATES = "django.template.backends.django.DjangoTemplates"


def max_mesh(**kwargs: Any) -> list[CheckMessage]:
    """E041."""
    return require_integer("TALK_MAX_MESH", 2, None, "talk.E041")


def tags_know_the_visitor(**kwargs: Any) -> list[CheckMessage]:
    """W041: the tags ask the page's request who looks."""
    configured: list[dict[str, Any]] = settings.TEMPLATES
    engines = [each for each in configured if each.get("BACKEND") == DJANGO_TEMPLATES]
    named = [each.get("OPTIONS", {}).get("context_processors", []) for each in engines]
    if not engines or any(REQUEST in processors for processors in named):
        return []
    return [
        Warning(
            "Talk's template tags do not know who looks at a page, and show nothing.",
            hint=f'Add "{REQUEST}" to the context_processors in TEMPLATES.',
            id="talk.W041",
        )
    ]


def modules_find_each_other(**kwargs: Any) -> list[CheckMessage]:
    """W042: scripts import one another by their own names, unless the storage rewrites that."""
    if not getattr(settings, "WHITENOISE_KEEP_ONLY_HASHED_FILES", False):
        return []
    try:
        storage: Any = storages["staticfiles"]
    except InvalidStorageError:
        return []
    if not isinstance(storage, ManifestFilesMixin) or storage.support_js_module_import_aggregation:
        return []
    return [
        Warning(
            "The scripts of the call page cannot find each other: files keep only hashed names,"
            " and imports are not rewritten to them.",
            hint="Let STORAGES name a subclass of your storage for staticfiles that says"
            " support_js_module_import_aggregation = True and max_post_process_passes = 20; see"
            " docs/embedding.md.",
            id="talk.W042",
        )
    ]


def mesh_is_small(**kwargs: Any) -> list[CheckMessage]:
    """I041, with ``--deploy``: how many people a call is good for, and what helps."""
    if value_of("TALK_SIGNALING_SERVERS", []):
        return []
    return [
        Info(
            "Browsers send their pictures to each other: calls suffer with more than"
            f" {talk_settings.TALK_MAX_MESH} people (TALK_MAX_MESH).",
            hint="For larger calls run a High-Performance Backend and name it in"
            " TALK_SIGNALING_SERVERS.",
            id="talk.I041",
        )
    ]


ALWAYS: list[Check] = [max_mesh, tags_know_the_visitor, modules_find_each_other]
DEPLOYED: list[Check] = [mesh_is_small]
