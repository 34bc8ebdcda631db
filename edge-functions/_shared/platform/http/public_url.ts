// The form of URLs that people configure. private.url_problem is the same rule in SQL.
import process from "node:process";

/**
 * A name of at least two labels in its ASCII form, and a top-level domain that does not begin with a digit: no IP
 * addresses in any spelling, no user names, no other ports, no trailing dot.
 */
const FORM =
  /^https:\/\/((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])(?::(?:443|8443))?(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$/;
/** Names that are not on the public internet. */
const LOCAL =
  /(^|\.)(arpa|corp|home|internal|intranet|invalid|lan|local|localdomain|localhost|onion|private)$/;
const LOOPBACK =
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$/;

/** Why a URL is refused; null when it is fine. `loopback`: http on this machine is, too. */
export function urlProblem(url: string, loopback = false): string | null {
  if (url.length > 2000) return "is longer than 2000 characters";
  if (loopback && LOOPBACK.test(url)) return null;
  const host = FORM.exec(url)?.[1];
  if (host === undefined || host.length > 253 || !URL.canParse(url)) {
    return "must be https://, a public host name in ASCII, and port 443 or 8443";
  }
  return LOCAL.test(host) ? "has a host name of a private network" : null;
}

/** The switch of development machines. */
export const loopbackAllowed = (given: Record<string, string | undefined> = process.env) =>
  given.SLUICE_LOOPBACK_URLS === "allow";
