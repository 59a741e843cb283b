import CLanes

/// Eight floats: one AVX register, and what every loop of the kernels works on.
@usableFromInline typealias Lanes = SIMD8<Float>

// Comparisons of integers, `.rounded()` and the like are computed lane by lane, about forty times slower: what
// Swift has no fast form of comes from `CLanes`, and rounding is done by adding 1.5·2^23.
// The polynomials are least-maximum fits of our own. Errors, in units in the
// last place (ulp), are held by the tests over all exponents, against `Double`.

@inline(__always)
private func bits(_ x: Lanes) -> SIMD8<UInt32> { unsafeBitCast(x, to: SIMD8<UInt32>.self) }
@inline(__always)
private func bits(_ x: SIMD8<Int32>) -> SIMD8<UInt32> { unsafeBitCast(x, to: SIMD8<UInt32>.self) }
@inline(__always)
private func floats(_ x: SIMD8<UInt32>) -> Lanes { unsafeBitCast(x, to: Lanes.self) }

/// The larger of two lanes; `a` where one is NaN.
@inline(__always)
func larger(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_larger(a, b) }

/// The smaller of two lanes; `a` where one is NaN.
@inline(__always)
func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_smaller(a, b) }

/// `x`, but no farther from 0 than `limit`; NaN stays NaN.
@inline(__always)
func clamped(_ x: Lanes, to limit: Float) -> Lanes {
  larger(smaller(x, Lanes(repeating: limit)), Lanes(repeating: -limit))
}

/// The magnitude of `x`.
@inline(__always)
func magnitude(_ x: Lanes) -> Lanes { floats(bits(x) & 0x7FFF_FFFF) }

/// `value` without a sign, with that of `x`.
@inline(__always)
private func signed(_ value: Lanes, like x: Lanes) -> Lanes { floats(bits(value) | (bits(x) & 0x8000_0000)) }

/// `x = n·ln 2 + r` with whole `n` and `|r| ≤ ln 2 / 2`: returns `n`, as what it adds to the bits of a float, and
/// `e^r − 1`.
@inline(__always)
private func reducedExponential(_ x: Lanes) -> (exponent: SIMD8<UInt32>, remainder: Lanes) {
  let magic = Lanes(repeating: 12_582_912)
  let shifted = magic.addingProduct(x, Lanes(repeating: 1.442_695_04))
  let n = shifted - magic
  // ln 2 in two parts: n times the first is exact.
  let r = x.addingProduct(n, Lanes(repeating: -0.693_359_375))
    .addingProduct(n, Lanes(repeating: 2.121_944_4e-4))
  var p = Lanes(repeating: 0.001_394_652_761_5)
  p = Lanes(repeating: 0.008_366_631_343_96).addingProduct(p, r)
  p = Lanes(repeating: 0.041_666_280_478_24).addingProduct(p, r)
  p = Lanes(repeating: 0.166_665_419_936_18).addingProduct(p, r)
  p = Lanes(repeating: 0.5).addingProduct(p, r)
  return (bits(shifted) &<< 23, r.addingProduct(p, r * r))
}

/// `e^x`: at most 1.1 ulp off from −86.99 up; 0 below that, where it is less than 1.7e-38; infinity above 88.72;
/// NaN stays NaN.
@inline(__always)
func exp(_ x: Lanes) -> Lanes {
  let within = larger(smaller(x, Lanes(repeating: 89)), Lanes(repeating: -87.6))
  let (exponent, remainder) = reducedExponential(within)
  // Half the power, doubled after: 2^128 has no float.
  let half = floats(exponent &+ 0x3F00_0000)
  return half * Lanes(repeating: 2).addingProduct(remainder, Lanes(repeating: 2))
}

