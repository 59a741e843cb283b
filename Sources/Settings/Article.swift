/// A noun with its indefinite article: `a norm`, `an embedding`.
func indefinite(_ noun: String) -> String {
  (noun.first.map { "aeiouAEIOU".contains($0) } ?? false ? "an " : "a ") + noun
}
