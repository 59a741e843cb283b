import AttentionAnalysis
import Wording

extension Figure {
  /// A model's attention at one point of its training.
  public struct AttentionState {
    /// The model and when it was looked at, such as `bert, after 1,500 steps`.
    public var caption: String
    /// What it showed.
    public var picture: AttentionPicture

    /// A state with its caption.
    public init(caption: String, picture: AttentionPicture) {
      self.caption = caption
      self.picture = picture
    }
  }

  private static let axisRoom = 18.0

  /// All heads of some states of models, or one head of each, with axes and the colour scale.
  ///
  /// - Parameters:
  ///   - states: the attention of each model and step.
  ///   - head: the layer and head, counted from 0; nil: all of them in a grid.
  ///   - title: the title of the figure.
  ///   - subtitle: models, settings and the sentence.
  public static func attention(
    _ states: [AttentionState], head: (layer: Int, head: Int)?, title: String, subtitle: String
  ) -> Figure {
    let panels = states.compactMap { state -> Panel? in
      guard state.picture.isDrawable else { return nil }
      let drawing =
        head.map { AttentionSVG.headContent(state.picture, layer: $0.layer, head: $0.head, isSharp: true) }
        ?? AttentionSVG.gridContent(state.picture, isSharp: true)
      guard let (content, height) = drawing else { return nil }
      let (top, left) = head == nil ? ("head", "layer") : ("key", "query")
      let x = 10.0
      let y = axisRoom + height / 2
      return Panel(
        caption: state.caption,
        unit: head == nil
          ? "each square is one head: rows are queries, columns are keys" : "",
        width: AttentionSVG.width + axisRoom, height: height + axisRoom,
        content: """
          <text class='label middle' x='\(px: axisRoom + AttentionSVG.width / 2)' y='10'>\(top)</text>\
          <text class='label middle' x='\(px: x)' y='\(px: y)' \
          transform='rotate(-90 \(px: x) \(px: y))'>\(left)</text>\
          <g transform='translate(\(px: axisRoom) \(px: axisRoom))'>\(content)</g>
          """)
    }
    return Figure(
      title: title, subtitle: subtitle, panels: panels, columns: max(1, min(3, panels.count)),
      hasColourScale: true)
  }
}
