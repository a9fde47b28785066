#!/bin/bash
# Builds another commit beside this checkout, runs the golden runs with both on this machine, and demands equal bits.
#   BYOLAB_BIN=build/bin/byolab tests/golden/compare.sh COMMIT        or ./dev golden COMMIT
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
commit=$(git -C "$source_dir" rev-parse --verify --quiet "${1:?usage: ./dev golden COMMIT}^{commit}") || {
  echo "error: there is no commit '$1' here." >&2
  exit 2
}
work=${BYOLAB_BUILD_DIR:-$source_dir/build}/golden/${commit:0:12}

if [[ ! -e $work/source ]]; then
  mkdir -p "$work"
  git -C "$source_dir" worktree add --detach "$work/source" "$commit"
fi
cmake -G Ninja -S "$work/source" -B "$work/build" >"$work/configure.log"
ninja -C "$work/build" ${BYOLAB_JOBS:+-j "$BYOLAB_JOBS"}

# Each with its own script and TOML, where it has them, since keys may have been renamed in between.
theirs=$work/source/tests/golden/golden.py
[[ -e $theirs ]] || theirs=$source_dir/tests/golden/golden.py
export OMP_NUM_THREADS=1
/usr/bin/python3 "$theirs" "$work/build/bin/byolab" "$work/theirs.json"
/usr/bin/python3 "$source_dir/tests/golden/golden.py" "${BYOLAB_BIN:-$source_dir/build/bin/byolab}" "$work/mine.json"
/usr/bin/python3 - "$work/theirs.json" "$work/mine.json" <<'END'
import json
import sys

theirs, mine = (json.load(open(path)) for path in sys.argv[1:])
wrong = 0
for name in sorted({*theirs, *mine}):
    if name not in theirs or name not in mine:
        print(f"{name:20} only {'here' if name in mine else 'there'}")
        continue
    differ = [what for what in ("identity", "losses", "weights") if theirs[name][what] != mine[name][what]]
    print(f"{name:20} {'other ' + ', '.join(differ) if differ else 'the same bits'}")
    wrong += bool(differ)
sys.exit(f"error: {wrong} golden runs differ." if wrong else 0)
END
