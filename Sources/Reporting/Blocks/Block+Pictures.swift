import Foundation

extension Block {
  /// Probabilities of pairs as colours: a square with the same labels on both axes. In Markdown and LaTeX it is a table
  /// of the largest one of each row.
  public struct HeatMap: Codable, Sendable, Equatable {
    /// What it shows, in one line.
    public var title: String
    /// The labels of rows and columns, from the top and from the left.
    public var labels: [String]
    /// One byte per place, row by row: a probability p is round(255 · √p), an index into the colour scale.
    public var codes: Data

    /// A square.
    public init(_ title: String, labels: [String], codes: Data) {
      self.title = title
      self.labels = labels
      self.codes = codes
    }

    /// Whether every place has a colour: one read from a damaged file may lack some.
    var isDrawable: Bool {
      !labels.isEmpty && labels.count <= 4096 && codes.count == labels.count * labels.count
    }
  }

  /// Words, small pictures and bars in rows and columns. In Markdown and LaTeX it is a table of the words and values.
  public struct Grid: Codable, Sendable, Equatable {
    /// What is in one place.
    public struct Cell: Codable, Sendable, Equatable {
      /// What it is.
      public var word: String
      /// A note below the word; empty: none.
      public var note: String
      /// Remarks at the foot of the cell.
      public var remarks: [String]
      /// A square picture, a byte a pixel as in ``HeatMap/codes``; nil: none.
      public var picture: Data?
      /// A bar; nil: none.
      public var bar: Bar?
      /// What a choice of the picture shows in the page's section of attention maps, where there is one; nil: nothing.
      public var head: Head?

      /// A cell.
      public init(
        _ word: String, note: String = "", remarks: [String] = [], picture: Data? = nil, bar: Bar? = nil,
        head: Head? = nil
      ) {
        self.word = word
        self.note = note
        self.remarks = remarks
        self.picture = picture
        self.bar = bar
        self.head = head
      }
    }

    /// A bar with its value.
    public struct Bar: Codable, Sendable, Equatable {
      /// How long it is, from 0 to 1.
      public var share: Double
      /// The value, as written.
      public var text: String
      /// The value with its unit and its interval.
      public var remark: String

      /// A bar.
      public init(share: Double, text: String, remark: String) {
        self.share = share
        self.text = text
        self.remark = remark
      }
    }

    /// An attention head, counted from 0.
    public struct Head: Codable, Sendable, Equatable {
      /// The layer.
      public var layer: Int
      /// The head in it.
      public var head: Int

      /// A head.
      public init(layer: Int, head: Int) {
        self.layer = layer
        self.head = head
      }
    }

    /// A row.
    public struct Row: Codable, Sendable, Equatable {
      /// Its heading.
      public var label: String
      /// Its cells; nil: an empty one.
      public var cells: [Cell?]

      /// A row.
      public init(_ label: String, _ cells: [Cell?]) {
        self.label = label
        self.cells = cells
      }
    }

    /// What the grid shows, in one line.
    public var title: String
    /// The headings of the columns.
    public var columns: [String]
    /// The rows; one may have fewer cells than there are columns.
    public var rows: [Row]

    /// A grid.
    public init(_ title: String, columns: [String], rows: [Row]) {
      self.title = title
      self.columns = columns
      self.rows = rows
    }
  }
}

extension Block.Grid {
  /// The grid as a table of its words and values.
  var table: Block.Table {
    Block.Table(
      title, columns: [.text("")] + columns.map { .text($0) },
      rows: rows.map { row in
        [.text(row.label)]
          + columns.indices.map { column -> Block.Cell in
            guard row.cells.indices.contains(column), let cell = row.cells[column] else { return .empty }
            let parts = [cell.word, cell.note, cell.bar?.text ?? ""]
            return .text(parts.filter { !$0.isEmpty }.joined(separator: ", "))
          }
      })
  }
}

extension Block.HeatMap {
  /// The largest probability of each row, and where it is; without rows where the picture is damaged.
  var table: Block.Table {
    Block.Table(
      title, columns: [.text("Row"), .text("Largest at"), .number("Value")],
      rows: !isDrawable
        ? []
        : labels.indices.map { row in
          let codes = codes.dropFirst(row * labels.count).prefix(labels.count)
          let largest = codes.max() ?? 0
          let place = codes.firstIndex(of: largest).map { $0 - codes.startIndex } ?? 0
          let root = Double(largest) / 255
          return [
            .text(labels[row]), .text(labels[place]), .number(root * root, .percent(decimals: 0)),
          ]
        })
  }
}
