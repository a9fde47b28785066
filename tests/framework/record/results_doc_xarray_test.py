"""What docs/results.md shows with xarray and pandas. Skipped where these are missing."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import snippets

snippets.skip_without("h5netcdf", "pandas", "xarray")
snippets.write_now("RunRecord.HoldsWhatWasWritten", BYOLAB_RECORD_OUT="run.h5")
codes = [code for code in snippets.pieces("python") if snippets.modules(code) & {"pandas", "xarray"}]
codes = [code for code in codes if "metrics.csv" not in code]  # export_test.py has that file
assert len(codes) == 2
shown = "".join(map(snippets.run, codes))
assert "target_update" in shown and "mean loss of the batch" in shown and "backward" in shown, shown
