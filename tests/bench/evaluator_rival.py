"""Times byolab's evaluators, faiss and scikit-learn in turn on the same features.

    python evaluator_rival.py BUILD [--rounds 3] [--threads 2 1]

kNN: 10,000 images against 50,000 features of 512 numbers, k = 200, against a flat inner-product index. Linear probe:
multinomial logistic regression, ten classes, each side until its own tolerance; the held-out losses are printed, since
only equal ones can be compared. Twice: on 10,000 × 512 independent features, the easiest there are for a fit; and,
where BYOLAB_CIFAR10 names the images, on what a network makes of 8,000 of them after three epochs of BYOL, whose
features go up and down together."""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import warnings

# faiss's wheel brings an OpenBLAS that takes newer processors for the oldest, with a quarter of their rate: set before
# it is loaded.
FLAGS = pathlib.Path("/proc/cpuinfo").read_text().split()
if "OPENBLAS_CORETYPE" not in os.environ and "GenuineIntel" in FLAGS:
    os.environ["OPENBLAS_CORETYPE"] = "SkylakeX" if "avx512f" in FLAGS else "Haswell"

import faiss
import numpy
import threadpoolctl
import torch
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).resolve().parent
EMA = HERE.parent.parent / "experiments" / "cifar10" / "ema.toml"


def clouds(n_train, n_test, d, spread):
    """Ten overlapping clouds: no probe separates them, so that the fit has a finite optimum."""
    random = numpy.random.default_rng(5)
    centres = random.normal(size=(10, d)) * spread
    labels = random.integers(0, 10, n_train + n_test)
    x = (centres[labels] + random.normal(size=(n_train + n_test, d))).astype(numpy.float32)
    return x[:n_train], labels[:n_train], x[n_train:], labels[n_train:]


def features_of_a_network(byolab, folder):
    """The 10,000 test images of CIFAR-10, seen by a network of 512 features that has had three epochs."""
    run, file = folder / "run", folder / "features.npy"
    sets = ["run.epochs=3", "run.threads=1", "encoder.channels=[32,64,128,512]", "record.embeddings=true",
            "record.images=0", "evaluate=[]"]
    words = [word for text in sets for word in ("--set", text)]
    subprocess.run([byolab, "run", EMA, "--folder", run, "--plain", *words], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([byolab, "export", run, "--to", "npy", "-o", file], check=True, stdout=subprocess.DEVNULL)
    x, labels = (numpy.load(path) for path in (file, file.with_suffix(".labels.npy")))
    order = numpy.random.default_rng(5).permutation(len(x))  # the folder has them class by class
    x, labels = x[order].astype(numpy.float32), labels[order].astype(numpy.int64)
    return x[:8000], labels[:8000], x[8000:], labels[8000:]


def save(path, data):
    names = ("train", "train_labels", "test", "test_labels")
    parts = (torch.from_numpy(numpy.ascontiguousarray(part)) for part in data)
    torch.save(dict(zip(names, parts, strict=True)), path)


def ours(program, path, threads, *words):
    out = subprocess.run([program, path, str(threads), *words], check=True, capture_output=True, text=True).stdout
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
    ratios = [y / x for x, y in zip(a, b, strict=True)]
    print(f"{name:>34} {statistics.median(a):9.3f} s {statistics.median(b):9.3f} s "
          f"{statistics.median(b) / statistics.median(a):6.2f}x {min(ratios):6.2f} – {max(ratios):.2f}   {note}")


def compare_knn(program, path, data, threads, rounds):
    a, b = [], []
    for _ in range(rounds):
        found = ours(program, path, threads, "knn", "k=200", "temperature=0.07")
        seconds, top1 = faiss_knn(data)
        a.append(found["seconds"])
        b.append(seconds)
    line("knn / faiss", a, b, f"top-1 {found['top1']:.2f} and {top1:.2f} %")


def compare_linear(name, program, path, data, threads, rounds):
    a, b = [], []
    for _ in range(rounds):
        found = ours(program, path, threads, "linear", "l2=0.001")
        seconds, loss = sklearn_linear(data, 0.001, 1e-5)
        a.append(found["seconds"])
        b.append(seconds)
    line(f"linear, {name} / scikit-learn", a, b, f"loss {found['loss']:.5f} and {loss:.5f}")


def main():
    warnings.filterwarnings("ignore")
    parse = argparse.ArgumentParser()
    parse.add_argument("build", type=pathlib.Path)
    parse.add_argument("--rounds", type=int, default=3)
    parse.add_argument("--threads", type=int, nargs="+", default=[2, 1])
    options = parse.parse_args()
    program = options.build / "tests" / "evaluator_bench"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        neighbours = clouds(50_000, 10_000, 512, 0.1)
        probes = {"clouds": clouds(10_000, 2_000, 512, 0.1)}
        if os.environ.get("BYOLAB_CIFAR10"):
            probes["a network"] = features_of_a_network(options.build / "bin" / "byolab", folder)
        else:
            print("no probe of a network's features: set BYOLAB_CIFAR10 to a folder with train/<class>/* for that")
        save(folder / "knn.pt", neighbours)
        for name, data in probes.items():
            save(folder / f"{name}.pt", data)
        for threads in options.threads:
            faiss.omp_set_num_threads(threads)
            threadpoolctl.threadpool_limits(threads)  # of scikit-learn's BLAS
            print(f"{f'{threads} threads':>34} {'ours':>11} {'rival':>11} {'ratio':>7} range over rounds")
            compare_knn(program, folder / "knn.pt", neighbours, threads, options.rounds)
            for name, data in probes.items():
                compare_linear(name, program, folder / f"{name}.pt", data, threads, options.rounds)


if __name__ == "__main__":
    main()