/// `e^x` for `x ≤ 0`, which is all that a softmax takes: at most 2.3 ulp off down to −5, 2.8 down to −20 and 5.1
/// down to −87.33; 0 below −87.7; NaN stays NaN.
///
/// Takes 0.6 of the time of ``exp(_:)``: a processor holds about sixty operations that wait for others, so a
/// chain counts by its length. One factor for ln 2 instead of two brings an error that grows with the distance
/// from 0, where what it belongs to hardly counts in a sum whose largest term is 1.
@inline(__always)
func expOfNonpositive(_ x: Lanes) -> Lanes {
  let magic = Lanes(repeating: 12_582_912)
  let within = larger(x, Lanes(repeating: -88))
  let shifted = magic.addingProduct(within, Lanes(repeating: 1.442_695_04))
  let r = within.addingProduct(shifted - magic, Lanes(repeating: -0.693_147_18))
  var p = Lanes(repeating: 0.008_312_52)
  p = Lanes(repeating: 0.041_890_11).addingProduct(p, r)
  p = Lanes(repeating: 0.166_671_14).addingProduct(p, r)
  p = Lanes(repeating: 0.499_992_32).addingProduct(p, r)
  // 2^−127 has the bits of 0.
  let power = floats((bits(shifted) &<< 23) &+ 0x3F80_0000)
  return power.addingProduct(power, r.addingProduct(p, r * r))
}

/// `tanh x`: at most 2.4 ulp off, also near 0; NaN stays NaN.
@inline(__always)
func tanh(_ x: Lanes) -> Lanes {
  let half = smaller(magnitude(x), Lanes(repeating: 10))
  let (exponent, remainder) = reducedExponential(half + half)
  // e^2x − 1 without the loss of digits that subtracting 1 from e^2x would bring.
  let power = floats(exponent &+ 0x3F80_0000)
  let grown = (power - 1).addingProduct(power, remainder)
  return signed(grown / (grown + 2), like: x)
}

/// `1/(1 + e^−x)`, which is `e^x/(1 + e^x)`: at most 5 ulp off where the result is a normal float; NaN stays NaN.
@inline(__always)
func sigmoid(_ x: Lanes) -> Lanes {
  let power = expOfNonpositive(floats(bits(x) | 0x8000_0000))
  return lanes_choose(x, power, Lanes(repeating: 1)) / (1 + power)
}

/// `2/√π · ∫₀ˣ e^−t² dt`: at most 5.1 ulp off, also near 0; NaN stays NaN.
@inline(__always)
func erf(_ x: Lanes) -> Lanes {
  let near = clamped(x, to: 3.93)
  let t = near * near
  var p = Lanes(repeating: 6.658_900_474_576e-6)
  p = Lanes(repeating: 0.000_407_660_088_97).addingProduct(p, t)
  p = Lanes(repeating: 0.004_205_995_704_98).addingProduct(p, t)
  p = Lanes(repeating: 0.055_641_509_592_53).addingProduct(p, t)
  p = Lanes(repeating: 0.192_614_972_591_4).addingProduct(p, t)
  p = Lanes(repeating: 1.128_379_225_730_9).addingProduct(p, t)
  var q = Lanes(repeating: 2.529_976_939_105e-7)
  q = Lanes(repeating: 7.161_341_636_675e-5).addingProduct(q, t)
  q = Lanes(repeating: 0.001_412_346_842_7).addingProduct(q, t)
  q = Lanes(repeating: 0.016_242_366_284_13).addingProduct(q, t)
  q = Lanes(repeating: 0.117_321_737_110_6).addingProduct(q, t)
  q = Lanes(repeating: 0.504_033_982_753_75).addingProduct(q, t)
  q = Lanes(repeating: 1).addingProduct(q, t)
  return near * p / q
}

/// `√x`, rounded as IEEE 754 demands; NaN below 0.
@inline(__always)
func squareRoot(_ x: Lanes) -> Lanes { lanes_root(x) }

