import Testing

@Suite struct ZooCommandPlaceholder {}
