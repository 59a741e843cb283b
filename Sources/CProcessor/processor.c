#include "CProcessor.h"
#include "CProcessorRequired.h"

#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>

/// The states that the system saves for a program: register XCR0.
static uint64_t saved_states(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID, and volume 1, 14.3 and 15.2.
uint64_t zoo_processor_features(void) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  unsigned leaf1_c = 0, leaf7_a = 0, leaf7_b = 0, leaf7_c = 0, leaf7_d = 0, extended_c = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) leaf1_c = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
    leaf7_b = b, leaf7_c = c, leaf7_d = d;
    unsigned leaves = a;
    if (leaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) leaf7_a = a;
  }
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) extended_c = c;
  uint64_t states = leaf1_c >> 27 & 1 ? saved_states() : 0;
  // Registers of 32 bytes, and those of 64 bytes with their masks.
  int has_wide = (states & 0x6) == 0x6, has_widest = (states & 0xE6) == 0xE6;
  uint64_t features = 0;
#define FEATURE(NAME, MACRO, WIDTH, REGISTER, BIT)                                             \
  if ((REGISTER >> BIT & 1) && (WIDTH < 32 || has_wide) && (WIDTH < 64 || has_widest))         \
    features |= UINT64_C(1) << zoo_feature_##NAME;
  ZOO_FEATURES
#undef FEATURE
  return features;
}
#else
uint64_t zoo_processor_features(void) { return ~UINT64_C(0); }
#endif

uint64_t zoo_processor_lacking(uint64_t required, uint64_t present) { return required & ~present; }

/// Appends to a text of `length` bytes in `size`, and returns the new length.
static size_t append(char *text, size_t size, size_t length, const char *more) {
  size_t count = strlen(more);
  if (count > size - length) count = size - length;
  memcpy(text + length, more, count);
  return length + count;
}

size_t zoo_processor_error(uint64_t lacking, char *text, size_t size) {
  static const char *const names[] = {
#define FEATURE(NAME, MACRO, WIDTH, REGISTER, BIT) #NAME,
    ZOO_FEATURES
#undef FEATURE
  };
  size_t length = append(
    text, size, 0, "zoo: error: the program was built for a processor with other instructions; this one lacks ");
  const char *separator = "";
  for (size_t bit = 0; bit < sizeof names / sizeof *names; bit++) {
    if (!(lacking >> bit & 1)) continue;
    length = append(text, size, length, separator);
    length = append(text, size, length, names[bit]);
    separator = ", ";
  }
  return append(text, size, length, "; build it on this machine, from its sources, with: ./zoo --version\n");
}

/// Ends the process before its first line of Swift, which may hold the instructions already.
__attribute__((constructor)) static void check_processor(void) {
  uint64_t lacking = zoo_processor_lacking(zoo_processor_required, zoo_processor_features());
  if (!lacking) return;
  char text[1024];
  size_t length = zoo_processor_error(lacking, text, sizeof text);
  ssize_t written = write(2, text, length);
  (void)written;
  _exit(1);
}
