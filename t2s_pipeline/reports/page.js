// Sorting tables, and the search over the failures. The failures are texts that models and data sets wrote: they go in
// by textContent alone.
(function () {
  "use strict";
  var element = function (tag, text, parent) {
    var made = document.createElement(tag);
    if (text) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  };

  // A click on a column's title sorts by it, a second one the other way, a third gives the order of the report. Cells
  // are compared as the numbers that they begin with, else as texts; empty ones and dashes come last, and so do totals.
  var value = function (row, column) {
    var text = row.cells[column].textContent.trim();
    var number = /^[+-]?[\d,]*\.?\d+(e[+-]?\d+)?/i.exec(text);
    return number ? parseFloat(number[0].replace(/,/g, "")) : text === "" || text === "–" ? null : text.toLowerCase();
  };
  var compare = function (a, b, sign) {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return sign * (a < b ? -1 : a > b ? 1 : 0);
  };
  var sortable = function (table) {
    var body = table.tBodies[0], titles = table.tHead.rows[0].cells;
    var rows = Array.prototype.slice.call(body.rows);
    var totals = rows.filter(function (row) { return row.cells[0].querySelector("strong"); });
    var others = rows.filter(function (row) { return totals.indexOf(row) < 0; });
    if (others.length < 3) return;
    Array.prototype.forEach.call(titles, function (title, column) {
      var button = element("button", title.textContent);
      button.type = "button";
      title.textContent = "";
      title.appendChild(button);
      button.addEventListener("click", function () {
        var before = title.getAttribute("aria-sort");
        var next = before === "ascending" ? "descending" : before === "descending" ? "" : "ascending";
        Array.prototype.forEach.call(titles, function (other) { other.removeAttribute("aria-sort"); });
        if (next) title.setAttribute("aria-sort", next);
        var sign = next === "descending" ? -1 : 1;
        var ordered = !next ? rows : others.slice().sort(function (a, b) {
          return compare(value(a, column), value(b, column), sign);
        }).concat(totals);
        ordered.forEach(function (row) { body.appendChild(row); });
      });
    });
  };
  Array.prototype.forEach.call(document.querySelectorAll("table"), sortable);

  var data = JSON.parse(document.getElementById("failures-data").textContent);
  var place = document.getElementById("failures");
  if (!place || !data.rows.length) return;
  var step = 50, shown = step;
  var fields = data.fields, texts = data.texts;
  var at = {};
  fields.forEach(function (name, number) { at[name] = number; });
  var cell = function (row, name) { var n = row[at[name]]; return n < 0 ? "" : texts[n]; };
  var searched = data.rows.map(function (row) {
    return row.map(function (n) { return n < 0 ? "" : texts[n]; }).join("\n").toLowerCase();
  });

  var form = element("div", "", place);
  form.className = "search";
  var words = element("input", "", form);
  words.type = "search";
  words.placeholder = "Search: all words must occur";
  words.setAttribute("aria-label", "Search in question, schema, SQL, feedback and rows of the failures");
  var choice = function (name, label) {
    var made = element("select", "", form), seen = {};
    made.setAttribute("aria-label", data.titles[name]);
    element("option", label, made).value = "";
    data.rows.forEach(function (row) { seen[cell(row, name)] = true; });
    Object.keys(seen).sort().forEach(function (text) { element("option", text, made).value = text; });
    made.addEventListener("change", function () { shown = step; draw(); });
    return made;
  };
  var arm = choice("arm", "every run"), kind = choice("final_error_class", "every error type");
  var status = element("p", "", place);
  status.setAttribute("role", "status");
  var list = element("div", "", place);
  var more = element("button", "Show more", place);
  more.type = "button";
  more.className = "more";
  more.addEventListener("click", function () { shown += step; draw(); });
  words.addEventListener("input", function () { shown = step; draw(); });

  var plain = ["status", "hardness", "question", "first_error_class", "final_error_class"];
  var open = function (holder, row) {
    var facts = element("dl", "", holder);
    fields.forEach(function (name) {
      var text = cell(row, name);
      if (!text || name === "arm" || name === "example_id") return;
      element("dt", data.titles[name], facts);
      var told = element("dd", "", facts);
      if (plain.indexOf(name) < 0) element("pre", text, told);
      else told.textContent = text;
    });
  };
  var entry = function (row) {
    var holder = element("details", "", list);
    var head = [cell(row, "arm"), cell(row, "example_id"), cell(row, "final_error_class"), cell(row, "question")];
    element("summary", head.join(" · "), holder);
    holder.addEventListener("toggle", function () {
      if (holder.open && holder.childNodes.length === 1) open(holder, row);
    });
  };
  var draw = function () {
    var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    var found = data.rows.filter(function (row, number) {
      return (!arm.value || cell(row, "arm") === arm.value) &&
        (!kind.value || cell(row, "final_error_class") === kind.value) &&
        wanted.every(function (word) { return searched[number].indexOf(word) >= 0; });
    });
    list.textContent = "";
    found.slice(0, shown).forEach(entry);
    status.textContent = found.length + " of " + data.rows.length + " failures";
    more.hidden = found.length <= shown;
  };
  draw();
})();
