/// Which tokens are hidden, when so many are: those that an order of unmasking has not come to.
public enum HidingOrder: String, Sendable, CaseIterable {
  /// Any: every order is as probable.
  case random
  /// The last ones: what is seen is the beginning.
  case leftToRight = "left-to-right"
  /// The first ones: what is seen is the end.
  case rightToLeft = "right-to-left"
}
