import Wording

/// Numbers as people read them, the same for the console and the report.
public typealias Format = Wording.Format
