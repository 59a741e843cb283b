import CommandLineKit

/// How near a rate comes to that of large matrix products, which was measured on this machine before.
///
/// The machine may have been busier then than now: a rate above the peak says that the peak was measured too low, and
/// no more than that.
struct PeakShare {
  private let rate: Double
  private let peak: Double

  /// The fraction of `peak` that `rate` is, both in FLOPs per second.
  init(_ rate: Double, of peak: Double) {
    self.rate = rate
    self.peak = peak
  }

  /// The fraction, at most 1.
  var value: Double { peak > 0 && rate.isFinite ? min(1, max(0, rate / peak)) : 0 }

  /// The fraction as a percentage; `over 100 %` where the peak was measured too low.
  func percent(digits: Int = 1) -> String {
    rate > peak * 1.005 ? "over 100 %" : Format.percent(value, digits)
  }

  /// The fraction and the peak.
  var words: String {
    "\(percent()) of the matrix products' peak \(Format.flopRate(peak))"
      + (rate > peak * 1.005 ? " (the peak was measured while the machine was busier)" : "")
  }
}
