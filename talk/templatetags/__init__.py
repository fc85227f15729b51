"""Talk's template tags: ``{% load talk %}``."""
