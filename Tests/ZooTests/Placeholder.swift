import Testing

@Suite struct ZooPlaceholder {}
