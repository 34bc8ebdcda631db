// `npm run desk:build [-- --url https://PROJECT.supabase.co --key sb_publishable_… --out FOLDER]`
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { buildDesk, configureDesk } from "./build_desk.ts";

const { values } = parseArgs({
  options: { url: { type: "string" }, key: { type: "string" }, out: { type: "string" } },
});
const folder = await buildDesk(values.out && resolve(process.env.INIT_CWD ?? ".", values.out));
if (values.url && values.key) configureDesk(folder, values.url, values.key);
console.log(
  `The desk is in ${folder}.${
    values.url && values.key
      ? ""
      : " Point it at a project: npm run desk:config -- --url https://PROJECT.supabase.co --key sb_publishable_…"
  }`,
);
