#!/bin/bash
# ./dev bench [augment|end_to_end|evaluators]... or one of convolutions|growth|overhead|roofline|record|start|
# streaming|sweep: byolab and its rivals in turn; prints ratios with their spread.
# What is printed is kept as well, below the machine and the versions that it is of, in build/bench/<the first word>.txt.
# The rivals live in a virtual environment of their own, made at the first run (about 6 GB: PyTorch from PyPI brings
# CUDA along). BYOLAB_RIVALS_PYTHON names a Python that has them already. Rest the machine meanwhile.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/byolab

rivals_python() {
  if [[ -n ${BYOLAB_RIVALS_PYTHON:-} ]]; then
    printf '%s' "$BYOLAB_RIVALS_PYTHON"
    return
  fi
  local venv=$cache/rivals
  if [[ ! -e $venv/complete ]]; then
    echo "setting the rivals up in $venv (once; several GB)" >&2
    python3 -m venv "$venv" >&2
    "$venv/bin/pip" install --quiet --requirement "$here/rivals.txt" >&2
    touch "$venv/complete"
  fi
  printf '%s' "$venv/bin/python"
}

cifar() {
  [[ -d ${BYOLAB_CIFAR10:-}/train ]] && return  # $1: what wants it
  echo "error: $1 trains on CIFAR-10: set BYOLAB_CIFAR10 to a folder with train/<class>/*" >&2
  exit 1
}

machine() {
  local flag short=""
  for flag in avx2 avx512f avx512_bf16; do
    if grep -qw "$flag" /proc/cpuinfo; then short+=" $flag"; fi
  done
  printf '%s, %s core(s),%s; %s MiB\n' "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$short" \
    "$(($(sed -n 's/^MemTotal:\s*\([0-9]*\).*/\1/p' /proc/meminfo) / 1024))"
  printf '%s, commit %s; rivals: %s; %s\n' "$("$BYOLAB_BIN" --version)" \
    "$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)" "$(paste -sd' ' "$here/rivals.txt")" "$(date -u +%F)"
}

measure() {
  machine
  printf './dev bench %s\n' "$*"
  if [[ $* == record ]]; then  # has no rival
    ninja -C "$BYOLAB_BUILD_DIR" --quiet record_bench
    exec /usr/bin/python3 "$here/record.py"
  fi

  case ${1:-} in sweep | start | streaming)  # likewise; ./dev bench sweep [trials]
    exec /usr/bin/python3 "$here/$1.py" "${@:2}" ;;
  esac

  case ${1:-} in growth | overhead | roofline)  # likewise; ./dev bench growth [--rounds 3]
    cifar "$1"
    ninja -C "$BYOLAB_BUILD_DIR" --quiet augment_bench limits_bench overhead_bench
    exec /usr/bin/python3 "$here/$1.py" "$BYOLAB_CIFAR10" "${@:2}" ;;
  esac

  local python
  python=$(rivals_python)
  if [[ ${1:-} == convolutions ]]; then  # ./dev bench convolutions [--width 16] [--dtype float32]
    ninja -C "$BYOLAB_BUILD_DIR" --quiet convolution_bench
    local width batch type
    for shape in "16 256 float32" "64 64 float32" "16 256 bfloat16" "64 64 bfloat16"; do
      printf '\n== 3x3 with stride 1, width and batch %s, one thread\n' "$shape"
      read -r width batch type <<<"$shape"
      "$BYOLAB_BUILD_DIR/tests/convolution_bench" 1 "$width" "$batch" "$type"
    done
    printf "\n== LibTorch's, of a product's rate\n"
    exec "$python" "$here/convolutions.py" "${@:2}"
  fi
  ninja -C "$BYOLAB_BUILD_DIR" --quiet augment_bench evaluator_bench
  if [[ ${1:-} == end_to_end ]]; then  # ./dev bench end_to_end [--rounds 3] [--steps 20]
    cifar end_to_end
    exec "$python" "$here/end_to_end.py" "$BYOLAB_CIFAR10" "${@:2}"
  fi
  (($#)) || set -- augment evaluators end_to_end
  for what in "$@"; do
    printf '\n== %s\n' "$what"
    case $what in
      augment) "$python" "$here/augment_rival.py" "$BYOLAB_BUILD_DIR/tests/augment_bench" ;;
      end_to_end) cifar end_to_end && "$python" "$here/end_to_end.py" "$BYOLAB_CIFAR10" ;;
      evaluators) "$python" "$here/evaluator_rival.py" "$BYOLAB_BUILD_DIR" ;;
      *) echo "error: nothing is called '$what': augment, end_to_end, evaluators; or one of convolutions, growth, overhead, roofline, record, start, streaming, sweep" >&2; exit 1 ;;
    esac
  done
}

# A first word that is none of these would install the rivals for nothing.
case ${1:-all} in
  all | augment | end_to_end | evaluators | convolutions | growth | overhead | roofline | record | start | streaming | sweep) ;;
  *)
    echo "error: nothing is called '$1': augment, end_to_end, evaluators; or one of convolutions, growth, overhead, roofline, record, start, streaming, sweep" >&2
    exit 1 ;;
esac
mkdir -p "$BYOLAB_BUILD_DIR/bench"
kept=$BYOLAB_BUILD_DIR/bench/${1:-all}.txt
measure "$@" | tee "$kept.new"
mv "$kept.new" "$kept"  # what failed leaves the earlier one
