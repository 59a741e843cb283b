#ifndef ZOO_PROCESSOR_H
#define ZOO_PROCESSOR_H

#include <stddef.h>
#include <stdint.h>

// Whether the processor has the instructions that the program was built with. A set of them is one bit for each, in the
// order of `CProcessorRequired.h`. This target is built for the oldest processor, so that it can answer on any.

/// What this processor has and its system lets programs use, as CPUID says. All bits where the processor is no x86.
uint64_t zoo_processor_features(void);

/// What of `required` is not among `present`.
uint64_t zoo_processor_lacking(uint64_t required, uint64_t present);

/// Writes the error of a program that lacks instructions, one line, and returns its length in bytes. What does not fit
/// into `size` is left out.
size_t zoo_processor_error(uint64_t lacking, char *text, size_t size);

#endif
