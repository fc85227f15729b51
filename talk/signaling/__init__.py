"""How browsers in a call find each other: messages between peers, and signaling servers.

For Django's signals see ``talk/signals.py``.
"""
