import Dispatch

/// The results of independent computations in the order of their inputs; each runs on one thread, so that none
/// depends on how many there are.
func inParallel<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], threads: Int, _ body: @Sendable (Input) -> Output
) -> [Output] {
  var outputs = [Output?](repeating: nil, count: inputs.count)
  outputs.withUnsafeMutableBufferPointer { buffer in
    let slots = Slots(buffer: buffer)
    let workers = max(1, min(threads, inputs.count))
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for index in stride(from: worker, to: inputs.count, by: workers) {
        slots.buffer[index] = body(inputs[index])
      }
    }
  }
  return outputs.compactMap { $0 }
}

/// Memory of which each worker writes entries of its own.
private struct Slots<Output>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Output?>
}
