"""Writes evaluators.pt: values of the evaluators' measures from NumPy, PyTorch and scikit-learn.

For tests/plugins/evaluator/. Each value is computed the plain way, by other code than ours, and follows

knn        zhirongw/lemniscate.pytorch at f7cfe29, test.py:106-122, and lightly-ai/lightly at e8d317f,
           lightly/utils/benchmarking/knn.py:59-84: similarities, the k greatest, exp(s / t), a sum for each class
linear     scikit-learn 1.9.1, sklearn/linear_model/_logistic.py:467-469 and 580 (its C is 1 / (rows * l2))
alignment  ssnl/align_uniform at 78ccdb1, align_uniform/__init__.py:4-5; uniformity: 8-9
rank       Roy & Vetterli 2007, definitions 1 to 3; spread: Chen & He 2021, section 4.1
optimal    Grill et al. 2020, appendix I.2
"""
import pathlib

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(5)
out = {}

# Three overlapping classes, features of unlike scales, one of them constant.
classes, width, train, test = 3, 12, 240, 120
centres = rng.normal(size=(classes, width))
scale = rng.uniform(0.1, 10, width)


def draw(count):
    labels = rng.integers(classes, size=count)
    features = (centres[labels] + 1.5 * rng.normal(size=(count, width))) * scale + 3
    features[:, 5] = 1.25
    return features.astype(np.float32), labels


x, y = draw(train)
x_test, y_test = draw(test)
out |= {"train": x, "train_labels": y, "test": x_test, "test_labels": y_test}

# kNN: all similarities, a full sort, votes one by one.
for k, temperature in [(1, 0.1), (20, 0.1), (20, 0.02), (240, 0.5)]:
    bank = x / np.linalg.norm(x, axis=1, keepdims=True)
    right = 0
    for query, label in zip(x_test, y_test, strict=True):
        similarity = bank.astype(np.float64) @ (query / np.linalg.norm(query))
        nearest = np.argsort(-similarity)[:k]
        votes = [np.exp(similarity[nearest] / temperature)[y[nearest] == c].sum() for c in range(classes)]
        right += int(np.argmax(votes)) == label
    out[f"knn_{k}_{temperature}"] = 100 * right / test

# The linear probe: scikit-learn, far beyond the tolerance that is tested.
mean, deviation = x.astype(np.float64).mean(0), x.astype(np.float64).std(0)
deviation[5] = np.inf
standard, standard_test = (x - mean) / deviation, (x_test - mean) / deviation
for l2 in (1e-1, 1e-3):
    model = LogisticRegression(C=1 / (train * l2), tol=1e-10, max_iter=100000).fit(standard, y)
    chance = model.predict_proba(standard_test)
    out[f"linear_{l2}_top1"] = 100 * (model.predict(standard_test) == y_test).mean()
    out[f"linear_{l2}_loss"] = -np.log(chance[np.arange(test), y_test]).mean()
    out[f"linear_{l2}_train_top1"] = 100 * (model.predict(standard) == y).mean()

# Collapse: two views of projections with few large directions, predictions, targets.
n, d = 150, 10
base = rng.normal(size=(n, d)) * np.linspace(2, 0.05, d) + 0.7
views = {name: [(base + noise * rng.normal(size=(n, d))).astype(np.float32) for _ in range(2)]
         for name, noise in [("projection", 0.2), ("prediction", 0.4), ("target", 0.3)]}
views["features"] = [np.maximum(base @ rng.normal(size=(d, 16)) + rng.normal(size=(n, 16)), 0).astype(np.float32)
                     for _ in range(2)]
for name, pair in views.items():
    out[f"{name}_0"], out[f"{name}_1"] = pair


def unit(a):
    a = a.astype(np.float64)
    return a / np.linalg.norm(a, axis=1, keepdims=True)


def rank(a):
    singular = np.linalg.svd(a, compute_uv=False)
    share = singular / singular.sum()
    return np.exp(-(share * np.log(share + 1e-300)).sum())


def both(function, name):
    return np.mean([function(unit(view)) for view in views[name]])


for short, name in [("z", "projection"), ("y", "features")]:
    out[f"{short}_std"] = both(lambda u: np.sqrt(u.shape[1]) * u.std(0).mean(), name)
    out[f"{short}_rank"] = both(lambda u: rank(u - u.mean(0)), name)
    out[f"{short}_rank_raw"] = both(rank, name)
z, q, t = views["projection"], views["prediction"], views["target"]
out["alignment"] = (np.linalg.norm(unit(z[0]) - unit(z[1]), axis=1) ** 2).mean()
out["uniformity"] = both(lambda u: np.log(np.exp(-2 * torch.pdist(torch.tensor(u)).numpy() ** 2).mean()), "projection")
out["cosine"] = np.mean([(unit(q[0]) * unit(t[1])).sum(1).mean(), (unit(q[1]) * unit(t[0])).sum(1).mean()])
stacked = np.concatenate(z).astype(np.float64)
wanted = np.concatenate([unit(t[1]), unit(t[0])])
optimal = stacked @ np.linalg.lstsq(stacked, wanted, rcond=None)[0]
out["optimal_cosine"] = (unit(optimal) * wanted).sum(1).mean()
out["predictor_gap"] = np.sqrt((np.linalg.norm(unit(np.concatenate(q)) - unit(optimal), axis=1) ** 2).mean())

torch.save({key: torch.as_tensor(np.asarray(value)) for key, value in out.items()},
           pathlib.Path(__file__).with_name("evaluators.pt"))
