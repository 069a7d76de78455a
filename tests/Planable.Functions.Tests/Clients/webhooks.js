// Verifies deliveries with the libraries that receivers use: each as it is, and none with an altered body, another secret or an old time.
import { readFileSync } from "node:fs";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";

const deliveries = JSON.parse(readFileSync("generated/deliveries.json", "utf8"));
if (deliveries.length === 0) throw new Error("There is nothing to verify.");

function accepts(Webhook, secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

for (const { secret, body, headers } of deliveries) {
  const old = { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 400) };
  const other = "whsec_" + Buffer.alloc(32).toString("base64");
  for (const Webhook of [Standard, Svix]) {
    if (!accepts(Webhook, secret, body, headers)) throw new Error(`Refused: ${headers["webhook-signature"]}`);
    if (accepts(Webhook, secret, body + " ", headers)) throw new Error("An altered body is accepted.");
    if (accepts(Webhook, other, body, headers)) throw new Error("Another secret is accepted.");
    if (accepts(Webhook, secret, body, old)) throw new Error("An old time is accepted.");
  }
}
