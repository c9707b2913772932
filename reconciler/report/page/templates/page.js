"use strict";
(() => {
  const routes = new Map(Object.entries(JSON.parse(document.getElementById("data").textContent)));
  const form = document.getElementById("search");
  const words = document.getElementById("words");
  const filters = [...form.querySelectorAll("select")];
  const rows = [...document.querySelectorAll("tr[data-routes]")];
  const drawn = [...document.querySelectorAll("svg [data-routes]")];
  const sources = [...document.querySelectorAll("details.source")];
  const ids = (element) => element.dataset.routes.split(" ");
  const chosen = (select) => select.selectedOptions[0].dataset.value;

  const wanted = () => {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const picked = filters.map((one) => [one.dataset.filter, chosen(one)]).filter((one) => one[1] !== undefined);
    if (!asked.length && !picked.length) return null;
    const found = new Set();
    for (const [id, route] of routes) {
      const fits = asked.every((word) => route.text.includes(word)) &&
        picked.every(([name, value]) => route[name].includes(value));
      if (fits) found.add(id);
    }
    return found;
  };

  const show = () => {
    const found = wanted();
    const source = filters.filter((one) => one.dataset.filter === "source").map(chosen)[0];
    const has = (element) => found === null || ids(element).some((id) => found.has(id));
    for (const row of rows) row.hidden = !has(row);
    for (const part of drawn) part.classList.toggle("off", !has(part));
    for (const one of sources) {
      const named = source === undefined ? has(one) : one.dataset.source === source;
      one.hidden = !named && !(source === undefined && found !== null && matches(one));
    }
    const count = found === null ? routes.size : found.size;
    document.getElementById("count").textContent = `${count} of ${routes.size} routes`;
  };

  const matches = (one) => {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const name = one.dataset.source.toLowerCase();
    return asked.length > 0 && asked.every((word) => name.includes(word));
  };

  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(show);
  };
  form.hidden = false;
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(soon));
  form.addEventListener("submit", (event) => event.preventDefault());
  const led = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !row.hidden) return;
    form.reset();
    show();
    row.scrollIntoView();
  };
  addEventListener("hashchange", led);
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = sources.filter((one) => !one.open);
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
  show();
  document.documentElement.dataset.ready = "true";
})();
