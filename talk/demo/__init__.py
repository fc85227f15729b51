"""The first visit: what ``manage.py talk_demo`` is made of. Nothing else in the app needs it."""
