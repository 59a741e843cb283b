import Testing

@Suite struct TextPlaceholder {}
