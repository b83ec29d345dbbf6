// Search over the failures. The data are texts that models and data sets wrote: they go in by textContent alone.
(function () {
  "use strict";
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

  var element = function (tag, text, parent) {
    var made = document.createElement(tag);
    if (text) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  };
  var form = element("div", "", place);
  form.className = "search";
  var words = element("input", "", form);
  words.type = "search";
  words.placeholder = "Words in question, schema, SQL, feedback, rows; all must occur";
  words.setAttribute("aria-label", "Search failures");
  var choice = function (name, label) {
    var made = element("select", "", form), seen = {};
    made.setAttribute("aria-label", label);
    element("option", label, made).value = "";
    data.rows.forEach(function (row) { seen[cell(row, name)] = true; });
    Object.keys(seen).sort().forEach(function (value) { element("option", value, made).value = value; });
    made.addEventListener("change", function () { shown = step; draw(); });
    return made;
  };
  var arm = choice("arm", "every run"), kind = choice("final_error_class", "every error type");
  var status = element("p", "", place);
  status.setAttribute("role", "status");
  var list = element("div", "", place);
  var more = element("button", "Show more", place);
  more.type = "button";
  more.addEventListener("click", function () { shown += step; draw(); });
  words.addEventListener("input", function () { shown = step; draw(); });

  var open = function (holder, row) {
    var facts = element("dl", "", holder);
    fields.forEach(function (name) {
      var text = cell(row, name);
      if (!text || name === "arm" || name === "example_id") return;
      element("dt", data.titles[name], facts);
      element("pre", text, element("dd", "", facts));
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
