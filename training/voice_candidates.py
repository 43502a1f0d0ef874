"""The classifiers that `search_voice` tries, each with the few settings that matter for it."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from threadpoolctl import threadpool_limits

MAJORITY = "majority"
"""The trivial classifier that every other one must beat: always the commonest class."""

MOST_ITERATIONS = 2000


class Classifier(Protocol):
    """What scikit-learn calls one."""

    def fit(self, features: NDArray[np.float32], labels: NDArray[np.int64]) -> object:
        """Learn from (N, F) and (N,)."""

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """The classes of (N, F)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family of classifiers with one choice of its settings."""

    family: str
    settings: Mapping[str, Any]

    def build(self, seed: int) -> Classifier:
        """A new one, not yet trained; features are standardised by its own training rows."""
        return Standardised(FAMILIES[self.family].make(seed, **self.settings))

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.settings.items())


@dataclass(frozen=True, slots=True)
class Family:
    """How one is made, and the values of each setting: `quick` is the first of each."""

    make: Callable[..., Any]
    grid: Mapping[str, tuple[Any, ...]]


class Standardised:
    """A classifier on features with mean 0 and deviation 1 over its own training rows; what is unknown (NaN) counts as the mean.

    It learns on one thread: OpenMP's threads wait for one another by turning round, which takes minutes on a machine that is busy.
    Its training may stop at the limit of iterations without a warning a fold: its figure says how good it is.
    """

    def __init__(self, classifier: Any) -> None:
        self._scaler = StandardScaler()
        self._classifier = classifier

    def fit(self, features: NDArray[np.float32], labels: NDArray[np.int64]) -> "Standardised":
        """Learn from (N, F) and (N,)."""
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._classifier.fit(np.nan_to_num(self._scaler.fit_transform(features)), labels)
        return self

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """The classes of (N, F)."""
        return np.asarray(self._classifier.predict(np.nan_to_num(self._scaler.transform(features))))


class KerasMlp:
    """A dense network of Keras behind scikit-learn's two methods."""

    def __init__(self, seed: int, hidden: tuple[int, ...], dropout: float, epochs: int = 60) -> None:
        self._seed, self._hidden, self._dropout, self._epochs = seed, hidden, dropout, epochs

    def fit(self, features: NDArray[np.float32], labels: NDArray[np.int64]) -> "KerasMlp":
        """Adam at 5e-4, all classes counting alike."""
        import keras

        keras.utils.set_random_seed(self._seed)
        self._classes, coded, counts = np.unique(labels, return_inverse=True, return_counts=True)
        parts = [part for units in self._hidden for part in (keras.layers.Dense(units, "relu"), keras.layers.Dropout(self._dropout))]
        self._model = keras.Sequential([*parts, keras.layers.Dense(len(self._classes), "softmax")])
        self._model.compile(keras.optimizers.AdamW(5e-4, weight_decay=1e-2), "sparse_categorical_crossentropy")
        weights = (len(labels) / (len(counts) * counts))[coded]
        self._model.fit(features, coded, sample_weight=weights, batch_size=64, epochs=self._epochs, verbose=0)
        return self

    def predict(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """The likeliest class."""
        return np.asarray(self._classes[self._model.predict(features, verbose=0).argmax(axis=1)])


BALANCED = "balanced"

FAMILIES: Mapping[str, Family] = {
    MAJORITY: Family(lambda seed: DummyClassifier(strategy="most_frequent"), {}),
    "logistic regression": Family(
        lambda seed, **kw: LogisticRegression(class_weight=BALANCED, max_iter=MOST_ITERATIONS, **kw), {"C": (0.01, 0.001, 0.1, 1.0)}
    ),
    "linear discriminant": Family(lambda seed, **kw: LinearDiscriminantAnalysis(solver="lsqr", **kw), {"shrinkage": (0.3, "auto", 0.1)}),
    "naive Bayes": Family(lambda seed, **kw: GaussianNB(**kw), {"var_smoothing": (1e-2, 1e-9)}),
    "linear SVM": Family(
        lambda seed, **kw: LinearSVC(class_weight=BALANCED, max_iter=MOST_ITERATIONS, random_state=seed, **kw), {"C": (0.001, 0.0003, 0.01)}
    ),
    "RBF SVM": Family(lambda seed, **kw: SVC(class_weight=BALANCED, **kw), {"C": (3.0, 1.0, 10.0), "gamma": ("scale", 0.0003, 0.001)}),
    "nearest neighbours": Family(
        lambda seed, **kw: KNeighborsClassifier(**kw), {"n_neighbors": (15, 5, 31), "weights": ("distance", "uniform")}
    ),
    "random forest": Family(
        lambda seed, **kw: RandomForestClassifier(class_weight="balanced_subsample", random_state=seed, **kw),
        {"n_estimators": (50, 500), "min_samples_leaf": (2, 1, 5)},
    ),
    "gradient boosting": Family(
        lambda seed, **kw: HistGradientBoostingClassifier(class_weight=BALANCED, random_state=seed, **kw),
        {"max_iter": (30, 200), "learning_rate": (0.1, 0.05), "max_leaf_nodes": (15, 31)},
    ),
    "MLP (scikit-learn)": Family(
        lambda seed, **kw: MLPClassifier(max_iter=200, random_state=seed, **kw),
        {"hidden_layer_sizes": ((100,), (300,), (300, 100)), "alpha": (1.0, 0.01)},
    ),
    "MLP (Keras)": Family(KerasMlp, {"hidden": ((100,), (300,), (300, 100)), "dropout": (0.5, 0.2)}),
}


def candidates(*, quick: bool) -> Iterator[Candidate]:
    """The whole grid, family by family; `quick`: one of each family."""
    for name, family in FAMILIES.items():
        values = [options[:1] if quick else options for options in family.grid.values()]
        for chosen in product(*values):
            yield Candidate(name, dict(zip(family.grid, chosen, strict=True)))
