"""Answers, before anything starts, what can be trained and whether a wish can."""

from __future__ import annotations

from services.trainer.recipes import RECIPES, find_recipe
from shared.contracts.assets import asset_from
from shared.contracts.errors import BadDataset, NotFound, Validation
from shared.contracts.rpc import CheckedTraining, CheckTraining, ListRecipes, RecipeList
from shared.store import Store


class TrainingCheck:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def recipes(self, _: ListRecipes) -> RecipeList:
        return RecipeList(recipes=tuple(recipe.describe() for recipe in RECIPES))

    async def check(self, wish: CheckTraining) -> CheckedTraining:
        """The full configuration. Raises `Validation`, `NotFound`, `BadDataset`."""
        recipe = find_recipe(wish.recipe)
        config = recipe.validate(wish.config)
        if wish.base_model is not None and not recipe.base_models:
            raise Validation(f"The recipe {recipe.name} trains from scratch; it takes no baseModel.")
        if wish.teacher_model is not None:
            raise Validation(f"The recipe {recipe.name} takes no teacherModel.")
        for dataset in wish.datasets:
            await self._check_dataset(dataset, recipe.datasets)
        return CheckedTraining(config=config)

    async def _check_dataset(self, asset_id: str, fitting: tuple[str, ...]) -> None:
        document = await self._store.get("assets", f"dataset:{asset_id}")
        if document is None:
            raise NotFound(f"There is no dataset {asset_id[:100]} here.", hint="GET /api/datasets lists what there is.")
        asset = asset_from(document)
        if asset.status != "ready":
            raise BadDataset(f"The dataset {asset_id} is not usable: {asset.problem or asset.status}.")
        if asset.type not in fitting:
            raise BadDataset(
                f"The dataset {asset_id} is of the type {asset.type}.",
                hint=f"This recipe needs {' or '.join(fitting)}.",
            )
