import Foundation
import TestSupport
import Testing
import Training

/// The real TensorBoard reads our event files.
@Suite("Interop: TensorBoard", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct LogInteropTests {
  @Test("Scalars of several sessions; what a resumed session replaces is forgotten")
  func scalars() throws {
    try withTemporaryFolder { folder in
      let first = try EventFile(folder: folder)
      for step in 1...6 {
        try first.write(step: step, ["train/loss": 4 / Double(step), "train/learningRate": 1e-3])
      }
      try first.write(step: 6, ["evaluation/loss": 0.1])
      let second = try EventFile(folder: folder, after: 4)
      for step in 5...300 where step < 8 || step == 300 {
        try second.write(step: step, ["train/loss": 10 + Double(step)])
      }
      let found = try PythonScript("read_events.py", variable: "ZOO_INTEROP_PYTHON")(
        folder.path, as: [String: [[Double]]].self)
      let expected: [[Double]] =
        (1...4).map { [Double($0), Double(Float(4) / Float($0))] } + [
          [5, 15], [6, 16], [7, 17], [300, 310],
        ]
      #expect(found["train/loss"] == expected)
      #expect(found["train/learningRate"]?.map { $0[0] } == [1, 2, 3, 4])
      #expect(found["evaluation/loss"] ?? [] == [])
    }
  }
}
