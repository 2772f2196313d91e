import { Navigate } from '@tanstack/react-router';
import { Empty } from '../parts/states.tsx';
import { SCREENS } from '../screens/index.ts';
import { inNavigation } from '../screens/screen.ts';
import { useMe } from './me.tsx';

/** Where somebody begins: the first screen of their role. */
export function Home() {
  const { role } = useMe();
  const [first] = inNavigation(SCREENS, role);
  return first === undefined ? (
    <Empty title="There is no screen for your role" />
  ) : (
    <Navigate to={first.path} replace />
  );
}
