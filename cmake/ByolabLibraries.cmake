# The libraries that the host and the stock plugins use, beside LibTorch.
include_guard()

find_package(HDF5 REQUIRED COMPONENTS C HL)
find_package(Boost 1.74 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(PNG REQUIRED)
find_package(Threads REQUIRED)
find_package(hwy REQUIRED)
find_package(CLI11 REQUIRED)

# `byolab_header_target(NAME FIRST_HEADER [LIBRARY])`: a target from a header, and a library where it has one.
function(byolab_header_target name header)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE "${${name}_INCLUDE}")
  if(ARGC GREATER 2)
    find_library(${name}_LIBRARY ${ARGV2} REQUIRED)
    target_link_libraries(${name} INTERFACE "${${name}_LIBRARY}")
  endif()
endfunction()

byolab_header_target(byolab_turbojpeg turbojpeg.h turbojpeg)
byolab_header_target(byolab_webp webp/decode.h webp)
byolab_header_target(byolab_tiff tiffio.h tiff)
byolab_header_target(byolab_toml toml++/toml.h)
target_compile_definitions(byolab_toml INTERFACE TOML_HEADER_ONLY=1)

# Torch's include folder brings headers of a newer fmt than the system's library. Header-only, either will do,
# and whichever the compiler sees first is whole.
add_library(byolab_fmt INTERFACE)
target_compile_definitions(byolab_fmt INTERFACE FMT_HEADER_ONLY=1)
if(NOT EXISTS "${LibTorch_ROOT}/include/fmt/format.h")
  find_path(byolab_fmt_INCLUDE fmt/format.h REQUIRED)
  target_include_directories(byolab_fmt SYSTEM INTERFACE "${byolab_fmt_INCLUDE}")
endif()

# Boost.DLL on std::filesystem needs no Boost library.
add_library(byolab_dll INTERFACE)
target_compile_definitions(byolab_dll INTERFACE BOOST_DLL_USE_STD_FS)
target_link_libraries(byolab_dll INTERFACE Boost::headers ${CMAKE_DL_LIBS})

add_library(byolab_hdf5 INTERFACE)
target_include_directories(byolab_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(byolab_hdf5 INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES})

# at::parallel_for is an inline that runs serially where OpenMP is off, and LibTorch brings its own runtime:
# linking that one keeps a second out of the process.
add_library(byolab_openmp INTERFACE)
target_compile_options(byolab_openmp INTERFACE -fopenmp)
file(GLOB _gomp "${LibTorch_ROOT}/lib/libgomp*.so*")
if(_gomp)
  list(GET _gomp 0 _gomp)
  target_link_libraries(byolab_openmp INTERFACE "${_gomp}")
else()
  target_link_options(byolab_openmp INTERFACE -fopenmp)
endif()
