"""A recipe as the API describes it, and the check of a run's configuration against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args, get_origin

import annotated_types
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from services.trainer.interface.parameters import HELP_FA, RecipeParameters
from shared.contracts.errors import Validation
from shared.contracts.hints import Action, Hint
from shared.contracts.rpc import Recipe, RecipeParameter
from shared.contracts.sentences import sentence
from shared.contracts.wire import ConfigValue

_TYPES: dict[object, Literal["int", "float", "bool", "string"]] = {
    int: "int",
    float: "float",
    bool: "bool",
    str: "string",
}


@dataclass(frozen=True, slots=True)
class RecipeSpec:
    """The declaration of a recipe.

    `datasets` and `base_models`: the accepted asset types of the scanner. `task`: the `module:function` of the training
    code, which only the child imports, because it loads torch. `makes`: a voice for `/v1`, or a text model in the Hub's
    layout. `work`: the loop trains a `Task`, or `task` does the whole run. `torch`: False for one process on the CPU
    with only Python's generator seeded. `takes_asr`: its checkpoints are measured with a speech recogniser.
    """

    name: str
    title: str
    title_fa: str
    parameters: type[RecipeParameters]
    datasets: tuple[str, ...]
    base_models: tuple[str, ...]
    task: str
    makes: Literal["voice", "model"]
    needs_base: bool = False
    takes_teacher: bool = False
    takes_asr: bool = False
    work: Literal["train", "import"] = "train"
    torch: bool = True

    def parse(self, config: Mapping[str, ConfigValue]) -> RecipeParameters:
        """The typed parameters. Raises `Validation` with the field and its bounds."""
        try:
            return self.parameters.model_validate(dict(config))
        except ValidationError as error:
            raise self._refusal(error) from error

    def describe(self) -> Recipe:
        """The recipe as the API shows it."""
        fields = self.parameters.model_fields.items()
        return Recipe(
            name=self.name,
            title=self.title,
            title_fa=self.title_fa,
            parameters=tuple(_describe(name, field) for name, field in fields),
            base_models=self.base_models,
            datasets=self.datasets,
        )

    def _refusal(self, error: ValidationError) -> Validation:
        first = error.errors(include_url=False)[0]
        if not first["loc"]:
            return Validation(f"The configuration is refused: {sentence(first)}.")
        name = str(first["loc"][0])[:60]
        field = self.parameters.model_fields.get(name)
        if field is None:
            near = get_close_matches(name, self.parameters.model_fields, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else Hint(Action.LIST_RECIPES)
            return Validation(f"The recipe {self.name} has no parameter “{name}”.", hint=hint)
        return Validation(
            f"{name} must be {_expected(_describe(name, field))}; it is {str(first['input'])[:40]!r}.",
            hint=field.description,
        )


def _describe(name: str, field: FieldInfo) -> RecipeParameter:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    choices = tuple(map(str, get_args(field.annotation))) if get_origin(field.annotation) is Literal else ()
    return RecipeParameter(
        name=name,
        type="choice" if choices else _TYPES[field.annotation],
        default=field.default,
        minimum=next((float(str(m.ge)) for m in field.metadata if isinstance(m, annotated_types.Ge)), None),
        maximum=next((float(str(m.le)) for m in field.metadata if isinstance(m, annotated_types.Le)), None),
        choices=choices,
        help=field.description or "",
        help_fa=str(extra.get(HELP_FA, "")),
    )


def _expected(described: RecipeParameter) -> str:
    if described.choices:
        return f"one of {', '.join(described.choices)}"
    kind = {"int": "a whole number", "float": "a number", "bool": "true or false"}.get(described.type, "a text")
    if described.minimum is not None and described.maximum is not None:
        return f"{kind} between {described.minimum:,g} and {described.maximum:,g}"
    return kind
