/* mention-monitor console: keys, the hit beside the list, live arrival. Every page works without it.
   No inline code, no evaluation; texts of strangers only come in as fragments that the server escaped. */
"use strict";
(() => {
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const one = (what, within = document) => within.querySelector(what);
  const list = one("ol.rows[data-yes]");
  const rows = list ? all("li[data-hit]", list) : all("ol.rows > li");
  const beside = one("#beside");
  let at = Math.max(0, rows.findIndex((row) => row.classList.contains("on")));
  let chosen = rows.some((row) => row.classList.contains("on"));
  let asked = null;

  /* --- the list --- */
  function choose(place, focus = true) {
    if (!rows.length) return;
    rows[at].classList.remove("on");
    rows[at].removeAttribute("aria-current");
    at = Math.min(rows.length - 1, Math.max(0, place));
    chosen = true;
    const row = rows[at];
    row.classList.add("on");
    row.setAttribute("aria-current", "true");
    if (focus) one("a.title", row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    if (row.dataset.hit) show(row.dataset.hit);
  }

  async function show(hit) {
    if (!beside || getComputedStyle(beside).display === "none") return;
    const back = new URL(location.href);
    for (const name of ["at", "said"]) back.searchParams.delete(name);
    const from = back.pathname + back.search;
    back.searchParams.set("at", hit);
    history.replaceState(null, "", back);
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/hits/${hit}/beside?back=${encodeURIComponent(from)}`, { signal: asked.signal });
      if (answer.ok) beside.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") say("The selected hit could not be loaded. Open it instead.");
    }
  }

  function say(words) {
    let place = one("#said");
    if (!place) {
      place = document.createElement("p");
      place.id = "said";
      place.className = "said";
      place.setAttribute("role", "status");
      document.body.append(place);
    }
    place.textContent = words;
    place.hidden = !words;
  }

  const ticked = () => rows.filter((row) => one("input[name=hit]", row)?.checked);

  function counted() {
    const place = one("[data-count]");
    const many = ticked().length;
    if (place) place.textContent = many ? `${many} ticked:` : "with those ticked:";
    const every = one("[data-all]");
    if (every) every.checked = many > 0 && many === rows.length;
  }

  async function rule(key) {
    const own = one(`[data-key="${key}"]`, beside || document) || one(`main [data-key="${key}"]`);
    if (!list) return own?.click();
    if (!one("input[name=hit]", list)) return;
    const kind = key === "y" ? list.dataset.yes : key === "n" ? "wrong" : "withdrawn";
    const word = { right: "right", wrong: "wrong", restored: "told everyone", withdrawn: "" }[kind];
    const these = ticked().length ? ticked() : chosen ? [rows[at]] : [];
    for (const row of these) {
      const answer = await fetch(`/api/hits/${row.dataset.hit}/ruling`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ kind }),
      });
      if (!answer.ok) return say("That was not saved. Reload the page and try again.");
      const place = one(".ruled", row);
      place.textContent = word ? `ruled ${word} by you` : "ruling taken back";
      row.classList.toggle("seen", kind !== "withdrawn");
      const box = one("input[name=hit]", row);
      box.checked = false;
    }
    counted();
    if (!these.length) return say("Select a hit first: j moves to the next one.");
    const undo = { restored: "What was told stays told.", withdrawn: "" }[kind] ?? "u takes it back.";
    say(`${these.length === 1 ? `Hit ${these[0].dataset.hit}` : `${these.length} hits`}: ${word || "ruling taken back"}. ${undo}`);
    if (these.length === 1 && kind !== "withdrawn") choose(at + 1);
    else if (chosen) show(rows[at].dataset.hit);
  }

  /* --- keys --- */
  const places = { t: "/", h: "/hits", r: "/hits?verdict=review", s: "/sources", a: "/alerts", l: "/audit" };
  let going = false;
  const acts = {
    j: () => choose(chosen ? at + 1 : 0),
    k: () => choose(at - 1),
    o: () => chosen && one("a.title", rows[at])?.click(),
    x: () => {
      const box = chosen && one("input[name=hit]", rows[at]);
      if (box) { box.checked = !box.checked; counted(); }
    },
    y: () => rule("y"),
    n: () => rule("n"),
    u: () => rule("u"),
    "/": () => { const field = one("[data-search]"); if (field) field.focus(); else location.assign("/hits"); },
    "?": () => { const panel = one("#keys"); if (panel.open) panel.close(); else panel.showModal(); },
    g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
  };
  const typing = (where) => where.isContentEditable || ["TEXTAREA", "SELECT"].includes(where.tagName)
    || (where.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(where.type));

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if (one("dialog[open]") && event.key !== "?") return;
    if (going && places[event.key]) { event.preventDefault(); location.assign(places[event.key]); return; }
    const act = Object.hasOwn(acts, event.key) && acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  if (list) {
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a.aside");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(rows.indexOf(link.closest("li")), false);
    });
    list.addEventListener("change", counted);
    one("[data-all]")?.addEventListener("change", (event) => {
      for (const box of all("input[name=hit]", list)) box.checked = event.target.checked;
      counted();
    });
    counted();
  }

  /* --- live arrival: one line at the top, nothing moves by itself --- */
  const panel = one("[data-live]");
  const line = panel && one("a.live", panel);
  if (line && window.EventSource) {
    const what = panel.dataset.live;
    const noun = { alert: "new alert", review: "new hit" }[what] || "new hit";
    const events = new EventSource(`/live?after=${panel.dataset.newest}`);
    events.addEventListener("hits", (event) => {
      const found = JSON.parse(event.data);
      const many = found[what] ?? found.all;
      if (!many) return;
      line.textContent = `${many} ${noun}${many === 1 ? "" : "s"} at ${found.at}, show ${many === 1 ? "it" : "them"}`;
      line.hidden = false;
    });
    addEventListener("pagehide", () => events.close());
  }
})();
