/// The page's script: a rule and a note that follow the pointer over a chart, and recipes unfolded in print.
///
/// The script is kept free of `<` and `&`, so that the page is well-formed XML as well as HTML.
enum PageScript {
  static let element: Markup = """
    <script>
    "use strict";
    document.querySelectorAll("svg.chart").forEach(function (chart) {
      var data = JSON.parse(chart.dataset.hover), unit = chart.dataset.unit;
      var left = data.edges[0], right = data.edges[1], top = data.edges[2], bottom = data.edges[3];
      var rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
      rule.setAttribute("class", "pointer");
      rule.setAttribute("y1", top);
      rule.setAttribute("y2", bottom);
      chart.appendChild(rule);
      var note = document.createElement("div");
      note.className = "hover";
      note.hidden = true;
      chart.parentNode.appendChild(note);
      function nearest(points, x) {
        return points.reduce(function (best, point) {
          if (best === null) { return point; }
          return Math.abs(best[0] - x) > Math.abs(point[0] - x) ? point : best;
        }, null);
      }
      function hide() { note.hidden = true; rule.style.visibility = "hidden"; }
      hide();
      chart.addEventListener("pointerleave", hide);
      chart.addEventListener("pointermove", function (event) {
        var box = chart.getBoundingClientRect();
        var x = (event.clientX - box.left) * chart.viewBox.baseVal.width / box.width;
        if (left > x) { hide(); return; }
        if (x > right) { hide(); return; }
        rule.setAttribute("x1", x);
        rule.setAttribute("x2", x);
        rule.style.visibility = "visible";
        note.textContent = "";
        var head = document.createElement("b");
        head.textContent = unit + ": " + ((x - left) / (right - left) * data.end).toPrecision(3);
        note.appendChild(head);
        var names = chart.parentNode.closest("section").querySelectorAll(".legend .run-name");
        data.runs.forEach(function (run, index) {
          [["thin", "training"], ["marked", "validation"]].forEach(function (kind) {
            var point = nearest(run[kind[0]], x);
            if (point === null) { return; }
            var ends = run[kind[0]][run[kind[0]].length - 1][0];
            if (x > ends + 12) { return; }
            var line = document.createElement("span");
            line.className = "run-" + run.run;
            var name = names.length > index ? names[index].textContent + ", " : "";
            line.textContent = name + kind[1] + " " + point[2].toFixed(3);
            note.appendChild(line);
          });
        });
        note.hidden = false;
        var host = chart.parentNode.getBoundingClientRect();
        var place = event.clientX - host.left + 14;
        if (place + note.offsetWidth > host.width) { place = place - note.offsetWidth - 28; }
        note.style.left = Math.max(0, place) + "px";
        note.style.top = (event.clientY - host.top + 14) + "px";
      });
    });
    window.addEventListener("beforeprint", function () {
      document.querySelectorAll("details").forEach(function (fold) { fold.open = true; });
    });
    </script>
    """
}
