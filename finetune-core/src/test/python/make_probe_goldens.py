"""Makes ../resources/goldens/probe.json with scikit-learn, in float64.

Needs scikit-learn and NumPy. Run: python3 make_probe_goldens.py

Every case is a StandardScaler with a LogisticRegression (newton-cg, iterated to the limits of rounding) at several
strengths C: the weights and biases for the raw features. The cross-validation is a GridSearchCV with given folds, whose
scaler is fitted within each fold. Features are multiples of 1/16, so that they are exact in float32.
"""
import json, os, warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "probe.json")
warnings.filterwarnings("ignore")  # that rounding ends the last iterations
random = np.random.default_rng(14)
EXACT = dict(solver="newton-cg", tol=1e-12, max_iter=1000)


def data(n, d, classes, shares=None):
    labels = np.concatenate([np.arange(classes), random.choice(classes, n - classes, p=shares)])
    centres = random.normal(0, 1, (classes, d))
    features = centres[labels] + random.normal(0, 1.5, (n, d)) * random.uniform(0.5, 4, d) + random.normal(0, 5, d)
    return np.round(features * 16) / 16, labels


def fitted(x, y, c, weights=None):
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=c, **EXACT).fit(scaler.transform(x), y, sample_weight=weights)
    w, b = model.coef_, model.intercept_
    if len(w) == 1:  # scikit-learn fits two classes by one logit z; the softmax of -z/2 and z/2 has half the penalty
        model = LogisticRegression(C=2 * c, **EXACT).fit(scaler.transform(x), y, sample_weight=weights)
        w, b = np.vstack([-model.coef_, model.coef_]) / 2, np.concatenate([-model.intercept_, model.intercept_]) / 2
    raw = w / scaler.scale_
    return raw, b - raw @ scaler.mean_


def case(name, x, y, strengths, weights=None):
    fits = []
    for c in strengths:
        w, b = fitted(x, y, c, weights)
        fits.append({"strength": c, "weights": w.round(12).tolist(), "bias": (b - b.mean()).round(12).tolist()})
    return {"name": name, "features": x.tolist(), "labels": y.tolist(),
            "exampleWeights": [1.0] * len(y) if weights is None else weights.tolist(), "fits": fits}


cases = [case("two classes", *data(40, 4, 2), [0.01, 1.0, 100.0]),
         case("five classes", *data(60, 5, 5), [0.001, 0.1, 10.0]),
         case("imbalanced", *data(60, 4, 4, [0.85, 0.05, 0.05, 0.05]), [0.1, 10.0])]
x, y = data(50, 4, 3)
cases.append(case("example weights", x, y, [0.1, 5.0], random.integers(0, 9, 50) / 4))
x, y = data(40, 3, 3)
x = np.hstack([x, x[:, :1] + x[:, 1:2], 2 * x[:, 2:], np.full((40, 1), 3.0)])
cases.append(case("collinear and constant features", x, y, [0.1, 10.0]))
cases.append(case("fewer examples than features", *data(12, 20, 3), [0.01, 1.0]))

x, y = data(80, 6, 4)
folds = random.permutation(np.arange(80) % 5)
strengths = [0.001, 0.01, 0.1, 1.0, 10.0]
search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression(**EXACT)), {"logisticregression__C": strengths},
                      cv=PredefinedSplit(folds), scoring=["neg_log_loss", "accuracy"], refit=False).fit(x, y)
results = search.cv_results_
validation = {"features": x.tolist(), "labels": y.tolist(), "folds": folds.tolist(), "strengths": strengths,
              "losses": (-results["mean_test_neg_log_loss"]).tolist(),
              # scikit-learn divides by the number of folds, this library by one less
              "deviations": (results["std_test_neg_log_loss"] * np.sqrt(5 / 4)).tolist(),
              "accuracies": results["mean_test_accuracy"].tolist()}
with open(OUT, "w") as file:
    json.dump({"cases": cases, "validation": validation}, file)
    file.write("\n")
