@_cdecl("zoo_register_GPT")
public func register(_ registry: UnsafeMutableRawPointer) {}
