import Statistics

/// A piece of a report. The same blocks are drawn as HTML, as Markdown and as LaTeX.
///
/// Models are named by their index among those of the report, so that every format can mark them its own way.
public indirect enum Block: Sendable, Equatable {
  /// A heading below the section's own.
  case heading(String)
  /// A paragraph of plain text.
  case paragraph(String)
  /// A remark below what it is about.
  case note(String)
  /// A table.
  case table(Table)
  /// Values with their intervals on one axis.
  case dots(Dots)
  /// Values over a number, as curves.
  case lines(Lines)
  /// Shares as bars, one below the other.
  case bars(Bars)
  /// Words, small pictures and bars in rows and columns.
  case grid(Grid)
  /// A square of values as colours.
  case heatMap(HeatMap)
  /// Texts, one below the other, with a mark before each.
  case list(List)
  /// A text of pieces, joined as they are, some of which are marked.
  case pieces([Word])
  /// Groups of blocks, beside each other where there is room.
  case panels([Panel])
  /// Blocks that are collapsed on a page, under a summary.
  case details(String, [Block])
}

extension Block {
  /// A table of cells. Numbers stay numbers until a format writes them.
  public struct Table: Encodable, Sendable, Equatable {
    /// A column's heading.
    public struct Column: Codable, Sendable, Equatable {
      /// What is in the heading.
      public var heading: Cell
      /// Whether the cells are numbers, which are aligned to the right.
      public var isNumber: Bool

      /// A column.
      public init(_ heading: Cell, isNumber: Bool = false) {
        self.heading = heading
        self.isNumber = isNumber
      }

      /// A column of text.
      public static func text(_ heading: String) -> Column { Column(.text(heading)) }
      /// A column of numbers.
      public static func number(_ heading: String) -> Column { Column(.text(heading), isNumber: true) }
      /// A column of a model's numbers.
      public static func model(_ index: Int) -> Column { Column(.model(index), isNumber: true) }
    }

    /// What the table shows, in one line.
    public var caption: String
    /// The columns; cells of the first one are the headings of the rows.
    public var columns: [Column]
    /// Cells, row by row, as many in each as there are columns.
    public var rows: [[Cell]]

    /// A table.
    ///
    /// - Precondition: every row has a cell for each column.
    public init(_ caption: String, columns: [Column], rows: [[Cell]]) {
      precondition(
        rows.allSatisfy { $0.count == columns.count }, "table \(caption): a row has not one cell a column")
      self.caption = caption
      self.columns = columns
      self.rows = rows
    }
  }

  /// What a cell holds.
  public enum Cell: Sendable, Equatable {
    /// Nothing was measured.
    case empty
    /// Plain text.
    case text(String)
    /// Plain text with a note in small print below it.
    case noted(String, note: String)
    /// Text that a program reads or writes.
    case code(String)
    /// A number with its interval, where one is known.
    case measured(Measured, NumberStyle)
    /// The name and the mark of a model, with a note below it.
    case model(Int, note: String = "")
    /// Words, of which some are right and some are the wrong ones in their place.
    case words([Word])

    /// A number.
    public static func number(_ value: Double, _ style: NumberStyle) -> Cell {
      .measured(Measured(value), style)
    }

    /// A whole number.
    public static func count(_ value: Int) -> Cell { .measured(Measured(Double(value)), .count) }
  }

  /// A word of a sentence.
  public enum Word: Sendable, Equatable {
    /// A word that is beside the point.
    case plain(String)
    /// A right word, and the wrong one that could be in its place.
    case choice(right: String, wrong: String)
    /// A place where something is hidden, with what it is called.
    case gap(String)
  }

  /// How a number is written.
  public enum NumberStyle: Sendable, Equatable {
    /// A proportion as a percentage.
    case percent(decimals: Int)
    /// A fixed number of decimals.
    case fixed(Int)
    /// A difference of proportions in percentage points.
    case points
    /// A whole number with separators.
    case count
  }

  /// Values with their intervals on one horizontal axis.
  public struct Dots: Codable, Sendable, Equatable {
    /// A value of one model.
    public struct Value: Codable, Sendable, Equatable {
      /// The model's index.
      public var model: Int
      /// The value with its interval.
      public var measured: Measured
      /// Whether its mark is hollow, which tells two kinds of values of one model apart.
      public var isHollow: Bool

      /// A value.
      public init(model: Int, _ measured: Measured, isHollow: Bool = false) {
        self.model = model
        self.measured = measured
        self.isHollow = isHollow
      }
    }

    /// A line of the chart.
    public struct Row: Codable, Sendable, Equatable {
      /// What was measured.
      public var label: String
      /// The models' values.
      public var values: [Value]

      /// A line.
      public init(_ label: String, _ values: [Value]) {
        self.label = label
        self.values = values
      }
    }

    /// What the chart shows, in one line.
    public var title: String
    /// The lines.
    public var rows: [Row]
    /// The range of the axis.
    public var domain: ClosedRange<Double>
    /// How values are written.
    public var style: NumberStyle
    /// A value to compare with, such as chance; nil: none.
    public var reference: Double?
    /// What the reference is; empty where there is none.
    public var referenceLabel: String
    /// What filled and hollow marks are; nil where all are filled.
    public var marks: Marks?

    /// What two kinds of marks are.
    public struct Marks: Codable, Sendable, Equatable {
      /// What filled marks are.
      public var filled: String
      /// What hollow marks are.
      public var hollow: String

      /// Words for both.
      public init(filled: String, hollow: String) {
        self.filled = filled
        self.hollow = hollow
      }
    }

    /// A chart.
    public init(
      _ title: String, rows: [Row], domain: ClosedRange<Double>, style: NumberStyle, reference: Double? = nil,
      referenceLabel: String = "", marks: Marks? = nil
    ) {
      self.title = title
      self.rows = rows
      self.domain = domain
      self.style = style
      self.reference = reference
      self.referenceLabel = referenceLabel
      self.marks = marks
    }
  }
}

extension Block.NumberStyle {
  /// A number in this style; a dash for NaN.
  public func text(_ value: Double) -> String {
    switch self {
    case .percent(let decimals): Number.percent(value, decimals)
    case .fixed(let decimals): Number.fixed(value, decimals)
    case .points: Number.points(value)
    case .count: value.isFinite ? Number.grouped(Int(value.rounded())) : Number.fixed(value, 0)
    }
  }

  /// A number with its interval behind it: `0.014 (0.012 to 0.016)`.
  public func text(_ measured: Measured) -> String {
    let style = resolving(measured.interval)
    let range = Number.interval(measured.interval, style.text)
    return style.text(measured.value) + (range.isEmpty ? "" : " (\(range))")
  }

  /// This style with as many decimals as tell the ends of an interval apart.
  package func resolving(_ interval: Interval?) -> Self {
    guard case .fixed(let decimals) = self else { return self }
    return .fixed(Number.decimals(for: interval, least: decimals))
  }
}
