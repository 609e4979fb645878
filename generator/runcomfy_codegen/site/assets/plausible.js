/* Texts that nobody means, told as the SDK and the emulator tell them, from the SDK's own tables. */
"use strict";

globalThis.plausible = (tables) => {
  const HEAD = 4096; // characters that are looked at: a text may be megabytes of base64
  const { kinds } = tables;
  const unknown = "application/octet-stream";
  const row = ([pattern, advice]) => [new RegExp(`^(?:${pattern})`, "isu"), advice];
  const media = tables.media.map(row);
  const fileName = row(tables.fileName);
  const signatures = tables.signatures.map(([pattern, type]) => [new RegExp(`^(?:${pattern})`, "s"), type]);
  const unseen = new RegExp(`^(?:${tables.unseen})$`, "u");
  const textFormats = new RegExp(tables.textFormats);
  const fieldTypes = new Map(tables.fieldTypes.map(([type, kind, name]) => [`${type} ${kind}`, name]));

  const isBlank = (text) => unseen.test(text);
  const asKind = (type, kind) => fieldTypes.get(`${type} ${kind}`) ?? type;
  const fits = (type, kind) => type.startsWith(kinds[kind].prefix) || kinds[kind].alsoTypes.includes(type);
  const detect = (bytes, kind) => {
    const found = signatures.find(([pattern]) => pattern.test(bytes));
    return found ? asKind(found[1], kind) : unknown;
  };
  const decoded = (content) =>
    content.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

  /* Why a data URI cannot be meant; empty where it can. */
  const dataUri = (text, kind) => {
    const comma = text.indexOf(",");
    if (comma < 0) return "the data URI is malformed: expected data:<type>;base64,<content>";
    const head = text.slice(5, comma).toLowerCase();
    const type = head.split(";")[0].trim() || "text/plain";
    const isBase64 = head.endsWith(";base64");
    const rest = text.slice(comma + 1);
    const content = rest.includes("%") ? decoded(rest) : rest;
    let bytes = content.slice(0, HEAD);
    if (isBase64) {
      const payload = content.replace(/[= \t\r\n]+$/, "");
      const wrong = /[^A-Za-z0-9+/ \t\r\n]/.exec(payload);
      if (wrong) return `the data URI is malformed: '${wrong[0]}' is not a base64 character`;
      const letters = bytes.replace(/[= \t\r\n]/g, "");
      if (payload.replace(/[ \t\r\n]/g, "").length % 4 === 1) return "the data URI is malformed: its base64 content is cut off";
      bytes = atob(payload.length < HEAD ? letters : letters.slice(0, letters.length - (letters.length % 4)));
    }
    if (bytes === "") return "the data URI is empty";
    const found = detect(bytes, kind);
    if (found !== unknown && !fits(found, kind)) return `the data URI holds ${found}, expected ${kinds[kind].phrase}`;
    if (!fits(asKind(type, kind), kind)) {
      if (type === unknown && found !== unknown) return "";
      return `the data URI says ${type}, expected ${kinds[kind].phrase}: data:${kinds[kind].prefix}<format>;base64,`;
    }
    const isText = found === unknown && !isBase64 && /^[\t\n\r -~]*$/.test(bytes) && !textFormats.test(type);
    return isText ? `the data URI has no ;base64, and its content is text, not ${type}: write data:${type};base64,<content>` : "";
  };

  /* Why a text cannot be meant as media; empty where it can. */
  const notMedia = (text, kind, required, mayBeName) => {
    if (required && isBlank(text)) return `is blank; expected ${kinds[kind].phrase}`;
    if (/^data:/i.test(text)) return dataUri(text, kind);
    const match = [...media, ...(mayBeName ? [] : [fileName])].find(([pattern]) => pattern.test(text.slice(0, HEAD)));
    return match && match[1] ? `this ${match[1]}` : "";
  };

  /* The types of files to choose from. */
  const accept = (kind) => `${kinds[kind].prefix}*`;

  /* The HTML element that shows a file of this name; "a" where there is none. */
  const elementFor = (name) => {
    const ending = (/\.\w+$/.exec(name)?.[0] ?? "").toLowerCase();
    return Object.values(kinds).find(({ endings }) => endings.includes(ending))?.element ?? "a";
  };
  return { isBlank, notMedia, accept, elementFor };
};
