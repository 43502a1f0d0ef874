import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from models.face.networks.sequence_transformer import sequence_transformer

FRAMES, FEATURES = 6, 20


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(3)
    return sequence_transformer(FRAMES, FEATURES, 4)


def _said(network, tokens: np.ndarray, present: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    there = np.ones(tokens.shape[:2], np.float32) if present is None else present.astype(np.float32)
    answer = network([tokens.astype(np.float32), there], training=False)
    return np.asarray(answer["probabilities"]), np.asarray(answer["attention"])


@pytest.fixture
def tokens() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, FRAMES, FEATURES))


def test_the_attention_is_a_share_of_each_frame(network, tokens):
    probabilities, attention = _said(network, tokens)
    assert probabilities.shape == (3, 4)
    assert attention.shape == (3, FRAMES)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.allclose(attention.sum(axis=1), 1, atol=1e-5)
    assert (attention > 0).all()


def test_every_frame_counts(network, tokens):
    before, _ = _said(network, tokens)
    for place in range(FRAMES):
        other = tokens.copy()
        other[:, place] = np.random.default_rng(9).normal(size=FEATURES)
        assert np.abs(_said(network, other)[0] - before).max() > 1e-4, f"frame {place} changed nothing"


def test_the_order_of_the_frames_counts(network, tokens):
    assert np.abs(_said(network, tokens[:, ::-1])[0] - _said(network, tokens)[0]).max() > 1e-4


def test_frames_look_at_each_other(network, tokens):
    _, before = _said(network, tokens)
    other = tokens.copy()
    other[:, 0] += 3 * np.random.default_rng(9).normal(size=FEATURES)
    _, after = _said(network, other)
    rest_before, rest_after = (weights[:, 1:] / weights[:, 1:].sum(axis=1, keepdims=True) for weights in (before, after))
    assert np.abs(rest_after - rest_before).max() > 1e-4, "pooling alone would leave the others' shares among themselves as they were"


def test_an_absent_frame_is_not_seen_at_all(network, tokens):
    present = np.ones((3, FRAMES))
    present[:, 4:] = 0
    probabilities, attention = _said(network, tokens, present)
    assert (attention[:, 4:] == 0).all()
    assert np.allclose(attention.sum(axis=1), 1, atol=1e-5)
    other = tokens.copy()
    other[:, 4:] = 99
    assert np.allclose(_said(network, other, present)[0], probabilities, atol=1e-6)


def test_a_frame_that_weighs_nothing_adds_nothing(network, tokens):
    """What each frame adds is its own: the answer lies between those of its frames by the weights."""
    pooling = network.get_layer("attention_pooling")
    inner = keras.Model(network.input, [pooling.input[1], *pooling.output])
    by_itself, pooled, weights = inner([tokens.astype(np.float32), np.ones((3, FRAMES), np.float32)])
    assert np.allclose(np.einsum("nt,ntw->nw", weights, by_itself), pooled, atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own, with NumPy 2
def test_it_is_the_same_after_being_kept(network, tokens, tmp_path):
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    assert np.allclose(_said(again, tokens)[1], _said(network, tokens)[1], atol=1e-6)
