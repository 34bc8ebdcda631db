// An invitation whose link was opened before signing in: it is opened again afterwards, also by a link in a mail.
import { sessionStorageOfDesk } from "../data/session_storage.ts";
import { go, page, param } from "../ui/router.ts";

const NAME = "desk-invitation";

export async function keepInvitation(): Promise<void> {
  if (page.peek() !== "invitation") return;
  await sessionStorageOfDesk.setItem(NAME, param("token"));
}

export async function openKeptInvitation(): Promise<void> {
  const token = await sessionStorageOfDesk.getItem(NAME);
  if (!token) return;
  await sessionStorageOfDesk.removeItem(NAME);
  go(`#/invitation?${new URLSearchParams({ token })}`, { replace: true });
}
