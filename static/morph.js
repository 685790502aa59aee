// Brings a part of the page to a new state without replacing what has not changed, so that focus,
// selection, scroll and a button half pressed all survive. Used by htmx as hx-swap="morph".
(() => {
  "use strict";

  const same = (a, b) =>
    a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");

  function morphAttributes(old, fresh) {
    for (const { name } of [...old.attributes]) {
      if (name === "open") continue; // whether details are open is the reader's choice
      if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  }

  function morphNode(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.isEqualNode(fresh)) return;
    morphAttributes(old, fresh);
    morphChildren(old, fresh);
  }

  // The next old sibling that carries the id, so that something inserted before it moves nothing.
  function findLater(node, id) {
    for (let later = node; later; later = later.nextSibling) if (later.id === id) return later;
    return null;
  }

  function morphChildren(old, fresh) {
    let place = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const known = child.id ? findLater(place, child.id) : null;
      if (known && known !== place) old.insertBefore(known, place);
      const candidate = known || place;
      if (candidate && same(candidate, child)) {
        morphNode(candidate, child);
        place = candidate.nextSibling;
      } else {
        old.insertBefore(child, place);
      }
    }
    while (place) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
  }

  htmx.defineExtension("morph", {
    isInlineSwap: () => false,
    handleSwap(style, target, fragment) {
      if (style !== "morph") return false;
      morphChildren(target, fragment);
      return [target];
    },
  });
})();
