"""Lists the recipes and checks a training request before its job is queued."""

from __future__ import annotations

from services.trainer.devices import Devices
from services.trainer.interface.parameters import Parameters
from services.trainer.recipes import RECIPES, RecipeSpec, find_recipe
from shared.assets import AssetRepository
from shared.contracts.access import may_see
from shared.contracts.assets import Asset, AssetKind
from shared.contracts.errors import BadDataset, NotFound, Validation
from shared.contracts.hints import Action, Hint
from shared.contracts.rpc import CheckedTraining, CheckTraining, ListRecipes, RecipeList


class TrainingCheck:
    def __init__(self, assets: AssetRepository, devices: Devices) -> None:
        self._assets = assets
        self._devices = devices

    async def recipes(self, _: ListRecipes) -> RecipeList:
        return RecipeList(recipes=tuple(recipe.describe() for recipe in RECIPES))

    async def check(self, request: CheckTraining) -> CheckedTraining:
        """The full configuration. Raises `Validation`, `NotFound`, `BadDataset`."""
        recipe = find_recipe(request.recipe)
        parameters = recipe.parse(request.config)
        if isinstance(parameters, Parameters):
            self._check_device(parameters)
        _check_inputs(recipe, request)
        for dataset in request.datasets:
            await self._check("dataset", dataset, recipe.datasets, request.owner)
        for model in (request.base_model, request.teacher_model):
            if model is not None:
                asset = await self._check("model", model, recipe.base_models, request.owner)
                if recipe.work == "train" and asset.type == "coqui_vits" and not asset.details.speaks:
                    raise Validation(
                        f"The model {model} is a foreign Coqui checkpoint; a run cannot load it as it is.",
                        hint=Hint(Action.IMPORT_MODEL, model),
                    )
        return CheckedTraining(config=parameters.model_dump(), asr_model=await self._recogniser(recipe, request))

    async def _recogniser(self, recipe: RecipeSpec, request: CheckTraining) -> str | None:
        """The requested speech recogniser, else the newest that the owner may see. Raises `Validation`, `NotFound`."""
        if not recipe.takes_asr:
            if request.asr_model is not None:
                raise Validation(f"The recipe {recipe.name} takes no asrModel.")
            return None
        if request.asr_model is None:
            recognisers = await self._assets.recognisers()
            installed = [asset for asset in recognisers if may_see(request.owner, asset.access)]
            return max(installed, key=lambda asset: asset.downloaded_at).id if installed else None
        asset = await self._check("model", request.asr_model, ("transformers",), request.owner)
        if not asset.details.transcribes:
            raise Validation(
                f"The model {asset.id} is no speech recogniser that can be loaded.",
                hint="It must be a Wav2Vec2, HuBERT, Wav2Vec2-BERT (CTC) or Whisper model with safetensors.",
            )
        return asset.id

    def _check_device(self, parameters: Parameters) -> None:
        """Refuse parameters that no device of this machine supports, before the run is queued."""
        gpus, processes = len(self._devices.gpus), parameters.processes
        if parameters.device == "cuda" and not gpus:
            raise Validation("device is cuda, but this machine has no CUDA device.", hint="Use auto or cpu.")
        if parameters.precision == "bf16" and (not gpus or parameters.device == "cpu"):
            raise Validation("precision is bf16, which needs a CUDA device.", hint="Use fp32 on a CPU.")
        if gpus and parameters.device != "cpu" and processes > gpus:
            raise Validation(f"processes is {processes}, and this machine has {gpus} GPU(s).", hint="Use one per GPU.")

    async def _check(self, kind: AssetKind, asset_id: str, accepted: tuple[str, ...], owner: str) -> Asset:
        refused = BadDataset if kind == "dataset" else Validation
        asset = await self._assets.find(kind, asset_id)
        if asset is None or not may_see(owner, asset.access):
            raise NotFound(f"There is no {kind} {asset_id[:100]} here.", hint=Hint(Action.LIST_INSTALLED))
        if asset.status != "ready":
            raise refused(f"The {kind} {asset_id} is not usable: {asset.problem or asset.status}.")
        if asset.type not in accepted and f"{asset.type}:{asset.details.architecture}" not in accepted:
            type_ = f"{asset.type}:{asset.details.architecture}" if asset.details.architecture else asset.type
            raise refused(
                f"The {kind} {asset_id} is of the type {type_}.",
                hint=f"This recipe needs {' or '.join(accepted)}.",
            )
        return asset


def _check_inputs(recipe: RecipeSpec, request: CheckTraining) -> None:
    """Refuse missing and superfluous models and datasets."""
    if request.base_model is not None and not recipe.base_models:
        raise Validation(f"The recipe {recipe.name} trains from scratch; it takes no baseModel.")
    if request.base_model is None and recipe.needs_base:
        raise Validation(
            f"The recipe {recipe.name} needs a baseModel.",
            hint=Hint(Action.LIST_INSTALLED),
        )
    if recipe.datasets and not request.datasets:
        raise Validation(
            f"The recipe {recipe.name} needs at least one dataset.",
            hint=Hint(Action.LIST_DATASETS),
        )
    if request.datasets and not recipe.datasets:
        raise Validation(f"The recipe {recipe.name} takes no dataset.")
    if request.teacher_model is not None and not recipe.takes_teacher:
        raise Validation(f"The recipe {recipe.name} takes no teacherModel.")
