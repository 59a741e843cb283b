import Statistics

extension Block {
  /// Blocks with a heading of their own, beside others.
  public struct Panel: Codable, Sendable, Equatable {
    /// The model that they are about; nil: several, or none.
    public var model: Int?
    /// The heading, behind the model's name where there is one.
    public var title: String
    /// A remark below the heading, such as a unit; empty: none.
    public var remark: String
    /// The content.
    public var blocks: [Block]

    /// A panel.
    public init(model: Int? = nil, title: String = "", remark: String = "", _ blocks: [Block]) {
      self.model = model
      self.title = title
      self.remark = remark
      self.blocks = blocks
    }
  }

  /// Texts with a mark before each. In Markdown and LaTeX it is a table.
  public struct List: Codable, Sendable, Equatable {
    /// A text.
    public struct Item: Codable, Sendable, Equatable {
      /// What it says.
      public var text: String
      /// Whether it is right; nil where that is not known.
      public var isRight: Bool?

      /// A text.
      public init(_ text: String, isRight: Bool? = nil) {
        self.text = text
        self.isRight = isRight
      }
    }

    /// What the list shows, in one line.
    public var title: String
    /// What a right text is called, such as `grammatical`.
    public var rightWord: String
    /// The texts.
    public var items: [Item]

    /// A list.
    public init(_ title: String, rightWord: String, _ items: [Item]) {
      self.title = title
      self.rightWord = rightWord
      self.items = items
    }
  }

  /// Shares from 0 to 1 as bars in a model's colour. In Markdown and LaTeX it is a table.
  public struct Bars: Codable, Sendable, Equatable {
    /// A bar.
    public struct Bar: Codable, Sendable, Equatable {
      /// What it stands for.
      public var label: String
      /// The share, from 0 to 1.
      public var value: Double
      /// Whether it stands for the right answer.
      public var isRight: Bool

      /// A bar.
      public init(_ label: String, _ value: Double, isRight: Bool = false) {
        self.label = label
        self.value = value
        self.isRight = isRight
      }
    }

    /// What the bars show, in one line.
    public var title: String
    /// What they are about where they stand alone, as in an exported table; empty: nothing more than the title.
    public var about: String
    /// The heading of the labels in a table.
    public var labelName: String
    /// The heading of the values in a table.
    public var valueName: String
    /// The model's index.
    public var model: Int
    /// The bars.
    public var bars: [Bar]

    /// Bars of a model.
    public init(
      _ title: String, about: String = "", labelName: String, valueName: String, model: Int, _ bars: [Bar]
    ) {
      self.title = title
      self.about = about
      self.labelName = labelName
      self.valueName = valueName
      self.model = model
      self.bars = bars
    }
  }

  /// Curves over a number. A section shows the same numbers in a table, too: a drawing is not exported.
  public struct Lines: Codable, Sendable, Equatable {
    /// A point of a curve.
    public struct Point: Codable, Sendable, Equatable {
      /// The place on the horizontal axis.
      public var x: Double
      /// The value with its interval.
      public var y: Measured

      /// A point.
      public init(_ x: Double, _ y: Measured) {
        self.x = x
        self.y = y
      }
    }

    /// A curve of one model.
    public struct Series: Codable, Sendable, Equatable {
      /// The model's index.
      public var model: Int
      /// What the curve shows beside the model's name; empty: what the chart is about.
      public var note: String
      /// Whether it is dashed.
      public var isDashed: Bool
      /// The points, from left to right.
      public var points: [Point]

      /// A curve.
      public init(model: Int, note: String = "", isDashed: Bool = false, _ points: [Point]) {
        self.model = model
        self.note = note
        self.isDashed = isDashed
        self.points = points
      }
    }

    /// A value to compare with.
    public struct Reference: Codable, Sendable, Equatable {
      /// The value.
      public var value: Double
      /// What it is.
      public var label: String

      /// A value to compare with.
      public init(_ value: Double, _ label: String) {
        self.value = value
        self.label = label
      }
    }

    /// What the chart shows, in one line.
    public var title: String
    /// The name of the horizontal axis.
    public var xLabel: String
    /// How places on it are written; nil: they are whole numbers.
    public var xStyle: NumberStyle?
    /// The name of the vertical axis.
    public var yLabel: String
    /// The curves.
    public var series: [Series]
    /// The range of the vertical axis; nil: from the values.
    public var yRange: ClosedRange<Double>?
    /// Horizontal lines.
    public var references: [Reference]
    /// What values are that are equal to their place on the horizontal axis, where a line shows that; nil: none does.
    public var diagonal: String?
    /// How values are written.
    public var style: NumberStyle

    /// A chart.
    public init(
      _ title: String, xLabel: String, xStyle: NumberStyle? = nil, yLabel: String, series: [Series],
      yRange: ClosedRange<Double>? = nil, references: [Reference] = [], diagonal: String? = nil,
      style: NumberStyle
    ) {
      self.title = title
      self.xLabel = xLabel
      self.xStyle = xStyle
      self.diagonal = diagonal
      self.yLabel = yLabel
      self.series = series
      self.yRange = yRange
      self.references = references
      self.style = style
    }
  }
}

extension Block.List {
  /// The list as a table.
  var table: Block.Table {
    Block.Table(
      title, columns: [.text("Text"), .text(rightWord.capitalizedFirst)],
      rows: items.map { item in
        [.text(item.text), item.isRight.map { .text($0 ? "yes" : "no") } ?? .empty]
      })
  }
}

extension Block.Bars {
  /// The bars as a table.
  var table: Block.Table {
    Block.Table(
      about.isEmpty ? title : "\(about) – \(title)", columns: [.text(labelName), .number(valueName)],
      rows: bars.map { [.text($0.label), .number($0.value, .percent(decimals: 1))] })
  }
}
