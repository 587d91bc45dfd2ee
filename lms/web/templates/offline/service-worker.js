// Answers where the network does not: static files and one page without personal data. It never keeps another page and
// never touches what is sent. A new release has another VERSION: the new worker fills its own store and drops the old one.
const VERSION = {{ version | tojson }};
const STORE = `offline-${VERSION}`;
const PAGE = {{ page | tojson }};
const FILES = new Set({{ files | tojson }});
const PATIENCE = 20000; // ms after which a page is not waited for: the phone is connected to a dead network
const SOON = 500; // ms after which a page is asked for once more: where networks change, the first request may be lost

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data === "fill") event.waitUntil(fill()); // the language was changed, so the page has other words
});

async function fill() {
  const store = await caches.open(STORE);
  await store.addAll([PAGE, ...FILES].map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("offline-") && name !== STORE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const name = address.pathname + address.search;
  if (event.request.mode === "navigate") event.respondWith(orKept(event.request, PAGE));
  else if (FILES.has(name)) event.respondWith(keptFirst(event.request, name));
});

const keep = async (name) => (await caches.open(STORE)).match(name, { ignoreVary: true });

// A path that carries the mark of a release never means anything else.
async function keptFirst(request, name) {
  return (await keep(name)) ?? fetch(request);
}

// What the network says; what is kept if it says nothing.
async function orKept(request, name) {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("late")), PATIENCE));
  try {
    return await Promise.race([ask(request), late]);
  } catch (failure) {
    const kept = await keep(name);
    if (kept) return kept;
    throw failure;
  }
}

async function ask(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    if (!navigator.onLine) throw failure;
    await new Promise((done) => setTimeout(done, SOON));
    return fetch(request);
  }
}
