// Secrets in Vault. Their values stay in the database: only what they look like is read.
import { type Check, combine, failed, type Finding, ok, warning } from "./check.ts";

const WRAP = "In the SQL editor, once, for a new project: select vault.create_secret(encode(" +
  "extensions.gen_random_bytes(32), 'hex'), 'sluice_wrapping_key'). Restore the copy if there is data already.";

export const wrappingKey: Check = {
  name: "wrapping key",
  needs: ["database"],
  async run({ sql }) {
    const [row] = await sql<
      { found: boolean; valid: boolean; keys: number; replaced: boolean; rotations: number }[]
    >`
      select count(*) > 0 as found, coalesce(bool_and(length(s.decrypted_secret) >= 32), false) as valid,
        (select count(*)::integer from private.org_keys) as keys,
        exists (select from vault.secrets s where s.name = 'sluice_wrapping_key_next') as replaced,
        (select count(*)::integer from private.key_rotations r where r.finished_at is null) as rotations
      from vault.decrypted_secrets s where s.name = 'sluice_wrapping_key'`;
    const { found, valid, keys, replaced, rotations } = row!;
    if (!found) {
      return failed(
        keys > 0
          ? "sluice_wrapping_key is missing in Vault, and no contact value can be read without it"
          : "sluice_wrapping_key is missing in Vault: uploads answer 503",
        WRAP,
      );
    }
    if (!valid) return failed("sluice_wrapping_key in Vault is too short", WRAP);
    if (keys === 0) return ok("present, no org uses it yet; keep a copy elsewhere");
    const [opened] = await sql<{ fits: boolean }[]>`
      select private.org_key(k.org_id, k.id) ~ '^[0-9a-f]{64}$' as fits
      from private.org_keys k order by k.id desc limit 1`
      .catch((error: { code?: string }) => {
        // SL001: another wrapping key; 39000: wrong key or corrupt data.
        if (error.code === "SL001" || error.code === "39000") return [{ fits: false }];
        throw error;
      });
    if (opened?.fits && (replaced || rotations > 0)) {
      return warning(
        replaced
          ? "sluice_wrapping_key is being replaced: Vault has both keys"
          : `${rotations} rotations of data keys are not finished`,
        `Finish it: sluice keys rotate${replaced ? " --wrapping-key" : ""}.`,
      );
    }
    return opened?.fits
      ? ok("present, and opens the newest key of an org; keep a copy elsewhere")
      : failed(
        "sluice_wrapping_key in Vault does not open the orgs' keys",
        "Restore the copy of the key with which this database was used: select vault.update_secret(id, 'COPY') " +
          "from vault.secrets where name = 'sluice_wrapping_key'.",
      );
  },
};

export const scheduleSecrets: Check = {
  name: "secrets of the schedule",
  needs: ["database"],
  async run({ sql, functionsUrl }) {
    const [row] = await sql<
      { url: string | null; kind: string | null; loopback: boolean }[]
    >`
      select max(s.decrypted_secret) filter (where s.name = 'sluice_functions_url') as url,
        max(case
          when s.decrypted_secret like 'sb\_secret\_%' then 'secret'
          when s.decrypted_secret like 'sb\_publishable\_%' then 'publishable'
          when s.decrypted_secret like 'eyJ%' then 'legacy'
          when s.decrypted_secret <> '' then 'unknown' end) filter (where s.name = 'sluice_service_key') as kind,
        private.loopback_urls_allowed() as loopback
      from vault.decrypted_secrets s where s.name in ('sluice_functions_url', 'sluice_service_key')`;
    const { url, kind, loopback } = row!;
    return combine([
      urlFinding(url, functionsUrl),
      keyFinding(kind),
      ...loopback && functionsUrl.startsWith("https:") ? [LOOPBACK] : [],
    ]);
  },
};

const LOOPBACK = failed(
  "sluice_loopback_urls is set: subscribers may be addresses of the server itself",
  "It is for development machines. In the SQL editor: delete from vault.secrets where name = 'sluice_loopback_urls'.",
);

const create = (name: string, value: string) =>
  `In the SQL editor: select vault.create_secret('${value}', '${name}').`;

function urlFinding(url: string | null, functionsUrl: string): Finding {
  if (!url) {
    return failed(
      "sluice_functions_url is missing in Vault: the schedule wakes no worker",
      create("sluice_functions_url", functionsUrl),
    );
  }
  if (!/^(https:|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(url)) {
    return failed(
      `sluice_functions_url is ${url}: the schedule would send its key unencrypted`,
      "Store the address with https:// with vault.update_secret.",
    );
  }
  if (url.replace(/\/+$/, "") === functionsUrl) return ok("sluice_functions_url is this project");
  return warning(
    `sluice_functions_url is ${url}, not ${functionsUrl}`,
    "If that is not intended, correct it with vault.update_secret.",
  );
}

function keyFinding(kind: string | null): Finding {
  switch (kind) {
    case "secret":
      return ok("sluice_service_key is a secret key");
    case "legacy":
      return warning(
        "sluice_service_key is a legacy key, and those end with 2026",
        "Create a secret key (sb_secret_…) under API keys and store it with vault.update_secret.",
      );
    case null:
      return failed(
        "sluice_service_key is missing in Vault: the schedule wakes no worker",
        create("sluice_service_key", "sb_secret_…"),
      );
    default:
      return failed(
        kind === "publishable"
          ? "sluice_service_key is a publishable key, which may not run the worker"
          : "sluice_service_key does not look like a key of the project",
        "Store a secret key (sb_secret_…) with vault.update_secret.",
      );
  }
}
