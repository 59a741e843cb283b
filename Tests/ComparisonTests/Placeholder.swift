import Testing

@Suite struct ComparisonPlaceholder {}
