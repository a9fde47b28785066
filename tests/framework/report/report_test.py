# labels: slow
# ctest: TIMEOUT 600
"""`byolab report`: one file that draws itself in a browser without a network. Skipped without Chromium."""

import importlib.util
import json
import os
import pathlib
import re
import shutil
import sys
import time

import h5py
import numpy

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import analysis
import byolab_runs as runs

if not (runs.BUILD / "share" / "byolab" / "report" / "vega.js").exists():
    print("Vega was not there when byolab was built")
    sys.exit(77)

# Two arms of two seeds each: one with embeddings; names with all that HTML and JSON must survive.
NASTY = 'a "b" <i>c</i> </script> é'
RECORD = '\n[record]\nembeddings = true\nimages = 60\nexamples = 4\n'
first = runs.run(runs.experiment(runs.TINY + RECORD))
second = runs.run(runs.experiment(runs.TINY.replace('plugin = "adamw"', 'plugin = "sgd"'), "sgd.toml"),
                  "--set", "run.output=runs2")
folder = pathlib.Path("all")
for seed in range(3):
    analysis.with_values(first, folder / f"one-{seed:08}", name="one", seed=seed, values={"knn/top1": 30.0 + seed})
    analysis.with_values(second, folder / f"two-{seed:08}", name=NASTY, seed=seed, values={"knn/top1": 35.5 - seed})
analysis.with_values(first, folder / "one-broken00", name="one", seed=7, status="failed")

done = runs.byolab("report", folder, "-o", "report.html", "--baseline", "one", "--title", "Adam & SGD")
assert "wrote report.html" in done.stdout and "one-broken00" in done.stderr, done
page = pathlib.Path("report.html").read_text()
assert len(page) < 3e6 and not re.search(r'(src|href)="https?:', page.split("<script>")[0])
embedded = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL).group(1))
assert embedded["arms"] == ["one", NASTY] and len(embedded["runs"]) == 7
assert embedded["runs"][0]["file"] == "all/one-00000000/run.h5"
(knn,) = [table for table in embedded["tables"] if table["metric"] == "knn/top1"]
assert knn["arms"][0]["mean"] == 31.0 and knn["arms"][1]["difference"] == 3.5
assert embedded["differs"]["keys"] and all(not key.startswith("run.") for key in embedded["differs"]["keys"])
assert set(embedded["differs"]["keys"]) >= {"optimizer.plugin"}
(vectors,) = embedded["embeddings"]
assert sum(map(sum, vectors["confusion"])) == 60 and len(vectors["points"]) == 60 and len(vectors["examples"]) == 4
assert all(0 <= share <= 1 for share in vectors["explained"]) and vectors["explained"][0] >= vectors["explained"][1]
assert len(vectors["examples"][0]["nearest"]) == 6 and len(vectors["examples"][0]["views"]) == 2

# The plane is NumPy's, the confusion matrix a count, the neighbours those of a plain search.
with h5py.File(first / "run.embeddings.h5") as file:
    snapshot = {name: item[:] for name, item in file["snapshots/step_000000016"].items()}
    rows, nearest = file["examples/row"][:], file["examples/nearest"][:]
features = snapshot["features"].astype("float64")
centred = features - features.mean(0)
_, scales, axes = numpy.linalg.svd(centred, full_matrices=False)
found = numpy.array([point[1:3] for point in vectors["points"]])
wanted = centred @ axes[:2].T
for axis in range(2):
    sign = numpy.sign(found[:, axis] @ wanted[:, axis])
    numpy.testing.assert_allclose(found[:, axis], sign * wanted[:, axis], atol=2e-3 * abs(wanted).max())
numpy.testing.assert_allclose(vectors["explained"], (scales**2 / (scales**2).sum())[:2], rtol=1e-6)
counts = numpy.zeros((10, 10), int)
numpy.add.at(counts, (snapshot["label"], snapshot["predicted"]), 1)
numpy.testing.assert_array_equal(vectors["confusion"], counts)
unit = features / numpy.linalg.norm(features, axis=1, keepdims=True)
for row, close in zip(rows, nearest, strict=True):
    cosine = unit @ unit[row]
    cosine[row] = -2
    numpy.testing.assert_allclose(cosine[close], numpy.sort(cosine)[::-1][:6], atol=1e-6)

# One run alone makes a report, too.
runs.byolab("report", second, "-o", "single.html")
missing = runs.byolab("report", "nowhere", check=False)
assert missing.returncode == 1 and "nowhere: no such file or folder" in missing.stderr

if not importlib.util.find_spec("selenium") or not shutil.which("chromium") or not shutil.which("chromedriver"):
    print("chromium, chromium-driver or python3-selenium is missing: the pages were written, but not looked at")
    sys.exit(77)

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def browser(*arguments):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--host-resolver-rules=MAP * ~NOTFOUND",
                     f"--user-data-dir={pathlib.Path('profile').absolute()}", *arguments]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(pathlib.Path.cwd())})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def wait(what, seconds=600):
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def marks(driver):
    """Shapes drawn by each figure."""
    return driver.execute_script("""
        const figures = [...document.querySelectorAll("figure[data-plot]")];
        const count = f => f.querySelectorAll("svg path, svg rect, svg text").length;
        return Object.fromEntries(figures.map(f => [f.dataset.plot, count(f)]))""")


