/** Who works in this tab: a persona of a demo, or whoever the identity provider says. */
export interface Session {
  /** What is sent as Bearer. */
  readonly token: string;
  /** In which role, for those who have several. */
  readonly role?: string | undefined;
}

const KEY = 'ledger.session';
const listeners = new Set<() => void>();
// Read once: what stands in the tab's storage is only for the next load of the page.
let session = stored();

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
  if (next === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export function watchSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The token is no longer taken. The page stays as it is, with what was typed; a bar asks to sign in. */
export function signInAgain(): void {
  if (session !== undefined) become(undefined);
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
