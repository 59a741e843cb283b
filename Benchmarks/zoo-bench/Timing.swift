import Dispatch

/// The seconds that `body` takes.
///
/// - Throws: what `body` throws.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let began = DispatchTime.now().uptimeNanoseconds
  try body()
  return Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
}

/// The fewest seconds that `body` takes in several tries, after one that does not count.
///
/// - Throws: what `body` throws.
func best(of tries: Int, _ body: () throws -> Void) rethrows -> Double {
  try body()
  return try (0..<tries).map { _ in try seconds(body) }.min() ?? .infinity
}
