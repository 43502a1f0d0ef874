import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.failures import CheckpointRefused
from core.labels import MODALITIES, Modality
from models.card import CARD_FILE
from models.fusion.inputs import segments_of
from models.fusion.network import NetworkSettings
from models.fusion.packing import packed
from models.fusion.reader import FusionReader, FusionStream, own_checkpoints
from tests.fixtures.fusion_networks import LAYOUT, SEGMENTS, made_up_segments, session_of, untrained, write_checkpoint
from tests.fixtures.lane_readings import session as readings_of_a_session
from training.export_checkpoint import export_keras, largest_difference


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("fusion") / "tiny")


@pytest.fixture
def copy(checkpoint: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in checkpoint.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def change_card(folder: Path, **changes: object) -> None:
    card = json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps(card | changes))


@pytest.mark.parametrize(
    "settings", [NetworkSettings(width=8), NetworkSettings(encoder="conv_bilstm", width=8)], ids=["small", "ConvBiLSTM"]
)
def test_the_exported_file_gives_what_keras_gives(settings: NetworkSettings, tmp_path: Path) -> None:
    sessions = np.stack([session_of(6, 3, 1), session_of(0, 6, 2), session_of(4, 0, 0), session_of(1, 1, 1)])
    model, unrolled = untrained(settings), untrained(settings, unroll=True)
    unrolled.set_weights(model.get_weights())
    assert largest_difference(model, export_keras(unrolled, tmp_path, "f.tflite", sessions), sessions) < 1e-5


def test_an_estimate_is_what_the_network_says(checkpoint: Path) -> None:
    segments = {m: made_up_segments(m, count, seed=len(m)) for m, count in zip(MODALITIES, (6, 0, 3), strict=True)}
    estimate = FusionReader(checkpoint).estimate(segments)
    assert estimate is not None
    items, lanes, of_segments = (np.asarray(one)[0] for one in untrained(NetworkSettings(width=8))(session_of(6, 0, 3)[np.newaxis]))
    expected = items @ np.linspace(0, 3, items.shape[-1])
    np.testing.assert_allclose([item.value for item in estimate.items], expected, atol=1e-4)
    assert estimate.total == pytest.approx(expected.sum(), abs=1e-3)
    assert 0.0 <= estimate.interval[0] < estimate.total < estimate.interval[1] <= 24.0
    assert 0.0 < estimate.above < 1.0
    assert set(estimate.weights) == set(estimate.segments) == {Modality.FACE, Modality.TEXT}
    assert estimate.weights[Modality.TEXT] == pytest.approx(lanes[2], abs=1e-5)
    assert estimate.unheard == pytest.approx(lanes[1], abs=1e-5)
    np.testing.assert_allclose([one.weight for one in estimate.segments[Modality.TEXT]], of_segments[2, :3], atol=1e-5)
    assert estimate.segments[Modality.TEXT][2].starts_s == 20.0
    assert (estimate.at, estimate.coverage, estimate.checkpoint) == (60.0, 0.9, "tiny")


def test_nothing_heard_is_no_estimate(checkpoint: Path) -> None:
    assert FusionReader(checkpoint).estimate({Modality.FACE: []}) is None


def test_a_stream_of_readings_ends_where_the_whole_does(checkpoint: Path) -> None:
    reader = FusionReader(checkpoint)
    stream = FusionStream(reader)
    given = [estimate for reading in readings_of_a_session() if (estimate := stream.add(reading))]
    last = stream.finish()
    assert len(given) == 9
    assert [one.at for one in given] == sorted(one.at for one in given)
    whole = reader.estimate(segments_of(readings_of_a_session()))
    assert last == whole


def test_a_long_session_is_read_by_its_newest_segments(checkpoint: Path) -> None:
    reader = FusionReader(checkpoint)
    stream, segments = FusionStream(reader), made_up_segments(Modality.FACE, 3 * SEGMENTS)
    estimates = [stream.step(segment) for segment in segments]
    assert estimates[-1] == reader.estimate({Modality.FACE: segments}) == reader.estimate({Modality.FACE: segments[-SEGMENTS:]})
    assert estimates[-1].segments[Modality.FACE][0].starts_s == 10.0 * 2 * SEGMENTS  # type: ignore[union-attr]


def test_a_step_takes_less_than_five_milliseconds(checkpoint: Path) -> None:
    reader = FusionReader(checkpoint)
    segments = {modality: made_up_segments(modality, SEGMENTS) for modality in MODALITIES}
    took = []
    for _ in range(20):
        began = time.perf_counter()
        reader.estimate(segments)
        took.append(time.perf_counter() - began)
    assert np.median(took) < 0.005


def test_reading_loads_nothing_that_trains(checkpoint: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from models.fusion.reader import FusionReader; FusionReader(Path(sys.argv[1]));"
        "print(*sorted({'tensorflow', 'keras', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(checkpoint)], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


def test_own_checkpoints_are_found_by_their_cards(checkpoint: Path, tmp_path: Path) -> None:
    assert own_checkpoints(checkpoint.parent) == [checkpoint]
    assert own_checkpoints(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": 2}, "of version 2"),
        ({"sha256": "0"}, "sha256 differs"),
        ({"file": "other.tflite"}, "other.tflite is missing"),
        ({"calibration": {"spread": "wide"}}, "cannot be read"),
        ({"input": {"kind": "fusion-segments-v0"}}, "fusion-segments-v0"),
    ],
)
def test_an_unfit_checkpoint_is_refused_in_words(copy: Path, changes: dict[str, object], words: str) -> None:
    change_card(copy, **changes)
    with pytest.raises(CheckpointRefused, match=words):
        FusionReader(copy)


def test_a_checkpoint_of_another_data_sets_features_is_refused(copy: Path) -> None:
    card = json.loads((copy / CARD_FILE).read_text())
    card["input"]["lanes"][0]["kind"] = "face-openface-10s-v1"
    (copy / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(CheckpointRefused, match=r"face-openface-10s-v1.*a session has"):
        FusionReader(copy)


def test_a_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointRefused, match=r"there is no card\.json"):
        FusionReader(tmp_path)


def test_a_card_that_does_not_fit_its_file_is_refused(copy: Path) -> None:
    card = json.loads((copy / CARD_FILE).read_text())
    card["input"]["segments"] = SEGMENTS + 1
    (copy / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(CheckpointRefused, match="its file takes"):
        FusionReader(copy)


def test_packing_is_the_same_for_training_and_reading() -> None:
    segments = made_up_segments(Modality.VOICE, 2, seed=len("voice"))
    lanes = {"voice": (np.stack([one.vector for one in segments]), np.array([one.quality for one in segments], np.float32))}
    np.testing.assert_array_equal(packed(lanes, LAYOUT), session_of(0, 2, 0))
