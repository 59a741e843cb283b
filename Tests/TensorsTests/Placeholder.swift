import Testing

@Suite struct TensorsPlaceholder {}
