"""Times byolab's evaluators, faiss and scikit-learn in turn on the same features.

    python evaluator_rival.py BUILD/tests/evaluator_bench [ROUNDS] [THREADS]      three rounds on two threads, unless given

kNN: 10,000 images against 50,000 features of 512 numbers, k = 200, against a flat inner-product index. Linear probe:
multinomial logistic regression without a penalty to speak of, 10,000 × 512, ten classes, each side until its own
tolerance; the held-out losses are printed, since only equal ones can be compared."""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import faiss
import numpy
import threadpoolctl
import torch
from sklearn.linear_model import LogisticRegression

THREADS = int(sys.argv[3]) if len(sys.argv) > 3 else 2


def features(n_train, n_test, d, spread):
    """Ten overlapping clouds: no probe separates them, so that the fit has a finite optimum."""
    random = numpy.random.default_rng(5)
    centres = random.normal(size=(10, d)) * spread
    labels = random.integers(0, 10, n_train + n_test)
    x = (centres[labels] + random.normal(size=(n_train + n_test, d))).astype(numpy.float32)
    return x[:n_train], labels[:n_train], x[n_train:], labels[n_train:]


def save(path, data):
    names = ("train", "train_labels", "test", "test_labels")
    torch.save({name: torch.from_numpy(numpy.ascontiguousarray(part)) for name, part in zip(names, data)}, path)


def ours(program, path, *words):
    out = subprocess.run([program, path, str(THREADS), *words], check=True, capture_output=True, text=True).stdout
    return {line.split()[0]: float(line.split()[1]) for line in out.splitlines()}


def faiss_knn(data):
    """Cosine neighbours, weighted vote with temperature 0.07: what our knn computes."""
    train, labels, test, wanted = data
    start = time.perf_counter()
    train, test = (x / numpy.linalg.norm(x, axis=1, keepdims=True) for x in (train, test))
    index = faiss.IndexFlatIP(train.shape[1])
    index.add(train)
    similarity, neighbours = index.search(test, 200)
    votes = numpy.zeros((len(test), 10))
    numpy.add.at(votes, (numpy.arange(len(test))[:, None], labels[neighbours]), numpy.exp(similarity / 0.07))
    top1 = (votes.argmax(1) == wanted).mean() * 100
    return time.perf_counter() - start, top1


def sklearn_linear(data, l2, tolerance):
    """l2/2 ‖W‖² beside a mean over n images is scikit-learn's C = 1/(n l2)."""
    train, labels, test, wanted = data
    start = time.perf_counter()
    model = LogisticRegression(C=1 / (len(train) * l2), tol=tolerance, max_iter=5000)
    scale = train.std(0)
    model.fit((train - train.mean(0)) / scale, labels)
    seconds = time.perf_counter() - start
    p = model.predict_proba((test - train.mean(0)) / scale)
    return seconds, -numpy.log(p[numpy.arange(len(wanted)), wanted]).mean()


def line(name, a, b, note):
    ratios = [y / x for x, y in zip(a, b)]
    print(f"{name:>24} {statistics.median(a):9.3f} s {statistics.median(b):9.3f} s "
          f"{statistics.median(b) / statistics.median(a):6.2f}x {min(ratios):6.2f} – {max(ratios):.2f}   {note}")


def main():
    warnings.filterwarnings("ignore")
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    faiss.omp_set_num_threads(THREADS)
    threadpoolctl.threadpool_limits(THREADS)  # of scikit-learn's BLAS
    with tempfile.TemporaryDirectory() as folder:
        neighbours, probe = features(50_000, 10_000, 512, 0.1), features(10_000, 2_000, 512, 0.1)
        files = [str(pathlib.Path(folder) / name) for name in ("knn.pt", "linear.pt")]
        save(files[0], neighbours)
        save(files[1], probe)
        knn, flat, linear, scikit = [], [], [], []
        for _ in range(rounds):
            found = ours(program, files[0], "knn", "k=200", "temperature=0.07")
            knn.append(found["seconds"])
            seconds, top1 = faiss_knn(neighbours)
            flat.append(seconds)
            notes = [f"top-1 {found['top1']:.2f} and {top1:.2f} %"]
            found = ours(program, files[1], "linear", "l2=0.001")
            linear.append(found["seconds"])
            seconds, loss = sklearn_linear(probe, 0.001, 1e-5)
            scikit.append(seconds)
            notes.append(f"loss {found['loss']:.5f} and {loss:.5f}")
        print(f"{'':>24} {'ours':>11} {'rival':>11} {'ratio':>7} range over rounds")
        line("knn / faiss", knn, flat, notes[0])
        line("linear / scikit-learn", linear, scikit, notes[1])


if __name__ == "__main__":
    main()
