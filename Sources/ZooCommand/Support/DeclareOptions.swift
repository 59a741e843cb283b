import Comparison

/// The option that says which differences are intended.
enum DeclareOptions {
  static let declare = Option.value(
    "declare", .choice(Certificate.rowNames), as: "row",
    help: "a row of the certificate in which the models are meant to differ", repeatable: true)
}
