// Where the session survives a reload: encrypted in IndexedDB, never in localStorage or sessionStorage.
//
// The key is a WebCrypto key that cannot be exported, so nothing that copies a browser's storage reads a token. A
// script that runs on this page could still ask for decryption; the content security policy and Trusted Types are
// what keeps such a script out. A session that is not "kept" stays in the memory of its tab.

/** A computer that nobody used for a working day asks for the password again. */
const MAX_IDLE_MS = 12 * 3_600_000;
const DATABASE = "sluice-desk";
const STORE = "session";

/** The item that auth-js keeps the session in. */
export const SESSION = "desk";
/** The item beside the session: who the person is, in which orgs. It goes with the session. */
export const ABOUT_ME = "desk-me";

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
  at: number;
}

const memory = new Map<string, string>();
let keep = true;
let opened: Promise<IDBDatabase> | null = null;

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await open()).transaction(STORE, mode).objectStore(STORE);
}

async function key(): Promise<CryptoKey> {
  const known = await settle<CryptoKey | undefined>((await store("readonly")).get("key"));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  // Another tab may have been first: its key wins.
  const inside = await store("readwrite");
  const first = await settle<CryptoKey | undefined>(inside.get("key"));
  if (first) return first;
  await settle(inside.put(made, "key"));
  return made;
}

async function seal(name: string, value: string): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv },
    await key(),
    new TextEncoder().encode(value),
  );
  const sealed: Sealed = { iv, data, at: Date.now() };
  await settle((await store("readwrite")).put(sealed, `item:${name}`));
}

async function unseal(name: string): Promise<string | null> {
  const sealed = await settle<Sealed | undefined>((await store("readonly")).get(`item:${name}`));
  if (!sealed || Date.now() - sealed.at > MAX_IDLE_MS) return null;
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: sealed.iv },
    await key(),
    sealed.data,
  );
  return new TextDecoder().decode(plain);
}

// A tab that rotates the refresh token tells the others, which read it again.
const channel = new BroadcastChannel("sluice-desk-session");
channel.onmessage = () => memory.clear();

/** Whether the session outlives the tab. Set before signing in. */
export function keepSession(on: boolean): void {
  keep = on;
}

/** The storage that auth-js asks for. Without IndexedDB (a private window, say) the memory serves. */
export const sessionStorageOfDesk = {
  async getItem(name: string): Promise<string | null> {
    const known = memory.get(name);
    if (known !== undefined) return known;
    const stored = await unseal(name).catch(() => null);
    if (stored !== null) memory.set(name, stored);
    return stored;
  },
  async setItem(name: string, value: string): Promise<void> {
    memory.set(name, value);
    if (keep) await seal(name, value).then(() => channel.postMessage("changed"), () => {});
  },
  async removeItem(name: string): Promise<void> {
    memory.delete(name);
    await store("readwrite").then((inside) => settle(inside.delete(`item:${name}`)))
      .then(() => channel.postMessage("changed"), () => {});
  },
};
