// What pages need beyond htmx: dialogs, and a word when the server has gone.
(() => {
  "use strict";

  // A link to a form's own page opens that form as a dialog where there is one.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener && opener.getAttribute("aria-disabled") !== "true") {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
  });

  // A live part says how old it is once the server does not answer; htmx goes on asking.
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const banner = document.getElementById("lost");
  const age = document.getElementById("lost-age");
  let heard = Date.now();
  let lost = false;

  function show() {
    banner.hidden = !lost;
    if (lost) age.textContent = `${Math.round((Date.now() - heard) / 1000)} s`;
  }

  live.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== live) return;
    lost = !event.detail.successful;
    if (!lost) heard = Date.now();
    show();
  });
  setInterval(show, 1000);
})();
