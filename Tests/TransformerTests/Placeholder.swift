import Testing

@Suite struct TransformerPlaceholder {}
