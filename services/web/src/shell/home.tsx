import { Navigate } from '@tanstack/react-router';
import { Empty } from '../parts/states.tsx';
import { SCREENS } from '../screens/index.ts';
import { useMe } from './me.tsx';

/** Where somebody begins: the first screen of their role. */
export function Home() {
  const { role } = useMe();
  const first = SCREENS.find(
    ({ group, roles }) => group !== undefined && roles.includes(role as (typeof roles)[number]),
  );
  return first === undefined ? (
    <Empty title="There is no screen for your role" />
  ) : (
    <Navigate to={first.path} replace />
  );
}
