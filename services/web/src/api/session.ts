/** Who works in this tab: a persona of a demo, or whoever the identity provider says. */
export interface Session {
  /** What is sent as Bearer. */
  readonly token: string;
  /** In which role, for those who have several. */
  readonly role?: string | undefined;
  /** The token is no longer taken. */
  readonly isOver?: true;
}

const KEY = 'ledger.session';
const listeners = new Set<() => void>();
// Read once: what stands in the tab's storage is only for the next load of the page.
let session = stored();
let isUnknown = false;

export function currentSession(): Session | undefined {
  return session;
}

/** What says to the API who asks. */
export function credentialsOf(): Readonly<Record<string, string>> {
  if (session === undefined) return {};
  return {
    authorization: `Bearer ${session.token}`,
    ...(session.role === undefined ? {} : { 'ledger-role': session.role }),
  };
}

/** Signs in as somebody, or nobody. Kept for this tab alone and gone with it. */
export function become(next: Session | undefined): void {
  session = next;
  isUnknown = false;
  if (next === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(next));
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function watchSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Nobody is let in by the token. Where its time is over the page stays as it is, with what was typed, and a bar asks to sign in; whom
 * the ledger does not let in is shown nothing.
 */
export function signInAgain(code: string): void {
  if (session === undefined) return;
  sessionStorage.removeItem(KEY);
  if (code === 'token_invalid') session = { ...session, isOver: true };
  else [session, isUnknown] = [undefined, true];
  tell();
}

/** Whether somebody was signed in whom the ledger does not let in. */
export function wasUnknown(): boolean {
  return isUnknown;
}

/** Tabs of this browser tell each other who has signed in. */
const TABS = 'ledger.signed-in';

export function tellTabs(token: string): void {
  const tabs = new BroadcastChannel(TABS);
  tabs.postMessage(token);
  tabs.close();
}

/** Hears of tokens of other tabs until it is stopped. */
export function hearTabs(take: (token: string) => void): () => void {
  const tabs = new BroadcastChannel(TABS);
  tabs.onmessage = ({ data }) => {
    if (typeof data === 'string') take(data);
  };
  return () => tabs.close();
}

function stored(): Session | undefined {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof found !== 'object' || found === null || !('token' in found) || typeof found.token !== 'string')
      return undefined;
    const role = 'role' in found && typeof found.role === 'string' ? found.role : undefined;
    return { token: found.token, role };
  } catch {
    return undefined;
  }
}
