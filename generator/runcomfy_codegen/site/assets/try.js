/* The form of an endpoint, which talks to the emulator that serves this page, and to nobody else.
   What vendors wrote is put into the page as text only (textContent), never as HTML. */
"use strict";

(() => {
  const place = document.querySelector("[data-form]");
  if (!place) return;
  let ended; // the states of a job that is over, by the tables of the SDK
  let numbered = 0;
  const files = new Map(); // content of a chosen file -> its name
  let refusals; // what is not sent, and the kinds of media, by the tables of the SDK

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children.filter((child) => child !== null));
    return made;
  };
  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const suggested = (field, otherwise = "") => (field.examples.length ? `for example ${field.examples[0]}` : otherwise);
  const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));

  /* Controls: each has the elements to show and read(), which gives a value, undefined for "not given",
     or throws an Error whose message is for the user. */
  const withList = (box, field) => {
    if (field.examples.length < 2) return [box];
    const list = element("datalist", { id: `try-list-${(numbered += 1)}` }, ...field.examples.map((value) => element("option", { value })));
    box.setAttribute("list", list.id);
    return [box, list];
  };
  const controls = {
    text: (field) => {
      const box = field.secret
        ? element("input", { type: "password", autocomplete: "off", value: field.example ?? "" })
        : element("textarea", { rows: field.maxLength && field.maxLength < 100 ? 1 : 3, value: field.example ?? "", placeholder: suggested(field) });
      const read = () => {
        if (box.value === "" && !field.required) return undefined;
        if (!field.mayBeBlank && refusals.isBlank(box.value)) throw new Error("must not be blank");
        return box.value;
      };
      return { elements: [box], main: box, read };
    },
    number: (field) => {
      const box = element("input", { type: "number", step: field.step, min: field.min ?? "", max: field.max ?? "", value: field.example ?? "", placeholder: suggested(field) });
      const read = () => {
        if (box.validity.badInput) throw new Error("this must be a number");
        return box.value === "" ? undefined : Number(box.value);
      };
      return { elements: withList(box, field), main: box, read };
    },
    choice: (field) => {
      const none = element("option", { value: "", textContent: field.required ? "choose" : "not sent" });
      const options = field.choices.map((value, index) => element("option", { value: index, textContent: written(value) }));
      const box = element("select", {}, none, ...options);
      const at = field.choices.indexOf(field.example);
      box.value = at < 0 ? "" : String(at);
      return { elements: [box], main: box, read: () => (box.value === "" ? undefined : field.choices[Number(box.value)]) };
    },
    json: (field) => {
      const example = field.example === null ? "" : JSON.stringify(field.example, null, 2);
      const box = element("textarea", { rows: 4, value: example, spellcheck: false, className: "code", placeholder: `JSON, such as ${field.sample}` });
      const read = () => {
        if (box.value.trim() === "") return undefined;
        try {
          return JSON.parse(box.value);
        } catch (error) {
          throw new Error(`this is not JSON: ${error.message}`);
        }
      };
      return { elements: [box], main: box, read };
    },
    media: (field, example = field.example, name = field.name) => {
      const url = element("input", { type: "text", inputMode: "url", value: example ?? "", placeholder: suggested(field, "https://… or a file"), spellcheck: false });
      const file = element("input", { type: "file", accept: refusals.accept(field.media), hidden: true });
      const pick = element("button", { type: "button", textContent: "Choose a file", ariaLabel: `Choose a file for ${name}` });
      let content; // of a file, as a data URI
      pick.addEventListener("click", () => file.click());
      file.addEventListener("change", () => {
        const [chosen] = file.files;
        if (!chosen) return;
        const reader = new FileReader();
        reader.addEventListener("load", () => {
          content = reader.result;
          files.set(content, chosen.name);
          url.value = chosen.name;
          url.dispatchEvent(new Event("change", { bubbles: true }));
        });
        reader.readAsDataURL(chosen);
      });
      url.addEventListener("input", () => (content = undefined));
      const row = element("div", { className: "row" }, ...withList(url, field), pick, file);
      const read = () => {
        const value = content ?? (url.value.trim() || undefined);
        const why = value === undefined ? "" : refusals.notMedia(value, field.media, field.required, field.mayBeName);
        if (why) throw new Error(why);
        return value;
      };
      return { elements: [row], main: url, read };
    },
    "media-list": (field) => {
      const given = field.example === null ? [] : [field.example].flat();
      const items = [];
      const list = element("div");
      const add = (example) => {
        const number = items.length + 1;
        const name = number > 1 ? `${field.name} ${number}` : field.name;
        const item = controls.media(field, example, name);
        if (number > 1) item.main.ariaLabel = name; // the first has the label of the parameter
        items.push(item);
        list.append(...item.elements);
        return item;
      };
      const first = add(given[0]);
      given.slice(1).forEach(add);
      const more = element("button", { type: "button", className: "more", textContent: "Add another", ariaLabel: `Add another to ${field.name}` });
      more.addEventListener("click", () => add().main.focus());
      const read = () => {
        const values = items.map((item) => item.read()).filter((value) => value !== undefined);
        if (field.one && values.length === 1 && !Array.isArray(field.example)) return values[0];
        return values.length ? values : undefined;
      };
      return { elements: [list, more], main: first.main, read };
    },
  };

  /* One parameter: its name, its control, what is said of it, and what was wrong with it. */
  const parameter = (field) => {
    const control = controls[field.control](field);
    control.main.id = `try-${(numbered += 1)}`;
    const name = element("label", { htmlFor: control.main.id }, element("code", { textContent: field.name }));
    if (field.label) name.append(" ", element("span", { textContent: field.label }));
    if (field.required) name.append(" ", element("em", { textContent: "required" }));
    if (field.deprecated) name.append(" ", element("em", { textContent: "deprecated" }));
    const limits = [];
    if (field.min != null) limits.push(`from ${field.min}`);
    if (field.max != null) limits.push(`up to ${field.max}`);
    if (field.maxLength != null) limits.push(`at most ${field.maxLength} characters`);
    if (field.count) limits.push(field.count);
    if (field.default) limits.push(`published default: ${field.default}`);
    const hint = element("p", { className: "hint", id: `${control.main.id}-hint`, textContent: [field.description, limits.join(", ")].filter(Boolean).join(" — ") });
    const wrong = element("p", { className: "wrong", id: `${control.main.id}-wrong`, hidden: true });
    control.main.setAttribute("aria-describedby", `${hint.id} ${wrong.id}`);
    control.main.required = field.required; // said, not enforced: the emulator decides
    const complain = (text) => {
      wrong.textContent = text ?? "";
      wrong.hidden = !text;
      control.main.ariaInvalid = text ? "true" : null;
    };
    const all = element("div", { className: "parameter" }, name, ...control.elements, hint.textContent ? hint : null, wrong);
    return { field, all, complain, read: control.read, main: control.main };
  };

  /* The same request as code: Python for the SDK, and curl. */
  const python = (value, indent) => {
    const inner = `${indent}    `;
    if (files.has(value)) return `Path(${JSON.stringify(files.get(value))})`;
    if (value === true) return "True";
    if (value === false) return "False";
    if (value === null) return "None";
    if (Array.isArray(value)) {
      const line = `[${value.map((item) => python(item, inner)).join(", ")}]`;
      if (line.length < 70 && !line.includes("\n")) return line;
      return `[\n${value.map((item) => `${inner}${python(item, inner)},\n`).join("")}${indent}]`;
    }
    if (typeof value === "object") {
      return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${python(item, inner)}`).join(", ")}}`;
    }
    return JSON.stringify(value);
  };
  const pythonCode = (form, body) => {
    const given = form.fields.filter((field) => field.name in body);
    const lines = given.map((field) => `        ${field.argument}=${python(body[field.name], "        ")},\n`).join("");
    const path = lines.includes("Path(") && files.size ? "from pathlib import Path\n\n" : "";
    return `${path}from ${form.package} import RunComfy\n\nwith RunComfy() as client:\n    result = ${form.call}(\n${lines}    )\n    result.download("out/")\n`;
  };
  const curlCode = (form, body) => {
    const text = JSON.stringify(body, null, 2);
    const used = [...files].filter(([content]) => text.includes(content));
    const start = `curl --fail-with-body --request POST \\\n  "${form.url}" \\\n  --header "Authorization: Bearer $RUNCOMFY_API_TOKEN" \\\n  --header "Content-Type: application/json" \\\n`;
    if (!used.length) return `${start}  --data-binary @- <<'JSON'\n${text}\nJSON\n`;
    // The shell reads the files, so the rest of the text must mean nothing to it.
    let filled = text.replace(/[\\$`]/g, "\\$&");
    for (const [content, name] of used) {
      const quoted = `'${name.replaceAll("'", "'\\''")}'`;
      filled = filled.replaceAll(content, `${content.slice(0, content.indexOf(",") + 1)}$(base64 < ${quoted} | tr -d '\\n')`);
    }
    return `${start}  --data-binary @- <<JSON\n${filled}\nJSON\n`;
  };

  const show = (form, emulator) => {
    const parameters = form.fields.map(parameter);
    const optional = parameters.filter(({ field }) => !field.required && field.example === null);
    const first = parameters.filter((each) => !optional.includes(each));
    const send = element("button", { type: "submit", className: "md-button md-button--primary", textContent: "Send" });
    const cancel = element("button", { type: "button", className: "md-button", textContent: "Cancel", hidden: true });
    const state = element("p", { className: "state", role: "status" });
    let busy = false; // a disabled button would lose the focus
    const result = element("div", { className: "result" });
    const more = optional.length
      ? element("details", {}, element("summary", { textContent: `${optional.length} more settings` }), ...optional.map((each) => each.all))
      : null;
    const buttons = element("div", { className: "buttons" }, send, cancel, state);
    const codes = [
      ["Python", pythonCode],
      ["curl", curlCode],
    ].map(([name, write]) => ({ name, write, code: element("code") }));
    const codeOf = ({ name, code }) => element("div", { className: "as-code" }, element("p", { className: "hint", textContent: name }), element("pre", {}, code));
    const asCode = element("details", { className: "code-of-it" }, element("summary", { textContent: "This request in Python and curl" }), ...codes.map(codeOf));
    const panel = element("form", { noValidate: true, className: "try" }, ...first.map((each) => each.all), more, buttons, asCode, result);

    // What is not yet right is left out: the form says so when it is sent.
    const asFarAsGiven = () => {
      const body = {};
      for (const { field, read } of parameters) {
        try {
          const value = read();
          if (value !== undefined) body[field.name] = value;
        } catch {
          continue;
        }
      }
      return body;
    };
    const showCode = () => {
      const body = asFarAsGiven();
      for (const { write, code } of codes) code.textContent = write(form, body);
    };
    for (const change of ["input", "change"]) panel.addEventListener(change, showCode);
    showCode();

    const call = async (method, path, body) => {
      const headers = { Authorization: `Bearer ${emulator.token}` };
      if (body) headers["Content-Type"] = "application/json";
      const reply = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
      return { ok: reply.ok, body: await reply.json() };
    };
    const complain = (parameter, text) => {
      parameter.complain(text);
      if (more && more.contains(parameter.all)) more.open = true;
    };
    const read = () => {
      const body = {};
      let good = true;
      for (const each of parameters) {
        each.complain();
        try {
          const value = each.read();
          if (value !== undefined) body[each.field.name] = value;
        } catch (error) {
          complain(each, error.message);
          good = false;
        }
      }
      return good ? body : null;
    };
    const toTheFirstMistake = () => panel.querySelector("[aria-invalid]")?.focus();
    const refused = (reply) => {
      const others = [];
      for (const { loc, msg } of Array.isArray(reply.detail) ? reply.detail : []) {
        const parameter = parameters.find(({ field }) => field.name === loc[1]);
        const inside = loc.slice(2).join(".");
        if (parameter) complain(parameter, inside ? `${inside}: ${msg}` : msg);
        else others.push(`${loc.slice(1).join(".")}: ${msg}`);
      }
      state.textContent = [`Refused: ${reply.error_message ?? "without a reason"}`, ...others].join("; ");
      toTheFirstMistake();
    };
    const players = {
      img: { alt: "The result", loading: "eager" },
      video: { controls: true, muted: true, loop: true },
      audio: { controls: true },
    };
    const file = (url) => {
      // The same server under the address that this page has.
      const local = new URL(url, location.href).pathname;
      const name = refusals.elementFor(local);
      const shown = name in players ? element(name, { src: local, ...players[name] }) : null;
      return element("figure", {}, shown, element("figcaption", {}, element("a", { href: local, target: "_blank", textContent: local.split("/").pop() })));
    };
    const finished = (reply) => {
      const urls = Object.values(reply.output ?? {}).flat().filter((url) => typeof url === "string");
      const raw = element("details", {}, element("summary", { textContent: "The whole reply" }), element("pre", {}, element("code", { textContent: JSON.stringify(reply, null, 2) })));
      result.replaceChildren(...[...new Set(urls)].map(file), raw);
    };
    let late = ""; // what became of an attempt to cancel
    const follow = async (id) => {
      for (;;) {
        const { ok, body } = await call("GET", `/v1/requests/${encodeURIComponent(id)}/status`);
        if (!ok) return refused(body);
        const queued = body.queue_position === undefined ? "" : `, place ${body.queue_position} in the queue`;
        state.replaceChildren("Request ", element("code", { textContent: id }), ` · ${body.status}${queued}${late}`);
        if (ended.includes(String(body.status).toLowerCase())) break;
        await sleep(400);
      }
      const { ok, body } = await call("GET", `/v1/requests/${encodeURIComponent(id)}/result?include_cost=true`);
      if (!ok) return refused(body);
      finished(body);
    };

    panel.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      const body = read();
      if (!body) {
        state.textContent = "Not sent: there are mistakes above.";
        return toTheFirstMistake();
      }
      busy = true;
      late = "";
      send.ariaDisabled = "true";
      result.replaceChildren();
      state.textContent = "Sending…";
      try {
        const reply = await call("POST", form.submit, body);
        if (!reply.ok) return refused(reply.body);
        const id = reply.body.request_id;
        cancel.hidden = false;
        cancel.onclick = async () => {
          const reply = await call("POST", `/v1/requests/${encodeURIComponent(id)}/cancel`).catch(() => null);
          if (reply?.body.outcome === "not_cancellable") late = " · too late to cancel";
        };
        await follow(id);
      } catch (error) {
        state.textContent = `The emulator does not answer: ${error.message}`;
      } finally {
        busy = false;
        send.ariaDisabled = null;
        if (cancel === document.activeElement) send.focus();
        cancel.hidden = true;
      }
    });
    return panel;
  };

  const start = async () => {
    const root = document.querySelector("link[rel=icon]").href; // assets/ of this site, at any depth
    const reply = await fetch(new URL("../../emulator.json", root)).catch(() => null);
    if (!reply?.ok) {
      place.replaceChildren(element("p", { className: "hint", textContent: "Start runcomfy-codegen serve to get a form here that sends requests to the emulator." }));
      return;
    }
    const form = await fetch(place.dataset.form);
    const tables = await fetch(new URL("../plausible.json", root));
    const read = await tables.json();
    refusals = plausible(read);
    ended = read.ended;
    const note = element("p", { className: "hint", textContent: "This form sends requests to the emulator on your machine. They are free, and the results are made up." });
    place.replaceChildren(note, show(await form.json(), await reply.json()));
  };
  start();
})();
