import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.failures import OutputUnwritable
from core.labels import Modality
from models.card import load_card
from models.checkpoints import resolve
from models.face.inputs import INPUTS
from training import plots
from training.report import callbacks, write_report

LOG = "epoch,accuracy,loss,val_accuracy,val_loss\n0,0.4,1.5,0.42,1.45\n1,0.5,1.3,0.5,1.3\n2,0.6,"


@pytest.fixture
def card():
    return load_card(resolve(Modality.FACE, "mini_xception"), INPUTS)


def measured(count: int = 300):
    random = np.random.default_rng(0)
    labels = random.integers(0, 7, count)
    return labels, random.dirichlet(np.ones(7), count) * 0.5 + 0.5 * np.eye(7)[labels]


def test_a_report_needs_nothing_beside_its_page(card, tmp_path: Path):
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    page = write_report(tmp_path / "out", card, tmp_path / "log.csv", *measured(), title="a made-up test")
    html = page.read_text(encoding="utf-8")
    pictures = [base64.b64decode(one) for one in re.findall(r"data:image/png;base64,([^\"]+)", html)]
    kept = {path.stem: path.read_bytes() for path in page.parent.glob("*.png")}
    assert kept.keys() == {"class_counts", "learning_curves", "confusion_matrix", "roc", "reliability", "accuracy_coverage"}
    assert sorted(pictures) == sorted(kept.values())
    assert all(cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR).std() > 5 for one in pictures)
    assert "http" not in re.sub(r"arXiv\S*", "", html)
    assert card.notes[0] in html
    assert "a made-up test" in html


def test_without_a_log_there_are_no_learning_curves(card, tmp_path: Path):
    write_report(tmp_path, card, tmp_path / "none.csv", *measured())
    assert not (tmp_path / "learning_curves.png").exists()


def test_a_log_that_a_crash_cut_off_is_drawn_as_far_as_it_goes(tmp_path: Path):
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    columns = plots.read_log(tmp_path / "log.csv")
    assert columns["accuracy"] == [0.4, 0.5, 0.6]
    assert np.isnan(columns["val_loss"][2])
    assert plots.learning_curves(tmp_path / "log.csv") is not None
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    assert plots.learning_curves(tmp_path / "empty.csv") is None


def test_the_area_under_a_curve_is_that_of_scikit_learn():
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(1)
    positive, scores = random.random(400) < 0.3, np.round(random.random(400), 1)
    false_rate, true_rate, area = plots.roc_curve(positive, scores)
    assert area == pytest.approx(roc_auc_score(positive, scores))
    assert (false_rate[0], true_rate[0], false_rate[-1], true_rate[-1]) == (0, 0, 1, 1)


def test_a_folder_that_cannot_be_written_is_told(card, tmp_path: Path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(OutputUnwritable, match="cannot be written"):
        write_report(tmp_path / "taken", card, None, *measured(50))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # TensorFlow's own
def test_a_keras_run_leaves_its_log_and_its_events(tmp_path: Path):
    import keras

    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.eye(2), np.array([0, 1]), epochs=2, verbose=0, callbacks=callbacks(tmp_path))
    assert len(plots.read_log(tmp_path / "log.csv")["accuracy"]) == 2
    assert list((tmp_path / "tensorboard").rglob("events*"))
