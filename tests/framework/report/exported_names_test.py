"""Names with commas, quotes, line ends and pipes come out of every table for other programs as they went in."""

import csv
import html.parser
import io
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import analysis
import byolab_runs as runs

NAMES = ["a, b", 'say "yes"', "two\nlines", "dos\r\nlines", "back\\slash|pipe", "*bold* _lean_ a_b `code` <i>", "plain",
         "</script><b>bold</b>"]
# What a terminal would act on is shown instead: readers of records do that, for all that is made of them.
SHOWN = [name.replace("\r", "\\x0d") for name in NAMES]
EVALUATOR = 'knn, "k = 5" | 1'


def table_of(words):
    """Read back by Python's csv, without its reader changing line ends."""
    done = runs.byolab(*words, "--format", "csv", text=False)
    return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


path = runs.experiment(runs.TINY.replace('plugin = "knn"', f"plugin = \"knn\"\nname = '{EVALUATOR}'"))
seed_run = runs.run(path, "--set", "run.steps=2")
folder = pathlib.Path("all")
for i, name in enumerate(NAMES):
    analysis.with_values(seed_run, folder / str(i), name=name, seed=0, values={f"{EVALUATOR}/top1": 10.0 + i},
                         replace=[("hidden = 32\n", f"hidden = {32 + i}\n")])

# compare, as CSV.
metric = f"{EVALUATOR}/top1"
rows = table_of(["compare", folder, "--metric", metric, "--baseline", NAMES[2]])
assert {row["arm"]: float(row["mean"]) for row in rows} == {name: 10.0 + i for i, name in enumerate(SHOWN)}, rows
assert {row["baseline"] for row in rows} == {NAMES[2]} and {row["metric"] for row in rows} == {metric}, rows
assert None not in rows[0] and None not in rows[0].values(), rows[0]

# As Markdown: one line an arm, as many cells as the head has, and the name in the first.
page = runs.byolab("compare", folder, "--metric", metric, "--format", "markdown", text=False).stdout.decode()
lines = [line for line in page.split("\n") if line.startswith("|")]
assert len(lines) == 2 + len(NAMES), page


def cells(line):
    return [cell.strip() for cell in re.findall(r"((?:[^|\\]|\\.)*)\|", line)[1:]]


assert {len(cells(line)) for line in lines} == {len(cells(lines[0]))}, page
found = {re.sub(r"\\(.)", r"\1", cells(line)[0]) for line in lines[2:]}
assert found == {name.replace("\n", "<br>") for name in SHOWN}, found
assert r"\*bold\* \_lean\_ a_b \`code\` \<i>" in page, page

# For people and for LaTeX: one line an arm, too.
plain = runs.byolab("compare", folder, "--metric", metric).stdout
assert r"two\x0alines" in plain and r"dos\x0d\x0alines" in plain, plain
latex = runs.byolab("compare", folder, "--metric", metric, "--format", "latex", text=False).stdout.decode()
assert latex.count("\\\\\n") == 1 + len(NAMES) and "two lines &" in latex and "slash$|$pipe" in latex, latex

# The report's page: its data are read by a browser as a script's text.
class Data(html.parser.HTMLParser):
    wanted = False

    def handle_starttag(self, tag, attributes):
        self.wanted = (tag, dict(attributes).get("id")) == ("script", "data")

    def handle_data(self, text):
        if self.wanted:
            self.found = json.loads(text)
            self.wanted = False


if runs.HAS_PAGE:
    runs.byolab("report", folder, "-o", "page.html")
    reader = Data()
    reader.feed(pathlib.Path("page.html").read_text())
    assert set(reader.found["arms"]) == set(SHOWN), reader.found["arms"]

# A run's curves.
runs.byolab("export", seed_run, "--to", "csv", "-o", "curves.csv")
with open("curves.csv", newline="") as file:
    curves = list(csv.DictReader(file))
assert all(None not in row and None not in row.values() for row in curves)
assert {row["group"] for row in curves} == {"train", EVALUATOR, "collapse", "timing"}, curves
top1 = [float(row["value"]) for row in curves if row["group"] == EVALUATOR and row["metric"] == "top1"]
assert top1 == [float(value) for value in runs.metrics(seed_run)[metric]], top1
print("names go through")
