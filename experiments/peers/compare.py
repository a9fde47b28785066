"""What run.py's results say: prints a table for each method, and writes results/<method>.json with each seed's rows.

    python compare.py RESULTS [-o FOLDER]      needs SciPy

Differences are byolab less lightly, with Welch's 95 % interval: their seeds are not paired.
"""

import argparse
import json
import pathlib
import statistics

from scipy import stats

HERE = pathlib.Path(__file__).parent
PROGRAMS = ("byolab", "lightly")
POINT = 1.0  # a difference of so much would be looked into


def read(folder, method):
    """{program: {seed: rows}} of the runs that have ended."""
    found = {program: {} for program in PROGRAMS}
    for program in PROGRAMS:
        for path in sorted(folder.glob(f"{method}-{program}-*.jsonl")):
            rows = [json.loads(line) for line in path.read_text().splitlines()]
            found[program][int(path.stem.rsplit("-", 1)[1])] = rows
    return found


def at(runs, epoch):
    return [row["knn"] for rows in runs.values() for row in rows if row["epoch"] == epoch and "knn" in row]


def interval(ours, theirs):
    """Difference of the means, and its interval; none from fewer than two runs of each."""
    difference = statistics.mean(ours) - statistics.mean(theirs)
    if min(len(ours), len(theirs)) < 2:
        return difference, None
    bounds = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)
    return difference, (bounds.low, bounds.high)


def spread(values):
    deviation = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.1f}{deviation} ({len(values)})"


def verdict(bounds):
    if bounds is None:
        return "No interval: each program needs two runs that have ended."
    low, high = bounds
    if low > POINT or high < -POINT:
        return "A difference of more than one point is shown."
    if low >= -POINT and high <= POINT:
        return "A difference of more than one point is excluded."
    return "A difference of more than one point is neither shown nor excluded."


def table(method, runs):
    both = [{row["epoch"] for rows in runs[program].values() for row in rows if "knn" in row} for program in PROGRAMS]
    epochs = sorted(both[0] & both[1])
    if not epochs:
        print(f"{method}: nothing to compare yet\n")
        return None
    print(f"{method}: kNN in %, mean ± standard deviation (runs)\n")
    print("| epoch | byolab | lightly | difference | 95 % interval |\n|---|---|---|---|---|")
    found = []
    for epoch in epochs:
        ours, theirs = at(runs["byolab"], epoch), at(runs["lightly"], epoch)
        difference, bounds = interval(ours, theirs)
        shown = f"{bounds[0]:+.1f} to {bounds[1]:+.1f}" if bounds else "–"
        print(f"| {epoch} | {spread(ours)} | {spread(theirs)} | {difference:+.1f} | {shown} |")
        found.append({"epoch": epoch, "difference": difference, "interval": bounds})
    print(f"\nAfter epoch {epochs[-1]}: {verdict(bounds)}\n")
    return found


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("-o", "--output", type=pathlib.Path, default=HERE / "results")
    given = options.parse_args()
    for method in ("byol", "simclr"):
        runs = read(given.folder, method)
        differences = table(method, runs)
        if differences:
            given.output.mkdir(parents=True, exist_ok=True)
            kept = {"differences": differences, "runs": runs}
            (given.output / f"{method}.json").write_text(json.dumps(kept, indent=1) + "\n")
