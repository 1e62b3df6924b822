extension Study {
  /// How a notebook comes by its numbers.
  package struct NotebookSource: Hashable, Sendable {
    /// The words behind the program's name that make the numbers in the folder of the notebook.
    package var arguments: [String]
    /// The file of the study there (``Study/json()``).
    package var study: String
    /// The files of its records there, by name.
    package var records: [String]

    package init(arguments: [String], study: String, records: [String]) {
      self.arguments = arguments
      self.study = study
      self.records = records
    }
  }

  /// A notebook that runs the command and, section by section, asks, draws and lists.
  ///
  /// - Parameter source: The command and what it writes.
  /// - Returns: The notebook; it needs pandas and matplotlib, and `espalier` on the path or in `ESPALIER`.
  package func notebook(_ source: NotebookSource) -> Notebook {
    Notebook(
      title: title,
      cells: [.text(introduction(source)), .code(NotebookCode.functions), .code(source.code)]
        + sections.flatMap(cells)
    )
  }

  private func introduction(_ source: NotebookSource) -> String {
    """
    \(lead)

    The next cells call `\((["espalier"] + source.arguments).joined(separator: " "))` in the folder of this \
    notebook and read the JSON that it leaves there. Parts that were computed before are not computed again. \
    Set the environment variable `ESPALIER` to the program's file if it is not on the path.
    """
  }

  private func cells(of section: Section) -> [Notebook.Cell] {
    let claim = section.claim.map { "*What the theory says.* \($0)\n" }
    let lesson = section.lesson
    let text = [
      "## \(section.title)\n", lesson?.questionText, claim, lesson?.seeText, section.origin?.text,
    ]
    .compactMap(\.self).joined(separator: "\n")
    let drawings =
      section.figures.indices.map { "draw(section[\"figures\"][\($0)])" }
      + section.sliderFigures.enumerated().map { index, figure in
        let settings = zip(figure.sliders, figure.settings[figure.start]).map { slider, value in
          "\(Python.literal(slider.name)): \(NumberText.setting(value))"
        }
        return
          "draw(at(section[\"sliderFigures\"][\(index)], {\(settings.joined(separator: ", "))}))"
      }
    let drawing = (["section = section_named(\(Python.literal(section.title)))"] + drawings)
      .joined(separator: "\n")
    return [.text(text), .code(drawing), .code("tell(section)")]
  }
}

extension Study.NotebookSource {
  /// The cell that runs the command and reads its files.
  fileprivate var code: String {
    """
    run = subprocess.run([ESPALIER] + \(Python.list(arguments)), capture_output=True, text=True)
    print(run.stdout or run.stderr)

    study = json.loads(Path(\(Python.literal(study))).read_text())
    points = pd.concat([points_of(name) for name in \(Python.list(records))], ignore_index=True)
    points
    """
  }
}
