"""The recipes. No torch here: the supervisor describes and checks recipes, the child runs them."""

from __future__ import annotations

from importlib.metadata import entry_points

from services.trainer.interface.recipe import RecipeSpec
from services.trainer.recipes.importing import IMPORT
from services.trainer.recipes.text import CLASSIFICATION, MASKED_LM, SEQ2SEQ
from services.trainer.recipes.vits import VITS
from shared.contracts.errors import Validation

ENTRY_POINTS = "sokhan.recipes"
"""The entry point group for recipes of other installed distributions: `name = module:RecipeSpec`."""

RECIPES: tuple[RecipeSpec, ...] = (
    VITS, IMPORT, MASKED_LM, CLASSIFICATION, SEQ2SEQ, *(entry.load() for entry in entry_points(group=ENTRY_POINTS)),
)  # fmt: skip


def find_recipe(name: str) -> RecipeSpec:
    """The recipe of a name. Raises `Validation` for an unknown one."""
    for recipe in RECIPES:
        if recipe.name == name:
            return recipe
    known = ", ".join(recipe.name for recipe in RECIPES)
    raise Validation(f"There is no recipe “{name[:60]}”.", hint=f"The recipes are: {known}.")


__all__ = ["RECIPES", "RecipeSpec", "find_recipe"]
