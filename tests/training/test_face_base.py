import json

import numpy as np
import pytest

pytest.importorskip("keras")

from core.labels import Modality
from core.paths import checkpoint_folder
from models.face.classifier import FaceClassifier
from models.face.inputs import scaled
from models.face.networks import builder
from models.runtime import LiteRtModel
from training.face_base import BaseUnreadable, base_source, read_base, start_from_base

SHIPPED = checkpoint_folder(Modality.FACE, "mobilenet_face")


def faces(count: int = 32):
    pictures = np.random.default_rng(1).integers(0, 256, (count, 6, 6), dtype=np.uint8)
    return scaled(pictures.repeat(8, axis=1).repeat(8, axis=2))


def test_a_network_begun_with_a_shipped_checkpoint_says_what_that_says():
    model = builder("mobilenet_face")()
    start_from_base(model, read_base(SHIPPED), faces())
    runtime = LiteRtModel(FaceClassifier(SHIPPED).card.path)
    shipped = np.concatenate([runtime.run(face[np.newaxis])[0] for face in faces(6)])
    np.testing.assert_allclose(model.predict(faces(6), verbose=0), shipped, atol=2e-3)


def test_the_small_network_takes_the_blocks_that_it_has_and_keeps_its_own_head():
    model = builder("mobilenet_small")()
    head = model.get_layer("head").get_weights()[0].copy()
    start_from_base(model, read_base(SHIPPED), faces())
    given = {step.name: step.kernel for step in read_base(SHIPPED)}
    np.testing.assert_array_equal(model.get_layer("pointwise_7").get_weights()[0], given["pointwise_7"])
    np.testing.assert_array_equal(model.get_layer("head").get_weights()[0], head)


def test_another_network_is_no_base():
    with pytest.raises(BaseUnreadable, match="other names"):
        read_base(checkpoint_folder(Modality.FACE, "mini_xception"))


def test_the_card_tells_which_checkpoint_it_began_with_and_what_that_began_with():
    source = base_source(SHIPPED)
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    assert source["sha256"] == card["sha256"]
    assert "Savchenko 2019" in str(source["source"])
