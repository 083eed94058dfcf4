// The pages kept on this phone (outbox.js chooses them) open without signal, with what they are drawn with.
"use strict";

const PATIENCE = 6000; // milliseconds: with a poor signal a kept page is better than a white one

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (["style", "script", "font", "image"].includes(request.destination)) event.respondWith(piece(request));
});

const kept = (request) => caches.match(request, { ignoreVary: true });

// The site's own answer whenever there is one: what is kept may be old.
async function page(request) {
  const copy = await kept(request);
  if (!copy) return fetch(request);
  const late = new Promise((resolve) => setTimeout(() => resolve(copy), PATIENCE));
  return Promise.race([fetch(request).catch(() => copy), late]);
}

async function piece(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await kept(request);
    if (copy) return copy;
    throw error;
  }
}
