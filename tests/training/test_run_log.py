from training.plots import read_log
from training.report import LOG_FILE, TENSORBOARD_FOLDER
from training.run_log import RunLog


def test_a_resumed_log_goes_on_and_a_new_one_begins_anew(tmp_path):
    RunLog(tmp_path).add(100, loss=1.5, val_uar=0.4)
    RunLog(tmp_path, append=True).add(200, loss=1.0, val_uar=0.5)
    assert read_log(tmp_path / LOG_FILE) == {"step": [100.0, 200.0], "loss": [1.5, 1.0], "val_uar": [0.4, 0.5]}
    assert list((tmp_path / TENSORBOARD_FOLDER).glob("events.out.tfevents.*"))
    RunLog(tmp_path).add(100, loss=2.0)
    assert read_log(tmp_path / LOG_FILE) == {"step": [100.0], "loss": [2.0]}


def test_a_resumed_run_without_a_log_begins_one(tmp_path):
    RunLog(tmp_path, append=True).add(300, loss=0.5)
    assert read_log(tmp_path / LOG_FILE) == {"step": [300.0], "loss": [0.5]}
