"""Fits scikit-learn's logistic regression to the features that the recipe `probe` uses, and times it.

Usage: probe_reference.py TRAIN.npy TRAIN.txt VALID.npy VALID.txt
Needs numpy and scikit-learn.

The .npy files are those of the command `features` with the last layer of a backbone, the .txt files the
names of its images, a line each and in the same order. The class of an image is the name of its folder.
Its group is its class and its name up to the last underscore, as with --groups '(.*)_'.
"""

import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def load(features, names):
    """Returns averaged features, classes and groups."""
    values = np.load(features).mean(axis=(2, 3), dtype=np.float64)
    paths = [line.strip().rsplit("/", 2) for line in open(names) if line.strip()]
    classes = np.array([path[-2] for path in paths])
    groups = np.array([path[-2] + "/" + path[-1].rsplit("_", 1)[0] for path in paths])
    assert len(values) == len(classes), (values.shape, len(classes))
    return values, classes, groups


def main(train_features, train_names, valid_features, valid_names):
    x, y, groups = load(train_features, train_names)
    x_valid, y_valid, _ = load(valid_features, valid_names)
    folds = list(StratifiedGroupKFold(5, shuffle=True, random_state=1).split(x, y, groups))
    # max_iter: lbfgs stops before, at its tolerance
    model = make_pipeline(
        StandardScaler(),
        LogisticRegressionCV(Cs=np.logspace(-4, 1, 10), cv=folds, scoring="neg_log_loss", max_iter=5000),
    )
    start = time.perf_counter()
    model.fit(x, y)
    seconds = time.perf_counter() - start
    probabilities = model.predict_proba(x_valid)
    print(f"{x.shape[1]} features of {len(x)} images, fitted in {seconds:.1f} s")
    print(f"strength C {np.ravel(model[-1].C_)[0]:.4g}")
    print(f"validation accuracy {np.mean(model.predict(x_valid) == y_valid):.4f}, loss {log_loss(y_valid, probabilities):.4f}")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
