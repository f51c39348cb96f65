"""A run that goes on from a checkpoint needs a step to go."""

from __future__ import annotations

import pytest

from shared.contracts.errors import Validation
from shared.contracts.kinds.training import require_steps_left
from shared.contracts.wire import ConfigValue


@pytest.mark.parametrize("max_steps", [1, 99, 100, 100.0])
def test_a_limit_at_or_below_the_checkpoint_is_refused_with_both_numbers(max_steps: float) -> None:
    with pytest.raises(Validation, match=rf"step 100 and max_steps is {max_steps}"):
        require_steps_left(100, max_steps)


@pytest.mark.parametrize("max_steps", [101, 0, None, "many"])
def test_a_limit_above_it_and_no_limit_are_fine(max_steps: ConfigValue) -> None:
    require_steps_left(100, max_steps)
