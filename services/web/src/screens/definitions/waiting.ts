import { $api, type Schemas } from '../../api/client.ts';
import { useAsOf } from '../../parts/address.ts';
import { useMe } from '../../shell/me.tsx';

/** The requests that wait and whose names begin so; none for reps, who see none. */
export function useWaiting(...prefixes: readonly string[]): readonly Schemas['Request'][] {
  const { role } = useMe();
  const asOf = useAsOf();
  const waiting = $api.useQuery(
    'get',
    '/v1/requests',
    { params: { query: { asOf, limit: '500' } } },
    { enabled: role !== 'rep' },
  );
  return waiting.data?.requests.filter(({ name }) => prefixes.some((each) => name.startsWith(each))) ?? [];
}
