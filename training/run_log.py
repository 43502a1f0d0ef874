"""The course of a training that Keras's `fit` does not run: log.csv, and events for `tensorboard --logdir`."""

import csv
from pathlib import Path
from typing import Any

from training.report import LOG_FILE, TENSORBOARD_FOLDER


class RunLog:
    """Takes one row after another; each is on the disk when `add` returns. `append` goes on in the files of a resumed run."""

    def __init__(self, folder: Path, *, append: bool = False) -> None:
        import tensorflow as tf

        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / LOG_FILE
        self._columns = _columns_of(self._file) if append else []
        if not self._columns:
            self._file.unlink(missing_ok=True)
        self._events: Any = tf.summary.create_file_writer(str(folder / TENSORBOARD_FOLDER))

    def add(self, step: int, **values: float) -> None:
        """What was measured at a step, under names such as loss, val_loss and val_uar; every row has the same."""
        import tensorflow as tf

        row = {"step": step, **{name: round(float(value), 6) for name, value in values.items()}}
        with self._file.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, self._columns or list(row))
            if not self._columns:
                self._columns = list(row)
                writer.writeheader()
            writer.writerow(row)
        with self._events.as_default():
            for name, value in values.items():
                tf.summary.scalar(name, float(value), step=step)
        self._events.flush()


def _columns_of(file: Path) -> list[str]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream), [])
