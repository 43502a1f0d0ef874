"""The light runtime behind one call: a LiteRT model on one thread."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.failures import CheckpointRefused, Failure
from core.native_stderr import hushed_stderr


class LiteRtModel:
    """A `.tflite` file as a function; to be built and used on one thread only.

    Importing the runtime costs 0.1 s, so that it happens here and not when the program starts.
    """

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415

        try:
            with hushed_stderr():
                self._interpreter = Interpreter(model_path=str(path), num_threads=1)
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise CheckpointRefused(
                Failure(
                    f"The model {path.name} cannot be run:",
                    f"{error}.",
                    "Restore the checkpoint from the program's own copy.",
                )
            ) from error
        self._input = self._interpreter.get_input_details()[0]
        self._outputs = _outputs_in_order(self._interpreter)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape that `run` takes, the batch of 1 included."""
        return tuple(int(n) for n in self._input["shape"])

    @property
    def first_output_shape(self) -> tuple[int, ...]:
        """Of the first array that `run` returns: (1, classes) for a classifier."""
        return tuple(int(n) for n in self._outputs[0]["shape"])

    def run(self, values: NDArray[np.float32] | NDArray[np.int32]) -> tuple[NDArray[np.float32], ...]:
        """All outputs for one input of `input_shape`, in the order of the model that was exported; the arrays are the caller's."""
        self._interpreter.set_tensor(self._input["index"], values)
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(output["index"]) for output in self._outputs)


def _outputs_in_order(interpreter: Any) -> list[dict[str, Any]]:
    """The converter lists outputs in any order; their names in the file's signature (output_0, output_1, ...) keep the model's."""
    if not interpreter.get_signature_list():
        return list(interpreter.get_output_details())
    named = interpreter.get_signature_runner().get_output_details()
    return [named[name] for name in sorted(named, key=lambda name: (len(name), name))]
