@_cdecl("zoo_register_BERT")
public func register(_ registry: UnsafeMutableRawPointer) {}