/// `ln x` for normal `x > 0`: at most 1.9 ulp off.
@inline(__always)
func logarithm(_ x: Lanes) -> Lanes {
  // x = 2^n·m with m between √½ and √2, whose logarithm is 2·artanh((m − 1)/(m + 1)).
  let power = SIMD8<Int32>(truncatingIfNeeded: bits(x) &- 0x3F35_04F3) &>> 23
  let m = floats(bits(x) &- bits(power &<< 23))
  let n = floats(bits(power &+ 0x4B40_0000)) - 12_582_912
  let s = (m - 1) / (m + 1)
  let t = s * s
  var p = Lanes(repeating: 0.299_246_983_692_44)
  p = Lanes(repeating: 0.399_748_392_009_04).addingProduct(p, t)
  p = Lanes(repeating: 0.666_668_154_379_18).addingProduct(p, t)
  // 2·s leaves the rest small, so that its rounding does not count.
  let rest = (n * 2.121_944_4e-4 * -1).addingProduct(s * t, p)
  return (n * 0.693_359_375).addingProduct(s, Lanes(repeating: 2)) + rest
}

/// `sin πu` and `cos πu` for `u` between −½ and ½: off by at most 1.7e-7.
@inline(__always)
func sineAndCosine(halfTurns u: Lanes) -> (sine: Lanes, cosine: Lanes) {
  let t = u * u
  var sine = Lanes(repeating: -0.007_028_303_877_255)
  sine = Lanes(repeating: 0.082_050_350_216_006).addingProduct(sine, t)
  sine = Lanes(repeating: -0.599_252_186_535_2).addingProduct(sine, t)
  sine = Lanes(repeating: 2.550_163_317_938_85).addingProduct(sine, t)
  sine = Lanes(repeating: -5.167_712_764_593_02).addingProduct(sine, t)
  sine = Lanes(repeating: 3.141_592_653_536_13).addingProduct(sine, t)
  var cosine = Lanes(repeating: 0.001_839_989_411_15)
  cosine = Lanes(repeating: -0.025_776_316_415_29).addingProduct(cosine, t)
  cosine = Lanes(repeating: 0.235_325_436_586_4).addingProduct(cosine, t)
  cosine = Lanes(repeating: -1.335_262_315_261_61).addingProduct(cosine, t)
  cosine = Lanes(repeating: 4.058_712_107_537_44).addingProduct(cosine, t)
  cosine = Lanes(repeating: -4.934_802_200_249_85).addingProduct(cosine, t)
  cosine = Lanes(repeating: 1).addingProduct(cosine, t)
  return (sine * u, cosine)
}

/// The number between 0 and 1 that the upper 23 bits of a word make; exact.
@inline(__always)
func fraction(_ word: SIMD8<UInt32>) -> Lanes {
  floats((word &>> 9) | 0x3F80_0000) - 1
}

/// `x`, with its sign turned where `sign` has its upper bit set. The other bits of `sign` are 0.
@inline(__always)
func turning(_ x: Lanes, sign: SIMD8<UInt32>) -> Lanes { floats(bits(x) ^ sign) }

/// Eight floats from anywhere.
@inlinable @inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

/// Eight floats to anywhere.
@inlinable @inline(__always)
func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
}

/// The first `count` (at most eight) floats, then `filler`: the end of a row.
@inlinable @inline(__always)
func load(_ pointer: UnsafePointer<Float>, count: Int, filler: Float = 0) -> Lanes {
  if count >= 8 { return load(pointer) }
  var lanes = Lanes(repeating: filler)
  for index in 0..<count { lanes[index] = pointer[index] }
  return lanes
}

/// The first `count` (at most eight) lanes.
@inlinable @inline(__always)
func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>, count: Int) {
  if count >= 8 { return store(value, pointer) }
  for index in 0..<count { pointer[index] = value[index] }
}

/// The sum of the lanes, always in the same order.
@inline(__always)
func sum(_ x: Lanes) -> Float {
  let four = x.lowHalf + x.highHalf
  let two = four.lowHalf + four.highHalf
  return two[0] + two[1]
}
