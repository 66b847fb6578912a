"""The bases of all bodies."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

Examples = dict[str, dict[str, Any]]  # what an example shows → the body


class BodyIn(BaseModel):
    """An unknown field is an error: a typing mistake must not pass as a default.

    Each body has its examples for the documents, which backend/openapi.py finds by its class.
    """

    model_config = ConfigDict(extra="forbid")
    examples: ClassVar[Examples] = {}


class BodyOut(BaseModel):
    """Read from the attributes of what a service returned.

    This is pydantic's own model. Ninja's looks at each value in Python, at many times the cost,
    for the sake of managers and files that no service returns.
    """

    model_config = ConfigDict(from_attributes=True)
    examples: ClassVar[Examples] = {}
