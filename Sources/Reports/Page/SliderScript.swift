/// The script of pages with sliders: it shows the cell that the sliders stand at.
///
/// Like ``PageScript`` it is kept free of `<` and `&`, so that the page is well-formed XML as well as HTML.
enum SliderScript {
  static let element: Markup = """
    <script>
    "use strict";
    document.querySelectorAll("figure.explorer").forEach(function (figure) {
      var inputs = figure.querySelectorAll("input"), parts = figure.querySelectorAll("[data-cell]");
      function show() {
        var cell = 0;
        inputs.forEach(function (input) {
          var words = input.dataset.values.split(" "), word = words[Number(input.value)];
          cell = cell * words.length + Number(input.value);
          input.setAttribute("aria-valuetext", word);
          input.nextElementSibling.textContent = word;
        });
        parts.forEach(function (part) {
          part.toggleAttribute("hidden", Number(part.dataset.cell) !== cell);
        });
      }
      inputs.forEach(function (input) { input.addEventListener("input", show); });
      figure.querySelector(".sliders").hidden = false;
      show();
    });
    </script>
    """
}
