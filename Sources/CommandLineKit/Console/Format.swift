import Wording

/// Numbers on the console, for the messages of a command.
public typealias Format = Wording.Format
