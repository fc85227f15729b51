"""What answers carry, field by field: for the OpenAPI document, and for the tests to hold us to.

Nothing here writes an answer. A field that is not always there is not required.
"""
