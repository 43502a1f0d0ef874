"""Keras on PyTorch (KERAS_BACKEND=torch) without the detours that make its convolutional networks slow on a CPU.

Keras takes the mean, the variance and the scaling of batch normalisation (Ioffe and Szegedy 2015, arXiv:1502.03167) each by itself, and
copies what goes into a convolution twice, from channels last to channels first and back. PyTorch has the first in one operation and
reads channels last as they lie. The same is computed, but for the running variance, which PyTorch keeps without bias: n / (n - 1) of
Keras's, n being the values of a channel in a batch.
"""

from typing import Any

import keras

TORCH = "torch"


def without_detours() -> None:
    """From now on; where Keras runs on something else, nothing changes."""
    if keras.backend.backend() == TORCH:
        _normalise_at_once()
        _leave_channels_last()


def _normalise_at_once() -> None:
    """While a network is trained, over the last axis."""
    import torch

    whole = keras.layers.BatchNormalization.call

    def call(self: Any, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if not (training and self.trainable) or mask is not None or self.axis not in (-1, inputs.ndim - 1):
            return whole(self, inputs, training=training, mask=mask)
        running = self.moving_mean.value.data, self.moving_variance.value.data
        scaling = self.gamma.value, self.beta.value
        normalised = torch.nn.functional.batch_norm(inputs.movedim(-1, 1), *running, *scaling, True, 1 - self.momentum, self.epsilon)
        return normalised.movedim(1, -1)

    keras.layers.BatchNormalization.call = call


def _leave_channels_last() -> None:
    """Pictures (batch, height, width, channels) stay as they lie in memory."""
    import torch
    from keras.src.backend.torch import nn

    others = nn._transpose_spatial_inputs

    def transposed(inputs: Any) -> Any:
        if inputs.ndim != 4:
            return others(inputs)
        return inputs.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)

    nn._transpose_spatial_inputs = transposed
