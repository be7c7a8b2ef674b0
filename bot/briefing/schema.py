"""The JSON Schema of a curator's file, by which editors complete, explain and check.

Editors read YAML's own types where the loader reads text: a year is a number to them,
a missing value is null. So the schema takes numbers where text is meant, and no null.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.briefing.field_types import SLUG

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a file that holds this model."""
    schema = model.model_json_schema(schema_generator=_EditorSchema)
    return {"$schema": DIALECT, **schema}


class _EditorSchema(GenerateJsonSchema):
    """Pydantic's schema, bent to what an editor sees of a YAML file."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Leave null out: what is not known is left out of the file."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave defaults out, which editors would fill in as if they were meant."""
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Take a number for a text: `aliases: [1914]` is a word to the loader."""
        described = super().str_schema(schema)
        if described.get("pattern") not in (None, SLUG):
            return described
        return described | {"type": ["string", "number"]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Refuse a key that is no id, which a pattern alone would only not describe."""
        described = super().dict_schema(schema)
        if "patternProperties" in described:
            described["additionalProperties"] = False
        return described

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """Take `credibility: 1` for the grade "1"."""
        described = super().enum_schema(schema)
        grades = [int(word) for word in described["enum"] if word.isdigit()]
        if not grades:
            return described
        untyped = {k: v for k, v in described.items() if k != "type"}
        return untyped | {"enum": [*described["enum"], *grades]}