def saved(pattern):
    """A file that the browser downloaded. It reserves the name with an empty file before it fills it."""
    return next((path for path in pathlib.Path(".").glob(pattern) if path.stat().st_size), None)


def quiet(driver):
    errors = [entry for entry in driver.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]
    assert not errors, errors
    urls = [json.loads(entry["message"])["message"]["params"].get("request", {}).get("url", "")
            for entry in driver.get_log("performance")
            if "Network.requestWillBeSent\"" in entry["message"]]
    # not the browser's own page
    asked = {url[:100] for url in urls if url
             and not url.startswith(("file:", "data:", "chrome:", "chrome-untrusted:", "about:"))}
    assert not asked, asked


shots = pathlib.Path(os.environ.get("BYOLAB_SHOTS", "."))
driver = browser("--window-size=1280,1000")
try:
    driver.get(pathlib.Path("report.html").absolute().as_uri())
    wait(lambda: (found := marks(driver)) and min(found.values()) > 3)
    quiet(driver)
    plots = marks(driver)
    assert {"knn/top1", "curve", "train-loss", "train/z_std", "pca", "confusion", "timing"} <= set(plots), plots
    assert driver.find_element(By.TAG_NAME, "h1").text == "Adam & SGD"
    assert NASTY in driver.find_element(By.ID, "arms").text
    images = driver.find_elements(By.CSS_SELECTOR, ".picture img")
    assert len(images) == 4 * 7 + 4 * 3
    assert all(driver.execute_script("return arguments[0].naturalWidth", image) == 32 for image in images)
    assert all(image.get_attribute("alt") for image in images)
    # No part of the page is wider than the window, wide or narrow.
    for width in (1280, 700, 360):
        driver.set_window_size(width, 900)
        time.sleep(0.3)
        wait(lambda: driver.execute_script("return document.documentElement.scrollWidth <= "
                                           "document.documentElement.clientWidth"))
    driver.set_window_size(1280, 1000)

    # Switching an arm off redraws the plots without it; another metric is another plot.
    before = marks(driver)
    box = driver.find_elements(By.CSS_SELECTOR, "#arms input")[1]
    box.send_keys(Keys.SPACE)
    wait(lambda: marks(driver)["knn/top1"] < before["knn/top1"])
    box.send_keys(Keys.SPACE)
    wait(lambda: marks(driver)["knn/top1"] == before["knn/top1"])
    select = driver.find_element(By.ID, "metric")
    select.send_keys("train/lr")
    wait(lambda: "learning rate" in driver.find_element(By.CSS_SELECTOR, "figure[data-plot=curve] figcaption").text)
    driver.find_element(By.ID, "each").send_keys(Keys.SPACE)

    # Every number of the runs says where it stands, to keyboard and pointer alike.
    driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    number = driver.find_element(By.CSS_SELECTOR, "#results a.source")
    driver.execute_script("arguments[0].focus()", number)
    tip = wait(lambda: driver.find_element(By.ID, "tip").text)
    assert "all/one-00000000/run.h5" in tip and "/metrics/knn/top1" in tip, tip
    assert number.get_attribute("href").endswith("all/one-00000000/run.h5")

    # Each plot saves itself.
    figure = driver.find_element(By.CSS_SELECTOR, "figure[data-plot='knn/top1']")
    for button in figure.find_elements(By.CSS_SELECTOR, ".save button"):
        button.send_keys(Keys.ENTER)
    svg = wait(lambda: saved("knn-top1*.svg"))
    png = wait(lambda: saved("knn-top1*.png"))
    assert "<svg" in svg.read_text() and png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    quiet(driver)

    # Structure that a screen reader needs: one h1, labelled figures, tables with headers, no control without a name.
    assert driver.execute_script("return document.querySelectorAll('h1').length") == 1
    assert driver.execute_script("return [...document.querySelectorAll('.plot')].every(p => "
                                 "p.getAttribute('aria-label').length > 10)")
    assert driver.execute_script("return [...document.querySelectorAll('table')].every(t => t.caption && "
                                 "t.querySelector('th[scope=row]'))")
    assert driver.execute_script("return [...document.querySelectorAll('input, select, button')].every(c => "
                                 "c.labels?.length || c.getAttribute('aria-label'))")

    driver.get(pathlib.Path("single.html").absolute().as_uri())
    wait(lambda: (found := marks(driver)) and min(found.values()) > 3)
    quiet(driver)
finally:
    driver.quit()

# The same without a hand: each plot as SVG and PNG.
done = runs.byolab("report", folder, "-o", "again.html", "--baseline", "one", "--plots", "plots")
files = {path.name for path in pathlib.Path("plots").iterdir()}
assert {"knn-top1.svg", "knn-top1.png", "confusion.svg", "pca.png", "timing.svg"} <= files, files
for path in pathlib.Path("plots").iterdir():
    assert path.read_bytes()[:4] == (b"<svg" if path.suffix == ".svg" else b"\x89PNG"), path
nobody = runs.byolab("report", folder, "-o", "again.html", "--plots", "plots",
                     env={"BYOLAB_BROWSER": "no-such-browser"}, check=False)
assert nobody.returncode == 1 and "no browser was found to draw the plots" in nobody.stderr, nobody.stderr
