import { ROLES } from '@ledger/decisions';
import { fields } from '@ledger/events';
import type { Authenticator } from './sign-in.ts';
import { unauthenticated } from './sign-in.ts';

const PERSONA = /^demo:([a-z]+):(.+)$/;

/**
 * On a ledger that was made for demonstration anybody may take a role: `Bearer demo:ops:olga`. There is nobody's pay in it. A server
 * of any other ledger does not have this.
 */
export const asPersona: Authenticator = async (credentials) => {
  const [, asked, id] = PERSONA.exec(credentials) ?? [];
  if (asked === undefined) return undefined;
  const role = ROLES.find((each) => each === asked && each !== 'integration');
  if (role === undefined || !fields.partId.safeParse(id).success || id === undefined) {
    return unauthenticated('A persona of the demo is demo:<role>:<id>, as demo:ops:olga');
  }
  return { id, roles: [role] };
};
