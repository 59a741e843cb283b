import Testing

@Suite struct KernelsPlaceholder {}
