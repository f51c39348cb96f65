"""The recipes. No torch here: the supervisor describes and checks recipes, the child runs them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

from services.trainer.interface.recipe import RecipeSpec
from services.trainer.recipes.importing import IMPORT
from services.trainer.recipes.text import CLASSIFICATION, MASKED_LM, SEQ2SEQ
from services.trainer.recipes.vits import VITS
from shared.contracts.errors import Validation
from shared.telemetry import get_logger

_LOG = get_logger("trainer")

ENTRY_POINTS = "sokhan.recipes"
"""The entry point group for recipes of other installed distributions: `name = module:RecipeSpec`."""

_OURS = (VITS, IMPORT, MASKED_LM, CLASSIFICATION, SEQ2SEQ)


def _installed() -> Iterator[RecipeSpec]:
    """The recipes of other distributions. One that cannot be loaded, or has a name in use, is logged and skipped."""
    names = {recipe.name for recipe in _OURS}
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            recipe = entry.load()
            if not isinstance(recipe, RecipeSpec) or recipe.name in names:
                raise TypeError(f"{entry.value} is not a RecipeSpec with a name of its own")
        except Exception as error:  # foreign code: it must not stop the other recipes
            _LOG.error("recipe_not_loaded", entry_point=entry.value, reason=str(error) or type(error).__name__)
            continue
        names.add(recipe.name)
        yield recipe


RECIPES: tuple[RecipeSpec, ...] = (*_OURS, *_installed())


def find_recipe(name: str) -> RecipeSpec:
    """The recipe of a name. Raises `Validation` for an unknown one."""
    for recipe in RECIPES:
        if recipe.name == name:
            return recipe
    known = ", ".join(recipe.name for recipe in RECIPES)
    raise Validation(f"There is no recipe “{name[:60]}”.", hint=f"The recipes are: {known}.")


__all__ = ["RECIPES", "RecipeSpec", "find_recipe"]
