"""The HTML pages, one word each: ``room`` (``/call/<token>``), ``rooms`` (``/call/``)."""
