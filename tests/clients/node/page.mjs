// What a web page does with the SDKs for browsers. `window.begin(sdk, given)` starts one, with
// given {url, key, feature}; `window.isOn()` then says what it decides now.
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature } from "@openfeature/web-sdk";
import { UnleashClient } from "unleash-proxy-client";

async function ofrepWeb({ url, key, feature }) {
  await OpenFeature.setContext({ targetingKey: "somebody" });
  await OpenFeature.setProviderAndWait(
    new OFREPWebProvider({ baseUrl: url, headers: [["Authorization", `Bearer ${key}`]] }),
  );
  const client = OpenFeature.getClient();
  return () => client.getBooleanValue(feature, false);
}

async function unleashProxyClient({ url, key, feature }) {
  const client = new UnleashClient({
    url: `${url}/api/frontend`,
    clientKey: key,
    appName: "page",
    context: { userId: "somebody" },
    refreshInterval: 1,
    metricsInterval: 1,
    metricsIntervalInitial: 1,
  });
  await client.start();
  return () => client.isEnabled(feature);
}

window.begin = async (sdk, given) => {
  window.isOn = await { ofrepWeb, unleashProxyClient }[sdk](given);
};
