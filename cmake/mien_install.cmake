# Makes mien usable from other projects: find_package(mien) after an install, add_subdirectory before one.
include_guard(GLOBAL)
