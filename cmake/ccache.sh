#!/bin/bash
# The compiler through ccache: ccache.sh CCACHE SOURCE_DIR COMPILER ARGUMENT...
# The inode cache: a precompiled header has half a gigabyte, and would be hashed for every file.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_BASEDIR=$2 CCACHE_NOHASHDIR=1 CCACHE_INODECACHE=1
ccache=$1
shift 2
# A precompiled header that is made anew while the old one stands there would be looked up by the old one's contents,
# since the preprocessor takes that in place of the headers: another change's header would be served.
before='' output='' header=''
for word in "$@"; do
  case $before in
    -x) [[ $word != c++-header ]] || header=1 ;;
    -o) output=$word ;;
  esac
  before=$word
done
[[ -z $header ]] || rm -f "$output"
exec "$ccache" "$@"
