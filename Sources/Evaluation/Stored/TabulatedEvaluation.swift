import Inference

/// An evaluation whose finding is in the tables of its section more than in its figures: where figures are printed, these
/// tables are, too.
package protocol TabulatedEvaluation: Evaluation {}
