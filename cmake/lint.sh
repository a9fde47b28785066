# What `./dev format` and `./dev lint` do. Sourced by ./dev, whose functions it uses.
# shellcheck shell=bash
# shellcheck disable=SC2154  # source_dir, build_dir: ./dev sets them

files_of() {  # git's patterns; what git ignores is left out, and what was just removed
  local file
  git -C "$source_dir" ls-files -co --exclude-standard -- "$@" | while read -r file; do
    if [[ -e $source_dir/$file ]]; then printf '%s\n' "$file"; fi
  done
}

in_source() { (cd "$source_dir" && "$@"); }

format() {
  local how=(-i)
  case ${1:-} in
    '') ;;
    --check) how=(--dry-run -Werror) ;;
    *) fail "./dev format takes --check, or nothing; not '$1'." ;;
  esac
  install_packages "$source_dir/cmake/packages-lint.txt"
  files_of '*.cpp' '*.hpp' | in_source xargs -r -n 32 clang-format "${how[@]}"
}

check_shell() { files_of dev .ci/run '*.sh' | in_source xargs -r shellcheck -x; }

check_python() {
  local tools
  tools=$(lock_folder "$source_dir/cmake/lint-tools.lock" lint-tools)
  fetch_locked "$source_dir/cmake/lint-tools.lock" "$tools" unpack_wheels || {
    say "ruff could not be fetched (above): the Python was not checked."
    return 1
  }
  in_source "$tools"/ruff-*.data/scripts/ruff check --no-cache --quiet
}

check_rooms() { /usr/bin/python3 "$source_dir/tests/architecture_test.py"; }

check_tidy() {  # files
  (($#)) || return 0
  # A build folder of its own: clang cannot read g++'s precompiled headers.
  local folder=$build_dir/lint
  in_source cmake --preset lint -B "$folder" >/dev/null || return 1
  ninja -C "$folder" --quiet byolab_api_hash >/dev/null || return 1
  printf '%s\n' "$@" | in_source xargs -P "$(jobs)" -n 1 clang-tidy --quiet -p "$folder" \
    2> >(grep -v 'warnings generated' >&2)
}

# What clang-tidy can look at: what the build compiles.
compiled() { awk '/^(framework|plugins|tests)\/.*\.cpp$/ && !/^tests\/(fixtures|out_of_tree)\// && !seen[$0]++'; }

# The .cpp through which clang-tidy sees a file: itself, a header's own, or one that includes the header.
seen_through() {  # file
  case $1 in
    *.cpp) printf '%s\n' "$1" ;;
    *.hpp)
      { if [[ -e $source_dir/${1%.hpp}.cpp ]]; then printf '%s\n' "${1%.hpp}.cpp"; fi
        in_source git grep -lE "#include [\"<]([^\">]*/)?${1##*/}[\">]" -- '*.cpp' || true; } | compiled | sed -n 1p ;;
  esac
}

# Sets `base` and `base_said`: the commit since which files count as changed.
find_base() {  # commit or nothing
  local git=(git -C "$source_dir") head
  head=$("${git[@]}" rev-parse HEAD)
  if [[ -n $1 ]]; then
    base=$("${git[@]}" merge-base "$1" HEAD 2>/dev/null) ||
      fail "./dev lint --changed $1: git knows no commit '$1' that this branch comes from; name one that 'git log' lists."
    base_said=$1
  elif base=$("${git[@]}" merge-base origin/main HEAD 2>/dev/null) && [[ $base != "$head" ]]; then
    base_said=origin/main
  elif base=$("${git[@]}" rev-parse -q --verify HEAD~1); then
    base_said=HEAD~1
  else
    base=$("${git[@]}" hash-object -t tree /dev/null)  # the empty tree: all files count
    base_said="the beginning, since git has no earlier commit here"
  fi
}

# The files changed since $base, newest first: what is not committed, then commit by commit.
changed_files() {
  local git=(git -C "$source_dir" -c core.quotePath=off)
  {
    "${git[@]}" diff --name-only HEAD
    "${git[@]}" ls-files -o --exclude-standard
    "${git[@]}" log --format= --name-only "$base..HEAD" 2>/dev/null || true  # the empty tree is no commit
    "${git[@]}" diff --name-only "$base"
  } | awk '!seen[$0]++' | while read -r file; do if [[ -e $source_dir/$file ]]; then printf '%s\n' "$file"; fi; done
}

# Sets `files` to what clang-tidy is to look at.
choose_changed() {  # commit or nothing, the most files (0: all)
  local base base_said file through
  find_base "$1"
  mapfile -t files < <(changed_files | while read -r file; do
    through=$(seen_through "$file")
    if [[ -n $through ]]; then
      printf '%s\n' "$through"
    elif [[ $file == *.hpp ]]; then
      say "clang-tidy may not see $file: no .cpp includes it itself." >&2
    fi
  done | compiled)
  say "clang-tidy: ${#files[@]} files changed since $base_said (${base:0:9})"
  if (($2 && ${#files[@]} > $2)); then
    say "clang-tidy looks at the $2 changed last, and leaves $((${#files[@]} - $2)) out: ${files[*]:$2}"
    files=("${files[@]:0:$2}")
  fi
}

lint() {
  local changed=0 since='' most=0 files=() found=() check
  while (($#)); do
    case $1 in
      --changed)
        changed=1
        if [[ ${2:-} == [!-]* ]]; then since=$2 && shift; fi ;;
      --most)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "./dev lint --most takes a number of files, not '${2:-}'."
        most=$2 && shift ;;
      -*) fail "./dev lint takes files, or --changed [commit], and --most N with that; not '$1'." ;;
      *)
        [[ -e $source_dir/$1 ]] || fail "./dev lint: there is no file $1 in $source_dir."
        files+=("$1") ;;
    esac
    shift
  done
  if ((changed && ${#files[@]})); then fail "./dev lint takes files or --changed, not both."; fi
  if ((most && !changed)); then fail "./dev lint --most goes with --changed."; fi

  deps
  install_packages "$source_dir/cmake/packages-lint.txt"
  if ((changed)); then
    choose_changed "$since" "$most"
  elif ((!${#files[@]})); then
    mapfile -t files < <(files_of '*.cpp' | compiled)
  fi
  format --check || found+=("format (./dev format mends it)")
  check_shell || found+=(shellcheck)
  check_python || found+=(ruff)
  check_rooms || found+=("who may include what")
  # BYOLAB_TIDY=tell: what clang-tidy finds is printed and does not count.
  check_tidy "${files[@]}" || [[ ${BYOLAB_TIDY:-} == tell ]] || found+=(clang-tidy)
  if ((!${#found[@]})); then
    say "lint: nothing found"
    return 0
  fi
  printf -v check '%s, ' "${found[@]}"
  say "lint: found something, above: ${check%, }"
  return 1
}
