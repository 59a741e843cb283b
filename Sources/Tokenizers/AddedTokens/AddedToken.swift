/// A token that is found in a text by its written form, before the text is cut into words.
struct AddedToken: Sendable {
  /// Its id.
  var id: Int32
  /// Its written form.
  var content: String
  /// Whether it counts only where no letter, digit or underscore is beside it.
  var singleWord = false
  /// Whether it takes the white space before it.
  var stripsLeft = false
  /// Whether it takes the white space after it.
  var stripsRight = false
  /// Whether it is looked for in the normalised text, in its own normalised form.
  var isNormalised = true
  /// Whether it stands for no text.
  var isSpecial = false
}
