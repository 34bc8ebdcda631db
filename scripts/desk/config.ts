// `npm run desk:config -- --url https://PROJECT.supabase.co --key sb_publishable_… [--dir FOLDER]`: points a build at a
// project and writes its `_headers`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { configureDesk, deskFolder } from "./build_desk.ts";

const { values } = parseArgs({
  options: { url: { type: "string" }, key: { type: "string" }, dir: { type: "string" } },
});
const { url, key, dir } = values;
if (!url || !key || !URL.canParse(url)) {
  console.error(
    "Usage: npm run desk:config -- --url https://PROJECT.supabase.co --key sb_publishable_… [--dir FOLDER]",
  );
  process.exit(2);
}
if (/^sb_secret_|service_role/.test(key)) {
  console.error("This is a secret key. The desk takes the publishable one: everybody can read it.");
  process.exit(2);
}
const folder = dir ? resolve(process.env.INIT_CWD ?? ".", dir) : deskFolder();
configureDesk(folder, url, key);
console.log(`The desk in ${folder} works on ${url}; its headers are in _headers.`);
