# libmien_cuda.so: the one library with CUDA in it, opened on demand. Rooms name the files whose bodies run on devices with
#   mien_device_sources(room file...)
# and each is compiled a second time, as CUDA, through a one-line file that includes it: one body, two launchers.
include_guard(GLOBAL)

function(mien_device_sources room)
  list(TRANSFORM ARGN PREPEND "${room}/")
  set_property(GLOBAL APPEND PROPERTY MIEN_DEVICE_SOURCES ${ARGN})
endfunction()

# Called once, when all rooms have named theirs.
function(mien_cuda_library)
  if(NOT MIEN_CUDA_FOUND)
    return()
  endif()
  set(generated ${PROJECT_BINARY_DIR}/cuda)
  set(here ${PROJECT_SOURCE_DIR}/src/kernels)
  set(cuda_sources ${here}/cuda_library.cu)
  get_property(sources GLOBAL PROPERTY MIEN_DEVICE_SOURCES)
  foreach(source IN LISTS sources)
    string(REPLACE ".cpp" ".cu" twin ${source})
    file(CONFIGURE OUTPUT ${generated}/${twin} CONTENT "#include \"${source}\"\n")
    list(APPEND cuda_sources ${generated}/${twin})
  endforeach()
  # CMake 3.25 is older than CUDA 13 and has to be told its dialect flag.
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20 PARENT_SCOPE)
  endif()
  add_library(mien_cuda MODULE ${cuda_sources})
  target_include_directories(mien_cuda PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  # The host functions around the bodies are compiled as well and thrown away by the linker, with everything they would need.
  target_compile_options(mien_cuda PRIVATE -O2 --expt-relaxed-constexpr -diag-suppress=554 --fmad=false -prec-div=true -prec-sqrt=true -ftz=false
    "SHELL:-Xcompiler -ffp-contract=off,-march=x86-64-v3,-ffunction-sections,-fdata-sections")
  target_link_options(mien_cuda PRIVATE -Wl,--gc-sections -Wl,-z,defs -Wl,--version-script=${here}/cuda_library.map -static-libstdc++ -static-libgcc)
  set_target_properties(mien_cuda PROPERTIES
    OUTPUT_NAME mien_cuda
    CUDA_RUNTIME_LIBRARY Static
    CUDA_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${here}/cuda_library.map
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
endfunction()
