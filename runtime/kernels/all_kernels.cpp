// All kernels as one unit, so that the bitcode is one module and they inline one another.

#include "runtime/kernels/family_cells.cpp"  // NOLINT(bugprone-suspicious-include)
#include "runtime/kernels/kernels.cpp"       // NOLINT(bugprone-suspicious-include)
