extension RunForecast {
  /// The forecast of a larger batch, on the line through those of two smaller ones: memory, FLOPs and predictions
  /// grow by the same amount with every sequence.
  ///
  /// - Parameters:
  ///   - smaller: the forecast of the smaller batch; this one is of the larger.
  ///   - batches: the sizes of both batches, which differ.
  ///   - batch: the wanted size.
  public func scaled(from smaller: RunForecast, of batches: (smaller: Int, larger: Int), to batch: Int)
    -> RunForecast
  {
    let steps = Double(batch - batches.larger) / Double(batches.larger - batches.smaller)
    func line(_ low: Int, _ high: Int) -> Int {
      Int(min(max(0, Double(high) + Double(high - low) * steps), 4e18))
    }
    var result = self
    result.step = StepYield(
      tokens: line(smaller.step.tokens, step.tokens),
      supervised: line(smaller.step.supervised, step.supervised),
      flops: UInt64(line(Int(clamping: smaller.step.flops), Int(clamping: step.flops))))
    result.peakBytes = line(smaller.peakBytes, peakBytes)
    result.dataBytes = line(smaller.dataBytes, dataBytes)
    for (kind, bytes) in bytesByKind {
      result.bytesByKind[kind] = line(smaller.bytesByKind[kind] ?? bytes, bytes)
    }
    return result
  }
}
