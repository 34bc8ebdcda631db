// A worker that asks about the same addresses as its colleagues until the budget is used up. Started as a process, in Node
// or Deno, so that it can be killed: gateway_worker.ts DATABASE_URL ORG_ID ADDRESSES START
import process from "node:process";
import { openPool } from "../../edge-functions/_shared/platform/db/pool.ts";
import { openGateway } from "../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  validateEmail,
  zerobounce,
} from "../../edge-functions/_shared/providers/zerobounce/data.ts";

const [url, orgId, addresses, start] = process.argv.slice(2);
const sql = openPool(url!, { name: "gateway test", max: 3, prepare: true });
const gateway = openGateway({ sql });
const all = Number(addresses);
const counts: Record<string, number> = {};
for (let n = 0; n < all; n += 10) {
  const asked = await gateway.ask(zerobounce, validateEmail, {
    orgId: orgId!,
    patienceMs: 5000,
    questions: Array.from({ length: 10 }, (_, k) => ({
      question: `p${(Number(start) + n + k) % all}@example.com`,
    })),
  });
  for (const one of asked) {
    const word = one.status === "answered" ? (one.cached ? "cached" : one.outcome) : one.reason;
    counts[word] = (counts[word] ?? 0) + 1;
  }
}
console.log(JSON.stringify(counts));
await sql.end();
