"""Makes ../resources/goldens/metrics.json with scikit-learn.

Needs scikit-learn, SciPy and NumPy. Run: python3 make_metric_goldens.py

Outputs are multiples of 1/8, so that they are exact in float32 and some of them are equal. The best thresholds are
found by trying all of them with exact fractions: scikit-learn has no such function.
"""
import json, os
from fractions import Fraction
import numpy as np
import sklearn
from scipy.special import expit
from scipy.stats import binomtest
from sklearn import metrics as m

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "metrics.json")
random = np.random.default_rng(17)


def grid(shape, limit):
    return np.round(random.uniform(-limit, limit, shape) * 8) / 8


def best_threshold(tags, p):
    """The highest of the thresholds with the highest F1, midway between neighbouring probabilities."""
    scores = sorted(set(p), reverse=True)
    best, best_f1 = 0.5, Fraction(0)
    for own, below in zip(scores, scores[1:] + [0.0]):
        predicted = p >= own
        f1 = Fraction(int(2 * (predicted * tags).sum()), int(predicted.sum() + tags.sum()))
        if f1 > best_f1:
            best, best_f1 = (own + below) / 2, f1
    return best


def of_tags(tags, p, thresholds):
    predicted = (p >= np.array(thresholds)).astype(int)
    each = m.precision_recall_fscore_support(tags, predicted, average=None, zero_division=0)
    have = tags.sum(0) > 0
    return {"precision": each[0].tolist(), "recall": each[1].tolist(), "f1": each[2].tolist(),
            "macroF1": m.f1_score(tags[:, have], predicted[:, have], average="macro", zero_division=0),
            "microF1": m.f1_score(tags, predicted, average="micro", zero_division=0),
            "accuracy": float((tags == predicted).mean())}


def tags():
    n, k = 40, 5
    logits = grid((n, k), 3)
    tags = (random.uniform(size=(n, k)) < expit(logits)).astype(int)
    tags[:, 2] = random.uniform(size=n) < 0.1
    tags[:, 3] = 0
    tags[:, 4] = 1
    p = expit(logits)
    have = [j for j in range(k) if tags[:, j].any()]
    precision = [m.average_precision_score(tags[:, j], logits[:, j]) if j in have else None for j in range(k)]
    fitted = [best_threshold(tags[:, j], p[:, j]) for j in range(k)]
    return {"logits": logits.tolist(), "tags": tags.tolist(), "averagePrecision": precision,
            "meanAveragePrecision": m.average_precision_score(tags[:, have], logits[:, have], average="macro"),
            "loss": m.log_loss(tags.reshape(-1), p.reshape(-1)),
            "half": of_tags(tags, p, [0.5] * k), "thresholds": fitted, "fitted": of_tags(tags, p, fitted)}


def classes():
    n, k = 30, 6
    # No equal logits: scikit-learn ranks them in another way.
    logits = random.permuted(np.tile(np.arange(k) / 2.0, (n, 1)), axis=1)
    labels = random.integers(0, 4, n)
    logits[:, 5] = -10  # A class without images that is never predicted.
    predicted = logits.argmax(1)
    return {"logits": logits.tolist(), "labels": labels.tolist(),
            "macroF1": m.f1_score(labels, predicted, average="macro"),
            "balancedAccuracy": m.balanced_accuracy_score(labels, predicted),
            "top2": m.top_k_accuracy_score(labels, logits, k=2, labels=range(k))}


def values():
    n, k = 25, 4
    targets = grid((n, k), 20)
    outputs = targets + grid((n, k), 3)
    targets[:, 1] = 0.125
    targets[:, 2] = outputs[:, 2] = -7.5
    outputs[:, 3] = grid(n, 20)
    return {"outputs": outputs.tolist(), "targets": targets.tolist(),
            "mae": m.mean_absolute_error(targets, outputs, multioutput="raw_values").tolist(),
            "rmse": m.root_mean_squared_error(targets, outputs, multioutput="raw_values").tolist(),
            "r2": m.r2_score(targets, outputs, multioutput="raw_values").tolist(),
            "meanMae": m.mean_absolute_error(targets, outputs), "meanRmse": m.root_mean_squared_error(targets, outputs),
            "meanR2": m.r2_score(targets, outputs), "mse": m.mean_squared_error(targets, outputs)}


def intervals():
    cases = [(0, 1), (1, 1), (0, 10), (10, 10), (1, 2), (7, 10), (95, 100), (381, 393), (12630, 12630), (12345, 12630),
             (1, 1000000), (2000000000, 2147483647)]
    found = []
    for right, count in cases:
        for confidence in (0.5, 0.9, 0.95, 0.99, 0.999):
            interval = binomtest(right, count).proportion_ci(confidence, method="wilson")
            found.append([right, count, confidence, interval.low, interval.high])
    return found


with open(OUT, "w") as f:
    json.dump({"scikit-learn": sklearn.__version__, "tags": tags(), "classes": classes(), "values": values(),
               "intervals": intervals()}, f)
    f.write("\n")
