"""The one shape of every refusal (RFC 9457)."""

from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.json_schema import SkipJsonSchema

# A refusal keeps its sentences untranslated; str() gives them in the language that is active now.
Sentence = Annotated[str, BeforeValidator(str)]


class FieldProblem(BaseModel):
    """What is wrong with one field of the request."""

    model_config = ConfigDict(from_attributes=True)

    pointer: str = Field(
        description="JSON Pointer to the field, as a URI fragment (RFC 6901).",
        examples=["#/phone"],
    )
    message: Sentence = Field(
        description="A sentence for people.", examples=["This is not a valid phone number."]
    )


class Problem(BaseModel):
    """A refusal. Programs read `code`, which never changes; people read `title` and `detail`, in
    their language.
    """

    model_config = ConfigDict(from_attributes=True)

    type: str = Field(
        description="URI of the kind of problem.",
        examples=["tag:referral-api,2026:problem:invalid_request"],
    )
    title: Sentence = Field(
        description="The kind of problem, for people.", examples=["The request has invalid fields."]
    )
    status: int = Field(description="The HTTP status.", examples=[422])
    code: str = Field(
        description="The kind of problem, for programs.", examples=["invalid_request"]
    )
    detail: Sentence = Field(
        description="What can be done about it, for people.", examples=["Check the code."]
    )
    # Absent where they say nothing, never null.
    errors: list[FieldProblem] | SkipJsonSchema[None] = Field(
        None, description="With 422: each wrong field, the first 20 of them.", max_length=20
    )
    retry_after: int | SkipJsonSchema[None] = Field(
        None, description="Seconds until the next try can succeed.", examples=[37]
    )
    attempts_left: int | SkipJsonSchema[None] = Field(
        None, description="Tries that this `request_id` has left.", examples=[2]
    )
    activated_invite_code: str | SkipJsonSchema[None] = Field(
        None, description="The invite code that was activated before.", examples=["K7M2PX"]
    )

    @model_serializer(mode="wrap")
    def without_absent_members(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]  # noqa: ANN201 -- a return type would replace the published schema
        return {name: value for name, value in handler(self).items() if value is not None}
