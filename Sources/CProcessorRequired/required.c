#include "CProcessorRequired.h"

// 1 for a macro that is defined as 1, else 0.
#define FIRST_IF_1 0,
#define IS_ONE(MACRO) IS_ONE_EXPANDED(MACRO)
#define IS_ONE_EXPANDED(VALUE) IS_ONE_OF(FIRST_IF_##VALUE 1, 0, 0)
#define IS_ONE_OF(...) IS_ONE_CHOSEN(__VA_ARGS__)
#define IS_ONE_CHOSEN(FIRST, SECOND, ...) SECOND

const uint64_t zoo_processor_required =
#define FEATURE(NAME, MACRO, WIDTH, REGISTER, BIT) | (uint64_t)IS_ONE(MACRO) << zoo_feature_##NAME
  0 ZOO_FEATURES;
#undef FEATURE
