/* The index: its tables are there without a script; this one adds filters that hide rows of them. */
"use strict";

(() => {
  const place = document.getElementById("filters");
  if (!place) return;

  const tableOf = (heading) => heading.nextElementSibling; // the theme wraps it, sooner or later
  // One entry per row, read off the page: model | task | input | price, below a heading with the provider.
  const rows = [];
  for (const heading of document.querySelectorAll(".md-content h2")) {
    const provider = heading.firstChild.textContent.trim();
    for (const row of tableOf(heading).querySelectorAll("tbody tr")) {
      const [, task, inputs] = [...row.cells].map((cell) => cell.textContent);
      const kinds = inputs.split(", ").filter(Boolean);
      rows.push({ row, heading, provider, tasks: task.split(", "), kinds });
    }
  }

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const choice = (label, values) => {
    const options = [...new Set(values)].sort().map((value) => element("option", { value, textContent: value }));
    const select = element("select", {}, element("option", { value: "", textContent: "all" }), ...options);
    return [select, element("label", {}, element("span", { textContent: label }), select)];
  };
  const [provider, providerLabel] = choice("Provider", rows.map((each) => each.provider));
  const [task, taskLabel] = choice("Task", rows.flatMap((each) => each.tasks));
  const taken = place.dataset.kinds.split(" ").filter((kind) => rows.some((each) => each.kinds.includes(kind)));
  const kinds = taken.map((value) => element("input", { type: "checkbox", value }));
  const count = element("output");

  const settings = { provider, task };
  const apply = () => {
    const wanted = kinds.filter((box) => box.checked).map((box) => box.value);
    let shown = 0;
    for (const each of rows) {
      const fits =
        (!provider.value || each.provider === provider.value) &&
        (!task.value || each.tasks.includes(task.value)) &&
        wanted.every((kind) => each.kinds.includes(kind));
      each.row.hidden = !fits;
      shown += fits;
    }
    for (const { heading } of rows) {
      const table = tableOf(heading);
      heading.hidden = table.hidden = ![...table.querySelectorAll("tbody tr")].some((row) => !row.hidden);
    }
    count.textContent = shown === rows.length ? `${shown} endpoints` : `${shown} of ${rows.length} endpoints`;
    const query = new URLSearchParams(Object.entries(settings).filter(([, each]) => each.value).map(([key, each]) => [key, each.value]));
    if (wanted.length) query.set("input", wanted.join(" "));
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
  };

  // A filtered index can be linked to.
  const asked = new URLSearchParams(location.search);
  for (const [key, control] of Object.entries(settings)) control.value = asked.get(key) ?? "";
  for (const box of kinds) box.checked = (asked.get("input") ?? "").split(" ").includes(box.value);

  const pills = kinds.map((box) => element("label", { className: "pill" }, box, element("span", { textContent: box.value })));
  place.append(
    providerLabel,
    taskLabel,
    element("fieldset", {}, element("legend", { textContent: "Takes" }), ...pills),
    count,
  );
  place.addEventListener("input", apply);
  apply();
})();
