"use strict";
// Whatever comes from the server is text: it is put in by textContent alone.
const at = (id) => document.getElementById(id);
const element = (name, text, kind) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
};

const say = (text, bad) => {
  at("state").textContent = text;
  at("state").className = bad ? "bad" : "";
};

const cell = (value) => {
  if (value === null) return element("td", "NULL", "null");
  return element("td", String(value), typeof value === "number" ? "number" : "");
};

const voted = (vote) => {
  if (vote.samples === 1) return "one answer, no vote";
  if (vote.votes === null) return `nothing won${vote.reason ? ` (${vote.reason.replaceAll("_", " ")})` : ""}`;
  const next = vote.runner_up ? `, ${vote.runner_up} have the next result` : "";
  return `${vote.votes} of ${vote.samples} answers agree${next}`;
};

const verdict = (answer) => {
  const sure = answer.confidence === null ? "no vote" : `confidence ${answer.confidence.toFixed(2)}`;
  const vote = voted(answer.turns.find((turn) => turn.turn === answer.turn).vote);
  if (answer.answered) return `${sure}: ${vote}`;
  return `No answer: ${answer.status.replaceAll("_", " ")}${answer.error ? `: ${answer.error}` : ""}`;
};

const shownTurn = (turn, stands) => {
  const item = element("li", `${stands ? "This answer stands. " : ""}Status ${turn.status.replaceAll("_", " ")}; ` +
    `${turn.samples_that_ran} of ${turn.vote.samples} ran; ${voted(turn.vote)}.`);
  if (!stands && turn.sql !== null) item.append(element("pre", turn.sql));
  if (turn.error) item.append(element("p", turn.error, "bad"));
  if (turn.signals.length) item.append(element("p", `Signals: ${turn.signals.join(", ")}`));
  if (turn.feedback) item.append(element("p", "Told for repair:"), element("pre", turn.feedback));
  return item;
};

const showResult = (result) => {
  at("result").hidden = result === null;
  if (result === null) return;
  const head = element("tr");
  head.append(...result.columns.map((name) => element("th", name)));
  at("columns").replaceChildren(head);
  at("rows").replaceChildren(...result.rows.map((row) => {
    const line = element("tr");
    line.append(...row.map(cell));
    return line;
  }));
  const count = `${result.complete ? "" : "more than "}${result.row_count} rows`;
  at("count").textContent = result.rows.length < result.row_count ? `${count}, ${result.rows.length} shown` : count;
};

const show = (answer) => {
  at("verdict").textContent = verdict(answer);
  at("verdict").className = answer.answered ? "" : "bad";
  at("sql").textContent = answer.sql ?? "(none)";
  showResult(answer.result);
  at("tables").textContent = `Tables shown to the model: ${answer.tables.join(", ")} ` +
    `(${answer.tables.length} of ${answer.database_tables}). ${answer.seconds.toFixed(1)} s.`;
  at("turns").replaceChildren(...answer.turns.map((turn) => shownTurn(turn, turn.turn === answer.turn)));
  at("answer").hidden = false;
};

const asked = async (path, options) => {
  const response = await fetch(path, options);
  const content = await response.json();
  if (!response.ok) throw new Error(content.error);
  return content;
};

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("send").disabled = true;
  at("answer").hidden = true;
  say("asking …");
  try {
    const body = JSON.stringify({ db: at("db").value, question: at("question").value });
    show(await asked("ask", { method: "POST", headers: { "content-type": "application/json" }, body }));
    say("");
  } catch (error) {
    say(error.message, true);
  } finally {
    at("send").disabled = false;
  }
});

asked("databases").then((listed) => {
  at("db").replaceChildren(...listed.databases.map((name) => {
    const option = element("option", name);
    option.value = name;
    return option;
  }));
  at("about").textContent = `Asked of ${listed.model}${listed.adapter ? ` with adapter ${listed.adapter}` : ""}. ` +
    "A model's SQL may be wrong, also where all answers agree. Databases are never written to.";
  if (!listed.databases.length) say("There are no databases here.", true);
}).catch((error) => say(error.message, true));
