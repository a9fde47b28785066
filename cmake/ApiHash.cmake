# Writes api_hash.hpp: a hash of the public headers without their comments and blank space, so that a better
# comment breaks nobody's plugin. Run as a script: cmake -DFOLDER=include -DOUTPUT=…/api_hash.hpp -P ApiHash.cmake
file(GLOB_RECURSE headers RELATIVE "${FOLDER}" "${FOLDER}/*.hpp")
list(SORT headers)
set(all "")
foreach(header IN LISTS headers)
  file(READ "${FOLDER}/${header}" text)
  # What stays (a run of code; a literal, since it may hold what looks like a comment), then what goes. The
  # leading x lets every match begin with something that stays, as CMake wants of a group that is put back.
  set(keep "[^\"'/ \t\r\n]+|\"([^\"\\\n]|\\\\.)*\"|'(\\\\.|[^\\\n])'|\"|'")
  set(drop "//[^\n]*|/\\*([^*]|\\*+[^*/])*\\*+/|[ \t\r\n]+|/")
  string(REGEX REPLACE "(${keep})(${drop})*" "\\1" text "x${text}")
  string(APPEND all "${header}\n${text}\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING "${hash}" 0 16 hash)

set(text "#pragma once\n\n#define BYOLAB_API_HASH \"${hash}\"\n")
set(old "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" old)
endif()
if(NOT old STREQUAL text)  # left alone if nothing changed, so that nothing is compiled again
  file(WRITE "${OUTPUT}" "${text}")
endif()
