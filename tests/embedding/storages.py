"""Storages of a site's files as sites have them."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Rewriting(ManifestStaticFilesStorage):
    """As docs/embedding.md has it: imports lead to hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 20


class RewritingAndCompressing(CompressedManifestStaticFilesStorage):
    """The same with whitenoise."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 20
