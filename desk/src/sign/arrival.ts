// How a link in a mail arrives: ?invitation=TOKEN, and after the # what Supabase Auth adds. Both leave the address at once.
// The modules that read the address import this one first.
const query = new URLSearchParams(location.search);
const answer = new URLSearchParams(location.hash.replace(/^#/, ""));
const invitation = query.get("invitation");
const [access_token, refresh_token] = [answer.get("access_token"), answer.get("refresh_token")];

/** The session of an invitation's link. It never takes the place of another session. */
export const invited = invitation && access_token && refresh_token
  ? { access_token, refresh_token }
  : null;

if (invitation) {
  const url = new URL(location.href);
  // The one-time code of a sign-in link stays: the client exchanges it.
  for (const name of ["invitation", "error", "error_code", "error_description"]) {
    url.searchParams.delete(name);
  }
  url.hash = `/invitation?${new URLSearchParams({ token: invitation })}`;
  history.replaceState(null, "", url);
}
