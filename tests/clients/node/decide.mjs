// Asks one client for every feature and context. Input (JSON on stdin): client, url, keys,
// features {key: type}, contexts (as Unleash has them), flat (as OpenFeature has them).
// Output: for each context {key: [on, variant, value]}; what a client cannot tell is null.
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bearer = [["Authorization", `Bearer ${asked.key}`]];
const keys = Object.keys(asked.features);

const payload = (variant) => {
  if (!variant.payload) return null;
  const { type, value } = variant.payload;
  return type === "string" ? value : JSON.parse(value);
};
const told = (on, variant) => [on, variant.enabled ? variant.name : null, payload(variant)];

async function unleashClient() {
  const { startUnleash, InMemStorageProvider } = await import("unleash-client");
  const unleash = await startUnleash({
    url: `${asked.url}/api`,
    appName: "tests",
    customHeaders: { Authorization: asked.key },
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
  });
  const answers = asked.contexts.map((context) =>
    Object.fromEntries(
      keys.map((key) => [
        key,
        told(unleash.isEnabled(key, context), unleash.getVariant(key, context)),
      ]),
    ),
  );
  unleash.destroy();
  return answers;
}

async function unleashProxyClient() {
  const { UnleashClient, InMemoryStorageProvider } = await import("unleash-proxy-client");
  const answers = [];
  for (const [place, context] of asked.contexts.entries()) {
    const client = new UnleashClient({
      url: `${asked.url}/api/frontend`,
      clientKey: asked.key,
      appName: "tests",
      context,
      disableRefresh: true,
      disableMetrics: true,
      usePOSTrequests: place % 2 === 1,
      storageProvider: new InMemoryStorageProvider(),
    });
    await client.start();
    answers.push(
      Object.fromEntries(
        keys.map((key) => [key, told(client.isEnabled(key), client.getVariant(key))]),
      ),
    );
    client.stop();
  }
  return answers;
}

const details = (client, key, context) =>
  ({
    boolean: () => client.getBooleanDetails(key, false, context),
    string: () => client.getStringDetails(key, "", context),
    number: () => client.getNumberDetails(key, -1, context),
    object: () => client.getObjectDetails(key, {}, context),
  })[asked.features[key]]();
const resolved = (one) => [null, one.variant ?? null, one.value];

async function ofrep() {
  const { OpenFeature } = await import("@openfeature/server-sdk");
  const { OFREPProvider } = await import("@openfeature/ofrep-provider");
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: asked.url, headers: bearer }));
  const client = OpenFeature.getClient();
  const answers = [];
  for (const context of asked.flat) {
    const all = keys.map(async (key) => [key, resolved(await details(client, key, context))]);
    answers.push(Object.fromEntries(await Promise.all(all)));
  }
  return answers;
}

async function ofrepWeb() {
  const { OpenFeature } = await import("@openfeature/web-sdk");
  const { OFREPWebProvider } = await import("@openfeature/ofrep-web-provider");
  await OpenFeature.setContext(asked.flat[0]);
  await OpenFeature.setProviderAndWait(
    new OFREPWebProvider({ baseUrl: asked.url, headers: bearer, cacheMode: "disabled" }),
  );
  const client = OpenFeature.getClient();
  const answers = [];
  for (const context of asked.flat) {
    await OpenFeature.setContext(context);
    answers.push(Object.fromEntries(keys.map((key) => [key, resolved(details(client, key))])));
  }
  return answers;
}

const clients = { unleashClient, unleashProxyClient, ofrep, ofrepWeb };
const answers = await clients[asked.client]();
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
