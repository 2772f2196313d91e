import { useQueryClient } from '@tanstack/react-query';
import { forgetWritten } from '../api/client.ts';
import { become, type Session } from '../api/session.ts';

/** Goes on as somebody else, or in another role: nothing that one was shown is there for the other. */
export function useBecome(): (next: Session) => void {
  const queries = useQueryClient();
  return (next) => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== '/v1/sign-in' });
    forgetWritten();
    become(next);
  };
}
