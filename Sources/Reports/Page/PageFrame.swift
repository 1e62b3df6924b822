/// What every page has around its sections: a document that loads nothing from anywhere, follows the reader's
/// choice of light or dark, and prints.
struct PageFrame {
  var title: String
  /// A line under the title.
  var lead: String
  var sections: [Markup]
  var footer: String
  /// Rules beside those of all pages.
  var style: Markup = ""
  /// A script element.
  var script: Markup = ""

  /// The whole document.
  var markup: Markup {
    """
    <!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
    <title>\(title)</title>
    <style>
    \(PageStyle.sheet)\(style)
    </style>
    </head>
    <body>
    <header>
    \(PageStyle.emblem)
    <h1>\(title)</h1>
    <p class="lead">\(lead)</p>
    </header>
    <main>
    \(sections)
    </main>
    <footer><p>\(footer)</p></footer>
    \(script)
    </body>
    </html>

    """
  }
}
