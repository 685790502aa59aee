"""What a person's browser shows of the shop: one request chain, hop by hop."""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The demo shop</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem;
         color: #1b1f24; background: #fff }
  ol { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 1rem }
  li { flex: 1 1 11rem; border: 2px solid #8a94a0; border-radius: .5rem; padding: .75rem 1rem }
  li.v2 { border-color: #0b6bcb } li.failed { border-color: #b3261e }
  b { font-size: 1.25rem } input, button { font: inherit; padding: .25rem .5rem }
  @media (prefers-color-scheme: dark) { body { color: #e8eaed; background: #14171a } }
</style>
<h1>The demo shop</h1>
<form><label>Customer <input name="user" id="user"></label>
<label><input type="checkbox" name="beta" id="beta"> in group beta</label>
<button>Visit the shop</button></form>
<p id="said" role="status"></p>
<ol id="chain"></ol>
<script>
  const asked = new URLSearchParams(location.search);
  const user = asked.get("user") || "user-0001";
  document.getElementById("user").value = user;
  document.getElementById("beta").checked = asked.has("beta");
  const headers = {accept: "application/json", "x-user-id": user};
  if (asked.has("beta")) headers["x-user-group"] = "beta";
  const line = (text, tag = "div") => {
    const made = document.createElement(tag); made.textContent = text; return made };
  fetch("/", {headers}).then(answer => answer.json()).then(answer => {
    for (let hop = answer; hop; hop = hop.next) {
      const item = document.createElement("li");
      item.className = hop.error ? "failed" : hop.version;
      item.append(line(hop.service ? hop.service + " " + hop.version : "no answer", "b"));
      if (hop.variant) item.append(line("decision: " + hop.variant), line(hop.reason));
      if (hop.error) item.append(line(hop.error));
      document.getElementById("chain").append(item);
    }
  }).catch(error => { document.getElementById("said").textContent = "No answer: " + error });
</script>
</html>
"""
