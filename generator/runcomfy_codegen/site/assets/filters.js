/* The index: its tables are there without a script; this one adds filters that hide rows of them. */
"use strict";

(async () => {
  const place = document.getElementById("filters");
  if (!place) return;

  // Of each model: parameters, gives, usd. A page that is opened from a disk cannot fetch it.
  const facts = await fetch("assets/models.json").then((reply) => reply.json()).catch(() => ({}));
  const isKnown = Object.keys(facts).length > 0;
  const unknown = { parameters: [], gives: "", usd: null };

  const tableOf = (heading) => heading.nextElementSibling; // the theme wraps it, sooner or later
  // One entry per row, read off the page: model | task | input | price, below a heading with the provider.
  const rows = [];
  for (const heading of document.querySelectorAll(".md-content h2")) {
    const provider = heading.firstChild.textContent.trim();
    for (const row of tableOf(heading).querySelectorAll("tbody tr")) {
      const [, task, inputs] = [...row.cells].map((cell) => cell.textContent);
      const kinds = inputs.split(", ").filter(Boolean);
      const known = facts[row.querySelector("a")?.getAttribute("href")] ?? unknown;
      rows.push({ row, heading, provider, tasks: task.split(", "), kinds, ...known });
    }
  }

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const labelled = (label, control) => element("label", {}, element("span", { textContent: label }), control);
  const choice = (values) => {
    const options = [...new Set(values)].sort().map((value) => element("option", { value, textContent: value }));
    return element("select", {}, element("option", { value: "", textContent: "all" }), ...options);
  };
  const taken = place.dataset.kinds.split(" ").filter((kind) => rows.some((each) => each.kinds.includes(kind)));
  const boxes = taken.map((value) => element("input", { type: "checkbox", value }));
  const most = element("input", { type: "number", min: 0, step: "any", inputMode: "decimal", placeholder: "any" });
  most.title = "The estimated cost of a call with the published defaults. Models without a known price are left out.";
  const count = element("output");

  // Each filter: the name in the address, the label, the control, and whether a row fits what is chosen.
  const filters = [
    ["provider", "Provider", choice(rows.map((each) => each.provider)), (each, value) => each.provider === value],
    ["task", "Task", choice(rows.flatMap((each) => each.tasks)), (each, value) => each.tasks.includes(value)],
  ];
  if (isKnown) {
    const names = rows.flatMap((each) => each.parameters);
    filters.push(
      ["gives", "Gives", choice(rows.map((each) => each.gives).filter(Boolean)), (each, value) => each.gives === value],
      ["parameter", "Parameter", choice(names), (each, value) => each.parameters.includes(value)],
      ["max_usd", "At most US dollars", most, (each, value) => each.usd !== null && each.usd <= Number(value)],
    );
  }

  const apply = () => {
    const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
    const set = filters.filter(([, , control]) => control.value);
    let shown = 0;
    for (const each of rows) {
      const fits =
        set.every(([, , control, isFit]) => isFit(each, control.value)) && wanted.every((kind) => each.kinds.includes(kind));
      each.row.hidden = !fits;
      shown += fits;
    }
    for (const { heading } of rows) {
      const table = tableOf(heading);
      heading.hidden = table.hidden = ![...table.querySelectorAll("tbody tr")].some((row) => !row.hidden);
    }
    count.textContent = shown === rows.length ? `${shown} endpoints` : `${shown} of ${rows.length} endpoints`;
    const query = new URLSearchParams(set.map(([name, , control]) => [name, control.value]));
    if (wanted.length) query.set("input", wanted.join(" "));
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
  };

  // A filtered index can be linked to.
  const asked = new URLSearchParams(location.search);
  for (const [name, , control] of filters) control.value = asked.get(name) ?? "";
  for (const box of boxes) box.checked = (asked.get("input") ?? "").split(" ").includes(box.value);

  const pills = boxes.map((box) => element("label", { className: "pill" }, box, element("span", { textContent: box.value })));
  const [provider, task, ...others] = filters.map(([, label, control]) => labelled(label, control));
  const fieldset = element("fieldset", {}, element("legend", { textContent: "Takes" }), ...pills);
  place.append(provider, task, fieldset, ...others, count);
  place.addEventListener("input", apply);
  apply();
})();
