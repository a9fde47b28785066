#!/bin/bash
# Runs one *_test.py or *_test.sh in a fresh temporary folder, and removes that after.
set -u
folder=$(mktemp -d "${TMPDIR:-/tmp}/byolab-test.XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
case $1 in
  *.py) PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$1" ;;
  *) /bin/bash "$1" ;;
esac
