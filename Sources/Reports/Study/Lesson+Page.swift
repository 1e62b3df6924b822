extension Study.Lesson {
  /// The question on a page, with its answer behind a fold.
  var questionMarkup: Markup {
    """
    <details class="predict">
    <summary><b>Predict first.</b> \(question)</summary>
    <p>\(answer)</p>
    </details>
    """
  }

  /// What to see, on a page.
  var seeMarkup: Markup { "<p class=\"note\"><b>What to see.</b> \(see)</p>" }
}

extension Study.Origin {
  /// The command and the seeds on a page.
  var markup: Markup {
    guard let command else { return "<p class=\"note\">Made with \(seedText).</p>" }
    return "<p class=\"note\">Made by <code>\(command)</code> with \(seedText).</p>"
  }
}

extension SliderFigure {
  /// The figure on a page: the drawing beside its sliders and what there is to read.
  func block(id: String) -> Markup {
    """
    <figure class="explorer">
    <figcaption>\(figure.title)</figcaption>
    <div class="parts">
    \(svg(id: id, width: 486, height: 340))
    <div>
    \(controls(id: id))
    \(readings)
    </div>
    </div>
    </figure>
    """
  }
}
