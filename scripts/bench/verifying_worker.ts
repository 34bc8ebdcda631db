// One worker of item 12: verifies addresses through the gateway until it is told to stop, and says on standard output,
// in one line of JSON, when each request began. Arguments: DATABASE_URL ORG_ID NAME RATE SECONDS
import process from "node:process";
import { openPool } from "../../edge-functions/_shared/platform/db/pool.ts";
import { openGateway } from "../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  validateEmail,
  zerobounce,
} from "../../edge-functions/_shared/providers/zerobounce/data.ts";

const [url, orgId, name, rate, seconds] = process.argv.slice(2);
const sql = openPool(url!, { name: "bench", max: 4, prepare: true });
const perSecond = Number(rate);
const until = Date.now() + Number(seconds) * 1000;
const sent: number[] = [];
const provider = {
  ...zerobounce,
  atOnce: perSecond,
  limits: () => [{ name: "second", calls: perSecond, seconds: 1 }],
};
const endpoint: typeof validateEmail = {
  ...validateEmail,
  request(...question) {
    sent.push(performance.timeOrigin + performance.now());
    return validateEmail.request(...question);
  },
};
await openGateway({ sql }).ask(provider, endpoint, {
  orgId: orgId!,
  questions: Array.from({ length: perSecond * Number(seconds) }, (_, n) => ({
    question: `${name}.${n}@example.com`,
  })),
  patienceMs: (Number(seconds) + 5) * 1000,
  shouldStop: () => Date.now() > until,
});
console.log(JSON.stringify(sent));
await sql.end();
